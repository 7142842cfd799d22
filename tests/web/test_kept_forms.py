"""What somebody typed survives a session that has ended, for this person only, and nothing is sent by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from importlib import import_module
from pkgutil import walk_packages

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from cm_tracker import forms
from cm_tracker.web.kept_forms import SECRET_FIELDS
from tests import cast
from tests.web.conftest import Person, hidden, text

Given = Callable[..., object]
TEST = "/enrollments/1/0/visits/new"
TYPED = {
    "happened_on": "2026-03-16",
    "collected_time": "10:00",
    "specimen": "given",
    "specimen_id": "U7.4711",
    "temperature": "in_range",
    "result_cocaine": "negative",
    "note": "Came with Zoë",
}


def kept_in(answer: TestResponse) -> str:
    found = re.search(r'name="form_kept" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None, text(answer)
    return unescape(found[1])


def value_of(page: str, name: str) -> str | None:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', found[0]) if found else None
    return unescape(value[1]) if value else None


def sign_in_again(person: Person, late: TestResponse, username: str = "rosa") -> TestResponse:
    """Sign in on the page that refused a form."""
    page = late.get_data(as_text=True)
    action = re.search(r'<form method="post" action="([^"]*)"', page)
    assert action is not None
    fields = {**hidden(page), "form_kept": kept_in(late), "username": username, "password": cast.PASSWORD}
    return person.client.post(unescape(action[1]), data=fields)


def open_again(person: Person, signed_in: TestResponse, path: str = TEST) -> TestResponse:
    page = signed_in.get_data(as_text=True)
    assert f'action="{path}"' in page
    return person.client.post(path, data={**hidden(page), "form_kept": kept_in(signed_in)})


def test_a_visit_that_is_sent_after_the_session_has_ended_is_there_again_after_signing_in(
    rosa: Person, clock: time_machine.Traveller
) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(TEST, data={**form, **TYPED})
    assert late.status_code == 401
    assert "You were signed out before the form was sent. Nothing is saved yet." in text(late)
    signed_in = sign_in_again(rosa, late)
    assert signed_in.status_code == 200
    assert "You are signed in again. What you typed is still there" in text(signed_in)
    assert "No visit yet" in text(rosa.get("/clients/1")), "nothing is sent by itself"
    again = open_again(rosa, signed_in)
    page = again.get_data(as_text=True)
    assert again.status_code == 200
    assert "This is what you typed. Nothing is saved yet" in text(again)
    assert "No visit yet" in text(rosa.get("/clients/1")), "the form is only filled in"
    assert [value_of(page, name) for name in ("collected_time", "specimen_id")] == ["10:00", "U7.4711"]
    assert "Came with Zoë" in page
    assert re.findall(r'<input checked[^>]*name="(result_cocaine|temperature|specimen)"', page) == [
        "result_cocaine",
        "specimen",
        "temperature",
    ]
    assert hidden(page)["key"] == form["key"], "the key of the form is the same"
    saved = rosa.client.post(TEST, data={**hidden(page), **TYPED})
    assert saved.status_code == 303
    assert "Balance now 10 points" in text(rosa.get(saved.headers["Location"]))


def test_what_was_typed_cannot_be_read_on_the_page_for_signing_in(rosa: Person, clock: time_machine.Traveller) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(TEST, data={**form, **TYPED})
    for page in (late, sign_in_again(rosa, late)):
        for word in ("Zoë", "U7.4711", "negative", "cocaine"):
            assert word not in page.get_data(as_text=True)


def test_somebody_else_who_signs_in_does_not_get_it(app: Flask, rosa: Person, clock: time_machine.Traveller) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(TEST, data={**form, **TYPED})
    answer = sign_in_again(rosa, late, "miriam")
    assert (answer.status_code, answer.headers["Location"]) == (302, TEST)
    miriam = Person(app, "miriam")
    token = hidden(miriam.get(TEST).get_data(as_text=True))["csrf_token"]
    stolen = miriam.client.post(TEST, data={"csrf_token": token, "form_kept": kept_in(late)})
    assert (stolen.status_code, stolen.headers["Location"]) == (303, TEST)


def test_a_wrong_password_keeps_the_form(rosa: Person, clock: time_machine.Traveller) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(TEST, data={**form, **TYPED})
    fields = {
        **hidden(late.get_data(as_text=True)),
        "form_kept": kept_in(late),
        "username": "rosa",
        "password": "wrong",
    }
    refused = rosa.client.post(f"/sign-in?next={TEST}", data=fields)
    assert refused.status_code == 422 and kept_in(refused) == kept_in(late)


@pytest.mark.parametrize("path", ["/clients/1/edit", "/clients/new"])
def test_a_form_that_was_kept_opens_only_on_its_own_page(
    rosa: Person, clock: time_machine.Traveller, path: str
) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    signed_in = sign_in_again(rosa, rosa.client.post(TEST, data={**form, **TYPED}))
    fields = {**hidden(signed_in.get_data(as_text=True)), "form_kept": kept_in(signed_in)}
    assert rosa.client.post(path, data=fields).status_code == 303


@pytest.mark.parametrize("minutes", [61, 24 * 60])
def test_a_form_is_kept_for_an_hour(rosa: Person, clock: time_machine.Traveller, minutes: int) -> None:
    form = hidden(rosa.get(TEST).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(TEST, data={**form, **TYPED})
    clock.shift(timedelta(minutes=minutes))
    assert sign_in_again(rosa, late).status_code == 302


def test_a_form_with_an_old_token_is_there_again(rosa: Person) -> None:
    form = {**hidden(rosa.get(TEST).get_data(as_text=True)), "csrf_token": "old"}
    refused = rosa.client.post(TEST, data={**form, **TYPED})
    assert refused.status_code == 400
    assert "The form was too old to be sent." in text(refused)
    page = open_again(rosa, refused).get_data(as_text=True)
    assert value_of(page, "specimen_id") == "U7.4711" and hidden(page)["key"] == form["key"]
    assert "No visit yet" in text(rosa.get("/clients/1"))


def test_a_form_from_another_website_is_not_kept(rosa: Person) -> None:
    answer = rosa.client.post(TEST, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400 and 'name="kept"' not in answer.get_data(as_text=True)


def test_nothing_is_kept_of_somebody_who_signed_out_or_never_signed_in(app: Flask, rosa: Person) -> None:
    stranger = Person(app)
    token = hidden(stranger.get("/sign-in").get_data(as_text=True))
    answer = stranger.client.post(TEST, data={**token, **TYPED})
    assert answer.status_code == 302
    rosa.send("/sign-out", shown_at="/")
    token = hidden(rosa.get("/sign-in").get_data(as_text=True))
    assert rosa.client.post(TEST, data={**token, **TYPED}).status_code == 302


def test_a_password_is_not_kept(miriam: Person, clock: time_machine.Traveller) -> None:
    form = hidden(miriam.get("/staff/new").get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    fields = {
        "display_name": "Nia",
        "username": "nia",
        "roles": "coordinator",
        "site_ids": "1",
        "password": "a long secret",
    }
    late = miriam.client.post("/staff/new", data={**form, **fields})
    assert value_of(late.get_data(as_text=True), "username") in (None, ""), "the page asks for one's own name"
    again = open_again(miriam, sign_in_again(miriam, late, "miriam"), "/staff/new")
    page = again.get_data(as_text=True)
    assert value_of(page, "username") == "nia" and "a long secret" not in page
    assert value_of(page, "password") in (None, "")


def test_the_changes_of_a_draft_are_there_again(miriam: Person, clock: time_machine.Traveller) -> None:
    draft = miriam.send("/schedules/drafts", shown_at="/schedules/presets/higgins-voucher", preset="higgins-voucher")
    path = draft.headers["Location"]
    page = miriam.get(path).get_data(as_text=True)
    form = page.split('<form method="post" novalidate id="draft-form"')[1].split("</form>")[0]
    fields = {
        unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]*)"[^>]*value="([^"]*)"', form)
    }
    clock.shift(timedelta(minutes=25))
    late = miriam.client.post(path, data={**hidden(page), **fields, "name": "A long evening’s work"})
    again = open_again(miriam, sign_in_again(miriam, late, "miriam"), path)
    assert "A long evening’s work" in again.get_data(as_text=True)
    assert hidden(again.get_data(as_text=True))["shown"] == hidden(page)["shown"]
    assert "A long evening’s work" not in text(miriam.get("/schedules")), "nothing is saved"


def test_an_undo_that_is_brought_back_too_late_is_not_carried_out(
    rosa: Person, given: Given, clock: time_machine.Traveller
) -> None:
    given(cast.visit, 0)
    path = "/visits/1/undo"
    page = rosa.get(path).get_data(as_text=True)
    clock.shift(timedelta(minutes=25))
    late = rosa.client.post(path, data={**hidden(page), "why": "twice", "words": "Twice"})
    again = open_again(rosa, sign_in_again(rosa, late), path)
    assert again.status_code == 409, "the fifteen minutes are over"
    assert "Balance now 10 points" in text(rosa.get("/visits/1"))


def test_every_field_of_a_password_or_a_pin_is_left_out() -> None:
    secret = set()
    for module in walk_packages(forms.__path__, "cm_tracker.forms."):
        for form in vars(import_module(module.name)).values():
            for name, field in vars(form).items() if isinstance(form, type) else ():
                if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField):
                    secret.add(name)
    assert {"password", "pin"} <= secret <= SECRET_FIELDS
