"""A lead sends a draft to a second lead. It waits and does not change until that lead has decided."""

import json
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.schedules.approval import check_note, check_start
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_version import check_version
from cm_tracker.queries.staff.sites import earliest_today


@one_transaction
def send_draft(
    session: Session,
    *,
    draft_id: int,
    next_of_id: int | None,
    starts_on: date,
    note: str,
    shown: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Send a draft as the next version of the schedule `next_of_id`, or as a new schedule. Return the draft's id.

    `starts_on` is the first day on which somebody can be enrolled in it; the second lead may choose a later one. `shown`
    is the fingerprint of the document that the page showed. Raise `DraftWaits` for a draft that waits already, and as
    `lock_draft`, `check_version` and `check_start` do.
    """
    if not actor.may("schedule:edit") or actor.staff_id is None:
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        draft = lock_draft(session, draft_id, shown)
        check_version(session, json.loads(draft.document), next_of_id)
        check_start(starts_on, earliest_today(session, now))
        check_note(note)
        digest = save_note(session, note)
        session.execute(
            update(ScheduleDraft)
            .where(ScheduleDraft.id == draft_id)
            .values(
                next_of_id=next_of_id,
                starts_on=starts_on,
                sent_at=now,
                sent_by_id=actor.staff_id,
                sent_note_digest=digest,
                returned_at=None,
                returned_by_id=None,
                returned_note_digest=None,
            )
        )
        note_audit(session, "draft:submitted", f"draft:{draft_id}", actor=actor, now=now, note_digest=digest)
        return draft_id

    content = [draft_id, next_of_id, starts_on.isoformat(), note, shown]
    return run_once(session, key, "send_draft", content, actor, now, write)
