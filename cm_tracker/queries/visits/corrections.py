"""What a record would change, before anything is written: the page shows it, the operation checks it.

A proposal is a visit as it would stand. The enrollment is replayed with it, the settlement is worked
out against the ledger, and the two replays beside one another say visit by visit what changes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import canonical_json, table
from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    InTheFuture,
    NotFound,
    NothingChanged,
    OutsideSchedule,
    PointsSpent,
    SameSpecimen,
    SameVisit,
    VoidedDay,
)
from cm_tracker.domain.ledger.accounts import Entry, client_account, settlement, site_account
from cm_tracker.domain.schedules.engine import LadderState, Replay, Result, program_week
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.corrections import Change, CorrectionTarget, changes
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Test, outcome_of
from cm_tracker.models import AccountRow, EntryRow, Transaction, VisitClaim, VisitRow
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.enrollments import (
    CurrentVisit,
    LedgerState,
    LoadedEnrollment,
    enrollment_of,
    first_record,
    load_with_ledger_state,
    records_of_visit,
)

# A clock on the wall and a server's clock are never the same.
CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would change, visit by visit. `fingerprint` names exactly this.

    `balances` are the client's by unit, before; `next_before` and `next_after` how the track stands then.
    """

    changes: tuple[Change, ...]
    fingerprint: str
    balances: Mapping[str, int]
    next_before: LadderState
    next_after: LadderState

    def to_client(self, unit: str) -> int:
        """What the client gets (or gives back, when negative) in a unit."""
        return sum(change.to_client for change in self.changes if change.unit == unit)

    def to_program(self, unit: str) -> int:
        """What is booked as the program's loss in a unit."""
        return sum(change.to_program for change in self.changes if change.unit == unit)

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which something changes."""
        return tuple(sorted({change.unit for change in self.changes}))

    def others(self, visit_id: int) -> tuple[Change, ...]:
        """What changes for visits other than the one that is entered or corrected."""
        return tuple(change for change in self.changes if change.visit_id != visit_id)


def check_day(enrollment: LoadedEnrollment, day: date, now: datetime) -> None:
    """Refuse a day on which this enrollment cannot have had a visit."""
    if day < enrollment.starts_on:
        raise BeforeEnrollment(day=day, starts_on=enrollment.starts_on)
    week = program_week(enrollment.starts_on, day)
    if week > enrollment.schedule.last_week:
        raise OutsideSchedule(day=day, week=week, last_week=enrollment.schedule.last_week)
    if day > day_at(now, enrollment.time_zone):
        raise InTheFuture(day=day)


def proposed(
    enrollment: LoadedEnrollment,
    visit: NewVisit,
    *,
    actor: Actor,
    now: datetime,
    of: CurrentVisit | None = None,
    correction: str | None = None,
) -> CurrentVisit:
    """A visit as it would stand: a new one, or the record that takes the place of `of`.

    A new visit on a day whose record was taken away takes that record's place, so that nothing is
    paid twice. Raises what stands against it: the day, the times, evidence that does not fit, a day
    that has its visit already.
    """
    track = enrollment.schedule.track(visit.behavior)
    if track is None:
        raise BadInput(f'The schedule has no "{visit.behavior}". Choose one of its tracks.', "behavior")
    outcome = outcome_of(track, visit.evidence)
    check_day(enrollment, visit.happened_on, now)
    _check_times(enrollment, visit, now)
    place = _free_place(enrollment, visit.behavior, visit.happened_on, of)
    if of is not None and of.happened_on != visit.happened_on:
        # What was paid for a day stays with the record that was taken away there: it would be paid again.
        for old in enrollment.voided:
            if (old.behavior, old.happened_on) == (visit.behavior, visit.happened_on):
                raise VoidedDay(when=f"{visit.happened_on}")
    if of is None:
        of = next(
            (
                old
                for old in enrollment.voided
                if (old.behavior, old.happened_on, old.day_place) == (visit.behavior, visit.happened_on, place)
            ),
            None,
        )
        correction = corrections.AGAIN if of else None
    test = visit.evidence if isinstance(visit.evidence, Test) else None
    return CurrentVisit(
        id=of.id if of else 0,
        newest_id=of.newest_id if of else 0,
        behavior=visit.behavior,
        happened_on=visit.happened_on,
        day_place=place,
        outcome=outcome,
        excuse=visit.evidence.excuse if isinstance(visit.evidence, Absence) else None,
        specimen=test.specimen if test else None,
        temperature=test.temperature if test else None,
        specimen_id=visit.specimen_id,
        collected_at=visit.collected_at,
        read_at=visit.read_at,
        correction=correction,
        recorded_at=now,
        staff_id=actor.staff_id,
        makers=of.makers if of else frozenset({actor.staff_id}),
        results=dict(sorted(test.results.items())) if test else {},
    )


def corrected(
    session: Session,
    enrollment: LoadedEnrollment,
    visit_id: int,
    way: str,
    visit: NewVisit | None,
    *,
    actor: Actor,
    now: datetime,
) -> CurrentVisit:
    """The record that would take the place of a visit's newest one. Raises what stands against it."""
    old = enrollment.visit(first_record(session, visit_id))
    corrections.check_way(way, correction_target(enrollment, old), actor, now)
    if way == corrections.UNDO:
        return _undone(session, enrollment, old, actor=actor, now=now)
    if way == corrections.VOID:
        return replace(old, correction=corrections.VOIDED, recorded_at=now, staff_id=actor.staff_id)
    assert visit is not None, "the other ways say what is right"
    word = {
        corrections.ANSWER: corrections.ANSWERED,
        corrections.EXCUSE: corrections.EXCUSED,
        corrections.CORRECT: corrections.CORRECTED,
    }[way]
    new = proposed(enrollment, visit, actor=actor, now=now, of=old, correction=word)
    if replace(old, recorded_at=now, staff_id=actor.staff_id, correction=word) == new:
        raise NothingChanged
    return new


