"""Visit lines with the names of clients, for somebody outside the clinic: about whom they may be told, and the file.

A name leaves the clinic only by a disclosure (42 CFR Part 2): by the consent of each client for this recipient, or by one
of the exceptions. The file has the lines of those alone for whom a disclosure was recorded.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.disclosures import WrittenConsent
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.tables import TEXT, Column, Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Consent, ConsentRevocation, Disclosure, Site
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.reports.saved import SavedLine, saved_table
from cm_tracker.queries.staff.sites import at_sites

CODE, NAME = "client", Column("name", marked("Name"), TEXT)


@dataclass(frozen=True, slots=True)
class InForce:
    """A consent that holds today: to whom something may be told."""

    id: int
    recipient: str

    def is_for(self, recipient: str) -> bool:
        """Return whether it names a recipient, by the same words."""
        return self.recipient.strip().casefold() == recipient.strip().casefold()


@dataclass(frozen=True, slots=True)
class ToTell:
    """A client with lines: the main record, the day at their site, and their consents that hold, the newest first."""

    client_id: int
    site_id: int
    code: str
    name: str
    today: date
    consents: tuple[InForce, ...]

    def consent_for(self, recipient: str) -> InForce | None:
        """Return the newest consent for a recipient, or None."""
        return next((one for one in self.consents if one.is_for(recipient)), None)


def clients_to_tell(session: Session, actor: Actor, saved: SavedLine, now: datetime) -> tuple[ToTell, ...]:
    """Return the clients of the lines of a saved report, by code. Raise `NotFound` for a report without visit lines.

    One who is at none of the actor's sites any more is left out: their site decides about what is told of them.
    """
    codes = set(_whole(session, actor, saved, now).column(CODE))
    rows = session.execute(
        select(Client.id, Client.site_id, Client.code, Client.preferred_name, Site.time_zone)
        .join(Site, Site.id == Client.site_id)
        .where(Client.code.in_(codes), Client.merged_into_id.is_(None), at_sites(Client.site_id, actor))
        .order_by(Client.code)
    ).all()
    consents = _consents(session, [row.id for row in rows])
    found = []
    for row in rows:
        today = day_at(now, row.time_zone)
        in_force = tuple(one for one, written in consents.get(row.id, ()) if written.holds_on(today))
        found.append(ToTell(row.id, row.site_id, row.code, row.preferred_name, today, in_force))
    return tuple(found)


def told_with(session: Session, disclosure_id: int) -> frozenset[int]:
    """Return the clients about whom disclosures were recorded together with one. The caller checks the actor."""
    first = session.execute(
        select(Disclosure.recorded_at, Disclosure.staff_id).where(Disclosure.id == disclosure_id)
    ).one()
    rows = session.execute(
        select(main_of(Record))
        .join(Disclosure, Disclosure.client_id == Record.id)
        .where(
            Disclosure.id >= disclosure_id,
            Disclosure.recorded_at == first.recorded_at,
            Disclosure.staff_id.is_not_distinct_from(first.staff_id),
        )
    )
    return frozenset(rows.scalars())


def table_with_names(
    session: Session, actor: Actor, saved: SavedLine, told: Collection[int], now: datetime
) -> tuple[Table, int]:
    """Return the lines of the clients about whom something is told, with their names, and how many others were left out."""
    whole = _whole(session, actor, saved, now)
    rows = session.execute(
        select(Client.code, Client.preferred_name).where(Client.id.in_(told), at_sites(Client.site_id, actor))
    )
    names = {row.code: row.preferred_name for row in rows}
    codes = whole.column(CODE)
    kept = tuple(
        (names[code], *cells)
        for code, cells in zip(codes, whole.rows, strict=True)
        if isinstance(code, str) and code in names
    )
    columns = list(saved.columns) or [column.name for column in whole.columns]
    columns.insert(columns.index(CODE) + 1 if CODE in columns else 0, NAME.name)
    named = replace(whole, columns=(NAME, *whole.columns), rows=kept)
    return named.with_columns(columns), len({*codes} - names.keys())


def _whole(session: Session, actor: Actor, saved: SavedLine, now: datetime) -> Table:
    if not saved.of.choices:
        raise NotFound(what="report")
    return saved_table(session, actor, replace(saved, columns=()), now)


def _consents(session: Session, client_ids: Sequence[int]) -> dict[int, list[tuple[InForce, WrittenConsent]]]:
    rows = session.execute(
        select(
            Consent.id,
            Consent.recipient,
            Consent.signed_on,
            Consent.until,
            ConsentRevocation.revoked_on,
            main_of(Record).label("main_id"),
        )
        .outerjoin(ConsentRevocation, ConsentRevocation.consent_id == Consent.id)
        .join(Record, Record.id == Consent.client_id)
        .where(Consent.client_id.in_(records_of(*client_ids)))
        .order_by(Consent.id.desc())
    )
    found: dict[int, list[tuple[InForce, WrittenConsent]]] = {}
    for row in rows:
        written = WrittenConsent(row.signed_on, row.until, row.revoked_on)
        found.setdefault(row.main_id, []).append((InForce(row.id, row.recipient), written))
    return found
