"""Publish a schedule document by a command on the clinic's own machine: an import, or the demonstration."""

import json
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed, ScheduleExists, SecondLeadPublishes
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_version import write_version
from cm_tracker.queries.schedules.documents import schedule_called


@one_transaction
def publish_schedule(
    session: Session,
    *,
    document: object,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
    preset: str | None = None,
    starts_on: date | None = None,
) -> int:
    """Publish a document as the next version of the schedule with its name, or as a new schedule. Return its id.

    Only a command may: the machine's own access control decides who runs it. For a member of staff, raise
    `SecondLeadPublishes`. Raise as `check_version` does.
    """
    if not actor.may("schedule:publish"):
        raise NotAllowed(roles=actor.roles)
    if actor.staff_id is not None:
        raise SecondLeadPublishes

    def version() -> Record:
        name = document.get("name") if isinstance(document, dict) else None
        return write_version(
            session,
            document,
            next_of_id=schedule_called(session, name) if isinstance(name, str) else None,
            preset=preset,
            starts_on=starts_on,
            sent_by_id=None,
            statement_digest=None,
            actor=actor,
            now=now,
        )

    def write() -> int:
        try:
            record = version()
        except ScheduleExists:  # another command has just published the schedule: look it up again
            record = version()
        note_audit(
            session,
            "schedule:published",
            record.address,
            actor=actor,
            now=now,
            note_digest=save_note(session, reason),
            number=record.row["number"],
        )
        seal_records(session, [record])
        return record.id

    content = json.dumps(document, sort_keys=True)
    return run_once(session, key, "publish_schedule", [content, reason], actor, now, write)
