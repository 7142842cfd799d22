"""A member of staff chooses the language of their pages."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.languages import STAFF_LANGUAGES
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Staff
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def set_language(session: Session, *, language: str, actor: Actor, now: datetime) -> None:
    """Set the language of the actor's pages. Raise `BadInput` for one that the pages of staff do not have."""
    if actor.staff_id is None:
        raise NotFound(what="account")
    if language not in STAFF_LANGUAGES:
        raise BadInput("Choose one of the languages.", "language")
    session.execute(update(Staff).where(Staff.id == actor.staff_id).values(language=language))
    note_audit(session, "staff:language-set", f"staff:{actor.staff_id}", actor=actor, now=now, language=language)
