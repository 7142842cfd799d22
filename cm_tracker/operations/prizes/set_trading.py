"""A lead says within how many days five small prizes may be traded up at a site, or that they may not."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.prizes.trading import check_days
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Site
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def set_trading(session: Session, *, site_id: int, days: int | None, reason: str, actor: Actor, now: datetime) -> None:
    """Set the rule of `domain.trading` for a site; None: nothing is traded. A reason is needed."""
    site = lock_site(session, site_id, "trading:set", actor)
    check_days(days)
    if not reason.strip():
        raise BadInput("Say why: the audit trail keeps it.", "reason")
    before = site.trade_days
    if days == before:
        return
    session.execute(update(Site).where(Site.id == site_id).values(trade_days=days))
    note_audit(
        session,
        "trading:set",
        f"site:{site_id}",
        actor=actor,
        now=now,
        site_id=site_id,
        note_digest=save_note(session, reason),
        days=days,
        days_before=before,
    )
