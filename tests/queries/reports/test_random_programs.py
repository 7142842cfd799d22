"""Each number of each report equals a slow plain count over random programs, also after corrections, merges and moves."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.orm import Session

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.reports.registry import REPORTS, table_of
from tests import cast
from tests.conftest import KINDS, Databases
from tests.queries.reports.programs import NOW, PROGRAMS, Program, on
from tests.queries.reports.slow import CAME, Slow, Thing, slow_courses

ROUNDS = int(os.environ.get("REPORT_ROUNDS", "12"))
FIRST, LAST = on(5), on(40)
ACTOR = command()
NAMES = {cast.HARBOR: "Harbor Street", cast.MILL: "Mill Road"}
BAD = {"positive", "missed", "refused", "tampered", "dilute", "nothing"}


@contextmanager
def program(databases: Databases, kind: str, given: dict[str, Any]) -> Iterator[Session]:
    """A random program in a database of its own."""
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    try:
        with app.app_context():
            Program(db.session(), given)
            yield db.session()
            db.session.remove()
            db.engine.dispose()
    finally:
        databases.drop(kind, name)


def share(part: Any, whole: Any) -> int | None:
    """A share in thousandths, the half rounded up."""
    return None if not whole else int(Fraction(part) * 1000 / Fraction(whole) + Fraction(1, 2))


def tenth(values: list[Any]) -> int | None:
    """A median in tenths, the half rounded up."""
    return None if not values else int(Fraction(median(map(Fraction, values))) * 10 + Fraction(1, 2))


def whole(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


Part = tuple[Slow, int, list[Thing]]


def parts(known: list[Slow]) -> list[Part]:
    """Each enrollment with what lies in the report's days, for each site at which it was."""
    found = []
    for slow in known:
        sites = {slow.site, *(one.site for one in slow.things if FIRST <= one.day <= LAST)}
        found += [
            (slow, site, [one for one in slow.things if FIRST <= one.day <= LAST and one.site == site])
            for site in sorted(sites)
        ]
    return found


def compare(session: Session, name: str, known: list[Any], site_of: Callable[[Any], int], count: Any) -> None:
    """Compare each row of a report with what `count` makes of the enrollments of its site, and of all."""
    table = table_of(session, ACTOR, name, first_day=FIRST, last_day=LAST, now=NOW, least=1)
    expected = []
    for site in sorted({site_of(one) for one in known}, key=lambda site: NAMES[site]):
        of_site = [one for one in known if site_of(one) == site]
        expected.append((NAMES[site], *count(of_site)))
    expected.append(("All", *count(known)))
    assert [tuple(row) for row in table.rows] == expected, name


SERVICES = {
    1: "Tests, Harbor Street", 2: "Group, Harbor Street", 3: "Tests, Mill Road", 4: "Group, Mill Road", None: "–",
}  # fmt: skip
STAFF = {cast.ROSA: "Rosa", cast.LEO: "Leo", cast.MIRIAM: "Miriam", cast.ANNA: "Anna", None: "–"}


def compare_divided(session: Session, name: str, known: list[Part], count: Any, cells: int | None = None) -> None:
    """Compare a report by service and by staff with what `count` makes of what belongs to each, and of everything.

    Of what `count` returns, the first cells are compared.
    """
    name_of: dict[str, Callable[[Thing], str]] = {
        "service": lambda one: SERVICES[one.service], "staff": lambda one: STAFF[one.staff],
    }  # fmt: skip
    if name == "negatives":
        known = [(slow, site, [one for one in things if one.is_test]) for slow, site, things in known]
    for by, of in name_of.items():
        table = table_of(session, ACTOR, name, first_day=FIRST, last_day=LAST, now=NOW, least=1, by=by)
        expected = []
        for group in sorted({of(one) for _, _, things in known for one in things}):
            divided = [(slow, site, [one for one in things if of(one) == group]) for slow, site, things in known]
            expected.append((group, *count([part for part in divided if part[2]])[:cells]))
        expected.append(("All", *count(known)[:cells]))
        assert [tuple(row) for row in table.rows] == expected, (name, by)


