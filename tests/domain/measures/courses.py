"""Courses of an enrollment without a plan, from its visits: so the version alone says what was expected."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.measures.courses import course_of
from cm_tracker.domain.measures.facts import EnrollmentFacts, Stay, VisitFact
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.schedules.schedule import Schedule, parse
from tests.domain.schedules.documents import document, phase, track

START = date(2026, 1, 5)
GOAL = "goal"
LETTERS = {"N": "met", "P": "positive", "M": "unexcused", "E": "excused", "R": "refused", "W": "pending"}


def schedule(*phases: dict[str, Any], last_week: int = 24, **more: Any) -> Schedule:
    """A schedule of one track: with the keys of one phase, or with several phases."""
    of = phases or (phase((1, last_week), **more),)
    doc = document(track(*of, behavior=GOAL))
    return parse(doc | {"format": "cm-schedule/2"} if "period_weeks" in more else doc)


def day_of(week: int, number: int = 0) -> date:
    """A day of a program week, from 0."""
    return START + timedelta(days=7 * (week - 1) + number)


def visits(weeks: Mapping[int, str], behavior: str = GOAL, first_id: int = 1) -> list[VisitFact]:
    """Visits by their program weeks, a letter for each, on the first days of the week."""
    found = [
        (day_of(week, number), LETTERS[letter]) for week, letters in weeks.items() for number, letter in enumerate(letters)
    ]  # fmt: skip
    return [VisitFact(id_, behavior, on_day, outcome) for id_, (on_day, outcome) in enumerate(found, first_id)]


def moved(to: Schedule, week: int, day: int = 0) -> tuple[EnrollmentEvent, dict[int, Schedule]]:
    """A move in a program week, and the version by its id."""
    return EnrollmentEvent(1, 1, "move", day_of(week, day), None, None, 2), {2: to}


def course(
    of: Schedule,
    weeks: Mapping[int, str] | list[VisitFact],
    until_week: int,
    *events: EnrollmentEvent,
    versions: Mapping[int, Schedule] | None = None,
) -> Course:
    """The course once a program week is over, if nothing is paused."""
    span = EnrollmentSpan(START, of, events, versions or {})
    facts = EnrollmentFacts(
        1, 1, "HS-1", "en", None, "Test", span, (Stay(1, date.min, date.max),), (),
        weeks if isinstance(weeks, list) else visits(weeks),
    )  # fmt: skip
    last_day = day_of(until_week + 1)
    return course_of(facts, {}, date.min, last_day, datetime(2027, 1, 1, tzinfo=UTC))
