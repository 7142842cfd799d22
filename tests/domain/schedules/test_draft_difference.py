"""Documents with any mistakes are compared field by field."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.draft_difference import FieldDifference, fields_that_differ


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"name": "a"}, {"name": "a"}, ()),
        ({"name": "a"}, {"name": "b"}, (FieldDifference("name", "a", "b"),)),
        ({"cap": None, "bowl": []}, {"carry": False, "cap": ""}, ()),
        ({"step": 0}, {"step": None}, (FieldDifference("step", 0, None),)),
        (
            {"tracks": [{"phases": [{"base": 10, "weeks": [1, 12]}]}]},
            {"tracks": [{"phases": [{"base": "x", "weeks": [1, 8]}]}]},
            (
                FieldDifference("tracks[0].phases[0].base", 10, "x"),
                FieldDifference("tracks[0].phases[0].weeks", [1, 12], [1, 8]),
            ),
        ),
        (
            {"ceilings": []},
            {"ceilings": [{"cents": 1}], "source": "s"},
            (FieldDifference("ceilings[0]", None, {"cents": 1}), FieldDifference("source", None, "s")),
        ),
        ({"target": ["a"]}, {"target": "a"}, (FieldDifference("target", ["a"], "a"),)),
        ([], {"name": "a"}, (FieldDifference("", [], {"name": "a"}),)),
    ],
)
def test_each_field_that_differs_is_named_once(before: Any, after: Any, expected: tuple[FieldDifference, ...]) -> None:
    assert fields_that_differ(before, after) == expected
