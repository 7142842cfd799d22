"""Money ceilings: how much of an amount still fits, and how much of each ceiling is used.

All ceilings hold at once. A ceiling cuts what is paid to whole points, never how the ladder moves.
"""

from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Schedule


class CeilingUse(NamedTuple):
    """How much of a ceiling is used: `used_cents` of `cents`. Staff and client are warned at 80 %."""

    scope: str
    cents: int
    used_cents: int

    @property
    def is_near(self) -> bool:
        """Whether four fifths are used: time to say so, before it is reached."""
        return self.used_cents * 5 >= self.cents * 4


class Purse:
    """What was paid so far under each ceiling, and how much of an amount still fits."""

    __slots__ = ("ceilings", "enrollment", "months", "point_cents", "years")

    def __init__(self, schedule: Schedule) -> None:
        self.ceilings = schedule.ceilings
        self.point_cents = schedule.point_value_cents
        self.enrollment = 0
        self.months: dict[tuple[int, int], int] = {}
        self.years: dict[int, int] = {}

    def used(self, scope: str, day: date, elsewhere_month_cents: int, elsewhere_year_cents: int) -> int:
        """The cents that count against a ceiling on a day."""
        if scope == "award":
            return 0
        if scope == "enrollment":
            return self.enrollment
        if scope == "month":
            return self.months.get((day.year, day.month), 0) + elsewhere_month_cents
        return self.years.get(day.year, 0) + elsewhere_year_cents

    def cut(
        self, due: int, day: date, elsewhere_month_cents: int, elsewhere_year_cents: int, drawn_cents: int = 0
    ) -> tuple[int, str | None]:
        """The whole points of `due` that fit under every ceiling, and the scope that cut them.

        `drawn_cents` is what the enrollment's own draws gave: they count against its ceiling, too.
        """
        month = (day.year, day.month)
        paid, cut_by = due, None
        for ceiling in self.ceilings:
            scope = ceiling.scope
            used = self.used(scope, day, elsewhere_month_cents, elsewhere_year_cents)
            used += drawn_cents if scope == "enrollment" else 0
            fits = max(ceiling.cents - used, 0) // self.point_cents
            if fits < paid:
                paid, cut_by = fits, scope
        cents = paid * self.point_cents
        self.enrollment += cents
        self.months[month] = self.months.get(month, 0) + cents
        self.years[day.year] = self.years.get(day.year, 0) + cents
        return paid, cut_by
