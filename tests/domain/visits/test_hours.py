"""Attended hours: one result for each program week, on its last day, from the minutes that staff enter."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.clients.events import END, PAUSE, EnrollmentEvent
from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    NothingToExcuse,
    OutsideSchedule,
    SeveralRefused,
    VisitInPause,
    WeekHasHours,
    WeekNotOver,
)
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.consequences import OF_HOURS, consequences
from cm_tracker.domain.visits.enrollment_events import propose_pause
from cm_tracker.domain.visits.evidence import Absence, Hours, NewVisit, Presence, outcome_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import check_week, minutes_of, week_of_hours, weeks_without_hours, wrong_hours
from cm_tracker.domain.visits.proposals import propose_correction, propose_visit
from cm_tracker.domain.visits.settling import preview
from tests.domain.refused import all_refused, refused
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import START, a_visit, enrollment, miriam, paid, rosa

WEEKLY = phase(visits_per_week=1)
WORK = track(WEEKLY, behavior="work", title="Program hours", evidence="hours", target=[], hours=9)
TRACK = parse(document(WORK, format="cm-schedule/2")).tracks[0]
# Weeks end on Sunday: March 8, 15, 22 and 29. NOW is a Monday.
NOW = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)
ENOUGH = Hours(540, 0, 600)


def hours(record_id: int, day: int, evidence: Hours = ENOUGH, letter: str = "N", **more: object) -> CurrentVisit:
    """The hours of a week, as they were recorded for a day."""
    return a_visit(
        record_id, day, letter, **{"behavior": "work", "hours": evidence, "specimen": None, "results": {}, **more}
    )


def program(*visits: CurrentVisit, events: tuple[EnrollmentEvent, ...] = (), **more: Any) -> EnrollmentHistory:
    """An enrollment of four weeks, in each of which 9 hours are met."""
    history = enrollment(*visits, format="cm-schedule/2", tracks=[WORK], **more)
    for event in events:
        history = replace(history, span=history.span.with_event(event))
    return history


def pause(first: int, last: int | None) -> EnrollmentEvent:
    on = [None if day is None else START + timedelta(days=day) for day in (first, last)]
    assert on[0] is not None
    return EnrollmentEvent(1, 1, PAUSE, on[0], on[1], None, None)


def end(day: int) -> EnrollmentEvent:
    return EnrollmentEvent(2, 2, END, START + timedelta(days=day), None, "left", None)


def entered(day: int, evidence: object = ENOUGH) -> NewVisit:
    return NewVisit("work", START + timedelta(days=day), evidence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (Hours(540, 0, 600), "met"),
        (Hours(539, 0, 600), "unexcused"),
        (Hours(360, 180, 540), "met"),  # excused minutes count as attended
        (Hours(360, 179, 540), "unexcused"),
        (Hours(0, 540, 540), "met"),
        (Hours(600, 0, 540), "met"),  # the client came to more than was planned
        (Hours(0, 0, 540), "unexcused"),
        (Hours(0, 0, 0), "excused"),
        (Hours(600, 0, 0), "excused"),  # even if the hours were reached
        (Hours(0, 0, 1), "unexcused"),
    ],
)
def test_the_minutes_decide_the_outcome(evidence: Hours, outcome: str) -> None:
    assert outcome_of(TRACK, evidence) == outcome


@pytest.mark.parametrize(
    ("evidence", "field"),
    [
        (Hours(10081, 0, 600), "attended"),
        (Hours(0, 0, 10081), "expected"),
        (Hours(9600, 540, 600), "attended"),  # 160 and 9 hours are more than a week has
        (Hours(-1, 0, 600), "attended"),
        (Hours(0, 541, 540), "excused"),
    ],
)
def test_minutes_that_cannot_be_are_refused_at_their_field(evidence: Hours, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        outcome_of(TRACK, evidence)
    assert refused.value.field == field


def test_a_whole_week_is_the_most_that_can_be_entered() -> None:
    assert outcome_of(TRACK, Hours(10080, 0, 10080)) == "met"


@pytest.mark.parametrize("evidence", [Presence(), Absence(None), Absence("illness")])
def test_a_track_of_hours_takes_no_visit_and_no_absence(evidence: Presence | Absence) -> None:
    with pytest.raises(BadInput, match="Program hours: enter the hours of the whole week"):
        outcome_of(TRACK, evidence)


@pytest.mark.parametrize("kind", ["drug_test", "breath_test", "attendance", "activity"])
def test_hours_belong_to_no_other_track(kind: str) -> None:
    other = parse(document(track(evidence=kind, target=["cocaine"] if kind == "drug_test" else []))).tracks[0]
    with pytest.raises(BadInput, match="does not belong"):
        outcome_of(other, ENOUGH)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("7:30", 450), ("07:05", 425), ("0:45", 45), ("9", 540), ("0", 0), ("7.5", 450), ("7,5", 450), ("7.25", 435),
        ("7.1", 426), ("7.05", 423), (" 9 h ", 540), ("7.5h", 450), ("7 h 30 min", 450), ("7h30m", 450), ("450 min", 450),
        ("45m", 45), ("9 hours", 540), ("1 Hour", 60), ("168", 10080),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "7.33", "7:60", "7:5", "-1", "7.555", "seven", "1e2", "7:30:00", "9 days", "٩"])
def test_other_texts_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(BadInput, match="as 7:30, or hours as"):
        minutes_of(text)


# -- the weeks -------------------------------------------------------------------------------------


def days(history: EnrollmentHistory, today: date = TODAY) -> list[tuple[int, int, int]]:
    """The weeks without hours: their number, first day and last day, counted from the enrollment's first day."""
    found = weeks_without_hours(history, "work", today)
    return [(one.week, (one.first_day - START).days, (one.last_day - START).days) for one in found]


