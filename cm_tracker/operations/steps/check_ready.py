"""Refuse the first client of a site whose checklist is not complete."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors.fidelity import SiteNotReady
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, Site
from cm_tracker.queries.fidelity.readiness import open_items
from cm_tracker.queries.practice import counted_clients, is_practice


def check_ready(session: Session, site_id: int, client_id: int | None, today: date, actor: Actor) -> None:
    """Raise `SiteNotReady` where a client would be the first one of a site and its checklist is not complete.

    `client_id` is None for clients who are still to be opened, such as those of a file. Only sites that were opened with a checklist have one to complete. Practice clients are enrolled before, to train with.
    A command on the clinic's machine, which brings clients from another program, is not asked: such a clinic has begun.
    """
    if actor.staff_id is None:
        return
    name = session.execute(
        select(Site.name).where(Site.id == site_id, Site.has_checklist.is_not(None))
    ).scalar_one_or_none()
    if name is None or (client_id is not None and is_practice(session, client_id)):
        return
    begun = select(Enrollment.id).join(Client, Client.id == Enrollment.client_id)
    if session.execute(begun.where(Client.site_id == site_id, counted_clients()).limit(1)).first() is not None:
        return
    if count := len(open_items(session, actor, site_id, today)):
        raise SiteNotReady(site_id=site_id, site=name, count=count)
