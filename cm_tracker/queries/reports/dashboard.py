"""The first page of a lead: how many are enrolled, who is expected and missing today, who is at risk, and what is owed.

All of it is worked out from the courses of the last twelve weeks, the slots of today, and sums of the ledger. The number
of statements depends on the sites alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at, day_begins
from cm_tracker.domain.day.states import ABSENT, ARRIVED, ATTENDED, CLOSED, EXCUSED, LATER, MISSING, MOVED, WAITS
from cm_tracker.domain.measures.at_risk import in_a_row
from cm_tracker.domain.measures.negatives import WeekOfNegatives, weeks_of_negatives
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClosureRow
from cm_tracker.queries.day.lines import SlotLine, day_lines
from cm_tracker.queries.funding.owed import Owed, owed_to_clients, spent_since
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.reports.at_risk import AtRisk, at_risk, first_day_looked_at, recent_courses, running
from cm_tracker.queries.reports.hands import Hand, hands
from cm_tracker.queries.reports.negatives import at_sites_of
from cm_tracker.queries.staff.sites import SiteLine, sites_of


@dataclass(frozen=True, slots=True)
class Today:
    """How many clients are expected today: who came, who comes later, who is missing, and who did not come.

    A client with several slots counts once: as missing before all else, then as later, then as come. Who is excused or
    put off, or whose slots the site has closed, is not expected.
    """

    came: int
    later: int
    missing: int
    absent: int

    @property
    def expected(self) -> int:
        """Everybody who is expected."""
        return self.came + self.later + self.missing + self.absent


@dataclass(frozen=True, slots=True)
class MissingNow:
    """A client who is missing: since when, and what they did before. One of the two numbers is 0.

    `missed_before` counts the days that they missed in a row before today, and `came_before` those on which they came.
    """

    client_id: int
    code: str
    site: SiteLine
    due_at: datetime
    missed_before: int
    came_before: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The first page of a lead. `only` is the site that was chosen, None for all of the actor's.

    `enrolled` has the number of clients by the id of their site. `names` are the preferred names of the clients in the lists.
    `closed` are the sites that are closed today or tomorrow, with the day.
    """

    sites: tuple[SiteLine, ...]
    only: SiteLine | None
    day: date
    enrolled: Mapping[int, int]
    today: Today
    missing: tuple[MissingNow, ...]
    at_risk: tuple[AtRisk, ...]
    spent_cents: int
    owed: Owed
    weeks: tuple[WeekOfNegatives, ...]
    hands: tuple[Hand, ...]
    names: Mapping[int, str]
    closed: tuple[tuple[SiteLine, date], ...]

    @property
    def enrolled_now(self) -> int:
        """Everybody who is enrolled at the shown sites."""
        return sum(self.enrolled.values())

    def site(self, site_id: int) -> SiteLine:
        """Return one of the sites."""
        return next(site for site in self.sites if site.id == site_id)


def dashboard(session: Session, actor: Actor, site_id: int | None, now: datetime, most: int) -> Dashboard:
    """Return the first page of a lead for all of the actor's sites, or for one of them; another id is as none.

    Names are read of the first `most` clients of each list.
    """
    sites = sites_of(session, actor)
    only = next((site for site in sites if site.id == site_id), None)
    shown = (only,) if only is not None else sites
    chosen = only.id if only is not None else None
    day = first_today(shown, now)
    known = recent_courses(session, actor, chosen, day, now)
    run_now = running(known, actor, chosen, day)
    practising = frozenset(session.execute(practice_ids()).scalars())
    lines = {
        site.id: [
            line
            for line in day_lines(session, site.id, day_at(now, site.time_zone), now)
            if line.person.client_id not in practising
        ]
        for site in shown
    }
    missing = _missing(shown, lines, run_now, day)
    risks = at_risk(session, actor, chosen, run_now, day, now)
    first_of_month = day.replace(day=1)
    begins_at = min(
        (day_begins(first_of_month, site.time_zone) for site in shown), default=now
    )  # fmt: skip
    listed = {one.client_id for one in missing[:most]} | {one.client_id for one in risks[:most]}
    return Dashboard(
        sites=sites,
        only=only,
        day=day,
        enrolled=_enrolled(shown, run_now),
        today=_today(line for of_site in lines.values() for line in of_site),
        missing=missing,
        at_risk=risks,
        spent_cents=spent_since(session, actor, begins_at, chosen),
        owed=owed_to_clients(session, actor, day, chosen),
        weeks=weeks_of_negatives(at_sites_of(known, actor, chosen), first_day_looked_at(day), day, day),
        hands=hands(session, actor, day),
        names=names_of(session, listed),
        closed=_closed(session, shown, day),
    )


