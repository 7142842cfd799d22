"""Real visits beside what another schedule would pay for them: who would have got more or less, and why.

One visit stands beside the same visit: what the ledger paid and the engine owed for it, and what the engine would owe under
the other schedule. A draw counts what it brings on average. What differs at a visit is explained by the first of these that
fits: what a correction left with the client, its outcome, whether it was paid at all, a ceiling, a bonus, and the ladder:
another level (because of a lapse, of the way back, or of the steps) or another amount.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import PAID, RESET
from cm_tracker.domain.schedules.schedule import Schedule

# Why a client would get more or less.
TARGET, PLACES, CEILING, BONUS, LAPSE, WAY_BACK, AMOUNTS, BEHAVIOR, KEPT = (
    "target", "places", "ceiling", "bonus", "lapse", "way_back", "amounts", "behavior", "kept"
)  # fmt: skip


class Pair(NamedTuple):
    """A visit as it was paid, and as it would be.

    `before` is what the engine owed for it, None for a visit that was taken away. `after` is what it would owe, None where
    the other schedule does not have the behavior. `paid` is what the ledger says by unit, and `schedule` the version that
    held. `was` is what the client got for it in cents, and `would` what they would get, both on average; `is_cut` says
    whether a ceiling would have cut something by then.
    """

    ref: int
    day: date
    before: Result | None
    after: Result | None
    paid: Mapping[str, int]
    schedule: Schedule
    was: Fraction
    would: Fraction
    is_cut: bool


class Reason(NamedTuple):
    """Why a client would get more or less: at so many visits, so many cents."""

    kind: str
    cents: int
    visits: int


class Line(NamedTuple):
    """One visit of a client: what was paid, what would be, in cents, and why they differ.

    The cents are rounded so that those of all visits add up.
    """

    pair: Pair
    before_cents: int
    after_cents: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What one client got for the visits of some days, and would get. The reason with the largest part comes first.

    The reasons add up to the difference. `full_in` is the program week in which a ceiling would first cut something;
    with draws, the first one by which it is likelier than not.
    """

    before_cents: int
    after_cents: int
    reasons: tuple[Reason, ...]
    full_in: int | None
    lines: tuple[Line, ...]

    @property
    def difference(self) -> int:
        """Return how many cents more the client would get, less where it is negative."""
        return self.after_cents - self.before_cents


def unit_worth(schedule: Schedule, unit: str) -> Fraction:
    """Return what one point or one draw of a schedule is worth in cents, a draw on average."""
    if unit == "points":
        return Fraction(schedule.point_value_cents)
    bowl = schedule.bowl
    return Fraction(bowl.total_cents, bowl.size) if bowl is not None and bowl.size else Fraction(0)


def compare(pairs: Sequence[Pair], schedule: Schedule, first_day: date, last_day: date) -> Compared:
    """Return what a client got for the visits of some days, and would get under a schedule.

    `pairs` are all visits of the enrollment up to the last day, in their order: what a visit earns depends on those
    before it.
    """
    gaps: dict[str, str | None] = {}
    counted: list[tuple[Pair, str | None]] = []
    parts = dict[str, list[Fraction]]()
    full_in = None
    for pair in pairs:
        before, after = pair.before, pair.after
        gap = gaps.get(before.behavior) if before is not None else None
        found = _parts(pair, schedule, gap)
        if before is not None and after is not None:
            gaps[before.behavior] = _gap(before, after, gap)
        if not first_day <= pair.day <= last_day:
            continue
        for kind, part in found.items():
            parts.setdefault(kind, []).append(part)
        if full_in is None and after is not None and (after.cut_by is not None or pair.is_cut):
            full_in = after.week
        counted.append((pair, max(found, key=lambda kind: abs(found[kind]), default=None)))
    was, would = [pair.was for pair, _ in counted], [pair.would for pair, _ in counted]
    before_cents, after_cents = rounded(sum(was, Fraction(0))), rounded(sum(would, Fraction(0)))
    lines = [
        Line(pair, was_cents, would_cents, why)
        for (pair, why), was_cents, would_cents in zip(
            counted, shared_out(was, before_cents), shared_out(would, after_cents), strict=True
        )
    ]
    cents = shared_out([sum(of_kind, Fraction(0)) for of_kind in parts.values()], after_cents - before_cents)
    reasons = [
        Reason(kind, of, len(of_kind)) for (kind, of_kind), of in zip(parts.items(), cents, strict=True) if of_kind
    ]
    reasons.sort(key=lambda reason: (-abs(reason.cents), reason.kind))
    return Compared(before_cents, after_cents, tuple(reasons), full_in, tuple(lines))


def rounded(cents: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)


def shared_out(parts: Sequence[Fraction], total: int) -> list[int]:
    """Return parts in whole numbers that add up to a total: each rounded down, and 1 more for the largest remainders.

    The parts themselves add up to the total but for rounding: less than 1 apart.
    """
    whole = [part.numerator // part.denominator for part in parts]
    largest = sorted(range(len(parts)), key=lambda n: (whole[n] - parts[n], n))
    for n in largest[: total - sum(whole)]:
        whole[n] += 1
    return whole


def _parts(pair: Pair, schedule: Schedule, gap: str | None) -> dict[str, Fraction]:
    """Return what differs at a visit in cents, by why it does. Parts of 0 are left out."""
    before, after = pair.before, pair.after
    if before is None:
        return _not_zero({KEPT: -pair.was})
    each = unit_worth(pair.schedule, before.unit)
    kept = sum((n * unit_worth(pair.schedule, unit) for unit, n in pair.paid.items()), Fraction(0)) - before.paid * each
    more = pair.would - pair.was + kept
    if after is None:
        return _not_zero({BEHAVIOR: more, KEPT: -kept})
    if before.outcome != after.outcome:
        return _not_zero({TARGET: more, KEPT: -kept})
    if (before.why == PAID) != (after.why == PAID):
        return _not_zero({PLACES: more, KEPT: -kept})
    other = unit_worth(schedule, after.unit)
    bonuses = _bonuses(after) * other - _bonuses(before) * each
    cut = (pair.would - after.due * other) - (pair.was - kept - before.due * each)
    ladder = after.ladder * other - before.ladder * each
    kind = gap if gap is not None and before.level != after.level else AMOUNTS
    return _not_zero({kind: ladder, BONUS: bonuses, CEILING: cut, KEPT: -kept})


def _bonuses(result: Result) -> int:
    return result.run_bonus + result.week_bonus + result.side_bonus


def _not_zero(parts: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {kind: part for kind, part in parts.items() if part}


def _gap(before: Result, after: Result, gap: str | None) -> str | None:
    """Return why the two ladders stand on different levels after a visit, None where they stand on the same one."""
    if before.level_after == after.level_after:
        return None
    was_reset, is_reset = before.why == RESET, after.why == RESET
    if was_reset != is_reset:
        return LAPSE
    if was_reset:
        return gap if gap in (LAPSE, WAY_BACK) else LAPSE if before.level_after or after.level_after else gap
    if _came_back(before) != _came_back(after):
        return WAY_BACK
    return gap or AMOUNTS


def _came_back(result: Result) -> bool:
    """Return whether a visit brought back a level that was lost."""
    return result.why == PAID and result.level_after > result.level + 1
