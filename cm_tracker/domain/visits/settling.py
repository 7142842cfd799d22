"""What an enrollment is owed, and what one more record would change.

The replay says what every visit earns, the ledger says what was paid. The differences of all visits are one sum
for each unit, posted as one transaction (`domain.ledger.settlement`). The same rule serves an award, a late
entry, a correction and a void.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.ledger.settlement import Paid, Settlement, entries_of, settle
from cm_tracker.domain.schedules.ceilings import CeilingUse, ClientTotals, Received
from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.visits.corrections import Change, changes
from cm_tracker.domain.visits.history import CurrentVisit, Cut, EnrollmentHistory
from cm_tracker.domain.visits.kept import LossEntry, Subject, losses, returning
from cm_tracker.domain.visits.undoing import Undone, moved_back, paid_after, refuse_spent, summed, to_client


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger says of an enrollment.

    `paid` is what was paid for each visit, by unit and visit id; `balances` are the client's, by unit. `loss_entries`
    say what stayed with the client as the program's loss, in the order of their transactions. `received_elsewhere`
    is what the client received beside this enrollment's visits; it is read only where a ceiling counts it.
    """

    paid: Mapping[str, Mapping[int, Paid]]
    balances: Mapping[str, int]
    loss_entries: Sequence[LossEntry] = ()
    received_elsewhere: Sequence[Received] = ()


class Settled(NamedTuple):
    """An enrollment after a settlement: its history and replay, the entries to post by unit, and the cuts to write.

    `cuts` has the visits whose cut changed, by id; with 0 points, nothing is cut any more.
    """

    history: EnrollmentHistory
    replay: Replay
    entries: Mapping[str, tuple[Entry, ...]]
    cuts: Mapping[int, Cut]


@dataclass(frozen=True, slots=True)
class Changes:
    """What saving would change, visit by visit. `fingerprint` names exactly these changes.

    `balances` are the client's by unit, before.
    """

    changes: tuple[Change, ...]
    fingerprint: str
    balances: Mapping[str, int]

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


@dataclass(frozen=True, slots=True)
class Preview(Changes):
    """What saving a record of a visit would change. `next_before` and `next_after` are the ladder of its track.

    `worth_before` and `worth_after` are by unit what all visits of the enrollment are worth. `unchanged` are its visits
    that are in none of the changes, in the units in which something changes.
    """

    next_before: LadderState
    next_after: LadderState
    worth_before: Mapping[str, int] = field(default_factory=dict)
    worth_after: Mapping[str, int] = field(default_factory=dict)
    unchanged: tuple[Change, ...] = ()

    def as_before(self, visit_id: int) -> tuple[Change, ...]:
        """Return the visits that count and pay as before, by day, beside the one that is entered or corrected."""
        quiet = (change for change in self.changes if change.is_quiet and change.visit_id != visit_id)
        return tuple(sorted((*quiet, *self.unchanged), key=lambda change: (change.day, change.visit_id)))

    def is_subtraction(self, unit: str) -> bool:
        """Return whether what the client gets is what is right in all, without what was paid so far.

        It is not where the program bears a part, or a visit keeps more than it is worth.
        """
        right, paid = self.worth_after.get(unit, 0), self.worth_before.get(unit, 0)
        kept = any(change.to_program for change in self.changes if change.unit == unit)
        return not kept and right - paid == self.to_client(unit)


def preview(
    history: EnrollmentHistory,
    ledger_state: LedgerState,
    new: CurrentVisit,
    *,
    undoes: Undone | None = None,
) -> Preview:
    """Return what changes when a proposed record is saved.

    `undoes` is what an undo moves back, None for everything but an undo. Raise `PointsSpent` where that is
    spent.
    """
    after = history.with_visits([new])
    settled = settle_record(after, ledger_state, subjects_of(history, [new]), undoes=undoes)
    found = _changes(history, settled, ledger_state)
    today = max(history.day_of(new.recorded_at), history.starts_on)
    return Preview(
        found.changes,
        found.fingerprint,
        found.balances,
        next_before=history.replay().state(new.behavior, today),
        next_after=settled.replay.state(new.behavior, today),
        worth_before={unit: history.replay().total(unit) for unit in found.units},
        worth_after={unit: settled.replay.total(unit) for unit in found.units},
        unchanged=_unchanged(settled, found),
    )


