"""Each number of each report equals a slow plain count over random programs, also after corrections, merges and moves."""

import inspect
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.registry import table_of
from tests import cast
from tests.conftest import KINDS, Databases
from tests.queries.reports import test_cabinet, test_delivery
from tests.queries.reports.programs import NOW, PROGRAMS, Program, on
from tests.queries.reports.slow import CAME, Got, Slow, Thing, slow_courses, slow_money

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
        began, ended = max(FIRST, slow.history.starts_on), min(slow.until, LAST)
        days = [began + timedelta(days=n) for n in range((ended - began).days + 1)]
        sites = {*map(slow.sites.on, days), *(one.site for one in slow.things if FIRST <= one.day <= LAST)}
        found += [
            (slow, site, [one for one in slow.things if FIRST <= one.day <= LAST and one.site == site])
            for site in sorted(sites)
        ]
    return found


COMPARED: set[str] = set()
"""The reports whose tables were compared with a slow count."""
TYPED: dict[str, Callable[..., None]] = {
    "immediacy": test_delivery.test_minutes_are_those_from_the_specimen_to_the_award,
    "laboratory": test_delivery.test_the_laboratory_is_late_after_a_day,
    "clients": test_delivery.test_each_client_has_a_line,
    "prize-fairness": test_cabinet.test_few_draws_are_compared_and_not_judged,
    "shrinkage": test_cabinet.test_what_two_people_counted_is_compared_with_the_ledger,
}
"""The other reports, with the tests in which their numbers are typed by hand."""


def _table(session: Session, name: str, **more: Any) -> Table:
    """A report that is about to be compared."""
    COMPARED.add(name)
    return table_of(session, ACTOR, name, first_day=FIRST, last_day=LAST, now=NOW, **more)


def compare(session: Session, name: str, known: list[Any], site_of: Callable[[Any], int], count: Any) -> None:
    """Compare each row of a report with what `count` makes of the enrollments of its site, and of all."""
    table = _table(session, name, least=1)
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


