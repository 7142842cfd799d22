"""The money page: every source with what was awarded of it, its forecast, who is near a limit, and what is owed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.funding.counting import Award, Counted, SourceFrom, count, source_on
from cm_tracker.domain.funding.forecast import WEEK, Forecast, Week, cost_of_weeks, forecast, full_weeks, runs_out_on
from cm_tracker.domain.funding.gaps import Gap, gap
from cm_tracker.domain.funding.sources import CALENDAR, FundingYear, Terms, Use, year_of
from cm_tracker.domain.funding.taxes import Threshold, at_least, threshold_of, totals_of_year
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.queries.clients.spans import ClientSpan, spans_of
from cm_tracker.queries.funding.awards import awards_between
from cm_tracker.queries.funding.cabinet import CabinetMonth, cabinet_month
from cm_tracker.queries.funding.owed import Owed, owed_to_clients
from cm_tracker.queries.funding.purchased import Purchased, purchased
from cm_tracker.queries.funding.sources import SourceLine, entered_sources, sources
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.prizes.purchases import Waiting, waiting_purchases
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.staff.sites import at_sites, sites_of, zone_of_list

MOST_NEAR = 20


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source in its present year: what was awarded of it by all clients of the program, and where that leads.

    `weeks` are the full weeks from which the forecast is made, and `by_day` what was awarded on each day since. `bought` is
    what was authorized of its budget for purchases, and `received_cents` what of it has arrived.
    """

    line: SourceLine
    year: FundingYear
    terms: Terms
    total: Use
    enrolled: int
    forecast: Forecast | None
    runs_out_on: date | None
    weeks: tuple[Week, ...]
    by_day: Mapping[date, int]
    bought: Use
    received_cents: int


@dataclass(frozen=True, slots=True)
class NearClient:
    """A client at the reader's sites who has 80 % of what a source allows, or more. Only who sees clients has a name."""

    client_id: int
    code: str
    name: str | None
    source_name: str
    use: Use


@dataclass(frozen=True, slots=True)
class SourceGap:
    """A schedule that clients follow today may pay more than their source allows a client."""

    schedule_name: str
    source_name: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class TaxYear:
    """How many clients of the reader's sites reach the reporting threshold of this calendar year, from all sources."""

    year: int
    threshold: Threshold
    clients: int


@dataclass(frozen=True, slots=True)
class Money:
    """The money page on a day. `unnamed_cents` is what was awarded this calendar year without a source.

    `tax` is None where the program does not pay in dollars: then no threshold is known.
    """

    today: date
    site_names: tuple[str, ...]
    sources: tuple[SourceUse, ...]
    unnamed_cents: int
    near: tuple[NearClient, ...]
    near_count: int
    gaps: tuple[SourceGap, ...]
    owed: Owed
    month: CabinetMonth
    waiting: Waiting
    tax: TaxYear | None

    def source(self, source_id: int | None) -> SourceUse | None:
        """Return one of the sources, or None."""
        return next((use for use in self.sources if use.line.id == source_id), None)


def money_page(session: Session, actor: Actor, now: datetime) -> Money:
    """Return the money page. Sources count every site of the program; people and the cabinet are those of the actor.
    Practice clients are left out.

    Closed sources are left out once nothing of their present year was awarded or bought.
    """
    zone = zone_of_list(session, actor)
    today = day_at(now, zone)
    lines = sources(session)
    years: dict[int | None, FundingYear] = {line.id: line.year(today) for line in lines}
    calendar = years[None] = year_of(CALENDAR, today)
    firsts = full_weeks(today)
    awards = awards_between(session, min(firsts[0], *(year.first for year in years.values())), today)
    entered = entered_sources(session)
    practising = frozenset(session.execute(practice_ids()).scalars())
    spans = [span for span in spans_of(session, None) if span.client_id not in practising]
    counted = count(awards, entered, years)
    enrolled = _enrolled(spans, entered, firsts, today)
    bought = purchased(session, {line.id: line.year(today) for line in lines})
    uses = tuple(
        _use(line, years[line.id], counted[line.id], enrolled.get(line.id, _nobody(today)), bought[line.id])
        for line in lines
        if line.is_open(today) or counted[line.id].total_cents or bought[line.id].authorized_cents
    )
    near = _near(session, actor, uses, counted)
    return Money(
        today=today,
        site_names=tuple(site.name for site in sites_of(session, actor)),
        sources=uses,
        unnamed_cents=counted[None].total_cents,
        near=near[:MOST_NEAR],
        near_count=len(near),
        gaps=_gaps(uses, spans, entered, today),
        owed=owed_to_clients(session, actor, today),
        month=cabinet_month(session, actor, today.replace(day=1), today, zone),
        waiting=waiting_purchases(session, actor),
        tax=_tax_year(session, actor, awards, calendar.first.year),
    )


