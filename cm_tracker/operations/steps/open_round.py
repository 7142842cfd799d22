"""Find the open round of counts at a site, or begin one, and lock it: one writer at a time decides about a round."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountCheck, CountRound, StockCount
from cm_tracker.operations.steps.note_audit import note_audit


@dataclass(frozen=True, slots=True)
class LockedRound:
    """An open round, locked. `has_counts` and `is_checked` say how far it is."""

    id: int
    site_id: int
    has_counts: bool
    is_checked: bool


def open_round(session: Session, site_id: int, *, actor: Actor, now: datetime) -> LockedRound:
    """Return the open round of a site, locked. Begin one, and note it, where there is none."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # Of two people who begin at once, the second waits here for the first to commit, and joins their round.
    new_id = session.execute(
        dialect.insert(table(CountRound))
        .values(site_id=site_id, began_at=now, began_by_id=actor.staff_id, ended_at=None, ended=None)
        .on_conflict_do_nothing()
        .returning(table(CountRound).c.id)
    ).scalar_one_or_none()
    if new_id is not None:
        note_audit(session, "count:started", f"count_round:{new_id}", actor=actor, now=now, site_id=site_id)
    found = lock_round(session, CountRound.site_id == site_id)
    assert found is not None
    return found


def lock_round(session: Session, which: Any) -> LockedRound | None:
    """Lock the open round that fits a condition and return it, or None where none is open any more."""
    row = session.execute(
        select(CountRound.id, CountRound.site_id)
        .where(which, CountRound.ended_at.is_(None))
        .with_for_update(key_share=True, of=CountRound)
    ).one_or_none()
    if row is None:
        return None
    # Read after the lock: a count or a check that was written while this writer waited is seen.
    counts = session.execute(
        select(StockCount.id, CountCheck.id)
        .outerjoin(CountCheck, CountCheck.count_id == StockCount.id)
        .where(StockCount.round_id == row.id)
    ).all()
    return LockedRound(row.id, row.site_id, bool(counts), any(check_id for _, check_id in counts))


def end_round(session: Session, round_id: int, how: str, now: datetime) -> None:
    """End a locked round: it was `signed`, was `stopped`, or is counted `again`."""
    session.execute(update(CountRound).where(CountRound.id == round_id).values(ended=how, ended_at=now))
