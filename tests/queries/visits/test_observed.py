"""The chances that a trial takes over from the visits of the last half year."""

from datetime import timedelta

from sqlalchemy.orm import Session

from cm_tracker.domain.simulation.assumptions import PUBLISHED
from cm_tracker.domain.simulation.observed import Observed
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.corrections import VOID
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.observed import observed_chances
from tests import cast, drawing, redeeming

REFUSED = Test({}, specimen="refused")
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
    # Two weeks do not tell whether somebody has stopped, so that is a guess.
    assert (found.assumptions.missed, found.assumptions.excused, found.assumptions.stops) == (167, 0, PUBLISHED.stops)
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


def test_what_was_undone_was_not_spent(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeeming.redeem_at_once(session)
    undo_redemption(
        session,
        redemption_id=redemption_id,
        is_back=True,
        reason="The wrong one",
        key=cast.key(),
        actor=cast.miriam,
        now=cast.NOW,
    )
    assert chances(session).assumptions.spends == 0


def later(session: Session, weeks: int, actor: Actor = cast.miriam) -> Observed:
    return observed_chances(session, actor, TODAY + timedelta(weeks=weeks), cast.NOW + timedelta(weeks=weeks))


def test_who_stays_away_has_stopped_and_who_pauses_has_not(session: Session) -> None:
    """Amir came in weeks 1 and 2, and then no more: he went on before week 2 and stopped before week 3."""
    for day in (0, 7):
        cast.visit(session, day)
    assert later(session, 3).assumptions.stops == 500
    cast.pause(session, cast.AMIR, "2026-03-11", None)
    assert later(session, 3).assumptions.stops == PUBLISHED.stops


def test_an_enrollment_without_a_visit_is_somebody_who_never_came(session: Session) -> None:
    assert later(session, 2, cast.anna).assumptions.stops == 1000
    cast.end(session, cast.BEA, "2026-03-09", "moved_up", actor=cast.anna)
    assert later(session, 2, cast.anna).assumptions.stops == PUBLISHED.stops, "they were not expected any more"


def test_who_left_has_stopped(session: Session) -> None:
    cast.visit(session, 0)
    cast.end(session, cast.AMIR, "2026-03-09", "left")
    assert later(session, 2).assumptions.stops == 1000


def test_the_version_of_the_day_says_what_a_refused_test_is(session: Session) -> None:
    """The second version holds where a test is refused; the first one resets."""
    document = {**preset("higgins-voucher"), "name": "Milder"}
    document["tracks"][0]["reset_on"] = ["positive", "unexcused"]
    milder = publish_schedule(
        session, document=document, reason="x", key=cast.key(), actor=command(), now=cast.NOW
    )  # fmt: skip
    cast.visit(session, 0, REFUSED)
    assert (chances(session).tests, chances(session).assumptions.first) == (1, 0)
    cast.move(session, cast.AMIR, milder, "2026-03-04")
    cast.visit(session, 4, REFUSED)
    found = chances(session)
    assert (found.tests, found.assumptions.excused) == (1, 500)


def test_practice_clients_are_left_out(session: Session) -> None:
    drawing.won(session, 2, is_practice=True)
    found = later(session, 4)
    assert (found.tests, found.assumptions.first, found.assumptions.spends) == (0, PUBLISHED.first, PUBLISHED.spends)
    cast.rich(session)
    assert chances(session).tests == 3


def test_of_too_many_visits_the_newest_days_are_looked_at(session: Session) -> None:
    """Of P, N, N and P, with room for two: N and P, and what came before the first of them is not known."""
    for day, evidence in ((0, cast.positive()), (2, None), (4, None), (7, cast.positive())):
        cast.visit(session, day, evidence)
    found = observed_chances(session, cast.miriam, TODAY, cast.NOW, most_visits=2)
    assert (found.tests, found.first_day) == (2, cast.START + timedelta(days=3))
    assert (found.assumptions.first, found.assumptions.after_negative) == (PUBLISHED.first, 0)
    assert observed_chances(session, cast.miriam, TODAY, cast.NOW, most_visits=4).tests == 4
