"""Money ceilings: how much of an amount may still be paid, and how much of each ceiling is used.

All ceilings of a schedule apply at once. A ceiling reduces what is paid, to whole points. It never
changes how the ladder moves. What counts against a ceiling on a day is everything that lies in its window: the day's
month, its year, the days up to it, the enrollment, or all of the client's enrollments.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Ceiling

AWARD, MONTH, CALENDAR_YEAR, ENROLLMENT = "award", "month", "calendar_year", "enrollment"
YEAR_FROM, ROLLING, LIFETIME = "year_from", "rolling", "lifetime"
JANUARY_1 = (1, 1)


class CeilingUse(NamedTuple):
    """The use of one ceiling: `used_cents` of `cents`. Staff and client are warned at 80 %."""

    ceiling: Ceiling
    used_cents: int

    @property
    def scope(self) -> str:
        """What the ceiling limits."""
        return self.ceiling.scope

    @property
    def cents(self) -> int:
        """The most that is paid."""
        return self.ceiling.cents

    @property
    def is_near(self) -> bool:
        """Whether at least four fifths are used, so that a warning is due."""
        return self.used_cents * 5 >= self.cents * 4

    @property
    def is_reached(self) -> bool:
        """Return whether nothing is left of it."""
        return self.used_cents >= self.cents


def first_day_of(ceiling: Ceiling, day: date) -> date:
    """Return the first day whose payments count against a ceiling on a day."""
    scope = ceiling.scope
    if scope == MONTH:
        return day.replace(day=1)
    if scope in (CALENDAR_YEAR, YEAR_FROM):
        first = ceiling.first_day or JANUARY_1
        return date(day.year if (day.month, day.day) >= first else day.year - 1, *first)
    if ceiling.days is not None:
        return day - timedelta(days=ceiling.days - 1)
    return date.min


def last_day_of(ceiling: Ceiling, day: date) -> date:
    """Return the last day whose payments count against a ceiling on a day. A rolling ceiling looks back only."""
    scope = ceiling.scope
    if scope == MONTH:
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if scope in (CALENDAR_YEAR, YEAR_FROM):
        first = first_day_of(ceiling, day)
        return first.replace(year=first.year + 1) - timedelta(days=1)
    return day if scope == ROLLING else date.max


class PaidTotals:
    """The cents paid so far in one replay, kept up to date by `cut`. Days never go back.

    `prior_cents` were paid before the enrollment, in the calendar year `prior_year`.
    """

    __slots__ = ("_days", "_prior_cents", "_prior_year", "_sums", "_total")

    def __init__(self, prior_cents: int, prior_year: int) -> None:
        self._prior_cents = prior_cents
        self._prior_year = prior_year
        self._total = 0
        # The days on which something was paid, and how much had been paid before each.
        self._days: list[date] = []
        self._sums: list[int] = []

    def cut(self, due: int, day: date, ceilings: Sequence[Ceiling], point_cents: int) -> tuple[int, str | None]:
        """Add a payment of `due` points on a day, reduced to what every ceiling allows.

        Return the whole points that are paid, and the scope of the ceiling that reduced them (None if no
        ceiling did; of several that leave the same, the first).
        """
        paid, cut_by = due, None
        for ceiling in ceilings:
            fits = max(ceiling.cents - self._used(ceiling, day), 0) // point_cents
            if fits < paid:
                paid, cut_by = fits, ceiling.scope
        if paid:
            if not self._days or self._days[-1] != day:
                self._days.append(day)
                self._sums.append(self._total)
            self._total += paid * point_cents
        return paid, cut_by

    def _used(self, ceiling: Ceiling, day: date) -> int:
        scope = ceiling.scope
        if scope == AWARD:
            return 0
        if scope == ENROLLMENT:
            return self._total
        if scope == LIFETIME:
            return self._total + self._prior_cents
        place = bisect_left(self._days, first_day_of(ceiling, day))
        used = self._total - (self._sums[place] if place < len(self._sums) else self._total)
        return used + self._prior_cents if scope == CALENDAR_YEAR and day.year == self._prior_year else used


class Received(NamedTuple):
    """Money that a client received and kept: on which day it counts, under which enrollment, how many cents.

    `enrollment_id` is None for money of a day on which the client was in no program.
    """

    enrollment_id: int | None
    day: date
    cents: int


class ClientTotals:
    """What a client received and kept, in every program and from everything, by day and by enrollment."""

    __slots__ = ("_days", "_enrollments")

    def __init__(self, received: Iterable[Received] = ()) -> None:
        self._enrollments: dict[int | None, int] = {}
        self._days: dict[date, int] = {}
        for enrollment_id, day, cents in received:
            self.add(enrollment_id, day, cents)

    def add(self, enrollment_id: int | None, day: date, cents: int) -> None:
        """Add money that counts on a day, or with a negative amount remove it."""
        self._enrollments[enrollment_id] = self._enrollments.get(enrollment_id, 0) + cents
        self._days[day] = self._days.get(day, 0) + cents

    def used(self, ceiling: Ceiling, enrollment_id: int | None, day: date) -> int:
        """Return the cents that count against a ceiling of an enrollment on a day."""
        if ceiling.scope == AWARD:
            return 0
        if ceiling.scope == ENROLLMENT:
            return self._enrollments.get(enrollment_id, 0)
        first, last = first_day_of(ceiling, day), last_day_of(ceiling, day)
        return sum(cents for of_day, cents in self._days.items() if first <= of_day <= last)

    def uses(self, ceilings: Sequence[Ceiling], enrollment_id: int, day: date) -> tuple[CeilingUse, ...]:
        """Return the use of every ceiling on a day, except of one for a single award, which never adds up."""
        return tuple(
            CeilingUse(ceiling, self.used(ceiling, enrollment_id, day))
            for ceiling in ceilings
            if ceiling.scope != AWARD
        )


class ReceivedSum(NamedTuple):
    """What a client received and kept in this month, calendar year or enrollment, and the ceiling for it, if any.

    `since` is the first day of an enrollment, `first_day` that of a year of its own, and `days` are those of a rolling
    ceiling.
    """

    scope: str
    received_cents: int
    ceiling_cents: int | None
    since: date | None = None
    first_day: tuple[int, int] | None = None
    days: int | None = None

    @property
    def ceiling(self) -> Ceiling:
        """Return the ceiling of this time, of 0 cents where there is none."""
        return Ceiling(self.scope, self.ceiling_cents or 0, self.first_day, self.days)

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
    listed = [ceiling for ceiling in ceilings if is_open or ceiling.scope != ENROLLMENT]
    always = [Ceiling(scope, 0) for scope in (CALENDAR_YEAR, ENROLLMENT)]
    shown = [next((ceiling for ceiling in listed if ceiling.scope == of.scope), of) for of in always]
    others = [ceiling for ceiling in listed if ceiling not in shown and ceiling.scope != AWARD]
    return tuple(
        ReceivedSum(
            ceiling.scope,
            totals.used(ceiling, enrollment_id, day),
            ceiling.cents if ceiling in listed else None,
            starts_on if ceiling.scope == ENROLLMENT else None,
            ceiling.first_day,
            ceiling.days,
        )
        for ceiling in (*shown, *others)
    )