def preview_together(history: EnrollmentHistory, ledger_state: LedgerState, new: Sequence[CurrentVisit]) -> Changes:
    """Return what changes when several proposed visits are saved together. Each has an id of its own."""
    after = history.with_visits(new)
    return _changes(history, settle_record(after, ledger_state, subjects_of(history, new)), ledger_state)


def _unchanged(settled: Settled, found: Changes) -> tuple[Change, ...]:
    """Return the visits that no change names, each with the same result before and after."""
    changed = {change.visit_id for change in found.changes}
    visits = {visit.id: visit for visit in settled.history.in_order()}
    return tuple(
        Change(
            result.ref,
            visits[result.ref].happened_on,
            result,
            result,
            result.unit,
            0,
            0,
            is_hours=visits[result.ref].hours is not None,
            read_before=visits[result.ref].reading,
            read_after=visits[result.ref].reading,
            is_unusable=visits[result.ref].is_unusable,
            is_goal=settled.history.track_of(visits[result.ref]).evidence == "activity",
        )
        for result in settled.replay.results
        if result.ref not in changed and result.unit in found.units
    )


def preview_event(
    history: EnrollmentHistory, ledger_state: LedgerState, after: EnrollmentHistory, subjects: frozenset[Subject]
) -> Changes:
    """Return what changes when an enrollment is paused, resumed, moved or ended, or when that is withdrawn.

    `after` is the history as it would be; `subjects` are what the event and the visits that it voids are about.
    """
    return _changes(history, settle_record(after, ledger_state, subjects), ledger_state)


def _changes(history: EnrollmentHistory, settled: Settled, ledger_state: LedgerState) -> Changes:
    was = {visit.id: visit for visit in history.in_order()}
    will = {visit.id: visit for visit in settled.history.in_order()}
    visits = {**was, **will}
    days = {visit_id: visit.happened_on for visit_id, visit in visits.items()}
    weeks = {visit_id for visit_id, visit in visits.items() if visit.hours is not None}
    changed = tuple(
        change._replace(
            read_before=was[change.visit_id].reading if change.visit_id in was else None,
            read_after=visits[change.visit_id].reading,
            is_unusable=visits[change.visit_id].is_unusable,
            is_goal=settled.history.track_of(visits[change.visit_id]).evidence == "activity",
        )
        for change in changes(history.replay(), settled.replay, days, settled.entries, weeks)
    )
    named = [
        [c.visit_id, c.day.isoformat(), c.unit, c.to_client, c.to_program, _plain(c.before), _plain(c.after)]
        for c in changed
    ]
    fingerprint = hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).hexdigest()[:32]
    return Changes(changed, fingerprint, ledger_state.balances)


def _plain(result: Result | None) -> list[object] | None:
    return None if result is None else list(result._replace(n=0))


def subjects_of(history: EnrollmentHistory, written: Sequence[CurrentVisit]) -> frozenset[Subject]:
    """Return what new records are about: the days of their visits, and those on which the visits lay before."""
    before = {visit.id: visit for visit in history.in_order()}
    visits = [*written, *(before[visit.id] for visit in written if visit.id in before)]
    return frozenset((visit.behavior, visit.happened_on.isoformat()) for visit in visits)


