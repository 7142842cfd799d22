"""What became of a slot: the note of staff, the visit, and the time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import DayVisit, Note, minutes_counted, state_of, visits_of_slots

NINE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SLOT = Slot(7, 10, date(2026, 3, 2), NINE, 120, "groups", False, 1, None)
CLOSED_SLOT = Slot(7, 10, date(2026, 3, 2), NINE, 120, "groups", False, 1, None, "closed")
BEFORE, SOON, LATE = NINE - timedelta(hours=1), NINE + timedelta(minutes=14), NINE + timedelta(minutes=15)


@pytest.mark.parametrize(
    "note, outcome, now, state",
    [
        (None, None, BEFORE, "later"),
        (None, None, SOON, "later"),
        (None, None, LATE, "missing"),
        (Note(1, "arrived", at=NINE), None, LATE, "arrived"),
        (Note(1, "later", at=NINE + timedelta(hours=2)), None, LATE, "later"),
        (Note(1, "later", at=NINE + timedelta(hours=2)), None, LATE + timedelta(hours=2), "missing"),
        (Note(1, "later"), None, LATE, "missing"),
        (Note(1, "moved", to_day=date(2026, 3, 3)), None, LATE, "moved"),
        (Note(1, "attended"), None, BEFORE, "attended"),
        (Note(1, "excused"), None, LATE, "excused"),
        (Note(1, "absent"), None, LATE, "absent"),
        (Note(1, "open"), None, LATE, "missing"),
        (Note(1, "open"), None, SOON, "later"),
        (Note(1, "not_coming", excuse="illness"), None, SOON, "later"),
        (Note(1, "not_coming", excuse="illness"), None, LATE, "missing"),
        (Note(1, "not_coming"), "excused", LATE, "excused"),
        (None, "met", BEFORE, "attended"),
        (None, "positive", BEFORE, "attended"),
        (None, "refused", LATE, "attended"),
        (None, "pending", LATE, "waits"),
        (None, "disputed", LATE, "waits"),
        (None, "excused", LATE, "excused"),
        (None, "unexcused", LATE, "absent"),
        (Note(1, "absent"), "met", LATE, "attended"),
        (Note(1, "attended", visit_id=5), None, LATE, "missing"),
        (Note(1, "attended", visit_id=5), None, SOON, "later"),
        (Note(1, "arrived"), "unexcused", LATE, "absent"),
    ],
)
def test_the_visit_decides_and_then_the_note_and_then_the_time(
    note: Note | None, outcome: str | None, now: datetime, state: str
) -> None:
    assert state_of(SLOT, note, outcome, now) == state


def test_what_the_program_excuses_stays_excused_unless_the_client_came() -> None:
    assert state_of(CLOSED_SLOT, None, None, LATE) == "closed"
    assert state_of(CLOSED_SLOT, Note(1, "arrived"), None, LATE) == "closed"
    assert state_of(CLOSED_SLOT, Note(1, "attended"), None, LATE) == "attended"
    assert state_of(CLOSED_SLOT, None, "met", LATE) == "attended"


@pytest.mark.parametrize(
    "note, outcome, now, state",
    [
        (None, None, LATE, "closed"),
        (None, None, BEFORE, "closed"),
        (Note(1, "later", at=NINE + timedelta(hours=2)), None, LATE, "closed"),
        (Note(1, "absent", visit_id=5), None, LATE, "closed"),  # its visit was undone
        (Note(1, "absent"), None, LATE, "absent"),
        (Note(1, "attended"), None, LATE, "attended"),
        (None, "met", LATE, "attended"),
        (None, "unexcused", LATE, "absent"),
        (None, "pending", LATE, "waits"),
    ],
)
def test_the_program_excuses_what_is_open_on_a_day_that_staff_have_closed(
    note: Note | None, outcome: str | None, now: datetime, state: str
) -> None:
    assert state_of(SLOT, note, outcome, now, kind="skills", is_day_closed=True) == state


@pytest.mark.parametrize(
    "note, now, state",
    [
        (None, LATE, "missing"),
        (None, LATE + timedelta(days=30), "missing"),
        (None, BEFORE, "later"),
        (Note(1, "attended", visit_id=5), LATE, "missing"),
        (Note(1, "not_coming", excuse="illness"), LATE, "closed"),
    ],
)
def test_a_community_meeting_of_a_closed_day_stays_open_for_its_slip(
    note: Note | None, now: datetime, state: str
) -> None:
    assert state_of(SLOT, note, None, now, kind="community_meeting", is_day_closed=True) == state


@pytest.mark.parametrize(
    "note, state, minutes",
    [
        (None, "attended", (120, 0)),
        (Note(1, "attended"), "attended", (120, 0)),
        (Note(1, "attended", minutes=70), "attended", (70, 0)),
        (Note(1, "attended", minutes=130), "attended", (120, 0)),
        (Note(1, "attended", minutes=70), "waits", (70, 0)),
        (Note(1, "excused"), "excused", (0, 120)),
        (None, "closed", (0, 120)),
        (None, "absent", (0, 0)),
        (None, "missing", (0, 0)),
        (None, "moved", (0, 0)),
    ],
)
def test_the_minutes_of_a_slot(note: Note | None, state: str, minutes: tuple[int, int]) -> None:
    assert minutes_counted(SLOT, note, state) == minutes


def test_a_slot_ends_after_its_minutes() -> None:
    assert SLOT.ends_at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)


def slot(service_id: int, hour: int, behavior: str | None = "groups") -> Slot:
    return Slot(7, service_id, date(2026, 3, 2), NINE + timedelta(hours=hour), 60, behavior, False, 1, None)


def test_a_visit_counts_for_the_slot_whose_note_names_it() -> None:
    first, second = slot(10, 0), slot(20, 3)
    visits = [DayVisit(5, 7, "groups", "met")]
    notes = {(7, 20): Note(1, "attended", visit_id=5)}
    assert visits_of_slots([second, first], notes, visits) == {(7, 20): visits[0]}


def test_a_visit_without_a_note_counts_for_the_first_open_slot_of_its_track() -> None:
    first, second, other = slot(10, 0), slot(20, 3), slot(30, -1, "urine")
    visit = DayVisit(5, 7, "groups", "met")
    assert visits_of_slots([second, first, other], {}, [visit]) == {(7, 10): visit}
    excused = {(7, 10): Note(1, "excused")}
    assert visits_of_slots([second, first, other], excused, [visit]) == {(7, 20): visit}
    arrived = {(7, 10): Note(1, "arrived")}
    assert visits_of_slots([second, first, other], arrived, [visit]) == {(7, 10): visit}


def test_a_visit_of_somebody_else_or_of_another_track_counts_for_no_slot() -> None:
    visits = [DayVisit(5, 8, "groups", "met"), DayVisit(6, 7, "urine", "met")]
    assert visits_of_slots([slot(10, 0), slot(20, 1, None)], {}, visits) == {}


def test_a_note_whose_visit_was_voided_settles_nothing_by_it() -> None:
    notes = {(7, 10): Note(1, "attended", visit_id=5)}
    assert visits_of_slots([slot(10, 0)], notes, []) == {}


def test_two_visits_of_a_day_count_for_two_slots() -> None:
    first, second = DayVisit(5, 7, "groups", "met"), DayVisit(6, 7, "groups", "excused")
    found = visits_of_slots([slot(10, 0), slot(20, 3)], {}, [first, second])
    assert found == {(7, 10): first, (7, 20): second}