def slow_of(one: Any) -> Slow:
    return one if isinstance(one, Slow) else one[0]


def clients(known: list[Any]) -> int:
    return len({slow_of(one).client for one in known})


def counted(things: list[Thing]) -> tuple[list[Thing], list[Thing]]:
    """The expected tests that count, and the submitted ones."""
    tests = [one for one in things if one.is_test]
    return (
        [one for one in tests if one.is_expected and (one.outcome == "negative" or one.outcome in BAD)],
        [one for one in tests if one.outcome in ("negative", "positive")],
    )


def negatives(known: list[Part]) -> tuple[Any, ...]:
    expected, submitted = counted([one for _, _, things in known for one in things])
    good = [one for one in expected if one.outcome == "negative"]
    return (
        clients(known), len(expected), len(good), sum(one.outcome == "nothing" for one in expected),
        share(len(good), len(expected)), len(submitted),
        share(sum(one.outcome == "negative" for one in submitted), len(submitted)),
    )  # fmt: skip


def weeks_over(slow: Slow) -> int:
    """The program weeks of which every day is over."""
    timeline, weeks = slow.history.timeline, 0
    while (ends := timeline.last_day_of(weeks + 1)) is not None and ends < slow.by_then:
        weeks += 1
    return weeks


def first_track(slow: Slow) -> Any:
    newest = slow.history.timeline.newest.track(slow.behavior) if slow.behavior else None
    return newest or (slow.history.timeline.schedule.track(slow.behavior) if slow.behavior else None)


def possible_of(slow: Slow, until_week: int) -> int:
    track, total = first_track(slow), 0
    for week in range(1, until_week + 1):
        phase = track.phase_in(week) if track else None
        total += phase.visits_per_week if phase else 0
    return total


def possible(known: list[Slow]) -> tuple[Any, ...]:
    total = sum(possible_of(slow, weeks_over(slow)) for slow in known)
    good = sum(
        one.outcome == "negative" and one.is_test and one.behavior == slow.behavior and one.week <= weeks_over(slow)
        for slow in known
        for one in slow.things
    )
    return clients(known), total, good, share(good, total)


def longest(outcomes: list[str]) -> int:
    return max(
        (len(list(row)) for is_good, row in groupby(outcomes, lambda one: one == "negative") if is_good), default=0
    )


def abstinence(known: list[Slow]) -> tuple[Any, ...]:
    rows: list[tuple[int, int, Fraction, Fraction, int]] = []
    lasted = {4: 0, 8: 0, 12: 0}
    for slow in known:
        if slow.behavior is None:
            continue
        tests = [one for one in slow.tests() if one.outcome in BAD or one.outcome == "negative"]
        run = longest([one.outcome for one in tests])
        ignored = longest([one.outcome for one in tests if one.outcome not in ("missed", "nothing")])
        weeks = ["negative" if all(one.outcome == "negative" for one in of_week) else "not"
                 for _, of_week in groupby(sorted(tests, key=lambda one: one.week), lambda one: one.week)]  # fmt: skip
        a_week = first_track(slow).phases[0].visits_per_week
        rows.append((run, ignored, Fraction(run, a_week), Fraction(ignored, a_week), longest(weeks)))
        for least in lasted:
            lasted[least] += Fraction(run, a_week) >= least
    return (
        clients(known), len(rows), *(tenth([row[n] for row in rows]) for n in range(5)),
        *(share(lasted[least], len(rows)) for least in (4, 8, 12)),
    )  # fmt: skip


