"""Keep a schedule document in the making."""

import json
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.note_audit import note_audit

MOST_CHARACTERS = 200_000


@one_transaction
def save_draft(session: Session, *, document: object, actor: Actor, now: datetime, draft_id: int | None = None) -> int:
    """Save a document as a draft, good or not; a new one without `draft_id`. Answers the draft's id."""
    if not actor.may("schedule:edit"):
        raise NotAllowed(role=actor.role)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise BadInput("The document is too long for a schedule.")
    name = document.get("name") if isinstance(document, dict) else None
    shown = "".join(character for character in str(name or "") if character.isprintable()).strip()
    values = {
        "name": shown[:120] or "Untitled",
        "document": text,
        "updated_at": now,
        "staff_id": actor.staff_id,
    }
    if draft_id is None:
        draft_id = session.execute(insert(ScheduleDraft).values(**values).returning(ScheduleDraft.id)).scalar_one()
    elif (
        session.execute(
            update(ScheduleDraft).where(ScheduleDraft.id == draft_id).values(**values).returning(ScheduleDraft.id)
        ).first()
        is None
    ):
        raise NotFound(what="draft")
    note_audit(session, "draft:saved", f"draft:{draft_id}", actor=actor, now=now)
    return draft_id
