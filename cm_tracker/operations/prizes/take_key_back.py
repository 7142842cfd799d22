"""A lead enters that somebody gave a key back."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.prizes.keys import check_return
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KeyHolding, KeyReturn
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def take_key_back(session: Session, *, holding_id: int, until_on: date, key: str, actor: Actor, now: datetime) -> int:
    """Enter the last day on which somebody had a key, once, and return the entry's id.

    Raise what `check_return` raises, and `BadInput` where it was given back already.
    """
    holding = session.execute(
        select(KeyHolding.site_id, KeyHolding.holder_id, KeyHolding.from_on).where(KeyHolding.id == holding_id)
    ).one_or_none()
    if holding is None:
        raise NotFound(what="key")
    lock_site(session, holding.site_id, "prize:manage", actor)

    def write() -> int:
        check_return(holding.from_on, until_on, day_at(now, time_zone_of(session, holding.site_id)))
        known = select(KeyReturn.id).where(KeyReturn.holding_id == holding_id)
        if session.execute(known).first() is not None:
            raise BadInput("This key was given back already.")
        return_id = session.execute(
            insert(KeyReturn)
            .values(holding_id=holding_id, until_on=until_on, recorded_at=now, staff_id=actor.staff_id)
            .returning(KeyReturn.id)
        ).scalar_one()
        note_audit(
            session,
            "key:returned",
            f"staff:{holding.holder_id}",
            actor=actor,
            now=now,
            site_id=holding.site_id,
            until_on=until_on.isoformat(),
        )
        return return_id

    return run_once(session, key, "take_key_back", [holding_id, until_on.isoformat()], actor, now, write)
