"""A day is closed once everybody is settled, and only a lead opens it again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import InTheFuture, NotAllowed, NotFound
from cm_tracker.models import AuditEvent, DayClosing, VisitRow
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.reopen_day import reopen_day
from cm_tracker.queries.day.board import board
from cm_tracker.queries.day.closing import closing
from cm_tracker.queries.day.expected_visits import expected_visits
from tests import cast, week
from tests.domain.refused import refused

EVENING = cast.NOW + timedelta(hours=7)


def close(session: Session, day: date = week.TODAY, site_id: int = cast.HARBOR) -> int:
    return close_day(session, site_id=site_id, day=day, actor=cast.rosa, now=EVENING)


def settle(session: Session) -> None:
    """Record that each of the group's four was there, and that nobody else is expected."""
    for enrollment_id in (cast.AMIR, 3, 4, 5):
        record_slot(
            session, enrollment_id=enrollment_id, service_id=1, on_day=week.TODAY, way="attended", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip


def test_a_day_is_closed_once_and_stays_so(session: Session) -> None:
    week.a_group_of_four(session)
    settle(session)
    assert close(session) == close(session)
    assert session.execute(select(func.count()).select_from(DayClosing)).scalar_one() == 1
    assert board(session, cast.rosa, cast.HARBOR, EVENING).closed_at == EVENING
    tags = session.execute(select(AuditEvent.tag).where(AuditEvent.tag.like("day:%"))).scalars().all()
    assert tags == ["day:closed"]


def test_a_day_with_open_slots_is_not_closed(session: Session) -> None:
    week.a_group_of_four(session)
    with refused("Open slots of the day: 4. Say of each what happened."):
        close(session)


def test_tomorrow_is_not_closed(session: Session) -> None:
    with pytest.raises(InTheFuture):
        close(session, date(2026, 3, 17))


def test_a_day_without_slots_can_be_closed(session: Session) -> None:
    assert close(session) > 0


def test_staff_of_another_site_close_nothing(session: Session) -> None:
    with pytest.raises(NotFound):
        close(session, site_id=cast.MILL)


def test_nothing_is_noted_of_a_closed_day_until_a_lead_opens_it(session: Session) -> None:
    week.a_group_of_four(session)
    settle(session)
    close(session)
    one = {"enrollment_id": 3, "service_id": 1, "on_day": week.TODAY, "actor": cast.rosa, "now": EVENING}
    with refused("Mar 16, 2026 is closed. A lead can open it again."):
        note_slot(session, status="open", key=cast.key(), **one)
    with pytest.raises(NotAllowed):
        reopen_day(session, site_id=cast.HARBOR, day=week.TODAY, actor=cast.rosa, now=EVENING)
    for _ in range(2):
        reopen_day(session, site_id=cast.HARBOR, day=week.TODAY, actor=cast.miriam, now=EVENING)
    assert board(session, cast.rosa, cast.HARBOR, EVENING).closed_at is None
    note_slot(session, status="open", key=cast.key(), **one)
    tags = session.execute(select(AuditEvent.tag).where(AuditEvent.tag.like("day:%"))).scalars().all()
    assert tags == ["day:closed", "day:reopened"]


def states(session: Session) -> dict[str, str]:
    """What became of each slot of today, by the client's code."""
    return {line.person.code: line.state for line in board(session, cast.rosa, cast.HARBOR, EVENING).lines}


def known(session: Session, enrollment_id: int) -> list[tuple[str, bool]]:
    """What is known of today's slots of an enrollment, and whether somebody still has to say it."""
    [person] = expected_visits(
        session, cast.rosa, cast.HARBOR, week.TODAY, week.TODAY, EVENING, only=enrollment_id
    )  # fmt: skip
    return [(one.outcome, one.is_open) for one in person.visits]


def test_a_plan_that_is_set_on_a_closed_day_leaves_nobody_open_on_it(session: Session) -> None:
    week.a_group_of_four(session)
    settle(session)
    close(session)
    week.plan(
        session, week.item(1, "024", "attendance"), enrollment_id=6, from_on=week.TODAY, now=EVENING
    )  # fmt: skip
    assert states(session) == {
        "HS-1": "attended", "HS-11": "attended", "HS-12": "attended", "HS-13": "attended", "HS-14": "closed",
    }  # fmt: skip
    assert known(session, 6) == [("excused", False)]
    assert closing(session, cast.rosa, cast.HARBOR, EVENING).open == ()


def test_a_first_plan_from_the_past_excuses_the_days_that_are_closed_and_no_other(session: Session) -> None:
    week.a_group_of_four(session)
    monday = week.TODAY - timedelta(days=7)
    for enrollment_id in (cast.AMIR, 3, 4, 5):
        record_slot(
            session, enrollment_id=enrollment_id, service_id=1, on_day=monday, way="attended", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
    close(session, monday)
    week.plan(session, week.item(1, "024", "attendance"), enrollment_id=6, now=EVENING)
    [person] = expected_visits(session, cast.rosa, cast.HARBOR, monday, week.TODAY, EVENING, only=6)
    assert [(one.slot.on_day.day, one.outcome) for one in person.visits] == [
        (9, "excused"), (11, "open"), (13, "open"), (16, "open"),
    ]  # fmt: skip


def test_a_visit_that_is_undone_after_its_day_was_closed_leaves_nobody_open_on_it(session: Session) -> None:
    week.a_group_of_four(session)
    settle(session)
    close(session)
    cast.put_right(session, visit_of(session, 3), "undo", actor=cast.rosa)
    assert states(session)["HS-11"] == "closed"
    assert known(session, 3) == [("excused", False)]
    # Nothing of it is stored: where a lead opens the day again, somebody has to say what happened.
    reopen_day(session, site_id=cast.HARBOR, day=week.TODAY, actor=cast.miriam, now=EVENING)
    assert states(session)["HS-11"] == "missing"
    assert known(session, 3) == [("open", True)]


def visit_of(session: Session, enrollment_id: int) -> int:
    return session.execute(select(VisitRow.id).where(VisitRow.enrollment_id == enrollment_id)).scalar_one()
