"""What visits bring on average under a ceiling that counts points and the prizes of draws together.

A draw is chance, so what a ceiling leaves is chance, too: under a ceiling of 10 dollars, a slip of 20 becomes a smaller one,
and how much of the 10 was used before is chance again. Here every sum that can be used is followed with its chance, draw by
draw. A slip that does not fit becomes the largest one that does, as in `domain/prizes/draws.py`. Draws are made at once, on
the day of their visit, and nothing but these visits counts for the ceiling.

A chance is a whole number of rows of slips. Where these become too many, all of them are divided by the same power of 2; what
is lost is far below a thousandth of a cent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from cm_tracker.domain.schedules.backtest import unit_worth
from cm_tracker.domain.schedules.ceilings import AWARD, ROLLING, first_day_of
from cm_tracker.domain.schedules.schedule import Bowl, Schedule

# So many steps are followed, about a second: a step is a draw after a sum that can be used.
MOST_STEPS = 500_000
_MOST_BITS, _BITS = 200, 120


class Due(NamedTuple):
    """So many points or draws of a visit. Points `are_paid`, or the ceiling may cut them because of prizes."""

    day: date
    unit: str
    amount: int
    schedule: Schedule
    are_paid: bool = False


class Average(NamedTuple):
    """What a due brings on average, in cents, and whether, likelier than not, a ceiling has cut something up to it."""

    cents: Fraction
    is_cut: bool


NOTHING = Average(Fraction(0), False)


class AveragePay:
    """Works out averages of several enrollments. Rows of draws that several have in common are followed once."""

    def __init__(self) -> None:
        self._begin: dict[tuple[int, int], _Sums] = {}
        self._steps = MOST_STEPS

    def by_visit(self, dues: Iterable[tuple[int, Due]]) -> dict[int, Average] | None:
        """Return the same by visit, where a visit may have dues of both units."""
        named = list(dues)
        averages = self.of([due for _, due in named])
        if averages is None:
            return None
        found: dict[int, Average] = {}
        for (visit_id, _), (cents, is_cut) in zip(named, averages, strict=True):
            found[visit_id] = Average(found.get(visit_id, NOTHING).cents + cents, is_cut)
        return found

    def of(self, dues: Sequence[Due]) -> list[Average] | None:
        """Return what each of the dues of an enrollment brings on average; they are in the order of their days.

        Return None where that is not known: where ceilings of different times may cut, such as one of a month and one of
        a year, where a rolling one lets a day go before the last visit, and where there are too many sums to follow.
        """
        if not _may_cut(dues):
            return [Average(due.amount * unit_worth(due.schedule, due.unit), False) for due in dues]
        begins = _begins(dues)
        if begins is None:
            return None
        unit = gcd(*(cents for due in dues for cents in _amounts(due)))
        most = (
            max((one.cents for due in dues for one in due.schedule.ceilings if one.scope != AWARD), default=0) // unit
        )
        begin = sums = self._begin.setdefault((unit, most), _Sums([1] + [0] * most, [0] * (most + 1)))
        found, uncut = [], Fraction(1)
        for due, is_anew in zip(dues, begins, strict=True):
            if is_anew:
                sums, uncut = begin, uncut * sums.uncut
            cents = Fraction(0)
            for event in _events(due, unit):
                if event not in sums.after:
                    self._steps -= most + 1
                    if self._steps < 0:
                        return None
                    sums.after[event] = event.happen(sums)
                sums, got = sums.after[event]
                cents += got * unit
            found.append(Average(cents, 2 * uncut * sums.uncut <= 1))
        return found


def _may_cut(dues: Sequence[Due]) -> bool:
    """Return whether a ceiling may cut a slip, or points because of slips."""
    most, dearest = 0, 0
    for due in dues:
        if due.unit == "points":
            most += due.amount * due.schedule.point_value_cents
        elif due.amount and due.schedule.bowl is not None:
            of_slip = max(slip.cents for slip in due.schedule.bowl.slips)
            most, dearest = most + due.amount * of_slip, max(dearest, of_slip)
    ceilings = {ceiling for due in dues for ceiling in due.schedule.ceilings}
    return dearest > 0 and any(one.cents < (dearest if one.scope == AWARD else most) for one in ceilings)


def _begins(dues: Sequence[Due]) -> tuple[bool, ...] | None:
    """Return before which dues the time of the ceilings begins anew, or None where they have several times."""
    found = set()
    for ceiling in {one for due in dues for one in due.schedule.ceilings if one.scope != AWARD}:
        firsts = [max(first_day_of(ceiling, due.day), dues[0].day) for due in dues]
        begins = (False, *(day != before for before, day in pairwise(firsts)))
        if ceiling.scope == ROLLING and any(begins):
            return None
        found.add(begins)
    if len(found) > 1:
        return None
    return found.pop() if found else (False,) * len(dues)


def _amounts(due: Due) -> list[int]:
    if due.unit == "points":
        return [due.schedule.point_value_cents] if due.amount else []
    return [slip.cents for slip in (due.schedule.bowl.slips if due.schedule.bowl else ())]


@dataclass(frozen=True, slots=True)
class _Sums:
    """How likely it is that so much of the ceiling is used, by the sum: without any cut so far (`free`), and with one.

    `after` has what was worked out already: the sums after an event, and what it brings on average.
    """

    free: list[int]
    cut: list[int]
    after: "dict[_Draw | _Pay, tuple[_Sums, Fraction]]" = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(self.free) + sum(self.cut)

    @property
    def uncut(self) -> Fraction:
        """Return how likely it is that nothing was cut."""
        return Fraction(sum(self.free), self.rows)


class _Draw(NamedTuple):
    """A slip is drawn under a limit and one for each award. All amounts are in units."""

    bowl: Bowl
    unit: int
    limit: int | None
    award: int | None

    def happen(self, sums: _Sums) -> tuple[_Sums, Fraction]:
        """Return the sums after the draw, and what is given on average."""
        bowl, unit, limit, award = self
        most = len(sums.free) - 1
        values = {0, *(slip.cents // unit for slip in bowl.slips)}
        fitting = sorted((value for value in values if award is None or value <= award), reverse=True)
        free, cut, got = [0] * (most + 1), [0] * (most + 1), 0
        for slip in bowl.slips:
            drawn, first = slip.cents // unit, 0
            # The larger a value, the lower the sums after which it fits.
            for value in (one for one in fitting if one <= drawn):
                last = most if limit is None or not value else min(limit - value, most)
                if last >= first:
                    span = slice(first, last + 1)
                    _add(sums.free[span], first + value, slip.count, free if value == drawn else cut)
                    _add(sums.cut[span], first + value, slip.count, cut)
                    got += value * slip.count * (sum(sums.free[span]) + sum(sums.cut[span]))
                    first = last + 1
        return _shortened(free, cut), Fraction(got, sums.rows * bowl.size)


class _Pay(NamedTuple):
    """Points are paid that are worth `value` each; only if `may_cut`, the limit and the one for each award count."""

    points: int
    value: int
    may_cut: bool
    limit: int | None
    award: int | None

    def happen(self, sums: _Sums) -> tuple[_Sums, Fraction]:
        """Return the sums after the payment, and what is paid on average."""
        most = len(sums.free) - 1
        free, cut, got = [0] * (most + 1), [0] * (most + 1), 0
        for used in range(most + 1):
            paid = self.points
            if self.may_cut:
                lefts = [None if self.limit is None else self.limit - used, self.award]
                paid = max(min((paid, *(left // self.value for left in lefts if left is not None))), 0)
            to = min(used + paid * self.value, most)
            (free if paid == self.points else cut)[to] += sums.free[used]
            cut[to] += sums.cut[used]
            got += paid * self.value * (sums.free[used] + sums.cut[used])
        return _Sums(free, cut), Fraction(got, sums.rows)


def _events(due: Due, unit: int) -> list[_Draw] | list[_Pay]:
    """Return what happens at a visit, one after the other."""
    ceilings, bowl = due.schedule.ceilings, due.schedule.bowl
    limit = min((one.cents // unit for one in ceilings if one.scope != AWARD), default=None)
    award = min((one.cents // unit for one in ceilings if one.scope == AWARD), default=None)
    if due.unit == "draws":
        return [_Draw(bowl, unit, limit, award)] * due.amount if bowl is not None else []
    value = due.schedule.point_value_cents // unit
    return [_Pay(due.amount, value, not due.are_paid, limit, award)] if due.amount else []


def _add(chances: Sequence[int], first: int, times: int, to: list[int]) -> None:
    """Add chances, each so many times, to those of the sums from `first` on. What is beyond the highest counts for it."""
    within = chances[: max(len(to) - first, 0)]
    span = slice(first, first + len(within))
    to[span] = [one + times * more for one, more in zip(to[span], within, strict=True)]
    to[-1] += times * sum(chances[len(within) :])


def _shortened(free: list[int], cut: list[int]) -> _Sums:
    bits = (sum(free) + sum(cut)).bit_length()
    if bits <= _MOST_BITS:
        return _Sums(free, cut)
    return _Sums([one >> bits - _BITS for one in free], [one >> bits - _BITS for one in cut])
