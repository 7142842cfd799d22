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


def read_of(*rows: tuple[str, str, str, str]) -> Any:
    listed = [
        Row(line, {"client_code": "C1", "visit": v, "disposition": d, "reasons": r, "date": day})
        for line, (v, d, r, day) in enumerate(rows, 2)
    ]
    return read_visits(listed, MAPPING, TESTED)


def test_rows_that_repeat_another_one_are_counted_over_all_days() -> None:
    other, missed = ("WK1", "visit", "", "2025-03-10"), ("WK1", "no visit", "no_show", "2025-03-10")
    assert read_of(FIRST, FIRST, FIRST, other, other).repeated == 3
    assert read_of(FIRST, other, other).repeated == 1
    # A second planned visit of that day is rejected, and one that contradicts repeats nothing.
    assert read_of(FIRST, FIRST, ("BASELINE", "visit", "", "2025-03-03")).repeated == 1
    assert read_of(other, other, missed).repeated == 0
    assert read_of(other, other, ("WK1", "vizit", "", "2025-03-10")).repeated == 0


def test_what_is_rejected_on_one_day_is_told_beside_that_of_another() -> None:
    rows = [
        ("BASELINE", "vizit", "", "2025-03-02"), FIRST, ("WK1", "no visit", "", ""), ("WK2", "visit", "", "2025-03-10"),
        ("WK2", "no visit", "", ""), ("WK3", "visit", "", "2025-03-17"),
    ]  # fmt: skip
    assert [(reject.line, reject.reason.value) for reject in read_of(*rows).rejects] == [
        (2, "unknown word"),
        (4, "absence without a date"),
        (6, "absence without a date"),
    ]


# -- what a rejected row says -----------------------------------------------------------------------------------


def says_of(*rows: tuple[str, str, str, str], mapping: Any = MAPPING) -> list[tuple[int, str]]:
    """The line and the sentence of each rejected row of (visit, disposition, reasons, date)."""
    listed = [
        Row(line, {"client_code": "C1", "visit": v, "disposition": d, "reasons": r, "date": day})
        for line, (v, d, r, day) in enumerate(rows, 2)
    ]
    return sorted((reject.line, reject.says) for reject in read_visits(listed, mapping, TESTED).rejects)


MISSED = ("WK3", "no visit", "no_show", "")
FROM_WK1 = mapping_from({**DEFAULT, "weeks_from": "WK1"})
FROM_BASELINE = mapping_from({**DEFAULT, "weeks_from": "Week"})


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ([("WK0", "visit", "", "3/4/2025")], 2,
         "'3/4/2025' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."),
        ([("WK0", "Vizit", "", "2025-03-03")], 2, "The disposition 'Vizit' is not in the mapping."),
        ([("WK0", "MISSING", "", "2025-03-03")], 2, "The disposition 'MISSING' does not say what happened."),
        ([("WK0", "no visit", "no_show; aliens", "2025-03-03")], 2, "The reason 'aliens' is not in the mapping."),
        ([("WK0", "visit", "", "")], 2, "The visit took place, but has no date."),
        ([MISSED], 2, "The absence has no date, and there is no dated WK0 to count its weeks from."),
        ([FIRST, ("BASELINE", "no visit", "", "")], 3, "The absence has no date, and 'BASELINE' does not name a week."),
        ([FIRST, ("WK", "no visit", "", "")], 3, "The absence has no date, and 'WK' does not name a week."),
        ([FIRST, ("WK1000", "no visit", "", "")], 3, "The absence has no date, and 'WK1000' does not name a week."),
        ([FIRST, ("Week 3", "no visit", "", "")], 3, "The absence has no date, and 'Week 3' does not name a week."),
        ([FIRST, MISSED, ("WK0", "visit", "", "2025-03-04")], 3,
         "The absence has no date, and WK0 has several days (lines 2 and 4)."),
        ([("WK0", "visit", "", "2180-11-08"), MISSED], 3,
         "The absence has no date, and WK0 lies too late to count weeks from."),
        ([FIRST, ("WK1", "no visit", "no_show", ""), ("WK2", "visit", "", "2025-03-10")], 3,
         "The absence has no date, and line 4 is a row of its planned day, 2025-03-10."),
        ([FIRST, ("BASELINE", "visit", "", "2025-03-03")], 3,
         "Line 2 stands for 2025-03-03 already; the visit was taken once, from there."),
        ([FIRST, ("WK0", "vizit", "", "2025-03-03")], 2,
         "Line 3 is a row of 2025-03-03, too, and cannot be read. Keep the row that is right."),
    ],
)  # fmt: skip
def test_a_rejected_row_says_what_is_wrong_with_it(rows: list[tuple[str, str, str, str]], line: int, says: str) -> None:
    assert (line, says) in says_of(*rows)


def test_three_rows_that_contradict_each_other_are_all_named() -> None:
    rows = [FIRST, ("WK0", "no visit", "no_show", "2025-03-03"), ("WK0", "no visit", "illness", "2025-03-03")]
    says = "Lines 2, 3 and 4 say different things of 2025-03-03. Keep the row that is right."
    assert says_of(*rows) == [(2, says), (3, says), (4, says)]