def engagement(known: list[Slow]) -> tuple[Any, ...]:
    firsts, scores = [], []
    for slow in known:
        outcomes = [one.outcome for one in slow.tests() if one.outcome in BAD or one.outcome == "negative"]
        score = sum(one.outcome == "negative" for one in slow.things if one.is_test)
        if outcomes or score:
            scores.append(score)
            if "negative" in outcomes:
                firsts.append(outcomes.index("negative") + 1)
    never = scores.count(0)
    met = len(scores) - never
    return (
        clients(known), len(scores), met, share(met, len(scores)), tenth(firsts), never, share(never, len(scores)),
        whole(Fraction(sum(scores), len(scores)) * 10) if scores else None,
    )  # fmt: skip


def retention(known: list[Slow]) -> tuple[Any, ...]:
    lengths = []
    for slow in known:
        days = [one.day for one in slow.things if one.outcome in CAME]
        lengths.append(Fraction((max(days) - min(days)).days + 1, 7) if days else Fraction(0))
    cells: list[Any] = [clients(known), len(known), tenth(lengths)]
    for week in (4, 8, 12, 24):
        could = [slow for slow in known if weeks_over(slow) >= week + 1]
        still = [
            slow for slow in could if any(one.outcome in CAME and one.week in (week, week + 1) for one in slow.things)
        ]
        cells += [len(could), share(len(still), len(could))]
    return tuple(cells)


def attendance(known: list[Part]) -> tuple[Any, ...]:
    scheduled = [one for _, _, things in known for one in things if one.is_expected and one.outcome != "excused"]
    excused = sum(one.is_expected and one.outcome == "excused" for _, _, things in known for one in things)
    came = sum(one.outcome in CAME for one in scheduled)
    minutes, attended = sum(one.minutes for one in scheduled), sum(one.attended for one in scheduled)
    required = of_required = 0
    for slow, site, things in known:
        for monday in (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)):
            days = [monday + timedelta(days=n) for n in range(7)]
            plan = plan_on(slow.plans, monday)
            if (
                monday.weekday() == 0
                and slow.history.starts_on <= monday
                and days[-1] <= min(slow.until, LAST, slow.by_then - timedelta(days=1))
                and plan is not None
                and plan.site_id == site
                and not any(slow.history.timeline.is_paused(day) for day in days)
            ):
                required += plan.hours_required * 60
                of_required += sum(one.attended + one.excused for one in things if one.day in days)
    return (
        clients(known), len(scheduled), came, share(came, len(scheduled)), excused, minutes, attended,
        share(attended, minutes), required, of_required, share(of_required, required),
    )  # fmt: skip


def results(slow: Slow) -> dict[int, engine.Result]:
    days = {visit.id: visit.happened_on for visit in slow.history.visits}
    return {one.ref: one for one in slow.history.replay().results if days[one.ref] <= LAST}


def recovery(known: list[Slow]) -> tuple[Any, ...]:
    resets, again, who, recovered = 0, [], set(), set()
    for slow in known:
        replayed = list(results(slow).values())
        for place, one in enumerate(replayed):
            if one.level_after >= one.level:
                continue
            resets += 1
            who.add(slow.client)
            visits = 0
            for later in replayed[place + 1 :]:
                if later.behavior == one.behavior:
                    visits += 1
                    if later.outcome == "met" and later.level >= one.level:
                        again.append(visits)
                        recovered.add(slow.client)
                        break
    return (
        clients(known), len(who), len(recovered), share(len(recovered), len(who)), resets, len(again),
        share(len(again), resets), tenth(again),
    )  # fmt: skip


def cents(slow: Slow, day: date, unit: str, amount: int) -> Fraction:
    schedule = slow.history.timeline.schedule_on(day)
    if unit == "points":
        return Fraction(amount * schedule.point_value_cents)
    return Fraction(amount * schedule.bowl.total_cents, schedule.bowl.size) if schedule.bowl else Fraction(0)


