"""A lead enters a source of money for rewards, with its first terms."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, NotAllowed, Taken
from cm_tracker.domain.funding.sources import FirstDay, check_source, check_terms
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import FundingSource
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.write_terms import write_terms
from cm_tracker.queries.staff.sites import earliest_today


@one_transaction
def add_source(
    session: Session,
    *,
    name: str,
    kind: str,
    first_day: FirstDay | None,
    from_on: date,
    client_cents: int | None,
    total_cents: int | None,
    buys: str,
    key: str,
    actor: Actor,
    now: datetime,
    budget_cents: int | None = None,
) -> int:
    """Add a source and return its id. It belongs to the whole program; without a `first_day` it has no year.

    Raise what `check_source` and `check_terms` raise, and `Taken` for the name of another source.
    """
    if not actor.may("funding:manage"):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        named = name.strip()
        refusals = AllRefusals()
        with refusals:
            check_source(named, kind, first_day)
        with refusals:
            check_terms(client_cents, total_cents, buys, from_on, earliest_today(session, now), budget_cents)
        with refusals:
            if session.execute(select(FundingSource.id).where(FundingSource.name == named)).first() is not None:
                raise Taken(what="name", value=named, field="name")
        refusals.raise_any()
        month, day = first_day or (None, None)
        source_id = session.execute(
            insert(FundingSource)
            .values(name=named, kind=kind, year_month=month, year_day=day, created_at=now, staff_id=actor.staff_id)
            .returning(FundingSource.id)
        ).scalar_one()
        write_terms(
            session,
            "funding:added",
            source_id,
            from_on=from_on,
            client_cents=client_cents,
            total_cents=total_cents,
            budget_cents=budget_cents,
            buys=buys,
            is_closed=False,
            actor=actor,
            now=now,
        )
        return source_id

    content = [name, kind, list(first_day or ()), from_on.isoformat(), client_cents, total_cents, buys, budget_cents]
    return run_once(session, key, "add_source", content, actor, now, write)