def test_the_weeks_of_undated_absences_are_counted_from_the_visit_that_the_mapping_names() -> None:
    rows = [
        Row(line, {"client_code": "C1", "visit": v, "disposition": d, "reasons": "", "date": day})
        for line, (v, d, day) in enumerate(
            [("WK1", "visit", "2025-03-03"), ("BASELINE", "no visit", ""), ("WK1", "no visit", ""),
             ("wk3", "no visit", ""), ("WK0", "no visit", "")], 2
        )
    ]  # fmt: skip
    # A row that names no week is left out, and the ones after it are not.
    assert planned_days(rows, FROM_WK1) == {4: date(2025, 3, 3), 5: date(2025, 3, 17), 6: date(2025, 2, 24)}
    week = [Row(2, {"visit": "Week", "date": "2025-03-03"}), Row(3, {"visit": "Week2", "date": ""})]
    assert planned_days(week, FROM_BASELINE) == {3: date(2025, 3, 17)}
    nothing = mapping_from({**DEFAULT, "weeks_from": None})
    assert planned_days(rows, nothing) == {}
    assert says_of(MISSED, mapping=nothing) == [(2, "The absence has no date.")]


def test_a_first_visit_whose_day_cannot_be_read_does_not_hide_another_one() -> None:
    found, rejects = planned(("WK0", "visit", "", "soon"), FIRST, MISSED)
    assert [(line, day) for line, day, _ in found] == [(3, date(2025, 3, 3)), (4, date(2025, 3, 24))]
    assert rejects == [(2, "not a date")]


def test_the_name_of_a_first_visit_may_end_in_any_letter() -> None:
    rows = [Row(2, {"visit": "TAX0", "date": "2025-03-03"}), Row(3, {"visit": "tax2", "date": ""})]
    assert planned_days(rows, mapping_from({**DEFAULT, "weeks_from": "TAX0"})) == {3: date(2025, 3, 17)}


def test_an_absence_that_no_week_can_be_counted_for_has_no_date() -> None:
    late = [("WK0", "visit", "", "2180-11-08"), MISSED]
    assert planned(*late)[1] == [(3, "no date")]
    nothing = mapping_from({**DEFAULT, "weeks_from": None})
    row = Row(2, {"client_code": "C1", "visit": "WK3", "disposition": "no visit", "reasons": "", "date": ""})
    assert [reject.reason.value for reject in read_visits([row], nothing, TESTED).rejects] == ["no date"]


def test_two_planned_visits_without_a_date_for_one_day_are_one_absence() -> None:
    found, rejects = planned(FIRST, ("WK1", "no visit", "", ""), ("WK01", "no visit", "", ""))
    assert [line for line, _, _ in found] == [2, 3]
    assert rejects == [(4, "two rows for one day")]


def test_a_reason_that_cannot_be_read_keeps_the_other_row_of_its_day_out() -> None:
    found, rejects = planned(FIRST, ("WK0", "no visit", "aliens", "2025-03-03"))
    assert (found, sorted(rejects)) == ([], [(2, "rows contradict each other"), (3, "unknown word")])


def test_a_finished_activity_is_seen_by_staff_like_attendance() -> None:
    activity = parse(document(track(evidence="activity", target=[]))).tracks[0]
    assert planned(FIRST, on=activity)[0] == [(2, date(2025, 3, 3), Presence())]


def test_a_disposition_may_excuse_by_itself() -> None:
    mapping = mapping_from(
        {**DEFAULT, "dispositions": {**DEFAULT["dispositions"], "on leave": "excused"}, "disposition_excuse": "family"}
    )
    values = {"client_code": "C1", "visit": "WK0", "disposition": "On Leave", "reasons": "", "date": "2025-03-03"}
    (found,) = read_visits([Row(2, values)], mapping, TESTED).candidates
    assert (found.evidence, found.label) == (Absence("family"), "WK0")


def test_the_latest_day_from_which_weeks_are_counted() -> None:
    """999 weeks before the last day of 2199 are November 7, 2180."""
    found, rejects = planned(("WK0", "visit", "", "2180-11-07"), MISSED)
    assert (found[1][1], rejects) == (date(2180, 11, 28), [])


def test_a_rejected_row_of_a_roster_says_what_is_wrong_with_it() -> None:
    def said(*rows: tuple[str, str]) -> list[tuple[int, str]]:
        read = read_roster([Row(n, {"client_code": code, "enrolled_on": day}) for n, (code, day) in enumerate(rows, 2)])
        return sorted((reject.line, reject.says) for reject in read.rejects)

    assert said(("", "2025-03-03")) == [(2, "The row has no client code.")]
    beside = "Line 3 names the same client, and its day cannot be read. Keep the row that is right."
    unreadable = "'soon' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."
    assert said(("A1", "2025-03-03"), ("a1", "soon"), ("A1", "later")) == [
        (2, beside),
        (3, unreadable),
        (4, "'later' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."),
    ]
    different = "Lines 2, 3 and 4 give A1 different first days. Keep the row that is right."
    assert said(("A1", "2025-03-03"), ("A1", "2025-03-04"), ("A1", "2025-03-03")) == [
        (2, different),
        (3, different),
        (4, different),
    ]
