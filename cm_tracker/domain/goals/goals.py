"""A client's treatment goal: its steps, its due day, and what became of it.

What becomes of a goal is told by its changes, which are never taken out: steps are ticked one by one, the due day is
moved, and in the end the goal is met or dropped. A met goal whose visit was undone or voided is open again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import AllRefusals, AlreadySettled, BadInput, InTheFuture
from cm_tracker.domain.goals.listed import MOST_TITLE, check_kind
from cm_tracker.domain.schedules.schedule import Track

# What becomes of a goal.
TICKED, UNTICKED, MOVED, MET, DROPPED = "ticked", "unticked", "moved", "met", "dropped"
CHANGES = (TICKED, UNTICKED, MOVED, MET, DROPPED)
OPEN = "open"
STATES = (OPEN, MET, DROPPED)

MOST_STEPS = 20
MOST_STEP = 200
MOST_GOALS = 100
"""So many goals an enrollment may have, whatever became of them."""
FURTHEST = timedelta(days=2 * 366)
"""A goal and a review are due so far ahead at most."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a goal. `due_on` is of a moved one, `on_day` and `visit_id` of a met one."""

    id: int
    what: str
    step_id: int | None = None
    due_on: date | None = None
    on_day: date | None = None
    visit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a goal stands: open, met or dropped, the day on which it is due now, and its steps that are done.

    `settled_by` is the change that met or dropped it. `undone` is the newest one that met it with a visit that was
    undone or voided since.
    """

    state: str
    due_on: date
    done_steps: frozenset[int]
    settled_by: Change | None = None
    undone: Change | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it is neither met nor dropped."""
        return self.state == OPEN

    def is_overdue(self, today: date) -> bool:
        """Return whether it is open after its due day."""
        return self.is_open and self.due_on < today


def standing_of(due_on: date, changes: Iterable[Change], visits_that_count: Collection[int]) -> Standing:
    """Return how a goal stands after its changes, which are in their order.

    `due_on` is the day on which it was due at first. `visits_that_count` are the visits that pay this goal and were
    neither undone nor voided, by their first records.
    """
    done: set[int] = set()
    settled: Change | None = None
    undone: Change | None = None
    for change in changes:
        if change.what == TICKED and change.step_id is not None:
            done.add(change.step_id)
        elif change.what == UNTICKED and change.step_id is not None:
            done.discard(change.step_id)
        elif change.what == MOVED and change.due_on is not None:
            due_on = change.due_on
        elif change.visit_id is None or change.visit_id in visits_that_count:
            settled = change
        else:
            undone = change
    return Standing(settled.what if settled else OPEN, due_on, frozenset(done), settled, undone)


def check_goal(
    kind: str, title: str, steps: Sequence[str], due_on: date, today: date, *, is_track_known: bool, goals: int
) -> None:
    """Raise everything that is wrong with a goal as it was entered. `goals` is how many the enrollment has."""
    refusals = AllRefusals()
    with refusals:
        check_kind(kind)
    with refusals:
        if not title.strip():
            raise BadInput("Choose a goal of the list, or write it in own words.", "title")
        if len(title.strip()) > MOST_TITLE:
            raise BadInput("Shorten the goal to %(most)s characters.", "title", most=MOST_TITLE)
        if goals >= MOST_GOALS:
            raise BadInput("This enrollment has %(most)s goals, and takes no more.", "title", most=MOST_GOALS)
    with refusals:
        check_steps(steps)
    with refusals:
        check_due_day(due_on, today)
    with refusals:
        if not is_track_known:
            raise BadInput("Choose from the list what the goal pays through.", "behavior")
    refusals.raise_any()


def check_steps(steps: Sequence[str], field: str = "steps") -> None:
    """Raise `BadInput` for too many steps, an empty one, and one that is too long."""
    if len(steps) > MOST_STEPS:
        raise BadInput("A goal has at most %(most)s steps.", field, most=MOST_STEPS)
    if not all(step.strip() for step in steps):
        raise BadInput("Write what the step is.", field)
    if any(len(step.strip()) > MOST_STEP for step in steps):
        raise BadInput("Shorten each step to %(most)s characters.", field, most=MOST_STEP)


def check_due_day(due_on: date, today: date) -> None:
    """Raise `BadInput` for a due day that has passed or is years away."""
    if due_on < today:
        raise BadInput("Past days stay as they were. Choose today or a later day.", "due_on")
    if due_on > today + FURTHEST:
        raise BadInput("Choose a day within the next two years.", "due_on")


def check_open(standing: Standing) -> None:
    """Raise `AlreadySettled` for a goal that was met or dropped."""
    if not standing.is_open:
        raise AlreadySettled(what="goal")


def check_meeting(standing: Standing, on_day: date, starts_on: date, today: date, evidence: str) -> None:
    """Raise what stands against a goal being met on a day: it is settled, a day that cannot be, no evidence."""
    check_open(standing)
    refusals = AllRefusals()
    with refusals:
        if on_day > today:
            raise InTheFuture(day=on_day, field="on_day")
    with refusals:
        if on_day < starts_on:
            raise BadInput("The enrollment begins on %(day)s. Choose that day or a later one.", "on_day", day=starts_on)
    with refusals:
        if not evidence.strip():
            raise BadInput("Write what you saw that shows it: a letter, a certificate, a call.", "evidence")
    refusals.raise_any()


def paying_tracks(tracks: Iterable[Track]) -> tuple[Track, ...]:
    """Return the tracks of a version through which a goal can pay: those of a finished activity."""
    return tuple(track for track in tracks if track.evidence == "activity")
