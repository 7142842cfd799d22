"""Where an imported row belongs among the visits that are recorded."""

from datetime import timedelta

import pytest

from cm_tracker.domain.visits.corrections import VOIDED
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Evidence, Test
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.import_days import (
    AlreadyRecorded,
    AnswersWaiting,
    ImportDays,
    NewDay,
    Overrules,
    Placement,
    answer,
)
from cm_tracker.domain.visits.importing import Candidate, Reason, RowRefused
from tests.domain.visits.histories import START, a_visit, enrollment

NEGATIVE = Test({"cocaine": "negative"})


def candidate(day: int, evidence: Evidence = NEGATIVE) -> Candidate:
    return Candidate(2, START + timedelta(days=day), evidence)


def place(evidence: Evidence, *recorded: CurrentVisit) -> Placement:
    history = enrollment(*recorded)
    return ImportDays(history, history.schedule.tracks[0].behavior).place(candidate(0, evidence))


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


def test_a_tampered_test_of_the_file_says_the_same_as_one_that_is_recorded() -> None:
    recorded = a_visit(5, 0, "T", results={}, temperature="out_of_range")
    assert place(Test({}, temperature="out_of_range"), recorded) == AlreadyRecorded()


def test_a_corrected_result_is_a_correction_to_look_at() -> None:
    with pytest.raises(RowRefused) as found:
        place(Test({"cocaine": "positive"}), a_visit(5, 0))
    assert found.value.reason == Reason.CORRECTED_RESULT
    assert str(found.value) == (
        "Another result is recorded for the test of 2026-03-02: a visit that met its target. A corrected result is a "
        "correction to look at: if the file is right, a lead corrects the visit on its page."
    )


def test_only_what_was_recorded_before_is_compared() -> None:
    """The second file comes with a mapping that knows more substances."""
    wider = Test({"cocaine": "negative", "thc": "positive", "stimulant": "negative"})
    assert place(wider, a_visit(5, 0)) == AlreadyRecorded()
    narrower = Test({"cocaine": "negative"})
    assert place(narrower, a_visit(5, 0, results={"cocaine": "negative", "thc": "positive"})) == AlreadyRecorded()


def test_a_temperature_that_was_not_read_contradicts_none() -> None:
    recorded = a_visit(5, 0, temperature="in_range")
    assert place(Test({"cocaine": "negative"}, temperature="not_read"), recorded) == AlreadyRecorded()


def test_a_result_that_was_pending_at_the_laboratory_is_answered_and_the_specimen_stays_known() -> None:
    waiting = a_visit(
        5, 0, "?", results={"cocaine": "pending", "thc": "negative"}, specimen_id="U7", temperature="in_range"
    )
    positive = Test({"cocaine": "positive"}, temperature="not_read")
    assert place(positive, waiting) == AnswersWaiting(waiting)
    visit = answer(waiting, candidate(0, positive))
    assert (visit.specimen_id, visit.evidence) == (
        "U7",
        Test({"cocaine": "positive", "thc": "negative"}, temperature="in_range"),
    )


def test_a_visit_that_was_taken_away_by_hand_does_not_come_back() -> None:
    with pytest.raises(RowRefused) as found:
        place(NEGATIVE, a_visit(5, 0, correction=VOIDED))
    assert found.value.reason == Reason.TAKEN_AWAY


def test_a_week_is_never_too_full_for_a_row_with_a_date() -> None:
    """Two a week are paid. The engine says what a third one earns."""
    history = enrollment(a_visit(5, 0), a_visit(6, 1))
    days = ImportDays(history, history.schedule.tracks[0].behavior)
    assert days.place(candidate(2)) == NewDay()
    assert days.place(candidate(3, Test({"cocaine": "positive"}))) == NewDay()


# -- absences without a date -------------------------------------------------------------------


def undated(day: int, excuse: str | None = None) -> Candidate:
    return Candidate(2, START + timedelta(days=day), Absence(excuse), is_planned=True)


