"""Signing in and out, and the start page."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


SEARCH = re.compile(r'<form method="post" action="/clients" class="find" role="search">.*?</form>', re.S)


@pytest.mark.parametrize("path", ["/", "/clients", "/clients/1", "/prizes", "/password", "/schedules"])
def test_every_staff_page_can_find_a_client(rosa: Person, path: str) -> None:
    page = rosa.get(path).get_data(as_text=True)
    found = SEARCH.findall(page)
    assert len(found) == 1, "one search a page, and it is posted: what is typed may be a name"
    assert '<label for="find" class="visually-hidden">Client code or name</label>' in found[0]
    assert ("autofocus" in found[0]) == (path == "/"), "it is in focus on the first page only"
    assert ("autofocus" in page) == (path == "/")


def test_what_was_looked_for_stands_in_the_field_and_in_no_url(rosa: Person) -> None:
    answer = rosa.send("/clients", q="nobody-of-this-name")
    assert answer.status_code == 200
    assert 'value="nobody-of-this-name"' in answer.get_data(as_text=True)


def test_whoever_sees_no_clients_finds_none(person: People) -> None:
    for username in ("grace", "sam"):
        assert "Client code or name" not in text(person(username).get("/"))


def test_an_auditor_sees_the_ledger_and_no_client(person: People, given: Callable[..., object]) -> None:
    given(cast.rich)
    said = text(person("grace").get("/"))
    assert "sealed records" in said
    assert "Amir" not in said and "HS-1" not in said


def test_without_sign_in_there_is_only_the_way_to_it(person: People) -> None:
    answer = person().get("/clients/1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/clients/1")


def test_after_sign_in_the_way_goes_back(app: Flask) -> None:
    answer = Person(app).send("/sign-in?next=/clients/1", username="rosa", password=cast.PASSWORD)
    assert answer.headers["Location"] == "/clients/1"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "/\t/evil.example",
        "/\r/evil.example",
        "/a?b",
    ],
)
def test_the_way_back_is_never_somebody_elses(app: Flask, path: str) -> None:
    stranger = Person(app)
    page = stranger.client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = stranger.client.post(
        "/sign-in",
        query_string={"next": path},
        data={"csrf_token": token, "username": "rosa", "password": cast.PASSWORD},
    )
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("username", "password"), [("rosa", "wrong"), ("nobody", cast.PASSWORD), ("rosa", cast.PASSWORD + " ")]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(app: Flask, username: str, password: str) -> None:
    answer = Person(app).send("/sign-in", username=username, password=password)
    assert answer.status_code == 422
    assert "The name or the password is not right." in text(answer)


def test_after_five_failures_the_account_waits_and_then_opens_again(app: Flask, clock: time_machine.Traveller) -> None:
    somebody = Person(app)
    for _ in range(5):
        somebody.send("/sign-in", username="rosa", password="wrong")
    answer = somebody.send("/sign-in", username="rosa", password=cast.PASSWORD)
    assert "Too many tries. Wait 10 minutes, then try again." in text(answer)
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


def test_over_https_forms_work_and_cookies_stay_there(app: Flask) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://clinic.example")
    token = page.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        base_url="https://clinic.example",
        # What a browser sends under the policy of the page that it came from.
        headers={"Referer": "https://clinic.example/sign-in"},
        data={"csrf_token": token, "username": "rosa", "password": cast.PASSWORD},
    )
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert answer.status_code == 302
    assert "Secure" in next(v for v in answer.headers.getlist("Set-Cookie") if v.startswith("cm_session="))
    assert "Strict-Transport-Security" in answer.headers


def test_many_tries_at_once_are_no_more_than_the_limit(app: Flask) -> None:
    """Forty wrong passwords at the same time: five are looked at, the others are told to wait."""

    def once(_: int) -> str:
        return text(Person(app).send("/sign-in", username="rosa", password="wrong"))

    with ThreadPoolExecutor(8) as hands:
        said = list(hands.map(once, range(40)))
    assert sum("is not right" in answer for answer in said) == 5
    assert sum("Too many tries" in answer for answer in said) == 35


def test_somebody_changes_their_own_password_and_is_signed_out_elsewhere(app: Flask, rosa: Person) -> None:
    elsewhere = Person(app, "rosa")
    wrong = rosa.send("/password", old="wrong", new="a whole new sentence", again="a whole new sentence")
    assert "That is not your current password." in text(wrong)
    short = rosa.send("/password", old=cast.PASSWORD, new="short", again="short")
    assert "at least 12 characters" in text(short)
    other = rosa.send("/password", old=cast.PASSWORD, new="a whole new sentence", again="another sentence")
    assert "The two are not the same." in text(other)
    done = rosa.send("/password", old=cast.PASSWORD, new="a whole new sentence", again="a whole new sentence")
    assert done.status_code == 303
    assert rosa.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert Person(app).send("/sign-in", username="rosa", password="a whole new sentence").status_code == 302
