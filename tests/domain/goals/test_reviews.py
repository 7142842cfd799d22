"""A review's standing, what can be said of it, and when the next weekly one is due."""

from datetime import date

import pytest

from cm_tracker.domain.errors import AlreadySettled
from cm_tracker.domain.goals.reviews import (
    Change,
    Standing,
    check_repeat,
    check_review,
    check_way,
    next_due_on,
    standing_of,
)
from tests.domain.refused import refused

TODAY = date(2026, 3, 16)
OPEN = Standing("open", TODAY, repeats=False)
DONE = Standing("done", TODAY, repeats=False)


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ([], ("open", TODAY, False)),
        ([Change(1, "moved", due_on=date(2026, 3, 20))], ("open", date(2026, 3, 20), False)),
        ([Change(1, "repeats")], ("open", TODAY, True)),
        ([Change(1, "repeats"), Change(2, "once")], ("open", TODAY, False)),
        ([Change(1, "repeats"), Change(2, "done", on_day=TODAY)], ("done", TODAY, True)),
        ([Change(1, "dropped")], ("dropped", TODAY, False)),
    ],
)
def test_a_review_stands_as_its_changes_say(changes: list[Change], standing: tuple[str, date, bool]) -> None:
    found = standing_of(TODAY, changes)
    assert (found.state, found.due_on, found.repeats) == standing
    assert found.is_open == (standing[0] == "open")
    assert (found.settled_by is None) == (standing[0] == "open")


def test_an_open_review_is_overdue_from_the_day_after_on() -> None:
    assert not OPEN.is_overdue(TODAY)
    assert OPEN.is_overdue(date(2026, 3, 17))
    assert not DONE.is_overdue(date(2026, 3, 17))


def test_a_review_is_checked_as_it_was_entered() -> None:
    check_review("transition", TODAY, TODAY, 299)
    with refused("Choose the kind of review.", "kind"):
        check_review("", TODAY, TODAY, 0)
    with refused("This enrollment has 300 reviews, and takes no more.", "kind"):
        check_review("weekly", TODAY, TODAY, 300)
    with refused("Past days stay as they were. Choose today or a later day.", "due_on"):
        check_review("weekly", date(2026, 3, 15), TODAY, 0)


def test_what_staff_say_of_a_review_is_checked() -> None:
    check_way(OPEN, "done", None, "", TODAY)
    check_way(OPEN, "moved", date(2026, 3, 20), "", TODAY)
    check_way(OPEN, "dropped", None, "Left for a trip", TODAY)
    with pytest.raises(AlreadySettled):
        check_way(DONE, "done", None, "", TODAY)
    with refused("Say what happened.", "way"):
        check_way(OPEN, "repeats", None, "", TODAY)
    with refused("Enter the new day as a date.", "due_on"):
        check_way(OPEN, "moved", None, "", TODAY)
    with refused("Past days stay as they were. Choose today or a later day.", "due_on"):
        check_way(OPEN, "moved", date(2026, 3, 15), "", TODAY)
    with refused("Say why, in a few words.", "note"):
        check_way(OPEN, "dropped", None, " ", TODAY)


def test_only_an_open_weekly_review_repeats() -> None:
    check_repeat(OPEN, "weekly")
    with refused("Only a weekly review can repeat."):
        check_repeat(OPEN, "check_in")
    with pytest.raises(AlreadySettled):
        check_repeat(DONE, "weekly")


@pytest.mark.parametrize(
    ("due_on", "done_on", "last_day", "next_due"),
    [
        (TODAY, TODAY, None, date(2026, 3, 23)),
        (TODAY, date(2026, 3, 14), None, date(2026, 3, 23)),  # done before its day
        (TODAY, date(2026, 3, 22), None, date(2026, 3, 23)),
        (TODAY, date(2026, 3, 23), None, date(2026, 3, 30)),  # done when the next one was due
        (TODAY, date(2026, 4, 15), None, date(2026, 4, 20)),
        (TODAY, TODAY, date(2026, 3, 23), date(2026, 3, 23)),
        (TODAY, TODAY, date(2026, 3, 22), None),
    ],
)
def test_the_next_one_is_due_on_the_same_weekday(
    due_on: date, done_on: date, last_day: date | None, next_due: date | None
) -> None:
    assert next_due_on(Standing("open", due_on, repeats=True), done_on, last_day) == next_due
    assert next_due_on(Standing("open", due_on, repeats=False), done_on, last_day) is None
