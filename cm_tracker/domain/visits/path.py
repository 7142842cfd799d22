"""A track as a path: what the last visits earned, the closed days between them, and what the next ones would earn.

A day on which the site was closed is a gap in which nothing was missed, and a visit that earns nothing is no break: the
path goes on.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.visits.history import EnrollmentHistory

EARNED, NOTHING, CLOSED, TODAY, AHEAD = "earned", "nothing", "closed", "today", "ahead"
MOST_BEFORE, MOST_AHEAD = 7, 4
"""So many steps of the past and so many to come are shown."""


class Expected(NamedTuple):
    """A day on which a visit of the track is expected. The program draws some days, of which clients are not told."""

    day: date
    is_drawn: bool = False


class Step(NamedTuple):
    """A step of a path. `bonus` is the part of `amount` beyond the ladder; `visit_id` and `outcome` are those of a visit.

    `day` is None for a next visit of which nobody knows the day.
    """

    kind: str
    day: date | None
    amount: int = 0
    bonus: int = 0
    visit_id: int | None = None
    outcome: str | None = None
    is_drawn: bool = False


def path_of(
    history: EnrollmentHistory,
    behavior: str,
    today: date,
    expected: Sequence[Expected] = (),
    closed: Collection[date] = (),
) -> tuple[Step, ...]:
    """Return the path of a track, the earliest step first.

    `expected` are days from today on without a visit, and `closed` are days on which a visit was expected and the site was
    closed. Where no day is expected, one step says what the next visit would earn. What is to come is worked out as if
    every visit met its target.
    """
    replay = history.replay()
    known = {visit.id: visit for visit in history.visits}
    before = [
        Step(
            EARNED if result.paid else NOTHING,
            known[result.ref].happened_on,
            result.paid,
            _bonus(result),
            result.ref,
            known[result.ref].outcome,
        )
        for result in replay.results
        if result.behavior == behavior
    ]
    taken = {step.day for step in before}
    before += [Step(CLOSED, day) for day in closed if day not in taken]
    before.sort(key=lambda step: step.day or date.min)
    days = [one for one in expected if one.day not in taken][:MOST_AHEAD]
    after = history.replay_as_if(behavior, [one.day for one in days])
    ahead = [
        Step(TODAY if one.day == today else AHEAD, one.day, result.paid, _bonus(result), is_drawn=one.is_drawn)
        for one, result in zip(days, after, strict=True)
    ]
    if not days and (due := replay.state(behavior, today).next_due):
        ahead = [Step(AHEAD, None, due)]
    return (*before[-MOST_BEFORE:], *ahead)


def _bonus(result: Result) -> int:
    return result.paid - min(result.ladder, result.paid)
