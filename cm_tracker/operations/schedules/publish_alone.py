"""The only lead of a program publishes a draft alone, under their written statement."""

import json
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.schedules.approval import check_note, check_start
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.lock_statement import lock_statement
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_version import write_version
from cm_tracker.queries.staff.sites import earliest_today


@one_transaction
def publish_alone(
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
    """Publish a draft as the next version of the schedule `next_of_id`, or as a new one. Return the version's id.

    The version seals the words of the statement under which it was published. Raise `SecondLeadPublishes` where the
    statement does not hold, and as `send_draft` does.
    """
    if not actor.may("schedule:publish") or actor.staff_id is None:
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        draft = lock_draft(session, draft_id, shown)
        statement_digest = lock_statement(session, actor)
        check_start(starts_on, earliest_today(session, now))
        check_note(note)
        record = write_version(
            session,
            json.loads(draft.document),
            next_of_id=next_of_id,
            preset=draft.preset,
            starts_on=starts_on,
            sent_by_id=None,
            statement_digest=statement_digest,
            actor=actor,
            now=now,
        )
        session.execute(delete(ScheduleDraft).where(ScheduleDraft.id == draft_id))
        note_audit(
            session,
            "schedule:published",
            record.address,
            actor=actor,
            now=now,
            note_digest=save_note(session, note),
            number=record.row["number"],
            alone=True,
            starts_on=starts_on.isoformat(),
        )
        seal_records(session, [record])
        return record.id

    content = [draft_id, next_of_id, starts_on.isoformat(), note, shown]
    return run_once(session, key, "publish_alone", content, actor, now, write)