def _undone(
    session: Session, enrollment: LoadedEnrollment, old: CurrentVisit, *, actor: Actor, now: datetime
) -> CurrentVisit:
    """A first record is taken away; after a correction, what stood before it stands again."""
    if old.correction in (None, corrections.AGAIN):
        return replace(old, correction=corrections.UNDONE, recorded_at=now, staff_id=actor.staff_id)
    before = records_of_visit(session, enrollment.id, old.id)[-2]
    return replace(
        before,
        newest_id=old.newest_id,
        day_place=_free_place(enrollment, before.behavior, before.happened_on, old),
        correction=corrections.REVERTED,
        recorded_at=now,
        staff_id=actor.staff_id,
    )


def refuse_same_specimen(session: Session, site_id: int, visit: CurrentVisit) -> None:
    """Raise `SameSpecimen` when another visit of the site stands for a proposed visit's cup."""
    if visit.specimen_id is None or not visit.is_current:
        return
    asked = {"claim": f"specimen:{site_id}:{visit.specimen_id}", "newest_id": visit.newest_id}
    for other in _CLAIMED(session, asked):
        raise SameSpecimen(specimen_id=visit.specimen_id, when=f"{other.happened_on}", visit_id=other.id)


_CLAIMED_COLUMNS = (table(VisitRow).c.id, table(VisitRow).c.happened_on)
_CLAIMED = Prepared(
    select(*_CLAIMED_COLUMNS)
    .join(table(VisitClaim), table(VisitClaim).c.visit_id == table(VisitRow).c.id)
    .where(table(VisitClaim).c.claim == bindparam("claim"), table(VisitRow).c.id != bindparam("newest_id")),
    answers=_CLAIMED_COLUMNS,
)


