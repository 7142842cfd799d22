"""The worked examples of the schedule contract, amount by amount."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cm_tracker.domain.schedules.engine import Result, Visit, replay
from cm_tracker.domain.schedules.outcomes import LETTERS
from cm_tracker.domain.schedules.rehearsal import START, lay_out, weeks_of
from cm_tracker.domain.schedules.schedule import parse

FOLDER = Path(__file__).parent
FILE = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))
SECOND_FORMAT = json.loads((FOLDER / "vectors-2.json").read_text(encoding="utf-8"))


def document(vector: dict[str, Any]) -> dict[str, Any]:
    """The vector's schedule with its patch: keys of the first track, `restore` merged."""
    found: dict[str, Any] = json.loads(json.dumps(FILE["schedules"][vector["schedule"]]))
    track = found["tracks"][0]
    for name, value in vector["patch"].items():
        if name == "restore":
            track["restore"].update(value)
        else:
            track[name] = value
    return found


def results(vector: dict[str, Any]) -> list[Result]:
    schedule = parse(document(vector))
    track = schedule.tracks[0]
    outcomes = vector["outcomes"]
    if " " in outcomes:
        weeks = [[LETTERS[letter] for letter in week] for week in outcomes.split()]
    else:
        weeks = weeks_of(track, [LETTERS[letter] for letter in outcomes])
    also = [[letter == "N" for letter in week] for week in vector["also"].split()] if "also" in vector else None
    return replay(schedule, START, lay_out(track, weeks, also), prior_cents=vector.get("prior_cents", 0)).results


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["id"])
def test_a_worked_example_holds(vector: dict[str, Any]) -> None:
    found = results(vector)
    assert [result.ladder for result in found] == vector["ladder"]
    assert [result.run_bonus for result in found] == vector["run_bonus"]
    assert [result.side_bonus for result in found] == vector["side_bonus"]
    assert [result.paid for result in found] == vector["paid"]
    assert sum(result.paid for result in found) == vector["total"]


def test_every_worked_example_is_there() -> None:
    assert len(FILE["vectors"]) == 21


@pytest.mark.parametrize("vector", SECOND_FORMAT["vectors"], ids=lambda vector: vector["id"])
def test_a_worked_example_of_the_second_format_holds(vector: dict[str, Any]) -> None:
    schedule = parse(SECOND_FORMAT["schedules"][vector["schedule"]])
    visits = [
        Visit(
            date.fromisoformat(visit["date"]),
            visit["behavior"],
            visit.get("outcome", ""),
            also_negative=visit.get("also_negative", False),
            reading=visit.get("reading"),
        )
        for visit in vector["visits"]
    ]
    starts_on, prior_cents = date.fromisoformat(vector["start"]), vector.get("prior_cents", 0)
    found = replay(schedule, starts_on, visits, prior_cents=prior_cents).results
    for amounts in ("ladder", "run_bonus", "week_bonus", "side_bonus", "due", "paid", "why"):
        assert [getattr(result, amounts) for result in found] == vector[amounts], amounts
    if "cut_by" in vector:
        assert [result.cut_by for result in found] == vector["cut_by"]
    assert sum(result.paid for result in found) == vector["total"]


def test_every_worked_example_of_the_second_format_is_there() -> None:
    assert len(SECOND_FORMAT["vectors"]) == 16
