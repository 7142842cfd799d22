"""Which prizes may not last the day: what is on the shelf beside who is still expected."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.prizes.shelf import PACE, may_run_out
from cm_tracker.models import Enrollment, Redemption, Transaction, VisitRow
from cm_tracker.queries.day.lines import day_lines
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.prizes.by_hand import HANDED_AT
from cm_tracker.queries.staff.sites import time_zone_of


def may_not_last(session: Session, site_id: int, left: Mapping[int, int], now: datetime) -> frozenset[int]:
    """Return the ids of the prizes at a site that may not last the day. `left` has how many of each are there.

    Practice clients take none. The caller checks whether the actor may see the site. The number of statements does not
    depend on the prizes.
    """
    undo = aliased(Transaction)
    taken = session.execute(
        select(Redemption.prize_id, func.sum(Redemption.quantity))
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(Redemption.site_id == site_id, now - PACE <= HANDED_AT, undo.id.is_(None))
        .group_by(Redemption.prize_id)
    )
    handed_out = {prize_id: int(quantity) for prize_id, quantity in taken if prize_id in left}
    if not handed_out:
        return frozenset()
    today = day_at(now, time_zone_of(session, site_id))
    lines = day_lines(session, site_id, today, now)
    practice = frozenset(session.execute(practice_ids()).scalars())
    expected = len({line.person.client_id for line in lines if line.is_open} - practice)
    visits = session.execute(
        select(func.count())
        .select_from(VisitRow)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .where(
            VisitRow.site_id == site_id,
            VisitRow.recorded_at >= now - PACE,
            VisitRow.corrects_id.is_(None),
            Enrollment.client_id.not_in(practice),
        )
    ).scalar_one()
    return frozenset(
        prize_id
        for prize_id, count in handed_out.items()
        if may_run_out(left[prize_id], handed_out=count, visits=visits, expected=expected)
    )
