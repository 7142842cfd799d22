"""Closed days of a site, and staff who are away."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.calendar import Away, Closure
from cm_tracker.models import AuditEvent
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.add_holidays import add_holidays
from cm_tracker.operations.day.withdraw_from_calendar import withdraw_from_calendar
from cm_tracker.queries.day.week import AwayLine, away_before, away_from, calendar_of, closures_before, closures_from
from tests import cast
from tests.domain.refused import all_refused, refused

MONDAY, FRIDAY, SATURDAY = date(2026, 3, 16), date(2026, 3, 20), date(2026, 3, 21)


def close(session: Session, **more: Any) -> int:
    return add_closure(
        session,
        **{
            "site_id": cast.HARBOR,
            "first_day": MONDAY,
            "last_day": MONDAY,
            "name": "Water damage",
            "key": cast.key(),
            "actor": cast.miriam,
            "now": cast.NOW,
            **more,
        },
    )


def away(session: Session, **more: Any) -> int:
    return add_away(
        session,
        **{
            "site_id": cast.HARBOR,
            "member_id": cast.ROSA,
            "stand_in_id": cast.LEO,
            "first_day": MONDAY,
            "last_day": FRIDAY,
            "key": cast.key(),
            "actor": cast.miriam,
            "now": cast.NOW,
            **more,
        },
    )


def test_a_closed_day_is_in_the_calendar_of_its_site(session: Session) -> None:
    number = close(session, make_up_on=SATURDAY)
    expected = (Closure(number, MONDAY, MONDAY, "Water damage", SATURDAY),)
    assert calendar_of(session, cast.HARBOR).closures == expected
    assert calendar_of(session, cast.MILL).closures == ()
    assert closures_from(session, cast.rosa, cast.HARBOR, MONDAY) == expected
    assert closures_from(session, cast.rosa, cast.HARBOR, FRIDAY) == ()
    assert closures_from(session, cast.anna, cast.HARBOR, MONDAY) == ()


def test_a_day_is_closed_once(session: Session) -> None:
    close(session)
    with refused("The site is closed on Mar 16, 2026 already.", "first_day"):
        close(session, last_day=FRIDAY)


def test_a_closure_that_was_withdrawn_counts_no_more(session: Session) -> None:
    number = close(session)
    for _ in range(2):
        withdraw_from_calendar(session, what="closure", entry_id=number, actor=cast.miriam, now=cast.NOW)
    assert calendar_of(session, cast.HARBOR).closures == ()
    close(session)


def test_a_form_that_is_sent_twice_closes_a_day_once(session: Session) -> None:
    key = cast.key()
    assert close(session, key=key) == close(session, key=key)


def test_somebody_is_away_and_somebody_stands_in(session: Session) -> None:
    number = away(session)
    expected = Away(number, cast.ROSA, MONDAY, FRIDAY, cast.LEO)
    assert calendar_of(session, cast.HARBOR).away == (expected,)
    assert away_from(session, cast.rosa, cast.HARBOR, FRIDAY) == (AwayLine(expected, "Rosa", "Leo"),)
    assert away_from(session, cast.rosa, cast.HARBOR, SATURDAY) == ()
    assert away_from(session, cast.anna, cast.HARBOR, MONDAY) == ()
    withdraw_from_calendar(session, what="away", entry_id=number, actor=cast.miriam, now=cast.NOW)
    assert calendar_of(session, cast.HARBOR).away == ()


def test_what_is_wrong_with_an_absence_of_staff_is_said(session: Session) -> None:
    somebody = "Choose somebody who works at this site."
    with all_refused((somebody, "member_id"), (somebody, "stand_in_id")):
        away(session, member_id=cast.ANNA, stand_in_id=cast.GRACE)
    with refused("Choose somebody else to stand in, or nobody.", "stand_in_id"):
        away(session, stand_in_id=cast.ROSA)
    away(session)
    with refused("They are away on Mar 20, 2026 already.", "first_day"):
        away(session, first_day=FRIDAY, last_day=SATURDAY)
    away(session, member_id=cast.LEO, stand_in_id=None)


LABOR_DAY, THANKSGIVING, CHRISTMAS = date(2026, 9, 7), date(2026, 11, 26), date(2026, 12, 25)


def holidays(session: Session, *days: date, **more: Any) -> int:
    return add_holidays(
        session,
        **{
            "site_id": cast.HARBOR,
            "year": 2026,
            "days": days,
            "key": cast.key(),
            "actor": cast.miriam,
            "now": cast.NOW,
            **more,
        },
    )


def test_the_chosen_holidays_of_a_year_are_closed_together(session: Session) -> None:
    assert holidays(session, CHRISTMAS, LABOR_DAY) == 2
    assert [(one.first_day, one.last_day, one.name) for one in calendar_of(session, cast.HARBOR).closures] == [
        (LABOR_DAY, LABOR_DAY, "Labor Day"),
        (CHRISTMAS, CHRISTMAS, "Christmas Day"),
    ]
    tags = session.execute(select(AuditEvent.tag).where(AuditEvent.tag == "closure:added")).scalars().all()
    assert len(tags) == 2


def test_a_holiday_that_is_closed_already_is_left_out(session: Session) -> None:
    close(session, first_day=date(2026, 12, 24), last_day=date(2026, 12, 31), name="Winter break")
    assert holidays(session, THANKSGIVING, CHRISTMAS) == 1
    assert [one.name for one in calendar_of(session, cast.HARBOR).closures] == ["Thanksgiving Day", "Winter break"]


def test_only_holidays_of_the_year_can_be_chosen(session: Session) -> None:
    with refused("Tick at least one holiday.", "days"):
        holidays(session)
    with refused("Choose holidays of this year from the list.", "days"):
        holidays(session, CHRISTMAS, date(2026, 12, 24))
    assert calendar_of(session, cast.HARBOR).closures == ()
    # January 1, 2028 is a Saturday: the holiday is kept on December 31 of the year before.
    assert holidays(session, date(2027, 12, 31), year=2028) == 1


def test_holidays_that_are_sent_twice_are_added_once(session: Session) -> None:
    key = cast.key()
    assert holidays(session, CHRISTMAS, key=key) == holidays(session, CHRISTMAS, key=key) == 1
    assert len(calendar_of(session, cast.HARBOR).closures) == 1


def test_past_days_are_read_apart_the_newest_one_first(session: Session) -> None:
    first = close(session, first_day=date(2026, 1, 5), last_day=date(2026, 1, 6))
    second = close(session, first_day=date(2026, 3, 15), last_day=date(2026, 3, 15))
    close(session)
    assert [one.id for one in closures_before(session, cast.rosa, cast.HARBOR, MONDAY)] == [second, first]
    assert closures_before(session, cast.anna, cast.HARBOR, MONDAY) == ()
    gone = away(session, first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    away(session)
    assert [line.away.id for line in away_before(session, cast.rosa, cast.HARBOR, MONDAY)] == [gone]
    assert away_before(session, cast.anna, cast.HARBOR, MONDAY) == ()
