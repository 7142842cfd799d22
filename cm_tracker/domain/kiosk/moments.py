"""Moments: what the kiosk is glad about with a client, once each. None is ever about a lapse.

A moment is shown only while the newest visit met its goal. Others may read the screen, so that a moment says nothing that
only somebody who had a lapse would read: a step that was reached again is "Your step is 60", and a number of visits is
said only where no other number of visits met can be on the screen.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.outcomes import MET

RUNS = (20, 10, 5, 3)
MONTH_DAYS = 28
RUN, MONTH, TOP, STEP, GOAL = "run", "month", "top", "step", "goal"
_CODE = re.compile(r"run-(3|5|10|20)|month|top|(step|goal)-[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a client: its `code`, which is stored, its kind, and the number that its sentence names.

    The number is that of the visits (`run`, 0 where the sentence names none), what the next visit earns (`step`, `top`),
    or 0.
    """

    code: str
    kind: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """What moments are worked out from.

    `results` are the client's visits on one track, the oldest first, and `days` the number of days from the first of them
    that was met to the newest. `top_level` is the highest level of the ladder now, or None. `wish` is the prize that they
    save for, if its price is reached.
    """

    results: Sequence[Result]
    days: int
    top_level: int | None
    wish: int | None


def moment_now(facts: MomentFacts, shown: Iterable[str]) -> Moment | None:
    """Return the moment that is shown to a client now, or None. `shown` are the codes of those that were shown."""
    newest = facts.results[-1] if facts.results else None
    if newest is None or newest.outcome != MET:
        return None
    known = frozenset(shown)
    due = (_step(facts), _goal(facts), _top(facts), _month(facts), _run(facts, known))
    return next((moment for moment in due if moment is not None and moment.code not in known), None)


def check_moment(code: str) -> None:
    """Raise `BadInput` for the code of no moment."""
    if not _CODE.fullmatch(code):
        raise BadInput("There is no such moment.")


def _step(facts: MomentFacts) -> Moment | None:
    """Return the moment of a level that was lost before, and was reached again by the newest visit."""
    lost: int | None = None
    before = 0
    is_reached = False
    for result in facts.results:
        if result.level_after < before and lost is None:
            lost = before
        is_reached = lost is not None and result.level_after >= lost
        if is_reached:
            lost = None
        before = result.level_after
    newest = facts.results[-1]
    return Moment(f"{STEP}-{newest.ref}", STEP, newest.next_due) if is_reached else None


def _goal(facts: MomentFacts) -> Moment | None:
    return None if facts.wish is None else Moment(f"{GOAL}-{facts.wish}", GOAL)


def _top(facts: MomentFacts) -> Moment | None:
    newest = facts.results[-1]
    is_there = facts.top_level is not None and newest.level_after >= facts.top_level > 0
    return Moment(TOP, TOP, newest.next_due) if is_there else None


def _month(facts: MomentFacts) -> Moment | None:
    return Moment(MONTH, MONTH) if facts.days >= MONTH_DAYS else None


def _run(facts: MomentFacts, shown: frozenset[str]) -> Moment | None:
    """Return the moment of a number of visits met in a row. A smaller one does not follow a larger one."""
    run = facts.results[-1].run
    best = max((n for n in RUNS if f"{RUN}-{n}" in shown), default=0)
    reached = next((n for n in RUNS if n <= run), 0)
    if reached <= best:
        return None
    met = sum(result.outcome == MET for result in facts.results)
    return Moment(f"{RUN}-{reached}", RUN, reached if met == run == reached else 0)
