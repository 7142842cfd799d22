"""What became of a client's week, and what the tests to come would earn."""

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.day.client_weeks import client_week
from cm_tracker.queries.day.week_so_far import WeekSoFar, week_so_far
from tests import cast, program_hours, week

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2


def usual(session: Session, **more: Any) -> None:
    """A group of two hours on three days, and tests on three days, which Higgins pays 10, 15, 20 plus 40, and so on."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE, **more))


def so_far(session: Session, day: date | None = None) -> WeekSoFar:
    return week_so_far(session, client_week(session, cast.rosa, cast.AMIR, day, cast.NOW), cast.NOW)


def record(session: Session, service_id: int, day: date, way: str, **more: Any) -> None:
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=service_id, on_day=day, way=way, key=cast.key(), actor=cast.rosa,
        now=cast.NOW, **more,
    )  # fmt: skip


def test_attended_and_excused_hours_are_summed(session: Session) -> None:
    usual(session)
    record(session, GROUP, date(2026, 3, 9), "attended")
    record(session, GROUP, date(2026, 3, 11), "excused", excuse="court")
    record(session, GROUP, date(2026, 3, 13), "absent")
    of = so_far(session, date(2026, 3, 9))
    assert of.hours.hours == Hours(120, 120, 360)
    assert of.visits[date(2026, 3, 11), GROUP].state == "excused"


def test_tests_that_are_to_come_say_what_negative_ones_earn(session: Session) -> None:
    usual(session)
    record(session, TESTS, date(2026, 3, 16), "negative")
    of = so_far(session)
    assert [(key, one.amount) for key, one in of.earned.items()] == [((date(2026, 3, 16), TESTS), 10)]
    # The second one 15; the third one 20, and the bonus of 40 for three in a row.
    assert {key: one.amount for key, one in of.would_earn.items()} == {
        (date(2026, 3, 18), TESTS): 15,
        (date(2026, 3, 20), TESTS): 60,
    }


def test_who_came_without_a_slot_stands_on_its_day(session: Session) -> None:
    usual(session)
    open_group = week.service(session, "Open group", "group", week.meetings("1", time(10)))
    record(session, open_group, date(2026, 3, 10), "attended")
    cast.visit(session, 9)  # Wednesday, March 11, which is planned: 10 points
    cast.visit(session, 10)  # Thursday, which is not: 15 points
    cast.visit(session, 12, cast.ABSENT)  # nobody came on Saturday
    of = so_far(session, date(2026, 3, 9))
    assert {
        day: [(one.name, one.earned and one.earned.amount) for one in each] for day, each in of.unexpected.items()
    } == {
        date(2026, 3, 10): [("Open group", None)],
        date(2026, 3, 12): [("Cocaine-negative urine test", 15)],
    }
    assert so_far(session, date(2026, 3, 2)).unexpected == {}


def test_past_tests_earn_nothing_any_more(session: Session) -> None:
    usual(session)
    assert so_far(session, date(2026, 3, 9)).would_earn == {}


def test_the_week_before_stands_beside_it_where_a_plan_held(session: Session) -> None:
    usual(session)
    record(session, GROUP, date(2026, 3, 9), "attended")
    of = so_far(session)
    assert of.before is not None
    assert of.before.hours == Hours(120, 0, 360)
    assert of.full_week is None
    assert so_far(session, date(2026, 3, 2)).before is None


def test_a_track_of_hours_says_what_a_full_week_earns(session: Session) -> None:
    enrollment_id = program_hours.program(session)
    group = week.group(session)
    week.plan(session, week.item(group, "024"), enrollment_id=enrollment_id)
    shown = client_week(session, cast.rosa, enrollment_id, None, cast.NOW)
    of = week_so_far(session, shown, cast.NOW)
    assert of.full_week is not None
    assert (of.full_week.amount, of.full_week.unit) == (10, "points")
