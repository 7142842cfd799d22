"""A client's consents, agreements and disclosures, also of the records that were merged into theirs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.disclosures import WrittenConsent
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Agreement, Client, Consent, ConsentRevocation, Disclosure, Site, Staff
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

# Nobody signs so many; a list that is longer shows the newest.
MOST = 200
# Of an account of six years: four a day.
MOST_OF_ACCOUNT = 10_000


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent: to whom, what, what for, and from when to when. `holds`: something may be told today."""

    id: int
    recipient: str
    what: str
    purpose: str
    written: WrittenConsent
    holds: bool


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """A consent with the client whom it is about, for the form that revokes it."""

    id: int
    client_id: int
    code: str
    preferred_name: str
    recipient: str
    what: str
    today: date


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement about the program that a client signed."""

    id: int
    version: str
    signed_on: date
    witness_name: str
    recorded_at: datetime
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """What was told to whom, on which day, what for, and on what it rests."""

    id: int
    basis: str
    recipient: str
    what: str
    purpose: str
    disclosed_on: date
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class DisclosureSheet:
    """The sheet that goes with a disclosure. `consent` is what the client agreed to, where it rests on a consent."""

    id: int
    client_id: int
    code: str
    preferred_name: str
    site_name: str
    basis: str
    recipient: str
    what: str
    purpose: str
    disclosed_on: date
    consent: ConsentLine | None


def consents_of(session: Session, client_id: int, today: date) -> tuple[ConsentLine, ...]:
    """Return a client's consents, the newest first. The caller has checked that the client is of the actor's sites."""
    rows = session.execute(
        _CONSENTS.where(Consent.client_id.in_(records_of(client_id))).order_by(Consent.id.desc()).limit(MOST)
    )
    return tuple(_consent(row, today) for row in rows)


def written_consent(session: Session, client_id: int, consent_id: int) -> WrittenConsent | None:
    """Return from when to when a consent of a client holds, or None for one of somebody else."""
    row = session.execute(
        _CONSENTS.where(Consent.id == consent_id, Consent.client_id.in_(records_of(client_id)))
    ).one_or_none()
    return None if row is None else WrittenConsent(row.signed_on, row.until, row.revoked_on)


def consent_page(session: Session, actor: Actor, consent_id: int, now: datetime) -> ConsentPage:
    """Return a consent of a client at the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            Consent.id,
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Consent.recipient,
            Consent.what,
            Site.time_zone,
        )
        .join(Record, Record.id == Consent.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(Consent.id == consent_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="consent")
    values = dict(row._mapping)
    today = day_at(now, values.pop("time_zone"))
    return ConsentPage(**values, today=today)


def agreements_of(session: Session, client_id: int) -> tuple[AgreementLine, ...]:
    """Return the agreements that a client signed, the newest first."""
    witness = aliased(Staff)
    rows = session.execute(
        select(
            Agreement.id,
            Agreement.version,
            Agreement.signed_on,
            witness.display_name.label("witness_name"),
            Agreement.recorded_at,
            Staff.display_name.label("staff_name"),
        )
        .join(witness, witness.id == Agreement.witness_id)
        .outerjoin(Staff, Staff.id == Agreement.staff_id)
        .where(Agreement.client_id.in_(records_of(client_id)))
        .order_by(Agreement.signed_on.desc(), Agreement.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(AgreementLine, row) for row in rows)


def disclosures_of(
    session: Session, client_id: int, *, since: date | None = None, most: int = MOST
) -> tuple[DisclosureLine, ...]:
    """Return what was told about a client, the newest first, from a day on: at most so many."""
    asked: Any = (
        select(*_DISCLOSED, Staff.display_name.label("staff_name"))
        .outerjoin(Staff, Staff.id == Disclosure.staff_id)
        .where(Disclosure.client_id.in_(records_of(client_id)))
        .order_by(Disclosure.disclosed_on.desc(), Disclosure.id.desc())
        .limit(most)
    )
    if since is not None:
        asked = asked.where(Disclosure.disclosed_on >= since)
    return tuple(view_of(DisclosureLine, row) for row in session.execute(asked))


def disclosure_sheet(session: Session, actor: Actor, disclosure_id: int) -> DisclosureSheet:
    """Return a disclosure about a client at the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            *_DISCLOSED,
            Disclosure.consent_id,
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Site.name.label("site_name"),
        )
        .join(Record, Record.id == Disclosure.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(Disclosure.id == disclosure_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="disclosure")
    values = dict(row._mapping)
    consent_id = values.pop("consent_id")
    consent = session.execute(_CONSENTS.where(Consent.id == consent_id)).one() if consent_id is not None else None
    return DisclosureSheet(**values, consent=_consent(consent, row.disclosed_on) if consent is not None else None)


_CONSENTS = select(
    Consent.id,
    Consent.recipient,
    Consent.what,
    Consent.purpose,
    Consent.signed_on,
    Consent.until,
    ConsentRevocation.revoked_on,
).outerjoin(ConsentRevocation, ConsentRevocation.consent_id == Consent.id)
_DISCLOSED = (
    Disclosure.id,
    Disclosure.basis,
    Disclosure.recipient,
    Disclosure.what,
    Disclosure.purpose,
    Disclosure.disclosed_on,
)


def _consent(row: Any, today: date) -> ConsentLine:
    written = WrittenConsent(row.signed_on, row.until, row.revoked_on)
    return ConsentLine(row.id, row.recipient, row.what, row.purpose, written, written.holds_on(today))
