"""A client takes a consent back: from that day on nothing is told any more."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.disclosures import check_revoked
from cm_tracker.domain.errors import ConsentRevoked, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Consent, ConsentRevocation
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def revoke_consent(
    session: Session, *, consent_id: int, revoked_on: date, key: str, actor: Actor, now: datetime
) -> int:
    """Record that a client took a consent back on a day, and return the revocation's id.

    What was told before that day stays right. Raise `NotFound`, `ConsentRevoked` for a second time, and `BadInput` for a
    day that is still to come or before the signature.
    """
    found = select(Consent.client_id, Consent.signed_on).where(Consent.id == consent_id)
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(what="consent")
    client = lock_client(session, row.client_id, "consent:change", actor)

    def write() -> int:
        is_revoked = select(ConsentRevocation.id).where(ConsentRevocation.consent_id == consent_id)
        if session.execute(is_revoked).first() is not None:
            raise ConsentRevoked
        check_revoked(revoked_on, row.signed_on, day_at(now, time_zone_of(session, client.site_id)))
        revocation_id = session.execute(
            insert(ConsentRevocation)
            .values(
                consent_id=consent_id,
                client_id=client.id,
                site_id=client.site_id,
                revoked_on=revoked_on,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(ConsentRevocation.id)
        ).scalar_one()
        note_audit(
            session, "consent:revoked", f"consent:{consent_id}", actor=actor, now=now, site_id=client.site_id,
            client_id=client.id,
        )  # fmt: skip
        return int(revocation_id)

    return run_once(session, key, "revoke_consent", [consent_id, revoked_on.isoformat()], actor, now, write)
