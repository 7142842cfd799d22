"""Real visits replayed under another schedule: who would have got more or less, and why.

Both sides are results of the engine, one visit beside the same visit. A draw counts what it is worth on average. What
differs at a visit is explained by the first of these that fits: its outcome, whether it was paid at all, a ceiling, a
bonus, and the ladder: another level (because of a lapse, of the way back, or of the steps) or another amount.
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
TARGET, PLACES, CEILING, BONUS, LAPSE, WAY_BACK, AMOUNTS, BEHAVIOR = (
    "target", "places", "ceiling", "bonus", "lapse", "way_back", "amounts", "behavior"
)  # fmt: skip


class Pair(NamedTuple):
    """A visit as it was paid, and as it would be: None where the other schedule does not have its behavior.

    `before_worth` is what one point or draw of the first result is worth in cents.
    """

    day: date
    before: Result
    after: Result | None
    before_worth: Fraction


class Reason(NamedTuple):
    """Why a client would get more or less: at so many visits, so many cents."""

    kind: str
    cents: int
    visits: int


class Line(NamedTuple):
    """One visit of a client: what was paid, what would be, in cents to the nearest, and why they differ."""

    pair: Pair
    before_cents: int
    after_cents: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What one client's visits of some days were worth, and would be. The reason with the largest part comes first.

    `full_in` is the program week in which a ceiling would first cut something.
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
    """Return what a client's visits of some days were worth, and would be under a schedule.

    `pairs` are all visits of the enrollment up to the last day, in their order: what a visit earns depends on those
    before it.
    """
    worth = {unit: unit_worth(schedule, unit) for unit in ("points", "draws")}
    gaps: dict[str, str | None] = {}
    lines, parts = [], dict[str, list[Fraction]]()
    before_sum = after_sum = Fraction(0)
    full_in = None
    for pair in pairs:
        gap = gaps.get(pair.before.behavior)
        found = _parts(pair, worth, gap)
        if pair.after is not None:
            gaps[pair.before.behavior] = _gap(pair.before, pair.after, gap)
        if not first_day <= pair.day <= last_day:
            continue
        was = pair.before.paid * pair.before_worth
        would = pair.after.paid * worth[pair.after.unit] if pair.after is not None else Fraction(0)
        before_sum, after_sum = before_sum + was, after_sum + would
        for kind, part in found.items():
            parts.setdefault(kind, []).append(part)
        if full_in is None and pair.after is not None and pair.after.cut_by is not None:
            full_in = pair.after.week
        largest = max(found, key=lambda kind: abs(found[kind]), default=None)
        lines.append(Line(pair, round(was), round(would), largest))
    reasons = [Reason(kind, round(sum(of_kind)), len(of_kind)) for kind, of_kind in parts.items()]
    reasons.sort(key=lambda reason: (-abs(reason.cents), reason.kind))
    return Compared(round(before_sum), round(after_sum), tuple(reasons), full_in, tuple(lines))


def _parts(pair: Pair, worth: Mapping[str, Fraction], gap: str | None) -> dict[str, Fraction]:
    """Return what differs at a visit in cents, by why it does. Parts of 0 are left out."""
    before, after, was = pair.before, pair.after, pair.before_worth
    if after is None:
        return _not_zero({BEHAVIOR: -before.paid * was})
    each = worth[after.unit]
    if before.outcome != after.outcome:
        return _not_zero({TARGET: after.paid * each - before.paid * was})
    if (before.why == PAID) != (after.why == PAID):
        return _not_zero({PLACES: after.paid * each - before.paid * was})
    bonuses = _bonuses(after) * each - _bonuses(before) * was
    cut = (after.paid - after.due) * each - (before.paid - before.due) * was
    ladder = after.ladder * each - before.ladder * was
    kind = gap if gap is not None and before.level != after.level else AMOUNTS
    return _not_zero({kind: ladder, BONUS: bonuses, CEILING: cut})


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