def settle_record(
    after: EnrollmentHistory,
    ledger_state: LedgerState,
    subjects: frozenset[Subject],
    *,
    undoes: Undone | None = None,
) -> Settled:
    """Return what has to be posted after records about some subjects: one sum for each unit (docs/schedules.md, "Corrections").

    `after` is the history with the new records. The schedule's policy says whether an overpayment is taken back.
    With `undoes`, what was posted for the undone record is moved back instead. Raise `PointsSpent` where that is spent.
    """
    if undoes is not None:
        return _settle_undo(after, ledger_state, undoes)
    replay = after.replay_before_cuts()
    entries = {}
    worth_after: dict[int, int] = {}
    scopes: dict[int, str] = {}
    for unit in sorted({result.unit for result in replay.results if result.paid} | set(ledger_state.paid)):
        due = {result.ref: result.paid for result in replay.results if result.unit == unit}
        settlement, scopes_of_unit = _settle_unit(after, ledger_state, unit, due, subjects)
        if settlement.lines:
            entries[unit] = entries_of(
                settlement.lines,
                client=client_account(after.client_id, unit),
                issued=site_account("issued", after.site_id, unit),
                program_loss=site_account("program_loss", after.site_id, unit),
            )
        if unit == "points":
            worth_after, scopes = dict(settlement.worth), scopes_of_unit
    return _settled(after, replay, entries, worth_after, scopes)


def _settle_unit(
    after: EnrollmentHistory,
    ledger_state: LedgerState,
    unit: str,
    due: Mapping[int, int],
    subjects: frozenset[Subject],
) -> tuple[Settlement, dict[int, str]]:
    """Return the sum of one unit, and by visit the scope of the ceiling that left no more room for it.

    `due` is what each visit earns in that unit.
    """
    worth = {visit_id: paid.issued for visit_id, paid in ledger_state.paid.get(unit, {}).items()}
    brought_back = returning(losses(ledger_state.loss_entries, unit, after.subjects_of, after.origin_of), subjects)
    room = _Room(after, ledger_state, due, worth, brought_back)
    settlement = settle(
        order=[visit.id for visit in after.in_order()],
        due=due,
        worth=worth,
        cut={visit_id: cut.points for visit_id, cut in after.cuts.items()} if unit == "points" else {},
        returning=brought_back,
        raised=room.raised if unit == "points" else _without_ceilings,
        balance=ledger_state.balances.get(unit, 0),
        takes_back=after.schedule.corrections == "replay",
    )
    return settlement, room.scopes


def _settled(
    after: EnrollmentHistory,
    replay: Replay,
    entries: Mapping[str, tuple[Entry, ...]],
    worth: Mapping[int, int],
    scopes: Mapping[int, str],
) -> Settled:
    """Return the settlement with every visit's cut: what it earns by its own enrollment and is not worth."""
    if not any(schedule.ceilings for schedule in after.timeline.schedules):
        return Settled(after, replay, entries, {})
    due = {result.ref: result.paid for result in replay.results if result.unit == "points"}
    cuts = {}
    for visit_id in sorted({*due, *after.cuts}):
        was = after.cuts.get(visit_id, Cut(0, ""))
        points = max(due.get(visit_id, 0) - worth.get(visit_id, 0), 0)
        if points != was.points:
            cuts[visit_id] = Cut(points, scopes.get(visit_id) or was.scope)
    history = replace(after, cuts={of: cut for of, cut in {**after.cuts, **cuts}.items() if cut.points})
    return Settled(history, history.replay() if history.cuts else replay, entries, cuts)


def _settle_undo(after: EnrollmentHistory, ledger_state: LedgerState, undoes: Undone) -> Settled:
    """Move back what was posted for records that were saved together, and save those again that stay."""
    entries, scopes = moved_back(undoes.posted), {}
    if undoes.together.staying:
        state = _state_before(ledger_state, undoes, entries)
        before = after.with_visits(undoes.together.as_before)
        before = _settled(before, before.replay_before_cuts(), {}, _worth_after(state, {}), {}).history
        again = settle_record(replace(after, cuts=before.cuts), state, subjects_of(before, undoes.together.staying))
        units = sorted({*entries, *again.entries})
        entries = {unit: summed([*entries.get(unit, ()), *again.entries.get(unit, ())]) for unit in units}
        scopes = {visit_id: cut.scope for visit_id, cut in again.history.cuts.items()}
    entries = {unit: of_unit for unit, of_unit in entries.items() if of_unit}
    refuse_spent(entries, ledger_state.balances)
    return _settled(after, after.replay_before_cuts(), entries, _worth_after(ledger_state, entries), scopes)


