"""The prizes of the paper sheet: what is known of one that was given by hand before it is booked."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.day.downtime import KnownOfPrize, PaperLine, SameLine
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import ClientTransfer, DowntimeLine, Enrollment, Prize, Redemption, Site, Staff, Transaction
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
    return KnownOfPrize(
        points_for(price, point_value(session)),
        site_id,
        session.execute(select(Site.name).where(Site.id == site_id)).scalar_one(),
        _same(session, history, line.on_day, line.prize.prize_id),
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