def correction_target(enrollment: LoadedEnrollment, visit: CurrentVisit) -> CorrectionTarget:
    """What the domain needs to know of a visit's newest record."""
    track = enrollment.schedule.track(visit.behavior)
    assert track is not None, "a visit is only recorded for a track of its schedule"
    return CorrectionTarget(
        outcome=visit.outcome,
        is_test=track.evidence in ("drug_test", "breath_test"),
        correction=visit.correction,
        recorded_at=visit.recorded_at,
        staff_id=visit.staff_id,
        makers=visit.makers,
    )


def preview_visit(session: Session, actor: Actor, enrollment_id: int, visit: NewVisit, now: datetime) -> Preview | None:
    """What a new visit changes for others of its enrollment: None when it changes nothing for them.

    Only an entry that comes late has such changes. Raises `NotFound` for another site's enrollment.
    """
    enrollment, ledger_state = _reached(session, actor, enrollment_id)
    new = proposed(enrollment, visit, actor=actor, now=now)
    refuse_same_specimen(session, enrollment.site_id, new)
    found = preview(enrollment, ledger_state, new)
    return found if found.others(new.id) else None


def preview_correction(
    session: Session, actor: Actor, visit_id: int, way: str, visit: NewVisit | None, now: datetime
) -> Preview:
    """What a correction changes. Raises what stands against it, and `NotFound` for another site's visit."""
    enrollment, ledger_state = _reached(session, actor, enrollment_of(session, visit_id))
    new = corrected(session, enrollment, visit_id, way, visit, actor=actor, now=now)
    refuse_same_specimen(session, enrollment.site_id, new)
    return preview(enrollment, ledger_state, new, undoes=paid_by_undone_record(session, enrollment, new, way))


def check_correction(session: Session, actor: Actor, visit_id: int, way: str, now: datetime) -> None:
    """Raise what stands against correcting a visit in a way, before anything is filled in."""
    enrollment, _ = _reached(session, actor, enrollment_of(session, visit_id))
    old = enrollment.visit(first_record(session, visit_id))
    corrections.check_way(way, correction_target(enrollment, old), actor, now)


def _reached(session: Session, actor: Actor, enrollment_id: int) -> tuple[LoadedEnrollment, LedgerState]:
    enrollment, ledger_state, _ = load_with_ledger_state(session, enrollment_id)
    if not actor.reaches(enrollment.site_id):
        raise NotFound(what="visit")
    return enrollment, ledger_state


# What one record gave the client, by unit and visit id.
PaidByRecord = Mapping[str, Mapping[int, int]]


def paid_by_undone_record(
    session: Session, enrollment: LoadedEnrollment, new: CurrentVisit, way: str
) -> PaidByRecord | None:
    """What the record that an undo takes away gave the client; None for every other way."""
    if way != corrections.UNDO:
        return None
    rows = session.execute(
        select(EntryRow.unit, EntryRow.visit_id, func.sum(EntryRow.amount))
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(
            VisitRow.enrollment_id == enrollment.id,
            AccountRow.kind == "client",
            Transaction.because == f"visit:{new.newest_id}",
        )
        .group_by(EntryRow.unit, EntryRow.visit_id)
    )
    given: dict[str, dict[int, int]] = {}
    for unit, visit_id, amount in rows:
        if visit_id is not None and amount > 0:
            given.setdefault(unit, {})[visit_id] = int(amount)
    return given


def preview(
    enrollment: LoadedEnrollment, ledger_state: LedgerState, new: CurrentVisit, *, undoes: PaidByRecord | None = None
) -> Preview:
    """What changes when a proposed record is saved; `undoes` as of `paid_by_undone_record`. Raises `PointsSpent`."""
    after = enrollment.with_visit(new)
    before_replay, after_replay = enrollment.replay(), after.replay()
    entries = owed_entries(after, after_replay, ledger_state, undoes=undoes)
    days = {visit.id: visit.happened_on for visit in (*enrollment.visits, *enrollment.voided, new)}
    found = changes(before_replay, after_replay, days, entries)
    said = [
        [c.visit_id, c.day.isoformat(), c.unit, c.to_client, c.to_program, _worth(c.before), _worth(c.after)]
        for c in found
    ]
    week = program_week(enrollment.starts_on, day_at(new.recorded_at, enrollment.time_zone))
    return Preview(
        found,
        hashlib.sha256(canonical_json(said).encode()).hexdigest()[:32],
        ledger_state.balances,
        before_replay.state(new.behavior, week),
        after_replay.state(new.behavior, week),
    )


