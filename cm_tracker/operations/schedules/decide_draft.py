"""A second lead decides about a draft: it is published at once, or goes back with a note."""

import json
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.schedules.approval import APPROVED, check_decision, check_start
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_version import write_version
from cm_tracker.queries.staff.sites import earliest_today


@one_transaction
def decide_draft(
    session: Session,
    *,
    draft_id: int,
    decision: str,
    starts_on: date,
    note: str,
    shown: str,
    number_shown: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Approve a draft that waits, or send it back. Return the version's id, or the draft's where it goes back.

    An approved draft becomes a version that takes enrollments from `starts_on` on, and seals both leads. `shown` is the
    fingerprint of the document that the page showed, and `number_shown` the number that it said the version gets.
    Raise `SecondLeadPublishes` for whoever sent it, `DraftNotSent` where somebody has decided meanwhile, and as
    `lock_draft`, `check_decision`, `check_start` and `write_version` do.
    """
    if not actor.may("schedule:publish") or actor.staff_id is None:
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        draft = lock_draft(session, draft_id, shown, waits=True)
        check_decision(decision, note, is_own=draft.sent_by_id == actor.staff_id)
        digest = save_note(session, note)
        if decision != APPROVED:
            session.execute(
                update(ScheduleDraft)
                .where(ScheduleDraft.id == draft_id)
                .values(
                    sent_at=None,
                    sent_by_id=None,
                    sent_note_digest=None,
                    returned_at=now,
                    returned_by_id=actor.staff_id,
                    returned_note_digest=digest,
                )
            )
            note_audit(
                session,
                "draft:returned",
                f"draft:{draft_id}",
                actor=actor,
                now=now,
                note_digest=digest,
                sent_by=draft.sent_by_id,
            )
            return draft_id
        check_start(starts_on, earliest_today(session, now))
        record = write_version(
            session,
            json.loads(draft.document),
            next_of_id=draft.next_of_id,
            preset=draft.preset,
            starts_on=starts_on,
            sent_by_id=draft.sent_by_id,
            statement_digest=None,
            actor=actor,
            now=now,
            number_shown=number_shown,
        )
        session.execute(delete(ScheduleDraft).where(ScheduleDraft.id == draft_id))
        note_audit(
            session,
            "schedule:published",
            record.address,
            actor=actor,
            now=now,
            note_digest=digest or draft.sent_note_digest,
            number=record.row["number"],
            sent_by=draft.sent_by_id,
            starts_on=starts_on.isoformat(),
        )
        seal_records(session, [record])
        return record.id

    content = [draft_id, decision, starts_on.isoformat(), note, shown, number_shown]
    return run_once(session, key, "decide_draft", content, actor, now, write)