def first_today(sites: Collection[SiteLine], now: datetime) -> date:
    """Return the day that it is at some sites: where they are in several time zones, where it is the earliest."""
    return min((day_at(now, site.time_zone) for site in sites), default=day_at(now, "UTC"))


def names_of(session: Session, client_ids: Collection[int]) -> dict[int, str]:
    """Return the preferred names of some clients. The caller has checked that the actor may see them."""
    rows = session.execute(select(Client.id, Client.preferred_name).where(Client.id.in_(client_ids)))
    return {row.id: row.preferred_name for row in rows}


def _closed(session: Session, sites: Iterable[SiteLine], day: date) -> tuple[tuple[SiteLine, date], ...]:
    days = (day, day + timedelta(days=1))
    by_id = {site.id: site for site in sites}
    rows = session.execute(
        select(ClosureRow.site_id, ClosureRow.first_day, ClosureRow.last_day).where(
            ClosureRow.site_id.in_(by_id),
            ClosureRow.withdrawn_at.is_(None),
            ClosureRow.first_day <= days[1],
            ClosureRow.last_day >= days[0],
        )
    ).all()
    found = {(row.site_id, one) for row in rows for one in days if row.first_day <= one <= row.last_day}
    return tuple((by_id[site_id], one) for site_id, one in sorted(found, key=lambda one: (one[1], one[0])))


def _enrolled(sites: Iterable[SiteLine], run_now: Iterable[Course]) -> dict[int, int]:
    clients: dict[int, set[int]] = {site.id: set() for site in sites}
    for one in run_now:
        clients[one.site_id].add(one.client_id)
    return {site_id: len(found) for site_id, found in clients.items()}


# A client with several slots counts by the first of these.
_NOT_EXPECTED = frozenset({EXCUSED, MOVED, CLOSED})
_ORDER = (MISSING, LATER, ARRIVED, WAITS, ATTENDED, ABSENT)


def _today(lines: Iterable[SlotLine]) -> Today:
    states: dict[int, str] = {}
    for line in lines:
        if line.state not in _NOT_EXPECTED:
            known = states.get(line.person.client_id, line.state)
            states[line.person.client_id] = min(known, line.state, key=_ORDER.index)
    counted = list(states.values())
    came = sum(state in (ARRIVED, WAITS, ATTENDED) for state in counted)
    return Today(came, counted.count(LATER), counted.count(MISSING), counted.count(ABSENT))


def _missing(
    sites: Iterable[SiteLine], lines: Mapping[int, Iterable[SlotLine]], run_now: Iterable[Course], day: date
) -> tuple[MissingNow, ...]:
    courses = {one.enrollment_id: one for one in run_now}
    found: dict[int, MissingNow] = {}
    for site in sites:
        for line in lines[site.id]:
            person = line.person
            if line.state != MISSING or person.client_id in found:
                continue
            course = courses.get(person.enrollment_id)
            before = [one for one in course.expected if one.on_day < day] if course is not None else []
            found[person.client_id] = MissingNow(
                person.client_id, person.code, site, line.due_at, len(in_a_row(before, came=False)),
                len(in_a_row(before, came=True)),
            )  # fmt: skip
    return tuple(sorted(found.values(), key=lambda one: (one.due_at, one.code)))
