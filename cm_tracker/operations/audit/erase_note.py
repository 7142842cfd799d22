"""Erase the text of a note, on the record: the audit trail keeps who erased it, when, and why."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, NotFound, ReasonMissing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Note
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def erase_note(session: Session, *, digest: bytes, reason: str, actor: Actor, now: datetime) -> None:
    """Erase the text of a note and its salt, for ever. What was sealed keeps its digest, which reveals nothing then.

    Raise `NotFound` where there is no such note or its text is gone already, and `ReasonMissing` without a reason.
    """
    if not actor.may("note:erase"):
        raise NotAllowed(roles=actor.roles)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    found = session.execute(
        select(Note.digest).where(Note.digest == digest, Note.text.is_not(None))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(what="note")
    # On PostgreSQL the program may change no note; this function of the tables' owner only erases one.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    erase = (
        "SELECT cm_erase_note(:digest)"
        if is_postgresql
        else "UPDATE note SET text = NULL, salt = x'' WHERE digest = :digest"
    )
    session.execute(text(erase), {"digest": digest})
    note_audit(
        session,
        "note:erased",
        f"note:{digest.hex()[:16]}",
        actor=actor,
        now=now,
        note_digest=save_note(session, reason),
        digest=digest.hex(),
    )
