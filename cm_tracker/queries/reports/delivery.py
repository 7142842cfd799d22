"""Reports on how rewards reach clients: how soon, whether each did, whether it was the right amount, and the laboratory."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import aliased

from cm_tracker.clock import day_at, day_begins
from cm_tracker.domain.fidelity.competence import Ratings, rated_sessions
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.groups import SITE, STAFF
from cm_tracker.domain.measures.laboratory import LabAnswer, lab_delay
from cm_tracker.domain.measures.numbers import median, per_mille, tenths
from cm_tracker.domain.measures.recovery import Reset, resets_of
from cm_tracker.domain.measures.sequences import NO_OUTCOME, Course
from cm_tracker.domain.measures.tables import DAY, PERCENT, TENTHS, TEXT, Cell, Column
from cm_tracker.domain.schedules.outcomes import DISPUTED, PENDING
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.reward_time import RewardTime
from cm_tracker.models import Client, Enrollment, VisitRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.fidelity.sessions import rated_between
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.prizes.got import got_between
from cm_tracker.queries.reports.earned import paid_by_visit, steps_owed
from cm_tracker.queries.reports.scope import ALL, Beside, Columns, Measured, Rows, Scope
from cm_tracker.queries.reports.slot_groups import NOBODY
from cm_tracker.queries.visits.reward_minutes import rewards_at

WAITED = (PENDING, DISPUTED)
V = TypeVar("V")
NOT_PAID, NOTHING_SAID = marked("Met, not paid"), marked("Nothing said")


def immediacy(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how long its clients waited for what their tests earned."""

    def measured(of: Scope) -> Measured[Course]:
        rewards = _rewards(of)

        def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
            found = _of_visits(known, rewards)
            prizes = [
                int((one.prize_at - one.awarded_at).total_seconds() // 60) for one in found if one.prize_at is not None
            ]
            same = sum(one.is_same_visit for one in found)
            late = sum(one.is_late for one in found)
            return (
                len(found), tenths(median(one.minutes for one in found)), same, per_mille(same, len(found)),
                sum(one.is_laboratory for one in found), late, len(prizes), tenths(median(prizes)),
            )  # fmt: skip

        return Measured(of.in_days, measure, lambda one: one.visit_id in rewards)

    columns = (
        Column("rewards", marked("Rewarded tests")),
        Column("minutes", marked("Minutes to the award (median)"), TENTHS),
        Column("same_visit", marked("Of the same visit")),
        Column("same_visit_share", marked("Awarded at the same visit"), PERCENT),
        Column("laboratory", marked("Waited for the laboratory")),
        Column("late", marked("Late")),
        Column("prizes", marked("With a prize that day")),
        Column("minutes_to_prize", marked("Minutes from award to prize (median)"), TENTHS),
    )
    return scope.grouped(columns, measured)


def _of_visits(known: Sequence[Course], by_visit: Mapping[int, V]) -> list[V]:
    """Return what is known of the visits of some courses, of those of which something is."""
    return [
        by_visit[one.visit_id]
        for course in known
        for one in course.expected
        if one.visit_id is not None and one.visit_id in by_visit
    ]


def _rewards(scope: Scope) -> dict[int, RewardTime]:
    """Return the rewards of the report's days at its sites, by the visit."""
    found: dict[int, RewardTime] = {}
    for site_id in scope.sites:
        found |= rewards_at(scope.session, site_id, scope.first_day, scope.last_day)
    return _with_prizes(scope, found)


def _with_prizes(scope: Scope, rewards: Mapping[int, RewardTime]) -> dict[int, RewardTime]:
    """Return rewards with the first prize or draw that followed on the same day, if one did."""
    got = _got_at(scope)
    ends: dict[tuple[str, date], datetime] = {}
    found = dict(rewards)
    for course in scope.in_days:
        instants = got.get(course.client_id, ())
        zone = scope.sites[course.site_id].time_zone
        for one in course.expected if instants else ():
            reward = rewards.get(one.visit_id) if one.visit_id is not None else None
            if reward is None:
                continue
            place = bisect_left(instants, reward.awarded_at)
            day = day_at(reward.awarded_at, zone)
            if (zone, day) not in ends:
                ends[zone, day] = day_begins(day + ONE_DAY, zone)
            if place < len(instants) and instants[place] < ends[zone, day] and one.visit_id is not None:
                found[one.visit_id] = replace(reward, prize_at=instants[place])
    return found


def _got_at(scope: Scope) -> dict[int, list[datetime]]:
    """Return when clients drew a slip or got a prize, in order, by their main records."""
    # With a day before and after, the days of every time zone are whole.
    since, until = day_begins(scope.first_day - ONE_DAY, "UTC"), day_begins(scope.last_day + 2 * ONE_DAY, "UTC")
    got = got_between(since, until, lambda model: model.site_id.in_(scope.sites)).subquery()
    found: dict[int, list[datetime]] = {}
    for client_id, at in scope.session.execute(
        select(main_of(Record), got.c.at).join(Record, Record.id == got.c.client_id)
    ):
        found.setdefault(client_id, []).append(at)
    return {client_id: sorted(instants) for client_id, instants in found.items()}


def recovery(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how many resets clients recovered from."""

    def measured(of: Scope) -> Measured[Course]:
        steps = steps_owed(of, of.courses)

        def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
            of_clients: dict[int, bool] = {}
            found: list[Reset] = []
            for course in known:
                resets = resets_of(steps[course.enrollment_id])
                found += resets
                if resets:
                    recovered = any(one.visits is not None for one in resets)
                    of_clients[course.client_id] = of_clients.get(course.client_id, False) or recovered
            again = [one.visits for one in found if one.visits is not None]
            return (
                len(of_clients), sum(of_clients.values()), per_mille(sum(of_clients.values()), len(of_clients)),
                len(found), len(again), per_mille(len(again), len(found)), tenths(median(again)),
            )  # fmt: skip

        return Measured(of.courses, measure)

    columns = (
        Column("with_reset", marked("Clients with a reset")),
        Column("recovered", marked("Reached the level again"), of="with_reset"),
        Column("share", marked("Recovered, of clients with a reset"), PERCENT, of="recovered"),
        Column("resets", marked("Resets"), of="with_reset"),
        Column("reached", marked("Recovered from"), of="with_reset"),
        Column("share_of_resets", marked("Recovered, of resets"), PERCENT, of="with_reset"),
        Column("visits", marked("Visits to recovery (median)"), TENTHS, of="with_reset"),
    )
    return scope.grouped(columns, measured)


def fidelity(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how many visits were paid what the schedule says, and how sessions were rated.

    A rating is of a member of staff at a site: other groups, and clients, have no columns for it.
    """

    def measured(of: Scope) -> Measured[Course]:
        beyond = _paid_beyond_owed(of)

        def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
            found = _of_visits(known, beyond)
            right, less = found.count(0), sum(amount < 0 for amount in found)
            return len(found), right, per_mille(right, len(found)), less, len(found) - right - less

        return Measured(of.in_days, measure, lambda one: one.visit_id in beyond)

    columns = [
        Column("visits", marked("Visits")),
        Column("right", marked("Paid as the schedule says")),
        Column("share", marked("Right amount"), PERCENT),
        Column("less", marked("Paid less")),
        Column("more", marked("Paid more")),
    ]
    beside = _ratings(scope) if scope.by in (SITE, STAFF) else None
    if beside is not None and scope.of_group is None:
        columns += [
            Column("rated", marked("Rated sessions")),
            Column("told", marked("Next value told"), PERCENT),
            Column("well", marked("Average of 4 or more"), PERCENT),
        ]
    return scope.grouped(columns, measured, beside)


def _ratings(scope: Scope) -> Beside:
    """Return how the sessions of the report's days were rated, by the site or by who led them."""
    of_groups: dict[str, list[Ratings]] = {}
    everything = []
    for one in rated_between(scope.session, scope.sites, scope.first_day, scope.last_day):
        name = scope.sites[one.site_id].name if scope.by == SITE else scope.staff_names[one.person_id]
        of_groups.setdefault(name, []).append(one.ratings)
        everything.append(one.ratings)

    def cells(name: str) -> tuple[Cell, ...]:
        found = rated_sessions(everything if name == ALL else of_groups.get(name, ()))
        return found.sessions, per_mille(found.told, found.observed), per_mille(found.well_enough, found.sessions)

    return Beside(frozenset(of_groups), cells)


def missed_rewards(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each visit that met the target and was not paid, and each slot without an outcome, by day."""
    beyond = _paid_beyond_owed(scope)
    found: list[tuple[Cell, ...]] = []
    for course in scope.in_days:
        for one in course.expected:
            if one.outcome == NO_OUTCOME and one.is_expected:
                what = NOTHING_SAID
            elif one.visit_id is not None and beyond.get(one.visit_id, 0) < 0:
                what = NOT_PAID
            else:
                continue
            found.append(
                (
                    one.on_day, course.code, scope.sites[course.site_id].name, what, one.behavior or NOBODY,
                    scope.service_of(one), scope.staff_of(course, one),
                )
            )  # fmt: skip
    columns = (
        Column("day", marked("Day"), DAY),
        Column("client", marked("Client"), TEXT),
        Column("site", marked("Site"), TEXT),
        Column("what", marked("What"), TEXT),
        Column("behavior", marked("Track"), TEXT),
        Column("service", marked("Service"), TEXT),
        Column("staff", marked("Staff"), TEXT),
    )
    return columns, tuple(sorted(found, key=lambda row: tuple(map(str, row))))


def _paid_beyond_owed(scope: Scope) -> dict[int, int]:
    """Return what clients got for each visit beyond what the schedule owes, by the visit; below 0 where it was less."""
    paid = paid_by_visit(scope)
    return {
        step.visit_id: paid.get(step.visit_id, {}).get(step.unit, 0) - step.paid
        for steps in steps_owed(scope, scope.whole).values()
        for step in steps
    }


def laboratory(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each site, with how long its laboratory took to answer."""

    def measure(known: Sequence[Specimen]) -> tuple[Cell, ...]:
        delay = lab_delay((one.answer for one in known), scope.now)
        hours = None if delay.median_minutes is None else delay.median_minutes / 60
        return delay.answered, tenths(hours), delay.late, delay.waiting, delay.waiting_late

    columns = (
        Column("answered", marked("Answered specimens")),
        Column("hours", marked("Hours to the answer (median)"), TENTHS),
        Column("late", marked("Later than a day")),
        Column("waiting", marked("Still waiting")),
        Column("waiting_late", marked("Waiting for more than a day")),
    )
    return scope.grouped(columns, lambda of: Measured(specimens(of), measure))


@dataclass(frozen=True, slots=True)
class Specimen:
    """A specimen that waited for a laboratory, whose it is, and when it was answered. `client_id` is the main record."""

    client_id: int
    code: str
    site_id: int
    answer: LabAnswer


def specimens(scope: Scope) -> list[Specimen]:
    """Return the specimens of the report's days that waited for a laboratory, with when they were answered."""
    waits, in_time = aliased(VisitRow), aliased(VisitRow)
    # Whoever waited for a specimen, and had any record in the days: a correction can move a specimen to another day.
    waited = select(waits.enrollment_id).where(waits.outcome.in_(WAITED), waits.site_id.in_(scope.sites))
    in_days_of = select(in_time.enrollment_id).where(in_time.happened_on.between(scope.first_day, scope.last_day))
    records = scope.session.execute(
        select(
            Client.id.label("client_id"),
            Client.code,
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.site_id,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.correction,
            VisitRow.collected_at,
            VisitRow.recorded_at,
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            VisitRow.enrollment_id.in_(waited),
            VisitRow.enrollment_id.in_(in_days_of),
            Enrollment.client_id.not_in(practice_ids()),
        )
        .order_by(VisitRow.id)
    )
    chains: dict[int, list[Any]] = {}
    roots: dict[int, int] = {}
    for row in records:
        root = roots[row.id] = roots.get(row.corrects_id, row.id)
        chains.setdefault(root, []).append(row)
    found = []
    for chain in chains.values():
        first = next((row for row in chain if row.outcome in WAITED), None)
        newest = chain[-1]
        if (
            first is None
            or newest.site_id not in scope.sites
            or not scope.first_day <= newest.happened_on <= scope.last_day
        ):
            continue
        later = (row for row in chain if row.id > first.id and row.outcome not in WAITED)
        answer = next(later, None)
        if newest.correction in TAKEN_AWAY and (answer is None or answer is newest):
            continue
        given_at = min(chain[0].recorded_at, first.collected_at or chain[0].recorded_at)
        of = LabAnswer(newest.site_id, given_at, None if answer is None else answer.recorded_at)
        found.append(Specimen(newest.client_id, newest.code, newest.site_id, of))
    return found
