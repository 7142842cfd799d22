"""The audit trail, newest first."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AuditEvent,
    Client,
    ClientTransfer,
    FundingSource,
    Handover,
    Note,
    Prize,
    Redemption,
    Site,
    Staff,
    StaffSite,
    VisitRow,
)
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, in_days, page_of
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, when, about what, and why; clients by code only.

    `kind` and `number` name the record (visit, 17); `number` is None where it is not known. `detail` holds what
    the operation noted. The rest was looked up: `name` is that of the prize or account, of the two sites of a transfer,
    or of who sent a draft, `day` that of the visit, and
    `redemption_id` the receipt of a handover. They are None where the record is not one of the actor's sites.
    """

    id: int
    at: datetime
    tag: str
    staff_name: str | None
    via: str
    site_name: str | None
    client_id: int | None
    client_code: str | None
    kind: str
    number: int | None
    detail: Mapping[str, Any]
    reason: str | None
    name: str | None = None
    day: date | None = None
    redemption_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter(ListFilter):
    """The filter of the trail: also what was done, and who did it."""

    tags: tuple[str, ...] = ()
    staff_id: int | None = None


def audit_trail(
    session: Session, actor: Actor, chosen: AuditFilter, *, before: int | None = None, size: int = PAGE
) -> Page[AuditLine]:
    """Return a page of the trail of the actor's sites, and of what belongs to no site, with ids below `before`.

    However long the page, it takes one query for the lines and one for each kind of record that is named in them.
    """
    asked: Any = (
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.tag,
            Staff.display_name.label("staff_name"),
            AuditEvent.via,
            Site.name.label("site_name"),
            AuditEvent.client_id,
            Client.code.label("client_code"),
            AuditEvent.subject,
            AuditEvent.detail,
            Note.text.label("reason"),
        )
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .outerjoin(Site, Site.id == AuditEvent.site_id)
        .outerjoin(Client, Client.id == AuditEvent.client_id)
        .outerjoin(Note, Note.digest == AuditEvent.note_digest)
        .where(*_conditions(actor, chosen))
        .order_by(AuditEvent.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        asked = asked.where(AuditEvent.id < before)
    page = page_of(rows := session.execute(asked).all(), [row.id for row in rows], size)
    return Page(_with_names(session, actor, page.lines), page.older)


def trail_is_longer_than(session: Session, actor: Actor, chosen: AuditFilter, most: int) -> bool:
    """Return whether more than `most` lines fit the filter."""
    found = (
        select(AuditEvent.id)
        .outerjoin(Client, Client.id == AuditEvent.client_id)
        .where(*_conditions(actor, chosen))
        .order_by(AuditEvent.id.desc())
    )
    return has_more_than(session, found, most)


AUDIT_TRAIL = Listing(audit_trail, trail_is_longer_than)


def _conditions(actor: Actor, chosen: AuditFilter) -> list[ColumnElement[bool]]:
    found = [within(AuditEvent, actor), in_days(AuditEvent.at, chosen.since, chosen.until, chosen.time_zone)]
    if chosen.tags:
        found.append(AuditEvent.tag.in_(chosen.tags))
    if chosen.staff_id is not None:
        found.append(AuditEvent.staff_id == chosen.staff_id)
    if chosen.site_id is not None:
        found.append(AuditEvent.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(AuditEvent.client_id.in_(records_with_code(chosen.client_code)))
    return found


def within(row: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that keeps the trail, or another table of what people did, inside the actor's sites.

    What belongs to no site is shown if somebody of these sites did it. What a command did, or the kiosk before
    a code was right, belongs to nobody and is shown to all.
    """
    if actor.site_ids is None:
        return true()
    return or_(
        row.site_id.in_(actor.site_ids),
        and_(row.site_id.is_(None), or_(row.staff_id.is_(None), is_colleague(row.staff_id, actor))),
    )


def is_colleague(staff_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an account is the actor's own, or has one of the actor's sites."""
    if actor.site_ids is None:
        return true()
    colleagues = select(StaffSite.staff_id).where(StaffSite.site_id.in_(actor.site_ids))
    return or_(staff_id == actor.staff_id, staff_id.in_(colleagues))


def _with_names(session: Session, actor: Actor, rows: Iterable[Any]) -> tuple[AuditLine, ...]:
    """Return the rows as lines, with what has to be looked up about their records."""
    lines = [_line(row) for row in rows]
    named = [_named_record(line) for line in lines]
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for kind, look_up in _LOOK_UP.items():
        ids = {number for of, number in named if of == kind and number is not None}
        if ids:
            for row in session.execute(look_up(actor, ids)):
                values = dict(row._mapping)
                found[kind, values.pop("id")] = values
    return tuple(AuditLine(**line, **found.get(record, _NOTHING)) for line, record in zip(lines, named, strict=True))


_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _line(row: Any) -> dict[str, Any]:
    """Return the fields of a line that are its own."""
    values = dict(row._mapping)
    kind, _, number = values.pop("subject").partition(":")
    values["detail"] = json.loads(values["detail"])
    return {**values, "kind": kind, "number": int(number) if number.isdecimal() else None}


def _named_record(line: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the record whose name a line tells: a delivery tells that of its prize, a version that of who sent it."""
    for noun, kind in (("prize", "prize"), ("sent_by", "staff")):
        number = line["detail"].get(noun)
        if isinstance(number, int):
            return kind, number
    return line["kind"], line["number"]


def _prizes(actor: Actor, ids: Iterable[int]) -> Any:
    here = or_(Prize.site_id.is_(None), at_sites(Prize.site_id, actor))
    return select(Prize.id, Prize.name).where(Prize.id.in_(ids), here)


def _accounts(actor: Actor, ids: Iterable[int]) -> Any:
    return select(Staff.id, Staff.display_name.label("name")).where(Staff.id.in_(ids), is_colleague(Staff.id, actor))


def _visits(actor: Actor, ids: Iterable[int]) -> Any:
    here = at_sites(VisitRow.site_id, actor)
    return select(VisitRow.id, VisitRow.happened_on.label("day")).where(VisitRow.id.in_(ids), here)


def _redemptions(actor: Actor, ids: Iterable[int]) -> Any:
    here = at_sites(Redemption.site_id, actor)
    return select(Redemption.id, Redemption.prize_name.label("name")).where(Redemption.id.in_(ids), here)


def _handovers(actor: Actor, ids: Iterable[int]) -> Any:
    return (
        select(Handover.id, Handover.redemption_id, Redemption.prize_name.label("name"))
        .join(Redemption, Redemption.id == Handover.redemption_id)
        .where(Handover.id.in_(ids), at_sites(Handover.site_id, actor))
    )


def _transfers(actor: Actor, ids: Iterable[int]) -> Any:
    from_site, to_site = aliased(Site), aliased(Site)
    return (
        select(ClientTransfer.id, (from_site.name + " to " + to_site.name).label("name"))
        .join(from_site, from_site.id == ClientTransfer.site_id)
        .join(to_site, to_site.id == ClientTransfer.to_site_id)
        .where(
            ClientTransfer.id.in_(ids),
            or_(at_sites(ClientTransfer.site_id, actor), at_sites(ClientTransfer.to_site_id, actor)),
        )
    )


# Every column but the id is a field of `AuditLine`. No query here reads a client's name, a substance or a result.
def _funding_sources(_actor: Actor, ids: Iterable[int]) -> Any:
    # A source belongs to the whole program.
    return select(FundingSource.id, FundingSource.name).where(FundingSource.id.in_(ids))


_LOOK_UP: Mapping[str, Callable[[Actor, Iterable[int]], Any]] = {
    "visit": _visits,
    "redemption": _redemptions,
    "handover": _handovers,
    "client_transfer": _transfers,
    "prize": _prizes,
    "staff": _accounts,
    "funding_source": _funding_sources,
}


def state_of_site(session: Session, site_id: int, since: datetime) -> str:
    """Return a word that is another one after anything was written at a site since an instant.

    Every operation notes what it does. Of two that run at the same time the one with the higher id may be committed
    first, so their number counts as well as the newest.
    """
    newest, n = session.execute(
        select(func.max(AuditEvent.id), func.count()).where(AuditEvent.site_id == site_id, AuditEvent.at >= since)
    ).one()
    return f"{newest or 0}-{n}"
