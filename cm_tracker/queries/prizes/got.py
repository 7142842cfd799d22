"""When clients got something in their hands or drew it, for measures of how soon a reward followed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, select, union_all
from sqlalchemy.orm import aliased

from cm_tracker.models import Draw, Handover, Redemption, Transaction
from cm_tracker.queries.prizes.by_hand import HANDED_AT


def got_between(
    since: datetime, until: datetime, whose: Callable[[Any], ColumnElement[bool]]
) -> CompoundSelect[tuple[int, datetime]]:
    """Return a statement with the records of clients and the instants, from one on and before another.

    A slip counts when it is drawn, a prize when it is handed out, and one that was set aside when it is handed over. What was
    given by hand counts when it was given. What was undone does not count. `whose` is a condition on the client or on the
    site of a `Draw`, a `Redemption` or a `Handover`.
    """
    undo = aliased(Transaction)
    drawn = select(Draw.client_id, Draw.recorded_at.label("at")).where(
        whose(Draw), Draw.recorded_at >= since, Draw.recorded_at < until
    )
    handed_out = (
        select(Redemption.client_id, HANDED_AT.label("at"))
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(
            whose(Redemption),
            Redemption.way.is_(None),
            undo.id.is_(None),
            since <= HANDED_AT,
            until > HANDED_AT,
            # A prize is never typed before it was given.
            Redemption.recorded_at >= since,
        )
    )
    handed_over = (
        select(Handover.client_id, Handover.recorded_at.label("at"))
        .join(Redemption, Redemption.id == Handover.redemption_id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(whose(Handover), undo.id.is_(None), Handover.recorded_at >= since, Handover.recorded_at < until)
    )
    return union_all(drawn, handed_out, handed_over)
