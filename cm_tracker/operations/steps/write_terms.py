"""Write the terms of a source of money from a day on."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import FundingTerms
from cm_tracker.operations.steps.note_audit import note_audit


def write_terms(
    session: Session,
    tag: str,
    source_id: int,
    *,
    from_on: date,
    client_cents: int | None,
    total_cents: int | None,
    budget_cents: int | None,
    buys: str,
    is_closed: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Add terms to a source, note it on the audit trail, and return their id. The caller has checked them."""
    terms_id = session.execute(
        insert(FundingTerms)
        .values(
            source_id=source_id,
            from_on=from_on,
            client_cents=client_cents,
            total_cents=total_cents,
            budget_cents=budget_cents,
            buys=buys.strip(),
            is_closed=is_closed,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(FundingTerms.id)
    ).scalar_one()
    note_audit(
        session,
        tag,
        f"funding_source:{source_id}",
        actor=actor,
        now=now,
        from_on=from_on.isoformat(),
        client_cents=client_cents,
        total_cents=total_cents,
        budget_cents=budget_cents,
        is_closed=is_closed,
    )
    return terms_id
