"""What an event of an enrollment would change, before it is written: for its visits, and for a move on its ladders.

The page that proposes an event shows it, and the operation that writes the event compares the fingerprints.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cm_tracker.domain.clients.events import COUNTS, MOVE
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Ceiling, Track
from cm_tracker.domain.visits.enrollment_events import ProposedEvent
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.settling import Changes, LedgerState, ceiling_uses, preview_event


@dataclass(frozen=True, slots=True)
class TrackMove:
    """A ladder on the first day under another version, as it would stand under the old and under the new version.

    `before` is None for a behavior that the old version lacks, `after` for one that the new version lacks: it ends.
    """

    track: Track
    before: LadderState | None
    after: LadderState | None


@dataclass(frozen=True, slots=True)
class MoveChanges(Changes):
    """What a move would change. `week` of `weeks` is the program week of its first day under the old version.

    `lower_ceilings` are the new version's ceilings that the old one lacks or has higher, with what is used of them.
    """

    tracks: tuple[TrackMove, ...]
    lower_ceilings: tuple[CeilingUse, ...]
    week: int
    weeks: int


def changes_of(
    history: EnrollmentHistory, ledger_state: LedgerState, proposed: ProposedEvent, now: datetime
) -> Changes:
    """Return what saving a proposed event would change; of a move, `MoveChanges`."""
    found = preview_event(history, ledger_state, proposed.after, proposed.subjects)
    if proposed.event.kind != MOVE or proposed.state != COUNTS:
        return found
    from_day = proposed.event.from_day
    day = max(from_day, history.day_of(now))
    tracks = tuple(_tracks(history, proposed, from_day, day))
    lower = tuple(_lower_ceilings(history, ledger_state, proposed.after, from_day))
    named = [
        found.fingerprint,
        [[move.track.behavior, _plain(move.before), _plain(move.after)] for move in tracks],
        [[*_named(use.ceiling), use.used_cents] for use in lower],
    ]
    fingerprint = hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).hexdigest()[:32]
    old = history.timeline.schedule_on(from_day)
    return MoveChanges(
        found.changes,
        fingerprint,
        found.balances,
        tracks=tracks,
        lower_ceilings=lower,
        week=history.timeline.week_of(from_day),
        weeks=old.last_week,
    )


def _tracks(history: EnrollmentHistory, proposed: ProposedEvent, from_day: date, day: date) -> Iterator[TrackMove]:
    """Yield the tracks of both versions: those of the new one, then those that end."""
    old, new = history.timeline.schedule_on(from_day), proposed.after.timeline.schedule_on(from_day)
    # A day of another later version would compare that one.
    replays = history.replay(), proposed.after.replay()
    for track in (*new.tracks, *(track for track in old.tracks if new.track(track.behavior) is None)):
        before, after = (
            replay.state(track.behavior, day) if schedule.track(track.behavior) is not None else None
            for replay, schedule in zip(replays, (old, new), strict=True)
        )
        yield TrackMove(track, before, after)


def _lower_ceilings(
    history: EnrollmentHistory, ledger_state: LedgerState, after: EnrollmentHistory, from_day: date
) -> Iterator[CeilingUse]:
    old = history.timeline.schedule_on(from_day)
    before = {_window(ceiling): ceiling.cents for ceiling in old.ceilings}
    for use in ceiling_uses(after, ledger_state, from_day):
        window = _window(use.ceiling)
        if window not in before or use.cents < before[window]:
            yield use


def _window(ceiling: Ceiling) -> object:
    """Return what tells two ceilings of a version apart: the time that they count."""
    return ceiling.scope, ceiling.first_day, ceiling.days


def _named(ceiling: Ceiling) -> list[object]:
    return [ceiling.scope, ceiling.first_day, ceiling.days, ceiling.cents]


def _plain(state: LadderState | None) -> list[object] | None:
    return None if state is None else list(state)
