"""Who has looked at which record, newest first."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, IdentityOpening, Note, Site, Staff, ViewingRow
from cm_tracker.queries.audit.trail import is_colleague, within
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, in_days, page_of

MOST_PRINTED = 5000


@dataclass(frozen=True, slots=True)
class ViewingLine:
    """Who looked, when, on which page, from where. `kind` says whether they were refused or typed a wrong password.

    `reason` is why an auditor opened who the client is. `account` is whose password was typed wrong, where the account
    is of the reader's sites.
    """

    id: int
    at: datetime
    kind: str
    page: str
    subject: str
    client_id: int | None
    client_code: str | None
    site_name: str | None
    staff_name: str | None
    address: str
    browser: str
    reason: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewingFilter(ListFilter):
    """The filter of viewings: also what happened, and who it was."""

    kind: str | None = None
    staff_id: int | None = None


class DayOfViewings(NamedTuple):
    """How often somebody looked at a client's record on a day, by page; for a list that the client takes along."""

    day: date
    staff_name: str | None
    page: str
    kind: str
    reason: str | None
    times: int


class PrintedViewings(NamedTuple):
    """What is printed for a client. `is_cut`: there are more than are printed, and fewer days have to be chosen."""

    lines: tuple[DayOfViewings, ...]
    is_cut: bool


def viewings(
    session: Session, actor: Actor, chosen: ViewingFilter, *, before: int | None = None, size: int = PAGE
) -> Page[ViewingLine]:
    """Return a page of the viewings at the actor's sites, and of those that belong to no site, with ids below `before`."""
    return _page(session, actor, _conditions(actor, chosen), before, size)


def viewings_are_longer_than(session: Session, actor: Actor, chosen: ViewingFilter, most: int) -> bool:
    """Return whether more than `most` lines fit the filter."""
    found = select(ViewingRow.id).where(*_conditions(actor, chosen)).order_by(ViewingRow.id.desc())
    return has_more_than(session, found, most)


VIEWINGS = Listing(viewings, viewings_are_longer_than)


def viewings_of_client(
    session: Session, actor: Actor, client_id: int, *, before: int | None = None, size: int = PAGE
) -> Page[ViewingLine]:
    """Return a page of who has looked at a client's record, also at those that were merged into it.

    The caller has checked that the client belongs to the actor's sites; whoever looked is shown wherever they work.
    """
    return _page(session, actor, [ViewingRow.client_id.in_(records_of(client_id))], before, size)


def printed_viewings(
    session: Session, actor: Actor, client_id: int, *, since: date, until: date, time_zone: str
) -> PrintedViewings:
    """Return who has looked at a client's record from one day to another, with one line for a person, a page and a day."""
    conditions = [
        ViewingRow.client_id.in_(records_of(client_id)),
        in_days(ViewingRow.at, since, until, time_zone),
    ]
    page = _page(session, actor, conditions, None, MOST_PRINTED)
    counted = Counter(
        (day_at(line.at, time_zone), line.staff_name, line.page, line.kind, line.reason) for line in page.lines
    )
    return PrintedViewings(tuple(DayOfViewings(*of, times) for of, times in counted.items()), page.older is not None)


def _conditions(actor: Actor, chosen: ViewingFilter) -> list[ColumnElement[bool]]:
    found = [within(ViewingRow, actor), in_days(ViewingRow.at, chosen.since, chosen.until, chosen.time_zone)]
    if chosen.kind is not None:
        found.append(ViewingRow.kind == chosen.kind)
    if chosen.staff_id is not None:
        found.append(ViewingRow.staff_id == chosen.staff_id)
    if chosen.site_id is not None:
        found.append(ViewingRow.site_id == chosen.site_id)
    if chosen.client_code:
        found.append(ViewingRow.client_id.in_(records_with_code(chosen.client_code)))
    return found


def _page(
    session: Session, actor: Actor, conditions: Iterable[ColumnElement[bool]], before: int | None, size: int
) -> Page[ViewingLine]:
    asked: Any = (
        select(
            ViewingRow.id,
            ViewingRow.at,
            ViewingRow.kind,
            ViewingRow.page,
            ViewingRow.subject,
            ViewingRow.client_id,
            Client.code.label("client_code"),
            Site.name.label("site_name"),
            Staff.display_name.label("staff_name"),
            ViewingRow.address,
            ViewingRow.browser,
        )
        .outerjoin(Client, Client.id == ViewingRow.client_id)
        .outerjoin(Site, Site.id == ViewingRow.site_id)
        .outerjoin(Staff, Staff.id == ViewingRow.staff_id)
        .where(*conditions)
        .order_by(ViewingRow.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        asked = asked.where(ViewingRow.id < before)
    page = page_of(rows := session.execute(asked).all(), [row.id for row in rows], size)
    reasons = _reasons(session, _numbers(page.lines, "identity_opening"))
    accounts = _accounts(session, actor, _numbers(page.lines, "staff"))
    lines = (
        ViewingLine(**row._mapping, reason=reasons.get(row.subject), account=accounts.get(row.subject))
        for row in page.lines
    )
    return Page(tuple(lines), page.older)


def _numbers(rows: Iterable[Any], noun: str) -> set[int]:
    named = (row.subject.partition(":") for row in rows)
    return {int(number) for kind, _, number in named if kind == noun and number.isdecimal()}


def _reasons(session: Session, ids: set[int]) -> Mapping[str, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(IdentityOpening.id, Note.text)
        .join(Note, Note.digest == IdentityOpening.note_digest)
        .where(IdentityOpening.id.in_(ids))
    )
    return {f"identity_opening:{row.id}": row.text for row in rows}


def _accounts(session: Session, actor: Actor, ids: set[int]) -> Mapping[str, str]:
    if not ids:
        return {}
    rows = session.execute(select(Staff.id, Staff.display_name).where(Staff.id.in_(ids), is_colleague(Staff.id, actor)))
    return {f"staff:{row.id}": row.display_name for row in rows}
