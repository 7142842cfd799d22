"""What a visit would be once it is recorded, and what stands against it: examples typed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    InTheFuture,
    MostWerePaid,
    NothingChanged,
    NothingMissed,
    OutsideSchedule,
    Refused,
    SameSpecimen,
    SameVisit,
    VoidedDay,
)
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Test
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.proposals import SpecimenHolder, check_specimen, propose_correction, propose_visit
from tests.domain.schedules.documents import phase, track
from tests.domain.visits.histories import MIRIAM, NEGATIVE, NOW, ROSA, START, a_visit, enrollment, miriam, new, rosa


def test_a_new_visit_has_no_id_yet_and_rests_on_whoever_enters_it() -> None:
    visit = propose_visit(enrollment(), new(0, specimen_id="U1"), actor=rosa, now=NOW)
    assert (visit.id, visit.newest_id, visit.outcome, visit.day_place, visit.correction) == (0, 0, "met", 1, None)
    assert (visit.happened_on, visit.recorded_at, visit.staff_id, visit.makers) == (START, NOW, ROSA, {ROSA})
    assert (visit.specimen, visit.specimen_id, visit.results) == ("given", "U1", {"cocaine": "negative"})


@pytest.mark.parametrize(
    ("day", "error"),
    [(-1, BeforeEnrollment), (0, None), (14, None), (15, InTheFuture), (27, InTheFuture), (28, OutsideSchedule)],
)
def test_a_day_lies_in_the_enrollment_and_not_in_the_future(day: int, error: type[Refused] | None) -> None:
    if error is None:
        assert propose_visit(enrollment(), new(day), actor=rosa, now=NOW).outcome == "met"
    else:
        with pytest.raises(error):
            propose_visit(enrollment(), new(day), actor=rosa, now=NOW)


def test_today_is_the_day_at_the_site() -> None:
    """At 3 in the morning in London it is still the evening before in New York."""
    with pytest.raises(InTheFuture):
        propose_visit(enrollment(), new(15), actor=rosa, now=datetime(2026, 3, 17, 3, 0, tzinfo=UTC))
    assert propose_visit(enrollment(), new(15), actor=rosa, now=datetime(2026, 3, 17, 4, 0, tzinfo=UTC)).id == 0


@pytest.mark.parametrize(
    ("collected_at", "read_at", "field"),
    [
        (NOW + timedelta(minutes=11), None, "collected_at"),
        (NOW + timedelta(minutes=10), None, None),
        (NOW - timedelta(days=1), None, "collected_at"),
        (NOW, NOW + timedelta(minutes=11), "read_at"),
        (NOW, NOW - timedelta(minutes=1), "read_at"),
        (NOW - timedelta(minutes=9), NOW, None),
    ],
)
def test_times_are_of_the_visits_day_and_in_their_order(
    collected_at: datetime, read_at: datetime | None, field: str | None
) -> None:
    visit = new(14, collected_at=collected_at, read_at=read_at)
    if field is None:
        assert propose_visit(enrollment(), visit, actor=rosa, now=NOW).collected_at == collected_at
    else:
        with pytest.raises(BadInput) as refused:
            propose_visit(enrollment(), visit, actor=rosa, now=NOW)
        assert refused.value.field == field


def test_a_behavior_that_the_schedule_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="has no"):
        propose_visit(enrollment(), NewVisit("sleep", START, NEGATIVE), actor=rosa, now=NOW)


def test_a_day_has_one_visit_of_a_track() -> None:
    with pytest.raises(SameVisit) as refused:
        propose_visit(enrollment(a_visit(5, 2)), new(2), actor=rosa, now=NOW)
    assert refused.value.visit_id == 5


def test_a_day_has_more_places_where_a_week_has_more_than_seven_visits() -> None:
    schedule = {"tracks": [track(phase(visits_per_week=14))]}
    visits = [a_visit(1, 2)]
    second = propose_visit(enrollment(*visits, **schedule), new(2), actor=rosa, now=NOW)
    assert second.day_place == 2
    visits.append(a_visit(2, 2, day_place=2))
    with pytest.raises(SameVisit):
        propose_visit(enrollment(*visits, **schedule), new(2), actor=rosa, now=NOW)


def test_a_visit_on_a_voided_day_takes_the_place_of_the_voided_record() -> None:
    history = enrollment(records={1: [a_visit(1, 2), a_visit(1, 2, newest_id=4, correction="voided")]})
    again = propose_visit(history, new(2), actor=miriam, now=NOW)
    assert (again.id, again.newest_id, again.correction, again.makers) == (1, 4, "again", {ROSA})


def test_no_visit_is_moved_to_a_voided_day() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2, correction="voided"))
    with pytest.raises(VoidedDay) as caught:
        propose_correction(history, 1, "correct", new(2), actor=miriam, now=NOW)
    assert caught.value.day == START + timedelta(days=2)


def test_a_correction_keeps_the_visit_and_its_place() -> None:
    visit = propose_correction(
        enrollment(a_visit(1, 0)), 1, "correct", new(0, Absence("hospital")), actor=miriam, now=NOW
    )
    assert (visit.id, visit.newest_id, visit.outcome, visit.correction) == (1, 1, "excused", "corrected")
    assert (visit.staff_id, visit.makers) == (MIRIAM, {ROSA})


def test_a_void_keeps_what_was_recorded_and_says_that_it_counts_no_longer() -> None:
    visit = propose_correction(enrollment(a_visit(1, 0)), 1, "void", None, actor=miriam, now=NOW)
    assert (visit.outcome, visit.correction, visit.is_current) == ("met", "voided", False)


def test_an_undo_takes_a_first_record_away() -> None:
    recorded = a_visit(1, 14, recorded_at=NOW)
    visit = propose_correction(enrollment(recorded), 1, "undo", None, actor=rosa, now=NOW)
    assert (visit.correction, visit.is_current) == ("undone", False)


def test_an_undo_of_a_correction_brings_back_what_it_replaced() -> None:
    answered = a_visit(1, 0, "P", newest_id=3, correction="answered", recorded_at=NOW)
    history = enrollment(records={1: [a_visit(1, 0, "?"), answered]})
    visit = propose_correction(history, 3, "undo", None, actor=rosa, now=NOW)
    assert (visit.outcome, visit.correction, visit.newest_id) == ("pending", "reverted", 3)


def test_a_correction_that_changes_nothing_is_refused() -> None:
    same = a_visit(1, 0)
    with pytest.raises(NothingChanged):
        propose_correction(enrollment(same), 1, "correct", new(0), actor=miriam, now=NOW)
    other = new(0, Test({"cocaine": "positive"}))
    assert propose_correction(enrollment(same), 1, "correct", other, actor=miriam, now=NOW).outcome == "positive"


def test_a_specimen_belongs_to_one_visit_of_a_site() -> None:
    visit = a_visit(0, 0, specimen_id="U7")
    holder = SpecimenHolder("U7", 5, date(2026, 3, 4))
    with pytest.raises(SameSpecimen) as refused:
        check_specimen(visit, holder)
    assert (refused.value.specimen_id, refused.value.visit_id) == ("U7", 5)
    check_specimen(visit, None)
    check_specimen(replace(visit, correction="voided"), holder)


# Two visits a week are paid. Days 0 to 6 are program week 1.


@pytest.mark.parametrize("excuse", [None, "illness"])
@pytest.mark.parametrize("day", [1, 4])
def test_an_absence_in_a_week_whose_paid_visits_are_complete_is_refused(day: int, excuse: str | None) -> None:
    full = enrollment(a_visit(1, 0), a_visit(2, 2))
    with pytest.raises(NothingMissed) as refused:
        propose_visit(full, new(day, Absence(excuse)), actor=rosa, now=NOW)
    assert (refused.value.day, refused.value.week, refused.value.places) == (START + timedelta(days=day), 1, 2)
    assert refused.value.last_week is None, "the period is one week"


@pytest.mark.parametrize(
    ("visits", "day"),
    [
        ([a_visit(1, 0)], 2),  # one of two is paid
        ([a_visit(1, 0), a_visit(2, 2)], 7),  # the next week has begun
        ([a_visit(1, 0), a_visit(2, 2, "P")], 4),  # a positive test is not paid
        ([a_visit(1, 0), a_visit(2, 2, "?")], 4),  # nobody knows yet whether it will be
        ([a_visit(1, 0), a_visit(2, 2, correction="voided")], 4),  # it never took place
    ],
)
def test_an_absence_is_recorded_where_a_paid_visit_was_missing(visits: list[CurrentVisit], day: int) -> None:
    visit = propose_visit(enrollment(*visits), new(day, Absence()), actor=rosa, now=NOW)
    assert visit.outcome == "unexcused"


def test_paid_visits_of_another_track_do_not_make_a_week_complete() -> None:
    tracks = [track(), track(behavior="work", evidence="attendance", target=[])]
    history = enrollment(a_visit(1, 0, behavior="work"), a_visit(2, 2, behavior="work"), tracks=tracks)
    assert propose_visit(history, new(4, Absence()), actor=rosa, now=NOW).outcome == "unexcused"


def test_a_positive_test_in_a_complete_week_is_recorded() -> None:
    full = enrollment(a_visit(1, 0), a_visit(2, 2))
    assert propose_visit(full, new(4, Test({"cocaine": "positive"})), actor=rosa, now=NOW).outcome == "positive"


def test_a_paid_visit_can_be_corrected_to_an_absence_because_it_is_not_one_of_the_others() -> None:
    full = enrollment(a_visit(1, 0), a_visit(2, 2))
    visit = propose_correction(full, 2, "correct", new(2, Absence()), actor=miriam, now=NOW)
    assert visit.outcome == "unexcused"


def test_a_visit_beyond_the_paid_ones_cannot_be_corrected_to_an_absence() -> None:
    full = enrollment(a_visit(1, 0), a_visit(2, 2), a_visit(3, 4))
    with pytest.raises(NothingMissed):
        propose_correction(full, 3, "correct", new(4, Absence()), actor=miriam, now=NOW)


def test_an_absence_before_the_paid_visits_of_its_week_can_be_excused_but_not_lose_its_excuse() -> None:
    week = [a_visit(2, 2), a_visit(3, 4)]
    missed = enrollment(a_visit(1, 0, "M"), *week)
    assert propose_correction(missed, 1, "excuse", new(0, Absence("illness")), actor=rosa, now=NOW).outcome == "excused"
    moved = propose_correction(missed, 1, "correct", new(1, Absence()), actor=miriam, now=NOW)
    assert (moved.outcome, moved.happened_on) == ("unexcused", START + timedelta(days=1))
    excused = enrollment(a_visit(1, 0, "E", excuse="illness"), *week)
    with pytest.raises(NothingMissed):
        propose_correction(excused, 1, "correct", new(0, Absence()), actor=miriam, now=NOW)


def test_an_absence_entered_again_after_it_was_voided_is_checked_like_a_new_one() -> None:
    voided = [a_visit(1, 0, "M"), a_visit(1, 0, "M", newest_id=4, correction="voided")]
    history = enrollment(records={1: voided, 2: [a_visit(2, 2)], 3: [a_visit(3, 4)]})
    with pytest.raises(NothingMissed):
        propose_visit(history, new(0, Absence()), actor=miriam, now=NOW)


# -- what the second format adds -----------------------------------------------------------------------------


def second(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"tracks": [track(*phases, **more)], "format": "cm-schedule/2"}


def absence(day: int) -> NewVisit:
    return new(day, Absence())


def test_an_absence_in_a_complete_period_is_refused_in_each_of_its_weeks() -> None:
    """Two visits every two weeks: days 0 to 13 are one period."""
    full = enrollment(a_visit(1, 0), a_visit(2, 2), **second(phase(period_weeks=2)))
    for day in (1, 9, 13):
        with pytest.raises(NothingMissed) as refused:
            propose_visit(full, absence(day), actor=rosa, now=NOW)
        assert (refused.value.week, refused.value.last_week, refused.value.places) == (1, 2, 2)
    assert propose_visit(full, absence(14), actor=rosa, now=NOW).outcome == "unexcused"
    four = enrollment(a_visit(1, 0), a_visit(2, 2), **second(phase(period_weeks=4)))
    with pytest.raises(NothingMissed) as refused:
        propose_visit(four, absence(9), actor=rosa, now=NOW)
    assert (refused.value.week, refused.value.last_week) == (1, 4)


def test_a_visit_of_the_other_week_of_a_period_is_missing_where_only_one_is_paid() -> None:
    one = enrollment(a_visit(1, 0), **second(phase(period_weeks=2)))
    assert propose_visit(one, absence(13), actor=rosa, now=NOW).outcome == "unexcused"


def test_an_absence_of_a_complete_period_can_be_excused_in_its_other_week() -> None:
    missed = enrollment(a_visit(1, 0, "M"), a_visit(2, 7), a_visit(3, 9), **second(phase(period_weeks=2)))
    moved = propose_correction(missed, 1, "correct", new(8, Absence()), actor=miriam, now=NOW)
    assert moved.happened_on == START + timedelta(days=8)


@pytest.mark.parametrize(
    "doc",
    [
        second(most_paid=2),
        second(phase(most_paid=2)),
        second(phase((1, 1), visits_per_week=1), phase((2, 4), carry_level=True), most_paid=2),
    ],
)
def test_an_absence_is_refused_once_the_most_visits_are_paid(doc: dict[str, Any]) -> None:
    """Two are paid on days 0 and 7. On day 6 the second one was not paid yet, so there was something to miss."""
    history = enrollment(a_visit(1, 0), a_visit(2, 7), **doc)
    for day in (8, 14):
        with pytest.raises(MostWerePaid) as refused:
            propose_visit(history, absence(day), actor=rosa, now=NOW)
        assert refused.value.day == START + timedelta(days=day)
    late = enrollment(a_visit(1, 0), a_visit(2, 7), **second(phase(most_paid=2)))
    assert propose_visit(late, absence(6), actor=rosa, now=NOW).outcome == "unexcused"


def test_the_most_of_a_phase_are_counted_anew_in_the_next_phase() -> None:
    doc = second(phase((1, 1), most_paid=1), phase((2, 4), most_paid=1))
    history = enrollment(a_visit(1, 0), **doc)
    with pytest.raises(MostWerePaid):
        propose_visit(history, absence(6), actor=rosa, now=NOW)
    assert propose_visit(history, absence(7), actor=rosa, now=NOW).outcome == "unexcused"


def test_the_last_paid_visit_can_be_corrected_to_an_absence() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 7), **second(most_paid=2))
    assert propose_correction(history, 2, "correct", absence(7), actor=miriam, now=NOW).outcome == "unexcused"


def test_a_visit_of_the_same_day_is_one_of_the_most_that_are_paid() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 7), **second(phase(visits_per_week=14), most_paid=2))
    with pytest.raises(MostWerePaid):
        propose_visit(history, absence(7), actor=rosa, now=NOW)
    assert propose_visit(history, absence(6), actor=rosa, now=NOW).outcome == "unexcused"
