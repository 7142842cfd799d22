"""A preset that was changed says so in its name and its source, and keeps what a lead wrote."""

import re
from typing import Any

import pytest

from cm_tracker.domain.schedules.changed_preset import changes_of, named
from cm_tracker.queries.schedules.presets import presets
from tests.domain.schedules.documents import document, phase, track
from tests.domain.schedules.test_difference import BOWL

PRESET = document(name="Ladder", source="Smith 2001")


def shown(changed: dict[str, Any], value: int = 25) -> tuple[str, str]:
    result = named(changed, PRESET, value)
    return result["name"], result["source"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("Ladder", "Smith 2001")),
        # One rule, two rules, and the name that a lead gave.
        ({"corrections": "replay"}, ("Ladder (changed)", "Changed from Smith 2001: 1 rule differs.")),
        (
            {"corrections": "replay", "tracks": [track(phase(base=11))]},
            # Eight visits pay 10, 15 ... 45 points of 25 cents, and one more each.
            ("Ladder (changed)", "Changed from Smith 2001: 2 rules differ, at most $57.00 instead of $55.00."),
        ),
        ({"corrections": "replay", "name": "Ours"}, ("Ours", "Changed from Smith 2001: 1 rule differs.")),
        # What a lead wrote into the source stays.
        (
            {"corrections": "replay", "source": "Our committee, 2026"},
            ("Ladder (changed)", "Changed from Smith 2001: 1 rule differs. Our committee, 2026"),
        ),
        ({"source": "Our committee, 2026"}, ("Ladder", "Our committee, 2026")),
        ({"name": "Ours"}, ("Ours", "Smith 2001")),
    ],
)
def test_what_a_changed_preset_is_called(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    changed = {**PRESET, **changes}
    assert shown(changed) == expected
    again = named(changed, PRESET, 25)
    assert named(again, PRESET, 25) == again, "saved again, nothing is added a second time"


def test_the_words_follow_the_changes() -> None:
    once = named({**PRESET, "corrections": "replay", "source": "Our committee"}, PRESET, 25)
    twice = named({**once, "tracks": [track(phase(base=11))]}, PRESET, 25)
    assert twice["source"] == (
        "Changed from Smith 2001: 2 rules differ, at most $57.00 instead of $55.00. Our committee"
    )
    back = named({**twice, "tracks": PRESET["tracks"], "corrections": "keep"}, PRESET, 25)
    assert (back["name"], back["source"]) == ("Ladder", "Our committee")


def test_a_preset_that_is_itself_again_has_its_name_and_source_again() -> None:
    once = named({**PRESET, "corrections": "replay"}, PRESET, 25)
    assert named({**once, "corrections": "keep"}, PRESET, 25) == PRESET


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ceilings": [{"scope": "enrollment", "cents": 2000}]}, "at most $20.00 instead of $55.00"),
        ({"tracks": [track(phase(base=1, step=0), pays="draws")], "bowl": BOWL}, "at most 8 draws instead of $55.00"),
        ({"tracks": [track(), track(phase((1, 1), visits_per_week=1, base=1), behavior="more", pays="draws")],
          "bowl": BOWL}, "at most $55.00 and 1 draw instead of $55.00"),
        ({"tracks": [track(phase(base=0, step=0))]}, "at most nothing instead of $55.00"),
    ],
)  # fmt: skip
def test_the_source_says_the_most_that_the_schedule_itself_pays(changes: dict[str, Any], says: str) -> None:
    source = named({**PRESET, **changes, "source": "2026, our own. At most $9.50."}, PRESET, 25)["source"]
    assert says in source and source.endswith(" 2026, our own. At most $9.50.")
    again = named({**PRESET, "corrections": "replay", "source": source}, PRESET, 25)["source"]
    assert again == "Changed from Smith 2001: 1 rule differs. 2026, our own. At most $9.50."
    assert named({**PRESET, "source": source}, PRESET, 25)["source"] == "2026, our own. At most $9.50."


def test_no_source_of_a_preset_names_a_maximum_that_is_our_own() -> None:
    for name, of_preset in presets().items():
        assert not re.search(r"our own: at most|at most [^ ]+( draws)?$", of_preset["source"]), name


def test_a_long_name_stays_short_enough() -> None:
    long = {**PRESET, "name": "L" * 120}
    assert named({**long, "corrections": "replay"}, long, 25)["name"] == "L" * 110 + " (changed)"


def test_a_document_with_problems_is_left_as_it_is() -> None:
    wrong = {**PRESET, "corrections": "never"}
    assert named(wrong, PRESET, 25) is wrong
    assert changes_of(wrong, PRESET, 25) is None
    assert named(["not", "a", "schedule"], PRESET, 25) == ["not", "a", "schedule"]


def test_a_preset_in_the_programs_points_is_not_changed() -> None:
    """10 points of 50 cents are 20 of 25 cents: the same money."""
    dear = document(track(phase(base=10, step=5)), name="Ladder", source="Smith 2001", point_value_cents=50)
    drafted = document(track(phase(base=20, step=10)), name="Ladder", source="Smith 2001")
    assert named(drafted, dear, 25) == drafted
    assert changes_of(drafted, dear, 25) == ()


def test_amounts_that_had_to_be_chosen_are_a_change() -> None:
    """7 points of 10 cents are $0.70, which is no whole number of points of 25 cents."""
    cheap = document(track(phase(base=7, step=5)), name="Ladder", source="Smith 2001", point_value_cents=10)
    found = named(document(track(phase(base=3, step=2)), name="Ladder", source="Smith 2001"), cheap, 25)
    assert found["name"] == "Ladder (changed)"
