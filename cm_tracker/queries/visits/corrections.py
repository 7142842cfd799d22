"""What the domain needs in order to decide about a new visit or a correction."""

from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import Account, Entry
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import SpecimenHolder
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.domain.visits.undoing import SavedTogether, Undone, saved_together
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    ClientMerge,
    ClientTransfer,
    Draw,
    Enrollment,
    EnrollmentEventRow,
    EntryRow,
    LogRow,
    Transaction,
    VisitClaim,
    VisitRow,
)
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.enrollments import enrollment_of, history_and_ledger_state
from cm_tracker.queries.clients.main_records import records_of


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
    """Return the other visit of the site that already has a specimen id of a proposed visit, or None."""
    if not visit.is_current:
        return None
    for specimen_id in visit.specimen_ids:
        parameters = {"claim": f"specimen:{site_id}:{specimen_id}", "newest_id": visit.newest_id}
        for row in _CLAIMED(session, parameters):
            return SpecimenHolder(specimen_id, row.id, row.happened_on)
    return None


class UndoneRecord(NamedTuple):
    """What an undo of a visit's newest record rests on.

    `is_newest` says whether nothing else was settled, adjusted, drawn or merged for the client after it and what was saved
    together with it.
    """

    undoes: Undone
    is_newest: bool


def undone_record(session: Session, history: EnrollmentHistory, visit: CurrentVisit) -> UndoneRecord:
    """Return what an undo of a visit's newest record rests on."""
    together = saved_together(history, visit)
    rows = session.execute(
        select(
            AccountRow.kind,
            AccountRow.unit,
            AccountRow.client_id,
            AccountRow.site_id,
            AccountRow.prize_id,
            EntryRow.amount,
            EntryRow.visit_id,
        )
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(Transaction.because.in_(together.settled_because), Transaction.client_id == history.client_id)
        .order_by(EntryRow.transaction_id, EntryRow.position)
    )
    posted: dict[str, list[Entry]] = {}
    for row in rows:
        account = Account(row.kind, row.unit, row.client_id, row.site_id, row.prize_id)
        posted.setdefault(row.unit, []).append(Entry(account, row.amount, row.visit_id))
    undoes = Undone(posted, _moved_since(session, history, together), together)
    return UndoneRecord(undoes, is_newest_of_client(session, history, visit))


def _moved_since(session: Session, history: EnrollmentHistory, together: SavedTogether) -> dict[str, int]:
    """Return what else came into the client's account since some records were saved, by unit."""
    if not together.staying:
        return {}
    seq = select(LogRow.seq).where(LogRow.record == f"visit:{min(together.settled_by)}").scalar_subquery()
    rows = session.execute(
        select(AccountRow.unit, func.sum(EntryRow.amount).label("amount"))
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .where(
            AccountRow.kind == "client",
            AccountRow.client_id == history.client_id,
            LogRow.seq > seq,
            or_(Transaction.because.is_(None), Transaction.because.not_in(together.settled_because)),
        )
        .group_by(AccountRow.unit)
    )
    return {row.unit: int(row.amount) for row in rows}


def is_newest_of_client(session: Session, history: EnrollmentHistory, visit: CurrentVisit) -> bool:
    """Return whether nothing was settled, adjusted, drawn, paused, moved, ended, merged or transferred for a client after a visit's newest record.

    What was saved together with it, and an undo of that, does not count.
    """
    seq = select(LogRow.seq).where(LogRow.record == f"visit:{visit.newest_id}").scalar_subquery()
    records = records_of(history.client_id)
    of_visits = (
        select(LogRow.seq)
        .join(VisitRow, VisitRow.record == LogRow.record)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .where(Enrollment.client_id.in_(records), VisitRow.id.not_in(sorted(saved_together(history, visit).record_ids)))
    )
    of_events = (
        select(LogRow.seq)
        .join(EnrollmentEventRow, EnrollmentEventRow.record == LogRow.record)
        .join(Enrollment, Enrollment.id == EnrollmentEventRow.enrollment_id)
        .where(Enrollment.client_id.in_(records))
    )
    others = (
        select(LogRow.seq).join(of, of.record == LogRow.record).where(column.in_(records))
        for of, column in (
            (Adjustment, Adjustment.client_id),
            (Draw, Draw.client_id),
            (ClientMerge, ClientMerge.into_client_id),
            (ClientTransfer, ClientTransfer.client_id),
        )
    )
    return not session.execute(
        select(exists(union_all(*(query.where(LogRow.seq > seq) for query in (of_visits, of_events, *others)))))
    ).scalar_one()


_CLAIMED_COLUMNS = (table(VisitRow).c.id, table(VisitRow).c.happened_on)
_CLAIMED = Prepared(
    select(*_CLAIMED_COLUMNS)
    .join(table(VisitClaim), table(VisitClaim).c.visit_id == table(VisitRow).c.id)
    .where(table(VisitClaim).c.claim == bindparam("claim"), table(VisitRow).c.id != bindparam("newest_id")),
    columns=_CLAIMED_COLUMNS,
)
