"""What an enrollment is owed, and what one more record would change.

The replay says what every visit earns, the ledger says what was paid. The difference is posted, one
transaction for each unit. The same rule serves an award, a late entry, a correction and a void.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cm_tracker.domain.errors import PointsSpent
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.ledger.settlement import Paid, settlement
from cm_tracker.domain.schedules.engine import LadderState, Replay, Result, program_week
from cm_tracker.domain.visits.corrections import Change, changes
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory

# What one record paid to the client, by unit and visit id.
PaidByRecord = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger says of an enrollment.

    `paid` is what was paid for each visit, by unit and visit id; `balances` are the client's, by unit.
    """

    paid: Mapping[str, Mapping[int, Paid]]
    balances: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would change, visit by visit. `fingerprint` names exactly these changes.

    `balances` are the client's by unit, before; `next_before` and `next_after` are the ladder of the track.
    """

    changes: tuple[Change, ...]
    fingerprint: str
    balances: Mapping[str, int]
    next_before: LadderState
    next_after: LadderState

    def to_client(self, unit: str) -> int:
        """Return what the client gets in a unit, or gives back when negative."""
        return sum(change.to_client for change in self.changes if change.unit == unit)

    def to_program(self, unit: str) -> int:
        """Return what is booked as the program's loss in a unit."""
        return sum(change.to_program for change in self.changes if change.unit == unit)

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which something changes."""
        return tuple(sorted({change.unit for change in self.changes}))

    def balance(self, unit: str) -> int:
        """Return what the client has in a unit before."""
        return self.balances.get(unit, 0)

    def shown(self, visit_id: int) -> tuple[Change, ...]:
        """Return what is worth showing: the visit that is entered or corrected, and every other that really changes."""
        return tuple(change for change in self.changes if change.visit_id == visit_id or not change.is_quiet)

    def others(self, visit_id: int) -> tuple[Change, ...]:
        """Return what changes for visits other than the one that is entered or corrected."""
        return tuple(change for change in self.changes if change.visit_id != visit_id)


def preview(
    history: EnrollmentHistory,
    ledger_state: LedgerState,
    new: CurrentVisit,
    *,
    takes_back: PaidByRecord | None = None,
) -> Preview:
    """Return what changes when a proposed record is saved.

    `takes_back` is what an undone record paid, None for everything but an undo. Raise `PointsSpent` where
    that is spent.
    """
    after = history.with_visits([new])
    before_replay, after_replay = history.replay(), after.replay()
    entries = entries_owed(after, after_replay, ledger_state, takes_back=takes_back)
    days = {visit.id: visit.happened_on for visit in (*history.visits, *history.voided, new)}
    changed = changes(before_replay, after_replay, days, entries)
    named = [
        [c.visit_id, c.day.isoformat(), c.unit, c.to_client, c.to_program, _plain(c.before), _plain(c.after)]
        for c in changed
    ]
    week = program_week(history.starts_on, history.day_of(new.recorded_at))
    return Preview(
        changes=changed,
        fingerprint=hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).hexdigest()[:32],
        balances=ledger_state.balances,
        next_before=before_replay.state(new.behavior, week),
        next_after=after_replay.state(new.behavior, week),
    )


def _plain(result: Result | None) -> list[object] | None:
    return None if result is None else list(result._replace(n=0))


def entries_owed(
    history: EnrollmentHistory,
    replay: Replay,
    ledger_state: LedgerState,
    *,
    takes_back: PaidByRecord | None = None,
) -> dict[str, tuple[Entry, ...]]:
    """Return the entries that bring what was paid to what the replay owes, by unit; units that agree are left out.

    The schedule's policy says whether an overpayment is taken back. An undo takes back what its own record
    paid (`takes_back`) whatever the policy says. Raise `PointsSpent` where that is spent.
    """
    is_policy = history.schedule.corrections == "replay"
    units = {result.unit for result in replay.results if result.paid} | set(ledger_state.paid)
    owed_entries = {}
    for unit in sorted(units):
        owed = {result.ref: result.paid for result in replay.results if result.unit == unit}
        paid = ledger_state.paid.get(unit, {})
        at_most = takes_back.get(unit, {}) if takes_back is not None else {}
        entries = settlement(
            owed,
            paid,
            client=client_account(history.client_id, unit),
            issued=site_account("issued", history.site_id, unit),
            program_loss=site_account("program_loss", history.site_id, unit),
            balance=ledger_state.balances.get(unit, 0),
            takes_back=is_policy or takes_back is not None,
            at_most=None if is_policy else at_most,
        )
        recovered = -sum(entry.amount for entry in entries if entry.account.kind == "client" and entry.amount < 0)
        to_recover = sum(
            max(min(was.issued - owed.get(visit_id, 0), at_most.get(visit_id, 0)), 0) for visit_id, was in paid.items()
        )
        if recovered < to_recover:
            raise PointsSpent(spent=to_recover - recovered, unit=unit)
        if entries:
            owed_entries[unit] = entries
    return owed_entries
