"""The first day of an enrollment: which days it may be, and how much of the schedule is gone where it is past."""

from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.timeline import timeline_of

MOST_DAYS_AHEAD = 60
# A program that began earlier is over; a spreadsheet makes 1926 of a year that was written with two digits.
EARLIEST = date(2000, 1, 1)


class PastStart(NamedTuple):
    """An enrollment from `starts_on` on, seen on a later day: `days_gone` days are gone.

    `week` is the program week of the later day, counted from 1, and `ends_on` is the last day of the schedule.
    """

    starts_on: date
    days_gone: int
    week: int
    last_week: int
    ends_on: date

    @property
    def is_over(self) -> bool:
        """Return whether the schedule's last day is past, too."""
        return self.week > self.last_week


def check_first_day(starts_on: date, today: date) -> None:
    """Raise `BadInput` for a first day before 2000 or too far ahead."""
    if starts_on < EARLIEST:
        raise BadInput("The first day may not lie before the year 2000. Check the year.", "starts_on")
    if starts_on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise BadInput("The first day may lie at most %(most)s days ahead.", "starts_on", most=MOST_DAYS_AHEAD)


def past_start(schedule: Schedule, starts_on: date, today: date) -> PastStart | None:
    """Return how much of a schedule is gone that begins on `starts_on`, or None if it begins today or later.

    Raise `BadInput` for a day that no enrollment may begin on.
    """
    check_first_day(starts_on, today)
    if starts_on >= today:
        return None
    ends_on = starts_on + timedelta(weeks=schedule.last_week) - timedelta(days=1)
    return PastStart(
        starts_on,
        (today - starts_on).days,
        timeline_of(starts_on, schedule).week_of(today),
        schedule.last_week,
        ends_on,
    )
