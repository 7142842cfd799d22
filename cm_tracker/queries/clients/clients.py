"""The client list, a client's page, and what a visit form needs to know of an enrollment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Enrollment, ScheduleVersion, Site, VisitRow
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.counselors import has_counselor
from cm_tracker.queries.clients.enrollment_cards import EnrollmentCard, current_enrollment, enrollment_card
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.clients.main_records import Record, codes_in, main_id_of, main_of, merged_codes_column
from cm_tracker.queries.clients.search import found_by
from cm_tracker.queries.clients.spans import ClientSpan, current_of, spans_of
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites, zone_of_list
from cm_tracker.queries.views import view_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class ClientLine:
    """A client in a list. `merged_codes` are the codes of the records that were merged into this one."""

    id: int
    code: str
    merged_codes: tuple[str, ...]
    preferred_name: str
    site_name: str
    schedule: str | None
    week: int | None
    weeks: int | None
    points: int


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One page of the client list. `pages` is the number of pages, `total` the number of clients."""

    lines: tuple[ClientLine, ...]
    number: int
    pages: int
    total: int

    @property
    def earlier(self) -> int | None:
        """Return the number of the page before this one, or None."""
        return self.number - 1 if self.number > 1 else None

    @property
    def later(self) -> int | None:
        """Return the number of the page after this one, or None."""
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True, slots=True)
class ClientCard:
    """Everything on a client's page.

    `merged_codes` are the codes of the records that were merged into this one. `other_enrollments` are those beside the
    one that is shown, the newest first.
    """

    id: int
    code: str
    preferred_name: str
    site_id: int
    site_name: str
    time_zone: str
    language: str
    has_pin: bool
    today: date
    balances: Mapping[str, int]
    enrollment: EnrollmentCard | None
    points_may_expire: bool
    merged_codes: tuple[str, ...]
    other_enrollments: tuple[ClientSpan, ...]

    @property
    def has_draws(self) -> bool:
        """Return whether this client has ever been paid in draws."""
        return "draws" in self.balances


@dataclass(frozen=True, slots=True)
class EnrolledClient:
    """The client and the enrollment that a visit form is about."""

    id: int
    code: str
    preferred_name: str
    time_zone: str
    today: date
    enrollment: EnrollmentCard


@dataclass(frozen=True, slots=True)
class ClientName:
    """A client as the heading of a form names them."""

    id: int
    code: str
    preferred_name: str
    site_id: int
    language: str
    time_zone: str


