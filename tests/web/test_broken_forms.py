"""Forms of the day, of goals, of ID cards and of slips, sent broken: no field brings the program down."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.passwords import Hasher
from tests import cast, goals, program_hours, week
from tests.drawing import shelved, won
from tests.web.conftest import Person

Given = Callable[..., Any]

# Every page with a form that a nurse, a lead or the front desk sends for the day of a client.
PAGES = (
    "/", "/day", "/day?ask=absent-1-1", "/day?ask=later-1-1", "/day?ask=part-1-2", "/services/2/sheet", "/sites/1/calls",
    "/sites/1/closed-days/2026-03-11", "/sites/1/hours", "/enrollments/4/goals", "/enrollments/4/goals/new",
    "/goals/1/meet", "/goals/1/move", "/goals/1/drop", "/enrollments/1/reviews/new", "/reviews/1",
    "/enrollments/5/slips/new", "/slips/1", "/sites/1/goals", "/listed-goals/1", "/id-cards", "/clients/1/id-card",
    "/clients/1/counselor", "/clients/3/slips", "/clients",
)  # fmt: skip
# What stands in a field instead: nothing, no number, one that is too large, digits of another script, and far too much.
BROKEN = ("", "x", "-1", "9" * 18, "9" * 5000, "٣", "²", "1" * 60, "é" * 3000)


@pytest.fixture
def scene(given: Given) -> None:
    """Something to do on every page: a group, tests, an absence, a closed day, a week of hours, a goal, a review, slips."""

    def enter(session: Session) -> None:
        won(session, 3)
        shelved(session, "small")
        set_pin(session, client_id=3, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=cast.NOW)
        tests, group = week.tests(session), week.group(session)
        week.plan(session, week.item(tests, "024", "cocaine-negative"), week.item(group, "024"))
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=tests, on_day=date(2026, 3, 13), way="absent", key=cast.key(),
            actor=cast.leo, now=cast.NOW,
        )  # fmt: skip
        add_closure(
            session, site_id=cast.HARBOR, first_day=date(2026, 3, 11), last_day=date(2026, 3, 11), name="Water damage",
            key=cast.key(), actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
        kim = goals.kim(session)
        goals.goal(session, steps=["Call the office"], enrollment_id=kim)
        goals.review(session)
        goals.listed(session)
        meeting = goals.meeting(session)
        goals.slip(session, meeting, enrollment_id=5, decision=None)
        of_hours = program_hours.program(session, code="HS-10")
        session_id = week.service(session, "Hours", "group", week.meetings("024", week.time(9), 180))
        week.plan(session, week.item(session_id, "024"), enrollment_id=of_hours)
        for day in (2, 4, 6):
            record_slot(
                session, enrollment_id=of_hours, service_id=session_id, on_day=date(2026, 3, day), way="attended",
                key=cast.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip
        issue_card(session, client_id=cast.AMIR, key=cast.key(), actor=cast.rosa, now=cast.NOW)

    given(enter)


class SentForm(NamedTuple):
    """A form of a page: where it is sent, and its fields in order. Forms that differ in ids alone have one shape."""

    action: str
    fields: list[tuple[str, str]]

    @property
    def shape(self) -> tuple[str, ...]:
        return tuple(re.sub(r"\d+", "0", text) for text in (self.action, *(name for name, _ in self.fields)))


class Forms(HTMLParser):
    """The forms of a page, each with the fields that a browser sends, and with every button."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.inside = path, False
        self.found: list[SentForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "form":
            self.inside = of.get("method") == "post"
            if self.inside:
                self.found.append(SentForm(of.get("action") or self.path, []))
        elif self.inside and tag in ("input", "select", "textarea", "button") and of.get("name"):
            self.found[-1].fields.append((str(of["name"]), of.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def forms_of(person: Person, path: str) -> list[SentForm]:
    answer = person.get(path)
    assert answer.status_code == 200, path
    forms = Forms(path)
    forms.feed(answer.get_data(as_text=True))
    return [form for form in forms.found if "sign-out" not in form.action]


def broken(form: SentForm) -> Iterator[list[tuple[str, str]]]:
    """The fields of a form with one of them missing, twice there, or with something else in it."""
    for number, (name, value) in enumerate(form.fields):
        if name == "csrf_token":
            continue
        before, after = form.fields[:number], form.fields[number + 1 :]
        yield [*before, *after]
        for other in (BROKEN[number % len(BROKEN)], BROKEN[(number + 3) % len(BROKEN)]):
            yield [*before, (name, value), (name, other), *after]
            yield [*before, (name, other), *after]


def send(person: Person, form: SentForm, fields: list[tuple[str, str]]) -> TestResponse:
    return person.client.post(form.action, data=MultiDict(fields))


def test_no_field_brings_a_page_down(person: Callable[..., Person], scene: None) -> None:
    miriam = person("miriam")
    forms = {form.shape: form for path in PAGES for form in forms_of(miriam, path)}
    assert len(forms) > 25
    for form in forms.values():
        for fields in broken(form):
            answer = send(miriam, form, fields)
            assert answer.status_code < 500, (form.action, fields)


def test_a_nul_is_refused_in_every_field(person: Callable[..., Person], scene: None) -> None:
    miriam = person("miriam")
    for form in {form.shape: form for path in PAGES for form in forms_of(miriam, path)}.values():
        for name, _value in form.fields[1:]:
            fields = [(one, "a\x00b" if one == name else value) for one, value in form.fields]
            assert send(miriam, form, fields).status_code == 400, (form.action, name)


def test_a_form_without_a_token_is_refused_wherever_it_is_sent(app: Flask, person: Callable[..., Person]) -> None:
    miriam = person("miriam")
    ids = {"name": "higgins-voucher", "digest": "0" * 64, "on": "2026-03-11", "number": 0}
    sent = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        adapter = app.url_map.bind("")
        of_few = {name: first for first, name in re.findall(r"any\(['\"]?(\w+)[^:]*:(\w+)>", rule.rule)}
        values = {name: of_few.get(name, ids.get(name, 1)) for name in rule.arguments}
        answer = miriam.send_bare(adapter.build(rule.endpoint, values))
        assert answer.status_code == 400, rule.endpoint
        sent += 1
    assert sent > 70


@pytest.mark.parametrize(
    "path",
    [
        "/?ask=absent-{}-{}", "/?counselor={}&service={}&track={}&client={}", "/?site={}&first={}&show=done",
        "/day?on={}", "/day/changes?counselor={}&ask=later-{}-1", "/sites/1/hours?from={}",
        "/id-cards/print?clients={}-{}", "/id-cards?site={}", "/services/2/sheet?on={}", "/clients?counselor={}",
    ],
)  # fmt: skip
def test_no_number_in_a_url_brings_a_page_down(rosa: Person, scene: None, path: str) -> None:
    for text in ("", "x", "-1", "²", "٣", "9" * 17, "9" * 5000, "2026-02-31", "0001-01-01", "9999-12-31"):
        answer = rosa.get(path.replace("{}", quote(text)))
        assert answer.status_code in (200, 404), text


def test_marks_that_no_page_has_get_the_whole_board(rosa: Person, scene: None) -> None:
    answer = rosa.client.get("/day/changes", headers={"X-Seen": "x" * 2000, "X-Known": ",".join(["0" * 8] * 700)})
    assert answer.status_code == 200 and "HS-1" in answer.get_data(as_text=True)
