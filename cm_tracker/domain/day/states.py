"""What became of a slot: from what staff noted, the visit that was recorded, and the time.

Staff note that a client has arrived, comes later today or on another day, attended, was excused or did not come. The
front desk notes that a client has said that they do not come: the slot stays open, and others decide whether it is
excused. The newest note counts. Where the slot counts for a track, its visit decides once it is recorded.

Nobody says anything more of a day that staff have closed. Whoever is expected on it all the same, because a plan was set
or a visit was undone since, is excused by the program, as on a day on which the site was closed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.goals.slips import COMMUNITY_MEETING
from cm_tracker.domain.schedules import outcomes

# What staff note of a slot.
ARRIVED = "arrived"
LATER = "later"
MOVED = "moved"
ATTENDED = "attended"
EXCUSED = "excused"
ABSENT = "absent"
OPEN = "open"  # an earlier note was taken back
NOT_COMING = "not_coming"  # the client said so, and nobody has decided yet whether it is excused
NOTES = (ARRIVED, LATER, MOVED, ATTENDED, EXCUSED, ABSENT, OPEN, NOT_COMING)
# Notes with which a slot is settled, if no visit belongs to it.
SETTLED = frozenset({ATTENDED, EXCUSED, ABSENT, MOVED})

# What became of it, beyond those notes.
WAITS = "waits"
MISSING = "missing"
CLOSED = "closed"
STATES = (ARRIVED, MISSING, LATER, WAITS, ATTENDED, EXCUSED, ABSENT, MOVED, CLOSED)
# States in which nobody knows yet what the client did.
OPEN_STATES = frozenset({ARRIVED, MISSING, LATER})

GRACE = timedelta(minutes=15)
"""So long after its time a slot is missing."""


@dataclass(frozen=True, slots=True)
class Note:
    """The newest note of a slot. `at` is when the client arrived, or the time to which the slot was put off today.

    `minutes` are those attended, `to_day` is the day to which it was moved, `visit_id` the visit that was recorded with
    it. `id` tells whether somebody noted anything since. `staff_id` says who noted it, and `noted_at` when.
    """

    id: int
    status: str
    at: datetime | None = None
    minutes: int | None = None
    excuse: str | None = None
    to_day: date | None = None
    visit_id: int | None = None
    staff_id: int | None = None
    noted_at: datetime | None = None


def state_of(
    slot: Slot, note: Note | None, outcome: str | None, now: datetime, *, kind: str = "", is_day_closed: bool = False
) -> str:
    """Return what became of a slot by `now`, one of `STATES`.

    `outcome` is that of the visit that counts for the slot, or None where none is recorded. `kind` is that of the
    service. On a day that staff have closed only a community meeting stays open: its slip may still come.
    """
    if outcome is not None:
        return _state_of_visit(outcome)
    if note is not None and note.visit_id is not None:
        note = None  # its visit was undone or voided, so nothing is known again
    if note is not None and note.status in SETTLED:
        return note.status
    if slot.excused_by is not None or (is_day_closed and not _waits_for_slip(kind, note)):
        return CLOSED
    if note is not None and note.status == ARRIVED:
        return ARRIVED
    due_at = note.at if note is not None and note.status == LATER and note.at is not None else slot.begins_at
    return MISSING if now >= due_at + GRACE else LATER


def _waits_for_slip(kind: str, note: Note | None) -> bool:
    return kind == COMMUNITY_MEETING and (note is None or note.status != NOT_COMING)


def _state_of_visit(outcome: str) -> str:
    if outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return WAITS
    if outcome == outcomes.EXCUSED:
        return EXCUSED
    return ABSENT if outcome == outcomes.UNEXCUSED else ATTENDED


def minutes_counted(slot: Slot, note: Note | None, state: str) -> tuple[int, int]:
    """Return the minutes of a slot that were attended, and those that were excused.

    Somebody who attended without a note of the minutes attended all of them. Who came late or left early attended what
    the note says, and the rest counts for nothing. What the program excuses is excused as a whole.
    """
    if state in (ATTENDED, WAITS):
        attended = slot.minutes if note is None or note.minutes is None else min(note.minutes, slot.minutes)
        return attended, 0
    return (0, slot.minutes) if state in (EXCUSED, CLOSED) else (0, 0)


class DayVisit(NamedTuple):
    """A visit of a day that counts: its first record, its track, and its outcome."""

    id: int
    enrollment_id: int
    behavior: str
    outcome: str


SlotKey = tuple[int, int]
"""Enrollment and service: at most one slot of a day has both."""


def key_of(slot: Slot) -> SlotKey:
    """Return what names a slot on its day."""
    return slot.enrollment_id, slot.service_id


def visits_of_slots(
    slots: Iterable[Slot], notes: Mapping[SlotKey, Note], visits: Iterable[DayVisit]
) -> dict[SlotKey, DayVisit]:
    """Return the visit that counts for each slot of a day.

    A note names the visit that was recorded with it. Any other visit counts for the first slot of its track that has
    none and was not settled by a note: staff recorded it on the client's page.
    """
    free = {visit.id: visit for visit in visits}
    in_order = sorted(slots, key=lambda slot: (slot.begins_at, slot.service_id))
    found: dict[SlotKey, DayVisit] = {}
    for slot in in_order:
        note = notes.get(key_of(slot))
        visit = free.pop(note.visit_id, None) if note is not None and note.visit_id is not None else None
        if visit is not None:
            found[key_of(slot)] = visit
    for slot in in_order:
        note = notes.get(key_of(slot))
        if key_of(slot) in found or slot.behavior is None or (note is not None and note.status in SETTLED):
            continue
        for visit in free.values():
            if (visit.enrollment_id, visit.behavior) == (slot.enrollment_id, slot.behavior):
                found[key_of(slot)] = free.pop(visit.id)
                break
    return found
