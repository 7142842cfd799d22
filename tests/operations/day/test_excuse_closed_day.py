"""Whoever was expected on a closed day is excused by the program: nobody loses anything, and nothing is paid twice."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, InTheFuture, NotFound
from cm_tracker.models import ClosedDayRow, Note, SlotNote, VisitRow
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.excuse_closed_day import excuse_closed_day
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.settle_closed_day import settle_closed_day
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.day.closed_day_pages import closed_day, closed_lately, unsettled_days
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests.domain.refused import refused

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2
WEDNESDAY, SATURDAY = date(2026, 3, 11), date(2026, 3, 14)


@pytest.fixture
def services(session: Session) -> None:
    """A group that pays nothing and tests, on Monday, Wednesday and Friday."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))


def close(session: Session, day: date = WEDNESDAY, make_up_on: date | None = None) -> None:
    add_closure(
        session, site_id=cast.HARBOR, first_day=day, last_day=day, name="Water damage", make_up_on=make_up_on,
        key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def excuse(session: Session, day: date = WEDNESDAY, enrollment_id: int = cast.AMIR, now: datetime = cast.NOW) -> int:
    return excuse_closed_day(session, enrollment_id=enrollment_id, on_day=day, key=cast.key(), actor=cast.rosa, now=now)


def absent(session: Session, service_id: int, day: date = WEDNESDAY) -> None:
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=service_id, on_day=day, way="absent", key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def visits(session: Session) -> list[tuple[date, str, str | None]]:
    rows = session.execute(select(VisitRow).order_by(VisitRow.id)).scalars()
    return [(row.happened_on, row.outcome, row.excuse) for row in rows]


def test_a_slot_that_counts_for_a_track_gets_a_sealed_excused_visit_with_the_reason(
    session: Session, services: None
) -> None:
    close(session)
    assert excuse(session) == 1
    assert visits(session) == [(WEDNESDAY, "excused", "clinic_closed")]
    note = select(Note.text).join(VisitRow, VisitRow.note_digest == Note.digest)
    assert session.execute(note).scalars().all() == ["Water damage"]
    assert verify_ledger(session).findings == []
    assert excuse(session) == 0
    assert len(visits(session)) == 1


def test_nobody_loses_a_step_by_it_and_a_make_up_day_pays_once(session: Session, services: None) -> None:
    close(session, make_up_on=SATURDAY)
    cast.visit(session, 7)  # Monday, March 9: 10 points
    excuse(session)
    cast.visit(session, 11)  # Friday: 15 points
    cast.visit(session, 12)  # the make-up day
    # Three paid visits of a week: 10, 15, and 20 with the bonus of 40 for three in a row. The closed day paid nothing.
    results = enrollment_history(session, cast.AMIR).replay().results
    assert [result.paid for result in results] == [10, 0, 15, 60]
    assert verify_ledger(session).findings == []


def test_a_week_whose_paid_visits_are_complete_gets_a_note_alone(session: Session, services: None) -> None:
    close(session)
    for day in (7, 8, 11):
        cast.visit(session, day)
    assert excuse(session) == 1
    assert [outcome for _, outcome, _ in visits(session)] == ["met", "met", "met"]
    [note] = session.execute(select(SlotNote)).scalars()
    assert (note.status, note.excuse, note.visit_id) == ("excused", "clinic_closed", None)
    assert excuse(session) == 0


def test_an_open_day_and_a_day_to_come_excuse_nobody(session: Session, services: None) -> None:
    with refused("The site was open on Mar 11, 2026. Nobody is excused by the program."):
        excuse(session)
    close(session, date(2026, 3, 18))
    with pytest.raises(InTheFuture):
        excuse(session, date(2026, 3, 18))


def test_an_absence_that_was_recorded_before_the_closure_is_proposed_for_correction(
    session: Session, services: None
) -> None:
    absent(session, TESTS)
    absent(session, GROUP)
    close(session)
    shown = closed_day(session, cast.rosa, cast.HARBOR, WEDNESDAY, cast.NOW)
    # The group's absence was a note alone: it becomes an excuse. The test's absence is a sealed record.
    assert [one.visit.service.id for one in shown.waiting] == [GROUP]
    assert [one.visit.service.id for one in shown.absences] == [TESTS]
    assert excuse(session) == 1
    assert visits(session) == [(WEDNESDAY, "unexcused", None)]


def test_a_day_is_settled_once_everybody_is_excused(session: Session, services: None) -> None:
    close(session)
    assert [(one.day, one.name) for one in unsettled_days(session, cast.rosa, cast.HARBOR, week.TODAY, cast.NOW)] == [
        (WEDNESDAY, "Water damage")
    ]
    with refused("Clients who are not excused yet: 1. Save again."):
        settle(session)
    excuse(session)
    assert settle(session) == settle(session)
    assert session.execute(select(func.count()).select_from(ClosedDayRow)).scalar_one() == 1
    assert unsettled_days(session, cast.rosa, cast.HARBOR, week.TODAY, cast.NOW) == ()
    shown = closed_day(session, cast.rosa, cast.HARBOR, WEDNESDAY, cast.NOW)
    assert (shown.is_settled, shown.excused, shown.waiting) == (True, 1, ())


def settle(session: Session, **more: Any) -> int:
    parameters: dict[str, Any] = {"site_id": cast.HARBOR, "on_day": WEDNESDAY, "actor": cast.rosa, "now": cast.NOW}
    return settle_closed_day(session, **{**parameters, **more})


def offered(session: Session, today: date = week.TODAY) -> list[date]:
    """The closed days that the first page offers to finish."""
    return [one.day for one in unsettled_days(session, cast.rosa, cast.HARBOR, today, cast.NOW)]


def test_a_plan_that_is_set_after_a_closed_day_was_finished_brings_it_back(session: Session, services: None) -> None:
    close(session)
    excuse(session)
    settle(session)
    assert offered(session) == []
    later = cast.NOW + timedelta(minutes=1)
    # Of the tests alone, an excused visit is recorded: a group that pays nothing leaves the day finished.
    person = week.newcomer(session, "HS-20", version_id=cast.HIGGINS)
    week.plan(session, week.item(GROUP, "024"), enrollment_id=person, now=later)
    assert offered(session) == []
    person = week.newcomer(session, "HS-21", version_id=cast.HIGGINS)
    week.plan(session, week.item(TESTS, "024", URINE), enrollment_id=person, now=later)
    assert offered(session) == [WEDNESDAY]
    assert excuse(session, enrollment_id=person, now=later) == 1
    assert offered(session) == []
    assert visits(session) == [(WEDNESDAY, "excused", "clinic_closed")] * 2


def test_a_plan_that_is_set_on_the_finished_day_itself_brings_it_back(session: Session, services: None) -> None:
    close(session, week.TODAY)
    excuse(session, week.TODAY)
    settle(session, on_day=week.TODAY)
    person = week.newcomer(session, "HS-20", version_id=cast.HIGGINS)
    later = cast.NOW + timedelta(minutes=1)
    week.plan(session, week.item(TESTS, "024", URINE), enrollment_id=person, from_on=week.TODAY, now=later)
    assert offered(session, date(2026, 3, 17)) == [week.TODAY]
    assert excuse(session, week.TODAY, person, later) == 1
    assert offered(session, date(2026, 3, 17)) == []


def test_an_excuse_that_is_undone_brings_the_closed_day_back(session: Session, services: None) -> None:
    close(session)
    excuse(session)
    settle(session)
    later = cast.NOW + timedelta(minutes=1)
    [visit_id] = session.execute(select(VisitRow.id)).scalars()
    cast.put_right(session, visit_id, "undo", actor=cast.rosa, now=later)
    assert offered(session) == [WEDNESDAY]
    assert excuse(session, now=later + timedelta(minutes=1)) == 1
    assert offered(session) == []
    assert verify_ledger(session).findings == []


def test_an_open_day_and_a_day_to_come_are_not_settled(session: Session, services: None) -> None:
    with pytest.raises(BadInput):
        settle(session)
    close(session, date(2026, 3, 18))
    with pytest.raises(InTheFuture):
        settle(session, on_day=date(2026, 3, 18))
    with pytest.raises(NotFound):
        closed_day(session, cast.rosa, cast.HARBOR, WEDNESDAY, cast.NOW)
    with pytest.raises(NotFound):
        closed_day(session, cast.anna, cast.HARBOR, date(2026, 3, 18), cast.NOW)


def test_the_client_is_told_for_a_week(session: Session, services: None) -> None:
    close(session)
    assert closed_lately(session, cast.AMIR, week.TODAY) is None
    excuse(session)
    assert closed_lately(session, cast.AMIR, WEDNESDAY) is None
    assert closed_lately(session, cast.AMIR, WEDNESDAY + timedelta(days=1)) == WEDNESDAY
    assert closed_lately(session, cast.AMIR, WEDNESDAY + timedelta(days=7)) == WEDNESDAY
    assert closed_lately(session, cast.AMIR, WEDNESDAY + timedelta(days=8)) is None
    assert closed_lately(session, cast.BEA, WEDNESDAY + timedelta(days=1)) is None


def test_a_group_that_pays_is_excused_like_a_test(session: Session) -> None:
    person = week.newcomer(session, "HS-20")
    groups = week.service(session, "Group", "group", week.meetings("2", time(9), 60))
    week.plan(session, week.item(groups, "2", "attendance"), enrollment_id=person)
    close(session)
    assert excuse(session, enrollment_id=person) == 1
    assert visits(session) == [(WEDNESDAY, "excused", "clinic_closed")]
    assert verify_ledger(session).findings == []
