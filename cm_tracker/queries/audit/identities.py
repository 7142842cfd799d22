"""Identities that auditors opened: the name behind a code for an hour, and the list of all openings for the leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.audit.identities import TOLD_FOR
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, IdentityOpening, Note, Site, Staff
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import aliases_of
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a client is: what an auditor compares with the paper chart. No visit, no result, no points."""

    id: int
    code: str
    old_codes: tuple[str, ...]
    preferred_name: str
    site_name: str
    time_zone: str
    opened_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Who opened the identity of which client, until when, and why. `is_own`: the reader did it, and it is still open."""

    id: int
    client_id: int
    code: str
    site_name: str
    staff_name: str
    opened_at: datetime
    ends_at: datetime
    reason: str
    is_own: bool


class OpenedLately(NamedTuple):
    """How many identities somebody opened in the last days."""

    staff_name: str
    times: int


def open_identity_of(session: Session, actor: Actor, opening_id: int, now: datetime) -> Identity:
    """Return who the client of an opening is. Raise `NotFound` where it is over, or not the actor's own."""
    row = session.execute(
        select(
            IdentityOpening.id,
            Client.code,
            Client.id.label("client_id"),
            Client.preferred_name,
            Site.name.label("site_name"),
            Site.time_zone,
            IdentityOpening.opened_at,
            IdentityOpening.ends_at,
        )
        .join(Record, Record.id == IdentityOpening.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(
            IdentityOpening.id == opening_id,
            IdentityOpening.staff_id == actor.staff_id,
            # A clock that was set back makes no hour longer.
            IdentityOpening.opened_at <= now,
            IdentityOpening.ends_at > now,
            at_sites(Client.site_id, actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(what="opened name")
    values = dict(row._mapping)
    old_codes = aliases_of(session, values.pop("client_id"))
    return Identity(**values, old_codes=old_codes)


def openings(
    session: Session, actor: Actor, now: datetime, *, before: int | None = None, size: int = PAGE
) -> Page[OpeningLine]:
    """Return a page of the openings at the actor's sites, newest first; an auditor sees only their own."""
    asked: Any = (
        select(
            IdentityOpening.id,
            IdentityOpening.client_id,
            IdentityOpening.staff_id,
            Client.code,
            Site.name.label("site_name"),
            Staff.display_name.label("staff_name"),
            IdentityOpening.opened_at,
            IdentityOpening.ends_at,
            Note.text.label("reason"),
        )
        .join(Client, Client.id == IdentityOpening.client_id)
        .join(Site, Site.id == IdentityOpening.site_id)
        .join(Staff, Staff.id == IdentityOpening.staff_id)
        .outerjoin(Note, Note.digest == IdentityOpening.note_digest)
        .where(at_sites(IdentityOpening.site_id, actor))
        .order_by(IdentityOpening.id.desc())
        .limit(size + 1)
    )
    if not actor.may("client:find"):
        asked = asked.where(IdentityOpening.staff_id == actor.staff_id)
    if before is not None:
        asked = asked.where(IdentityOpening.id < before)
    page = page_of(rows := session.execute(asked).all(), [row.id for row in rows], size)
    return Page(tuple(_line(row, actor, now) for row in page.lines), page.older)


def _line(row: Any, actor: Actor, now: datetime) -> OpeningLine:
    values = dict(row._mapping)
    is_own = values.pop("staff_id") == actor.staff_id and row.opened_at <= now < row.ends_at
    return OpeningLine(**{**values, "reason": row.reason or ""}, is_own=is_own)


def opened_lately(session: Session, actor: Actor, now: datetime) -> tuple[OpenedLately, ...]:
    """Return who opened identities of the actor's sites in the last days, at most 20 people."""
    rows = session.execute(
        select(Staff.display_name.label("staff_name"), func.count().label("times"))
        .join(IdentityOpening, IdentityOpening.staff_id == Staff.id)
        .where(at_sites(IdentityOpening.site_id, actor), IdentityOpening.opened_at > now - TOLD_FOR)
        .group_by(Staff.id, Staff.display_name)
        .order_by(Staff.display_name, Staff.id)
        .limit(20)
    )
    return tuple(view_of(OpenedLately, row) for row in rows)
