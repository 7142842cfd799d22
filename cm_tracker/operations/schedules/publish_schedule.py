"""Publish a schedule document as a version that never changes."""

import json
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.schedules.point_value import check_point_value
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft, ScheduleRow, ScheduleVersion
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.schedules.program import point_value


@one_transaction
def publish_schedule(
    session: Session,
    *,
    document: object,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
    draft_id: int | None = None,
    shown: str | None = None,
) -> int:
    """Publish a document as the next version of the schedule with its name. Return the version's id.

    A name that is not known yet makes a new schedule. The draft with `draft_id` is deleted; `shown` is the fingerprint
    of the document that the page showed, and `ChangedMeanwhile` is raised where another one was saved since. Raise
    `BadSchedule` with every problem of the document, `OtherPointValue` where its points are not worth what the
    program's are, and `BadInput` where the newest version is the same already.
    """
    if not actor.may("schedule:publish"):
        raise NotAllowed(role=actor.role)
    content = json.dumps(document, sort_keys=True)
    return run_once(
        session,
        key,
        "publish_schedule",
        [content, reason],
        actor,
        now,
        lambda: _publish(session, document, reason, draft_id, shown, actor, now),
    )


def _publish(
    session: Session,
    document: object,
    reason: str,
    draft_id: int | None,
    shown: str | None,
    actor: Actor,
    now: datetime,
) -> int:
    if draft_id is not None:
        lock_draft(session, draft_id, shown)
    schedule = parse(document)
    check_point_value(schedule, point_value(session))
    text = json.dumps(document, indent=2, ensure_ascii=False)
    schedule_id = session.execute(
        select(ScheduleRow.id).where(ScheduleRow.name == schedule.name).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if schedule_id is None:
        schedule_id = session.execute(
            insert(ScheduleRow).values(name=schedule.name, created_at=now).returning(ScheduleRow.id)
        ).scalar_one()
    number = session.execute(
        select(func.coalesce(func.max(ScheduleVersion.number), 0)).where(ScheduleVersion.schedule_id == schedule_id)
    ).scalar_one()
    newest = session.execute(
        select(ScheduleVersion.document).where(
            ScheduleVersion.schedule_id == schedule_id, ScheduleVersion.number == number
        )
    ).scalar_one_or_none()
    if newest is not None and json.loads(newest) == document:
        raise BadInput(
            "Version %(number)s says the same already. Change something before you publish.", number=int(number)
        )
    record = add_record(
        session,
        "schedule_version",
        schedule_id=schedule_id,
        number=number + 1,
        document=text,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    if draft_id is not None:
        session.execute(delete(ScheduleDraft).where(ScheduleDraft.id == draft_id))
    note_audit(
        session,
        "schedule:published",
        record.address,
        actor=actor,
        now=now,
        note_digest=save_note(session, reason),
        number=number + 1,
    )
    seal_records(session, [record])
    return record.id
