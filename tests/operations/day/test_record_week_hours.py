"""The hours of a week follow from its slots, and are recorded and paid once."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, ChangedMeanwhile, WeekHasHours, WeekNotOver
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.models import VisitRow
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.record_week_hours import ShownWeek, record_week_hours
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.day.week_hours import site_hours
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, program_hours, week

FIRST, SECOND = date(2026, 3, 8), date(2026, 3, 15)
NINE_HOURS = Hours(540, 0, 540)


@pytest.fixture
def ida(session: Session) -> int:
    """Ida of the program of 9 hours: a group of three hours on Monday, Wednesday and Friday, since March 2."""
    enrollment_id = program_hours.program(session)
    group = week.service(session, "Group", "group", week.meetings("024", time(9), 180))
    week.plan(session, week.item(group, "024"), enrollment_id=enrollment_id)
    return enrollment_id


def say(session: Session, enrollment_id: int, day: str, way: str = "attended", **more: Any) -> None:
    record_slot(
        session, enrollment_id=enrollment_id, service_id=1, on_day=date.fromisoformat(day), way=way, key=cast.key(),
        actor=cast.rosa, now=cast.NOW, **more,
    )  # fmt: skip


def first_week(session: Session, enrollment_id: int) -> None:
    for day in ("2026-03-02", "2026-03-04", "2026-03-06"):
        say(session, enrollment_id, day)


def record(session: Session, enrollment_id: int, *weeks: tuple[date, Hours], key: str | None = None) -> int:
    shown = [ShownWeek("hours", day, hours) for day, hours in weeks]
    return record_week_hours(
        session, enrollment_id=enrollment_id, weeks=shown, key=key or cast.key(), actor=cast.rosa, now=cast.NOW
    )


def minutes(session: Session, enrollment_id: int) -> list[tuple[date, str, int | None, int | None, int | None]]:
    rows = session.execute(
        select(VisitRow).where(VisitRow.enrollment_id == enrollment_id).order_by(VisitRow.id)
    ).scalars()
    return [
        (row.happened_on, row.outcome, row.minutes_attended, row.minutes_excused, row.minutes_expected) for row in rows
    ]


def test_a_full_week_is_paid(session: Session, ida: int) -> None:
    first_week(session, ida)
    assert record(session, ida, (FIRST, NINE_HOURS)) == 1
    assert minutes(session, ida) == [(FIRST, "met", 540, 0, 540)]
    [result] = enrollment_history(session, ida).replay().results
    assert result.paid == 10
    assert verify_ledger(session).findings == []


def test_several_weeks_are_one_recalculation_and_excused_hours_count(session: Session, ida: int) -> None:
    first_week(session, ida)
    say(session, ida, "2026-03-09", "excused", excuse="court")
    say(session, ida, "2026-03-11")
    say(session, ida, "2026-03-13")
    assert record(session, ida, (SECOND, Hours(360, 180, 540)), (FIRST, NINE_HOURS)) == 2
    assert minutes(session, ida) == [(FIRST, "met", 540, 0, 540), (SECOND, "met", 360, 180, 540)]
    # 10 points for the first week, and 5 more for the second one.
    assert [one.paid for one in enrollment_history(session, ida).replay().results] == [10, 15]
    assert verify_ledger(session).findings == []


def test_too_few_hours_earn_nothing(session: Session, ida: int) -> None:
    say(session, ida, "2026-03-02")
    say(session, ida, "2026-03-04", "absent")
    say(session, ida, "2026-03-06")
    record(session, ida, (FIRST, Hours(360, 0, 540)))
    assert minutes(session, ida) == [(FIRST, "unexcused", 360, 0, 540)]


def test_the_same_form_records_once_and_a_week_has_its_hours_once(session: Session, ida: int) -> None:
    first_week(session, ida)
    key = cast.key()
    assert record(session, ida, (FIRST, NINE_HOURS), key=key) == record(session, ida, (FIRST, NINE_HOURS), key=key) == 1
    assert len(minutes(session, ida)) == 1
    with pytest.raises(WeekHasHours):
        record(session, ida, (FIRST, NINE_HOURS))


def test_hours_that_were_entered_by_hand_stay(session: Session, ida: int) -> None:
    first_week(session, ida)
    program_hours.week(session, ida, "2026-03-08", Hours(300, 0, 540))
    with pytest.raises(WeekHasHours):
        record(session, ida, (FIRST, NINE_HOURS))
    assert minutes(session, ida) == [(FIRST, "unexcused", 300, 0, 540)]


def test_a_week_with_an_open_slot_is_refused_and_nothing_of_the_client_is_recorded(session: Session, ida: int) -> None:
    first_week(session, ida)
    with pytest.raises(BadInput) as error:
        record(session, ida, (FIRST, NINE_HOURS), (SECOND, Hours(0, 0, 540)))
    assert str(error.value) == "Open slots of the week: 3. Say of each what happened."
    assert minutes(session, ida) == []


def test_hours_that_changed_since_the_page_was_shown_are_refused(session: Session, ida: int) -> None:
    first_week(session, ida)
    with pytest.raises(ChangedMeanwhile):
        record(session, ida, (FIRST, Hours(540, 0, 600)))
    with pytest.raises(ChangedMeanwhile):  # no week ends on that day
        record(session, ida, (date(2026, 3, 7), NINE_HOURS))


def test_a_week_that_is_not_over_is_refused(session: Session, ida: int) -> None:
    say(session, ida, "2026-03-16")
    week.plan(session, week.item(1, "0"), enrollment_id=ida, from_on=week.TODAY, reason="services")
    with pytest.raises(WeekNotOver):
        record(session, ida, (date(2026, 3, 22), Hours(180, 0, 180)))


def test_a_week_that_changes_later_ones_is_entered_on_the_clients_page(session: Session, ida: int) -> None:
    first_week(session, ida)
    program_hours.week(session, ida, "2026-03-15")
    with pytest.raises(BadInput) as error:
        record(session, ida, (FIRST, NINE_HOURS))
    assert str(error.value).startswith("This is entered late and changes later visits.")


def test_without_a_plan_the_hours_are_entered_by_hand(session: Session) -> None:
    enrollment_id = program_hours.program(session)
    with pytest.raises(BadInput) as error:
        record(session, enrollment_id, (FIRST, Hours(0, 0, 0)))
    assert str(error.value) == "No plan held in this week. Enter the hours by hand."


def test_the_page_lists_the_weeks_that_wait_with_what_they_earn(session: Session, ida: int) -> None:
    first_week(session, ida)
    say(session, ida, "2026-03-09", "absent")
    shown = site_hours(session, cast.rosa, cast.HARBOR, date(2026, 3, 4), cast.NOW)
    [first, second] = shown.waiting
    assert (first.of.last_day, first.week.hours, first.result and first.result.paid) == (FIRST, NINE_HOURS, 10)
    assert (second.of.last_day, second.result, len(second.week.open)) == (SECOND, None, 2)
    [line] = shown.lines
    assert (line.person.code, line.week.hours, line.plan.hours_required) == ("HS-9", NINE_HOURS, 9)
    record(session, ida, (FIRST, NINE_HOURS))
    assert [one.of.last_day for one in site_hours(session, cast.rosa, cast.HARBOR, None, cast.NOW).waiting] == [SECOND]
