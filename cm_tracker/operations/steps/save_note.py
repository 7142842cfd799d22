"""Save a free text outside of the ledger, so that it can be erased without breaking the hash chain."""

import secrets

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.chain import note_digest
from cm_tracker.domain.unseen import check_seen
from cm_tracker.models import Note

MOST_CHARACTERS = 2000


def save_note(session: Session, text: str | None, *, most: int = MOST_CHARACTERS) -> bytes | None:
    """Save a note and return its digest, or None for an empty text.

    Raise `BadInput` for a text with more than `most` characters.
    """
    text = (text or "").strip()
    if not text:
        return None
    if len(text) > most:
        raise BadInput(
            "The note has %(length)s characters; shorten it to %(most)s.",
            "note",
            length=len(text),
            most=most,
        )
    check_seen(text, "note", has_lines=True)
    salt = secrets.token_bytes(16)
    digest = note_digest(salt, text)
    session.execute(insert(table(Note)).values(digest=digest, salt=salt, text=text))
    return digest
