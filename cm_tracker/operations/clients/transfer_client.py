"""Transfer a client to another site of the program."""

from datetime import date, datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.transfers import check_transfer
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClientTransfer, KioskSession, Site
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.check_ready import check_ready
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.clients.transfers import unfinished
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def transfer_client(
    session: Session,
    *,
    client_id: int,
    to_site_id: int,
    first_day: date,
    note: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Let a client belong to another site from now on. Return the transfer's id.

    Enrollments, ladder, ceilings, balances and the name go along, and a card that is open at the kiosk closes.
    `first_day` is the first day at the new site, `note` says why. The actor needs the permission at both sites: raise
    `NotFound` for a site that they do not reach. Raise what `check_transfer` raises, and
    `SiteNotReady` for the first client of a site whose checklist is open.
    """
    client = lock_client(session, client_id, "client:transfer", actor)
    if not actor.reaches(to_site_id) or session.get(Site, to_site_id) is None:
        raise NotFound(what="site")
    if not actor.may("client:transfer", to_site_id):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        today = day_at(now, time_zone_of(session, client.site_id))
        waits = unfinished(session, client.id, client.site_id, now)
        check_ready(session, to_site_id, client.id, today, actor)
        check_transfer(client.site_id, to_site_id, first_day, note, waits, today)
        digest = save_note(session, note)
        record = add_record(
            session,
            ClientTransfer.__tablename__,
            client_id=client.id,
            site_id=client.site_id,
            to_site_id=to_site_id,
            first_day=first_day,
            note_digest=digest,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        # The records that were merged into this one go along: all records of a person belong to one site.
        moved = session.execute(
            update(Client)
            .where(or_(Client.id == client.id, Client.merged_into_id == client.id))
            .values(site_id=to_site_id)
            .returning(Client.id)
            .execution_options(synchronize_session=False)
        ).scalars()
        keep_states(session, *(f"client:{moved_id}" for moved_id in moved))
        session.execute(delete(KioskSession).where(KioskSession.client_id == client.id))
        # A line for each of the two sites, because each reads only its own.
        for site_id in (client.site_id, to_site_id):
            note_audit(
                session,
                "client:transferred",
                record.address,
                actor=actor,
                now=now,
                site_id=site_id,
                client_id=client.id,
                note_digest=digest,
                first_day=first_day.isoformat(),
            )
        seal_records(session, [record])
        return record.id

    content = [client_id, to_site_id, first_day.isoformat(), note]
    return run_once(session, key, "transfer_client", content, actor, now, write)
