"""Staff set who a client's counselor is from a day on."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.counselors import check_from_on
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ClientCounselor
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of
from cm_tracker.queries.staff.staff import counselors_at


@one_transaction
def set_counselor(
    session: Session,
    *,
    client_id: int,
    counselor_id: int | None,
    from_on: date,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set a client's counselor from a day on, or nobody with None, and return the entry's id.

    Earlier entries stay. Raise `BadInput` for somebody who works with no clients at the client's site, and for a day
    further away than a year.
    """
    client = lock_client(session, client_id, "counselor:assign", actor)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            if counselor_id is not None and counselor_id not in counselors_at(session, client.site_id):
                raise BadInput("Choose somebody who works at this site.", "counselor_id")
        with refusals:
            check_from_on(from_on, day_at(now, time_zone_of(session, client.site_id)))
        refusals.raise_any()
        entry_id = session.execute(
            insert(ClientCounselor)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                counselor_id=counselor_id,
                from_on=from_on,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(ClientCounselor.id)
        ).scalar_one()
        note_audit(
            session,
            "counselor:set",
            f"client:{client.id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            counselor=counselor_id,
            from_on=from_on.isoformat(),
        )
        return entry_id

    content = [client_id, counselor_id, from_on.isoformat()]
    return run_once(session, key, "set_counselor", content, actor, now, write)
