"""What was expected at a site on some days, with the outcome of each slot, in a constant number of statements."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.day.expected_visits import Counts, attendance, negatives
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.day.expected_visits import PersonVisits, expected_visits
from tests import cast, week

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)
MON, WED, FRI = date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 13)


@pytest.fixture
def usual(session: Session) -> None:
    """A group and tests on Monday, Wednesday and Friday, for Amir."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))


def asked(session: Session, **more: Any) -> tuple[PersonVisits, ...]:
    parameters: dict[str, Any] = {
        "actor": cast.rosa, "site_id": cast.HARBOR, "first_day": FIRST, "last_day": LAST, "now": cast.NOW
    }  # fmt: skip
    return expected_visits(session, **{**parameters, **more})


def said(session: Session, **more: Any) -> list[tuple[date, int, str | None, str]]:
    [one] = asked(session, **more)
    return [(of.slot.on_day, of.service.id, of.slot.behavior, of.outcome) for of in one.visits]


def record(session: Session, service_id: int, day: date, way: str, **more: Any) -> None:
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=service_id, on_day=day, way=way, key=cast.key(), actor=cast.rosa,
        now=cast.NOW, **more,
    )  # fmt: skip


def test_each_slot_has_its_track_its_week_and_its_outcome(session: Session, usual: None) -> None:
    cast.visit(session, 7)
    cast.visit(session, 9, cast.positive())
    record(session, TESTS, FRI, "absent")
    record(session, GROUP, MON, "attended")
    record(session, GROUP, WED, "excused", excuse="court")
    assert said(session) == [
        (MON, TESTS, URINE, "negative"),
        (MON, GROUP, None, "attended"),
        (WED, TESTS, URINE, "positive"),
        (WED, GROUP, None, "excused"),
        (FRI, TESTS, URINE, "absent"),
        (FRI, GROUP, None, "open"),
    ]
    [one] = asked(session)
    assert {of.slot.week for of in one.visits} == {2}
    # N, P and an absence: one of three is negative. Two tests and a group were attended of five, one of them excused.
    assert negatives(one.visits) == Counts(3, 0, 1)
    assert attendance(one.visits) == Counts(5, 1, 3)


def test_a_closed_day_is_said_to_be_closed_and_a_paused_one_expects_nobody(session: Session, usual: None) -> None:
    add_closure(
        session, site_id=cast.HARBOR, first_day=WED, last_day=WED, name="Snow", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    cast.pause(session, cast.AMIR, "2026-03-13", "2026-03-13")
    outcomes = [(day, outcome) for day, _, _, outcome in said(session)]
    assert outcomes == [(MON, "open"), (MON, "open"), (WED, "closed"), (WED, "closed")]


def test_a_slot_that_was_put_off_is_moved(session: Session, usual: None) -> None:
    note_slot(
        session, enrollment_id=cast.AMIR, service_id=GROUP, on_day=week.TODAY, status="moved",
        to_day=date(2026, 3, 18), key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    found = said(session, first_day=week.TODAY, last_day=date(2026, 3, 18))
    assert (week.TODAY, GROUP, None, "moved") in found
    assert (date(2026, 3, 18), GROUP, None, "to_come") in found


def test_one_client_a_bounded_span_and_the_sites_of_the_actor(session: Session, usual: None) -> None:
    assert asked(session, only=99) == ()
    assert len(said(session, only=cast.AMIR)) == 6
    with pytest.raises(NotFound):
        asked(session, actor=cast.anna)
    with pytest.raises(BadInput):
        asked(session, last_day=date(2026, 6, 9))
    assert asked(session, first_day=FIRST, last_day=date(2026, 6, 8)) != ()


def test_more_clients_and_more_days_need_as_many_statements(session: Session, usual: None) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    asked(session)
    few = len(sent)
    for number in range(20, 25):
        week.plan(session, week.item(GROUP, "024"), enrollment_id=week.newcomer(session, f"HS-{number}"))
    sent.clear()
    assert len(asked(session, first_day=date(2026, 3, 2), last_day=date(2026, 3, 29))) == 6
    assert len(sent) == few > 0
