"""The agreement about the rules that a client follows: what it is about, who has signed it, and who has not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import version_on
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    Client,
    Enrollment,
    Note,
    ScheduleRow,
    ScheduleVersion,
    SignatureWithdrawal,
    SignedAgreement,
    Site,
    Staff,
)
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.clients.spans import events_of, span_from
from cm_tracker.queries.schedules.documents import schedule_of, version_name
from cm_tracker.queries.schedules.followed import followed_version, has_ended_before, is_mistake
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

# So many enrollments are looked at, those that began last; a list shows so many agreements.
MOST_LOOKED_AT, MOST = 3_000, 200


@dataclass(frozen=True, slots=True)
class SignedLine:
    """An agreement that a client signed: for which version, in which language, how, when, and before whom.

    `withdrawn_at` says when somebody found that the signature was recorded by mistake. It does not count then.
    """

    id: int
    enrollment_id: int
    schedule_name: str
    version_number: int
    language: str
    way: str
    signed_on: date
    witness_name: str
    recorded_at: datetime
    staff_name: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    why_withdrawn: str | None


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """What an agreement is about: the client, and the version of a schedule that their enrollment follows today.

    An enrollment that begins later follows the version of its first day. `last_day` is None while it is paused.
    `signed` is the agreement that the client signed for this version.
    """

    enrollment_id: int
    client_id: int
    code: str
    preferred_name: str
    language: str
    has_pin: bool
    site_id: int
    site_name: str
    time_zone: str
    today: date
    version_id: int
    version_number: int
    schedule_name: str
    schedule: Schedule
    first_day: date
    last_day: date | None
    expiry_weeks: int | None
    signed: SignedLine | None


@dataclass(frozen=True, slots=True)
class SignedPage:
    """An agreement that was signed, with its text word by word. `text` is None where it was erased."""

    line: SignedLine
    client_id: int
    code: str
    preferred_name: str
    site_name: str
    time_zone: str
    text: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A client whose enrollment runs, and who has not signed for the version that it follows today."""

    enrollment_id: int
    client_id: int
    site_id: int
    site_name: str
    code: str
    name: str


