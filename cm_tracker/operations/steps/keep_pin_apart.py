"""Keep apart who sets a client's PIN and who hands out what it confirms, or note that a site could not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at, day_begins
from cm_tracker.domain.prizes.offers import NOBODY, Confirmation
from cm_tracker.domain.staff.duties import PIN, check_apart
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent
from cm_tracker.operations.steps.note_audit import note_combined
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.queries.staff.sites import time_zone_of


def keep_pin_apart(
    session: Session, confirmation: Confirmation, subject: str, site_id: int, *, actor: Actor, now: datetime
) -> None:
    """Check that the actor, who hands out a prize, did not set today the PIN that confirms it.

    Raise `PinSetByYou`, or note it where the site cannot keep the two apart. A prize without the PIN has its reason.
    """
    if confirmation.how == NOBODY or actor.staff_id is None:
        return
    zone = time_zone_of(session, site_id)
    day_began = day_begins(day_at(now, zone), zone)
    set_today = session.execute(
        select(AuditEvent.staff_id).where(
            AuditEvent.client_id == confirmation.client_id,
            AuditEvent.tag == "client:pin-set",
            AuditEvent.at >= day_began,
            AuditEvent.staff_id == actor.staff_id,
        )
    ).scalars()
    if check_apart(PIN, settings_of(session, site_id), set_today.all(), actor):
        note_combined(session, PIN, subject, actor=actor, now=now, site_id=site_id, client_id=confirmation.client_id)
