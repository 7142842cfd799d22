"""An enrollment as the engine needs it: its schedule and its visits as they now stand.

A visit that was corrected stands as its newest record, in the place of its first one. The ledger
names that first record, so what was paid for a visit stays together through every correction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import Paid
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.visits.corrections import AGAIN, CORRECTED, TAKEN_AWAY
from cm_tracker.domain.visits.evidence import also_negative
from cm_tracker.models import AccountRow, Client, Enrollment, EntryRow, ScheduleVersion, Site, VisitResult, VisitRow
from cm_tracker.prepared import Prepared, run_batch
from cm_tracker.queries.clients.paid_elsewhere import drawn_in, known_then, paid_elsewhere, seqs_of
from cm_tracker.queries.schedules.documents import schedule_of


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit as it stands: `id` is its first record, `newest_id` the record that holds today.

    `makers` are the people on whose word it rests: who entered it, and who corrected it last.
    """

    id: int
    newest_id: int
    behavior: str
    happened_on: date
    day_place: int
    outcome: str
    excuse: str | None
    specimen: str | None
    temperature: str | None
    specimen_id: str | None
    collected_at: datetime | None
    read_at: datetime | None
    correction: str | None
    recorded_at: datetime
    staff_id: int | None
    makers: frozenset[int | None]
    results: Mapping[str, str]

    @property
    def is_current(self) -> bool:
        """Whether it counts: it was not taken away again."""
        return self.correction not in TAKEN_AWAY


@dataclass(frozen=True, slots=True)
class LoadedEnrollment:
    """An enrollment with its pinned schedule and its visits in the order in which they are worked out.

    `voided` are the visits that were taken away; the engine does not see them. `drawn` is (seq, cents) of the
    draws that count against a ceiling of the enrollment. `seqs` is filled only
    where a ceiling reaches across enrollments.
    """

    id: int
    client_id: int
    site_id: int
    time_zone: str
    starts_on: date
    version_id: int
    schedule: Schedule
    visits: tuple[CurrentVisit, ...]
    voided: tuple[CurrentVisit, ...]
    paid_elsewhere: tuple[tuple[int, date, int], ...]
    drawn: tuple[tuple[int, int], ...]
    seqs: Mapping[int, int]

    def ceilings(self, replay: engine.Replay, day: date) -> tuple[CeilingUse, ...]:
        """How much of each ceiling is used on a day, other enrollments and draws included."""
        uses = replay.ceilings(day, *known_then(self.paid_elsewhere, day, None))
        return tuple(
            use._replace(used_cents=use.used_cents + self._drawn_before(None)) if use.scope == "enrollment" else use
            for use in uses
        )

    def replay(self) -> engine.Replay:
        """What every visit earns; each result's `ref` is the visit's id."""
        zone = ZoneInfo(self.time_zone)
        return engine.replay(self.schedule, self.starts_on, [self._engine_visit(visit, zone) for visit in self.visits])

    def with_visit(self, visit: CurrentVisit) -> "LoadedEnrollment":
        """The enrollment as it would be with a visit: a new one (id 0), or another record of one that is there."""
        return self.with_visits([visit])

    def with_visits(self, visits: Sequence[CurrentVisit]) -> "LoadedEnrollment":
        """The same for several at once."""
        new = {visit.id for visit in visits}
        others = [visit for visit in (*self.visits, *self.voided) if visit.id not in new]
        standing, voided = _in_order([*visits, *others])
        return replace(self, visits=standing, voided=voided)

    def visit(self, visit_id: int) -> CurrentVisit:
        """A visit by the id of any of its ends, voided or not. Raises `NotFound`."""
        for visit in (*self.visits, *self.voided):
            if visit_id in (visit.id, visit.newest_id):
                return visit
        raise NotFound(what="visit")

    def _engine_visit(self, visit: CurrentVisit, zone: ZoneInfo) -> engine.Visit:
        track = self.schedule.track(visit.behavior)
        assert track is not None, "a visit is only recorded for a track of its schedule"
        minute = None
        if visit.collected_at is not None:
            at = visit.collected_at.astimezone(zone)
            minute = at.hour * 60 + at.minute
        month = year = 0
        if self.paid_elsewhere:
            month, year = known_then(self.paid_elsewhere, visit.happened_on, self.seqs.get(visit.id))
        return engine.Visit(
            visit.happened_on,
            visit.behavior,
            visit.outcome,
            also_negative(track, visit.results),
            minute,
            month,
            year,
            visit.id,
            self._drawn_before(self.seqs.get(visit.id)),
        )

    def _drawn_before(self, seq: int | None) -> int:
        """What draws of the enrollment had given when a visit was recorded; all of it for one without a seq."""
        return sum(cents for drawn_seq, cents in self.drawn if seq is None or drawn_seq < seq)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What the ledger says of an enrollment: what each visit was `paid`, by unit and visit id, and the
    client's `balances` by unit."""

    paid: Mapping[str, Mapping[int, Paid]]
    balances: Mapping[str, int]