def test_the_weeks_that_are_over_and_have_no_hours_are_offered_the_newest_first() -> None:
    assert days(program()) == [(2, 7, 13), (1, 0, 6)]
    assert days(program(hours(1, 6))) == [(2, 7, 13)]


def test_a_week_is_over_on_the_day_after_its_last_one() -> None:
    assert days(program(), START + timedelta(days=6)) == []
    assert days(program(), START + timedelta(days=7)) == [(1, 0, 6)]


def test_no_week_after_the_tracks_last_one_is_offered() -> None:
    assert [week for week, _, _ in days(program(), date(2026, 6, 1))] == [4, 3, 2, 1]


def test_a_pause_moves_the_last_day_of_its_week() -> None:
    """Week 1 has the days 0 to 2 and 6 to 9: four days, because 3 to 5 are paused."""
    assert days(program(events=(pause(3, 5),))) == [(1, 0, 9)]
    assert days(program(events=(pause(5, 8),))) == [(1, 0, 10)]


def test_a_week_that_ends_before_a_pause_keeps_its_last_day() -> None:
    assert days(program(events=(pause(7, 8),))) == [(1, 0, 6)]


def test_a_week_in_which_a_pause_goes_on_is_not_over() -> None:
    assert days(program(events=(pause(10, None),))) == [(1, 0, 6)]
    assert week_of_hours(program(events=(pause(10, None),)), 2) is None


def test_the_end_closes_a_week_that_is_not_finished() -> None:
    assert days(program(events=(end(10),))) == [(2, 7, 10), (1, 0, 6)]


def test_the_end_closes_its_week_on_its_own_day() -> None:
    assert days(program(events=(end(10),)), START + timedelta(days=10)) == [(2, 7, 10), (1, 0, 6)]


def test_an_end_in_a_pause_closes_the_week_on_the_last_day_before_the_pause() -> None:
    assert days(program(events=(pause(9, 12), end(11)))) == [(2, 7, 8), (1, 0, 6)]


def test_a_pause_that_goes_on_to_the_end_leaves_no_week_that_never_began() -> None:
    assert days(program(events=(pause(7, 20), end(12)))) == [(1, 0, 6)]


def test_a_voided_week_is_offered_again() -> None:
    gone = hours(2, 6, correction="voided")
    history = program(records={2: [hours(2, 6), gone]})
    assert [week for week, _, _ in days(history)] == [2, 1]


# -- entering them -----------------------------------------------------------------------------------


def test_the_hours_of_a_week_stand_on_its_last_day_with_their_minutes() -> None:
    new = propose_visit(program(), entered(6, Hours(360, 180, 540)), actor=rosa, now=NOW)
    assert (new.happened_on, new.outcome, new.hours) == (date(2026, 3, 8), "met", Hours(360, 180, 540))
    assert (new.specimen, new.excuse, new.is_absence) == (None, None, False)


def test_a_week_that_was_not_reached_is_no_absence() -> None:
    new = propose_visit(program(), entered(6, Hours(60, 0, 540)), actor=rosa, now=NOW)
    assert (new.outcome, new.is_absence) == ("unexcused", False)


