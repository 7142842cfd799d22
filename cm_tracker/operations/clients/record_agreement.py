"""Staff record that a client has signed the agreement about the program, and who witnessed it."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.disclosures import check_signed
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Agreement
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of
from cm_tracker.queries.staff.staff import counselors_at


@one_transaction
def record_agreement(
    session: Session,
    *,
    client_id: int,
    version: str,
    signed_on: date,
    witness_id: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Record the agreement that a client signed and return its id. An earlier one stays.

    Raise `BadInput` without a version, for a day to come, and for a witness who does not work at the client's site.
    """
    client = lock_client(session, client_id, "consent:change", actor)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            if not version.strip():
                raise BadInput("Say which version was signed, as it stands on the paper.", "version")
        with refusals:
            check_signed(signed_on, day_at(now, time_zone_of(session, client.site_id)))
        with refusals:
            if witness_id not in counselors_at(session, client.site_id):
                raise BadInput("Choose somebody who works at this site.", "witness_id")
        refusals.raise_any()
        agreement_id = session.execute(
            insert(Agreement)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                version=version.strip(),
                signed_on=signed_on,
                witness_id=witness_id,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(Agreement.id)
        ).scalar_one()
        note_audit(
            session, "agreement:signed", f"agreement:{agreement_id}", actor=actor, now=now, site_id=client.site_id,
            client_id=client.id,
        )  # fmt: skip
        return int(agreement_id)

    content = [client_id, version, signed_on.isoformat(), witness_id]
    return run_once(session, key, "record_agreement", content, actor, now, write)
