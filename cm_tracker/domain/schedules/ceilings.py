"""Money ceilings: how much of an amount may still be paid, and how much of each ceiling is used.

All ceilings of a schedule apply at once. A ceiling reduces what is paid, to whole points. It never
changes how the ladder moves.
"""

from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Schedule


class CeilingUse(NamedTuple):
    """The use of one ceiling: `used_cents` of `cents`. Staff and client are warned at 80 %."""

    scope: str
    cents: int
    used_cents: int

    @property
    def is_near(self) -> bool:
        """Whether at least four fifths are used, so that a warning is due."""
        return self.used_cents * 5 >= self.cents * 4

    @property
    def is_reached(self) -> bool:
        """Return whether nothing is left of it."""
        return self.used_cents >= self.cents


class PaidTotals:
    """The cents paid so far under each ceiling of one enrollment, kept up to date by `cut`."""

    __slots__ = ("ceilings", "enrollment", "months", "point_cents", "years")

    def __init__(self, schedule: Schedule) -> None:
        self.ceilings = schedule.ceilings
        self.point_cents = schedule.point_value_cents
        self.enrollment = 0
        self.months: dict[tuple[int, int], int] = {}
        self.years: dict[int, int] = {}

    def used(self, scope: str, day: date, elsewhere_month_cents: int, elsewhere_year_cents: int) -> int:
        """Return the cents that count against a ceiling on a day.

        The two `elsewhere` amounts are what the client's other enrollments were paid in that month and year.
        """
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
        """Add a payment of `due` points, reduced to what every ceiling allows.

        Return the whole points that are paid, and the scope of the ceiling that reduced them (None if no
        ceiling did). `drawn_cents` is the worth of the prizes that the enrollment's own draws gave: it
        counts against the enrollment's ceiling, too.
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
