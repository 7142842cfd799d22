"""How long clients waited for a reward: of one visit, and of a site in a span of days."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.visits.corrections import ANSWER, UNDO
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.domain.visits.reward_time import RewardTime, RewardTimes
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.visits.reward_minutes import reward_minutes, reward_time
from tests import cast, redeeming, week

TODAY, MONTH = 14, (date(2026, 3, 1), date(2026, 3, 31))
LAB = Test({"cocaine": "pending"}, temperature="in_range")


def before(minutes: int) -> datetime:
    return cast.NOW - timedelta(minutes=minutes)


def of_month(session: Session) -> RewardTimes:
    return reward_minutes(session, cast.rosa, cast.HARBOR, *MONTH)


def of_visit(session: Session, visit_id: int) -> RewardTime | None:
    records = enrollment_history(session, cast.AMIR).records[visit_id]
    return reward_time(
        session, records, enrollment_id=cast.AMIR, client_id=cast.AMIR, site_id=cast.HARBOR, zone="America/New_York"
    )


def test_minutes_run_from_the_specimen_to_the_award(session: Session) -> None:
    cast.visit(session, TODAY, collected_at=before(6))
    assert of_month(session) == RewardTimes(1, 6.0, same_visit=1, laboratory=0, late=0, late_laboratory=0)
    assert of_visit(session, 1) == RewardTime(before(6), cast.NOW)


def test_what_earned_nothing_is_not_measured(session: Session) -> None:
    cast.visit(session, TODAY, cast.positive(), collected_at=before(6))
    cast.visit(session, 9, cast.ABSENT)
    assert of_month(session).count == 0
    assert of_visit(session, 1) is None


def test_a_result_of_the_laboratory_is_measured_until_its_answer_pays(session: Session) -> None:
    cast.visit(session, TODAY, LAB, collected_at=before(5))
    assert of_month(session).count == 0, "nothing is earned yet"
    later = cast.NOW + timedelta(hours=25)
    cast.put_right(session, 1, ANSWER, cast.negative(), now=later, collected_at=before(5))
    assert of_month(session) == RewardTimes(1, 1505.0, same_visit=0, laboratory=1, late=0, late_laboratory=1)
    time = of_visit(session, 1)
    assert time is not None and time.is_laboratory and time.is_late


def test_a_visit_that_was_undone_is_left_out(session: Session) -> None:
    cast.visit(session, TODAY, collected_at=before(6))
    cast.put_right(session, 1, UNDO, actor=cast.rosa)
    assert of_month(session).count == 0
    assert of_visit(session, 1) is None


def test_one_stroke_is_measured_from_the_arrival_that_was_noted(session: Session) -> None:
    """The program fills in the moment of saving as the time of the specimen, which nobody measured."""
    tests = week.tests(session)
    week.plan(session, week.item(tests, "02", "cocaine-negative"))
    slot = {"enrollment_id": cast.AMIR, "service_id": tests, "on_day": week.TODAY, "actor": cast.rosa}
    note_slot(session, **slot, status="arrived", at=before(12), key=cast.key(), now=before(12))  # type: ignore[arg-type]
    record_slot(session, **slot, way="negative", key=cast.key(), now=cast.NOW)  # type: ignore[arg-type]
    assert of_month(session).median_minutes == 12.0


def test_the_prize_is_the_first_one_after_the_award_on_its_day(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, TODAY, collected_at=before(6))
    assert (of_visit(session, 4) or RewardTime(cast.NOW, cast.NOW)).prize_at is None
    redeeming.redeem_at_once(session, now=cast.NOW + timedelta(minutes=4))
    time = of_visit(session, 4)
    assert time is not None and time.minutes_to_prize == 10
    early = of_visit(session, 1)
    assert early is not None and early.minutes_to_prize is not None, "its award was recorded today, too"


def test_a_prize_that_was_undone_is_not_the_prize(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeeming.redeem_at_once(session, now=cast.NOW + timedelta(minutes=4))
    undo_redemption(
        session, redemption_id=redemption_id, is_back=True, reason="The wrong mug", key=cast.key(), actor=cast.rosa,
        now=cast.NOW + timedelta(minutes=5),
    )  # fmt: skip
    time = of_visit(session, 1)
    assert time is not None and time.prize_at is None


def test_only_the_span_and_the_site_count(session: Session) -> None:
    cast.visit(session, TODAY, collected_at=before(6))
    cast.visit(session, TODAY, enrollment_id=cast.BEA, actor=cast.anna, collected_at=before(50))
    assert reward_minutes(session, cast.anna, cast.MILL, *MONTH).late == 1
    assert of_month(session).late == 0
    assert reward_minutes(session, cast.rosa, cast.HARBOR, date(2026, 3, 17), date(2026, 3, 31)).count == 0
    assert reward_minutes(session, cast.rosa, cast.HARBOR, date(2025, 1, 1), date(2026, 3, 31)).count == 1
    with pytest.raises(NotFound):
        reward_minutes(session, cast.rosa, cast.MILL, *MONTH)