def client_list(
    session: Session, actor: Actor, *, search: str, page: int, now: datetime, counselor_id: int | None = None
) -> ClientPage:
    """Return a page of the clients at the actor's sites, ordered by code: those whom `search` finds.

    With a `counselor_id`, only this counselor's clients are listed, as of the day at the actor's sites. Who is found by the code or the name of a record that was merged is listed once, as the main record.
    """
    matching = select(main_of()).distinct().where(at_sites(Client.site_id, actor), *found_by(session, actor, search))
    if counselor_id is not None:
        matching = matching.where(has_counselor(counselor_id, day_at(now, zone_of_list(session, actor))))
    total = session.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = session.execute(
        select(
            Client.id,
            Client.code,
            Client.preferred_name,
            Site.name.label("site_name"),
            Site.time_zone,
            func.coalesce(AccountRow.balance, 0).label("points"),
            merged_codes_column().label("merged_codes"),
        )
        .join(Site, Site.id == Client.site_id)
        .outerjoin(
            AccountRow,
            (AccountRow.client_id == Client.id) & (AccountRow.kind == "client") & (AccountRow.unit == "points"),
        )
        .where(Client.id.in_(matching))
        .order_by(Client.code)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    spans: dict[int, list[ClientSpan]] = {}
    for of in spans_of(session, [row.id for row in rows]):
        spans.setdefault(of.client_id, []).append(of)
    lines = []
    for row in rows:
        today = day_at(now, row.time_zone)
        current = current_of(spans.get(row.id, ()), today)
        timeline = current.span.timeline if current is not None else None
        lines.append(
            ClientLine(
                row.id,
                row.code,
                codes_in(row.merged_codes),
                row.preferred_name,
                row.site_name,
                current.schedule_name(today) if current is not None else None,
                timeline.week_of(today) if timeline is not None else None,
                timeline.schedule_on(today).last_week if timeline is not None else None,
                row.points,
            )
        )
    return ClientPage(tuple(lines), page, pages, total)


def client_name(session: Session, actor: Actor, client_id: int) -> ClientName:
    """Return a client at the actor's sites; for a record that was merged, its main record. Raise `NotFound`."""
    row = session.execute(
        select(Client.id, Client.code, Client.preferred_name, Client.site_id, Client.language, Site.time_zone)
        .join(Site, Site.id == Client.site_id)
        .where(Client.id == main_id_of(client_id), at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="client")
    return view_of(ClientName, row)


def client_card(session: Session, actor: Actor, client_id: int, now: datetime) -> ClientCard:
    """Return a client's page; for a record that was merged, its main record. Raise `NotFound` for another site's."""
    row = session.execute(
        select(
            Client.id,
            Client.code,
            Client.preferred_name,
            Client.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            Client.language,
            Client.pin_hash.is_not(None).label("has_pin"),
            Site.settings,
            merged_codes_column().label("merged_codes"),
        )
        .join(Site, Site.id == Client.site_id)
        .where(Client.id == main_id_of(client_id), at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="client")
    today = day_at(now, row.time_zone)
    spans = spans_of(session, [row.id])
    current = current_of(spans, today)
    return ClientCard(
        id=row.id,
        code=row.code,
        preferred_name=row.preferred_name,
        site_id=row.site_id,
        site_name=row.site_name,
        time_zone=row.time_zone,
        language=row.language,
        has_pin=row.has_pin,
        today=today,
        balances=balances_of(session, row.id),
        enrollment=enrollment_card(session, current.enrollment_id, today) if current is not None else None,
        other_enrollments=tuple(of for of in reversed(spans) if of is not current),
        merged_codes=codes_in(row.merged_codes),
        points_may_expire=settings_from(row.settings).expiry_weeks is not None,
    )


@dataclass(frozen=True, slots=True)
class VisitPlace:
    """The enrollment of a visit form: what is needed to read the form, without replaying the visits."""

    enrollment_id: int
    time_zone: str
    today: date
    tracks: tuple[Track, ...]
    newest_on: date | None
    site_id: int
    undo_minutes: int


def visit_place(
    session: Session, actor: Actor, enrollment_id: int, now: datetime, day: date | None = None
) -> VisitPlace:
    """Return the enrollment of a visit form at the actor's sites, with the tracks of a day, today's without one.

    Raise `NotFound`.
    """
    rows = _PLACE(session, {"enrollment_id": enrollment_id})
    if not rows or not actor.reaches(rows[0].site_id):
        raise NotFound(what="enrollment")
    row = rows[0]
    today = day_at(now, row.time_zone)
    history = enrollment_history(session, enrollment_id)
    tracks, minutes = history.timeline.tracks_on(day or today), history.settings.undo_minutes
    return VisitPlace(enrollment_id, row.time_zone, today, tracks, row.newest_on, row.site_id, minutes)


_NEWEST = (
    select(func.max(table(VisitRow).c.happened_on))
    .where(table(VisitRow).c.enrollment_id == table(Enrollment).c.id)
    .scalar_subquery()
    .label("newest_on")
)
_RECORD = table(Client).alias("record")
_PLACE_COLUMNS = (table(Client).c.site_id, table(Site).c.time_zone, table(ScheduleVersion).c.document, _NEWEST)
_PLACE = Prepared(
    select(*_PLACE_COLUMNS)
    .select_from(table(Enrollment))
    .join(_RECORD, _RECORD.c.id == table(Enrollment).c.client_id)
    .join(table(Client), table(Client).c.id == main_of(_RECORD.c))
    .join(table(Site), table(Site).c.id == table(Client).c.site_id)
    .join(table(ScheduleVersion), table(ScheduleVersion).c.id == table(Enrollment).c.schedule_version_id)
    .where(table(Enrollment).c.id == bindparam("enrollment_id")),
    columns=_PLACE_COLUMNS,
)


def enrolled_client(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> EnrolledClient:
    """Return the client of an enrollment at the actor's sites, for a visit form. Raise `NotFound`."""
    row = session.execute(
        select(Client.id, Client.code, Client.preferred_name, Site.time_zone)
        .join(Record, main_of(Record) == Client.id)
        .join(Enrollment, Enrollment.client_id == Record.id)
        .join(Site, Site.id == Client.site_id)
        .where(Enrollment.id == enrollment_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    today = day_at(now, row.time_zone)
    enrollment = enrollment_card(session, enrollment_id, today)
    return EnrolledClient(row.id, row.code, row.preferred_name, row.time_zone, today, enrollment)


def ceilings_of(session: Session, actor: Actor, client_id: int, now: datetime) -> tuple[CeilingUse, ...]:
    """Return how much of each ceiling of a client's current enrollment is used today. Raise `NotFound`."""
    client = client_name(session, actor, client_id)
    enrollment = current_enrollment(session, client.id, day_at(now, client.time_zone))
    return tuple(use for use in enrollment.ceilings if use.scope != "award") if enrollment else ()


def balances_of(session: Session, client_id: int) -> dict[str, int]:
    """Return a client's balances by unit. There is always one for points."""
    rows = session.execute(
        select(AccountRow.unit, AccountRow.balance).where(
            AccountRow.client_id == client_id, AccountRow.kind == "client"
        )
    )
    return {"points": 0, **{unit: balance or 0 for unit, balance in rows}}
