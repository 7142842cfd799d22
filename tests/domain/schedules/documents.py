"""Small schedule documents for tests, and a short way to run letters through them."""

from datetime import date, timedelta
from typing import Any

from cm_tracker.domain.money import ProgramMoney
from cm_tracker.domain.schedules.engine import Replay, Visit, replay
from cm_tracker.domain.schedules.outcomes import LETTERS
from cm_tracker.domain.schedules.schedule import parse

START = date(2024, 1, 1)


def program(point_value_cents: int, currency: str = "USD") -> ProgramMoney:
    """A program's money."""
    return ProgramMoney(point_value_cents, currency)


def phase(weeks: tuple[int, int] = (1, 4), **more: Any) -> dict[str, Any]:
    """Two visits a week, 10 points and 5 more after each."""
    return {
        "weeks": list(weeks),
        "visits_per_week": 2,
        "base": 10,
        "step": 5,
        "rises": "visit",
        "cap": None,
        "run_bonus": None,
        "carry_level": False,
        **more,
    }


def track(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "behavior": "goal",
        "title": "Goal",
        "evidence": "drug_test",
        "target": ["cocaine"],
        "pays": "points",
        "phases": list(phases) or [phase()],
        "reset_on": ["positive", "unexcused", "refused", "tampered"],
        "restore": None,
        "restore_week_rises": False,
        "on_dilute": "hold",
        "side_bonus": None,
        "min_hours_between": None,
        **more,
    }


def document(*tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "format": "cm-schedule/1",
        "name": "Test",
        "source": "made for a test",
        "point_value_cents": 25,
        "tracks": list(tracks) or [track()],
        "bowl": None,
        "ceilings": [],
        "corrections": "keep",
        **more,
    }


def run(doc: dict[str, Any], weeks: str, starts_on: date = START) -> Replay:
    """Letters, a space after each program week: the visits of a week fall on its first days."""
    behavior = doc["tracks"][0]["behavior"]
    visits = [
        Visit(starts_on + timedelta(days=7 * w + n), behavior, LETTERS[letter])
        for w, letters in enumerate(weeks.split(" "))
        for n, letter in enumerate(letters)
    ]
    return replay(parse(doc), starts_on, visits)


def paid(doc: dict[str, Any], weeks: str) -> list[int]:
    return [result.paid for result in run(doc, weeks).results]
