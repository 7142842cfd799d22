"""The words of the staff pages for attended hours."""

from datetime import date

import pytest

from cm_tracker import labels
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import ProgramWeek
from cm_tracker.labels.tags import Tag
from tests.program_hours import hours_document

TRACK = parse(hours_document()).tracks[0]
WEEKS = [ProgramWeek(n, date(2026, 3, 2 + 7 * (n - 1)), date(2026, 3, 8 + 7 * (n - 1))) for n in (3, 2, 1)]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 h"), (45, "45 min"), (60, "1 h"), (450, "7 h 30 min"), (540, "9 h"), (541, "9 h 1 min")],
)
def test_minutes_are_said_as_hours_and_minutes(minutes: int, words: str) -> None:
    assert labels.hours.duration(minutes).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (Hours(450, 0, 600), "7 h 30 min of 9 h: it counts from 9 h on."),
        (Hours(540, 0, 540), "9 h of 9 h: it counts from 9 h on."),
        (Hours(360, 90, 540), "6 h attended and 1 h 30 min excused are 7 h 30 min of 9 h: it counts from 9 h on."),
        (Hours(600, 0, 0), "No hours were expected in this week, so nothing is earned and nothing is lost."),
    ],
)
def test_a_week_says_why_it_counts(hours: Hours, sentence: str) -> None:
    assert labels.hours.why(hours, TRACK).replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_the_weeks_that_wait_are_named_by_their_numbers() -> None:
    assert labels.hours.waiting(()) == ""
    assert labels.hours.waiting(tuple(WEEKS[:1])) == "The hours of week 3 are not entered yet."
    assert labels.hours.waiting(tuple(WEEKS)) == "The hours of weeks 3, 2 and 1 are not entered yet."


def test_a_week_that_was_not_reached_is_called_no_absence() -> None:
    words = [labels.visits.outcome(word, is_hours=True) for word in ("met", "unexcused", "excused")]
    assert words == [Tag("Met", "good"), Tag("Too few hours", "missed"), Tag("No hours expected")]
    assert labels.visits.outcome("unexcused") == Tag("Absent", "missed")


@pytest.mark.parametrize(
    ("way", "link"), [("correct", "Correct these hours"), ("void", "Void these hours"), ("undo", "Undo this entry")]
)
def test_hours_are_corrected_in_their_own_words(way: str, link: str) -> None:
    assert labels.corrections.way(way, False, 15, evidence="hours").link == link


def test_more_hours_of_a_complete_week_earn_nothing() -> None:
    assert labels.consequences.beyond_the_paid_ones(TRACK) == "More hours this week earn nothing."
