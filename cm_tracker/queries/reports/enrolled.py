"""Whose numbers a report counts: enrollments, with the sites to which their clients belonged."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.measures.facts import Stay
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    Client,
    ClientCounselor,
    ClientMerge,
    ClientTransfer,
    Enrollment,
    EnrollmentEventRow,
    ScheduleRow,
    ScheduleVersion,
)
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.spans import span_from
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.schedules.followed import has_ended_before
from cm_tracker.queries.staff.sites import at_sites

MOST = 10_000
"""So many enrollments one report counts: the newest ones."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrollment of a report. `client_id` is the main record, `stays` are its client's sites by their days."""

    enrollment_id: int
    client_id: int
    code: str
    language: str
    counselor_id: int | None
    schedule: str
    version_id: int
    span: EnrollmentSpan
    stays: tuple[Stay, ...]


def enrollment_ids(actor: Actor, site_id: int | None, first_day: date, last_day: date) -> Select[Any]:
    """Return a statement with the ids of the enrollments that could run on some days at the actor's sites.

    `site_id` is one of them. A client who was there once is among them.
    """
    asked = _all_ids(actor, site_id, first_day, last_day)
    return asked.order_by(Enrollment.starts_on.desc(), Enrollment.id.desc()).limit(MOST)


class Cut(NamedTuple):
    """How many enrollments there are, and how many of them a report counts."""

    all: int
    counted: int


def cut(session: Session, actor: Actor, site_id: int | None, first_day: date, last_day: date) -> Cut | None:
    """Return what `enrollment_ids` leaves out, or None where it has all that could run on some days."""
    asked = _all_ids(actor, site_id, first_day, last_day).subquery()
    found = session.execute(select(func.count()).select_from(asked)).scalar_one()
    return Cut(found, MOST) if found > MOST else None


def _all_ids(actor: Actor, site_id: int | None, first_day: date, last_day: date) -> Select[Any]:
    return (
        select(Enrollment.id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            counted_clients(),
            _was_at(actor, site_id),
            Enrollment.starts_on <= last_day,
            ~has_ended_before(first_day),
        )
    )


def at_sites_once(actor: Actor, site_id: int | None) -> ColumnElement[bool]:
    """Return the condition that `Record` is of a client whom a report counts: at the actor's sites, now or once."""
    there = (
        select(Record.id).join(Client, Client.id == main_of(Record)).where(counted_clients(), _was_at(actor, site_id))
    )  # fmt: skip
    return Record.id.in_(there.correlate(None))


def _was_at(actor: Actor, site_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a client belongs to one of the sites, or did before a transfer."""

    def within(column: Any) -> ColumnElement[bool]:
        return and_(at_sites(column, actor), true() if site_id is None else column == site_id)

    moved = exists().where(
        or_(ClientTransfer.client_id == Client.id, ClientTransfer.client_id == Record.id),
        within(ClientTransfer.site_id),
    )
    return or_(within(Client.site_id), moved)


def enrolled(
    session: Session, actor: Actor, site_id: int | None, first_day: date, last_day: date
) -> tuple[Enrolled, ...]:
    """Return the enrollments that ran on some days at the actor's sites, by the clients' codes.

    One that was entered by mistake is left out. A client who was transferred belonged to one of the sites on one of the
    days. The number of statements is the same for any number of clients.
    """
    return tuple(
        one
        for one in enrolled_in(session, enrollment_ids(actor, site_id, first_day, last_day), last_day)
        if not one.span.is_mistake
        and (one.span.last_day is None or one.span.last_day >= first_day)
        and any(
            _reaches(actor, site_id, stay) and stay.first_day <= last_day and stay.last_day >= first_day
            for stay in one.stays
        )
    )


def enrolled_in(session: Session, enrollments: Select[Any], day: date) -> Iterator[Enrolled]:
    """Yield the enrollments whose ids a statement selects, with their counselors on a day, by the clients' codes."""
    ids = enrollments.subquery()
    later = aliased(Enrollment)
    rows = session.execute(
        select(
            Enrollment.id,
            Enrollment.client_id.label("record_id"),
            Enrollment.starts_on,
            Enrollment.schedule_version_id,
            Client.id.label("client_id"),
            Client.code,
            Client.language,
            Client.site_id,
            select(func.min(later.starts_on))
            .where(later.client_id == Enrollment.client_id, later.starts_on > Enrollment.starts_on)
            .scalar_subquery()
            .label("next_starts_on"),
        )
        .join(ids, ids.c.id == Enrollment.id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .order_by(Client.code, Enrollment.starts_on, Enrollment.id)
    ).all()
    events, documents, names = _events(session, ids), *_documents(session)
    stays = _stays_of(session, {row.record_id for row in rows} | {row.client_id for row in rows})
    counselors = _counselors(session, {row.client_id for row in rows}, day)
    for row in rows:
        of_enrollment = [_with_document(event, documents) for event in events.get(row.id, ())]
        span = span_from(row.starts_on, documents[row.schedule_version_id], of_enrollment, row.next_starts_on)
        of_client = stays.of(row.record_id, row.client_id, row.site_id)
        yield Enrolled(
            row.id, row.client_id, row.code, row.language, counselors.get((row.client_id, of_client[-1].site_id)),
            names[row.schedule_version_id], row.schedule_version_id, span, of_client,
        )  # fmt: skip


def _reaches(actor: Actor, site_id: int | None, stay: Stay) -> bool:
    return actor.reaches(stay.site_id) and site_id in (None, stay.site_id)


class Unenrolled(NamedTuple):
    """A client in no enrollment: their code, their language, and their sites by their days."""

    code: str
    language: str
    stays: tuple[Stay, ...]


def unenrolled(session: Session, client_ids: Collection[int]) -> dict[int, Unenrolled]:
    """Return clients by the ids of their main records."""
    if not client_ids:
        return {}
    rows = session.execute(
        select(Client.id, Client.code, Client.language, Client.site_id).where(Client.id.in_(client_ids))
    )
    stays = _stays_of(session, client_ids)
    return {row.id: Unenrolled(row.code, row.language, stays.of(row.id, row.id, row.site_id)) for row in rows}


@dataclass(frozen=True, slots=True)
class _Event:
    """A record of an event with the document of its version."""

    id: int
    kind: str
    from_day: date
    to_day: date | None
    reason: str | None
    schedule_version_id: int | None
    replaces_id: int | None
    state: str
    document: str | None


def _with_document(row: Any, documents: Mapping[int, str]) -> _Event:
    return _Event(
        row.id, row.kind, row.from_day, row.to_day, row.reason, row.schedule_version_id, row.replaces_id, row.state,
        None if row.schedule_version_id is None else documents[row.schedule_version_id],
    )  # fmt: skip


def _events(session: Session, ids: Any) -> dict[int, list[Any]]:
    """Return the records of events by the enrollment's id, oldest first."""
    found: dict[int, list[Any]] = {}
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
        )
        .where(EnrollmentEventRow.enrollment_id.in_(select(ids.c.id)))
        .order_by(EnrollmentEventRow.id)
    ):
        found.setdefault(row.enrollment_id, []).append(row)
    return found