def agreement_page(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> AgreementPage:
    """Return what the agreement of an enrollment at the actor's sites is about. Raise `NotFound`."""
    row = session.execute(
        select(
            Enrollment.client_id.label("record_id"),
            Enrollment.starts_on,
            Enrollment.schedule_version_id,
            ScheduleVersion.document,
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Client.language,
            Client.pin_hash.is_not(None).label("has_pin"),
            Site.id.label("site_id"),
            Site.name.label("site_name"),
            Site.time_zone,
            Site.settings,
        )
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(Enrollment.id == enrollment_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    today = day_at(now, row.time_zone)
    span = span_from(row.starts_on, row.document, events_of(session, [row.record_id]).get(enrollment_id, ()))
    version_id = version_on(span, row.schedule_version_id, max(today, row.starts_on))
    version = session.execute(
        select(version_name().label("name"), ScheduleVersion.number, ScheduleVersion.document)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleVersion.id == version_id)
    ).one()
    signed = session.execute(
        _SIGNED.where(
            SignedAgreement.enrollment_id == enrollment_id,
            SignedAgreement.schedule_version_id == version_id,
            SignatureWithdrawal.id.is_(None),
        )
    ).one_or_none()
    return AgreementPage(
        enrollment_id=enrollment_id,
        client_id=row.client_id,
        code=row.code,
        preferred_name=row.preferred_name,
        language=row.language,
        has_pin=row.has_pin,
        site_id=row.site_id,
        site_name=row.site_name,
        time_zone=row.time_zone,
        today=today,
        version_id=version_id,
        version_number=version.number,
        schedule_name=version.name,
        schedule=schedule_of(version.document),
        first_day=row.starts_on,
        last_day=span.last_day,
        expiry_weeks=settings_from(row.settings).expiry_weeks,
        signed=None if signed is None else view_of(SignedLine, signed),
    )


def signed_page(session: Session, actor: Actor, agreement_id: int) -> SignedPage:
    """Return a signed agreement of a client at the actor's sites, word by word. Raise `NotFound`."""
    row = session.execute(
        _SIGNED.add_columns(
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Site.name.label("site_name"),
            Site.time_zone,
            Note.text,
            SignedAgreement.note_digest,
        )
        .join(Enrollment, Enrollment.id == SignedAgreement.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .join(Note, Note.digest == SignedAgreement.note_digest)
        .where(SignedAgreement.id == agreement_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="agreement")
    line = SignedLine(**{name: getattr(row, name) for name in SignedLine.__slots__})
    return SignedPage(
        line, row.client_id, row.code, row.preferred_name, row.site_name, row.time_zone, row.text, row.note_digest
    )


def signed_of(session: Session, client_id: int) -> tuple[SignedLine, ...]:
    """Return the agreements that a client signed, the newest first. The caller has checked the client's site."""
    rows = session.execute(
        _SIGNED.join(Enrollment, Enrollment.id == SignedAgreement.enrollment_id)
        .where(Enrollment.client_id.in_(records_of(client_id)))
        .order_by(SignedAgreement.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(SignedLine, row) for row in rows)


def has_to_sign(day: date) -> ColumnElement[bool]:
    """Return the condition that nobody has signed for the version that `Enrollment` follows on a day.

    Practice clients (`Client.is_practice`) sign nothing.
    """
    return Client.is_practice.is_(None) & ~exists().where(
        SignedAgreement.enrollment_id == Enrollment.id,
        SignedAgreement.schedule_version_id == followed_version(day),
        ~exists().where(SignatureWithdrawal.agreement_id == SignedAgreement.id).correlate(SignedAgreement),
    ).correlate(Enrollment)


def unsigned_at(session: Session, site_id: int, today: date) -> tuple[Unsigned, ...]:
    """Return whose enrollment runs at a site and who has not signed for the version that it follows, by their codes.

    The caller has checked that the actor may see the site.
    """
    return _unsigned(session, Client.site_id == site_id, today)


def unsigned_for(session: Session, actor: Actor, today: date) -> tuple[Unsigned, ...]:
    """Return what `unsigned_at` does for all of the actor's sites, in as many statements as for one."""
    return _unsigned(session, at_sites(Client.site_id, actor), today)


def unsigned_of(session: Session, client_id: int, today: date) -> tuple[Unsigned, ...]:
    """Return the running enrollments of a client for which they have not signed. The caller has checked their site."""
    return _unsigned(session, Client.id == client_id, today)


def _unsigned(session: Session, condition: ColumnElement[bool], today: date) -> tuple[Unsigned, ...]:
    rows = session.execute(
        select(
            Enrollment.id,
            Enrollment.client_id.label("record_id"),
            Enrollment.starts_on,
            Client.id.label("client_id"),
            Client.site_id,
            Site.name.label("site_name"),
            Client.code,
            Client.preferred_name,
            ScheduleVersion.document,
        )
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(
            condition,
            has_to_sign(today),
            Enrollment.starts_on <= today,
            ~has_ended_before(today),
            ~is_mistake(),
        )
        .order_by(Enrollment.starts_on.desc(), Enrollment.id.desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    return tuple(sorted(_running(session, rows, today), key=lambda one: one.code))


def _running(session: Session, rows: Iterable[Any], today: date) -> Iterable[Unsigned]:
    rows = list(rows)
    events = events_of(session, [row.record_id for row in rows])
    for row in rows:
        last_day = span_from(row.starts_on, row.document, events.get(row.id, ())).last_day
        if last_day is None or today <= last_day:
            yield Unsigned(row.id, row.client_id, row.site_id, row.site_name, row.code, row.preferred_name)


_WITNESS, _WITHDRAWER, _WHY = aliased(Staff), aliased(Staff), aliased(Note)
_SIGNED: Any = (
    select(
        SignedAgreement.id,
        SignedAgreement.enrollment_id,
        version_name().label("schedule_name"),
        ScheduleVersion.number.label("version_number"),
        SignedAgreement.language,
        SignedAgreement.way,
        SignedAgreement.signed_on,
        _WITNESS.display_name.label("witness_name"),
        SignedAgreement.recorded_at,
        Staff.display_name.label("staff_name"),
        SignatureWithdrawal.recorded_at.label("withdrawn_at"),
        _WITHDRAWER.display_name.label("withdrawn_by"),
        _WHY.text.label("why_withdrawn"),
    )
    .join(ScheduleVersion, ScheduleVersion.id == SignedAgreement.schedule_version_id)
    .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
    .join(_WITNESS, _WITNESS.id == SignedAgreement.witness_id)
    .outerjoin(Staff, Staff.id == SignedAgreement.staff_id)
    .outerjoin(SignatureWithdrawal, SignatureWithdrawal.agreement_id == SignedAgreement.id)
    .outerjoin(_WITHDRAWER, _WITHDRAWER.id == SignatureWithdrawal.staff_id)
    .outerjoin(_WHY, _WHY.digest == SignatureWithdrawal.note_digest)
)
