"""Put a prize into the catalog, or change one."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, Taken
from cm_tracker.domain.prizes import CATEGORIES, RESTRICTED
from cm_tracker.domain.roles import Actor
from cm_tracker.domain.schedule_check import MOST_TIER
from cm_tracker.models import Prize
from cm_tracker.operations.note_audit import note_audit

MOST_POINTS = 1_000_000


@one_transaction
def save_prize(
    session: Session,
    *,
    name: str,
    name_es: str,
    category: str,
    price_points: int,
    retail_cents: int,
    is_active: bool,
    tier: str | None = None,
    actor: Actor,
    now: datetime,
    prize_id: int | None = None,
) -> int:
    """Save a prize; a new one without `prize_id`. Answers the prize's id.

    `tier` makes it one that can be chosen for a slip of that tier. Refuses categories that may never be
    a reward by name. What was redeemed keeps its old price.
    """
    if not actor.may("prize:manage"):
        raise NotAllowed(role=actor.role)
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("A prize needs a name of up to 120 characters.", "name")
    if category in RESTRICTED:
        raise BadInput(f"{category.replace('_', ' ').capitalize()} may never be a reward.", "category")
    if category not in CATEGORIES:
        raise BadInput("Choose one of the categories.", "category")
    if not 1 <= price_points <= MOST_POINTS:
        raise BadInput(f"The price must be a whole number of points from 1 to {MOST_POINTS:,}.", "price_points")
    if not 0 <= retail_cents <= MOST_POINTS:
        raise BadInput("The retail value must be between $0 and $10,000.", "retail")
    if tier is not None and not 1 <= len(tier) <= MOST_TIER:
        raise BadInput(f"A tier has a name of up to {MOST_TIER} characters.", "tier")
    same_name = session.execute(select(Prize.id).where(Prize.name == name)).scalar_one_or_none()
    if same_name not in (None, prize_id):
        raise Taken(what="name", value=name)
    values = {
        "name": name,
        "name_es": name_es.strip()[:120] or None,
        "category": category,
        "price_points": price_points,
        "retail_cents": retail_cents,
        "is_active": is_active,
        "tier": tier,
    }
    if prize_id is None:
        tag = "prize:added"
        prize_id = session.execute(insert(Prize).values(created_at=now, **values).returning(Prize.id)).scalar_one()
    else:
        tag = "prize:changed"
        changed = session.execute(update(Prize).where(Prize.id == prize_id).values(**values).returning(Prize.id))
        if changed.first() is None:
            raise NotFound(what="prize")
    note_audit(
        session, tag, f"prize:{prize_id}", actor=actor, now=now, price_points=price_points, retail_cents=retail_cents
    )
    return prize_id