@pytest.mark.parametrize("day", [14, 20])
def test_a_week_that_is_not_over_is_refused_with_its_last_day(day: int) -> None:
    with pytest.raises(WeekNotOver) as refused:
        propose_visit(program(), entered(day), actor=rosa, now=NOW)
    assert (refused.value.week, refused.value.last_day) == (3, date(2026, 3, 22))


def test_a_week_is_not_closed_on_its_last_day() -> None:
    with pytest.raises(WeekNotOver):
        propose_visit(program(), entered(13), actor=rosa, now=NOW - timedelta(days=1))


def test_the_hours_of_a_week_stand_on_no_other_day() -> None:
    with pytest.raises(BadInput, match="Choose the week again"):
        propose_visit(program(), entered(5), actor=rosa, now=NOW)


def test_a_week_has_its_hours_once() -> None:
    with pytest.raises(WeekHasHours) as refused:
        propose_visit(program(hours(8, 6)), entered(6), actor=rosa, now=NOW)
    assert (refused.value.week, refused.value.visit_id) == (1, 8)


def test_a_week_has_its_hours_once_also_after_a_pause_has_moved_its_last_day() -> None:
    history = program(hours(8, 6), events=(pause(3, 5),))
    assert days(history) == []
    with pytest.raises(WeekHasHours):
        propose_visit(history, entered(9), actor=rosa, now=NOW)


def test_no_week_before_the_enrollment_or_after_the_schedule_takes_hours() -> None:
    with pytest.raises(BeforeEnrollment):
        propose_visit(program(), entered(-1), actor=rosa, now=NOW)
    with pytest.raises(OutsideSchedule):
        propose_visit(program(), entered(34), actor=rosa, now=datetime(2026, 6, 1, 15, tzinfo=UTC))


def test_hours_that_were_voided_take_their_place_again() -> None:
    history = program(records={5: [hours(5, 6), hours(5, 6, newest_id=9, correction="voided")]})
    new = propose_visit(history, entered(6), actor=rosa, now=NOW)
    assert (new.id, new.newest_id, new.correction) == (5, 9, "again")


def test_hours_that_were_voided_take_their_place_again_after_a_pause_has_moved_the_last_day() -> None:
    records = {5: [hours(5, 6), hours(5, 6, newest_id=9, correction="voided")]}
    new = propose_visit(program(records=records, events=(pause(3, 5),)), entered(9), actor=rosa, now=NOW)
    assert (new.id, new.happened_on, new.correction) == (5, date(2026, 3, 11), "again")


def test_the_hours_come_after_the_other_visits_of_their_day_whenever_they_were_entered() -> None:
    """A ceiling of 10 points for the day: the test was entered later, and is paid before the hours."""
    ceiling = [{"scope": "rolling", "days": 1, "cents": 250}]
    tests = track(phase(), behavior="goal")
    history = program(hours(1, 6), a_visit(2, 6))
    history = replace(
        history,
        span=replace(history.span, schedule=parse(document(WORK, tests, format="cm-schedule/2", ceilings=ceiling))),
    )
    assert [visit.id for visit in history.visits] == [2, 1]
    assert [(result.ref, result.paid) for result in history.replay().results] == [(2, 10), (1, 0)]


# -- corrections ---------------------------------------------------------------------------------------


def test_minutes_are_corrected_and_the_hours_keep_their_day() -> None:
    history = program(hours(1, 6, Hours(60, 0, 540), "M"), events=(pause(3, 5),))
    new = propose_correction(history, 1, corrections.CORRECT, entered(6), actor=miriam, now=NOW)
    assert (new.happened_on, new.outcome, new.correction, new.hours) == (date(2026, 3, 8), "met", "corrected", ENOUGH)


def test_a_correction_moves_no_hours_to_another_week() -> None:
    with pytest.raises(WeekHasHours):
        propose_correction(
            program(hours(1, 6), hours(2, 13)), 1, corrections.CORRECT, entered(13), actor=miriam, now=NOW
        )


def test_hours_are_not_excused_and_not_answered() -> None:
    history = program(hours(1, 6, Hours(60, 0, 540), "M"))
    with pytest.raises(NothingToExcuse):
        propose_correction(history, 1, corrections.EXCUSE, entered(6, Absence("illness")), actor=miriam, now=NOW)


def test_a_pause_over_the_day_of_a_weeks_hours_is_refused_with_that_day() -> None:
    history = program(hours(1, 6, Hours(60, 0, 540), "M"))
    with pytest.raises(VisitInPause) as refused:
        propose_pause(history, date(2026, 3, 7), date(2026, 3, 9), NOW)
    assert refused.value.visit_id == 1