def _tax_year(session: Session, actor: Actor, awards: Sequence[Award], year: int) -> TaxYear | None:
    threshold = threshold_of(year, program_money(session).currency)
    if threshold is None:
        return None
    reached = at_least(totals_of_year(awards, year), threshold.cents)
    return TaxYear(year, threshold, len(_clients(session, actor, reached)))


@dataclass(slots=True)
class _Enrolled:
    """How many enrollments a source paid for: in each of the full weeks, and on the day `today`."""

    weeks: list[int]
    now: int
    today: date


def _nobody(today: date) -> _Enrolled:
    return _Enrolled([0] * len(full_weeks(today)), 0, today)


def _enrolled(
    spans: Iterable[ClientSpan], entered: Mapping[int, Sequence[SourceFrom]], firsts: Sequence[date], today: date
) -> dict[int, _Enrolled]:
    """Return how many enrollments each source paid for, by its id."""
    found: defaultdict[int, _Enrolled] = defaultdict(lambda: _nobody(today))
    for span in spans:
        of = entered.get(span.enrollment_id)
        if not of:
            continue
        last_day = span.span.last_day or today
        for n, first in enumerate(firsts):
            begins = max(first, span.starts_on)
            if begins < first + WEEK and first <= last_day and (source_id := source_on(of, begins)) is not None:
                found[source_id].weeks[n] += 1
        if span.starts_on <= today <= last_day and (source_id := source_on(of, today)) is not None:
            found[source_id].now += 1
    return found


def _use(line: SourceLine, year: FundingYear, counted: Counted, enrolled: _Enrolled, bought: Purchased) -> SourceUse:
    today = enrolled.today
    terms = line.terms_on(today)
    firsts = full_weeks(today)
    weeks = tuple(
        Week(first, cents, n)
        for first, cents, n in zip(firsts, cost_of_weeks(firsts, counted.by_day), enrolled.weeks, strict=True)
    )
    spent = counted.total_cents
    return SourceUse(
        line=line,
        year=year,
        terms=terms,
        total=Use(spent, terms.total_cents),
        enrolled=enrolled.now,
        forecast=forecast(spent, weeks, enrolled.now, year, today),
        runs_out_on=runs_out_on(spent, terms.total_cents, weeks, enrolled.now, today)
        if terms.total_cents is not None
        else None,
        weeks=weeks,
        by_day=counted.by_day,
        bought=Use(bought.authorized_cents, terms.budget_cents),
        received_cents=bought.received_cents,
    )


def _near(
    session: Session, actor: Actor, uses: Iterable[SourceUse], counted: Mapping[int | None, Counted]
) -> tuple[NearClient, ...]:
    """Return who is near a limit, the highest share first."""
    found = [
        (client_id, use.line.name, of)
        for use in uses
        if use.terms.client_cents is not None
        for client_id, cents in counted[use.line.id].by_client.items()
        if (of := Use(cents, use.terms.client_cents)).is_near
    ]
    clients = _clients(session, actor, {client_id for client_id, _, _ in found})
    near = [
        NearClient(client_id, *clients[client_id], source_name, of)
        for client_id, source_name, of in found
        if client_id in clients
    ]
    return tuple(sorted(near, key=lambda one: (-(one.use.percent or 0), one.code, one.source_name)))


def _clients(session: Session, actor: Actor, client_ids: Collection[int]) -> dict[int, tuple[str, str | None]]:
    """Return the code of each client of the actor's sites, and the name where the actor may see it."""
    if not client_ids:
        return {}
    rows = session.execute(
        select(Client.id, Client.code, Client.preferred_name).where(
            Client.id.in_(list(client_ids)), at_sites(Client.site_id, actor)
        )
    )
    sees_names = actor.may("client:view")
    return {row.id: (row.code, row.preferred_name if sees_names else None) for row in rows}


def _gaps(
    uses: Iterable[SourceUse],
    spans: Iterable[ClientSpan],
    entered: Mapping[int, Sequence[SourceFrom]],
    today: date,
) -> tuple[SourceGap, ...]:
    """Return where schedules that are followed today may pay more than the source that pays for them allows."""
    sources = {use.line.id: use for use in uses}
    found: dict[tuple[str, str], Gap | None] = {}
    for span in spans:
        source_id = source_on(entered.get(span.enrollment_id, ()), today)
        if source_id not in sources or not span.runs_on(today):
            continue
        of = sources[source_id]
        key = (span.schedule_name(today), of.line.name)
        if key not in found:
            found[key] = gap(span.span.timeline.schedule_on(today), of.terms.client_cents, of.line.first_day)
    return tuple(
        SourceGap(*key, beyond) for key, beyond in sorted(found.items(), key=lambda one: one[0]) if beyond is not None
    )
