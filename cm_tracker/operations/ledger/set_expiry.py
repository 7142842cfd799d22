"""A lead says when points that nobody spent expire at a site, or that they never do."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.expiry import check_weeks
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Site
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def set_expiry(session: Session, *, site_id: int, weeks: int | None, reason: str, actor: Actor, now: datetime) -> None:
    """Set the rule of `domain.expiry` for a site from today on; None: nothing expires. A reason is needed.

    The rule that holds already stays as it is, with its day.
    """
    site = lock_site(session, site_id, "expiry:set", actor)
    check_weeks(weeks)
    if not reason.strip():
        raise BadInput("Say why: the audit trail keeps it.", "reason")
    before = site.expiry_weeks
    if weeks == before:
        return
    session.execute(
        update(Site)
        .where(Site.id == site_id)
        .values(expiry_weeks=weeks, expiry_since=None if weeks is None else day_at(now, site.time_zone))
    )
    note_audit(
        session,
        "expiry:set",
        f"site:{site_id}",
        actor=actor,
        now=now,
        site_id=site_id,
        note_digest=save_note(session, reason),
        weeks=weeks,
        weeks_before=before,
    )
