"""Wrong passwords at the page for signing in, and the list of those who wait on the page of accounts."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests import cast
from tests.web.conftest import Person, text

People = Callable[..., Person]
WAITS = (
    "Too many wrong passwords. Wait {} then try again. In a browser where you signed in before, you may try at once; a "
    "lead or an admin can end the wait."
)


def guess(app: Flask, username: str = "rosa", times: int = 1) -> None:
    """Type wrong passwords in browsers that nobody has used."""
    for _ in range(times):
        Person(app).send("/sign-in", username=username, password="a wrong password")


def again(somebody: Person, username: str = "rosa") -> TestResponse:
    return somebody.send("/sign-in", username=username, password=cast.PASSWORD)


def test_whoever_signed_in_before_is_not_kept_out_of_their_browser(
    app: Flask, rosa: Person, clock: time_machine.Traveller
) -> None:
    rosa.send("/sign-out", shown_at="/")
    guess(app, times=6)
    answer = again(Person(app))
    assert answer.status_code == 422 and WAITS.format("1 minute,") in text(answer)
    assert again(rosa).status_code == 302
    guess(app, times=6)
    clock.shift(timedelta(minutes=1))
    assert again(Person(app)).status_code == 302


def test_the_cookie_of_a_browser_signs_nobody_in_and_no_script_reads_it(app: Flask) -> None:
    answer = again(Person(app))
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("cm_browser="))
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/sign-in" in cookie
    thief = Person(app)
    thief.client.set_cookie("cm_browser", cookie.partition("=")[2].partition(";")[0], path="/sign-in")
    assert thief.get("/").status_code == 302
    app.config["HTTPS_ONLY"] = True
    answer = again(Person(app), "leo")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("cm_browser="))
    assert "Secure" in cookie


def test_a_lead_sees_who_waits_and_ends_the_wait_with_one_button(app: Flask, miriam: Person) -> None:
    assert "Waiting after wrong passwords" not in text(miriam.get("/staff"))
    guess(app, times=6)
    page = text(miriam.get("/staff"))
    assert "Waiting after wrong passwords" in page
    assert "Rosa rosa network address 127.0.0.1 Mar 16, 2026, 11:01 AM End the wait of Rosa" in page.replace(
        "\u202f", " "
    )
    answer = miriam.send(f"/staff/{cast.ROSA}/lift", shown_at="/staff")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    assert "Waiting after wrong passwords" not in text(miriam.get("/staff"))
    assert again(Person(app)).status_code == 302
    assert "Miriam ended the wait of the account of Rosa after wrong passwords." in text(miriam.get("/audit"))


def test_an_address_that_waits_is_shown_and_let_go_on(app: Flask, person: People) -> None:
    sam = person("sam")
    for number in range(9):
        guess(app, f"nobody{number}")
    assert "Everybody new there network address 127.0.0.1" in text(sam.get("/staff"))
    assert again(Person(app), "leo").status_code == 422
    assert sam.send("/staff/lift", shown_at="/staff", source="address:127.0.0.1").status_code == 303
    assert again(Person(app), "leo").status_code == 302
    trail = text(sam.get("/audit"))
    assert "Nobody new can sign in from network address 127.0.0.1 for a while" in trail
    assert "Sam ended the wait of network address 127.0.0.1 after wrong passwords." in trail


def test_ending_a_wait_needs_the_role_the_site_and_a_token(app: Flask, person: People, miriam: Person) -> None:
    for username in ("rosa", "grace"):
        for path in (f"/staff/{cast.ROSA}/lift", "/staff/lift"):
            assert person(username).send(path, shown_at="/password").status_code == 403
    assert miriam.send(f"/staff/{cast.ANNA}/lift", shown_at="/staff").status_code == 404
    assert miriam.send_bare(f"/staff/{cast.ROSA}/lift").status_code == 400


def test_a_wrong_current_password_is_noted_and_makes_one_wait_in_the_own_session_alone(
    app: Flask, rosa: Person
) -> None:
    for _ in range(5):
        rosa.send("/password", old="wrong", new="a whole new sentence", again="a whole new sentence")
    answer = rosa.send("/password", old=cast.PASSWORD, new="a whole new sentence", again="a whole new sentence")
    assert "Too many tries. Wait 1 minute, then try again." in text(answer)
    assert again(Person(app)).status_code == 302
    miriam = Person(app, "miriam")
    assert "Rosa typed a wrong current password, so it was not changed." in text(miriam.get("/audit"))
    assert "the page for a new password" in text(miriam.get("/staff"))


def test_the_page_of_accounts_needs_the_same_queries_however_many_wait(
    app: Flask, miriam: Person, statements: list[str]
) -> None:
    def queries() -> int:
        statements.clear()
        miriam.get("/staff").get_data()
        return len([statement for statement in statements if statement.startswith("SELECT")])

    guess(app, "rosa", times=6)
    few = queries()
    for username in ("leo", "grace", "nobody"):
        guess(app, username, times=6)
    assert queries() == few


def test_the_address_of_a_visitor_is_taken_from_a_proxy_only_where_one_is_trusted(app: Flask) -> None:
    from cm_tracker import create_app

    for proxies, address in ((0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.9")):
        behind = create_app({**app.config, "TRUSTED_PROXIES": proxies})
        client = behind.test_client()
        with client:
            client.get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.9, 203.0.113.7"})
            from flask import request

            assert request.remote_addr == address
