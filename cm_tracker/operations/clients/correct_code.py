"""Correct a client's code. The old one stays theirs, so that papers with it still find them."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction, table
from cm_tracker.domain.clients.codes import new_code, plain
from cm_tracker.domain.errors import AllRefusals, NothingChanged, ReasonMissing, Taken
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClientAlias, CodeChange, KioskSession
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.clients.search import aliases_of, record_of_code


@one_transaction
def correct_code(
    session: Session, *, client_id: int, code: str, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Give a client another code, and keep the old one for finding them. Return the change's id.

    Searches, imports and filters go on finding the client by the old code. The kiosk takes only the new one, and a card
    that is open there closes. Raise `Taken` for a code that another record has or had, also one that was merged, `NothingChanged` for the code that
    the client has, and `ReasonMissing`.
    """
    client = lock_client(session, client_id, "client:change", actor)

    def write() -> int:
        old_code = session.execute(select(Client.code).where(Client.id == client.id)).scalar_one()
        refusals = AllRefusals()
        fresh = ""
        with refusals:
            fresh = new_code(code)
            if fresh == old_code:
                raise NothingChanged(field="code")
            if record_of_code(session, fresh) not in (None, client.id):
                raise Taken(what="code", value=fresh, field="code")
        with refusals:
            if not reason.strip():
                raise ReasonMissing(field="reason")
        refusals.raise_any()
        digest = save_note(session, reason)
        record = add_record(
            session,
            CodeChange.__tablename__,
            client_id=client.id,
            site_id=client.site_id,
            old_code_digest=save_note(session, old_code),
            note_digest=digest,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        if old_code not in aliases_of(session, client.id):
            session.execute(
                insert(table(ClientAlias)).values(
                    code=old_code, plain_code=plain(old_code), client_id=client.id, change_id=record.id
                )
            )
        session.execute(update(Client).where(Client.id == client.id).values(code=fresh, plain_code=plain(fresh)))
        session.execute(delete(KioskSession).where(KioskSession.client_id == client.id))
        keep_states(session, f"client:{client.id}")
        note_audit(
            session,
            "client:code-corrected",
            record.address,
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest,
        )
        seal_records(session, [record])
        return record.id

    return run_once(session, key, "correct_code", [client_id, code, reason], actor, now, write)