# Every visit that is recorded reads these: written once, over plain tables.
_ENROLLMENTS, _CLIENTS, _SITES, _VERSIONS = table(Enrollment), table(Client), table(Site), table(ScheduleVersion)
_VISIT, _ENTRY, _ACCOUNT, _RESULT = table(VisitRow), table(EntryRow), table(AccountRow), table(VisitResult)
_ENROLLMENT_COLUMNS = (
    _ENROLLMENTS.c.id,
    _ENROLLMENTS.c.client_id,
    _ENROLLMENTS.c.starts_on,
    _ENROLLMENTS.c.schedule_version_id,
    _CLIENTS.c.site_id,
    _SITES.c.time_zone,
    _VERSIONS.c.document,
)
_ENROLLMENT = Prepared(
    select(*_ENROLLMENT_COLUMNS)
    .select_from(_ENROLLMENTS)
    .join(_CLIENTS, _CLIENTS.c.id == _ENROLLMENTS.c.client_id)
    .join(_SITES, _SITES.c.id == _CLIENTS.c.site_id)
    .join(_VERSIONS, _VERSIONS.c.id == _ENROLLMENTS.c.schedule_version_id)
    .where(_ENROLLMENTS.c.id == bindparam("enrollment_id")),
    answers=_ENROLLMENT_COLUMNS,
)
_VISITS_COLUMNS = (
    _VISIT.c.id,
    _VISIT.c.corrects_id,
    _VISIT.c.behavior,
    _VISIT.c.happened_on,
    _VISIT.c.day_place,
    _VISIT.c.outcome,
    _VISIT.c.excuse,
    _VISIT.c.specimen,
    _VISIT.c.temperature,
    _VISIT.c.specimen_id,
    _VISIT.c.collected_at,
    _VISIT.c.read_at,
    _VISIT.c.correction,
    _VISIT.c.recorded_at,
    _VISIT.c.staff_id,
)
_VISITS = Prepared(
    select(*_VISITS_COLUMNS).where(_VISIT.c.enrollment_id == bindparam("enrollment_id")).order_by(_VISIT.c.id),
    answers=_VISITS_COLUMNS,
)
_RESULTS_COLUMNS = (_RESULT.c.visit_id, _RESULT.c.analyte, _RESULT.c.result)
_RESULTS = Prepared(
    select(*_RESULTS_COLUMNS)
    .join(_VISIT, _VISIT.c.id == _RESULT.c.visit_id)
    .where(_VISIT.c.enrollment_id == bindparam("enrollment_id")),
    answers=_RESULTS_COLUMNS,
)
_PAID_COLUMNS = (_ENTRY.c.visit_id, _ENTRY.c.unit, _ACCOUNT.c.kind, _ENTRY.c.amount)
_PAID = Prepared(
    select(*_PAID_COLUMNS)
    .join(_ACCOUNT, _ACCOUNT.c.id == _ENTRY.c.account_id)
    .join(_VISIT, _VISIT.c.id == _ENTRY.c.visit_id)
    .where(_VISIT.c.enrollment_id == bindparam("enrollment_id")),
    answers=_PAID_COLUMNS,
)
_BALANCES_COLUMNS = (_ACCOUNT.c.unit, _ACCOUNT.c.balance)
_BALANCES = Prepared(
    select(*_BALANCES_COLUMNS)
    .join(_ENROLLMENTS, _ENROLLMENTS.c.client_id == _ACCOUNT.c.client_id)
    .where(_ENROLLMENTS.c.id == bindparam("enrollment_id"), _ACCOUNT.c.kind == "client"),
    answers=_BALANCES_COLUMNS,
)


