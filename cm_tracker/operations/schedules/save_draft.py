"""Save a schedule document that is not finished yet."""

import json
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.schedules.point_value import in_program
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.schedules.program import point_value

MOST_CHARACTERS = 200_000


@one_transaction
def save_draft(
    session: Session,
    *,
    document: object,
    actor: Actor,
    now: datetime,
    draft_id: int | None = None,
    shown: str | None = None,
) -> int:
    """Save a document as a draft, or as a new draft where `draft_id` is None. Return the draft's id.

    The document may still have mistakes. It is saved in the program's value of a point (`point_value.in_program`).
    `shown` is the fingerprint of the document that the page showed: raise
    `ChangedMeanwhile` where another document was saved since.
    """
    if not actor.may("schedule:edit"):
        raise NotAllowed(role=actor.role)
    document = in_program(document, point_value(session))
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise BadInput("The document is too long for a schedule.")
    name = document.get("name") if isinstance(document, dict) else None
    name_shown = "".join(character for character in str(name or "") if character.isprintable()).strip()
    values = {
        "name": name_shown[:120] or "Untitled",
        "document": text,
        "updated_at": now,
        "staff_id": actor.staff_id,
    }
    if draft_id is None:
        draft_id = session.execute(insert(ScheduleDraft).values(**values).returning(ScheduleDraft.id)).scalar_one()
    else:
        lock_draft(session, draft_id, shown)
        session.execute(update(ScheduleDraft).where(ScheduleDraft.id == draft_id).values(**values))
    note_audit(session, "draft:saved", f"draft:{draft_id}", actor=actor, now=now)
    return draft_id
