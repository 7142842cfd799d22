"""Ending, pausing, resuming and moving an enrollment, and taking that back: what is refused, and what would be there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cm_tracker.domain.errors import (
    AlreadyEnded,
    AlreadyPaused,
    BeforeEnrollment,
    InTheFuture,
    MistakeHasVisits,
    NotFound,
    VisitAfterEnd,
    VisitInPause,
)
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.enrollment_events import (
    ProposedEvent,
    propose_end,
    propose_move,
    propose_pause,
    propose_resumption,
    propose_withdrawal,
)
from cm_tracker.domain.visits.history import EnrollmentHistory
from tests.domain.refused import refused
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import NOW, START, a_visit, enrollment

TODAY = date(2026, 3, 16)
FARTHEST = TODAY + timedelta(days=60)
OTHER = parse(document(track(phase((1, 12), base=8))))


def saved(proposed: ProposedEvent, record_id: int) -> EnrollmentHistory:
    """The enrollment after a proposal was written as a record with this id."""
    event = proposed.event._replace(id=proposed.event.id or record_id, newest_id=record_id)
    span = proposed.after.span
    others = tuple(one for one in span.events if one.id != proposed.event.id)
    first_of = {**span.first_of, record_id: event.id}
    return replace(proposed.after, span=replace(span, events=(*others, event), first_of=first_of))


def ended(last_day: date = TODAY) -> EnrollmentHistory:
    return saved(propose_end(enrollment(), last_day, "left", NOW), 11)


def paused(first_day: date = date(2026, 3, 9)) -> EnrollmentHistory:
    return saved(propose_pause(enrollment(), first_day, None, NOW), 11)


# -- the end ------------------------------------------------------------------------------------------------


def test_an_enrollment_ends_after_its_last_day() -> None:
    proposed = propose_end(enrollment(a_visit(1, 14)), TODAY, "completed", NOW)
    assert tuple(proposed.event) == (0, 0, "end", TODAY, None, "completed", None)
    assert (proposed.state, proposed.voids, proposed.after.span.ended_on) == ("counts", (), TODAY)
    assert [visit.id for visit in proposed.after.visits] == [1]
    assert proposed.subjects == {("enrollment_event", "0")}
    assert propose_end(enrollment(), START, "left", NOW).after.span.ended_on == START


def test_the_end_is_no_day_before_the_first_and_none_to_come() -> None:
    with pytest.raises(BeforeEnrollment) as early:
        propose_end(enrollment(), START - timedelta(days=1), "left", NOW)
    assert (early.value.day, early.value.starts_on) == (date(2026, 3, 1), START)
    with pytest.raises(InTheFuture) as late:
        propose_end(enrollment(), TODAY + timedelta(days=1), "left", NOW)
    assert late.value.day == date(2026, 3, 17)


def test_no_visit_may_lie_after_the_end() -> None:
    with pytest.raises(VisitAfterEnd) as caught:
        propose_end(enrollment(a_visit(1, 0), a_visit(3, 5), a_visit(2, 9)), date(2026, 3, 10), "left", NOW)
    assert (caught.value.day, caught.value.visit_id) == (date(2026, 3, 11), 2)


def test_an_enrollment_that_was_entered_by_mistake_ends_on_its_first_day_and_has_no_visits() -> None:
    # The day that is entered does not matter then.
    proposed = propose_end(enrollment(a_visit(1, 0, correction="voided")), date(2027, 1, 1), "mistake", NOW)
    assert (proposed.event.from_day, proposed.event.reason) == (START, "mistake")
    with pytest.raises(MistakeHasVisits) as caught:
        propose_end(enrollment(a_visit(1, 0), a_visit(2, 2)), START, "mistake", NOW)
    assert caught.value.count == 2


def test_an_end_has_one_of_the_reasons() -> None:
    with refused("Choose why the enrollment ends.", "reason"):
        propose_end(enrollment(), TODAY, "", NOW)


@pytest.mark.parametrize("what", ["end", "pause", "move"])
def test_what_has_ended_is_neither_ended_paused_nor_moved(what: str) -> None:
    history = ended()
    with pytest.raises(AlreadyEnded) as caught:
        if what == "end":
            propose_end(history, TODAY, "left", NOW)
        elif what == "pause":
            propose_pause(history, TODAY, None, NOW)
        else:
            propose_move(history, 2, OTHER, TODAY, NOW)
    assert caught.value.day == TODAY


# -- pauses ---------------------------------------------------------------------------------------------------


def test_a_pause_has_a_last_day_or_goes_on() -> None:
    proposed = propose_pause(enrollment(), date(2026, 3, 9), date(2026, 3, 9), NOW)
    assert tuple(proposed.event) == (0, 0, "pause", date(2026, 3, 9), date(2026, 3, 9), None, None)
    assert proposed.after.timeline.is_paused(date(2026, 3, 9)) and not proposed.after.timeline.is_paused(TODAY)
    proposed = propose_pause(enrollment(), START, None, NOW)
    assert (proposed.event.to_day, proposed.after.timeline.is_paused(TODAY)) == (None, True)


def test_a_pause_begins_after_the_first_day_and_at_most_sixty_days_ahead() -> None:
    assert propose_pause(enrollment(), FARTHEST, None, NOW).event.from_day == FARTHEST
    with refused("This day may lie at most 60 days ahead.", "first_day"):
        propose_pause(enrollment(), FARTHEST + timedelta(days=1), None, NOW)
    with pytest.raises(BeforeEnrollment) as caught:
        propose_pause(enrollment(), START - timedelta(days=1), None, NOW)
    assert (caught.value.day, caught.value.starts_on) == (date(2026, 3, 1), START)


def test_a_pause_does_not_end_before_it_begins() -> None:
    with refused("The last day of the pause is before its first. Correct one of the two.", "last_day"):
        propose_pause(enrollment(), date(2026, 3, 9), date(2026, 3, 8), NOW)


def test_one_pause_goes_on_at_most_and_others_may_lie_beside_it() -> None:
    with pytest.raises(AlreadyPaused) as caught:
        propose_pause(paused(), TODAY, None, NOW)
    assert caught.value.since == date(2026, 3, 9)
    assert propose_pause(paused(), START, START, NOW).event.to_day == START


def test_a_pause_voids_the_absences_on_its_days_and_no_others() -> None:
    history = enrollment(
        a_visit(1, 6, "M"), a_visit(2, 7, "M"), a_visit(3, 9, "E"), a_visit(4, 11, "M"), a_visit(5, 12, "M")
    )
    proposed = propose_pause(history, date(2026, 3, 9), date(2026, 3, 13), NOW)
    assert [(void.id, void.correction, void.recorded_at) for void in proposed.voids] == [
        (2, "voided", NOW),
        (3, "voided", NOW),
        (4, "voided", NOW),
    ]
    assert [visit.id for visit in proposed.after.visits] == [1, 5]
    assert proposed.subjects == {
        ("enrollment_event", "0"),
        ("goal", "2026-03-09"),
        ("goal", "2026-03-11"),
        ("goal", "2026-03-13"),
    }
    assert [void.id for void in propose_pause(history, date(2026, 3, 13), None, NOW).voids] == [4, 5]


@pytest.mark.parametrize("letter", ["N", "P", "?", "T"])
def test_a_client_who_came_was_not_away(letter: str) -> None:
    history = enrollment(a_visit(1, 7, "M"), a_visit(2, 9, letter))
    with pytest.raises(VisitInPause) as caught:
        propose_pause(history, date(2026, 3, 9), None, NOW)
    assert (caught.value.day, caught.value.visit_id) == (date(2026, 3, 11), 2)


def test_a_visit_before_or_after_the_days_does_not_stand_against_a_pause() -> None:
    history = enrollment(a_visit(1, 6), a_visit(2, 10))
    assert propose_pause(history, date(2026, 3, 9), date(2026, 3, 11), NOW).voids == ()


# -- resuming -------------------------------------------------------------------------------------------------


def test_a_pause_ends_on_the_day_before_the_client_comes_back() -> None:
    proposed = propose_resumption(paused(), TODAY, NOW)
    assert tuple(proposed.event) == (11, 11, "pause", date(2026, 3, 9), date(2026, 3, 15), None, None)
    assert proposed.subjects == {("enrollment_event", "11")}
    assert not proposed.after.timeline.is_paused(TODAY)
    assert propose_resumption(paused(), date(2026, 3, 10), NOW).event.to_day == date(2026, 3, 9)


def test_who_is_not_paused_does_not_resume() -> None:
    with refused("The enrollment is not paused.", "first_day_back"):
        propose_resumption(enrollment(), TODAY, NOW)


def test_a_client_comes_back_after_the_first_day_of_the_pause_and_at_most_sixty_days_ahead() -> None:
    with refused(
        "The client comes back after the first day of the pause. If there was no pause, a lead withdraws it.",
        "first_day_back",
    ):
        propose_resumption(paused(), date(2026, 3, 9), NOW)
    with refused("This day may lie at most 60 days ahead.", "first_day_back"):
        propose_resumption(paused(), FARTHEST + timedelta(days=1), NOW)


# -- moves ----------------------------------------------------------------------------------------------------


def test_a_move_puts_the_enrollment_on_another_version_from_a_day_on() -> None:
    proposed = propose_move(enrollment(a_visit(1, 0)), 2, OTHER, TODAY, NOW)
    assert tuple(proposed.event) == (0, 0, "move", TODAY, None, None, 2)
    timeline = proposed.after.timeline
    assert timeline.schedule_on(TODAY) == OTHER != timeline.schedule_on(date(2026, 3, 15))
    assert [visit.id for visit in proposed.after.visits] == [1]


def test_a_move_to_the_version_of_that_day_changes_nothing_and_is_refused() -> None:
    history = saved(propose_move(enrollment(), 2, OTHER, TODAY, NOW), 11)
    with refused("The enrollment follows this version on that day already.", "schedule_version_id"):
        propose_move(history, 2, OTHER, TODAY, NOW)
    assert propose_move(history, 2, OTHER, date(2026, 3, 15), NOW).event.from_day == date(2026, 3, 15)


def test_a_move_lies_at_most_sixty_days_ahead_and_not_before_the_first_day() -> None:
    with refused("This day may lie at most 60 days ahead.", "from_day"):
        propose_move(enrollment(), 2, OTHER, FARTHEST + timedelta(days=1), NOW)
    with pytest.raises(BeforeEnrollment):
        propose_move(enrollment(), 2, OTHER, START - timedelta(days=1), NOW)


# -- taking it back -------------------------------------------------------------------------------------------


def test_an_event_that_is_withdrawn_never_was() -> None:
    proposed = propose_withdrawal(ended(), 11)
    assert (proposed.event.id, proposed.state, proposed.voids) == (11, "withdrawn", ())
    assert (proposed.after.span.ended_on, proposed.after.span.events) == (None, ())
    assert proposed.subjects == {("enrollment_event", "11")}


def test_absences_that_a_pause_voided_stay_voided() -> None:
    history = saved(propose_pause(enrollment(a_visit(1, 0), a_visit(2, 7, "M")), date(2026, 3, 9), None, NOW), 11)
    after = propose_withdrawal(history, 11).after
    assert ([visit.id for visit in after.visits], [visit.id for visit in after.voided]) == ([1], [2])


def test_what_is_not_there_is_not_withdrawn() -> None:
    with pytest.raises(NotFound) as caught:
        propose_withdrawal(ended(), 12)
    assert caught.value.what == "enrollment"
