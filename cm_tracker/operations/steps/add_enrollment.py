"""Enroll a locked client in a published version of a schedule."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import AlreadyEnrolled, NotFound, ScheduleRetired
from cm_tracker.domain.schedules.approval import check_in_force
from cm_tracker.domain.schedules.first_day import check_first_day
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleRow, ScheduleVersion, Site
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.check_ready import check_ready
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.clients.spans import has_visit_on, spans_of
from cm_tracker.queries.schedules.documents import schedule_of, version_name


def add_enrollment(
    session: Session,
    client: LockedClient,
    *,
    schedule_version_id: int,
    starts_on: date,
    actor: Actor,
    now: datetime,
) -> Record:
    """Write an enrollment from the day `starts_on` on, and return its record. The caller seals it.

    Raise `BadInput` for a first day before 2000 or too far ahead, `ScheduleRetired`, `VersionNotYet` for a version that
    holds only from a later day on, `SiteNotReady` for the first client of a site that is not, and `AlreadyEnrolled` where the weeks of another enrollment overlap.
    """
    time_zone = session.execute(select(Site.time_zone).where(Site.id == client.site_id)).scalar_one()
    today = day_at(now, time_zone)
    check_ready(session, client.site_id, client.id, today, actor)
    document = _document_of_open(session, schedule_version_id, today)
    check_first_day(starts_on, today)
    _refuse_second(session, client.id, starts_on, schedule_of(document).last_week)
    record = add_record(
        session,
        "enrollment",
        client_id=client.id,
        schedule_version_id=schedule_version_id,
        starts_on=starts_on,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    note_audit(
        session,
        "client:enrolled",
        record.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        version=schedule_version_id,
    )
    return record


def _document_of_open(session: Session, schedule_version_id: int, today: date) -> str:
    """Return the document of a version. Lock its schedule, so that nobody retires it at the same time."""
    version = session.execute(
        select(
            ScheduleVersion.document, ScheduleVersion.starts_on, version_name().label("name"), ScheduleRow.retired_at
        )
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleVersion.id == schedule_version_id)
        .with_for_update(read=True, of=ScheduleRow)
    ).one_or_none()
    if version is None:
        raise NotFound(what="schedule version")
    if version.retired_at is not None:
        raise ScheduleRetired(schedule=version.name, field="schedule_version_id")
    document: str = version.document
    check_in_force(schedule_of(document), version.starts_on, today)
    return document


def _refuse_second(session: Session, client_id: int, starts_on: date, weeks: int) -> None:
    last_day = starts_on + timedelta(weeks=weeks) - ONE_DAY
    for other in spans_of(session, [client_id]):
        ends_on = other.span.last_day
        if (
            other.record_id == client_id
            and other.span.ended_on == starts_on
            and not has_visit_on(session, other.enrollment_id, starts_on)
        ):
            # An enrollment may begin on the day on which another one ended: then the day is the new one's.
            ends_on = starts_on - ONE_DAY
        if other.starts_on <= last_day and (ends_on is None or starts_on <= ends_on):
            raise AlreadyEnrolled(schedule=other.schedule_name(), ends_on=ends_on)
