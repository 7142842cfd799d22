"""How many clients closed days touch."""

from datetime import date, time

from sqlalchemy.orm import Session

from cm_tracker.domain.days import days_between
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.queries.day.days_touched import clients_expected
from tests import cast, week
from tests.queries.day.test_service_use import another_client

MONDAY, TUESDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 20)


def expected(session: Session, first_day: date, last_day: date | None = None) -> int:
    return clients_expected(session, cast.rosa, cast.HARBOR, days_between(first_day, last_day or first_day))


def test_clients_are_counted_once_however_often_they_are_expected(session: Session) -> None:
    group, other = week.group(session), week.service(session, "Hour", "individual", week.meetings("13", time(9)))
    week.plan(session, week.item(group, "024"))
    week.plan(session, week.item(other, "1"), enrollment_id=another_client(session))
    assert expected(session, MONDAY) == 1
    assert expected(session, TUESDAY) == 1
    assert expected(session, date(2026, 3, 19)) == 0
    assert expected(session, MONDAY, FRIDAY) == 2


def test_a_closed_day_still_says_who_was_expected(session: Session) -> None:
    week.plan(session, week.item(week.group(session), "0"))
    add_closure(
        session, site_id=cast.HARBOR, first_day=MONDAY, last_day=MONDAY, name="Snow", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    assert expected(session, MONDAY) == 1


def test_who_is_paused_or_at_another_site_is_not_expected(session: Session) -> None:
    week.plan(session, week.item(week.group(session), "024"))
    assert clients_expected(session, cast.anna, cast.HARBOR, [MONDAY, FRIDAY]) == 0
    assert clients_expected(session, cast.rosa, cast.HARBOR, []) == 0
    cast.pause(session, cast.AMIR, "2026-03-16", "2026-03-18")
    assert (expected(session, MONDAY), expected(session, FRIDAY), expected(session, MONDAY, FRIDAY)) == (0, 1, 1)


def test_a_long_closure_and_days_far_apart_count_whoever_takes_part_in_between(session: Session) -> None:
    group = week.group(session)
    week.plan(session, week.item(group, "024"))
    assert expected(session, date(2026, 3, 1), date(2026, 4, 30)) == 1
    # The enrollment begins on March 2 and the schedule has 24 weeks: it runs on neither of the outer days.
    apart = [date(2026, 1, 19), MONDAY, date(2026, 12, 25)]
    assert clients_expected(session, cast.rosa, cast.HARBOR, apart) == 1
    assert clients_expected(session, cast.rosa, cast.HARBOR, [apart[0], apart[2]]) == 0
