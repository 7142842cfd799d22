"""What became of a slot: the note of staff, the visit, and the time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import Note, minutes_counted, state_of

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
        (None, "met", BEFORE, "attended"),
        (None, "positive", BEFORE, "attended"),
        (None, "refused", LATE, "attended"),
        (None, "pending", LATE, "waits"),
        (None, "disputed", LATE, "waits"),
        (None, "excused", LATE, "excused"),
        (None, "unexcused", LATE, "absent"),
        (Note(1, "absent"), "met", LATE, "attended"),
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
