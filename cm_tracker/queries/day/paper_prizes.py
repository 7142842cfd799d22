"""The prizes of the paper sheet: what is known of one that was given by hand before it is booked."""

from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.downtime import KnownOfPrize, MissingItems, PaperLine, SameLine
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import cabinet_account
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import (
    AccountRow,
    ClientTransfer,
    CountRound,
    CountSignature,
    DowntimeLine,
    Enrollment,
    EntryRow,
    Prize,
    Redemption,
    Site,
    Staff,
    StockCount,
    Transaction,
)
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.views import view_of

_UNDO = aliased(Transaction)


def site_on(session: Session, history: EnrollmentHistory, day: date) -> int:
    """Return the site to which the client of an enrollment belonged on a day: its cabinet was the one at hand."""
    of_enrollment = select(Enrollment.client_id).where(Enrollment.id == history.id).scalar_subquery()
    left = session.execute(
        select(ClientTransfer.site_id)
        .where(ClientTransfer.client_id.in_((history.client_id, of_enrollment)), ClientTransfer.first_day > day)
        .order_by(ClientTransfer.first_day, ClientTransfer.id)
        .limit(1)
    ).scalar_one_or_none()
    return left if left is not None else history.site_id


def prizes_by_hand(session: Session, actor: Actor, enrollment_id: int, day: date) -> tuple[PrizeLine, ...]:
    """Return the prizes that may have been given by hand on a day, the cheapest first; cards with numbers never are.

    They are those of the site to which the client belonged on that day, where the actor works there. The caller checks
    whether the actor may see the enrollment.
    """
    history = enrollment_history(session, enrollment_id)
    there = site_on(session, history, day)
    site_id = there if actor.may("visit:record", there) else history.site_id
    return tuple(prize for prize in catalog_at(session, actor, site_id) if not prize.is_serial)


def known_of_prize(session: Session, history: EnrollmentHistory, line: PaperLine) -> KnownOfPrize | None:
    """Return what is known of the prize of a line, None for a line without one. Raise `NotFound`."""
    if line.prize is None:
        return None
    price = session.execute(select(Prize.price_cents).where(Prize.id == line.prize.prize_id)).scalar_one_or_none()
    if price is None:
        raise NotFound(what="prize")
    site_id = site_on(session, history, line.on_day)
    given_after = line.given_after(history.time_zone)
    return KnownOfPrize(
        points_for(price, point_value(session)),
        site_id,
        session.execute(select(Site.name).where(Site.id == site_id)).scalar_one(),
        _same(session, history, line.on_day, line.prize.prize_id),
        _missing(session, site_id, line.prize.prize_id, given_after),
        _is_being_counted(session, site_id, given_after),
    )


def _same(session: Session, history: EnrollmentHistory, day: date, prize_id: int) -> tuple[SameLine, ...]:
    rows = session.execute(
        select(DowntimeLine.id, Redemption.quantity, DowntimeLine.recorded_at, Staff.display_name.label("typed_by"))
        .join(Redemption, Redemption.id == DowntimeLine.redemption_id)
        .outerjoin(Staff, Staff.id == DowntimeLine.staff_id)
        .outerjoin(_UNDO, _UNDO.undoes_id == Redemption.transaction_id)
        .where(
            DowntimeLine.on_day == day,
            Redemption.client_id.in_(records_of(history.client_id)),
            Redemption.prize_id == prize_id,
            _UNDO.id.is_(None),
        )
        .order_by(DowntimeLine.id)
    )
    return tuple(view_of(SameLine, row) for row in rows)


def _missing(session: Session, site_id: int, prize_id: int, given_at: datetime) -> MissingItems | None:
    """Return what the first signed count after an instant has found missing of a prize and nobody has found again."""
    quantity = (-func.sum(EntryRow.amount)).label("quantity")
    row = session.execute(
        select(CountSignature.record, StockCount.recorded_at, quantity)
        .join(StockCount, StockCount.id == CountSignature.count_id)
        .join(
            Transaction,
            or_(Transaction.id == CountSignature.transaction_id, Transaction.because == CountSignature.record),
        )
        .join(EntryRow, EntryRow.transaction_id == Transaction.id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(
            CountSignature.site_id == site_id,
            StockCount.recorded_at > given_at,
            AccountRow.key == cabinet_account(site_id, prize_id).key,
        )
        .group_by(CountSignature.id, CountSignature.record, StockCount.recorded_at)
        .having(quantity > 0)
        .order_by(CountSignature.id)
        .limit(1)
    ).one_or_none()
    return MissingItems(row.record, row.recorded_at, int(row.quantity)) if row is not None else None


def _is_being_counted(session: Session, site_id: int, given_at: datetime) -> bool:
    """Return whether the cabinet of a site was counted after an instant in a round that is still open."""
    counted = exists().where(
        StockCount.round_id == CountRound.id,
        CountRound.site_id == site_id,
        CountRound.ended_at.is_(None),
        StockCount.recorded_at > given_at,
    )
    return bool(session.execute(select(counted)).scalar_one())
