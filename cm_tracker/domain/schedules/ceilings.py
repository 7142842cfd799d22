"""Money ceilings: how much of an amount may still be paid, and how much of each ceiling is used.

All ceilings of a schedule apply at once. A ceiling reduces what is paid, to whole points. It never
changes how the ladder moves.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Ceiling


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
    """The cents paid so far under each kind of ceiling during one replay, kept up to date by `cut`."""

    __slots__ = ("enrollment", "months", "years")

    def __init__(self) -> None:
        self.enrollment = 0
        self.months: dict[tuple[int, int], int] = {}
        self.years: dict[int, int] = {}

    def cut(self, due: int, day: date, ceilings: Sequence[Ceiling], point_cents: int) -> tuple[int, str | None]:
        """Add a payment of `due` points on a day, reduced to what every ceiling allows.

        Return the whole points that are paid, and the scope of the ceiling that reduced them (None if no
        ceiling did).
        """
        month = (day.year, day.month)
        paid, cut_by = due, None
        for ceiling in ceilings:
            fits = max(ceiling.cents - self._used(ceiling.scope, month), 0) // point_cents
            if fits < paid:
                paid, cut_by = fits, ceiling.scope
        paid_cents = paid * point_cents
        self.enrollment += paid_cents
        self.months[month] = self.months.get(month, 0) + paid_cents
        self.years[day.year] = self.years.get(day.year, 0) + paid_cents
        return paid, cut_by

    def _used(self, scope: str, month: tuple[int, int]) -> int:
        if scope == "award":
            return 0
        if scope == "enrollment":
            return self.enrollment
        if scope == "month":
            return self.months.get(month, 0)
        return self.years.get(month[0], 0)


class Received(NamedTuple):
    """Money that a client received and kept: on which day it counts, under which enrollment, how many cents.

    `enrollment_id` is None for money of a day on which the client was in no program.
    """

    enrollment_id: int | None
    day: date
    cents: int


class ClientTotals:
    """What a client received and kept, in every program and from everything, summed up for each kind of ceiling."""

    __slots__ = ("enrollments", "months", "years")

    def __init__(self, received: Iterable[Received] = ()) -> None:
        self.enrollments: dict[int | None, int] = {}
        self.months: dict[tuple[int, int], int] = {}
        self.years: dict[int, int] = {}
        for enrollment_id, day, cents in received:
            self.add(enrollment_id, day, cents)

    def add(self, enrollment_id: int | None, day: date, cents: int) -> None:
        """Add money that counts on a day, or with a negative amount remove it."""
        month = (day.year, day.month)
        self.enrollments[enrollment_id] = self.enrollments.get(enrollment_id, 0) + cents
        self.months[month] = self.months.get(month, 0) + cents
        self.years[day.year] = self.years.get(day.year, 0) + cents

    def used(self, scope: str, enrollment_id: int | None, day: date) -> int:
        """Return the cents that count against a ceiling of an enrollment on a day."""
        if scope == "award":
            return 0
        if scope == "enrollment":
            return self.enrollments.get(enrollment_id, 0)
        if scope == "month":
            return self.months.get((day.year, day.month), 0)
        return self.years.get(day.year, 0)

    def uses(self, ceilings: Sequence[Ceiling], enrollment_id: int, day: date) -> tuple[CeilingUse, ...]:
        """Return the use of every ceiling on a day, except of one for a single award, which never adds up."""
        return tuple(
            CeilingUse(ceiling.scope, ceiling.cents, self.used(ceiling.scope, enrollment_id, day))
            for ceiling in ceilings
            if ceiling.scope != "award"
        )


class ReceivedSum(NamedTuple):
    """What a client received and kept in this month, calendar year or enrollment, and the ceiling for it, if any.

    `since` is the first day of an enrollment.
    """

    scope: str
    received_cents: int
    ceiling_cents: int | None
    since: date | None = None

    @property
    def left_cents(self) -> int | None:
        """Return what the ceiling leaves, or None without a ceiling."""
        return None if self.ceiling_cents is None else max(self.ceiling_cents - self.received_cents, 0)

    def beyond(self, cents: int) -> int:
        """Return how much of a further payment goes beyond the ceiling."""
        left = self.left_cents
        return 0 if left is None else max(cents - left, 0)


def received_sums(
    totals: ClientTotals, ceilings: Sequence[Ceiling], enrollment_id: int, starts_on: date, day: date, *, is_open: bool
) -> tuple[ReceivedSum, ...]:
    """Return what a client received this calendar year and since enrolling, and for every other ceiling.

    What is booked on a day on which the enrollment is not open (`is_open`) does not count for it, so its ceiling is
    left out.
    """
    of = {ceiling.scope: ceiling.cents for ceiling in ceilings if is_open or ceiling.scope != "enrollment"}
    scopes = ("calendar_year", "enrollment", *(scope for scope in of if scope not in ("calendar_year", "enrollment")))
    return tuple(
        ReceivedSum(
            scope, totals.used(scope, enrollment_id, day), of.get(scope), starts_on if scope == "enrollment" else None
        )
        for scope in scopes
        if scope != "award"
    )
