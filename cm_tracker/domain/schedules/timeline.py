"""The days of an enrollment: in which program week a day lies, and which version of a schedule holds on it.

Program weeks are counted from the enrollment's first day. Days of a pause do not count, and a move puts the
client on another version of a schedule from a day on. Ceilings by month and by year keep to the calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Schedule, Track

ONE_DAY = timedelta(days=1)


class Pause(NamedTuple):
    """Days that do not count, the first and the last one included. `last_day` is None while the pause goes on."""

    first_day: date
    last_day: date | None


class Move(NamedTuple):
    """From `from_day` on, this version of a schedule holds."""

    from_day: date
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Timeline:
    """An enrollment's first day, the version that it began with, and its moves and pauses.

    `timeline_of` makes one from what was recorded: here the moves are in the order of their days, all after the
    first day, and the pauses are in the order of their days, with at least one day between two of them.
    """

    starts_on: date
    schedule: Schedule
    moves: tuple[Move, ...] = ()
    pauses: tuple[Pause, ...] = ()

    def week_of(self, day: date) -> int:
        """Return the program week of a day: the days since the first day that were not paused, // 7 + 1."""
        return self.days_before(day) // 7 + 1

    def days_before(self, day: date) -> int:
        """Return how many days lie between the first day and this one, without the paused ones."""
        days = (day - self.starts_on).days
        for first_day, last_day in self.pauses:
            if first_day >= day:
                break
            last = day - ONE_DAY if last_day is None or last_day >= day else last_day
            days -= (last - first_day).days + 1
        return days

    def first_day_of(self, week: int) -> date | None:
        """Return the first day of a program week that is not paused, or None while a pause goes on before it."""
        return self._day_after(7 * (week - 1))

    def last_day_of(self, week: int) -> date | None:
        """Return the last day of a program week that is not paused, or None while a pause goes on before it."""
        return self._day_after(7 * week - 1)

    def last_day(self) -> date | None:
        """Return the last day of the newest version's last week, or None while a pause goes on."""
        return self._day_after(7 * self.newest.last_week - 1)

    def _day_after(self, days: int) -> date | None:
        """Return the day that lies so many days after the first one, paused days left out."""
        day = self.starts_on + timedelta(days=days)
        for first_day, last_day in self.pauses:
            if first_day > day:
                break
            if last_day is None:
                return None
            day += last_day - first_day + ONE_DAY
        return day

    def is_paused(self, day: date) -> bool:
        """Return whether a day is paused: no visit falls on it."""
        return self.pause_on(day) is not None

    def pause_on(self, day: date) -> Pause | None:
        """Return the pause in which a day lies, or None."""
        return next(
            (of for of in self.pauses if of.first_day <= day and (of.last_day is None or day <= of.last_day)), None
        )

    def schedule_on(self, day: date) -> Schedule:
        """Return the version that holds on a day."""
        schedule = self.schedule
        for move in self.moves:
            if move.from_day > day:
                break
            schedule = move.schedule
        return schedule

    def track_on(self, behavior: str, day: date) -> Track | None:
        """Return the track of a behavior in the version of a day, or None where that version has none.

        Its target, its rule for readings and its resets are those of the day's phase.
        """
        return next((track for track in self.tracks_on(day) if track.behavior == behavior), None)

    def tracks_on(self, day: date) -> tuple[Track, ...]:
        """Return the tracks of the version of a day, each as it is in that day's phase."""
        week = self.week_of(day)
        return tuple(track.in_week(week) for track in self.schedule_on(day).tracks)

    def tracks_of(self, behavior: str) -> tuple[Track, ...]:
        """Return the tracks of a behavior in every version that has it, in the order of their days."""
        tracks = (schedule.track(behavior) for schedule in self.schedules)
        return tuple(track for track in tracks if track is not None)

    @property
    def newest(self) -> Schedule:
        """The version that holds after every move."""
        return self.moves[-1].schedule if self.moves else self.schedule

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """Every version that holds on some day, in the order of the days."""
        return (self.schedule, *(move.schedule for move in self.moves))


def timeline_of(
    starts_on: date, schedule: Schedule, moves: Iterable[Move] = (), pauses: Iterable[Pause] = ()
) -> Timeline:
    """Return the timeline of an enrollment from its moves and pauses, in the order in which they were recorded.

    Of two moves for one day, the one recorded later holds. One for the first day or an earlier one holds from the
    first day on. Pauses that overlap or follow one another are one pause, so that no day is left out twice.
    """
    by_day: dict[date, Schedule] = {}
    for move in moves:
        by_day[max(move.from_day, starts_on)] = move.schedule
    first = by_day.pop(starts_on, schedule)
    joined: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.first_day):
        before = joined[-1] if joined else None
        if before is None or (before.last_day is not None and pause.first_day > before.last_day + ONE_DAY):
            joined.append(pause)
        elif before.last_day is not None and (pause.last_day is None or pause.last_day > before.last_day):
            joined[-1] = Pause(before.first_day, pause.last_day)
    return Timeline(starts_on, first, tuple(Move(day, by_day[day]) for day in sorted(by_day)), tuple(joined))
