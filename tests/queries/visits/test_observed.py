"""The chances that a trial takes over from the visits of the last half year."""

from datetime import timedelta

from sqlalchemy.orm import Session

from cm_tracker.domain.simulation.observed import Observed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import VOID
from cm_tracker.queries.visits.observed import observed_chances
from tests import cast, redeeming

TODAY = cast.START + timedelta(days=14)


def chances(session: Session, actor: Actor = cast.miriam) -> Observed:
    return observed_chances(session, actor, TODAY, cast.NOW)


def test_tests_and_absences_of_the_lead_s_own_sites_are_counted(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 7, cast.positive())
    cast.visit(session, 9, cast.ABSENT)
    cast.visit(session, 11)
    cast.visit(session, 0, cast.positive(), enrollment_id=cast.BEA, actor=cast.anna)
    found = chances(session)
    assert (found.tests, found.last_day, found.first_day) == (5, TODAY, TODAY - timedelta(weeks=26))
    # N N N P M N: the first is negative, two of three after a negative, the one after the absence.
    assert (found.assumptions.first, found.assumptions.after_negative, found.assumptions.after_other) == (
        1000,
        667,
        1000,
    )
    assert (found.assumptions.missed, found.assumptions.excused, found.assumptions.stops) == (167, 0, 0)
    assert chances(session, cast.sam).assumptions.first == 500


def test_a_visit_that_was_voided_does_not_count(session: Session) -> None:
    cast.rich(session)
    cast.put_right(session, 1, VOID)
    assert chances(session).tests == 2


def test_the_points_that_were_spent_are_shared_out_over_the_weeks(session: Session) -> None:
    assert chances(session).assumptions.spends == 500, "nothing is known, so it is a guess"
    cast.rich(session)
    assert chances(session).assumptions.spends == 0
    redeeming.redeem_at_once(session)
    # 20 of 85 points in 26 weeks, and 65 are left: 20 of 65 x 26 + 20.
    assert chances(session).assumptions.spends == 12
