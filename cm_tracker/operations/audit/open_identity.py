"""An auditor opens who a client is, for an hour and with a reason: "breaking the glass"."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.audit.identities import OPEN_FOR, check_reason
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import IdentityOpening
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.search import client_with_code

PERMISSION = "identity:open"


@one_transaction
def open_identity(session: Session, *, code: str, reason: str, key: str, actor: Actor, now: datetime) -> int:
    """Open who the client with a code is to the actor, for an hour, and return the opening's id.

    Leads of the client's site see it on their first page, with the reason. Raise `NotAllowed`, and `BadInput` for a code
    that nobody has at the actor's sites and for a reason that says nothing.
    """
    if actor.staff_id is None or not actor.may(PERMISSION):
        raise NotAllowed(roles=actor.roles)
    refusals = AllRefusals()
    with refusals:
        client_id = client_with_code(session, actor, code, only_here=True)
        if client_id is None:
            raise BadInput("There is no client with this code at your sites. Check the code and type it again.", "code")
    with refusals:
        reason = check_reason(reason)
    refusals.raise_any()
    assert client_id is not None
    client = lock_client(session, client_id, PERMISSION, actor)

    def write() -> int:
        digest = save_note(session, reason)
        opening_id = session.execute(
            insert(IdentityOpening)
            .values(
                client_id=client.id,
                site_id=client.site_id,
                staff_id=actor.staff_id,
                opened_at=now,
                ends_at=now + OPEN_FOR,
                note_digest=digest,
            )
            .returning(IdentityOpening.id)
        ).scalar_one()
        note_audit(
            session,
            "identity:opened",
            f"identity_opening:{opening_id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest,
        )
        return int(opening_id)

    return run_once(session, key, "open_identity", [client.id, reason], actor, now, write)
