"""Signing in and out, and the start page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests import cast
from tests.web.conftest import Person, text

People = Callable[..., Person]


def test_the_start_page_greets_and_shows_what_was_recorded_last(rosa: Person, given: Callable[..., object]) -> None:
    given(cast.rich)
    said = text(rosa.get("/"))
    assert "Hello, Rosa" in said and "HS-1 Amir" in said
    assert "cocaine" not in said.lower()


def test_an_auditor_sees_the_ledger_and_no_client(person: People, given: Callable[..., object]) -> None:
    given(cast.rich)
    said = text(person("grace").get("/"))
    assert "records are sealed" in said
    assert "Amir" not in said and "HS-1" not in said


def test_without_sign_in_there_is_only_the_way_to_it(person: People) -> None:
    answer = person().get("/clients/1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/clients/1")


def test_after_sign_in_the_way_goes_back(app: Flask) -> None:
    answer = Person(app).send("/sign-in?next=/clients/1", username="rosa", password=cast.PASSWORD)
    assert answer.headers["Location"] == "/clients/1"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_the_way_back_is_never_somebody_elses(app: Flask, path: str) -> None:
    answer = Person(app).send("/sign-in", shown_at="/sign-in", username="x", password="y")
    answer = Person(app).client.get("/sign-in", query_string={"next": path})
    stranger = Person(app)
    page = stranger.client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = stranger.client.post(
        "/sign-in",
        query_string={"next": path},
        data={"csrf_token": token, "username": "rosa", "password": cast.PASSWORD},
    )
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("rosa", "wrong"), ("nobody", cast.PASSWORD), ("rosa", cast.PASSWORD + " ")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(app: Flask, username: str, password: str) -> None:
    answer = Person(app).send("/sign-in", username=username, password=password)
    assert answer.status_code == 422
    assert "The name or the password is not right." in text(answer)


def test_after_five_failures_the_account_waits_and_then_opens_again(app: Flask, clock: time_machine.Traveller) -> None:
    somebody = Person(app)
    for _ in range(5):
        somebody.send("/sign-in", username="rosa", password="wrong")
    answer = somebody.send("/sign-in", username="rosa", password=cast.PASSWORD)
    assert "Too many tries. Wait 10 minute(s)" in text(answer)
    assert Person(app, "leo").get("/").status_code == 200, "only that account waits"
    clock.shift(timedelta(minutes=10))
    assert somebody.send("/sign-in", username="rosa", password=cast.PASSWORD).status_code == 302


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, rosa: Person) -> None:
    thief = Person(app)
    cookie = rosa.client.get_cookie("cm_session")
    assert cookie is not None
    thief.client.set_cookie("cm_session", cookie.value)
    assert thief.get("/").status_code == 200
    assert rosa.send("/sign-out", shown_at="/").status_code == 302
    assert thief.get("/").status_code == 302


def test_an_idle_session_ends(rosa: Person, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=19))
    assert rosa.get("/").status_code == 200
    clock.shift(timedelta(minutes=19))
    assert rosa.get("/").status_code == 200, "a page keeps it alive"
    clock.shift(timedelta(minutes=21))
    assert rosa.get("/").status_code == 302


def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(app: Flask) -> None:
    answer = Person(app).send("/sign-in", username="rosa", password=cast.PASSWORD)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("cm_session="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_form_without_a_token_is_refused(app: Flask) -> None:
    assert Person(app).send_bare("/sign-in", username="rosa", password=cast.PASSWORD).status_code == 400
    assert Person(app, "rosa").send_bare("/sign-out").status_code == 400


def test_an_unknown_page_and_a_strange_method(rosa: Person) -> None:
    assert rosa.get("/nowhere").status_code == 404
    assert rosa.client.delete("/").status_code == 405


def test_a_nul_character_is_refused_and_never_an_error(rosa: Person) -> None:
    assert rosa.send("/clients", q="a\x00b").status_code == 400
