"""A lead enters who has a key of a place where prizes and cards are kept."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.prizes.keys import check_key
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KeyHolding
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of
from cm_tracker.queries.staff.staff import everybody_at


@one_transaction
def give_key(
    session: Session, *, site_id: int, place: str, holder_id: int, from_on: date, key: str, actor: Actor, now: datetime
) -> int:
    """Enter that somebody has a key from a day on, and return the entry's id. Raise what `check_key` raises."""
    lock_site(session, site_id, "prize:manage", actor)

    def write() -> int:
        today = day_at(now, time_zone_of(session, site_id))
        check_key(place, holder_id, holder_id in everybody_at(session, site_id), from_on, today)
        holding_id = session.execute(
            insert(KeyHolding)
            .values(
                site_id=site_id,
                place=place.strip(),
                holder_id=holder_id,
                from_on=from_on,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(KeyHolding.id)
        ).scalar_one()
        note_audit(
            session,
            "key:handed-over",
            f"staff:{holder_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            from_on=from_on.isoformat(),
        )
        return holding_id

    return run_once(session, key, "give_key", [site_id, place, holder_id, from_on.isoformat()], actor, now, write)
