"""A lead changes the limits of a source of money from a day on, what may be bought, or closes it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.funding.sources import check_terms
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import FundingSource
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_terms import write_terms
from cm_tracker.queries.staff.sites import earliest_today


@one_transaction
def set_terms(
    session: Session,
    *,
    source_id: int,
    from_on: date,
    client_cents: int | None,
    total_cents: int | None,
    buys: str,
    is_closed: bool,
    key: str,
    actor: Actor,
    now: datetime,
    budget_cents: int | None = None,
) -> int:
    """Add terms to a source, which hold from a day on, and return their id. Earlier terms stay.

    Raise what `check_terms` raises.
    """
    if not actor.may("funding:manage"):
        raise NotAllowed(roles=actor.roles)
    if session.execute(select(FundingSource.id).where(FundingSource.id == source_id)).first() is None:
        raise NotFound(what="funding source")

    def write() -> int:
        check_terms(client_cents, total_cents, buys, from_on, earliest_today(session, now), budget_cents)
        return write_terms(
            session,
            "funding:changed",
            source_id,
            from_on=from_on,
            client_cents=client_cents,
            total_cents=total_cents,
            budget_cents=budget_cents,
            buys=buys,
            is_closed=is_closed,
            actor=actor,
            now=now,
        )

    content = [source_id, from_on.isoformat(), client_cents, total_cents, buys, is_closed, budget_cents]
    return run_once(session, key, "set_terms", content, actor, now, write)
