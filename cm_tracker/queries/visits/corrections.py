"""What the domain needs in order to decide about a new visit or a correction."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import SpecimenHolder
from cm_tracker.domain.visits.settling import LedgerState, PaidByRecord
from cm_tracker.models import AccountRow, EntryRow, Transaction, VisitClaim, VisitRow
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.enrollments import enrollment_of, history_and_ledger_state


class VisitContext(NamedTuple):
    """An enrollment at the actor's sites, and what the ledger paid for it."""

    history: EnrollmentHistory
    ledger_state: LedgerState


def visit_context(session: Session, actor: Actor, enrollment_id: int) -> VisitContext:
    """Return the context for a new visit of an enrollment. Raise `NotFound` for an enrollment of another site."""
    history, ledger_state = history_and_ledger_state(session, enrollment_id)
    if not actor.reaches(history.site_id):
        raise NotFound(what="visit")
    return VisitContext(history, ledger_state)


def correction_context(session: Session, actor: Actor, visit_id: int) -> VisitContext:
    """Return the context for a correction of a visit, by the id of any of its records. Raise `NotFound`."""
    return visit_context(session, actor, enrollment_of(session, visit_id))


def specimen_holder(session: Session, site_id: int, visit: CurrentVisit) -> SpecimenHolder | None:
    """Return the other visit of the site that already has the specimen id of a proposed visit, or None."""
    if visit.specimen_id is None or not visit.is_current:
        return None
    parameters = {"claim": f"specimen:{site_id}:{visit.specimen_id}", "newest_id": visit.newest_id}
    return next((SpecimenHolder(row.id, row.happened_on) for row in _CLAIMED(session, parameters)), None)


def paid_by_record(session: Session, enrollment_id: int, record_id: int) -> PaidByRecord:
    """Return what was paid to the client because of one record of a visit. An undo takes this back."""
    rows = session.execute(
        select(EntryRow.unit, EntryRow.visit_id, func.sum(EntryRow.amount))
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(
            VisitRow.enrollment_id == enrollment_id,
            AccountRow.kind == "client",
            Transaction.because == f"visit:{record_id}",
        )
        .group_by(EntryRow.unit, EntryRow.visit_id)
    )
    paid: dict[str, dict[int, int]] = {}
    for unit, visit_id, amount in rows:
        if visit_id is not None and amount > 0:
            paid.setdefault(unit, {})[visit_id] = int(amount)
    return paid


_CLAIMED_COLUMNS = (table(VisitRow).c.id, table(VisitRow).c.happened_on)
_CLAIMED = Prepared(
    select(*_CLAIMED_COLUMNS)
    .join(table(VisitClaim), table(VisitClaim).c.visit_id == table(VisitRow).c.id)
    .where(table(VisitClaim).c.claim == bindparam("claim"), table(VisitRow).c.id != bindparam("newest_id")),
    columns=_CLAIMED_COLUMNS,
)
