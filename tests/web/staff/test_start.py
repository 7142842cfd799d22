"""The pages for signing in and out, the start page, and the search for a client on every page."""

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


def test_an_auditor_is_greeted_and_sees_no_client(person: People, given: Callable[..., object]) -> None:
    given(cast.rich)
    content = text(person("grace").get("/"))
    assert "Hello, Grace" in content and "Amir" not in content


SEARCH = re.compile(r'<form method="post" action="/clients" class="find" role="search">.*?</form>', re.S)


@pytest.mark.parametrize("path", ["/", "/clients", "/clients/1", "/prizes", "/password", "/schedules"])
def test_every_staff_page_has_a_search_for_clients(rosa: Person, path: str) -> None:
    page = rosa.get(path).get_data(as_text=True)
    forms = SEARCH.findall(page)
    assert len(forms) == 1, "each page has one search, sent by POST because a name may be typed"
    assert '<label for="find" class="visually-hidden">Client code or name</label>' in forms[0]
    assert ("autofocus" in forms[0]) == (path == "/"), "the search has the focus only on the start page"
    assert ("autofocus" in page) == (path == "/")


def test_the_words_of_a_search_stay_in_the_field_and_out_of_the_url(rosa: Person) -> None:
    answer = rosa.send("/clients", q="nobody-of-this-name")
    assert answer.status_code == 200
    assert 'value="nobody-of-this-name"' in answer.get_data(as_text=True)


def test_roles_that_may_not_see_clients_have_no_search(person: People) -> None:
    for username in ("grace", "sam"):
        assert "Client code or name" not in text(person(username).get("/"))


def test_an_auditor_sees_the_ledger_and_no_client(person: People, given: Callable[..., object]) -> None:
    given(cast.rich)
    content = text(person("grace").get("/"))
    assert "sealed records" in content
    assert "Amir" not in content and "HS-1" not in content


def test_without_sign_in_every_page_redirects_to_it(person: People) -> None:
    answer = person().get("/clients/1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/clients/1")


def test_the_page_for_signing_in_says_which_version_it_is(app: Flask) -> None:
    visitor = Person(app)
    assert "Program version 0.2.0" in text(visitor.get("/sign-in"))
    in_spanish = visitor.client.get("/sign-in", headers={"Accept-Language": "es-MX"})
    assert "Versión del programa: 0.2.0" in text(in_spanish)


def test_sign_in_returns_to_the_requested_page(app: Flask) -> None:
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
def test_sign_in_never_redirects_to_another_website(app: Flask, path: str) -> None:
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


def test_after_five_failures_an_account_waits_for_a_minute(app: Flask, clock: time_machine.Traveller) -> None:
    somebody = Person(app)
    for _ in range(5):
        somebody.send("/sign-in", username="rosa", password="wrong")
    answer = somebody.send("/sign-in", username="rosa", password=cast.PASSWORD)
    assert "Too many wrong passwords. Wait 1 minute, then try again." in text(answer)
    assert Person(app, "leo").get("/").status_code == 200, "only that account has to wait"
    clock.shift(timedelta(minutes=1))
    assert somebody.send("/sign-in", username="rosa", password=cast.PASSWORD).status_code == 302


def test_signing_out_also_ends_the_session_of_a_copied_cookie(app: Flask, rosa: Person) -> None:
    thief = Person(app)
    cookie = rosa.client.get_cookie("cm_session")
    assert cookie is not None
    thief.client.set_cookie("cm_session", cookie.value)
    assert thief.get("/").status_code == 200
    assert rosa.send("/sign-out", shown_at="/").status_code == 302
    assert thief.get("/").status_code == 302


def test_a_session_ends_after_twenty_idle_minutes(rosa: Person, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=19))
    assert rosa.get("/").status_code == 200
    clock.shift(timedelta(minutes=19))
    assert rosa.get("/").status_code == 200, "loading a page keeps the session alive"
    clock.shift(timedelta(minutes=21))
    assert rosa.get("/").status_code == 302


def test_scripts_and_other_websites_cannot_use_the_session_cookie(app: Flask) -> None:
    answer = Person(app).send("/sign-in", username="rosa", password=cast.PASSWORD)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("cm_session="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_form_without_a_token_is_refused(app: Flask) -> None:
    assert Person(app).send_bare("/sign-in", username="rosa", password=cast.PASSWORD).status_code == 400
    assert Person(app, "rosa").send_bare("/sign-out").status_code == 400


def test_an_unknown_page_and_another_method_are_refused(rosa: Person) -> None:
    assert rosa.get("/nowhere").status_code == 404
    assert rosa.client.delete("/").status_code == 405


def test_a_nul_character_is_refused_and_never_an_error(rosa: Person) -> None:
    assert rosa.send("/clients", q="a\x00b").status_code == 400


def test_over_https_forms_work_and_cookies_are_secure(app: Flask) -> None:
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


def test_many_tries_at_the_same_time_do_not_exceed_the_limit(app: Flask) -> None:
    """Of forty wrong passwords, five are checked and the others are refused without a check."""

    def try_to_sign_in(_: int) -> str:
        return text(Person(app).send("/sign-in", username="rosa", password="wrong"))

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(try_to_sign_in, range(40)))
    assert sum("is not right" in answer for answer in pages) == 5
    assert sum("Too many wrong passwords" in answer for answer in pages) == 35


def test_changing_the_password_ends_the_persons_other_sessions(app: Flask, rosa: Person) -> None:
    elsewhere = Person(app, "rosa")
    wrong = rosa.send("/password", old="wrong", new="a whole new sentence", again="a whole new sentence")
    assert "That is not your current password." in text(wrong)
    short = rosa.send("/password", old=cast.PASSWORD, new="short", again="short")
    assert "at least 12 characters" in text(short)
    other = rosa.send("/password", old=cast.PASSWORD, new="a whole new sentence", again="another sentence")
    assert "The two are not the same." in text(other)
    done = rosa.send("/password", old=cast.PASSWORD, new="a whole new sentence", again="a whole new sentence")
    assert done.status_code == 303
    assert "Your password is changed. It is a strong one. You are signed out everywhere else." in text(rosa.get("/"))
    assert elsewhere.get("/").status_code == 302
    assert Person(app).send("/sign-in", username="rosa", password="a whole new sentence").status_code == 302