def _documents(session: Session) -> tuple[dict[int, str], dict[int, str]]:
    """Return the documents and the names of all published versions by their ids."""
    rows = session.execute(
        select(ScheduleVersion.id, ScheduleVersion.document, version_name().label("name")).join(
            ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id
        )
    ).all()
    return {row.id: row.document for row in rows}, {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class _Stays:
    """The transfers of clients, and when records were merged."""

    transfers: Mapping[int, list[tuple[date, int, int, datetime]]]
    merged_at: Mapping[int, datetime]

    def of(self, record_id: int, client_id: int, site_id: int) -> tuple[Stay, ...]:
        """Return the stays of a client with the record of an enrollment, whose main record is at a site now."""
        moves = list(self.transfers.get(record_id, ()))
        if record_id != client_id:
            merged_at = self.merged_at.get(record_id)
            main = self.transfers.get(client_id, ())
            moves += [move for move in main if merged_at is None or move[3] >= merged_at]
        return stays_of(((first_day, before, after) for first_day, before, after, _ in moves), site_id)


def stays_of(transfers: Iterable[tuple[date, int, int]], site_id: int) -> tuple[Stay, ...]:
    """Return the stays of a client who is at a site now. A transfer has its first day, and the sites before and after.

    Transfers are in the order in which they were recorded; a later one for the same or an earlier day replaces them.
    """
    found: list[tuple[int, date]] = []
    for first_day, before, after in transfers:
        if not found:
            found.append((before, date.min))
        while len(found) > 1 and found[-1][1] >= first_day:
            found.pop()
        found.append((after, first_day))
    if not found:
        return (Stay(site_id, date.min, date.max),)
    ends = [day - timedelta(days=1) for _, day in found[1:]] + [date.max]
    return tuple(Stay(at, first, last) for (at, first), last in zip(found, ends, strict=True))


def _stays_of(session: Session, records: Collection[int]) -> _Stays:
    """Return the transfers of clients by their records and main records, and when records were merged."""
    transfers: dict[int, list[tuple[date, int, int, datetime]]] = {}
    for row in session.execute(
        select(
            ClientTransfer.client_id,
            ClientTransfer.first_day,
            ClientTransfer.site_id,
            ClientTransfer.to_site_id,
            ClientTransfer.recorded_at,
        )
        .where(ClientTransfer.client_id.in_(records))
        .order_by(ClientTransfer.id)
    ):
        transfers.setdefault(row.client_id, []).append(
            (row.first_day, row.site_id, row.to_site_id, row.recorded_at)
        )  # fmt: skip
    merged = session.execute(
        select(ClientMerge.from_client_id, ClientMerge.recorded_at).where(ClientMerge.from_client_id.in_(records))
    )
    return _Stays(transfers, {row.from_client_id: row.recorded_at for row in merged})


def _counselors(session: Session, client_ids: Collection[int], day: date) -> dict[tuple[int, int], int | None]:
    """Return the counselors of clients on a day, by the client and the site."""
    rows = session.execute(
        select(main_of(Record).label("client_id"), ClientCounselor.site_id, ClientCounselor.counselor_id)
        .join(Record, Record.id == ClientCounselor.client_id)
        .where(ClientCounselor.from_on <= day, main_of(Record).in_(client_ids))
        .order_by(ClientCounselor.from_on, ClientCounselor.id)
    )
    return {(row.client_id, row.site_id): row.counselor_id for row in rows}