@pytest.mark.parametrize("letter", ["N", "P", "?", "R", "D"])
def test_an_absence_without_a_date_is_refused_in_a_week_that_has_a_visit(letter: str) -> None:
    history = enrollment(a_visit(5, 4, letter))
    days = ImportDays(history, history.schedule.tracks[0].behavior)
    with pytest.raises(RowRefused) as found:
        days.place(undated(0))
    assert found.value.reason == Reason.UNDATED_ABSENCE
    assert "its program week has a visit, on 2026-03-06." in str(found.value)
    assert days.place(undated(7)) == NewDay()


def test_an_absence_without_a_date_may_stand_beside_other_absences() -> None:
    history = enrollment(a_visit(5, 4, "M"), a_visit(6, 5, correction=VOIDED))
    assert ImportDays(history, history.schedule.tracks[0].behavior).place(undated(0)) == NewDay()


def test_a_visit_of_the_same_file_keeps_an_absence_without_a_date_out_of_its_week() -> None:
    history = enrollment()
    days = ImportDays(history, history.schedule.tracks[0].behavior)
    days.add(a_visit(5, 4))
    with pytest.raises(RowRefused):
        days.place(undated(0))


LAID = a_visit(5, 0, "M", staff_id=None)


@pytest.mark.parametrize(
    "evidence", [NEGATIVE, Test({"cocaine": "positive"}), AwaitedTest(), Absence(), Absence("jail")]
)
def test_a_row_with_a_date_takes_the_place_of_an_absence_without_one(evidence: Evidence) -> None:
    history = enrollment(LAID)
    days = ImportDays(history, history.schedule.tracks[0].behavior, {5})
    assert days.place(candidate(0, evidence)) == Overrules(LAID)
    assert days.place(undated(0)) == AlreadyRecorded()


def test_an_absence_without_a_date_gives_way_to_a_visit_of_its_week() -> None:
    history = enrollment(LAID, a_visit(6, 9, "M"))
    days = ImportDays(history, history.schedule.tracks[0].behavior, {5, 6})
    assert days.gives_way(candidate(3)) == [LAID]
    assert days.gives_way(candidate(3, Absence())) == []
    assert days.gives_way(candidate(0)) == [], "its own day is overruled"
    days.take_away(LAID)
    assert days.gives_way(candidate(3)) == []


def test_a_test_takes_the_place_of_an_imported_absence_of_its_day_but_of_none_that_people_entered() -> None:
    assert place(NEGATIVE, LAID) == Overrules(LAID)
    for kept in (a_visit(5, 0, "M"), a_visit(5, 0, "E", staff_id=None, correction="excused")):
        with pytest.raises(RowRefused) as found:
            place(NEGATIVE, kept)
        assert found.value.reason == Reason.RECORDED_OTHERWISE


def test_a_planned_visit_does_not_take_the_place_of_an_imported_absence_with_a_date() -> None:
    with pytest.raises(RowRefused) as found:
        place(AwaitedTest(), LAID)
    assert str(found.value) == (
        "Something else is recorded for 2026-03-02: an absence without an excuse. If the file is right, a lead "
        "corrects the visit on its page."
    )


def test_an_absence_that_an_import_took_away_leaves_its_day_open() -> None:
    away = a_visit(5, 0, "M", correction=VOIDED, staff_id=None)
    assert place(NEGATIVE, away) == NewDay()


@pytest.mark.parametrize(
    ("letter", "stands"),
    [
        ("N", "a visit that met its target"),
        ("P", "a positive test"),
        ("E", "an excused absence"),
        ("R", "a refused test"),
        ("T", "a tampered test"),
        ("D", "a dilute specimen"),
        ("?", "a visit that waits for its result"),
        ("!", "a disputed test"),
    ],
)
def test_what_stands_for_a_day_is_said_in_words(letter: str, stands: str) -> None:
    evidence = Absence(None)
    with pytest.raises(RowRefused) as found:
        place(evidence, a_visit(5, 0, letter))
    assert str(found.value) == (
        f"Something else is recorded for 2026-03-02: {stands}. If the file is right, a lead corrects the visit on its "
        "page."
    )


