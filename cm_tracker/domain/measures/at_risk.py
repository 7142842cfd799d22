"""Who is at risk of leaving the program or of a relapse, and why: what a lead and a counselor look at first.

Four rules, each with its own words on the page. Two visits missed in a row. A lapse after a run of five or more. A ceiling
of which four fifths are used, because nobody is told gladly that nothing more can be earned. A result that waits for the
laboratory for more than a day, because whoever waits is paid late, and what is paid late teaches less.

Nothing is guessed. A day of which nobody said what happened, an excused day and a specimen without a result neither
make a risk nor end one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from cm_tracker.domain.measures.sequences import CAME, MISSED, NEGATIVE, POSITIVE, REFUSED, TAMPERED, Course, Expected
from cm_tracker.domain.schedules.ceilings import CeilingUse

MISSED_IN_A_ROW = 2
"""So many missed visits in a row are a risk."""
RUN = 5
"""After so many negative tests in a row a lapse is a risk."""
MOST_WAIT = timedelta(hours=24)
"""A laboratory should answer within this time."""

_LAPSES = frozenset({POSITIVE, REFUSED, TAMPERED})
_ENDS_RUN = _LAPSES | {MISSED}


class Missed(NamedTuple):
    """The days that a client missed in a row, up to the last one of which anything is known."""

    days: tuple[date, ...]


class Lapse(NamedTuple):
    """A lapse on a day, after a run of `run` negative tests. With `or_more`, the run began before what was looked at."""

    run: int
    on_day: date
    or_more: bool = False


class Near(NamedTuple):
    """A ceiling of which at least four fifths are used."""

    use: CeilingUse


class Waits(NamedTuple):
    """A visit whose result the laboratory owes since a moment, for `hours` whole hours."""

    visit_id: int
    since: datetime
    hours: int


Reason = Missed | Lapse | Near | Waits


class Run(NamedTuple):
    """How many tests in a row were negative, up to the last known one. See `Lapse` for `or_more`."""

    length: int
    or_more: bool = False


def missed(course: Course) -> Missed | None:
    """Return the last visits of a course where at least two in a row were missed, or None.

    A client who came to anything on a day has not missed that day.
    """
    days = in_a_row(course.expected, came=False)
    return Missed(days) if len(days) >= MISSED_IN_A_ROW else None


def in_a_row(expected: Iterable[Expected], *, came: bool) -> tuple[date, ...]:
    """Return the last days in a row on which a client came, or on which they missed everything, the earliest first."""
    by_day: dict[date, bool] = {}
    for one in expected:
        if one.outcome in CAME:
            by_day[one.on_day] = True
        elif one.outcome == MISSED and not _is_guessed(one):
            by_day.setdefault(one.on_day, False)
    found: list[date] = []
    for day in sorted(by_day, reverse=True):
        if by_day[day] != came:
            break
        found.append(day)
    return tuple(reversed(found))


def lapse(course: Course, since: date = date.min) -> Lapse | None:
    """Return the lapse after which a client has given no negative test, if a run of at least five came before it.

    A lapse is a test that was positive, refused or tampered with. A missed one ends a run, too, but is no lapse: two of
    them are a risk by `missed`. Every track counts alone. The course was looked at from the day `since` on.
    """
    found = [_lapse_of(tests, course.starts_on < since) for tests in _by_track(course)]
    return max((one for one in found if one is not None), key=lambda one: (one.on_day, one.run), default=None)


def _lapse_of(tests: Sequence[Expected], began_before: bool) -> Lapse | None:
    ended_at = max((number for number, one in enumerate(tests) if one.outcome == NEGATIVE), default=-1) + 1
    if ended_at == len(tests) or tests[ended_at].outcome not in _LAPSES:
        return None
    length = _length_of_run(tests[:ended_at])
    return Lapse(length, tests[ended_at].on_day, began_before and length == ended_at) if length >= RUN else None


def run(course: Course, since: date = date.min) -> Run:
    """Return the run of negative tests on the course's own track, 0 after anything that ends one."""
    tests = [one for one in _known_tests(course) if one.behavior == course.behavior]
    length = _length_of_run(tests)
    return Run(length, length > 0 and length == len(tests) and course.starts_on < since)


def near(uses: Iterable[CeilingUse]) -> Near | None:
    """Return the ceiling that is used most, if at least four fifths of it are, or None."""
    found = [use for use in uses if use.is_near and use.cents > 0]
    return Near(max(found, key=lambda use: use.used_cents * 1000 // use.cents)) if found else None


def waits(visit_id: int, since: datetime, now: datetime) -> Waits | None:
    """Return the wait of a visit for the laboratory, if it is longer than a day, or None."""
    waited = now - since
    return Waits(visit_id, since, int(waited.total_seconds() // 3600)) if waited > MOST_WAIT else None


def _length_of_run(tests: Sequence[Expected]) -> int:
    return sum(1 for _ in takewhile(lambda one: one.outcome == NEGATIVE, reversed(tests)))


def _is_guessed(one: Expected) -> bool:
    """Return whether nobody recorded it: the version alone expected it."""
    return one.is_estimated and one.visit_id is None


def _known_tests(course: Course) -> list[Expected]:
    of_runs = _ENDS_RUN | {NEGATIVE}
    return [one for one in course.expected if one.is_test and one.outcome in of_runs and not _is_guessed(one)]


def _by_track(course: Course) -> list[list[Expected]]:
    by_track: dict[str | None, list[Expected]] = {}
    for one in _known_tests(course):
        by_track.setdefault(one.behavior, []).append(one)
    return list(by_track.values())