# -- what saving would do ------------------------------------------------------------------------------


def test_the_form_says_what_enough_hours_too_few_and_none_expected_would_do() -> None:
    history = program(hours(1, 6))
    said = consequences(history, paid(10), TRACK, START + timedelta(days=13), OF_HOURS, collected_at=None, now=NOW)
    assert [(one.outcome, one.result and (one.result.paid, one.result.why)) for one in said] == [
        ("met", (15, "paid")), ("unexcused", (0, "reset")), ("excused", (0, "held")),
    ]  # fmt: skip


def test_the_form_says_why_a_week_cannot_take_hours() -> None:
    with pytest.raises(WeekHasHours):
        consequences(
            program(hours(1, 6)), paid(10), TRACK, START + timedelta(days=6), OF_HOURS, collected_at=None, now=NOW
        )


# -- verification --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visit", "problem"),
    [
        (hours(1, 6), None),
        (hours(1, 6, Hours(0, 0, 0), "E"), None),
        (hours(1, 6, Hours(60, 0, 540)), "has an outcome that does not follow from its minutes"),
        (hours(1, 6, Hours(600, 0, 0)), "has an outcome that does not follow from its minutes"),
        (hours(1, 6, Hours(600, 900, 600)), "has an outcome that does not follow from its minutes"),
        (a_visit(1, 6, "M", behavior="work"), "has no minutes, and the week is counted by its hours"),
    ],
)
def test_the_outcome_of_a_record_follows_from_its_minutes(visit: CurrentVisit, problem: str | None) -> None:
    assert wrong_hours(visit, [TRACK]) == problem


def test_minutes_stand_on_no_other_track() -> None:
    came = parse(document(track(evidence="attendance", target=[], behavior="work"))).tracks[0]
    assert wrong_hours(hours(1, 6), [came]) == "has minutes, and no version of its enrollment counts hours"
    assert wrong_hours(hours(1, 6), [came, TRACK]) is None
    assert wrong_hours(a_visit(1, 6, "M", behavior="work"), [came, TRACK]) is None
    assert wrong_hours(a_visit(1, 6, "M", behavior="work"), []) is None


def test_several_problems_of_the_minutes_are_named_at_once() -> None:
    with pytest.raises(SeveralRefused) as refused:
        outcome_of(TRACK, Hours(10081, 700, 600))
    assert [one.field for one in refused.value.refusals] == ["attended", "excused"]


IMPOSSIBLE = "A week has 168 hours, so this is not possible. Correct it."


@pytest.mark.parametrize(
    ("hours_said", "said"),
    [
        (Hours(-1, 0, 600), [(IMPOSSIBLE, "attended")]),
        (Hours(10_081, 0, 600), [(IMPOSSIBLE, "attended")]),
        (Hours(0, -1, 600), [(IMPOSSIBLE, "excused")]),
        (Hours(0, 0, 10_081), [(IMPOSSIBLE, "expected")]),
        (Hours(0, 601, 600), [("More time is excused than was expected. Correct one of the two.", "excused")]),
        (Hours(10_000, 81, 600), [(IMPOSSIBLE, "attended")]),
    ],
)
def test_minutes_that_cannot_be_are_refused_in_one_sentence(hours_said: Hours, said: list[tuple[str, str]]) -> None:
    with all_refused(*said):
        outcome_of(TRACK, hours_said)


def test_as_many_minutes_as_a_week_has_are_taken() -> None:
    assert outcome_of(TRACK, Hours(10_000, 80, 10_080)) == "met"


def test_hours_stand_on_the_last_day_of_a_week_that_is_over() -> None:
    with refused("The hours of a week stand on its last day. Choose the week again.", "week"):
        check_week(program(), "work", date(2026, 3, 7), TODAY)
    with pytest.raises(WeekNotOver) as caught:
        check_week(program(), "work", date(2026, 3, 22), TODAY)
    assert (caught.value.week, caught.value.last_day, caught.value.field) == (3, date(2026, 3, 22), "week")
    check_week(program(), "work", date(2026, 3, 15), TODAY)


def test_what_hours_change_is_said_of_a_week() -> None:
    new = propose_visit(program(), NewVisit("work", date(2026, 3, 15), ENOUGH), actor=rosa, now=NOW)
    (change,) = preview(program(), paid(), new).changes
    assert (change.is_hours, change.read_before, change.read_after) == (True, None, None)
