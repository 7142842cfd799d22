"""From when to when the enrollments of clients run, with their pauses, moves and ends."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.events import EnrollmentSpan, span_of, version_on
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import Client, Enrollment, EnrollmentEventRow, ScheduleRow, ScheduleVersion, VisitRow
from cm_tracker.queries.clients.main_records import main_of, records_of
from cm_tracker.queries.schedules.documents import schedule_of, version_name


@dataclass(frozen=True, slots=True)
class ClientSpan:
    """One enrollment of a client: the version that it began with, and its span.

    `names` has the name of each version that it followed on some day, by the version's id.
    `client_id` is the main record, `record_id` the record that the enrollment was sealed with, `record_code` its code.
    """

    enrollment_id: int
    client_id: int
    record_id: int
    record_code: str
    version_id: int
    names: Mapping[int, str]
    starts_on: date
    span: EnrollmentSpan

    def runs_on(self, day: date) -> bool:
        """Return whether a day is between its first and its last day."""
        last_day = self.span.last_day
        return self.starts_on <= day and (last_day is None or day <= last_day)

    def version_on(self, day: date) -> int:
        """Return the id of the version that holds on a day."""
        return version_on(self.span, self.version_id, day)

    def schedule_name(self, day: date | None = None) -> str:
        """Return the name of the version that holds on a day; without a day, after every move."""
        return self.names[version_on(self.span, self.version_id, day)]


def span_from(
    starts_on: date, document: str, events: Iterable[Any], next_starts_on: date | None = None
) -> EnrollmentSpan:
    """Return the span of an enrollment. Each row of `events` also has the document of the version that it names."""
    rows = list(events)
    schedules = {row.schedule_version_id: schedule_of(row.document) for row in rows if row.document is not None}
    return span_of(starts_on, schedule_of(document), rows, schedules, next_starts_on)


def events_of(session: Session, record_ids: Any) -> dict[int, list[Any]]:
    """Return the records of events of the enrollments of some client records, by the enrollment's id, oldest first.

    `record_ids` are ids, or a statement that selects them. Each row has the document of the version that it names.
    """
    events: dict[int, list[Any]] = {}
    for row in session.execute(
        select(
            EnrollmentEventRow.id,
            EnrollmentEventRow.enrollment_id,
            EnrollmentEventRow.kind,
            EnrollmentEventRow.from_day,
            EnrollmentEventRow.to_day,
            EnrollmentEventRow.reason,
            EnrollmentEventRow.schedule_version_id,
            EnrollmentEventRow.replaces_id,
            EnrollmentEventRow.state,
            ScheduleVersion.document,
            version_name().label("name"),
        )
        .join(Enrollment, Enrollment.id == EnrollmentEventRow.enrollment_id)
        .outerjoin(ScheduleVersion, ScheduleVersion.id == EnrollmentEventRow.schedule_version_id)
        .outerjoin(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(Enrollment.client_id.in_(record_ids))
        .order_by(EnrollmentEventRow.id)
    ):
        events.setdefault(row.enrollment_id, []).append(row)
    return events


def spans_of(session: Session, client_ids: Collection[int] | None) -> tuple[ClientSpan, ...]:
    """Return every enrollment of some clients (main records), or with None of all, by its first day.

    Those of the records that were merged into them are there, too. One that was entered by mistake is left out.
    """
    records = select(Client.id) if client_ids is None else records_of(*client_ids)
    enrollments = session.execute(
        select(
            Enrollment.id,
            Enrollment.client_id.label("record_id"),
            Client.code.label("record_code"),
            main_of().label("client_id"),
            Enrollment.schedule_version_id,
            Enrollment.starts_on,
            version_name().label("name"),
            ScheduleVersion.document,
        )
        .join(Client, Client.id == Enrollment.client_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(Enrollment.client_id.in_(records))
        .order_by(Enrollment.starts_on, Enrollment.id)
    ).all()
    events = events_of(session, records)
    spans = [
        ClientSpan(
            enrollment_id=row.id,
            client_id=row.client_id,
            record_id=row.record_id,
            record_code=row.record_code,
            version_id=row.schedule_version_id,
            names={
                row.schedule_version_id: row.name,
                **{event.schedule_version_id: event.name for event in events.get(row.id, ()) if event.name is not None},
            },
            starts_on=row.starts_on,
            span=span_from(row.starts_on, row.document, events.get(row.id, ())),
        )
        for row in enrollments
    ]
    return tuple(span for span in spans if not span.span.is_mistake)


def current_of(spans: Iterable[ClientSpan], today: date) -> ClientSpan | None:
    """Return the enrollment of one client that began last, else the first one that will begin, else None.

    Of two records that were merged, one may have ended a later enrollment: one that still runs comes before it.
    """
    by_day = list(spans)
    begun = [span for span in by_day if span.starts_on <= today]
    running = [span for span in begun if span.runs_on(today)]
    return next(iter([*running[-1:], *begun[-1:], *by_day]), None)


def has_visit_on(session: Session, enrollment_id: int, day: date) -> bool:
    """Return whether a visit of an enrollment counts on a day."""
    newer = aliased(VisitRow)
    return session.execute(
        select(
            exists().where(
                VisitRow.enrollment_id == enrollment_id,
                VisitRow.happened_on == day,
                func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
                ~exists().where(newer.corrects_id == VisitRow.id),
            )
        )
    ).scalar_one()
