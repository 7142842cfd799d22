"""A mapping is checked as a whole before any row is read."""

import json
from importlib.resources import files
from typing import Any

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.visits.mappings import mapping_from

DEFAULT: dict[str, Any] = json.loads(
    (files("cm_tracker") / "presets" / "mappings" / "default.json").read_text(encoding="utf-8")
)


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in DEFAULT.items() if key not in keys}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ([], '"format": "cm-import/1"'),
        ({}, '"format": "cm-import/1"'),
        ({**DEFAULT, "format": "x"}, '"format": "cm-import/1"'),
        ({**DEFAULT, "extra": 1}, "extra is not a key of a mapping"),
        (without("temperatures"), "temperatures must be an object of words"),
        ({**DEFAULT, "dispositions": {"visit": "maybe"}}, "dispositions: 'maybe' must be one of came, absent"),
        ({**DEFAULT, "excuses": {"x": "aliens"}}, "excuses: 'aliens' must be one of illness"),
        ({**DEFAULT, "temperatures": {"x": "hot"}}, "temperatures: 'hot' must be one of in_range"),
        ({**DEFAULT, "temperatures": {"Yes": "in_range", "YES": "not_read"}}, "temperatures: 'YES' is there twice"),
        ({**DEFAULT, "unexcused_reasons": "no_show"}, "unexcused_reasons must be a list of words"),
        ({**DEFAULT, "disposition_excuse": []}, "disposition_excuse must be one of illness"),
        ({**DEFAULT, "analytes": {"Opioid": 1}}, "analytes must be an object of words"),
        ({**DEFAULT, "groups": ["stimulant"]}, "groups must be an object of lists of analytes"),
        ({**DEFAULT, "groups": {"stimulant": "cocaine"}}, "groups must be an object of lists of analytes"),
        ({**DEFAULT, "groups": {"stimulant": ["sugar"]}}, "stimulant has 'sugar' in it, which is no analyte"),
        ({**DEFAULT, "panel": "Opioid"}, "panel must be a list of words, or null"),
        ({**DEFAULT, "panel": ["Sugar"]}, "panel has 'Sugar' in it, which no other key names"),
        ({**DEFAULT, "weeks_from": 0}, "weeks_from must be the name of a visit"),
        ({**DEFAULT, "weeks_from": "WK9999"}, "weeks_from must be the name of a visit"),
    ],
)
def test_a_wrong_mapping_is_refused_with_a_sentence(broken: Any, says: str) -> None:
    with pytest.raises(BadInput) as found:
        mapping_from(broken)
    assert str(found.value).startswith("The mapping ")
    assert says in str(found.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadInput, match=r"excuses: 'x' .*; temperatures: 'y' "):
        mapping_from({**DEFAULT, "excuses": {"a": "x"}, "temperatures": {"a": "y"}})


def test_the_default_mapping_knows_no_panel() -> None:
    assert mapping_from(DEFAULT).panel is None


def test_a_mapping_without_a_panel_tests_all_of_its_analytes() -> None:
    document = {**without("panel", "groups"), "analytes": {"AMP": "amphetamine", "COC": "cocaine"}}
    assert mapping_from(document).panel == {"amphetamine", "cocaine"}


def test_a_panel_is_named_in_the_words_of_the_laboratory_or_of_the_schedule() -> None:
    assert mapping_from({**DEFAULT, "panel": ["COCAINE", "thc", "Stimulant"]}).panel == {"cocaine", "thc", "stimulant"}