def earned_and_available(slow: Slow, counted: list[Thing]) -> tuple[Fraction, Fraction]:
    earned = available = Fraction(0)
    inside = [any(one is other for other in counted) for one in slow.things]
    for one, is_inside in zip(slow.things, inside, strict=True):
        if is_inside and one.visit is not None and one.outcome != "other":
            for unit, amount in slow.paid.get(one.visit, {}).items():
                earned += cents(slow, one.day, unit, amount)
    visits = [
        engine.Visit(one.day, one.behavior, "met", True, ref=place)
        for place, one in enumerate(slow.things)
        if one.behavior is not None and one.outcome not in ("excused", "other")
    ]
    for result in engine.replay_timeline(slow.history.timeline, visits).results:
        if inside[result.ref]:
            available += cents(slow, slow.things[result.ref].day, result.unit, result.paid)
    return earned, available


def sums(known: list[Part]) -> tuple[int, int]:
    pairs = [earned_and_available(slow, things) for slow, _, things in known]
    return whole(sum((one for one, _ in pairs), Fraction(0))), whole(sum((one for _, one in pairs), Fraction(0)))


def uptake(known: list[Part]) -> tuple[Any, ...]:
    earned, available = sums(known)
    return clients(known), earned, available, share(earned, available), whole(Fraction(earned, clients(known)))


def cost(known: list[Part]) -> tuple[Any, ...]:
    points = negative = 0
    for slow, _, things in known:
        for one in things:
            negative += one.is_test and one.outcome == "negative"
            if one.visit is not None:
                amount = slow.paid.get(one.visit, {}).get("points", 0)
                points += int(cents(slow, one.day, "points", amount))
    return (
        clients(known), points, 0, points, whole(Fraction(points, clients(known))), negative,
        whole(Fraction(points, negative)) if negative else None,
    )  # fmt: skip


def state(known: list[Part]) -> tuple[Any, ...]:
    entered = {id(slow) for slow, _, _ in known if FIRST <= slow.history.span.starts_on <= LAST}
    given_up = [one.outcome for _, _, things in known for one in things if one.is_test]
    negative, positive = given_up.count("negative"), given_up.count("positive")
    return clients(known), len(entered), negative + positive, negative, positive, cost(known)[3]


def equity(known: list[Part]) -> tuple[Any, ...]:
    earned, available = sums(known)
    expected = [one for _, _, things in known for one in things if one.is_expected]
    excused = sum(one.outcome == "excused" for one in expected)
    came = sum(one.outcome in CAME for one in expected)
    return (
        clients(known), share(earned, available), share(excused, len(expected)), share(came, len(expected) - excused),
        negatives(known)[4],
    )  # fmt: skip


def visits_with_results(known: list[Part]) -> list[tuple[Slow, Thing, int, int]]:
    """Each visit in the report with what it should have been paid, and what it was."""
    found: list[tuple[Slow, Thing, int, int]] = []
    for slow, _, things in known:
        owed = results(slow)
        for one in things:
            if one.visit in owed:
                result = owed[one.visit]
                found.append((slow, one, result.paid, slow.paid.get(result.ref, {}).get(result.unit, 0)))
    return found


def fidelity(known: list[Part]) -> tuple[Any, ...]:
    pairs = [(owed, got) for _, _, owed, got in visits_with_results(known)]
    right = sum(owed == got for owed, got in pairs)
    less = sum(got < owed for owed, got in pairs)
    return clients(known), len(pairs), right, share(right, len(pairs)), less, len(pairs) - right - less, 0, None, None


def check(session: Session) -> None:
    """Compare every report with its slow count."""
    known = slow_courses(session, FIRST, LAST, NOW)
    in_days = parts(known)

    def last_site(one: Slow) -> int:
        return one.site

    def site(one: Part) -> int:
        return one[1]

    compare(session, "negatives", in_days, site, negatives)
    compare(session, "possible", known, last_site, possible)
    compare(session, "abstinence", known, last_site, abstinence)
    compare(session, "engagement", known, last_site, engagement)
    compare(session, "retention", known, last_site, retention)
    compare(session, "attendance", in_days, site, attendance)
    compare(session, "recovery", known, last_site, recovery)
    compare(session, "uptake", in_days, site, uptake)
    compare(session, "cost", in_days, site, cost)
    compare(session, "state", in_days, site, state)
    compare(session, "equity", in_days, site, equity)
    compare(session, "fidelity", in_days, site, fidelity)
    compare_divided(session, "negatives", in_days, negatives)
    compare_divided(session, "attendance", in_days, attendance, 8)  # hours are required of a week, not of a service
    compare_divided(session, "uptake", in_days, uptake)
    compare_divided(session, "equity", in_days, equity)
    by_week(session, in_days)
    missed(session, in_days)
    lines(session, in_days)


