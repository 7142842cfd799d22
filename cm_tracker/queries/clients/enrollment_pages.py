"""The page of one enrollment: from when to when it ran, what happened to it, and its visits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, EnrollmentEventRow, Note, ScheduleRow, ScheduleVersion, Site, Staff
from cm_tracker.queries.clients.enrollment_cards import EnrollmentCard, enrollment_card
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event that counts: what it is, who entered it, and why. `schedule` names the version of a move."""

    event: EnrollmentEvent
    staff_name: str | None
    note: str | None
    schedule: str | None


@dataclass(frozen=True, slots=True)
class EnrollmentPage:
    """An enrollment with its client. `events` are those that count, the newest first."""

    client_id: int
    client_code: str
    preferred_name: str
    site_name: str
    today: date
    card: EnrollmentCard
    events: tuple[EventLine, ...]

    @property
    def span(self) -> EnrollmentSpan:
        """From when to when it runs."""
        return self.card.span

    def event(self, event_id: int) -> EnrollmentEvent | None:
        """Return an event that counts by its id, or None."""
        return next((line.event for line in self.events if line.event.id == event_id), None)


def enrollment_page(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> EnrollmentPage:
    """Return the page of an enrollment at the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Site.name.label("site_name"),
            Site.time_zone,
        )
        .join(Record, main_of(Record) == Client.id)
        .join(Enrollment, Enrollment.client_id == Record.id)
        .join(Site, Site.id == Client.site_id)
        .where(Enrollment.id == enrollment_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    today = day_at(now, row.time_zone)
    card = enrollment_card(session, enrollment_id, today)
    return EnrollmentPage(
        client_id=row.client_id,
        client_code=row.code,
        preferred_name=row.preferred_name,
        site_name=row.site_name,
        today=today,
        card=card,
        events=_lines(session, card.span),
    )


def _lines(session: Session, span: EnrollmentSpan) -> tuple[EventLine, ...]:
    rows = session.execute(
        select(
            EnrollmentEventRow.id,
            Staff.display_name,
            Note.text.label("note"),
            version_name().label("schedule_name"),
            ScheduleVersion.number,
        )
        .outerjoin(Staff, Staff.id == EnrollmentEventRow.staff_id)
        .outerjoin(Note, Note.digest == EnrollmentEventRow.note_digest)
        .outerjoin(ScheduleVersion, ScheduleVersion.id == EnrollmentEventRow.schedule_version_id)
        .outerjoin(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(EnrollmentEventRow.id.in_([event.newest_id for event in span.events]))
    )
    by_id = {row.id: row for row in rows}
    return tuple(
        EventLine(
            event=event,
            staff_name=by_id[event.newest_id].display_name,
            note=by_id[event.newest_id].note,
            schedule=(
                f"{by_id[event.newest_id].schedule_name}, version {by_id[event.newest_id].number}"
                if event.schedule_version_id is not None
                else None
            ),
        )
        for event in sorted(span.events, key=lambda event: event.id, reverse=True)
    )
