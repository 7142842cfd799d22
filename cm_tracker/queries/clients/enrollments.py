"""Read an enrollment: its schedule, every record of its visits, and what the ledger paid for them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.visits.history import EnrollmentHistory, history_of, records_by_visit
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.models import AccountRow, Client, Enrollment, EntryRow, ScheduleVersion, Site, VisitResult, VisitRow
from cm_tracker.prepared import Batch, Prepared, run_batch
from cm_tracker.queries.clients.paid_elsewhere import drawn_in, paid_elsewhere, seqs_of
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.staff.site_settings import settings_from

# These statements run for every recorded visit, so they are compiled only once, over plain tables.
_ENROLLMENTS, _CLIENTS, _SITES, _VERSIONS = table(Enrollment), table(Client), table(Site), table(ScheduleVersion)
_VISIT, _ENTRY, _ACCOUNT, _RESULT = table(VisitRow), table(EntryRow), table(AccountRow), table(VisitResult)
_ENROLLMENT_COLUMNS = (
    _ENROLLMENTS.c.id,
    _ENROLLMENTS.c.client_id,
    _ENROLLMENTS.c.starts_on,
    _ENROLLMENTS.c.schedule_version_id,
    _CLIENTS.c.site_id,
    _SITES.c.time_zone,
    _SITES.c.settings,
    _VERSIONS.c.document,
)
_ENROLLMENT = Prepared(
    select(*_ENROLLMENT_COLUMNS)
    .select_from(_ENROLLMENTS)
    .join(_CLIENTS, _CLIENTS.c.id == _ENROLLMENTS.c.client_id)
    .join(_SITES, _SITES.c.id == _CLIENTS.c.site_id)
    .join(_VERSIONS, _VERSIONS.c.id == _ENROLLMENTS.c.schedule_version_id)
    .where(_ENROLLMENTS.c.id == bindparam("enrollment_id")),
    columns=_ENROLLMENT_COLUMNS,
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
    columns=_VISITS_COLUMNS,
)
_RESULTS_COLUMNS = (_RESULT.c.visit_id, _RESULT.c.analyte, _RESULT.c.result)
_RESULTS = Prepared(
    select(*_RESULTS_COLUMNS)
    .join(_VISIT, _VISIT.c.id == _RESULT.c.visit_id)
    .where(_VISIT.c.enrollment_id == bindparam("enrollment_id")),
    columns=_RESULTS_COLUMNS,
)
_PAID_COLUMNS = (_ENTRY.c.visit_id, _ENTRY.c.unit, _ACCOUNT.c.kind, _ENTRY.c.amount)
_PAID = Prepared(
    select(*_PAID_COLUMNS)
    .join(_ACCOUNT, _ACCOUNT.c.id == _ENTRY.c.account_id)
    .join(_VISIT, _VISIT.c.id == _ENTRY.c.visit_id)
    .where(_VISIT.c.enrollment_id == bindparam("enrollment_id")),
    columns=_PAID_COLUMNS,
)
_BALANCES_COLUMNS = (_ACCOUNT.c.unit, _ACCOUNT.c.balance)
_BALANCES = Prepared(
    select(*_BALANCES_COLUMNS)
    .join(_ENROLLMENTS, _ENROLLMENTS.c.client_id == _ACCOUNT.c.client_id)
    .where(_ENROLLMENTS.c.id == bindparam("enrollment_id"), _ACCOUNT.c.kind == "client"),
    columns=_BALANCES_COLUMNS,
)


def enrollment_of(session: Session, visit_id: int) -> int:
    """Return the id of the enrollment of a visit, by the id of any record of it. Raise `NotFound`."""
    enrollment_id = session.execute(select(VisitRow.enrollment_id).where(VisitRow.id == visit_id)).scalar_one_or_none()
    if enrollment_id is None:
        raise NotFound(what="visit")
    return enrollment_id


def history_queries(enrollment_id: int) -> Batch:
    """Return the statements whose rows `history_from` reads. The caller runs them in a batch."""
    parameters = {"enrollment_id": enrollment_id}
    return {
        "enrollment": (_ENROLLMENT, parameters),
        "visits": (_VISITS, parameters),
        "results": (_RESULTS, parameters),
    }


def ledger_queries(enrollment_id: int) -> Batch:
    """Return the statements whose rows `ledger_state_from` reads."""
    parameters = {"enrollment_id": enrollment_id}
    return {"paid": (_PAID, parameters), "balances": (_BALANCES, parameters)}


def enrollment_history(session: Session, enrollment_id: int) -> EnrollmentHistory:
    """Return an enrollment by id. Raise `NotFound`. The caller checks whether the actor may see its site."""
    return history_from(session, run_batch(session, history_queries(enrollment_id)))


def history_and_ledger_state(session: Session, enrollment_id: int) -> tuple[EnrollmentHistory, LedgerState]:
    """Return an enrollment and what the ledger paid for it, in one round trip. Raise `NotFound`."""
    rows = run_batch(session, {**history_queries(enrollment_id), **ledger_queries(enrollment_id)})
    return history_from(session, rows), ledger_state_from(rows)


def history_from(session: Session, rows: Mapping[str, list[Any]]) -> EnrollmentHistory:
    """Return the enrollment from the rows of `history_queries`. Raise `NotFound` if there is none.

    What the client was paid outside this enrollment is queried here, because only some ceilings count it.
    """
    if not rows["enrollment"]:
        raise NotFound(what="enrollment")
    row = rows["enrollment"][0]
    schedule = schedule_of(row.document)
    elsewhere = paid_elsewhere(session, row.client_id, row.id, schedule)
    drawn = drawn_in(session, row.id, schedule)
    return history_of(
        id=row.id,
        client_id=row.client_id,
        site_id=row.site_id,
        time_zone=row.time_zone,
        settings=settings_from(row.settings),
        starts_on=row.starts_on,
        version_id=row.schedule_version_id,
        schedule=schedule,
        records=records_by_visit(rows["visits"], rows["results"]),
        paid_elsewhere=elsewhere,
        drawn=drawn,
        seqs=seqs_of(session, row.id) if elsewhere or drawn else {},
    )


def ledger_state_from(rows: Mapping[str, list[Any]]) -> LedgerState:
    """Return what the ledger paid for an enrollment and the client's balances, from the rows of `ledger_queries`."""
    return LedgerState(_paid(rows["paid"]), {row.unit: row.balance or 0 for row in rows["balances"]})


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
