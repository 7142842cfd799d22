"""Staff record that something about a client is told to somebody outside the clinic, and what it rests on."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.disclosures import CONSENT, check_basis, check_texts
from cm_tracker.domain.errors import AllRefusals
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Disclosure
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.clients.consents import written_consent
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def record_disclosure(
    session: Session,
    *,
    client_id: int,
    basis: str,
    consent_id: int | None,
    recipient: str,
    what: str,
    purpose: str,
    disclosed_on: date,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Record a disclosure for the client's account of them, and return its id.

    Raise `BadInput` where it rests on nothing: on a consent of somebody else, or one that did not hold on that day.
    """
    client = lock_client(session, client_id, "disclosure:record", actor)
    consent_id = consent_id if basis == CONSENT else None

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            consent = written_consent(session, client.id, consent_id) if consent_id is not None else None
            check_basis(basis, consent, disclosed_on, day_at(now, time_zone_of(session, client.site_id)))
        with refusals:
            texts = check_texts(recipient=recipient, what=what, purpose=purpose)
        refusals.raise_any()
        disclosure_id = session.execute(
            insert(Disclosure)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                basis=basis,
                consent_id=consent_id,
                **texts,
                disclosed_on=disclosed_on,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(Disclosure.id)
        ).scalar_one()
        note_audit(
            session, "disclosure:recorded", f"disclosure:{disclosure_id}", actor=actor, now=now,
            site_id=client.site_id, client_id=client.id, basis=basis,
        )  # fmt: skip
        return int(disclosure_id)

    content = [client_id, basis, consent_id, recipient, what, purpose, disclosed_on.isoformat()]
    return run_once(session, key, "record_disclosure", content, actor, now, write)
