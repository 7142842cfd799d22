"""Rows become visits by what the mapping says; whatever it does not say is a reject."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Presence
from cm_tracker.domain.visits.importing import Row, planned_days, read_roster, read_visits
from cm_tracker.domain.visits.mappings import mapping_from
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
    read = read_visits(listed, MAPPING, on)
    return [(c.line, c.day, c.evidence) for c in read.candidates], [(r.line, r.reason.value) for r in read.rejects]


def test_a_visit_waits_for_its_test_where_tests_decide() -> None:
    assert planned(("WK0", "visit", "", "2025-03-03")) == ([(2, date(2025, 3, 3), AwaitedTest())], [])


def test_a_visit_is_attendance_where_attendance_decides() -> None:
    found, _ = planned(("WK0", "visit", "", "2025-03-03"), on=ATTENDED)
    assert found == [(2, date(2025, 3, 3), Presence())]


def test_an_undated_absence_falls_on_its_planned_week() -> None:
    found, rejects = planned(("WK0", "visit", "", "2025-03-03"), ("WK3", "no visit", "no_show", ""))
    assert found[1] == (3, date(2025, 3, 24), Absence(None))
    assert rejects == []


def test_an_undated_absence_falls_on_its_own_planned_day() -> None:
    rows = [
        Row(n, {"client_code": "C1", "visit": v, "disposition": d, "reasons": "", "date": day, "planned_date": planned})
        for n, v, d, day, planned in (
            (2, "WK0", "visit", "2025-03-03", "2025-03-01"),
            (3, "Intake 2", "no visit", "", "2025-03-20"),
            (4, "WK3", "no visit", "", ""),
            (5, "WK4", "no visit", "", "soon"),
        )
    ]
    read = read_visits(rows, MAPPING, TESTED)
    assert [(c.line, c.day) for c in read.candidates] == [
        (2, date(2025, 3, 3)),
        (3, date(2025, 3, 20)),
        (4, date(2025, 3, 24)),
    ]
    assert [(r.line, r.reason.value) for r in read.rejects] == [(5, "not a date")]
    assert planned_days(rows, MAPPING) == {3: date(2025, 3, 20), 4: date(2025, 3, 24)}


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
        (("WK1", "visit", "", "2025-W10"), "not a date"),
        (("WK9999", "no visit", "no_show", ""), "no date"),
        (("WK1", "perhaps", "", "2025-03-03"), "unknown word"),
        (("WK1", "no visit", "aliens", "2025-03-03"), "unknown word"),
        (("WK1", "MISSING", "no_note", ""), "no word on what happened"),
        (("WK1", "", "", "2025-03-03"), "no word on what happened"),
    ],
)
def test_what_the_mapping_does_not_say_is_a_reject(row: tuple[str, str, str, str], reason: str) -> None:
    assert planned(row) == ([], [(2, reason)])


def test_words_are_known_in_any_capitals() -> None:
    found, rejects = planned(("wk0", "Visit", "", "2025-03-03"), ("Wk1", "NO VISIT", "In_Hospital", ""))
    assert found == [(2, date(2025, 3, 3), AwaitedTest()), (3, date(2025, 3, 10), Absence("hospital"))]
    assert rejects == []


def test_an_absence_is_not_counted_from_a_first_visit_with_two_days() -> None:
    found, rejects = planned(
        ("WK0", "visit", "", "2025-03-03"), ("WK1", "no visit", "no_show", ""), ("WK0", "visit", "", "2025-03-04")
    )
    assert [line for line, _, _ in found] == [2, 4]
    assert rejects == [(3, "no date")]


FIRST = ("WK0", "visit", "", "2025-03-03")


@pytest.mark.parametrize(
    ("rows", "taken", "rejected"),
    [
        # The same row again counts once.
        ([FIRST, FIRST], [2], []),
        # A second planned visit on that day is told, and the client came once.
        ([FIRST, ("BASELINE", "visit", "", "2025-03-03")], [2], [(3, "two rows for one day")]),
        # Came, and did not come: nobody knows, in either order.
        ([FIRST, ("WK1", "no visit", "no_show", "2025-03-03")], [],
         [(2, "rows contradict each other"), (3, "rows contradict each other")]),
        ([("WK1", "no visit", "no_show", "2025-03-03"), FIRST], [],
         [(2, "rows contradict each other"), (3, "rows contradict each other")]),
        # Excused, and not excused.
        ([("WK0", "no visit", "no_show", "2025-03-03"), ("WK0", "no visit", "illness", "2025-03-03")], [],
         [(2, "rows contradict each other"), (3, "rows contradict each other")]),
        # The planned day of an absence without a date says nothing against a dated visit.
        ([FIRST, ("WK1", "no visit", "no_show", ""), ("WK2", "visit", "", "2025-03-10")], [2, 4],
         [(3, "absence without a date")]),
        # A word that cannot be read may contradict.
        ([FIRST, ("WK0", "vizit", "", "2025-03-03")], [], [(2, "rows contradict each other"), (3, "unknown word")]),
        # A row that does not say what happened contradicts nothing.
        ([FIRST, ("WK0", "MISSING", "", "2025-03-03")], [2], [(3, "no word on what happened")]),
    ],
)  # fmt: skip
def test_one_visit_a_day(
    rows: list[tuple[str, str, str, str]], taken: list[int], rejected: list[tuple[int, str]]
) -> None:
    found, rejects = planned(*rows)
    assert [line for line, _, _ in found] == taken
    assert sorted(rejects) == rejected


def test_rows_that_contradict_each_other_name_one_another() -> None:
    rows = [
        Row(n, {"client_code": "C1", "visit": v, "disposition": d, "reasons": "", "date": "2025-03-03"})
        for n, v, d in ((4, "WK0", "visit"), (9, "WK1", "no visit"))
    ]
    says = "Lines 4 and 9 say different things of 2025-03-03. Keep the row that is right."
    assert [reject.says for reject in read_visits(rows, MAPPING, TESTED).rejects] == [says, says]


def roster(*rows: tuple[str, str]) -> tuple[list[tuple[str, date]], list[tuple[int, str]], int]:
    read = read_roster([Row(n, {"client_code": code, "enrolled_on": day}) for n, (code, day) in enumerate(rows, 2)])
    return (
        [(entry.code, entry.enrolled_on) for entry in read.entries],
        sorted((reject.line, reject.reason.value) for reject in read.rejects),
        read.repeated,
    )


def test_a_roster_names_each_client_once() -> None:
    assert roster(("a1", "2025-03-03"), ("A1", "2025-03-03"), ("B1", "2025-03-04")) == (
        [("A1", date(2025, 3, 3)), ("B1", date(2025, 3, 4))],
        [],
        1,
    )


@pytest.mark.parametrize("days", [("2025-03-03", "2025-03-04"), ("2025-03-04", "2025-03-03")])
def test_a_roster_with_two_first_days_of_one_client_takes_neither(days: tuple[str, str]) -> None:
    found = roster(("A1", days[0]), ("B1", "2025-03-04"), ("A1", days[1]))
    assert found == (
        [("B1", date(2025, 3, 4))],
        [(2, "rows contradict each other"), (4, "rows contradict each other")],
        0,
    )


def test_a_roster_row_beside_one_that_cannot_be_read_is_not_taken() -> None:
    assert roster(("A1", "2025-03-03"), ("A1", "3/4/2025")) == (
        [],
        [(2, "rows contradict each other"), (3, "not a date")],
        0,
    )


def test_a_roster_row_needs_a_code() -> None:
    assert roster(("", "2025-03-03"), ("", "2025-03-04")) == (
        [],
        [(2, "cannot be enrolled"), (3, "cannot be enrolled")],
        0,
    )
