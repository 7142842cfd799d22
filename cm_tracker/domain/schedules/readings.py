"""Rules that decide by a number whether a target was met: the ppm of a breath test, the ng/mL of a urine test.

Readings are whole numbers of the rule's unit, 0 or more. A rule may compare a reading with the client's earlier ones:
those of the same track in the same enrollment, in the engine's order, whatever they were paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def is_of_cup(unit: str) -> bool:
    """Return whether readings in a unit come from a cup: a mass in a milliliter. Breath and skin have no cup."""
    return unit.lower().replace(" ", "").endswith("/ml")


@dataclass(frozen=True, slots=True)
class Percentile:
    """A reading is met when it is not above the `rank`-th lowest of the last `of_last` readings.

    With fewer earlier readings, this part of the rule is met by none.
    """

    of_last: int
    rank: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scale: a reading of `at_most` earns `amount`."""

    at_most: int
    amount: int


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Decide a reading in `unit`. At `at_most` or below it is always met.

    Above that, `percentile` or `falls_by_percent` (how much lower than the last reading it has to be) can still make
    it met. With a `scale` the amount of the first step that is not below the reading takes the place of the level's
    value; then `at_most` is that of the last step.
    """

    unit: str
    at_most: int
    percentile: Percentile | None = None
    falls_by_percent: int | None = None
    scale: tuple[Step, ...] = ()

    def limit(self, earlier: Sequence[int]) -> int:
        """Return the highest reading that is met after these earlier ones."""
        limit = self.at_most
        if self.percentile is not None and len(earlier) >= self.percentile.of_last:
            ranked = sorted(earlier[-self.percentile.of_last :])
            limit = max(limit, ranked[self.percentile.rank - 1])
        if self.falls_by_percent is not None and earlier:
            limit = max(limit, earlier[-1] * (100 - self.falls_by_percent) // 100)
        return limit

    def amount(self, reading: int | None) -> int:
        """Return what a scale pays for a reading that is met. Without a reading: the first step's amount."""
        for step in self.scale:
            if reading is None or reading <= step.at_most:
                return step.amount
        return 0


def parse_rule(rule: dict[str, Any]) -> ReadingRule:
    """Return the rule of a checked document."""
    scale = tuple(Step(step["at_most"], step["amount"]) for step in rule.get("scale") or ())
    percentile = rule.get("percentile")
    return ReadingRule(
        unit=rule["unit"],
        at_most=scale[-1].at_most if scale else rule["at_most"],
        percentile=percentile and Percentile(percentile["of_last"], percentile["rank"]),
        falls_by_percent=rule.get("falls_by_percent"),
        scale=scale,
    )
