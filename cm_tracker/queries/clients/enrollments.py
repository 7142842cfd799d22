"""Read an enrollment: its schedule, every record of its visits, and what the ledger paid for them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.ceilings import Received
from cm_tracker.domain.visits.history import Cut, EnrollmentHistory, history_of
from cm_tracker.domain.visits.kept import LossEntry
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.domain.visits.visit_records import records_by_visit
from cm_tracker.models import (
    AccountRow,
    CeilingCut,
    Client,
    Enrollment,
    EnrollmentEventRow,
    EntryRow,
    ScheduleVersion,
    Site,
    Transaction,
    VisitResult,
    VisitRow,
)
from cm_tracker.prepared import Batch, Prepared, run_batch
from cm_tracker.queries.clients.main_records import main_of
from cm_tracker.queries.clients.received import received_by_enrollment, received_elsewhere
from cm_tracker.queries.clients.spans import span_from
from cm_tracker.queries.staff.site_settings import settings_from

# These statements run for every recorded visit, so they are compiled only once, over plain tables.
_ENROLLMENTS, _CLIENTS, _SITES, _VERSIONS = table(Enrollment), table(Client), table(Site), table(ScheduleVersion)
# The record that the enrollment was sealed with; `_CLIENTS` is its main record.
_RECORD = table(Client).alias("record")
_VISIT, _ENTRY, _ACCOUNT, _RESULT = table(VisitRow), table(EntryRow), table(AccountRow), table(VisitResult)
_CUT, _TRANSACTION = table(CeilingCut), table(Transaction)
_NEXT = table(Enrollment).alias("next")
_NEXT_STARTS_ON = (
    select(func.min(_NEXT.c.starts_on))
    .where(_NEXT.c.client_id == _ENROLLMENTS.c.client_id, _NEXT.c.starts_on > _ENROLLMENTS.c.starts_on)
    .scalar_subquery()
    .label("next_starts_on")
)
_ENROLLMENT_COLUMNS = (
    _ENROLLMENTS.c.id,
    _CLIENTS.c.id.label("client_id"),
    _ENROLLMENTS.c.starts_on,
    _ENROLLMENTS.c.schedule_version_id,
    _CLIENTS.c.site_id,
    _SITES.c.time_zone,
    _SITES.c.settings,
    _VERSIONS.c.document,
    _NEXT_STARTS_ON,
)
_ENROLLMENT_ROWS = (
    select(*_ENROLLMENT_COLUMNS)
    .select_from(_ENROLLMENTS)
    .join(_RECORD, _RECORD.c.id == _ENROLLMENTS.c.client_id)
    .join(_CLIENTS, _CLIENTS.c.id == main_of(_RECORD.c))
    .join(_SITES, _SITES.c.id == _CLIENTS.c.site_id)
    .join(_VERSIONS, _VERSIONS.c.id == _ENROLLMENTS.c.schedule_version_id)
)
_EVENT = table(EnrollmentEventRow)
_EVENTS_COLUMNS = (
    _EVENT.c.id,
    _EVENT.c.kind,
    _EVENT.c.from_day,
    _EVENT.c.to_day,
    _EVENT.c.reason,
    _EVENT.c.schedule_version_id,
    _EVENT.c.replaces_id,
    _EVENT.c.state,
    _VERSIONS.c.document,
)
_EVENTS_ROWS = (
    select(*_EVENTS_COLUMNS)
    .select_from(_EVENT)
    .outerjoin(_VERSIONS, _VERSIONS.c.id == _EVENT.c.schedule_version_id)
    .order_by(_EVENT.c.id)
)
VISIT_COLUMNS = (
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
    _VISIT.c.saved_with_id,
    _VISIT.c.site_id,
    _SITES.c.time_zone,
    _VISIT.c.specimens,
    _VISIT.c.panel_id,
    _VISIT.c.kit_lot_id,
    _VISIT.c.collected_by_id,
    _VISIT.c.observed,
    _VISIT.c.second_reader_id,
    _VISIT.c.reading,
    _VISIT.c.minutes_attended,
    _VISIT.c.minutes_excused,
    _VISIT.c.minutes_expected,
)
VISIT_ROWS = select(*VISIT_COLUMNS).join(_SITES, _SITES.c.id == _VISIT.c.site_id).order_by(_VISIT.c.id)
_RESULTS_COLUMNS = (_RESULT.c.visit_id, _RESULT.c.analyte, _RESULT.c.result)
_RESULTS_ROWS = select(*_RESULTS_COLUMNS).join(_VISIT, _VISIT.c.id == _RESULT.c.visit_id)
_CUTS_COLUMNS = (_CUT.c.visit_id, _CUT.c.points, _CUT.c.scope)
_CUTS_ROWS = select(*_CUTS_COLUMNS).join(_VISIT, _VISIT.c.id == _CUT.c.visit_id).order_by(_CUT.c.id)
_PAID_COLUMNS = (_ENTRY.c.visit_id, _ENTRY.c.unit, _ACCOUNT.c.kind, _ENTRY.c.amount)
_PAID_ROWS = (
    select(*_PAID_COLUMNS)
    .join(_ACCOUNT, _ACCOUNT.c.id == _ENTRY.c.account_id)
    .join(_VISIT, _VISIT.c.id == _ENTRY.c.visit_id)
)
_UNDO = table(Transaction).alias("undo")
_LOSSES_COLUMNS = (
    _ENTRY.c.transaction_id,
    _TRANSACTION.c.because,
    or_(_TRANSACTION.c.undoes_id.is_not(None), exists().where(_UNDO.c.undoes_id == _TRANSACTION.c.id)).label("undone"),
    _ENTRY.c.unit,
    _ENTRY.c.visit_id,
    _ENTRY.c.amount,
)
_LOSSES_ROWS = (
    select(*_LOSSES_COLUMNS)
    .select_from(_ENTRY)
    .join(_ACCOUNT, _ACCOUNT.c.id == _ENTRY.c.account_id)
    .join(_VISIT, _VISIT.c.id == _ENTRY.c.visit_id)
    .join(_TRANSACTION, _TRANSACTION.c.id == _ENTRY.c.transaction_id)
    .where(_ACCOUNT.c.kind == "program_loss")
    .order_by(_ENTRY.c.transaction_id, _ENTRY.c.position)
)
_BALANCES_COLUMNS = (_ACCOUNT.c.unit, _ACCOUNT.c.balance)
_BALANCES_ROWS = (
    select(*_BALANCES_COLUMNS)
    .join(_RECORD, main_of(_RECORD.c) == _ACCOUNT.c.client_id)
    .join(_ENROLLMENTS, _ENROLLMENTS.c.client_id == _RECORD.c.id)
    .where(_ACCOUNT.c.kind == "client")
)


class _Rows(NamedTuple):
    """A statement without the condition that says of which enrollments; `of` is the column that it is about."""

    statement: Select[Any]
    of: Any
    columns: Sequence[Any]

    def of_one(self) -> Prepared:
        """Return the statement for one enrollment, compiled once."""
        return Prepared(self.statement.where(self.of == bindparam("enrollment_id")), columns=self.columns)

    def of_many(self, enrollment_ids: Collection[int]) -> Select[Any]:
        """Return the statement for several enrollments; the last column says of which one a row is."""
        return self.statement.add_columns(self.of.label("of")).where(self.of.in_(enrollment_ids))


_ROWS = {
    "enrollment": _Rows(_ENROLLMENT_ROWS, _ENROLLMENTS.c.id, _ENROLLMENT_COLUMNS),
    "visits": _Rows(VISIT_ROWS, _VISIT.c.enrollment_id, VISIT_COLUMNS),
    "results": _Rows(_RESULTS_ROWS, _VISIT.c.enrollment_id, _RESULTS_COLUMNS),
    "cuts": _Rows(_CUTS_ROWS, _VISIT.c.enrollment_id, _CUTS_COLUMNS),
    "events": _Rows(_EVENTS_ROWS, _EVENT.c.enrollment_id, _EVENTS_COLUMNS),
    "paid": _Rows(_PAID_ROWS, _VISIT.c.enrollment_id, _PAID_COLUMNS),
    "balances": _Rows(_BALANCES_ROWS, _ENROLLMENTS.c.id, _BALANCES_COLUMNS),
    "losses": _Rows(_LOSSES_ROWS, _VISIT.c.enrollment_id, _LOSSES_COLUMNS),
}
_OF_ONE = {name: rows.of_one() for name, rows in _ROWS.items()}


def enrollment_of(session: Session, visit_id: int) -> int:
    """Return the id of the enrollment of a visit, by the id of any record of it. Raise `NotFound`."""
    enrollment_id = session.execute(select(VisitRow.enrollment_id).where(VisitRow.id == visit_id)).scalar_one_or_none()
    if enrollment_id is None:
        raise NotFound(what="visit")
    return enrollment_id


def enrollment_ids(session: Session, after: int) -> tuple[int, ...]:
    """Return the ids of the next enrollments after an id, at most 500 of them."""
    rows = session.execute(select(Enrollment.id).where(Enrollment.id > after).order_by(Enrollment.id).limit(500))
    return tuple(rows.scalars())


def history_queries(enrollment_id: int) -> Batch:
    """Return the statements whose rows `history_from` reads. The caller runs them in a batch."""
    parameters = {"enrollment_id": enrollment_id}
    return {name: (_OF_ONE[name], parameters) for name in ("enrollment", "visits", "results", "cuts", "events")}


def ledger_queries(enrollment_id: int) -> Batch:
    """Return the statements whose rows `ledger_state_from` reads."""
    parameters = {"enrollment_id": enrollment_id}
    return {name: (_OF_ONE[name], parameters) for name in ("paid", "balances", "losses")}


def enrollment_history(session: Session, enrollment_id: int) -> EnrollmentHistory:
    """Return an enrollment by id. Raise `NotFound`. The caller checks whether the actor may see its site."""
    return history_from(run_batch(session, history_queries(enrollment_id)))


def history_and_ledger_state(session: Session, enrollment_id: int) -> tuple[EnrollmentHistory, LedgerState]:
    """Return an enrollment and what the ledger paid for it, in one round trip. Raise `NotFound`."""
    rows = run_batch(session, {**history_queries(enrollment_id), **ledger_queries(enrollment_id)})
    history = history_from(rows)
    return history, ledger_state_from(session, history, rows)


def histories_of(session: Session, enrollment_ids: Collection[int]) -> dict[int, EnrollmentHistory]:
    """Return several enrollments by id, however many they are in five queries. Nothing is said of the ledger."""
    names = ("enrollment", "visits", "results", "cuts", "events")
    return {of: history_from(rows) for of, rows in _rows_of_many(session, enrollment_ids, names).items()}


def histories_and_paid(
    session: Session, enrollment_ids: Collection[int]
) -> dict[int, tuple[EnrollmentHistory, Mapping[str, Mapping[int, Paid]]]]:
    """Return several enrollments by id and what the ledger paid for each visit, by unit, in six queries."""
    names = ("enrollment", "visits", "results", "cuts", "events", "paid")
    found = _rows_of_many(session, enrollment_ids, names)
    return {of: (history_from(rows), _paid(rows["paid"])) for of, rows in found.items()}


def histories_and_ledger_states(
    session: Session, enrollment_ids: Collection[int]
) -> dict[int, tuple[EnrollmentHistory, LedgerState]]:
    """Return several enrollments by id and what the ledger paid for them, however many they are in a dozen queries."""
    found = _rows_of_many(session, enrollment_ids, tuple(_ROWS))
    histories = {of: history_from(rows) for of, rows in found.items()}
    elsewhere = received_by_enrollment(session, histories.values())
    return {of: (history, _ledger_state(found[of], elsewhere[of])) for of, history in histories.items()}


def _rows_of_many(
    session: Session, enrollment_ids: Collection[int], names: Sequence[str]
) -> dict[int, dict[str, list[Any]]]:
    """Return the rows of some of the statements, by the enrollment's id and the statement's name."""
    found: dict[int, dict[str, list[Any]]] = {of: {name: [] for name in names} for of in enrollment_ids}
    for name in names:
        for row in session.execute(_ROWS[name].of_many(enrollment_ids)):
            # Results and payments are unpacked as they come, the columns of the other rows have names.
            found[row.of][name].append(tuple(row)[:-1] if name in ("results", "paid") else row)
    return found


def history_and_paid(session: Session, enrollment_id: int) -> tuple[EnrollmentHistory, LedgerState]:
    """Return an enrollment and what was paid for its visits, for pages: nothing is settled by it. Raise `NotFound`.

    Balances and what stayed as the program's loss are not read.
    """
    rows = run_batch(
        session, {**history_queries(enrollment_id), "paid": (_OF_ONE["paid"], {"enrollment_id": enrollment_id})}
    )
    history = history_from(rows)
    return history, LedgerState(_paid(rows["paid"]), {}, received_elsewhere=received_elsewhere(session, history))


def history_from(rows: Mapping[str, list[Any]]) -> EnrollmentHistory:
    """Return the enrollment of the rows that `history_queries` returned. Raise `NotFound` where there is none."""
    if not rows["enrollment"]:
        raise NotFound(what="enrollment")
    row = rows["enrollment"][0]
    # Of several records about one visit's cut, the newest comes last.
    cuts = {cut.visit_id: Cut(cut.points, cut.scope) for cut in rows["cuts"]}
    span = span_from(row.starts_on, row.document, rows["events"], row.next_starts_on)
    return history_of(
        id=row.id,
        client_id=row.client_id,
        site_id=row.site_id,
        time_zone=row.time_zone,
        settings=settings_from(row.settings),
        first_version_id=row.schedule_version_id,
        span=span,
        records=records_by_visit(rows["visits"], rows["results"]),
        cuts={visit_id: cut for visit_id, cut in cuts.items() if cut.points},
    )


def ledger_state_from(session: Session, history: EnrollmentHistory, rows: Mapping[str, list[Any]]) -> LedgerState:
    """Return what the ledger says of an enrollment, from the rows that `ledger_queries` returned.

    What the client received elsewhere is read here, because only some schedules have a ceiling that counts it.
    """
    return _ledger_state(rows, received_elsewhere(session, history))


def _ledger_state(rows: Mapping[str, list[Any]], received: Sequence[Received]) -> LedgerState:
    return LedgerState(
        paid=_paid(rows["paid"]),
        balances={row.unit: row.balance or 0 for row in rows["balances"]},
        loss_entries=[
            LossEntry(row.transaction_id, row.because, bool(row.undone), row.unit, row.visit_id, -row.amount)
            for row in rows["losses"]
        ],
        received_elsewhere=received,
    )


_UNPAID = Paid()


def _paid(rows: list[Any]) -> dict[str, dict[int, Paid]]:
    paid: dict[str, dict[int, Paid]] = {}
    for visit_id, unit, kind, amount in rows:
        of_unit = paid.setdefault(unit, {})
        issued, received = of_unit.get(visit_id, _UNPAID)
        if kind == "issued":
            of_unit[visit_id] = Paid(issued - amount, received)
        elif kind == "client":
            of_unit[visit_id] = Paid(issued, received + amount)
    return paid
