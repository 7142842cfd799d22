"""Write a version of a schedule: the next one of a schedule, or the first one of a new schedule."""

import json
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, BadSchedule, ChangedMeanwhile, NotFound, ScheduleExists
from cm_tracker.domain.schedules.analytes import analyte_problems
from cm_tracker.domain.schedules.point_value import check_money
from cm_tracker.domain.schedules.reach import reach_problems
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleRow, ScheduleVersion
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.note_audit import keep_states
from cm_tracker.queries.schedules.documents import schedule_called
from cm_tracker.queries.schedules.program import program_money


def check_version(session: Session, document: object, next_of_id: int | None) -> tuple[Schedule, int]:
    """Return the schedule of a document that can be published, and the number that it gets.

    It becomes the next version of the schedule `next_of_id`, which is locked until the commit, or a new schedule.
    Raise `BadSchedule`, also for an analyte that is not in the list and for what no client can reach, `OtherCurrency`,
    `OtherPointValue`, `NotFound`, `ScheduleExists` where the name is that of another schedule, and `BadInput` where the newest version says the same.
    """
    schedule = parse(document)
    if found := (*analyte_problems(document), *reach_problems(document)):
        raise BadSchedule(problems=found)
    check_money(schedule, program_money(session))
    if next_of_id is not None:
        is_there = session.execute(
            select(ScheduleRow.id).where(ScheduleRow.id == next_of_id).with_for_update(key_share=True)
        ).scalar_one_or_none()
        if is_there is None:
            raise NotFound(what="schedule")
    if schedule_called(session, schedule.name) not in (None, next_of_id):
        raise ScheduleExists(name=schedule.name)
    newest = session.execute(
        select(ScheduleVersion.number, ScheduleVersion.document)
        .where(ScheduleVersion.schedule_id == next_of_id)
        .order_by(ScheduleVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return schedule, 1
    if json.loads(newest.document) == document:
        raise BadInput(
            "Version %(number)s says the same already. Change something before you publish.", number=int(newest.number)
        )
    return schedule, newest.number + 1


def write_version(
    session: Session,
    document: object,
    *,
    next_of_id: int | None,
    preset: str | None,
    starts_on: date | None,
    sent_by_id: int | None,
    statement_digest: bytes | None,
    actor: Actor,
    now: datetime,
    number_shown: int | None = None,
) -> Record:
    """Write a version and return its record. The caller seals it. Raise as `check_version` does.

    `starts_on` is the first day on which somebody can be enrolled in it, and None is at once. `number_shown` is the
    number that the page said it gets: raise `ChangedMeanwhile` where another version was published since, because
    the differences that were read are those from an older one.
    """
    schedule, number = check_version(session, document, next_of_id)
    if number_shown is not None and number != number_shown:
        raise ChangedMeanwhile
    schedule_id, schedule_name = next_of_id, schedule.name
    if schedule_id is None:
        schedule_id = session.execute(
            insert(ScheduleRow).values(name=schedule.name, created_at=now).returning(ScheduleRow.id)
        ).scalar_one()
        keep_states(session, f"schedule:{schedule_id}")
    else:
        schedule_name = session.execute(select(ScheduleRow.name).where(ScheduleRow.id == schedule_id)).scalar_one()
    return add_record(
        session,
        "schedule_version",
        schedule_id=schedule_id,
        number=number,
        document=json.dumps(document, indent=2, ensure_ascii=False),
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
        name=None if schedule.name == schedule_name else schedule.name,
        preset=preset,
        starts_on=starts_on,
        sent_by_id=sent_by_id,
        statement_digest=statement_digest,
    )
