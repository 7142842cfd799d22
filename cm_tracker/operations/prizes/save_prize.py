"""Add a prize to the catalog, or change one."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed, NotFound, Refused, Taken
from cm_tracker.domain.money import Cents
from cm_tracker.domain.prizes.catalog import check_prize, check_reward
from cm_tracker.domain.schedules.check import MOST_TIER
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, EntryRow, Prize
from cm_tracker.operations.steps.keep_picture import drop_unused_pictures, keep_picture
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.pictures import reencode

MOST_CENTS = Cents(1_000_000)


def save_prize(
    session: Session,
    *,
    name: str,
    name_es: str,
    category: str,
    price_cents: int,
    retail_cents: int,
    is_active: bool,
    tier: str | None = None,
    description: str = "",
    description_es: str = "",
    site_id: int | None = None,
    limit_count: int | None = None,
    limit_days: int | None = None,
    is_serial: bool = False,
    picture: bytes | None = None,
    drops_picture: bool = False,
    is_checked: bool = False,
    actor: Actor,
    now: datetime,
    prize_id: int | None = None,
) -> int:
    """Change a prize, or add a new one where `prize_id` is None. Return the prize's id.

    A prize with a `tier` can be chosen for a slip of that tier. A prize with a `site_id` is handed out at that site
    only. A prize that `is_serial` consists of cards, each booked in by its last four digits; this cannot change after
    the first delivery. `picture` is the file that was sent: it is decoded and drawn again, so that nothing but the
    picture is stored. Without a file the picture stays, unless `drops_picture`. Redemptions keep their old price.

    Raise `NeverAReward` for a category that may never be a reward, `Taken` for a name of another prize, and
    `BadInput`. Raise `PrizeToCheck` for a price far from the retail value or a name that sounds like something
    forbidden, unless somebody has checked it (`is_checked`) or it was saved before.
    """
    if not actor.may("prize:manage"):
        raise NotAllowed(roles=actor.roles)
    name = name.strip()
    refusals = AllRefusals()
    limit = image = None
    with refusals:
        if not name or len(name) > 120:
            raise BadInput("A prize needs a name of up to 120 characters.", "name")
    with refusals:
        limit = check_reward(category, limit_count, limit_days)
    with refusals:
        if not 1 <= price_cents <= MOST_CENTS:
            raise BadInput(
                "The price must be between %(least)s and %(most)s.", "price", least=Cents(1), most=MOST_CENTS
            )
    with refusals:
        if not 0 <= retail_cents <= MOST_CENTS:
            raise BadInput(
                "The retail value must be between %(least)s and %(most)s.", "retail", least=Cents(0), most=MOST_CENTS
            )
    with refusals:
        if tier is not None and not 1 <= len(tier) <= MOST_TIER:
            raise BadInput("A tier has a name of up to %(most)s characters.", "tier", most=MOST_TIER)
    with refusals:
        if max(len(description), len(description_es)) > 300:
            raise BadInput("A description has up to 300 characters.", "description")
    with refusals:
        # Before anything is locked, because drawing takes a while.
        image = reencode(picture) if picture else None
    values: dict[str, Any] = {
        "name": name,
        "name_es": name_es.strip()[:120] or None,
        "category": category,
        "price_cents": price_cents,
        "retail_cents": retail_cents,
        "is_active": is_active,
        "tier": tier,
        "description": description.strip() or None,
        "description_es": description_es.strip() or None,
        "site_id": site_id,
        "limit_count": limit.count if limit else None,
        "limit_days": limit.days if limit else None,
        "is_serial": is_serial,
    }
    changes_picture = image is not None or drops_picture
    return _save(session, values, image, changes_picture, prize_id, is_checked, refusals.found, actor=actor, now=now)


@one_transaction
def _save(
    session: Session,
    values: dict[str, Any],
    image: bytes | None,
    changes_picture: bool,
    prize_id: int | None,
    is_checked: bool,
    found: tuple[Refused, ...],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    refusals = AllRefusals(found)
    with refusals:
        _check_site(session, values["site_id"], prize_id, actor)
    with refusals:
        _check_serial(session, values["is_serial"], prize_id)
    with refusals:
        name = values["name"]
        same_name = session.execute(select(Prize.id).where(Prize.name == name)).scalar_one_or_none()
        if same_name not in (None, prize_id):
            raise Taken(what="name", value=name, field="name")
    refusals.raise_any()
    if not is_checked and not _is_saved(session, values, prize_id):
        check_prize((name, values["name_es"] or ""), values["price_cents"], values["retail_cents"])
    if changes_picture:
        values["picture"] = keep_picture(session, image)
    if prize_id is None:
        tag = "prize:added"
        prize_id = session.execute(insert(Prize).values(created_at=now, **values).returning(Prize.id)).scalar_one()
    else:
        tag = "prize:changed"
        changed = session.execute(update(Prize).where(Prize.id == prize_id).values(**values).returning(Prize.id))
        if changed.first() is None:
            raise NotFound(what="prize")
    if changes_picture:
        drop_unused_pictures(session)
    keep_states(session, f"prize:{prize_id}")
    note_audit(
        session,
        tag,
        f"prize:{prize_id}",
        actor=actor,
        now=now,
        price_cents=values["price_cents"],
        retail_cents=values["retail_cents"],
        site=values["site_id"],
        limit_count=values["limit_count"],
        limit_days=values["limit_days"],
    )
    return prize_id


def _check_site(session: Session, site_id: int | None, prize_id: int | None, actor: Actor) -> None:
    """Check that the actor reaches the prize's old and new site, and that no other site had any of its items."""
    was_at = None
    if prize_id is not None:
        row = session.execute(select(Prize.site_id).where(Prize.id == prize_id).with_for_update()).one_or_none()
        was_at = row.site_id if row else None
    for at in (site_id, was_at):
        if at is not None and not actor.reaches(at):
            raise NotFound(what="site" if at == site_id else "prize")
    if site_id is not None and prize_id is not None:
        # Also where none is left there: an item that was handed out may come back onto that shelf.
        elsewhere = (
            select(EntryRow.id)
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .where(AccountRow.prize_id == prize_id, AccountRow.kind == "cabinet", AccountRow.site_id != site_id)
        )
        if session.execute(elsewhere.limit(1)).first() is not None:
            raise BadInput("Some were delivered to another site. Put a new prize into the catalog instead.", "site_id")


def _is_saved(session: Session, values: dict[str, Any], prize_id: int | None) -> bool:
    """Return whether the prize has this name, price and retail value already, so that nobody is asked again."""
    same = select(Prize.id).where(
        Prize.id == prize_id,
        Prize.name == values["name"],
        Prize.name_es.is_not_distinct_from(values["name_es"]),
        Prize.price_cents == values["price_cents"],
        Prize.retail_cents == values["retail_cents"],
    )
    return session.execute(same).first() is not None


def _check_serial(session: Session, is_serial: bool, prize_id: int | None) -> None:
    changes = select(Prize.id).where(Prize.id == prize_id, Prize.is_serial.is_not(is_serial))
    entries = (
        select(EntryRow.id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.prize_id == prize_id)
    )
    if session.execute(changes.where(entries.exists())).first() is not None:
        raise BadInput("Some were delivered already. Put a new prize into the catalog instead.", "is_serial")
