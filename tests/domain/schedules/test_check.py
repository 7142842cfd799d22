"""The check lists every problem of a document, each with its path."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.errors import BadSchedule
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, track


def paths(doc: object) -> list[str]:
    return [problem.path for problem in problems(doc)]


def test_a_correct_document_has_no_problems() -> None:
    assert problems(document()) == ()


def test_all_problems_are_listed_in_the_order_of_the_document() -> None:
    doc = document(track(phase((2, 4), base=-1), phase((6, 5))), point_value_cents=0, corrections="maybe")
    assert paths(doc) == [
        "point_value_cents",
        "tracks[0].phases[0].base",
        "tracks[0].phases[1].weeks",
        "tracks[0].phases[0].weeks",
        "tracks[0].phases[1].weeks",
        "corrections",
    ]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "cm-schedule/3"}, "format"),
        ({"name": " "}, "name"),
        ({"source": 7}, "source"),
        ({"point_value_cents": 2.5}, "point_value_cents"),
        ({"point_value_cents": True}, "point_value_cents"),
        ({"tracks": []}, "tracks"),
        ({"tracks": {}}, "tracks"),
        ({"ceilings": [{"scope": "week", "cents": 1}]}, "ceilings[0].scope"),
        ({"ceilings": [{"scope": "month", "cents": 1}, {"scope": "month", "cents": 2}]}, "ceilings[1].scope"),
        ({"bowl": {"name": "B", "slips": []}}, "bowl.slips"),
        ({"bowl": {"name": "B", "slips": [{"tier": "a", "count": 0, "cents": 1}]}}, "bowl.slips[0].count"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_problem_of_the_document_is_named(change: dict[str, Any], path: str) -> None:
    assert path in paths(document(**change))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"behavior": ""}, "behavior"),
        ({"evidence": "guess"}, "evidence"),
        ({"target": []}, "target"),
        ({"target": ["cocaine", "cocaine"]}, "target[1]"),
        ({"evidence": "attendance"}, "target"),
        ({"pays": "cash"}, "pays"),
        ({"phases": []}, "phases"),
        ({"reset_on": ["excused"]}, "reset_on[0]"),
        ({"restore": {"after": 0, "takes_effect": "next", "to": "last_paid"}}, "restore.after"),
        ({"restore": {"after": 1, "takes_effect": "soon", "to": "last_paid"}}, "restore.takes_effect"),
        ({"restore": {"after": 1, "takes_effect": "next"}}, "restore.to"),
        ({"restore_week_rises": "no"}, "restore_week_rises"),
        ({"on_dilute": "ask"}, "on_dilute"),
        ({"side_bonus": {"also_negative": [], "amount": 1}}, "side_bonus.also_negative"),
        ({"min_hours_between": 0}, "min_hours_between"),
    ],
)
def test_a_problem_of_a_track_is_named(change: dict[str, Any], path: str) -> None:
    assert f"tracks[0].{path}" in paths(document(track(**change)))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"weeks": [1]}, "weeks"),
        ({"weeks": [2, 4]}, "weeks"),
        ({"visits_per_week": 22}, "visits_per_week"),
        ({"step": -1}, "step"),
        ({"cap": 9}, "cap"),
        ({"rises": "day"}, "rises"),
        ({"run_bonus": {"every": 0, "amount": 1}}, "run_bonus.every"),
        ({"carry_level": None}, "carry_level"),
        ({"bonus": 1}, "bonus"),
    ],
)
def test_a_problem_of_a_phase_is_named(change: dict[str, Any], path: str) -> None:
    assert f"tracks[0].phases[0].{path}" in paths(document(track({**phase(), **change})))


def test_two_tracks_may_not_have_one_behavior() -> None:
    assert "tracks[1].behavior" in paths(document(track(), track()))


def test_a_gap_and_an_overlap_are_named_where_they_are() -> None:
    assert paths(document(track(phase((1, 4)), phase((6, 8)), phase((8, 9))))) == [
        "tracks[0].phases[1].weeks",
        "tracks[0].phases[2].weeks",
    ]


def test_a_track_that_pays_draws_needs_a_bowl() -> None:
    assert paths(document(track(pays="draws"))) == ["bowl"]


def test_parse_refuses_with_every_problem() -> None:
    with pytest.raises(BadSchedule) as refused:
        parse(document(name="", source=""))
    assert [problem.path for problem in refused.value.problems] == ["name", "source"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for name, item in value.items():
            found += _places(item, (*path, name))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            found += _places(item, (*path, n))
    return found


@given(st.data(), json_values)
def test_the_check_never_breaks_whatever_a_document_contains(data: st.DataObject, junk: Any) -> None:
    doc: Any = document(
        track(
            phase(run_bonus={"every": 3, "amount": 4}, cap=40),
            restore={"after": 2, "takes_effect": "same", "to": "next_due"},
            side_bonus={"also_negative": ["thc"], "amount": 1},
        ),
        bowl={"name": "B", "slips": [{"tier": "s", "count": 1, "cents": 1}]},
        ceilings=[{"scope": "award", "cents": 100}],
    )
    place = data.draw(st.sampled_from(_places(doc)))
    if not place:
        doc = junk
    else:
        inner = doc
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = junk
    if not problems(doc):
        parse(doc)
