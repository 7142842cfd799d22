"""The list of a tax year: which clients were awarded how much in a calendar year, over all sources, by code."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.funding.counting import count
from cm_tracker.domain.funding.sources import FundingYear
from cm_tracker.domain.funding.taxes import at_least, calendar_year, totals_of_year
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Site
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.funding.awards import awards_between
from cm_tracker.queries.funding.sources import entered_sources, sources
from cm_tracker.queries.paging import PAGE, Listing, Page
from cm_tracker.queries.staff.sites import at_sites

# In this calendar year the program may have begun; nothing is older.
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class TaxFilter:
    """A calendar year, the least yearly total in cents that is listed, a site, and a client's code."""

    year: int
    least_cents: int
    site_id: int | None = None
    time_zone: str = "UTC"
    client_code: str = ""

    @property
    def since(self) -> date:
        """Return the first day of the year."""
        return calendar_year(self.year)[0]

    @property
    def until(self) -> date:
        """Return the last day of the year."""
        return calendar_year(self.year)[1]


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A client by code, what they were awarded in the year, and how much of it by which source; None: no source."""

    year: int
    client_id: int
    code: str
    site_name: str
    cents: int
    by_source: tuple[tuple[str | None, int], ...]


def tax_lines(
    session: Session, actor: Actor, chosen: TaxFilter, *, before: int | None = None, size: int = PAGE
) -> Page[TaxLine]:
    """Return a page of the list, the highest total first. `before` is how many lines the pages before it had.

    The totals count everything that a client received in the program, at every site; listed are clients of the actor's
    sites.
    """
    first, last = calendar_year(chosen.year)
    awards = awards_between(session, first, last)
    totals = at_least(totals_of_year(awards, chosen.year), max(chosen.least_cents, 1))
    rows = {
        row.id: row
        for row in session.execute(
            select(Client.id, Client.code, Site.name)
            .join(Site, Site.id == Client.site_id)
            .where(
                *([Client.id.in_(records_with_code(chosen.client_code))] if chosen.client_code else []),
                Client.merged_into_id.is_(None),
                at_sites(Client.site_id, actor),
                *([Client.site_id == chosen.site_id] if chosen.site_id is not None else []),
            )
        )
    }
    listed = [client_id for client_id in totals if client_id in rows]
    done = before or 0
    shown = listed[done : done + size]
    lines = sources(session)
    year = FundingYear(first, last)
    counted = count(awards, entered_sources(session), {None: year, **{line.id: year for line in lines}})
    names: list[tuple[int | None, str | None]] = [*((line.id, line.name) for line in lines), (None, None)]
    return Page(
        tuple(
            TaxLine(
                chosen.year,
                client_id,
                rows[client_id].code,
                rows[client_id].name,
                totals[client_id],
                tuple(
                    (name, cents)
                    for source_id, name in names
                    if (cents := counted[source_id].by_client.get(client_id, 0))
                ),
            )
            for client_id in shown
        ),
        done + size if len(listed) > done + size else None,
    )


def tax_list_is_longer_than(session: Session, actor: Actor, chosen: TaxFilter, most: int) -> bool:
    """Return whether the list has more than so many lines."""
    return tax_lines(session, actor, chosen, size=most).older is not None


TAX_YEAR = Listing(tax_lines, tax_list_is_longer_than)


def years_to_list(today: date) -> tuple[int, ...]:
    """Return the calendar years that can be listed, this one first."""
    return tuple(range(today.year, today.year - MOST_YEARS, -1))
