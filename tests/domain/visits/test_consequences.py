"""What saving a visit would do, before it is saved: two visits a week are paid, 10 points and 5 more after each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.errors import BeforeEnrollment, InTheFuture, OutsideSchedule, Refused, SameVisit
from cm_tracker.domain.schedules.ceilings import Received
from cm_tracker.domain.schedules.outcomes import DILUTE, EXCUSED, MET, PENDING, POSITIVE, REFUSED, TAMPERED
from cm_tracker.domain.visits.consequences import OF_A_TEST, OF_AN_ABSENCE, Consequence, consequences
from cm_tracker.domain.visits.history import CurrentVisit
from tests.domain.schedules.documents import phase, track
from tests.domain.visits.histories import NOW, START, a_visit, enrollment, paid

# Two visits of week 1 are paid, 10 and 15. The next one earns 20.
PAID = (a_visit(1, 0), a_visit(2, 2))


def what_happens(visits: tuple[CurrentVisit, ...], day: int, of: tuple[str, ...] = OF_A_TEST, **more: Any) -> Any:
    history = enrollment(*visits, **more)
    found = consequences(
        history,
        paid(*(10, 15)[: len(visits)]),
        history.schedule.tracks[0],
        START + timedelta(days=day),
        of,
        collected_at=None,
        now=NOW,
    )
    return {one.outcome: one.result and (one.result.why, one.result.paid, one.result.next_due) for one in found}


def test_each_outcome_of_a_test_is_worked_out_from_the_whole_history() -> None:
    assert what_happens(PAID, 7) == {
        MET: ("paid", 20, 25),
        POSITIVE: ("reset", 0, 10),
        REFUSED: ("reset", 0, 10),
        TAMPERED: ("reset", 0, 10),
        DILUTE: ("held", 0, 20),
        EXCUSED: ("held", 0, 20),
        PENDING: ("held", 0, 20),
    }


def test_in_a_full_week_a_negative_test_earns_nothing_and_a_positive_one_still_resets() -> None:
    found = what_happens(PAID, 4)
    assert (found[MET], found[POSITIVE]) == (("extra", 0, 20), ("reset", 0, 10))


def test_an_absence_resets_or_holds_and_cannot_be_recorded_in_a_full_week() -> None:
    assert what_happens(PAID, 7, OF_AN_ABSENCE) == {"unexcused": ("reset", 0, 10), "excused": ("held", 0, 20)}
    assert what_happens(PAID, 4, OF_AN_ABSENCE) == {"unexcused": None, "excused": None}


@pytest.mark.parametrize(
    ("day", "refusal"), [(-1, BeforeEnrollment), (0, SameVisit), (15, InTheFuture), (28, OutsideSchedule)]
)
def test_what_stands_against_every_visit_of_a_day_is_raised(day: int, refusal: type[Refused]) -> None:
    """A day before the enrollment, one that has its visit, one in the future, and one after the last week."""
    with pytest.raises(refusal):
        what_happens(PAID, day)


def test_a_late_visit_earns_what_its_own_place_in_the_history_earns_and_says_that_it_changes_others() -> None:
    """A visit of March 4 earns 10; then the one of March 9 earns 15 and not 10."""
    history = enrollment(a_visit(1, 7))
    track = history.schedule.tracks[0]
    late, newest = (
        consequences(history, paid(10), track, START + timedelta(days=day), (MET,), collected_at=None, now=NOW)
        for day in (2, 9)
    )
    assert [(one.result and one.result.paid, one.changes_others) for one in (*late, *newest)] == [
        (10, True),
        (15, False),
    ]


def test_a_visit_earns_what_every_ceiling_leaves() -> None:
    """The third visit is due 20 points of 25 cents. Of $12 a year, $2 elsewhere and 25 points here leave $3.75: 15."""
    history = enrollment(*PAID, ceilings=[{"scope": "calendar_year", "cents": 1200}])
    state = replace(paid(10, 15), received_elsewhere=[Received(9, date(2026, 1, 5), 200)])
    (met,) = consequences(
        history, state, history.schedule.tracks[0], START + timedelta(days=7), (MET,), collected_at=None, now=NOW
    )
    assert met.result is not None
    assert (met.result.due, met.result.paid, met.result.cut_by) == (20, 15, "calendar_year")


def test_a_visit_on_the_day_of_a_voided_one_takes_its_place() -> None:
    """The voided visit was recorded first, so the new one stands before the other visit of its day's track."""
    voided = a_visit(1, 0, correction="voided")
    history = enrollment(voided, a_visit(2, 7))
    (met,) = consequences(history, paid(0, 10), history.schedule.tracks[0], START, (MET,), collected_at=None, now=NOW)
    assert met.result is not None and (met.result.ref, met.result.paid) == (1, 10)


def test_a_side_bonus_is_shown_beside_what_a_test_earns_without_it() -> None:
    side = {"also_negative": ["thc"], "amount": 2}
    history = enrollment(tracks=[track(phase(), side_bonus=side)])
    found = consequences(
        history, paid(), history.schedule.tracks[0], date(2026, 3, 2), (MET, POSITIVE), collected_at=None, now=NOW
    )
    assert [(one.result.paid, one.with_bonus and one.with_bonus.paid) for one in found if one.result] == [
        (10, 12),
        (0, None),
    ]
    assert isinstance(found[0], Consequence)


def test_the_history_itself_is_not_changed() -> None:
    history = enrollment(*PAID)
    consequences(
        history,
        paid(10, 15),
        history.schedule.tracks[0],
        START + timedelta(days=7),
        OF_A_TEST,
        collected_at=None,
        now=NOW,
    )
    assert history.visits == PAID


def test_an_absence_is_told_from_a_specimen_that_could_not_be_used() -> None:
    history = enrollment(*PAID)
    goal = history.schedule.tracks[0]
    for day, of, is_absence in ((7, OF_AN_ABSENCE, True), (4, OF_AN_ABSENCE, True), (7, OF_A_TEST, False)):
        found = consequences(history, paid(10, 15), goal, START + timedelta(days=day), of, collected_at=None, now=NOW)
        assert {one.is_absence for one in found} == {is_absence}


def test_the_time_of_a_visit_counts_for_the_hours_between_two() -> None:
    """The last paid visit was at 2 in the afternoon of March 4. A day later, 24 hours are over at 2."""
    two = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
    history = enrollment(
        a_visit(1, 2, collected_at=two), tracks=[track(phase(visits_per_week=7), min_hours_between=24)]
    )
    goal = history.schedule.tracks[0]
    for minutes, why in ((1439, "too_soon"), (1440, "paid")):
        (met,) = consequences(
            history, paid(10), goal, START + timedelta(days=3), (MET,), collected_at=two + timedelta(minutes=minutes),
            now=NOW,
        )  # fmt: skip
        assert met.result is not None and met.result.why == why
