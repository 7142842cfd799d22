"""What a client was paid outside one enrollment, for ceilings that span several enrollments."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.visits.history import DrawnValue, PaidElsewhere
from cm_tracker.models import (
    AccountRow,
    Commitment,
    Draw,
    Enrollment,
    EntryRow,
    LogRow,
    ScheduleVersion,
    Trade,
    Transaction,
    VisitRow,
)
from cm_tracker.queries.schedules.documents import schedule_of


def seqs_of(session: Session, enrollment_id: int) -> dict[int, int]:
    """Return the place in the log of each record of an enrollment's visits, by the record's id."""
    rows = session.execute(
        select(VisitRow.id, LogRow.seq)
        .join(LogRow, LogRow.record == VisitRow.record)
        .where(VisitRow.enrollment_id == enrollment_id)
    )
    return {visit_id: seq for visit_id, seq in rows}


def paid_elsewhere(session: Session, client_id: int, enrollment_id: int, schedule: Schedule) -> list[PaidElsewhere]:
    """Return what the client's other enrollments were paid, and the value of the client's draws and trades.

    Nothing is queried unless the schedule has a ceiling for the month or the calendar year, which counts these.
    """
    if not any(ceiling.scope in ("month", "calendar_year") for ceiling in schedule.ceilings):
        return []
    other = aliased(Enrollment)
    rows = session.execute(
        select(LogRow.seq, VisitRow.happened_on, EntryRow.amount, ScheduleVersion.document)
        .select_from(EntryRow)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(other, other.id == VisitRow.enrollment_id)
        .join(ScheduleVersion, ScheduleVersion.id == other.schedule_version_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .where(
            other.client_id == client_id,
            other.id != enrollment_id,
            AccountRow.kind == "client",
            EntryRow.unit == "points",
        )
    )
    drawn = session.execute(
        select(LogRow.seq, Draw.happened_on, Draw.given_cents)
        .join(LogRow, LogRow.record == Draw.record)
        .where(Draw.client_id == client_id, Draw.given_cents > 0)
        .union_all(
            select(LogRow.seq, Trade.happened_on, Trade.cents)
            .join(LogRow, LogRow.record == Trade.record)
            .where(Trade.client_id == client_id)
        )
    )
    return [
        *(
            PaidElsewhere(seq, happened_on, amount * schedule_of(document).point_value_cents)
            for seq, happened_on, amount, document in rows
        ),
        *(PaidElsewhere(seq, happened_on, cents) for seq, happened_on, cents in drawn),
    ]


def drawn_in(session: Session, enrollment_id: int, schedule: Schedule) -> tuple[DrawnValue, ...]:
    """Return the value of an enrollment's draws and trades. Nothing is queried without a ceiling for the enrollment."""
    if schedule.bowl is None or not any(ceiling.scope == "enrollment" for ceiling in schedule.ceilings):
        return ()
    rows = session.execute(
        select(LogRow.seq, Draw.given_cents)
        .join(LogRow, LogRow.record == Draw.record)
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .where(Commitment.enrollment_id == enrollment_id, Draw.given_cents > 0)
        .union_all(
            select(LogRow.seq, Trade.cents)
            .join(LogRow, LogRow.record == Trade.record)
            .where(Trade.enrollment_id == enrollment_id)
        )
    )
    return tuple(DrawnValue(seq, cents) for seq, cents in rows)
