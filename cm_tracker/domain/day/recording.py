"""From what staff say of a slot to what is recorded: a visit, or a note alone.

A slot that counts for a track becomes a visit of that track. Nobody is punished for attendance: who stays for too short a
time to be paid has attended, and no visit is recorded that could reset a ladder.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import ABSENT, ATTENDED, EXCUSED
from cm_tracker.domain.errors import BadInput, InTheFuture
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import (
    IN_RANGE,
    NEGATIVE,
    Absence,
    Collection,
    NewVisit,
    Presence,
    Test,
    analytes_of,
)
from cm_tracker.domain.visits.panels import Panel, asked_on, with_groups

# What staff say of a slot, beyond that somebody attended, was excused or did not come: every strip is negative and the
# cup is in range.
ALL_NEGATIVE = "negative"
WAYS = (ALL_NEGATIVE, ATTENDED, EXCUSED, ABSENT)

PAID_SHARE = 75
"""Who stays for at least so many hundredths of a session is paid for it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What staff say of a slot, in one of `WAYS`: when the client came and left, if not on time, or why they are excused.

    `excuse` is one of the reasons for an absence, and "other" needs a note.
    """

    way: str
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    excuse: str | None = None
    note: str | None = None

    @property
    def content(self) -> list[str | None]:
        """Return what was said as words and numbers, for a fingerprint."""
        return [self.way, str(self.arrived_at), str(self.left_at), self.excuse, self.note]


def check_way(slot: Slot, track: Track | None, way: str, today: date) -> None:
    """Raise `BadInput` where a slot cannot be recorded in a way, and `InTheFuture` for a day to come."""
    if slot.on_day > today:
        raise InTheFuture(day=slot.on_day)
    if way not in WAYS:
        raise BadInput("Say what happened.")
    is_test = track is not None and track.is_test
    if way == ATTENDED and is_test:
        raise BadInput("This visit is for a test. Record its result.")
    if way == ALL_NEGATIVE and (track is None or not is_test or track.reading is not None):
        raise BadInput("Nothing of this visit can be negative. Open its form.")


def minutes_between(slot: Slot, arrived_at: datetime | None, left_at: datetime | None) -> int | None:
    """Return the minutes that a client attended, or None for all of them.

    Who arrives before the beginning or leaves after the end attends no more than the whole. Raise `BadInput` for times
    in the wrong order.
    """
    if arrived_at is None and left_at is None:
        return None
    begin = slot.begins_at if arrived_at is None else max(arrived_at, slot.begins_at)
    end = slot.ends_at if left_at is None else min(left_at, slot.ends_at)
    if arrived_at is not None and left_at is not None and left_at < arrived_at:
        raise BadInput("The client left before they arrived. Correct one of the times.", "left_at")
    return max(0, int((end - begin).total_seconds() // 60))


def minutes_needed(minutes: int) -> int:
    """Return how many minutes of a session of this length are paid."""
    return -(-minutes * PAID_SHARE // 100)


def is_paid_for(slot: Slot, minutes: int | None) -> bool:
    """Return whether so many minutes of a slot are enough to be paid for it. None are all of them."""
    return minutes is None or minutes >= minutes_needed(slot.minutes)


def visit_of(
    slot: Slot,
    track: Track | None,
    said: Said,
    *,
    now: datetime,
    minutes: int | None = None,
    panel: Panel | None = None,
) -> NewVisit | None:
    """Return the visit that is recorded for a slot, or None where a note is all.

    `track` is the one for which the slot counts on its day, `minutes` are those attended, None for all of them. Raise
    `BadInput` for an excuse that is missing, and for an expired lot.
    """
    if said.way == EXCUSED and not said.excuse:
        raise BadInput("Choose the reason for the excuse.", "excuse")
    if said.way == EXCUSED and said.excuse == "other" and not (said.note or "").strip():
        raise BadInput("Enter the reason in the note.", "note")
    if track is None or (said.way == ATTENDED and not is_paid_for(slot, minutes)):
        return None
    if said.way == ALL_NEGATIVE:
        return _all_negative(slot, track, panel, now)
    evidence = Presence() if said.way == ATTENDED else Absence(said.excuse if said.way == EXCUSED else None)
    came_at = said.arrived_at if said.way == ATTENDED else None
    return NewVisit(track.behavior, slot.on_day, evidence, collected_at=came_at, note=said.note)


def _all_negative(slot: Slot, track: Track, panel: Panel | None, now: datetime) -> NewVisit:
    strips: Sequence[str] = panel.analytes if panel is not None and track.evidence == "drug_test" else ()
    asked = asked_on(track, strips) if track.evidence == "drug_test" else ()
    results = with_groups(track, dict.fromkeys(asked or analytes_of(track), NEGATIVE))
    test = Test(results, temperature=IN_RANGE if track.has_cup else None)
    visit = NewVisit(track.behavior, slot.on_day, test, collected_at=now, read_at=now, asked=asked)
    if panel is None or not strips:
        return visit
    if panel.lot is not None and panel.lot.is_expired(slot.on_day):
        raise BadInput(
            "The kit's lot %(lot)s expired on %(day)s. Enter the lot that is in use.",
            lot=panel.lot.number,
            day=panel.lot.expires_on,
        )
    lot_id = panel.lot.id if panel.lot is not None else None
    return replace(visit, collection=Collection(panel_id=panel.id, kit_lot_id=lot_id))