def test_a_specimen_that_could_not_be_used_is_no_excused_absence() -> None:
    leaked = a_visit(5, 0, "E", specimen="leaked", results={})
    with pytest.raises(RowRefused) as found:
        place(NEGATIVE, leaked)
    assert found.value.reason == Reason.CORRECTED_RESULT
    assert "is recorded for the test of 2026-03-02: a specimen that could not be used." in str(found.value)
    assert place(AwaitedTest(), leaked) == AlreadyRecorded()


def test_a_positive_test_that_the_client_disputes_says_the_same_as_the_file() -> None:
    disputed = a_visit(5, 0, "!", results={"cocaine": "positive"})
    assert place(Test({"cocaine": "positive"}), disputed) == AlreadyRecorded()
    with pytest.raises(RowRefused):
        place(NEGATIVE, disputed)


def test_the_sentence_of_a_visit_that_was_taken_away() -> None:
    with pytest.raises(RowRefused) as found:
        place(NEGATIVE, a_visit(5, 0, correction=VOIDED))
    assert str(found.value) == (
        "The visit of 2026-03-02 was recorded and taken away again. If it did take place, enter it on the page."
    )


def test_the_sentence_of_an_absence_without_a_date() -> None:
    history = enrollment(a_visit(5, 4), a_visit(6, 2))
    with pytest.raises(RowRefused) as found:
        ImportDays(history, history.schedule.tracks[0].behavior).place(undated(0))
    assert str(found.value) == (
        "The absence has no date, and its program week has a visit, on 2026-03-04. If the client did miss a visit in "
        "that week, give the absence its date."
    )


def test_a_row_that_was_recorded_is_one_of_the_days() -> None:
    history = enrollment(LAID, a_visit(6, 2, correction=VOIDED))
    days = ImportDays(history, history.schedule.tracks[0].behavior, {5})
    # An absence of the file without a date is laid on its planned day, and gives way like the first one.
    planned = a_visit(7, 1, "M", staff_id=None)
    days.add(planned, is_planned=True)
    assert days.gives_way(candidate(4)) == [LAID, planned]
    # A dated row takes the place of each of them, and opens a day that was closed.
    dated = a_visit(5, 0, staff_id=None)
    days.add(dated)
    assert days.gives_way(candidate(4)) == [planned]
    days.add(a_visit(6, 2))
    assert days.place(candidate(2)) == AlreadyRecorded()
    days.take_away(planned)
    assert days.place(candidate(1)) == NewDay()


def test_visits_of_another_track_do_not_matter() -> None:
    history = enrollment(a_visit(5, 0, behavior="other"), a_visit(6, 2, behavior="other", correction=VOIDED))
    days = ImportDays(history, history.schedule.tracks[0].behavior)
    assert [days.place(candidate(day)) for day in (0, 2)] == [NewDay(), NewDay()]


@pytest.mark.parametrize(
    ("recorded", "read", "kept"),
    [(None, "not_read", "not_read"), ("in_range", "not_read", "in_range"), ("not_read", "in_range", "in_range"),
     (None, "out_of_range", "out_of_range"), ("in_range", None, None)],
)  # fmt: skip
def test_the_temperature_of_the_file_counts_where_it_was_read(
    recorded: str | None, read: str | None, kept: str | None
) -> None:
    visit = answer(a_visit(5, 0, "?", results={}, temperature=recorded), candidate(0, Test({}, temperature=read)))
    assert isinstance(visit.evidence, Test) and visit.evidence.temperature == kept


@pytest.mark.parametrize(
    "test",
    [
        Test({"cocaine": "negative"}, temperature="out_of_range"),
        Test({"cocaine": "negative", "thc": "positive"}, temperature="in_range"),
    ],
)
def test_a_result_that_contradicts_what_is_known_of_a_waiting_specimen_does_not_answer_it(test: Test) -> None:
    waiting = a_visit(5, 0, "?", results={"cocaine": "pending", "thc": "negative"}, temperature="in_range")
    with pytest.raises(RowRefused) as found:
        place(test, waiting)
    assert found.value.reason == Reason.CORRECTED_RESULT