def _worth(result: Result | None) -> list[object] | None:
    return None if result is None else list(result._replace(n=0))


def owed_entries(
    enrollment: LoadedEnrollment,
    replay: Replay,
    ledger_state: LedgerState,
    *,
    undoes: PaidByRecord | None = None,
) -> dict[str, tuple[Entry, ...]]:
    """The entries that bring what was paid to what the replay owes, by unit; units that agree are left out.

    The schedule's policy says whether an overpayment is taken back. A slip that is undone (`undoes`, what
    it gave) takes back what it gave itself, whatever the policy; where that is spent, it is `PointsSpent`.
    """
    takes_back = enrollment.schedule.corrections == "replay"
    units = {result.unit for result in replay.results if result.paid} | set(ledger_state.paid)
    found = {}
    for unit in sorted(units):
        owed = {result.ref: result.paid for result in replay.results if result.unit == unit}
        paid = ledger_state.paid.get(unit, {})
        given = undoes.get(unit, {}) if undoes is not None else {}
        entries = settlement(
            owed,
            paid,
            client=client_account(enrollment.client_id, unit),
            issued=site_account("issued", enrollment.site_id, unit),
            program_loss=site_account("program_loss", enrollment.site_id, unit),
            balance=ledger_state.balances.get(unit, 0),
            takes_back=takes_back or undoes is not None,
            at_most=None if takes_back else given,
        )
        taken = -sum(line.amount for line in entries if line.account.kind == "client" and line.amount < 0)
        wanted = sum(
            max(min(was.issued - owed.get(visit_id, 0), given.get(visit_id, 0)), 0) for visit_id, was in paid.items()
        )
        if taken < wanted:
            raise PointsSpent(spent=wanted - taken, unit=unit)
        if entries:
            found[unit] = entries
    return found


def _check_times(enrollment: LoadedEnrollment, visit: NewVisit, now: datetime) -> None:
    if visit.collected_at is not None:
        if visit.collected_at > now + CLOCKS_DIFFER:
            raise BadInput("The collection lies in the future. Correct the time.", "collected_at")
        if day_at(visit.collected_at, enrollment.time_zone) != visit.happened_on:
            raise BadInput("The specimen was collected on another day than the visit's.", "collected_at")
    if visit.read_at is not None:
        if visit.read_at > now + CLOCKS_DIFFER:
            raise BadInput("The reading lies in the future. Correct the time.", "read_at")
        if visit.collected_at is not None and visit.read_at < visit.collected_at:
            raise BadInput("The test was read before it was collected. Correct one of the times.", "read_at")


def _free_place(enrollment: LoadedEnrollment, behavior: str, day: date, of: CurrentVisit | None) -> int:
    """The first free place of a track in a day: one, or more where a week has more than seven."""
    track = enrollment.schedule.track(behavior)
    phase = track.phase_in(program_week(enrollment.starts_on, day)) if track else None
    places = -(-phase.visits_per_week // 7) if phase else 1
    same_day = [v for v in enrollment.visits if v.behavior == behavior and v.happened_on == day and v is not of]
    taken = {visit.day_place for visit in same_day}
    if of is not None and of.happened_on == day and of.day_place not in taken:
        return of.day_place
    if len(same_day) >= places:
        raise SameVisit(when=f"{day}", visit_id=same_day[0].id)
    return next(place for place in range(1, places + 1) if place not in taken)
