"""What a document of `cm-schedule/2` may say, and what is named when it is wrong."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, track

PPM = {"unit": "ppm", "at_most": 6}
STEPS = [{"at_most": 3, "amount": 40}, {"at_most": 6, "amount": 20}]


def second(*tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*tracks, format="cm-schedule/2", **more)


def listed(*values: int, **more: Any) -> dict[str, Any]:
    """A phase that lists its values in place of base, step and cap."""
    given = {key: value for key, value in phase(**more).items() if key not in ("base", "step", "cap")}
    return {**given, "values": list(values)}


def reading(rule: object, *phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return track(*phases, evidence="reading", target=[], reading=rule, **more)


def hours(*phases: dict[str, Any], **more: Any) -> dict[str, Any]:
    return track(*phases, evidence="hours", target=[], **{"hours": 10, **more})


def paths(doc: dict[str, Any]) -> list[str]:
    return [problem.path for problem in problems(doc)]


@pytest.mark.parametrize(
    "doc",
    [
        second(),
        second(currency="GBP"),
        second(ceilings=[{"scope": "year_from", "from": "09-30", "cents": 75000}, {"scope": "lifetime", "cents": 1}]),
        second(
            ceilings=[
                {"scope": "year_from", "from": "09-30", "cents": 1},
                {"scope": "year_from", "from": "01-31", "cents": 1},
                {"scope": "rolling", "days": 7, "cents": 1},
                {"scope": "rolling", "days": 30, "cents": 1},
            ]
        ),
        second(track(start_level=8, reset_to="zero", most_paid=3)),
        second(track(reset_to={"drop": 2})),
        second(track(listed(5, 10, 15, period_weeks=4, week_bonus=7, most_paid=2, reset_on=[], target=["alcohol"]))),
        second(track(phase(base=0, step=0, pays_nothing=True))),
        second(reading(PPM)),
        second(reading({**PPM, "percentile": {"of_last": 9, "rank": 4}})),
        second(reading({**PPM, "falls_by_percent": 25})),
        second(reading({"unit": "ppm", "scale": STEPS})),
        second(reading(PPM, phase(reading={"unit": "ppm", "at_most": 3}))),
        second(hours(phase(visits_per_week=1))),
        second(hours(phase(visits_per_week=2, period_weeks=2))),
        # Nothing resets here, so the values may fall.
        second(track(listed(15, 10, 5), reset_on=[])),
    ],
)
def test_every_key_of_the_second_format_is_taken(doc: dict[str, Any]) -> None:
    assert paths(doc) == []
    parse(doc)


def test_an_empty_key_of_a_phase_means_what_its_track_says() -> None:
    doc = second(track(phase(reset_on=None, target=None, reading=None, values=None, most_paid=None, week_bonus=None)))
    assert paths(doc) == []
    assert parse(doc) == parse(second(track(phase())))
    assert paths(second(track(listed(15, 10, reset_on=None)))) == ["tracks[0].phases[0].values"]


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        (second(currency="EURO"), "currency"),
        (second(currency="usd"), "currency"),
        (second(currency=1), "currency"),
        (second(ceilings=[{"scope": "year_from", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "year_from", "from": "02-29", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "year_from", "from": "9-30", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "year_from", "from": "\u0661\u0661-01", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "year_from", "from": "13-01", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "month", "from": "01-01", "cents": 1}]), "ceilings[0].from"),
        (second(ceilings=[{"scope": "rolling", "cents": 1}]), "ceilings[0].days"),
        (second(ceilings=[{"scope": "rolling", "days": 0, "cents": 1}]), "ceilings[0].days"),
        (second(ceilings=[{"scope": "month", "days": 3, "cents": 1}]), "ceilings[0].days"),
        (second(ceilings=[{"scope": "rolling", "days": 7, "cents": 1}] * 2), "ceilings[1].scope"),
        (second(track(start_level=-1)), "tracks[0].start_level"),
        (second(track(reset_to="one")), "tracks[0].reset_to"),
        (second(track(reset_to={"drop": 0})), "tracks[0].reset_to.drop"),
        (second(track(reset_to={})), "tracks[0].reset_to.drop"),
        (second(track(most_paid=0)), "tracks[0].most_paid"),
        (second(track(reading=PPM)), "tracks[0].reading"),
        (second(track(hours=5)), "tracks[0].hours"),
        (second(reading(None)), "tracks[0].reading"),
        (second(reading({"unit": "ppm"})), "tracks[0].reading.at_most"),
        (second(reading({"at_most": 6})), "tracks[0].reading.unit"),
        (second(reading({**PPM, "falls_by_percent": 25, "scale": STEPS})), "tracks[0].reading"),
        (second(reading({**PPM, "scale": STEPS})), "tracks[0].reading.at_most"),
        (second(reading({**PPM, "falls_by_percent": 101})), "tracks[0].reading.falls_by_percent"),
        (second(reading({**PPM, "percentile": {"of_last": 3, "rank": 4}})), "tracks[0].reading.percentile.rank"),
        (second(reading({"unit": "ppm", "scale": []})), "tracks[0].reading.scale"),
        (second(reading({"unit": "ppm", "scale": [STEPS[1], STEPS[0]]})), "tracks[0].reading.scale[1].at_most"),
        (second(reading(PPM, phase(reading={"unit": "g", "at_most": 1}))), "tracks[0].phases[0].reading.unit"),
        (second(track(phase(reading=PPM))), "tracks[0].phases[0].reading"),
        (second(hours(phase())), "tracks[0].phases[0].visits_per_week"),
        (second(hours(phase(visits_per_week=1), hours=None)), "tracks[0].hours"),
        (second(hours(phase(visits_per_week=1), hours=169)), "tracks[0].hours"),
        (second(hours(phase(visits_per_week=1), min_hours_between=20)), "tracks[0].min_hours_between"),
        (second(reading(PPM, side_bonus={"also_negative": ["x"], "amount": 1})), "tracks[0].side_bonus"),
        (second(track({**phase(), "values": [1]})), "tracks[0].phases[0].base"),
        (second(track(listed())), "tracks[0].phases[0].values"),
        (second(track(listed(5, -1))), "tracks[0].phases[0].values[1]"),
        (second(track(listed(15, 10))), "tracks[0].phases[0].values"),
        (second(track(listed(15, 10, reset_on=["positive"]), reset_on=[])), "tracks[0].phases[0].values"),
        (second(track(listed(15, 10), reset_on=[], on_dilute="reset")), "tracks[0].phases[0].values"),
        (second(track(phase(period_weeks=5))), "tracks[0].phases[0].period_weeks"),
        (second(track(phase(week_bonus=-1))), "tracks[0].phases[0].week_bonus"),
        (second(track(phase(most_paid=0))), "tracks[0].phases[0].most_paid"),
        (second(track(phase(reset_on=["sad"]))), "tracks[0].phases[0].reset_on[0]"),
        (second(track(phase(target=[]))), "tracks[0].phases[0].target"),
        (second(track(phase(target=["x"]), evidence="attendance", target=[])), "tracks[0].phases[0].target"),
        (
            second(track(phase(target=["x"]), side_bonus={"also_negative": ["x"], "amount": 1})),
            "tracks[0].phases[0].target",
        ),
        (second(track(phase(pays_nothing=False))), "tracks[0].phases[0].pays_nothing"),
        (second(track(phase(pays_nothing=True))), "tracks[0].phases[0].base"),
        (second(track(phase(base=0, step=0, week_bonus=5, pays_nothing=True))), "tracks[0].phases[0].week_bonus"),
    ],
)
def test_a_problem_of_the_second_format_is_named(doc: dict[str, Any], path: str) -> None:
    assert path in paths(doc)


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        (document(currency="GBP"), "currency"),
        (document(ceilings=[{"scope": "lifetime", "cents": 1}]), "ceilings[0].scope"),
        (document(ceilings=[{"scope": "month", "days": 1, "cents": 1}]), "ceilings[0].days"),
        (document(track(most_paid=3)), "tracks[0].most_paid"),
        (document(hours(phase(visits_per_week=1))), "tracks[0].evidence"),
        (document(track(phase(week_bonus=3))), "tracks[0].phases[0].week_bonus"),
    ],
)
def test_a_document_of_the_first_format_has_none_of_its_keys(doc: dict[str, Any], path: str) -> None:
    assert path in paths(doc)


def test_a_key_of_the_second_format_says_what_it_needs() -> None:
    (problem,) = problems(document(track(phase(week_bonus=3))))
    assert problem.says == "'week_bonus' needs the format cm-schedule/2."
