"""No number that tells how the program is doing counts a practice client: with one or without one it is the same."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.queries.day.shelf_today import may_not_last
from cm_tracker.queries.prizes.draws import drawn_groups
from cm_tracker.queries.prizes.stock import short_tiers
from cm_tracker.queries.schedules.schedules import versions
from cm_tracker.queries.visits.reward_minutes import reward_minutes
from tests import cast, drawing, week
from tests.redeeming import redeem_at_once

TODAY = cast.NOW.date()


def test_who_practices_is_not_enrolled_in_a_version(session: Session) -> None:
    def enrolled() -> dict[int, int]:
        return {line.id: line.enrolled for line in versions(session, cast.miriam, TODAY)}

    week.newcomer(session, "HS-P1", is_practice=True)
    assert enrolled() == {cast.HIGGINS: 1, cast.ATTENDANCE: 0}
    week.newcomer(session, "HS-11")
    assert enrolled() == {cast.HIGGINS: 1, cast.ATTENDANCE: 1}


def test_the_minutes_to_a_reward_are_those_of_clients(session: Session) -> None:
    practice = week.newcomer(session, "HS-P1", version_id=cast.HIGGINS, is_practice=True)
    at = cast.NOW - timedelta(minutes=6)
    cast.visit(session, 14, enrollment_id=practice, collected_at=at)
    month = (date(2026, 3, 1), date(2026, 3, 31))
    assert reward_minutes(session, cast.rosa, cast.HARBOR, *month).count == 0
    cast.visit(session, 14, collected_at=at)
    assert reward_minutes(session, cast.rosa, cast.HARBOR, *month).count == 1


@pytest.mark.parametrize(("is_practice", "drawn"), [(True, []), (False, [{"small": 2}])])
def test_the_fairness_of_draws_is_that_of_clients(
    session: Session, is_practice: bool, drawn: list[dict[str, int]]
) -> None:
    drawing.won(session, 2, is_practice=is_practice)
    assert [dict(group.counts) for group in drawn_groups(session, cast.rosa, since=cast.START)] == drawn


@pytest.mark.parametrize(("is_practice", "short"), [(True, []), (False, ["small"])])
def test_no_shelf_is_short_of_prizes_for_who_gets_none(session: Session, is_practice: bool, short: list[str]) -> None:
    drawing.won(session, 2, is_practice=is_practice)
    assert [one.stock.tier for one in short_tiers(session, cast.rosa, TODAY)] == short


@pytest.mark.parametrize(("is_practice", "short"), [(True, set()), (False, {cast.MUG})])
def test_who_gets_no_prize_is_not_expected_to_take_one_today(
    session: Session, is_practice: bool, short: set[int]
) -> None:
    """Four of five mugs went at three visits, and eleven more people are still expected."""
    cast.rich(session)
    redeem_at_once(session, quantity=4)
    tests = week.tests(session)
    for number in range(11):
        enrollment = week.newcomer(session, f"HS-{20 + number}", version_id=cast.HIGGINS, is_practice=is_practice)
        week.plan(session, week.item(tests, "024", "cocaine-negative"), enrollment_id=enrollment)
    assert may_not_last(session, cast.HARBOR, {cast.MUG: 1}, cast.NOW) == short
