"""The pages of one-time codes: a lead makes one, its person sets a password with it, and leads are told."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.passwords import Hasher
from tests import cast
from tests.web.conftest import Person, text
from tests.web.viewing import noted

People = Callable[..., Person]
NEW = "a whole new sentence"
NIA = {"display_name": "Nia", "username": "nia", "roles": "coordinator", "site_ids": ["1"], "is_active": "y"}


def code_on(page: str) -> str:
    found = re.search(r"one-time code ([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", page)
    assert found is not None, page
    return found[1]


def sets(somebody: Person, username: str, code: str, new: str = NEW, again: str | None = None) -> int:
    return somebody.send("/sign-in/code", username=username, code=code, new=new, again=again or new).status_code


def test_a_lead_opens_an_account_and_its_person_sets_the_password(app: Flask, miriam: Person) -> None:
    page = text(miriam.send("/staff/new", **NIA))
    assert "The account is created For Nia, and nobody else." in page
    assert "The code works once, until Mar 17, 2026, 11:00 AM" in page
    code = code_on(page)
    assert f"http://localhost/sign-in/code#nia:{code}" in page
    assert "Nia nia no password yet" in text(miriam.get("/staff"))

    nia = Person(app)
    assert "set a password with the code" in text(nia.get("/sign-in"))
    answer = nia.send("/sign-in/code", username="nia", code=code, new=NEW, again=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    start = text(nia.get("/"))
    assert "Your password is set. It is a strong one." in start and "Nia · Coordinator" in start
    assert "no password yet" not in text(miriam.get("/staff"))
    assert Person(app).send("/sign-in", username="nia", password=NEW).status_code == 302
    assert sets(Person(app), "nia", code, "yet another sentence") == 422


def test_a_code_stands_in_no_address(app: Flask, miriam: Person) -> None:
    page = miriam.send("/staff/new", **NIA)
    assert page.status_code == 200, "it is the answer to the form: no redirect has it in its address"
    code = code_on(text(page))
    assert code not in text(miriam.get("/staff/7/code")) and code not in text(miriam.get("/staff/7/edit"))
    assert page.headers["Cache-Control"] == "no-store"
    typed = Person(app).get(f"/sign-in/code?username=nia&code={code}").get_data(as_text=True)
    assert code not in typed and 'value="nia"' not in typed


def test_a_forgotten_password_is_void_as_soon_as_there_is_a_code(app: Flask, miriam: Person, rosa: Person) -> None:
    assert "Rosa is signed out everywhere as soon as you make the code" in text(miriam.get("/staff/1/code"))
    code = code_on(text(miriam.send("/staff/1/code")))
    assert rosa.get("/").status_code == 302
    assert Person(app).send("/sign-in", username="rosa", password=cast.PASSWORD).status_code == 422
    assert sets(Person(app), "rosa", code) == 303


def test_whoever_is_signed_in_signs_out_first(rosa: Person) -> None:
    assert rosa.get("/sign-in/code").headers["Location"] == "/"
    assert "Sign out first. Then the code can be used here." in text(rosa.get("/"))


def test_whoever_made_a_code_does_not_use_it_in_their_own_browser(app: Flask, miriam: Person) -> None:
    code = code_on(text(miriam.send("/staff/new", **NIA)))
    assert miriam.send("/sign-out", shown_at="/").status_code == 302
    answer = miriam.send("/sign-in/code", username="nia", code=code, new=NEW, again=NEW)
    assert answer.status_code == 422
    assert "Whoever made this code signs in in this browser, and nobody else does." in text(answer)
    assert sets(Person(app), "nia", code) == 303


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"username": ""}, "Enter your user name."),
        ({"code": ""}, "Enter the code."),
        ({"code": "ACDE-FGHJ-KMNP"}, "The name or the code is not right, or the code was used already or is too old."),
        ({"username": "leo"}, "The name or the code is not right"),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "another sentence"}, "The two are not the same."),
        ({"code": "", "new": "short", "again": "short"}, "at least 12 characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_code_is_not_used_up(
    app: Flask, miriam: Person, fields: dict[str, str], message: str
) -> None:
    code = code_on(text(miriam.send("/staff/1/code")))
    right = {"username": "rosa", "code": code, "new": NEW, "again": NEW}
    answer = Person(app).send("/sign-in/code", **{**right, **fields})
    assert answer.status_code == 422 and message in text(answer)
    assert sets(Person(app), "rosa", code) == 303


def test_wrong_codes_are_noted_with_their_source_and_make_one_wait(app: Flask) -> None:
    stranger = Person(app)
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert [sets(stranger, "rosa", "ACDE-FGHJ-KMNP") for _ in range(6)] == [422] * 6
    assert noted(app) == [("wrong", "codes.redeem", "staff:1", None, None)] * 5
    for path, fields in (
        ("/sign-in", {"password": cast.PASSWORD}),
        ("/sign-in/code", {"code": "x", "new": NEW, "again": NEW}),
    ):
        assert "Too many wrong passwords. Wait 1 minute" in text(stranger.send(path, username="rosa", **fields))


def given_code(session: Session) -> str:
    return make_code(session, staff_id=cast.ROSA, hasher=Hasher(64, 1), actor=command(), now=cast.NOW).code


def test_a_lead_reads_who_set_a_password_with_a_code_of_an_admin_for_a_week(
    app: Flask, person: People, given: Callable[..., str], clock: time_machine.Traveller
) -> None:
    code = code_on(text(person("sam").send("/staff/new", **NIA)))
    assert sets(Person(app), "nia", code) == 303
    assert sets(Person(app), "rosa", given(given_code)) == 303
    miriam = person("miriam")
    page = text(miriam.get("/"))
    assert "Nia has set a password on Mar 16, 2026, 11:00 AM, with a code of Sam" in page
    assert "Rosa has set a password on Mar 16, 2026, 11:00 AM, with a code of the command line" in page
    assert "has set a password" not in text(person("leo").get("/")), "whoever manages no accounts is not told"
    clock.shift(7 * 24 * 3600)
    assert "has set a password" not in text(person("miriam").get("/"))


def test_the_trail_says_it_in_sentences(app: Flask, person: People) -> None:
    code = code_on(text(person("sam").send("/staff/1/code")))
    somebody = Person(app)
    somebody.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    somebody.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
    assert sets(somebody, "rosa", "ACDE-FGHJ-KMNP") == 422
    assert sets(somebody, "rosa", code) == 303
    page = text(person("sam").get("/audit"))
    assert "Sam made a one-time code for the account of Rosa; the old password is void." in page
    assert "Somebody typed a wrong one-time code for the account of Rosa." in page
    assert (
        "Rosa set a password with the one-time code that account 5 made, in Firefox on Windows at network address "
        "203.0.113.9." in page
    )


def test_who_left_is_closed_and_never_deleted(miriam: Person) -> None:
    fields = {**NIA, "display_name": "Leo", "username": "leo"}
    fields.pop("is_active")
    assert "Who leaves is closed, never deleted" in text(miriam.get("/staff/2/edit"))
    assert miriam.send("/staff/2/edit", **fields).status_code == 303
    assert "Leo leo closed Coordinator" in text(miriam.get("/staff"))
    assert "Make a one-time code" not in text(miriam.get("/staff/2/edit"))
    answer = miriam.send("/staff/2/code")
    assert answer.status_code == 422 and "This account is closed. Open it first" in text(answer)
    assert miriam.client.delete("/staff/2/edit").status_code == 405