def asked(slow: Slow, week: int) -> tuple[int, int, int]:
    """The first week of the period in which a week lies, how many weeks it has, and how many tests; 0 for none."""

    def period(number: int) -> tuple[Any, Any, int] | None:
        begins = slow.history.timeline.first_day_of(number)
        version = slow.history.timeline.schedule_on(begins) if begins else None
        track = version.track(slow.behavior) if version and slow.behavior else None
        phase = track.phase_in(number) if track else None
        return (version, phase, (number - phase.first_week) // phase.period_weeks) if phase else None

    found = period(week)
    if found is None:
        return week, 1, 0
    phase, number = found[1], found[2]
    weeks = [one for one in range(max(week - 8, 1), week + 9) if period(one) == found]
    begins = phase.first_week + number * phase.period_weeks
    length = min(begins + phase.period_weeks - 1, phase.last_week) - begins + 1
    return weeks[0], len(weeks), math.ceil(Fraction(phase.visits_per_week * len(weeks), length))


def possible_of(slow: Slow) -> tuple[int, int]:
    """The negative tests and the possible ones, in the periods that are over."""
    good = total = 0
    for week in range(1, weeks_over(slow) + 1):
        first, weeks, tests = asked(slow, week)
        if first == week and first + weeks - 1 <= weeks_over(slow):
            given = sum(one.outcome == "negative" for one in slow.tests() if first <= one.week < first + weeks)
            good, total = good + min(given, tests), total + tests
    return good, total


def possible(known: list[Slow]) -> tuple[Any, ...]:
    pairs = [possible_of(slow) for slow in known]
    good, total = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    return clients(known), total, good, share(good, total)


def longest(outcomes: list[str]) -> int:
    return max(
        (len(list(row)) for is_good, row in groupby(outcomes, lambda one: one == "negative") if is_good), default=0
    )


def longest_in_weeks(slow: Slow, tests: list[Thing]) -> Fraction:
    """The longest row in weeks: what each period counts of it, up to its tests."""
    best = Fraction(0)
    for is_good, row in groupby(tests, lambda one: one.outcome == "negative"):
        by_period = Counter(asked(slow, one.week) for one in row if is_good)
        best = max(
            best, sum((Fraction(min(n, tests) * weeks, tests) for (_, weeks, tests), n in by_period.items() if tests), Fraction(0))
        )  # fmt: skip
    return best


def weeks_with_tests(slow: Slow) -> int:
    """How many weeks that are over lie in periods with tests that are over."""
    periods = [asked(slow, week) for week in range(1, weeks_over(slow) + 1)]
    return sum(tests > 0 and first + weeks - 1 <= weeks_over(slow) for first, weeks, tests in periods)


def abstinence(known: list[Slow]) -> tuple[Any, ...]:
    rows: list[tuple[int, int, Fraction, Fraction, int]] = []
    lasted: dict[int, list[bool]] = {4: [], 8: [], 12: []}
    for slow in known:
        if slow.behavior is None:
            continue
        tests = [one for one in slow.tests() if one.outcome in BAD or one.outcome == "negative"]
        given = [one for one in tests if one.outcome not in ("missed", "nothing")]
        run, ignored = longest([one.outcome for one in tests]), longest([one.outcome for one in given])
        weeks = ["negative" if all(one.outcome == "negative" for one in of_week) else "not"
                 for _, of_week in groupby(sorted(tests, key=lambda one: one.week), lambda one: one.week)]  # fmt: skip
        in_weeks = longest_in_weeks(slow, tests)
        rows.append((run, ignored, in_weeks, longest_in_weeks(slow, given), longest(weeks)))
        for least in lasted:
            if weeks_with_tests(slow) >= least:
                lasted[least].append(in_weeks >= least)
    return (
        clients(known), len(rows), *(tenth([row[n] for row in rows]) for n in range(5)),
        *(cell for found in lasted.values() for cell in (len(found), share(sum(found), len(found)))),
    )  # fmt: skip


def engagement(known: list[Slow]) -> tuple[Any, ...]:
    firsts, scores = [], []
    for slow in known:
        outcomes = [one.outcome for one in slow.tests() if one.outcome in BAD or one.outcome == "negative"]
        score = sum(one.outcome == "negative" for one in slow.things if one.is_test and one.behavior == slow.behavior)
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


def is_still_there(slow: Slow, week: int) -> bool | None:
    """Whether a client came in a week or the next one; None where nobody can say, or nobody expected them."""
    timeline, end = slow.history.timeline, slow.history.span.end
    last = timeline.schedule_on(slow.until).last_week
    if week > last or weeks_over(slow) < min(week + 1, last):
        return None
    if any(one.outcome in CAME and one.week in (week, week + 1) for one in slow.things):
        return True
    reason = end.reason if end is not None and slow.until < LAST else None
    has_gone = reason in ("completed", "moved_up", "moved_down", "died")
    return None if has_gone and timeline.week_of(slow.until) <= week + 1 else False


def retention(known: list[Slow]) -> tuple[Any, ...]:
    lengths = []
    for slow in known:
        days = [one.day for one in slow.things if one.outcome in CAME]
        between = [min(days) + timedelta(days=n) for n in range((max(days) - min(days)).days + 1)] if days else []
        lengths.append(Fraction(sum(not slow.history.timeline.is_paused(day) for day in between), 7))
    cells: list[Any] = [clients(known), len(known), tenth(lengths)]
    for week in (4, 8, 12, 24):
        still = [one for slow in known if (one := is_still_there(slow, week)) is not None]
        cells += [len(still), share(sum(still), len(still))]
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
        if one.behavior is not None and one.outcome not in ("excused", "other", "voided")
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


@dataclass
class Paid:
    """A client in an enrollment at a site: what was expected there, whether they began there, and what they got."""

    client: int
    site: int
    things: list[Thing]
    is_new: bool
    money: list[Got] = field(default_factory=list)

    def cents(self, kind: str) -> int:
        return sum(one.cents for one in self.money if one.kind == kind)


def paid(session: Session, known: list[Part], first: date = FIRST, last: date = LAST) -> list[Paid]:
    """Whoever was in the program on some days, or got something on them."""
    found: dict[tuple[int, int | None, int], Paid] = {}
    for slow, site, things in known:
        starts_on = slow.history.span.starts_on
        is_new = first <= starts_on <= last and slow.sites.on(starts_on) == site
        found[slow.client, slow.history.id, site] = Paid(slow.client, site, things, is_new)
    for one in slow_money(session):
        if first <= one.day <= last:
            key = (one.client, one.enrollment, one.site)
            found.setdefault(key, Paid(one.client, one.site, [], False)).money.append(one)
    return list(found.values())


def cost(known: list[Paid]) -> tuple[Any, ...]:
    negative = sum(one.is_test and one.outcome == "negative" for of in known for one in of.things)
    points, adjusted, drawn = (sum(one.cents(kind) for one in known) for kind in ("points", "adjusted", "drawn"))
    total, people = points + adjusted + drawn, len({one.client for one in known})
    return (
        people, points, adjusted, drawn, total, whole(Fraction(total, people)), negative,
        whole(Fraction(total, negative)) if negative else None,
    )  # fmt: skip


def state(known: list[Paid]) -> tuple[Any, ...]:
    given_up = [one.outcome for of in known for one in of.things if one.is_test]
    negative, positive = given_up.count("negative"), given_up.count("positive")
    people, new = len({one.client for one in known}), sum(one.is_new for one in known)
    return people, new, negative + positive, negative, positive, cost(known)[4]


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
    with_money = paid(session, in_days)
    compare(session, "cost", with_money, lambda one: int(one.site), cost)
    compare(session, "state", with_money, lambda one: int(one.site), state)
    in_pieces(session)
    compare(session, "equity", in_days, site, equity)
    compare(session, "fidelity", in_days, site, fidelity)
    compare_divided(session, "negatives", in_days, negatives)
    compare_divided(session, "attendance", in_days, attendance, 8)  # hours are required of a week, not of a service
    compare_divided(session, "uptake", in_days, uptake)
    compare_divided(session, "equity", in_days, equity)
    by_week(session, in_days)
    missed(session, in_days)
    lines(session, in_days)
    assert COMPARED.isdisjoint(TYPED)
    assert COMPARED | TYPED.keys() == set(REPORTS)


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
    COMPARED.add("visit-lines")


def in_pieces(session: Session) -> None:
    """What months count adds up to what their quarter counts, whatever the days."""

    def sums(name: str, first: date, last: date, columns: tuple[str, ...]) -> list[int]:
        table = table_of(session, ACTOR, name, first_day=first, last_day=last, now=NOW, least=1)
        return [int(str(table.column(column)[-1])) if table.rows else 0 for column in columns]

    for name, columns in (
        ("cost", ("points", "adjusted", "drawn", "cost", "negative")),
        ("state", ("entered", "tests", "negative", "positive", "incentives")),
    ):
        for middle in (on(11), on(23), on(36)):
            halves = zip(
                sums(name, FIRST, middle, columns), sums(name, middle + timedelta(days=1), LAST, columns), strict=True
            )  # fmt: skip
            assert [one + other for one, other in halves] == sums(name, FIRST, LAST, columns), (name, middle)


def by_week(session: Session, known: list[Part]) -> None:
    table = _table(session, "negatives-by-week")
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
    table = _table(session, "missed-rewards")
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


@pytest.mark.parametrize("name", TYPED)
def test_a_report_that_is_not_compared_is_typed_by_hand(name: str) -> None:
    source = inspect.getsource(TYPED[name])
    assert f'"{name}"' in source and "assert" in source
