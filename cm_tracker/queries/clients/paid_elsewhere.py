"""What a client's other enrollments were paid: for ceilings that reach across enrollments."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.schedules.schedule import Schedule
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
    """The seq of each record of an enrollment's visits, by its id."""
    rows = session.execute(
        select(VisitRow.id, LogRow.seq)
        .join(LogRow, LogRow.record == VisitRow.record)
        .where(VisitRow.enrollment_id == enrollment_id)
    )
    return {visit_id: seq for visit_id, seq in rows}


def paid_elsewhere(
    session: Session, client_id: int, enrollment_id: int, schedule: Schedule
) -> list[tuple[int, date, int]]:
    """What the client's other enrollments were paid, and what was drawn, as (seq, the day, cents).

    Only asked where a ceiling reaches across enrollments.
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
            (seq, happened_on, amount * schedule_of(document).point_value_cents)
            for seq, happened_on, amount, document in rows
        ),
        *((seq, happened_on, cents) for seq, happened_on, cents in drawn),
    ]


def drawn_in(session: Session, enrollment_id: int, schedule: Schedule) -> tuple[tuple[int, int], ...]:
    """What draws and trades of an enrollment gave, as (seq, cents). Only asked where a ceiling holds for all of it."""
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
    return tuple((seq, cents) for seq, cents in rows)


def known_then(elsewhere: Sequence[tuple[int, date, int]], day: date, seq: int | None) -> tuple[int, int]:
    """What had been paid elsewhere in a day's month and year when its visit was recorded.

    Only what the ledger held then counts: so what a visit earned never changes afterwards, and the
    ceiling holds whichever enrollment comes later. A visit without a seq is being recorded now.
    """
    month = year = 0
    for paid_seq, paid_on, cents in elsewhere:
        if paid_on.year == day.year and (seq is None or paid_seq < seq):
            year += cents
            if paid_on.month == day.month:
                month += cents
    return month, year
