"""Clients by code, one line for each, without a name: with the newest enrollment and the balances."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Site
from cm_tracker.queries.clients.main_records import codes_in, merged_codes_column
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.clients.spans import ClientSpan, spans_of
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, in_days, page_of
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client by code. `schedule`, `starts_on` and `last_on` are those of the enrollment that began last."""

    id: int
    client_code: str
    merged_codes: tuple[str, ...]
    site: str
    opened_at: datetime
    language: str
    enrollments: int
    schedule: str | None
    starts_on: date | None
    last_on: date | None
    points: int
    draws: int


def _page(
    session: Session, actor: Actor, chosen: ListFilter, before: int | None = None, size: int = PAGE
) -> Page[ClientRow]:
    """Return a page of the clients at the actor's sites, who was opened last first, with ids below `before`."""
    statement: Any = (
        select(
            Client.id,
            Client.code.label("client_code"),
            merged_codes_column().label("merged_codes"),
            Site.name.label("site"),
            Client.created_at.label("opened_at"),
            Client.language,
            _balance("points"),
            _balance("draws"),
        )
        .join(Site, Site.id == Client.site_id)
        .where(*_conditions(actor, chosen))
        .order_by(Client.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        statement = statement.where(Client.id < before)
    rows = session.execute(statement).all()
    spans: dict[int, list[ClientSpan]] = {}
    for span in spans_of(session, [row.id for row in rows]):
        spans.setdefault(span.client_id, []).append(span)
    return page_of([_line(row, spans.get(row.id, [])) for row in rows], [row.id for row in rows], size)


def _line(row: Any, spans: list[ClientSpan]) -> ClientRow:
    newest = spans[-1] if spans else None
    return view_of(
        ClientRow,
        row,
        merged_codes=codes_in(row.merged_codes),
        enrollments=len(spans),
        schedule=newest.schedule_name() if newest else None,
        starts_on=newest.starts_on if newest else None,
        last_on=newest.span.last_day if newest else None,
    )


def _balance(unit: str) -> ColumnElement[int]:
    balance = (
        select(AccountRow.balance)
        .where(AccountRow.client_id == Client.id, AccountRow.kind == "client", AccountRow.unit == unit)
        .scalar_subquery()
    )
    return func.coalesce(balance, 0).label(unit)


def _is_longer_than(session: Session, actor: Actor, chosen: ListFilter, most: int) -> bool:
    """Return whether there are more than `most` clients."""
    found = select(Client.id).where(*_conditions(actor, chosen)).order_by(Client.id.desc())
    return has_more_than(session, found, most)


def _conditions(actor: Actor, chosen: ListFilter) -> list[ColumnElement[bool]]:
    found = [
        Client.merged_into_id.is_(None),
        counted_clients(),
        at_sites(Client.site_id, actor),
        in_days(Client.created_at, chosen.since, chosen.until, chosen.time_zone),
    ]
    if chosen.site_id is not None:
        found.append(Client.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(Client.id.in_(records_with_code(chosen.client_code)))
    return found


CLIENTS = Listing(_page, _is_longer_than)
"""The clients without practice clients, who was opened last first."""
