"""Which duties the sites have stated that they cannot keep apart, and how often one person did both: for an auditor."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.duties import not_kept
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, Site
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites

MOST = 500


@dataclass(frozen=True, slots=True)
class NotKept:
    """A duty that a site does not keep: since when, and how often one person has done both parts so far."""

    site_name: str
    duty: str
    since: date | None
    times: int


def duties_not_kept(session: Session, actor: Actor) -> tuple[NotKept, ...]:
    """Return what the actor's sites have stated, by site.

    A duty that is kept again, and that one person combined before, is there, too, with `since` None.
    """
    sites = session.execute(
        select(Site.id, Site.name, Site.settings).where(at_sites(Site.id, actor)).order_by(Site.name).limit(MOST)
    ).all()
    combined = session.execute(
        select(AuditEvent.site_id, AuditEvent.detail, func.count().label("times"))
        .where(AuditEvent.tag == "duty:combined", AuditEvent.site_id.in_([site.id for site in sites]))
        .group_by(AuditEvent.site_id, AuditEvent.detail)
    )
    times = {(row.site_id, str(json.loads(row.detail).get("duty"))): int(row.times) for row in combined}
    found = []
    for site in sites:
        settings = settings_from(site.settings)
        stated = {duty.name: settings.since.get(duty.setting or "") for duty in not_kept(settings)}
        for name in [*stated, *sorted(duty for id_, duty in times if id_ == site.id and duty not in stated)]:
            found.append(NotKept(site.name, name, stated.get(name), times.get((site.id, name), 0)))
    return tuple(found)
