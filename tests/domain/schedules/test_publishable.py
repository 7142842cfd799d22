"""What a document may say and is not published with yet: each is named with its path, and everything else is."""

from typing import Any

import pytest

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.publishable import not_yet_problems
from tests.domain.schedules.documents import document, phase, track

PPM = {"unit": "ppm", "at_most": 6}
CURRENCY = "This program cannot pay in another currency than USD yet; it can be tried with flask schedule replay."


def second(*tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*tracks, format="cm-schedule/2", **more)


@pytest.mark.parametrize(
    ("doc", "problem"),
    [
        (second(currency="GBP"), Problem("currency", CURRENCY)),
    ],
)
def test_what_no_visit_can_hold_is_not_published(doc: dict[str, Any], problem: Problem) -> None:
    assert problems(doc) == ()
    assert not_yet_problems(doc) == (problem,)
    assert draft_problems(doc, 25) == (problem,)


def test_everything_else_of_the_second_format_is_published() -> None:
    of_phase = {key: value for key, value in phase((3, 8)).items() if key not in ("base", "step", "cap")}
    own = {"values": [4, 8], "period_weeks": 2, "week_bonus": 8, "most_paid": 9, "reset_on": [], "target": None}
    phases = [phase((1, 2), base=0, step=0, pays_nothing=True), {**of_phase, **own}]
    ceilings = [
        {"scope": "year_from", "from": "09-30", "cents": 75000},
        {"scope": "rolling", "days": 30, "cents": 20000},
        {"scope": "lifetime", "cents": 150000},
    ]
    one = track(*phases, start_level=1, reset_to={"drop": 1}, most_paid=8)
    own_target = track(phase(), phase((5, 6), target=["thc"]), behavior="other")
    read = track(phase(reading=PPM), behavior="breath", evidence="reading", target=[], reading=PPM)
    hours = track(phase(visits_per_week=1), behavior="work", evidence="hours", target=[], hours=9)
    assert draft_problems(second(one, own_target, read, hours, currency="USD", ceilings=ceilings), 25) == ()


@pytest.mark.parametrize(
    "broken", [7, [], {}, {"tracks": 1}, {"tracks": [1]}, {"tracks": [{"evidence": [], "phases": 1}]},
               {"tracks": [{"phases": [1]}]}],
)  # fmt: skip
def test_what_has_the_wrong_type_is_left_to_the_check_of_the_document(broken: object) -> None:
    assert not_yet_problems(broken) == ()