def lines(session: Session, known: list[Part]) -> None:
    table = table_of(session, ACTOR, "visit-lines", first_day=FIRST, last_day=LAST, now=NOW)
    expected = []
    for slow, site, things in known:
        for one in things:
            if one.outcome in CAME and (one.is_test or one.service):
                units = None
                if one.stayed is not None:
                    units, rest = divmod(one.stayed, 15)
                    units += rest >= 8
                expected.append(
                    (
                        one.day,
                        NAMES[site],
                        slow.code,
                        SERVICES[one.service].partition(", ")[0] if one.service else "",
                        units,
                        one.stayed,
                    )
                )
    names = [column.name for column in table.columns]
    chosen = [names.index(name) for name in ("day", "site", "client", "service", "units", "minutes")]
    found = [tuple(row[place] for place in chosen) for row in table.rows]
    assert sorted(found, key=str) == sorted(expected, key=str)


def by_week(session: Session, known: list[Part]) -> None:
    table = table_of(session, ACTOR, "negatives-by-week", first_day=FIRST, last_day=LAST, now=NOW)
    for row in table.rows:
        monday = row[0]
        assert isinstance(monday, date)
        of_week = [
            (slow, site, [one for one in things if monday <= one.day < monday + timedelta(days=7)])
            for slow, site, things in known
        ]
        assert row[1:] == negatives(of_week)[1:], monday
    assert table.rows[0][0] == FIRST - timedelta(days=FIRST.weekday())
    assert len(table.rows) == 6


def missed(session: Session, known: list[Part]) -> None:
    table = table_of(session, ACTOR, "missed-rewards", first_day=FIRST, last_day=LAST, now=NOW)
    expected = [
        (one.day, slow.code, NAMES[site], "Nothing said", one.behavior or "–", SERVICES[one.service], STAFF[one.staff])
        for slow, site, things in known
        for one in things
        if one.outcome == "nothing" and one.is_expected
    ]
    expected += [
        (
            one.day,
            slow.code,
            NAMES[one.site],
            "Met, not paid",
            one.behavior or "–",
            SERVICES[one.service],
            STAFF[one.staff],
        )
        for slow, one, owed, got in visits_with_results(known)
        if owed > got
    ]
    assert sorted(table.rows, key=str) == sorted(expected, key=str)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("kind", KINDS)
def test_each_report_equals_a_slow_plain_count(databases: Databases, kind: str) -> None:
    @settings(
        max_examples=ROUNDS if kind == "sqlite" else max(ROUNDS // 4, 2),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # a program takes seconds to make, and an example says itself what differs
        suppress_health_check=list(HealthCheck),
    )
    @given(PROGRAMS)
    def agree(given: dict[str, Any]) -> None:
        with program(databases, kind, given) as session:
            check(session)

    agree()


def test_every_report_is_compared_or_tested_elsewhere() -> None:
    compared = {
        "negatives", "possible", "abstinence", "engagement", "retention", "attendance", "recovery", "uptake", "cost", "state",
        "equity", "fidelity", "negatives-by-week", "missed-rewards", "visit-lines",
    }  # fmt: skip
    # test_delivery.py and test_cabinet.py
    typed = {"immediacy", "laboratory", "prize-fairness", "shrinkage", "clients"}
    assert compared | typed == set(REPORTS)
