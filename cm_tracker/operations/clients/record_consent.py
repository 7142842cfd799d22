"""Staff record a consent that a client has signed on paper: to whom, what, what for, and until when."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.disclosures import check_signed, check_texts, check_until
from cm_tracker.domain.errors import AllRefusals
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Consent
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def record_consent(
    session: Session,
    *,
    client_id: int,
    recipient: str,
    what: str,
    purpose: str,
    signed_on: date,
    until: date | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Record a written consent and return its id. Raise `BadInput` for what is missing, and for days that cannot be."""
    client = lock_client(session, client_id, "consent:change", actor)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            texts = check_texts(recipient=recipient, what=what, purpose=purpose)
        with refusals:
            check_signed(signed_on, day_at(now, time_zone_of(session, client.site_id)))
        with refusals:
            check_until(signed_on, until)
        refusals.raise_any()
        consent_id = session.execute(
            insert(Consent)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                **texts,
                signed_on=signed_on,
                until=until,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(Consent.id)
        ).scalar_one()
        note_audit(
            session, "consent:recorded", f"consent:{consent_id}", actor=actor, now=now, site_id=client.site_id,
            client_id=client.id,
        )  # fmt: skip
        return int(consent_id)

    content = [client_id, recipient, what, purpose, signed_on.isoformat(), until and until.isoformat()]
    return run_once(session, key, "record_consent", content, actor, now, write)