def _state_before(ledger_state: LedgerState, undoes: Undone, entries: Mapping[str, Sequence[Entry]]) -> LedgerState:
    """Return the ledger as it was before records were saved together. `entries` move back what was posted for them."""
    names, paid, balances = undoes.together.settled_because, dict(ledger_state.paid), dict(ledger_state.balances)
    for unit, of_unit in entries.items():
        paid[unit] = paid_after(paid.get(unit, {}), of_unit)
        balances[unit] = balances.get(unit, 0) + to_client(of_unit)
    for unit, amount in undoes.moved_since.items():
        balances[unit] = balances.get(unit, 0) - amount
    left = [one._replace(undone=True) if one.because in names else one for one in ledger_state.loss_entries]
    return replace(ledger_state, paid=paid, balances=balances, loss_entries=left)


def _worth_after(ledger_state: LedgerState, entries: Mapping[str, Sequence[Entry]]) -> dict[int, int]:
    after = paid_after(ledger_state.paid.get("points", {}), entries.get("points", ()))
    return {visit_id: paid.issued for visit_id, paid in after.items()}


def _without_ceilings(visit_id: int, amount: int) -> int:
    return amount


class _Room:
    """What the ceilings leave for the visits of one sum. What the sum lowers and brings back does not count any more."""

    def __init__(
        self,
        history: EnrollmentHistory,
        ledger_state: LedgerState,
        due: Mapping[int, int],
        worth: Mapping[int, int],
        brought_back: Mapping[int, int],
    ) -> None:
        self._history = history
        self._days = {visit.id: visit.happened_on for visit in history.in_order()}
        self.scopes: dict[int, str] = {}
        self._totals: ClientTotals | None = None
        if any(schedule.ceilings for schedule in history.timeline.schedules):
            self._totals = client_totals(history, ledger_state)
            for visit_id in self._days:
                lowered = max(worth.get(visit_id, 0) - due.get(visit_id, 0), 0)
                self._count(visit_id, -lowered - brought_back.get(visit_id, 0))

    def raised(self, visit_id: int, amount: int) -> int:
        """Return how many of these points every ceiling leaves room for on the visit's day, and count them."""
        if self._totals is None:
            return amount
        day = self._days[visit_id]
        schedule = self._history.timeline.schedule_on(day)
        for ceiling in schedule.ceilings:
            left = ceiling.cents - self._totals.used(ceiling, self._history.id, day)
            fits = max(left, 0) // schedule.point_value_cents
            if fits < amount:
                amount, self.scopes[visit_id] = fits, ceiling.scope
        self._count(visit_id, amount)
        return amount

    def _count(self, visit_id: int, points: int) -> None:
        if self._totals is not None and points:
            day = self._days[visit_id]
            cents = points * self._history.timeline.schedule_on(day).point_value_cents
            self._totals.add(self._history.id, day, cents)


def client_totals(history: EnrollmentHistory, ledger_state: LedgerState) -> ClientTotals:
    """Return what the client received and kept: for the enrollment's visits on their days, and everything else."""
    totals = ClientTotals(ledger_state.received_elsewhere)
    days = {visit.id: visit.happened_on for visit in history.in_order()}
    for visit_id, paid in ledger_state.paid.get("points", {}).items():
        day = days[visit_id]
        totals.add(history.id, day, paid.received * history.timeline.schedule_on(day).point_value_cents)
    return totals


def ceiling_uses(history: EnrollmentHistory, ledger_state: LedgerState, day: date) -> tuple[CeilingUse, ...]:
    """Return how much of each ceiling of the day's version is used on a day, by everything that the client received."""
    ceilings = history.timeline.schedule_on(day).ceilings
    return client_totals(history, ledger_state).uses(ceilings, history.id, day) if ceilings else ()
