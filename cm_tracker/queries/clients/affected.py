"""Whom a change of a schedule would concern: the clients who are enrolled under a version, counted by site, unnamed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, Site
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.followed import followed_version, has_ended
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class SiteCount:
    """How many clients of a site are enrolled."""

    site_name: str
    clients: int


def enrolled_by_site(session: Session, actor: Actor, version_id: int, today: date) -> tuple[SiteCount, ...]:
    """Return how many clients of each of the actor's sites follow a version today, and whose program is not over.

    Practice clients are left out, and so are sites without anybody.
    """
    rows = session.execute(
        select(Enrollment.id, Client.id.label("client_id"), Site.name)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(at_sites(Client.site_id, actor), counted_clients())
        .where(followed_version(today) == version_id, ~has_ended())
    ).all()
    running = {
        span.enrollment_id
        for span in spans_of(session, {row.client_id for row in rows})
        if span.span.last_day is None or today <= span.span.last_day
    }
    clients = {(row.client_id, row.name) for row in rows if row.id in running}
    counts = Counter(name for _, name in clients)
    return tuple(SiteCount(name, counts[name]) for name in sorted(counts))
