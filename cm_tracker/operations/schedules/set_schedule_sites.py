"""Decide which sites offer a schedule when somebody is enrolled."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound, ReasonMissing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleOffer, ScheduleRow
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.schedules.offers import offered_at
from cm_tracker.queries.staff.sites import sites_of


@one_transaction
def set_schedule_sites(
    session: Session, *, schedule_id: int, site_ids: Collection[int], reason: str, actor: Actor, now: datetime
) -> int:
    """Let a schedule be offered at `site_ids`, and at no other of the actor's sites. Return how many sites changed.

    Each change is a row of its own and a line on the audit trail, with the reason; no row is ever changed. Running
    enrollments go on. Raise `ReasonMissing` without a reason.
    """
    if not actor.may("schedule:publish"):
        raise NotAllowed(roles=actor.roles)
    found = session.execute(
        select(ScheduleRow.id).where(ScheduleRow.id == schedule_id).with_for_update(key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound(what="schedule")
    if not reason.strip():
        raise ReasonMissing(field="reason")
    before = offered_at(session, schedule_id)
    changed = 0
    for site in sites_of(session, actor):
        is_offered = site.id in site_ids
        if before.get(site.id, True) == is_offered:
            continue
        changed += 1
        session.execute(
            insert(ScheduleOffer).values(
                schedule_id=schedule_id,
                site_id=site.id,
                is_offered=is_offered,
                decided_at=now,
                staff_id=actor.staff_id,
            )
        )
        tag = "schedule:offered" if is_offered else "schedule:withdrawn"
        note_audit(
            session,
            tag,
            f"schedule:{schedule_id}",
            actor=actor,
            now=now,
            site_id=site.id,
            note_digest=save_note(session, reason),
        )
    return changed