def enrollment_of(session: Session, visit_id: int) -> int:
    """The enrollment of a visit's record. Raises `NotFound`."""
    found = session.execute(select(VisitRow.enrollment_id).where(VisitRow.id == visit_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="visit")
    return found


def first_record(session: Session, visit_id: int) -> int:
    """The id of a visit's first record, by the id of any of its records."""
    up = select(VisitRow.id, VisitRow.corrects_id).where(VisitRow.id == visit_id).cte("up", recursive=True)
    up = up.union_all(select(VisitRow.id, VisitRow.corrects_id).where(VisitRow.id == up.c.corrects_id))
    found = session.execute(select(up.c.id).where(up.c.corrects_id.is_(None))).scalar_one_or_none()
    if found is None:
        raise NotFound(what="visit")
    return int(found)


def load_enrollment(session: Session, enrollment_id: int) -> LoadedEnrollment:
    """Load an enrollment by id. Raises `NotFound`. Scope is the caller's to check, by `site_id`."""
    asked = {"enrollment_id": enrollment_id}
    return _loaded(session, *run_batch(session, *((question, asked) for question in _VISITS_OF)))


def load_with_ledger_state(
    session: Session, enrollment_id: int, *first: tuple[Prepared, Mapping[str, Any]]
) -> tuple[LoadedEnrollment, LedgerState, list[list[Any]]]:
    """The same with its ledger_state, in one journey; `first` are questions to be asked before, with their values.

    Answers the enrollment, the ledger_state, and the rows of `first`.
    """
    asked = {"enrollment_id": enrollment_id}
    own = [(question, asked) for question in (*_VISITS_OF, _PAID, _BALANCES)]
    *before, found, visits, results, paid, balances = run_batch(session, *first, *own)
    ledger_state = LedgerState(_paid(paid), {row.unit: row.balance or 0 for row in balances})
    return _loaded(session, found, visits, results), ledger_state, before


_VISITS_OF = (_ENROLLMENT, _VISITS, _RESULTS)


def _loaded(session: Session, found: list[Any], visit_rows: list[Any], results: list[Any]) -> LoadedEnrollment:
    if not found:
        raise NotFound(what="enrollment")
    row = found[0]
    enrollment_id = row.id
    schedule = schedule_of(row.document)
    visits, voided = _in_order([records[-1] for records in _by_visit(visit_rows, results).values()])
    elsewhere = paid_elsewhere(session, row.client_id, enrollment_id, schedule)
    drawn = drawn_in(session, enrollment_id, schedule)
    return LoadedEnrollment(
        id=row.id,
        client_id=row.client_id,
        site_id=row.site_id,
        time_zone=row.time_zone,
        starts_on=row.starts_on,
        version_id=row.schedule_version_id,
        schedule=schedule,
        visits=visits,
        voided=voided,
        paid_elsewhere=tuple(elsewhere),
        drawn=drawn,
        seqs=seqs_of(session, enrollment_id) if elsewhere or drawn else {},
    )


def _in_order(visits: list[CurrentVisit]) -> tuple[tuple[CurrentVisit, ...], tuple[CurrentVisit, ...]]:
    """The visits that stand and those that were taken away, by day and by their first recording."""
    visits = sorted(visits, key=lambda visit: (visit.happened_on, visit.id == 0, visit.id))
    return tuple(v for v in visits if v.is_current), tuple(v for v in visits if not v.is_current)


def records_of_visit(session: Session, enrollment_id: int, visit_id: int) -> list[CurrentVisit]:
    """Every record of a visit, the first one first, by the id of its first record."""
    asked = {"enrollment_id": enrollment_id}
    return _by_visit(*run_batch(session, (_VISITS, asked), (_RESULTS, asked)))[visit_id]


def _by_visit(rows: list[Any], result_rows: list[Any]) -> dict[int, list[CurrentVisit]]:
    """Every record of an enrollment's visits in order, by the id of each visit's first record."""
    results: dict[int, dict[str, str]] = {}
    for visit_id, analyte, result in result_rows:
        results.setdefault(visit_id, {})[analyte] = result
    first_of: dict[int, Any] = {}
    entered_by: dict[int, frozenset[int | None]] = {}
    makers: dict[int, frozenset[int | None]] = {}
    found: dict[int, list[CurrentVisit]] = {}
    for row in rows:  # in order of id, so what is corrected comes before its correction
        first = first_of[row.id] = row if row.corrects_id is None else first_of[row.corrects_id]
        if row.correction in (None, AGAIN):
            entered_by[first.id] = makers[first.id] = entered_by.get(first.id, frozenset()) | {row.staff_id}
        elif row.correction == CORRECTED:
            makers[first.id] = entered_by[first.id] | {row.staff_id}
        found.setdefault(first.id, []).append(
            CurrentVisit(
                id=first.id,
                newest_id=row.id,
                behavior=row.behavior,
                happened_on=row.happened_on,
                day_place=row.day_place,
                outcome=row.outcome,
                excuse=row.excuse,
                specimen=row.specimen,
                temperature=row.temperature,
                specimen_id=row.specimen_id,
                collected_at=row.collected_at,
                read_at=row.read_at,
                correction=row.correction,
                recorded_at=row.recorded_at,
                staff_id=row.staff_id,
                makers=makers[first.id],
                results=results.get(row.id, {}),
            )
        )
    return found


_NOTHING = Paid()


def _paid(rows: list[Any]) -> dict[str, dict[int, Paid]]:
    paid: dict[str, dict[int, Paid]] = {}
    for visit_id, unit, kind, amount in rows:
        of_unit = paid.setdefault(unit, {})
        issued, received = of_unit.get(visit_id, _NOTHING)
        if kind == "issued":
            of_unit[visit_id] = Paid(issued - amount, received)
        elif kind == "client":
            of_unit[visit_id] = Paid(issued, received + amount)
    return paid
