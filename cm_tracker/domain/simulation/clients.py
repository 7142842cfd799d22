"""Invented clients: what each does by chance, and what the engine pays for it.

The engine is fast enough to pay every one of them (bench/simulation.py), so nothing here works out what a visit earns.
All of them begin on January 1, and a calendar year's ceiling counts the whole program.

Chance for what clients do and chance for what they draw come from two sources with one seed. So the same clients come
to the same visits under every schedule with the same places, and two drafts can be compared.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, islice
from random import Random
from typing import NamedTuple

from cm_tracker.domain.prizes.draws import Outcome, outcome_at
from cm_tracker.domain.schedules.ceilings import AWARD, CALENDAR_YEAR, ENROLLMENT, LIFETIME, ClientTotals
from cm_tracker.domain.schedules.engine import Result, Visit, replay
from cm_tracker.domain.schedules.outcomes import EXCUSED, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.rehearsal import START, all_met, lay_out
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule
from cm_tracker.domain.simulation.assumptions import OF, Assumptions
from cm_tracker.domain.simulation.chance import chance

MOST_CLIENTS = 10_000
# So many visits are simulated at most: about four seconds of work.
MOST_VISITS = 720_000
# A ceiling of a calendar year is that of the whole program, where it is no longer.
_WEEKS_OF_YEAR = 52


class InventedClient(NamedTuple):
    """What became of one client. `cents` and `points` are by program week, and `weeks_came` are the
    first ones, in which the client still came.

    `cents` are paid in points and in prizes drawn. `tiers` are how many slips of each of the bowl's slips were given.
    `near_in` is the week in which four fifths of the program's ceiling were used, `cut_in` the one in which any ceiling
    first cut something, and `used_up_in` the one in which nothing more fitted under the program's; None for never.
    """

    cents: tuple[int, ...]
    points: tuple[int, ...]
    weeks_came: int
    tiers: tuple[int, ...]
    near_in: int | None
    cut_in: int | None
    used_up_in: int | None


class _Place(NamedTuple):
    """A visit that can happen: what it would be with each outcome."""

    track: int
    is_test: bool
    has_bonus: bool
    met: Visit
    met_with_bonus: Visit
    positive: Visit
    missed: Visit
    excused: Visit


def most_clients(schedule: Schedule) -> int:
    """Return how many clients are invented: 10,000, or fewer where one of them has very many visits."""
    visits = sum(map(len, _places(schedule)))
    return max(min(MOST_CLIENTS, MOST_VISITS // max(visits, 1)), 1)


def visits_of(schedule: Schedule) -> int:
    """Return how many visits a client has who always comes."""
    return sum(map(len, _places(schedule)))


def program_ceiling(schedule: Schedule) -> Ceiling | None:
    """Return the lowest ceiling that counts the whole program, or None where none does."""
    scopes = {ENROLLMENT, LIFETIME} | ({CALENDAR_YEAR} if schedule.last_week <= _WEEKS_OF_YEAR else set())
    found = [ceiling for ceiling in schedule.ceilings if ceiling.scope in scopes]
    return min(found, key=lambda ceiling: ceiling.cents, default=None)


def invent(schedule: Schedule, assumptions: Assumptions, count: int, seed: int) -> Iterator[InventedClient]:
    """Yield invented clients, each paid by the engine. The same numbers yield the same clients."""
    purse = _Purse(schedule, chance("draws", seed))
    for visits, weeks_came in visits_by_chance(schedule, assumptions, count, seed):
        yield purse.pay(replay(schedule, START, visits).results, weeks_came)


def visits_by_chance(
    schedule: Schedule, assumptions: Assumptions, count: int, seed: int
) -> Iterator[tuple[list[Visit], int]]:
    """Yield the visits of each invented client, and in how many weeks they came."""
    places, rolls = _places(schedule), chance("visits", seed)
    for _ in range(count):
        yield _visits(places, assumptions, len(schedule.tracks), rolls)


def _places(schedule: Schedule) -> list[list[_Place]]:
    """Return the places of each program week, by day."""
    weeks: list[list[_Place]] = [[] for _ in range(schedule.last_week)]
    for n, track in enumerate(schedule.tracks):
        for laid in lay_out(track, all_met(track)):
            # The reference of a visit is its day, which its result repeats.
            visit = laid._replace(ref=(laid.day - START).days)
            place = _Place(
                n,
                track.is_test,
                track.side_bonus is not None,
                visit,
                visit._replace(also_negative=True),
                *(visit._replace(outcome=outcome) for outcome in (POSITIVE, UNEXCUSED, EXCUSED)),
            )
            weeks[(visit.day - START).days // 7].append(place)
    for places in weeks:
        places.sort(key=lambda place: place.met.day)
    return weeks


def _visits(
    weeks: Sequence[Sequence[_Place]], chances: Assumptions, tracks: int, rolls: Random
) -> tuple[list[Visit], int]:
    """Return the visits of one client, and in how many weeks they came."""
    first, after_negative, after_other, excused, missed, stops, attends = (
        share / OF
        for share in (
            chances.first, chances.after_negative, chances.after_other, chances.excused, chances.missed,
            chances.stops, chances.attends,
        )
    )  # fmt: skip
    roll = rolls.random
    kept = 1 - missed - excused
    negative = [first] * tracks
    visits: list[Visit] = []
    for week, places in enumerate(weeks):
        if week and roll() < stops:
            return visits, week
        for place in places:
            n = place.track
            rolled = roll()
            if not place.is_test:
                visits.append(place.met if rolled < attends else place.missed)
            elif rolled < missed:
                visits.append(place.missed)
                negative[n] = after_other
            elif rolled < missed + excused:
                visits.append(place.excused)
            elif rolled - missed - excused < negative[n] * kept:
                # The bonus needs other drugs to be negative, too: as likely as a test after a negative one.
                with_bonus = place.has_bonus and roll() < after_negative
                visits.append(place.met_with_bonus if with_bonus else place.met)
                negative[n] = after_negative
            else:
                visits.append(place.positive)
                negative[n] = after_other
    return visits, len(weeks)


@dataclass(slots=True)
class _Watch:
    """In which weeks one client passes four fifths of the program's ceiling, is cut, and uses the ceiling up.

    Of a ceiling that is used up, less is left than `least`: what can be paid at least.
    """

    ceiling: Ceiling | None
    least: int
    cents: int = 0
    near_in: int | None = None
    cut_in: int | None = None
    used_up_in: int | None = None

    def add(self, cents: int, week: int, is_cut: bool) -> None:
        self.cents += cents
        if is_cut and self.cut_in is None:
            self.cut_in = week
        if self.ceiling is None:
            return
        if self.near_in is None and self.cents * 5 >= self.ceiling.cents * 4:
            self.near_in = week
        if self.used_up_in is None and self.ceiling.cents - self.cents < self.least:
            self.used_up_in = week


class _Got(NamedTuple):
    """What one visit brings: in its program week, points, cents in points or in prizes, and whether a ceiling cut it."""

    week: int
    points: int
    cents: int
    is_cut: bool


class _Purse:
    """What clients get for the engine's results: points, and the prizes of the draws, which count for ceilings, too.

    Draws are made at once, on the day of their visit.
    """

    def __init__(self, schedule: Schedule, rolls: Random) -> None:
        self._schedule = schedule
        self._rolls = rolls
        self._ceiling = program_ceiling(schedule)
        self._lowest = min((one.cents for one in schedule.ceilings if one.scope != AWARD), default=None)
        self._awards = min((one.cents for one in schedule.ceilings if one.scope == AWARD), default=None)
        self._slips = schedule.bowl.slips if schedule.bowl else ()
        # Slips are numbered in the bowl's order: those of a kind end below its sum.
        self._ends = list(accumulate(slip.count for slip in self._slips))
        self._dearest = max((slip.cents for slip in self._slips), default=0)
        self._least = min(_amounts(schedule), default=0)

    def pay(self, results: Sequence[Result], weeks_came: int) -> InventedClient:
        """Return what became of a client with these results."""
        weeks = self._schedule.last_week
        cents, points, tiers = [0] * weeks, [0] * weeks, [0] * len(self._slips)
        watch = _Watch(self._ceiling, self._least)
        drawn = self._drawn(results)
        pay = self._under_ceilings if self._may_cut(results, drawn) else self._without_ceilings
        for week, of_points, got, is_cut in pay(results, drawn, tiers):
            points[week - 1] += of_points
            cents[week - 1] += got
            if got or is_cut:
                watch.add(got, week, is_cut)
        return InventedClient(
            tuple(cents), tuple(points), weeks_came, tuple(tiers), watch.near_in, watch.cut_in, watch.used_up_in
        )

    def _drawn(self, results: Sequence[Result]) -> list[int]:
        """Return the numbers of the slips that are drawn, from 0."""
        if not self._slips:
            return []
        size, roll = self._ends[-1], self._rolls.random
        draws = sum(result.paid for result in results if result.unit == "draws")
        return [int(roll() * size) for _ in range(draws)]

    def _may_cut(self, results: Sequence[Result], drawn: Sequence[int]) -> bool:
        """Return whether a ceiling may cut a slip, or points because of slips. The engine does not know of slips."""
        if not drawn:
            return False
        if self._awards is not None and self._dearest > self._awards:
            return True
        if self._lowest is None:
            return False
        points_cents = sum(result.cents for result in results)
        if points_cents + len(drawn) * self._dearest <= self._lowest:
            return False
        return points_cents + sum(self._slips[bisect(self._ends, number)].cents for number in drawn) > self._lowest

    def _without_ceilings(self, results: Sequence[Result], drawn: Sequence[int], tiers: list[int]) -> Iterator[_Got]:
        """Yield what visits bring where no ceiling has to count slips: the engine has cut the points already.

        The slips are counted in `tiers`.
        """
        slips, ends, at = self._slips, self._ends, 0
        for result in results:
            paid = result.paid
            if result.unit != "draws":
                yield _Got(result.week, paid, result.cents, result.cut_by is not None)
            elif paid:
                got = 0
                for number in drawn[at : at + paid]:
                    place = bisect(ends, number)
                    tiers[place] += 1
                    got += slips[place].cents
                at += paid
                yield _Got(result.week, 0, got, False)

    def _under_ceilings(self, results: Sequence[Result], drawn: Sequence[int], tiers: list[int]) -> Iterator[_Got]:
        """Yield the same where ceilings count points and slips together, each on its day."""
        totals, numbers, value = ClientTotals(), iter(drawn), self._schedule.point_value_cents
        for result in results:
            day = START + timedelta(days=result.ref)
            if result.unit != "draws":
                paid = min((result.paid, *(left // value for left, _ in self._left(totals, day))))
                got, is_cut = paid * value, paid < result.due
                totals.add(0, day, got)
                yield _Got(result.week, paid, got, is_cut)
                continue
            got, is_cut = 0, False
            for number in islice(numbers, result.paid):
                outcome = self._outcome(number, min(self._left(totals, day)))
                is_cut = is_cut or outcome.cut_by is not None
                if outcome.given is not None:
                    tiers[self._slips.index(outcome.given)] += 1
                    got += outcome.given.cents
                    totals.add(0, day, outcome.given.cents)
            yield _Got(result.week, 0, got, is_cut)

    def _outcome(self, number: int, left: tuple[int, str]) -> Outcome:
        assert self._schedule.bowl is not None
        return outcome_at(self._schedule.bowl, number + 1, left)

    def _left(self, totals: ClientTotals, day: date) -> list[tuple[int, str]]:
        """Return what each ceiling leaves on a day, in cents, and its scope."""
        return [(max(one.cents - totals.used(one, 0, day), 0), one.scope) for one in self._schedule.ceilings]


def _amounts(schedule: Schedule) -> Iterator[int]:
    """Yield what can be paid at once at least: a point, and each slip that is worth something."""
    units = {track.pays for track in schedule.tracks}
    if "points" in units:
        yield schedule.point_value_cents
    if "draws" in units and schedule.bowl is not None:
        yield from (slip.cents for slip in schedule.bowl.slips if slip.cents)
