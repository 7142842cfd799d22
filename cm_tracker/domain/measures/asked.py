"""How many tests a schedule asks of a client: period by period, each by the version that held when its weeks began.

A period is what the schedule counts visits by, usually one program week. A move holds from the first program week that begins
on its day or later, and cuts a longer period: the weeks that are left ask for their share of the tests, rounded up.
"""

from functools import lru_cache
from math import lcm
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import Timeline


class Period(NamedTuple):
    """Program weeks, the first and the last one included, in which a schedule asks for so many tests."""

    first_week: int
    last_week: int
    tests: int

    @property
    def weeks(self) -> int:
        """How many program weeks it has."""
        return self.last_week - self.first_week + 1


class Weight(NamedTuple):
    """What a test of a program week counts for in a row: of which period it is, and its share of `Weights.whole`."""

    period: Period
    share: int


class Weights(NamedTuple):
    """What each test counts for by its program week, in parts of a week of which `whole` make one."""

    of_weeks: dict[int, Weight]
    whole: int


def periods_of(timeline: Timeline, behavior: str, until_week: int) -> tuple[Period, ...]:
    """Return the periods of a track from the first program week up to the one in which a week lies."""
    spans = {1: timeline.schedule.track(behavior)}
    for move in timeline.moves:
        week = timeline.week_of(move.from_day)
        begins = timeline.first_day_of(week)
        spans[week if begins is None or begins >= move.from_day else week + 1] = move.schedule.track(behavior)
    return _periods(tuple(spans.items()), until_week)


@lru_cache(maxsize=4096)
def _periods(spans: tuple[tuple[int, Track | None], ...], until_week: int) -> tuple[Period, ...]:
    """Return the periods of the tracks that hold from a week on each."""
    found = []
    ends = [week - 1 for week, _ in spans[1:]] + [None]
    for (week, track), end in zip(spans, ends, strict=True):
        last_week = 0 if track is None else track.last_week if end is None else min(track.last_week, end)
        while week <= min(last_week, until_week):
            phase = track.phase_in(week) if track else None
            if phase is None:
                week += 1
                continue
            whole = phase.weeks_of_period(week)
            last = min(whole[-1], last_week)
            found.append(Period(week, last, -(-phase.visits_per_week * (last - week + 1) // len(whole))))
            week = last + 1
    return tuple(found)


@lru_cache(maxsize=4096)
def weights_of(periods: tuple[Period, ...]) -> Weights:
    """Return what a test counts for in weeks: the weeks of its period by the tests of it."""
    whole = lcm(*(period.tests for period in periods))
    return Weights(
        {
            week: Weight(period, whole * period.weeks // period.tests)
            for period in periods
            for week in range(period.first_week, period.last_week + 1)
        },
        whole,
    )
