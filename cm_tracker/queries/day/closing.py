"""A day before it is closed: what will be recorded of every open slot, and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.states import ARRIVED, LATER, MISSING
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.consequences import OF_AN_ABSENCE, Consequence, consequences
from cm_tracker.domain.visits.evidence import Absence, NewVisit
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import LedgerState, Preview, preview
from cm_tracker.queries.clients.enrollments import histories_and_ledger_states
from cm_tracker.queries.day.board import Board, board
from cm_tracker.queries.day.lines import SlotLine

MOST = 60
"""For so many open slots the page says what follows. It needs a replay of each of these enrollments."""


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """A slot of somebody who is missing.

    `absence` is what an absence without excuse would do, None where it changes nothing that is earned. Of the slots
    beyond `MOST` it is not worked out. `changes` is what it changes for visits that were recorded since, None where it
    changes none of them.
    """

    line: SlotLine
    track: Track | None
    absence: Consequence | None
    is_worked_out: bool = True
    changes: Preview | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """A day before it is closed. `open` are the missing ones, each an absence, in the order of their times.

    `here` are those who have arrived and of whom nothing is recorded, `later` those whose time has not come. With any of
    them the day cannot be closed: an absence would be wrong. `slips` are those of community meetings whose slips may
    still be handed in: they stay open, and the day is closed all the same.
    """

    board: Board
    open: tuple[OpenSlot, ...]
    slips: tuple[SlotLine, ...] = ()

    @property
    def here(self) -> tuple[SlotLine, ...]:
        """The slots of those who have arrived."""
        return tuple(line for line in self.board.lines if line.state == ARRIVED)

    @property
    def later(self) -> tuple[SlotLine, ...]:
        """The slots whose time has not come."""
        return tuple(line for line in self.board.lines if line.state == LATER and line not in self.slips)


def closing(session: Session, actor: Actor, site_id: int, now: datetime, day: date | None = None) -> Closing:
    """Return a day of one of the actor's sites with what closing it would record. Raise `NotFound`.

    The number of statements does not depend on the number of slots.
    """
    shown = board(session, actor, site_id, now, day)
    today = day_at(now, shown.site.time_zone)
    slips = tuple(line for line in shown.lines if line.waits_for_slip(today))
    lines = [line for line in shown.lines if line.state == MISSING and line not in slips]
    ids = {line.person.enrollment_id for line in lines[:MOST] if line.slot.behavior}
    known = histories_and_ledger_states(session, ids) if ids else {}
    return Closing(shown, tuple(_open(line, known.get(line.person.enrollment_id), actor, now) for line in lines), slips)


def _open(line: SlotLine, known: tuple[EnrollmentHistory, LedgerState] | None, actor: Actor, now: datetime) -> OpenSlot:
    if line.slot.behavior is None:
        return OpenSlot(line, None, None)
    if known is None:
        return OpenSlot(line, None, None, is_worked_out=False)
    history, ledger_state = known
    track = history.timeline.track_on(line.slot.behavior, line.slot.on_day)
    if track is None:
        return OpenSlot(line, None, None)
    try:
        found = consequences(history, ledger_state, track, line.slot.on_day, OF_AN_ABSENCE, collected_at=None, now=now)
    except Refused:
        return OpenSlot(line, track, None)
    return OpenSlot(line, track, found[0], changes=_late_changes(history, ledger_state, track, line, actor, now))


def _late_changes(
    history: EnrollmentHistory, ledger_state: LedgerState, track: Track, line: SlotLine, actor: Actor, now: datetime
) -> Preview | None:
    """Return what an absence without excuse would change for visits of later days, or None where it changes none."""
    day = line.slot.on_day
    if not any(visit.happened_on > day for visit in history.visits):
        return None
    try:
        new = propose_visit(history, NewVisit(track.behavior, day, Absence(None)), actor=actor, now=now)
    except Refused:
        return None
    changes = preview(history, ledger_state, new)
    return changes if changes.others(new.id) else None
