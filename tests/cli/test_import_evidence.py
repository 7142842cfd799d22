"""`cm-tracker import` takes what a file says, in a full week as in any other, and nothing that it does not say."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cm_tracker.db import db
from cm_tracker.models import VisitRow
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.cli.conftest import Run
from tests.cli.imports import import_as_json, import_text

HEAD = "client_code,date,temperature_ok,positive_for,tested_for\n"
VISITS_HEAD = "client_code,visit,disposition,reasons,date,planned_date\n"


def import_as(run: Run, kind: str, schedule: str, text: str, *options: str) -> dict[str, Any]:
    """Import a text under a schedule. Return the summary."""
    Path(f"{kind}.csv").write_text(text)
    result = run("import", kind, f"{kind}.csv", "--schedule", schedule, "--json", *options)
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


def standing(app: Flask) -> list[tuple[str, str, str | None]]:
    """Return day, outcome and correction of the newest record of each visit, by day. The ledger has no findings."""
    with app.app_context():
        assert verify_ledger(db.session()).findings == []
        replaced = select(VisitRow.corrects_id).where(VisitRow.corrects_id.is_not(None))
        rows = db.session().execute(
            select(VisitRow.happened_on, VisitRow.outcome, VisitRow.correction)
            .where(VisitRow.id.not_in(replaced))
            .order_by(VisitRow.happened_on)
        )
        found = [(f"{day}", outcome, correction) for day, outcome, correction in rows]
        db.session.remove()
    return found


# -- full weeks --------------------------------------------------------------------------------


def test_a_visit_of_a_full_week_is_taken_and_earns_nothing_and_a_positive_test_resets(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    """One visit a week is paid. March 3 pays 10, March 4 is extra, March 5 resets, and so March 10 pays 10 again."""
    import_as_json(bare_run, "roster")
    rows = "".join(
        f"A1,{day},yes,{found},Opioid\n"
        for day, found in (
            ("2025-03-03", "none"),
            ("2025-03-04", "none"),
            ("2025-03-05", "Opioid"),
            ("2025-03-10", "none"),
        )
    )
    summary = import_as(bare_run, "tests", "weekly-opioid", f"{HEAD}{rows}")
    assert (summary["added"], summary["rejected"], summary["points_paid"]) == (4, 0, 10 + 0 + 0 + 10)
    assert [outcome for _, outcome, _ in standing(bare_app)] == ["met", "met", "positive", "met"]


def test_an_absence_with_a_date_in_a_week_whose_paid_visits_are_complete_is_refused(
    bare_run: Run, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    import_text(bare_run, "tests", f"{HEAD}A1,2025-03-03,yes,none,Opioid\n")
    lines = import_text(bare_run, "visits", f"{VISITS_HEAD}A1,WK0,no visit,no_show,2025-03-05,\n")
    assert lines[3:5] == [
        "       1  absence in a complete week",
        "visits.csv, line 2: Program week 1 already has its 1 paid visit. There was nothing to miss on Mar 5, 2025, so "
        "no absence is recorded.",
    ]


# -- absences without a date -------------------------------------------------------------------

# Both absences have no date and are planned for March 5 (week 1) and March 12 (week 2).
UNDATED = f"{VISITS_HEAD}A1,WK0,no visit,no_show,,2025-03-05\nA1,WK1,no visit,no_show,,2025-03-12\n"
# One test on the first planned day itself, one on another day of week 2.
DATED = f"{HEAD}A1,2025-03-05,yes,none,Opioid\nA1,2025-03-10,yes,none,Opioid\n"


def test_absences_without_a_date_do_not_come_into_weeks_with_a_test(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    assert import_as(bare_run, "tests", "weekly-opioid", DATED)["points_paid"] == 10 + 15
    summary = import_as(bare_run, "visits", "weekly-opioid", UNDATED)
    assert (summary["added"], summary["refused"]) == (0, {"absence without a date": 2})
    assert [outcome for _, outcome, _ in standing(bare_app)] == ["met", "met"]


def test_absences_without_a_date_give_way_to_tests_that_are_imported_later(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    """The tests pay the same as in the other order, and every row that decided is named."""
    import_as_json(bare_run, "roster")
    assert import_as(bare_run, "visits", "weekly-opioid", UNDATED)["added"] == 2
    summary = import_as(bare_run, "tests", "weekly-opioid", DATED)
    assert (summary["added"], summary["rejected"], summary["points_paid"]) == (2, 0, 10 + 15)
    assert [(row["line"], row["says"]) for row in summary["overruled_rows"]] == [
        (2, "This row takes the place of the absence that was imported for 2025-03-05."),
        (3, "The absence without a date that was imported for 2025-03-12 no longer counts."),
    ]
    assert standing(bare_app) == [
        ("2025-03-05", "met", "corrected"),
        ("2025-03-10", "met", None),
        ("2025-03-12", "unexcused", "voided"),
    ]
    for kind, text in (("visits", UNDATED), ("tests", DATED)):
        assert import_as(bare_run, kind, "weekly-opioid", text)["added"] == 0


def test_the_rows_that_overrule_an_absence_are_printed(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    import_text(bare_run, "visits", UNDATED)
    lines = import_text(bare_run, "tests", DATED)
    assert lines[2:4] == [
        "tests.csv, line 2: This row takes the place of the absence that was imported for 2025-03-05.",
        "tests.csv, line 3: The absence without a date that was imported for 2025-03-12 no longer counts.",
    ]


def test_an_absence_with_a_date_stands_beside_a_test_of_its_week(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    dated = f"{VISITS_HEAD}A1,WK0,no visit,no_show,2025-03-04,\n"
    import_as(bare_run, "visits", "weekly-opioid", dated)
    summary = import_as(bare_run, "tests", "weekly-opioid", f"{HEAD}A1,2025-03-05,yes,none,Opioid\n")
    assert (summary["added"], summary["overruled_rows"]) == (1, [])
    assert standing(bare_app) == [("2025-03-04", "unexcused", None), ("2025-03-05", "met", None)]


def test_a_test_decides_where_a_file_of_visits_contradicts_itself(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    rows = "A1,WK0,visit,,2025-03-05,\nA1,WK0,no visit,no_show,2025-03-05,\n"
    summary = import_as(bare_run, "visits", "weekly-opioid", f"{VISITS_HEAD}{rows}")
    assert (summary["added"], summary["refused"]) == (0, {"rows contradict each other": 2})
    import_as(bare_run, "tests", "weekly-opioid", f"{HEAD}A1,2025-03-05,yes,none,Opioid\n")
    assert standing(bare_app) == [("2025-03-05", "met", None)]


# -- results -----------------------------------------------------------------------------------


def test_an_empty_result_is_refused_by_the_default_mapping_and_negative_by_the_one_of_the_trials(
    bare_run: Run, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    text = "client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,\nA2,2025-03-10,yes,Cocaine\n"
    summary = import_as(bare_run, "tests", "weekly-opioid", text)
    assert summary["refused"] == {"empty result": 1, "no result for the target": 1}
    summary = import_as(bare_run, "tests", "weekly-opioid", text, "--mapping", "nida-ctn")
    assert (summary["added"], summary["rejected"], summary["points_paid"]) == (2, 0, 10 + 10)


def test_a_test_without_the_target_is_refused_until_an_option_says_it_was_tested(
    bare_run: Run, import_files: Path
) -> None:
    bare_run("import", "roster", "roster.csv", "--schedule", "budney-cannabis")
    text = "client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Barbiturate\n"
    summary = import_as(bare_run, "tests", "budney-cannabis", text)
    assert (summary["added"], summary["points_paid"], summary["refused"]) == (0, 0, {"no result for the target": 1})
    summary = import_as(bare_run, "tests", "budney-cannabis", text, "--tested-for", "Barbiturate")
    assert summary["refused"] == {"no result for the target": 1}
    summary = import_as(bare_run, "tests", "budney-cannabis", text, "--tested-for", "Barbiturate;Cannabis")
    assert (summary["added"], summary["points_paid"], summary["rejected"]) == (1, 6, 0)


@pytest.mark.parametrize(
    ("schedule", "paid"),
    [("california-recovery-incentives", (40, 0)), ("va-prize", (0, 1)), ("ctn-prize", (0, 1))],
)
def test_the_default_mapping_knows_the_stimulants(
    bare_run: Run, import_files: Path, schedule: str, paid: tuple[int, int]
) -> None:
    """The negative test pays $10 in 40 points, or 1 draw. The one that is positive for a stimulant pays nothing."""
    bare_run("import", "roster", "roster.csv", "--schedule", schedule)
    cup = "Alcohol;Amphetamine;Cocaine;Methamphetamine"
    summary = import_as(
        bare_run, "tests", schedule, f"{HEAD}A1,2025-03-11,yes,none,{cup}\nA2,2025-03-11,yes,methamphetamine,{cup}\n"
    )
    assert (summary["added"], summary["rejected"]) == (2, 0)
    assert (summary["points_paid"], summary["draws_paid"]) == paid


def test_a_file_with_a_column_for_each_substance_can_be_imported(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    summary = import_as(
        bare_run,
        "tests",
        "weekly-opioid",
        "client_code,date,temperature_ok,Opioid,THC,Remark\n"
        "A1,2025-03-03,yes,neg,POS,\nA2,2025-03-10,yes,,neg,ordered\nA2,2025-03-17,yes,?,neg,\n",
    )
    assert (summary["added"], summary["points_paid"]) == (1, 10)
    assert summary["refused"] == {"empty result": 1, "unknown word": 1}
    assert summary["notes"] == ["Ignored columns: remark."]


def test_a_file_of_tests_without_any_column_of_results_is_refused(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    Path("tests.csv").write_text("client_code,date,temperature_ok,remark\nA1,2025-03-03,yes,fine\n")
    result = bare_run("import", "tests", "tests.csv", "--schedule", "weekly-opioid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "tests.csv: no column has results. Name what was found in positive_for, or give each substance of the mapping "
        "a column. The first line has: client_code, date, temperature_ok, remark.\n"
    )


def test_a_wider_mapping_finds_no_contradictions_in_what_is_recorded(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    rows = "A1,2025-03-03,yes,none,Opioid\nA2,2025-03-10,yes,Opioid,Opioid\n"
    assert import_as(bare_run, "tests", "weekly-opioid", f"{HEAD}{rows}")["added"] == 2
    wider = "client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Cocaine;Thc\nA2,2025-03-10,yes,Opioid\n"
    summary = import_as(bare_run, "tests", "weekly-opioid", wider, "--mapping", "nida-ctn")
    assert (summary["added"], summary["already"], summary["rejected"]) == (0, 2, 0)


def test_a_mapping_that_does_not_exist_is_refused_with_the_names_of_those_that_do(
    bare_run: Run, import_files: Path
) -> None:
    result = bare_run("import", "tests", "tests.csv", "--schedule", "weekly-opioid", "--mapping", "nida")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "nida: cannot be read (No such file or directory). The mappings of the program are: default, nida-ctn.\n"
    )


# -- what still waits --------------------------------------------------------------------------


def test_the_summary_ends_with_what_still_waits(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    came = "".join(f"A1,WK{week},visit,,2025-03-{3 + 7 * week:02},\n" for week in range(3))
    assert import_text(bare_run, "visits", f"{VISITS_HEAD}{came}")[-1] == "3 visits wait for a test."
    rows = "A1,2025-03-03,yes,none,Opioid\nA1,2025-03-10,yes,Kratom,Opioid\nA2,2025-03-10,warm,none,Opioid\n"
    assert import_text(bare_run, "tests", f"{HEAD}{rows}")[-2:] == [
        "2 tests wait for words of the mapping.",
        "2 visits wait for a test.",
    ]
    dry = import_text(bare_run, "tests", f"{HEAD}A1,2025-03-10,yes,none,Opioid\n", "--dry-run")
    assert dry[-1] == "1 visit waits for a test."
    assert import_text(bare_run, "tests", f"{HEAD}A1,2025-03-10,yes,none,Opioid\n")[-1] == "1 visit waits for a test."
    assert import_text(bare_run, "tests", f"{HEAD}A1,2025-03-17,yes,none,Opioid\n")[-1] == "0 rows refused."
