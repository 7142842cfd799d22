"""Reviews of a client: a check-in, a weekly review, a plan for the next level of care. Each is due on a day.

A lead can let a weekly review repeat: when it is done, the next one is due a week after this one was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import AlreadySettled, BadInput
from cm_tracker.domain.goals.goals import check_due_day

CHECK_IN, WEEKLY, TRANSITION = "check_in", "weekly", "transition"
KINDS = (CHECK_IN, WEEKLY, TRANSITION)

# What becomes of a review. `REPEATS` and `ONCE` say whether a lead lets it repeat.
DONE, MOVED, DROPPED, REPEATS, ONCE = "done", "moved", "dropped", "repeats", "once"
OPEN = "open"
# What staff say of a review.
WAYS = (DONE, MOVED, DROPPED)

MOST_REVIEWS = 300
"""So many reviews an enrollment may have, whatever became of them."""
ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a review. `due_on` is of a moved one, `on_day` of one that was done."""

    id: int
    what: str
    due_on: date | None = None
    on_day: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a review stands: open, done or dropped, the day on which it is due now, and whether it repeats."""

    state: str
    due_on: date
    repeats: bool
    settled_by: Change | None = None

    @property
    def is_open(self) -> bool:
        """Return whether it is neither done nor dropped."""
        return self.state == OPEN

    def is_overdue(self, today: date) -> bool:
        """Return whether it is open after its due day."""
        return self.is_open and self.due_on < today


def standing_of(due_on: date, changes: Iterable[Change]) -> Standing:
    """Return how a review stands after its changes, which are in their order."""
    settled: Change | None = None
    repeats = False
    for change in changes:
        if change.what == MOVED and change.due_on is not None:
            due_on = change.due_on
        elif change.what in (REPEATS, ONCE):
            repeats = change.what == REPEATS
        else:
            settled = change
    return Standing(settled.what if settled else OPEN, due_on, repeats, settled)


def check_review(kind: str, due_on: date, today: date, reviews: int) -> None:
    """Raise what is wrong with a review as it was entered. `reviews` is how many the enrollment has."""
    if kind not in KINDS:
        raise BadInput("Choose the kind of review.", "kind")
    if reviews >= MOST_REVIEWS:
        raise BadInput("This enrollment has %(most)s reviews, and takes no more.", "kind", most=MOST_REVIEWS)
    check_due_day(due_on, today)


def check_way(standing: Standing, way: str, to_day: date | None, note: str, today: date) -> None:
    """Raise what stands against something that staff say of a review."""
    if not standing.is_open:
        raise AlreadySettled(what="review")
    if way not in WAYS:
        raise BadInput("Say what happened.", "way")
    if way == MOVED and to_day is None:
        raise BadInput("Enter the new day as a date.", "due_on")
    if way == MOVED and to_day is not None:
        check_due_day(to_day, today)
    if way == DROPPED and not note.strip():
        raise BadInput("Say why, in a few words.", "note")


def check_repeat(standing: Standing, kind: str) -> None:
    """Raise what stands against letting a review repeat: it is settled, or it is no weekly one."""
    if not standing.is_open:
        raise AlreadySettled(what="review")
    if kind != WEEKLY:
        raise BadInput("Only a weekly review can repeat.")


def next_due_on(standing: Standing, today: date, last_day: date | None) -> date | None:
    """Return the day on which the next one of a repeating review is due, once this one is done today.

    It is due a week after this one was, or as many weeks later as lie in the future. Return None where it does not
    repeat, and where the enrollment is over by then.
    """
    if not standing.repeats:
        return None
    due_on = standing.due_on + ONE_WEEK
    while due_on <= today:
        due_on += ONE_WEEK
    return due_on if last_day is None or due_on <= last_day else None
