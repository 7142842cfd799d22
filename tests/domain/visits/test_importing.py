"""Rows become visits by what the mapping says; whatever it does not say is a reject."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Presence, Test
from cm_tracker.domain.visits.importing import Row, mapping_from, visit_candidates
from cm_tracker.domain.visits.importing import test_candidates as read_tests
from tests.domain.schedules.documents import document, track

DEFAULT: dict[str, Any] = json.loads(
    (files("cm_tracker") / "presets" / "mappings" / "default.json").read_text(encoding="utf-8")
)
MAPPING = mapping_from(DEFAULT)
TESTED = parse(document()).tracks[0]
ATTENDED = parse(document(track(evidence="attendance", target=[]))).tracks[0]


def planned(*rows: tuple[str, str, str, str], on: Any = TESTED) -> tuple[list[Any], list[tuple[int, str]]]:
    """Candidates and rejects of (visit, disposition, reasons, date) rows."""
    listed = [
        Row(line, {"client_code": "C1", "visit": v, "disposition": d, "reasons": r, "date": day})
        for line, (v, d, r, day) in enumerate(rows, 2)
    ]
    found, rejects = visit_candidates(listed, MAPPING, on)
    return [(c.line, c.day, c.evidence) for c in found], [(line, reject.reason) for line, reject in rejects]


def test_a_visit_waits_for_its_test_where_tests_decide() -> None:
    assert planned(("WK0", "visit", "", "2025-03-03")) == ([(2, date(2025, 3, 3), AwaitedTest())], [])


def test_a_visit_is_attendance_where_attendance_decides() -> None:
    found, _ = planned(("WK0", "visit", "", "2025-03-03"), on=ATTENDED)
    assert found == [(2, date(2025, 3, 3), Presence())]


def test_an_undated_absence_falls_on_its_planned_week() -> None:
    found, rejects = planned(("WK0", "visit", "", "2025-03-03"), ("WK3", "no visit", "no_show", ""))
    assert found[1] == (3, date(2025, 3, 24), Absence(None))
    assert rejects == []


def test_one_excused_reason_excuses() -> None:
    found, _ = planned(("WK0", "visit", "", "2025-03-03"), ("WK1", "no visit", "no_show;in_hospital", ""))
    assert found[1][2] == Absence("hospital")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("WK1", "no visit", "no_show", ""), "no date"),  # there is no dated WK0
        (("BASELINE", "no visit", "no_show", ""), "no date"),
        (("WK1", "visit", "", ""), "no date"),
        (("WK1", "visit", "", "3/4/2025"), "not a date"),
        (("WK1", "perhaps", "", "2025-03-03"), "unknown word"),
        (("WK1", "no visit", "aliens", "2025-03-03"), "unknown word"),
        (("WK1", "MISSING", "no_note", ""), "no word on what happened"),
        (("WK1", "", "", "2025-03-03"), "no word on what happened"),
    ],
)
def test_what_the_mapping_does_not_say_is_a_reject(row: tuple[str, str, str, str], reason: str) -> None:
    assert planned(row) == ([], [(2, reason)])


def read_one(temperature: str, positive_for: str) -> Any:
    row = Row(
        2, {"client_code": "C1", "date": "2025-03-03", "temperature_ok": temperature, "positive_for": positive_for}
    )
    found, rejects = read_tests([row], MAPPING)
    return found[0].evidence if found else rejects[0][1].reason


def test_an_empty_list_is_negative_for_everything() -> None:
    test = read_one("yes", "")
    assert isinstance(test, Test)
    assert test.temperature == "in_range"
    assert set(test.results.values()) == {"negative"}
    assert set(test.results) == {
        "opioid", "methadone", "cocaine", "amphetamine", "benzodiazepine", "thc", "alcohol",
    }  # fmt: skip


def test_what_was_found_is_positive_and_the_rest_negative() -> None:
    results = read_one("unknown", "Opioid;Thc").results
    assert {name for name, result in results.items() if result == "positive"} == {"opioid", "thc"}


def test_an_out_of_range_temperature_is_carried_over() -> None:
    assert read_one("no", "").temperature == "out_of_range"


@pytest.mark.parametrize(("temperature", "positive_for"), [("warm", ""), ("yes", "Sugar")])
def test_an_unknown_word_of_a_test_is_a_reject(temperature: str, positive_for: str) -> None:
    assert read_one(temperature, positive_for) == "unknown word"


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        {**DEFAULT, "format": "x"},
        {**DEFAULT, "extra": 1},
        {**DEFAULT, "dispositions": {"visit": "maybe"}},
        {**DEFAULT, "excuses": {"x": "aliens"}},
        {**DEFAULT, "temperatures": {"x": "hot"}},
        {**DEFAULT, "unexcused_reasons": "no_show"},
        {**DEFAULT, "analytes": {"Opioid": 1}},
    ],
)
def test_a_wrong_mapping_is_refused_with_a_sentence(broken: Any) -> None:
    with pytest.raises(BadInput, match="mapping"):
        mapping_from(broken)
