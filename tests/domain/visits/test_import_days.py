"""Where an imported row belongs among the visits that are recorded."""

from datetime import timedelta

import pytest

from cm_tracker.domain.errors import WeekFull
from cm_tracker.domain.visits.corrections import VOIDED
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Evidence, Test
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.import_days import AlreadyRecorded, AnswersWaiting, ImportDays, NewDay, Placement
from cm_tracker.domain.visits.importing import Candidate, Reason, RowRefused
from tests.domain.visits.histories import START, a_visit, enrollment

NEGATIVE = Test({"cocaine": "negative"})


def candidate(day: int, evidence: Evidence = NEGATIVE) -> Candidate:
    return Candidate(2, START + timedelta(days=day), evidence)


def place(evidence: Evidence, *recorded: CurrentVisit) -> Placement:
    history = enrollment(*recorded)
    return ImportDays(history, history.schedule.tracks[0]).place(candidate(0, evidence))


def test_a_day_without_a_visit_is_new() -> None:
    assert place(NEGATIVE) == NewDay()


def test_a_test_answers_the_visit_that_waits_for_it() -> None:
    waiting = a_visit(5, 0, "?", results={})
    assert place(NEGATIVE, waiting) == AnswersWaiting(waiting)


@pytest.mark.parametrize(
    ("letter", "evidence"),
    [
        ("N", NEGATIVE),
        ("N", Test({"cocaine": "negative", "thc": "positive"})),
        ("N", AwaitedTest()),
        ("P", AwaitedTest()),
        ("M", Absence(None)),
        ("E", Absence("illness")),
        ("E", Absence("jail")),
    ],
)
def test_what_is_recorded_already_adds_nothing(letter: str, evidence: Evidence) -> None:
    assert place(evidence, a_visit(5, 0, letter)) == AlreadyRecorded()


@pytest.mark.parametrize(
    ("letter", "evidence"),
    [
        ("N", Test({"cocaine": "positive"})),
        ("N", Test({"cocaine": "negative"}, temperature="out_of_range")),
        ("N", Absence(None)),
        ("M", AwaitedTest()),
        ("M", NEGATIVE),
        ("M", Absence("illness")),
        ("E", Absence(None)),
    ],
)
def test_what_is_recorded_otherwise_is_refused(letter: str, evidence: Evidence) -> None:
    with pytest.raises(RowRefused) as found:
        place(evidence, a_visit(5, 0, letter))
    assert found.value.reason == Reason.RECORDED_OTHERWISE


def test_a_recorded_test_without_a_result_for_the_target_does_not_say_the_same() -> None:
    with pytest.raises(RowRefused):
        place(NEGATIVE, a_visit(5, 0, "T", results={}))


def test_a_visit_that_was_taken_away_by_hand_does_not_come_back() -> None:
    with pytest.raises(RowRefused) as found:
        place(NEGATIVE, a_visit(5, 0, correction=VOIDED))
    assert found.value.reason == Reason.TAKEN_AWAY


def test_a_program_week_has_as_many_visits_as_the_schedule_pays() -> None:
    """Two a week: one is recorded, one is taken from the file, and the third one has no place."""
    history = enrollment(a_visit(5, 0))
    days = ImportDays(history, history.schedule.tracks[0])
    assert days.place(candidate(2)) == NewDay()
    days.add(candidate(2).day)
    with pytest.raises(WeekFull):
        days.place(candidate(4))
    assert days.place(candidate(0)) == AlreadyRecorded()
    assert days.place(candidate(7)) == NewDay()
