"""Signing in with a second factor, the page on which one is set up, and the question "Is it you?"."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from cm_tracker.authenticators import code_at
from cm_tracker.secret_box import FILE, SecretBox
from cm_tracker.web.viewings import view_log
from tests import cast
from tests.authenticator import SECRET, Key, with_app, with_passkey
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., Any]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SecretBox:
    """Give the application a folder of its own for the key of the secrets."""
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    return SecretBox(tmp_path)


def signed_fields(answer: TestResponse, key: Key, *, makes: bool = False) -> dict[str, str]:
    """Return the fields that the script sends: the token of the page, and what a passkey signed."""
    page = answer.get_data(as_text=True)
    options = re.search(r'data-options="([^"]+)"', page)
    assert options is not None, text(answer)
    challenge = re.search(r'"challenge": "([^"]+)"', unescape(options[1]))
    assert challenge is not None
    asked = urlsafe_b64decode(challenge[1] + "==")
    return {**hidden(page), "signed": key.made(asked) if makes else key.signed(asked)}


def half(app: Flask, username: str = "rosa", path: str = "/sign-in") -> Person:
    """Return somebody who has typed the right password of an account with a second factor."""
    person = Person(app)
    answer = person.send(path, username=username, password=cast.PASSWORD)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in/second")
    return person


def is_in(person: Person) -> bool:
    return person.get("/password").status_code == 200


@pytest.mark.parametrize(
    ("path", "writes"), [("/second-factor", False), ("/second-factor/app", True), ("/second-factor/passkeys/new", True)]
)
def test_the_pages_of_the_second_factor_pass_the_checklist(person: People, path: str, writes: bool) -> None:
    check(person, path, allowed=("rosa", "miriam", "grace", "sam"), writes=writes)


def test_an_app_is_set_up_without_script_and_signs_in(app: Flask, box: SecretBox, rosa: Person) -> None:
    page = rosa.get("/second-factor/app")
    secret = re.search(r'name="secret"[^>]*value="([A-Z2-7]{32})"', page.get_data(as_text=True))
    assert secret is not None and "<svg" in page.get_data(as_text=True)
    assert " ".join(re.findall("....", secret[1])) in text(page), "the key to type"
    fields = {**hidden(page.get_data(as_text=True)), "secret": secret[1]}
    wrong = rosa.client.post("/second-factor/app", data={**fields, "factor_code": "000000"})
    assert wrong.status_code == 422 and secret[1] in wrong.get_data(as_text=True), "the same secret again"
    done = rosa.client.post("/second-factor/app", data={**fields, "factor_code": code_at(secret[1], cast.NOW)})
    codes = re.findall(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", text(done))
    assert done.status_code == 200 and len(codes) == 10
    shown = text(rosa.get("/second-factor"))
    assert "10 codes left" in shown and codes[0] not in shown

    somebody = half(app)
    assert not is_in(somebody)
    page = somebody.get("/sign-in/second")
    assert secret[1] not in page.get_data(as_text=True)
    answer = somebody.send("/sign-in/second", factor_code=codes[0])
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_in(somebody)


def test_the_second_step_leads_to_the_page_that_was_wanted(app: Flask, box: SecretBox, given: Given) -> None:
    given(with_app, box, cast.rosa)
    somebody = half(app, path="/sign-in?next=/clients/1")
    answer = somebody.send("/sign-in/second?next=/clients/1", factor_code=code_at(SECRET, cast.NOW))
    assert answer.headers["Location"] == "/clients/1"
    somebody = half(app)
    answer = somebody.send("/sign-in/second?next=//evil.example", factor_code=code_at(SECRET, cast.NOW + MINUTE / 2))
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("code", ["000000", "abcd-efgh-ijkm-npqr", "", " "])
def test_a_wrong_code_is_refused_at_its_field(app: Flask, box: SecretBox, given: Given, code: str) -> None:
    given(with_app, box, cast.rosa)
    somebody = half(app)
    answer = somebody.send("/sign-in/second", factor_code=code)
    assert answer.status_code == 422
    assert ("That code is not right" if code.strip() else "Enter the six digits") in text(answer)
    assert not is_in(somebody)


def test_five_wrong_codes_make_the_account_wait(app: Flask, box: SecretBox, given: Given) -> None:
    given(with_app, box, cast.rosa)
    somebody = half(app)
    for _ in range(5):
        somebody.send("/sign-in/second", factor_code="000000")
    assert "Wait 1 minute" in text(somebody.send("/sign-in/second", factor_code=code_at(SECRET, cast.NOW)))
    assert "Wait 1 minute" in text(Person(app).send("/sign-in", username="rosa", password=cast.PASSWORD))


def test_a_wrong_code_is_noted_with_the_account(app: Flask, box: SecretBox, given: Given, person: People) -> None:
    given(with_app, box, cast.rosa)
    half(app).send("/sign-in/second", factor_code="000000")
    assert view_log(app).flush()
    assert "Second step of signing in" in text(person("sam").get("/viewings"))


def test_the_second_step_is_over_after_five_minutes(
    app: Flask, box: SecretBox, given: Given, clock: time_machine.Traveller
) -> None:
    given(with_app, box, cast.rosa)
    somebody = half(app)
    page = somebody.get("/sign-in/second").get_data(as_text=True)
    clock.shift(5 * MINUTE + timedelta(seconds=1))
    answer = somebody.client.post(
        "/sign-in/second", data={**hidden(page), "factor_code": code_at(SECRET, cast.NOW + 5 * MINUTE)}
    )
    assert answer.status_code == 422 and "That took too long" in text(answer)
    assert 'action="/sign-in"' in answer.get_data(as_text=True)
    assert not is_in(somebody)


def test_nobody_does_the_second_step_without_the_first(app: Flask, box: SecretBox, given: Given) -> None:
    given(with_app, box, cast.rosa)
    answer = Person(app).send("/sign-in/second", shown_at="/sign-in", factor_code=code_at(SECRET, cast.NOW))
    assert answer.status_code == 422 and "That took too long" in text(answer)


def test_what_was_typed_survives_both_steps(
    app: Flask, box: SecretBox, given: Given, rosa: Person, clock: time_machine.Traveller
) -> None:
    path = "/clients/1/edit"
    fields = {**hidden(rosa.get(path).get_data(as_text=True)), "code": "HS-1", "preferred_name": "Amir Z."}
    given(with_app, box, cast.rosa)
    clock.shift(timedelta(minutes=30))
    late = rosa.client.post(path, data=fields)
    kept = kept_in(late)
    page = rosa.client.post(
        "/sign-in",
        data={**hidden(late.get_data(as_text=True)), "form_kept": kept, "username": "rosa", "password": cast.PASSWORD},
    )
    assert page.status_code == 200 and "Second step" in text(page)
    code = code_at(SECRET, cast.NOW + timedelta(minutes=30))
    there = rosa.client.post(
        "/sign-in/second",
        data={**hidden(page.get_data(as_text=True)), "form_kept": kept_in(page), "factor_code": code},
    )
    assert "What you typed is still there" in text(there) and f'action="{path}"' in there.get_data(as_text=True)
    again = rosa.client.post(path, data={**hidden(there.get_data(as_text=True)), "form_kept": kept_in(there)})
    assert 'value="Amir Z."' in again.get_data(as_text=True)


def kept_in(answer: TestResponse) -> str:
    found = re.search(r'name="form_kept" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None, text(answer)
    return unescape(found[1])


# Passkeys.


def test_a_passkey_is_added_and_signs_in_alone_while_the_account_waits(
    app: Flask, rosa: Person, clock: time_machine.Traveller
) -> None:
    key = Key()
    page = rosa.get("/second-factor/passkeys/new")
    fields = signed_fields(page, key, makes=True)
    done = rosa.client.post("/second-factor/passkeys/new", data={**fields, "name": "My phone"})
    assert done.status_code == 200 and "Recovery codes" in text(done)
    assert "My phone" in text(rosa.get("/second-factor"))
    again = rosa.client.post("/second-factor/passkeys/new", data={**fields, "name": "My phone"})
    assert again.status_code == 422 and "This passkey is there already." in text(again)

    clock.shift(timedelta(seconds=1))
    stranger = Person(app)
    for _ in range(6):
        stranger.send("/sign-in", username="rosa", password="a wrong password")
    fields = signed_fields(stranger.get("/sign-in"), key)
    copied = Person(app).client.post("/sign-in/passkey", data=fields)
    assert copied.status_code == 400, "without the token of its own page"
    answer = stranger.client.post("/sign-in/passkey?next=/clients/1", data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/clients/1")
    assert is_in(stranger)


def test_a_challenge_of_another_browser_or_an_old_one_is_refused(
    app: Flask, given: Given, clock: time_machine.Traveller
) -> None:
    key = given(with_passkey, cast.rosa)
    of_another = signed_fields(Person(app).get("/sign-in"), key)["signed"]
    stranger = Person(app)
    page = stranger.get("/sign-in")
    answer = stranger.client.post(
        "/sign-in/passkey", data={**hidden(page.get_data(as_text=True)), "signed": of_another}
    )
    assert answer.status_code == 422 and "That passkey was not accepted." in text(answer)
    own = signed_fields(page, key)
    clock.shift(6 * MINUTE)
    assert stranger.client.post("/sign-in/passkey", data=own).status_code == 422
    assert not is_in(stranger)


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "null", '{"response": {"clientDataJSON": "e30"}}', "x" * 30_000, "[" * 15_000]
)
def test_what_is_no_signature_is_refused_with_a_sentence(app: Flask, given: Given, sent: str) -> None:
    given(with_passkey, cast.rosa)
    answer = Person(app).send("/sign-in/passkey", shown_at="/sign-in", signed=sent)
    assert answer.status_code == 422
    assert "That passkey was not accepted." in text(answer)


def test_a_passkey_is_a_second_step(app: Flask, given: Given) -> None:
    key = given(with_passkey, cast.rosa)
    somebody = half(app)
    fields = signed_fields(somebody.get("/sign-in/second"), key)
    assert somebody.client.post("/sign-in/second", data=fields).status_code == 302
    assert is_in(somebody)


def test_a_passkey_is_renamed_and_removed_by_its_owner(app: Flask, given: Given, rosa: Person, person: People) -> None:
    given(with_passkey, cast.rosa)
    leo = person("leo")
    assert leo.get("/second-factor/passkeys/1").status_code == 404
    assert leo.send("/second-factor/passkeys/1/remove", shown_at="/password").status_code == 404
    assert "Blue key" in rosa.told("/second-factor/passkeys/1", name="Blue key")
    told = rosa.told("/second-factor/passkeys/1/remove", shown_at="/second-factor/passkeys/1")
    assert "The passkey is removed" in told and "Blue key" not in told


# Grace.


def test_a_lead_is_told_until_when_and_then_gets_nowhere_else(
    app: Flask, box: SecretBox, clock: time_machine.Traveller
) -> None:
    miriam = Person(app, "miriam")
    assert "Set up a second factor" in text(miriam.get("/"))
    assert "put it off" not in text(Person(app, "rosa").get("/"))
    clock.shift(timedelta(days=14))
    miriam = Person(app, "miriam")
    for path in ("/", "/clients/1", "/staff", "/password", "/ledger"):
        answer = miriam.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/second-factor"), path
    answer = miriam.send("/clients/1/edit", shown_at="/second-factor", code="HS-1")
    assert answer.headers["Location"] == "/second-factor"
    assert "Set up one of the two here" in text(miriam.get("/second-factor"))
    now = cast.NOW + timedelta(days=14)
    done = miriam.send("/second-factor/app", secret=SECRET, factor_code=code_at(SECRET, now))
    assert done.status_code == 200
    assert miriam.get("/clients/1").status_code == 200


def test_who_has_to_set_one_up_can_sign_out(app: Flask, given: Given) -> None:
    given(cast.set_site, factor_grace_days=0)
    miriam = Person(app, "miriam")
    assert miriam.send("/sign-out", shown_at="/second-factor").status_code == 302


# Taking it away.


def test_a_lead_takes_away_what_somebody_has_lost(app: Flask, box: SecretBox, given: Given, miriam: Person) -> None:
    assert "Take away" not in text(miriam.get("/staff/1/edit"))
    given(with_app, box, cast.rosa)
    told = miriam.told("/staff/1/take-away", shown_at="/staff/1/edit")
    assert "The second factor is taken away." in told and "Take away" not in told
    assert "Miriam took away the second factor of Rosa" in text(miriam.get("/"))
    assert is_in(Person(app, "rosa"))


# "Is it you?"


@pytest.fixture
def later(miriam: Person, clock: time_machine.Traveller) -> Iterator[Person]:
    """Return a lead whose last proof is eleven minutes old, and who has opened pages since."""
    clock.shift(5 * MINUTE)
    miriam.get("/")
    clock.shift(6 * MINUTE)
    yield miriam


def test_a_page_of_a_dangerous_act_asks_who_is_there_and_leads_back(later: Person) -> None:
    assert later.get("/clients/1").status_code == 200
    asked = later.get("/audit/trail.csv?since=2026-03-01&until=2026-03-16")
    assert asked.status_code == 303 and asked.headers["Location"].startswith("/sign-in/again?next=")
    page = asked.headers["Location"]
    assert "Is it you?" in text(later.get(page)) and "this page stays" in text(later.get(page))
    wrong = later.send(page, password="another one")
    assert wrong.status_code == 422 and "That is not your password." in text(wrong)
    answer = later.send(page, password=cast.PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (
        303, "/audit/trail.csv?since=2026-03-01&until=2026-03-16",
    )  # fmt: skip
    assert later.get(answer.headers["Location"]).status_code == 200


def test_the_last_minute_still_counts(miriam: Person, clock: time_machine.Traveller) -> None:
    clock.shift(10 * MINUTE)
    assert miriam.get("/staff/new").status_code == 200
    clock.shift(timedelta(seconds=1))
    assert miriam.get("/staff/new").status_code == 303


def test_a_form_is_not_carried_out_and_what_was_typed_is_there_again(
    miriam: Person, clock: time_machine.Traveller
) -> None:
    path = "/staff/new"
    fields = {**hidden(miriam.get(path).get_data(as_text=True)), "display_name": "Nia", "username": "nia"}
    clock.shift(11 * MINUTE)
    asked = miriam.client.post(path, data={**fields, "password": "a long enough one"})
    assert asked.status_code == 401 and "Nothing is saved yet." in text(asked)
    page = asked.get_data(as_text=True)
    action = re.search(r'<form method="post" action="([^"]*again[^"]*)"', page)
    assert action is not None
    there = miriam.client.post(
        unescape(action[1]), data={**hidden(page), "form_kept": kept_in(asked), "password": cast.PASSWORD}
    )
    again = miriam.client.post(
        path, data={**hidden(there.get_data(as_text=True)), "form_kept": kept_in(there)}
    ).get_data(as_text=True)
    assert 'value="Nia"' in again and "a long enough one" not in again


def test_a_button_is_not_pressed_and_the_page_with_it_comes_back(later: Person) -> None:
    token = hidden(later.get("/staff").get_data(as_text=True))
    headers = {"Referer": "http://localhost/staff"}
    asked = later.client.post("/staff/1/lift", data=token, headers=headers)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/again?next=/staff&undone=1")
    assert "Nothing is done yet." in text(later.get(asked.headers["Location"]))
    elsewhere = later.client.post("/staff/1/lift", data=token, headers={"Referer": "http://evil.example/staff"})
    assert elsewhere.headers["Location"] == "/sign-in/again?next=/&undone=1"


def test_who_reads_a_request_is_not_asked_but_who_decides_is(given: Given, later: Person) -> None:
    from cm_tracker.operations.ledger.request_adjustment import request_adjustment

    given(
        request_adjustment, client_id=cast.AMIR, unit="points", amount=5, reason="Found a coat", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    page = later.get("/adjustments/1")
    assert page.status_code == 200
    assert later.client.post("/adjustments/1", data=hidden(page.get_data(as_text=True))).status_code in (303, 401)


def test_who_has_a_second_factor_proves_it(
    app: Flask, box: SecretBox, given: Given, clock: time_machine.Traveller
) -> None:
    given(with_app, box, cast.miriam)
    miriam = half(app, "miriam")
    assert miriam.send("/sign-in/second", factor_code=code_at(SECRET, cast.NOW)).status_code == 302
    clock.shift(11 * MINUTE)
    page = text(miriam.get("/sign-in/again"))
    assert "Code from your app" in page and "Your password" not in page
    now = cast.NOW + 11 * MINUTE
    assert miriam.send("/sign-in/again?next=/staff", factor_code=code_at(SECRET, now)).headers["Location"] == "/staff"


def test_a_lost_key_of_the_secrets_says_what_to_do(app: Flask, box: SecretBox, given: Given, tmp_path: Path) -> None:
    given(with_app, box, cast.rosa)
    (tmp_path / FILE).unlink()
    answer = half(app).send("/sign-in/second", factor_code=code_at(SECRET, cast.NOW))
    assert answer.status_code == 503
    assert "secrets.key is missing" in text(answer) and "recovery code" in text(answer)


def test_signing_in_for_every_page_is_still_one_statement(rosa: Person, statements: list[str]) -> None:
    statements.clear()
    rosa.get("/password")
    assert len([one for one in statements if "staff_session" in one]) <= 1


def test_who_reads_the_settings_of_a_site_is_not_asked_but_who_changes_them_is(later: Person) -> None:
    path = "/sites/1/settings"
    assert later.get(path).status_code == 200
    asked = later.send(path, undo_minutes="7", reason="County policy")
    assert asked.status_code == 401 and "Nothing is saved yet." in text(asked)
    assert "changed the settings" not in text(later.get("/audit"))
    page = asked.get_data(as_text=True)
    there = later.client.post(
        "/sign-in/again", data={**hidden(page), "form_kept": kept_in(asked), "password": cast.PASSWORD}
    )
    again = later.client.post(path, data={**hidden(there.get_data(as_text=True)), "form_kept": kept_in(there)})
    assert again.status_code == 200
    assert re.search(r'<input[^>]*name="undo_minutes"[^>]*value="7"', again.get_data(as_text=True))
