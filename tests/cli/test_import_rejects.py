"""`flask import` and the rows that it refuses: each one is named with a sentence, and can be mended."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from cm_tracker.models import LogRow, VisitRow
from tests.cli.conftest import Run
from tests.cli.imports import count, take, told


def test_a_dry_run_says_which_rows_and_why(bare_run: Run, import_files: Path) -> None:
    said = told(bare_run, "roster", "client_code,enrolled_on\nB1,2025-03-03\nB2,3/3/2025\n\nB3\n", "--dry-run")
    assert said == [
        "Dry run, nothing was written. The result would be: 3 rows, 1 client.",
        "1 enrollment added, 0 already there, 0 points paid.",
        "2 rows refused:",
        "       1  not a date",
        "       1  misshapen row",
        "roster.csv, line 3: '3/3/2025' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        "roster.csv, line 5: The row has 1 value; there are 2 columns.",
    ]


def test_a_dry_run_names_every_row_and_a_real_one_the_first_twenty(bare_run: Run, import_files: Path) -> None:
    text = "client_code,enrolled_on\n" + "".join(f"B{n},soon\n" for n in range(25))
    assert sum(line.startswith("roster.csv, line ") for line in told(bare_run, "roster", text, "--dry-run")) == 25
    said = told(bare_run, "roster", text)
    assert sum(line.startswith("roster.csv, line ") for line in said) == 20
    assert said[-2:] == [
        "and 5 more.",
        "Correct these rows in roster.rejects.csv, which has a reason for each, and import that file.",
    ]


def test_json_names_every_rejected_row(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-W10\n")
    assert take(bare_run, "roster", "--dry-run")["rejected_rows"] == [
        {
            "file": "roster.csv",
            "line": 2,
            "reason": "not a date",
            "says": "'2025-W10' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        }
    ]


def test_rejects_are_mended_and_imported_as_they_are(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text('client_code;enrolled_on;name\nB1;2025-03-03;"Ann\nB2;3/3/2025;Bo\nB3;2025-03-04;\n')
    facts = take(bare_run, "roster")
    assert (facts["added"], facts["rejected"]) == (1, 2)
    rejected = Path("roster.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line;reason;says;client_code;enrolled_on;name"
    Path("roster.rejects.csv").write_text(rejected.replace('"""Ann"', "Ann").replace("B2;3/3/2025", "B2;2025-03-03"))
    found = bare_run("import", "roster", "roster.rejects.csv", "--schedule", "weekly-opioid", "--json")
    facts = json.loads(found.stdout)
    assert (facts["added"], facts["rejected"]) == (2, 0)
    assert facts["notes"] == [
        "The values are separated by semicolons, as in the first line.",
        "This is a rejects file: the columns that it added (line, reason, says) are ignored.",
        "Ignored columns: name.",
    ]
    assert "roster.rejects.csv: Ignored columns: name." in found.stderr


def test_what_was_taken_as_tested_stays_so_for_the_rejects(bare_run: Run, import_files: Path) -> None:
    """The rejected row names only another substance: by itself it would look like another panel."""
    take(bare_run, "roster")
    Path("tests.csv").write_text(
        "client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Opioid\nA1,2025-13-10,yes,Thc\n"
    )
    assert take(bare_run, "tests")["rejected"] == 1
    rejected = Path("tests.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line,reason,says,client_code,date,temperature_ok,positive_for,tested_for"
    Path("tests.csv").write_text(rejected.replace("2025-13-10", "2025-03-10"))
    facts = take(bare_run, "tests", "--rejects", "again.csv")
    assert (facts["added"], facts["rejected"], facts["points_paid"]) == (1, 0, 10)


def test_the_planned_day_of_an_absence_stays_known_for_the_rejects(bare_run: Run, import_files: Path) -> None:
    """WK0 is not among the rejects, and the weeks could not be counted from it any more."""
    take(bare_run, "roster")
    head = "client_code,visit,disposition,reasons,date\n"
    Path("visits.csv").write_text(f"{head}A1,WK0,visit,,2025-03-05\nA1,WK2,no vist,no_show,\n")
    assert take(bare_run, "visits")["rejected"] == 1
    rejected = Path("visits.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line,reason,says,client_code,visit,disposition,reasons,date,planned_date"
    assert rejected.splitlines()[1].endswith(",A1,WK2,no vist,no_show,,2025-03-19")
    Path("visits.csv").write_text(rejected.replace("no_show", "no_shaw"))
    assert take(bare_run, "visits", "--rejects", "again.csv")["rejected"] == 1
    assert Path("again.csv").read_text().splitlines()[1].endswith(",A1,WK2,no vist,no_shaw,,2025-03-19")
    Path("visits.csv").write_text(rejected.replace("no vist", "no visit"))
    facts = take(bare_run, "visits", "--rejects", "again.csv")
    assert (facts["added"], facts["rejected"]) == (1, 0)


def test_the_rejects_never_take_the_place_of_the_file(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    found = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "./roster.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "the rejects would overwrite the file that is imported" in found.stderr
    assert count(bare_app, LogRow) == 0


def test_a_folder_where_no_rejects_can_be_kept_is_told_before_anything_is_written(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    found = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "nowhere/r.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == ("nowhere/r.csv: the rejects cannot be written there. Name another file with --rejects.\n")
    assert count(bare_app, LogRow) == 0


def test_what_is_ignored_is_told(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text("\ufeffclient_code,name,enrolled_on,,\r\nB1,Ann,2025-03-03,,\r\n,,,,\r\n")
    facts = take(bare_run, "roster")
    assert facts["added"] == 1
    assert facts["notes"] == [
        "Ignored columns: name.",
        "Ignored empty values after the last column: line 2.",
        "Skipped rows without any value: line 3.",
    ]


def test_one_stray_quote_costs_one_row(bare_run: Run, import_files: Path) -> None:
    said = told(
        bare_run, "roster", 'client_code,enrolled_on\nB1,2025-03-03\nB2,"2025-03-04\nB3,2025-03-05\nB4,2025-03-06"\n'
    )
    assert said[1:3] == ["2 enrollments added, 0 already there, 0 points paid.", "2 rows refused:"]
    assert [line.split(":")[0] for line in said[4:6]] == ["roster.csv, line 3", "roster.csv, line 5"]


def test_a_value_that_nobody_wrote_costs_its_row(bare_run: Run, import_files: Path) -> None:
    said = told(bare_run, "roster", f"client_code,enrolled_on\n{'x' * 200_000},2025-03-03\nB1,2025-03-03\n")
    assert said[1] == "1 enrollment added, 0 already there, 0 points paid."
    assert said[-2] == "roster.csv, line 2: A value has 200,000 characters; at most 10,000 are allowed."


@pytest.mark.parametrize("order", [("", "Opioid"), ("Opioid", "")])
def test_an_amended_result_is_neither_paid_nor_held_against_the_client(
    bare_run: Run, bare_app: Flask, import_files: Path, order: tuple[str, str]
) -> None:
    take(bare_run, "roster")
    rows = "".join(f"A1,2025-03-10,yes,{found}\n" for found in order)
    said = told(bare_run, "tests", f"client_code,date,temperature_ok,positive_for\n{rows}")
    assert said[1] == "0 tests added, 0 already there, 0 points paid."
    assert said[4:6] == [
        f"tests.csv, line {line}: Lines 2 and 3 say different things of 2025-03-10. Keep the row that is right."
        for line in (2, 3)
    ]
    assert count(bare_app, VisitRow) == 0


def test_the_same_result_twice_counts_once_and_is_told(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    row = "A1,2025-03-10,yes,\n"
    said = told(bare_run, "tests", f"client_code,date,temperature_ok,positive_for\n{row}{row}")
    assert said[1:] == [
        "1 test added, 0 already there, 10 points paid.",
        "1 row left out, because another row of the file says the same.",
        "0 rows refused.",
    ]


def test_a_panel_that_never_finds_the_target_is_refused_until_somebody_states_it(
    bare_run: Run, import_files: Path
) -> None:
    bare_run("import", "roster", "roster.csv", "--schedule", "budney-cannabis")
    Path("tests.csv").write_text("client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Barbiturate\n")

    def thc(*options: str) -> dict[str, Any]:
        found = bare_run("import", "tests", "tests.csv", "--schedule", "budney-cannabis", "--json", *options)
        assert found.exit_code == 0, found.stderr
        facts: dict[str, Any] = json.loads(found.stdout)
        return facts

    facts = thc()
    assert (facts["added"], facts["points_paid"], facts["refused"]) == (0, 0, {"no result for the target": 1})
    assert facts["rejected_rows"][0]["says"].startswith("There is no result for thc: the file names Barbiturate and")
    assert thc("--tested-for", "Barbiturate")["refused"] == {"no result for the target": 1}
    facts = thc("--tested-for", "Barbiturate;Cannabis")
    assert (facts["added"], facts["points_paid"], facts["rejected"]) == (1, 6, 0)


@pytest.mark.parametrize(
    ("schedule", "paid"),
    [("california-recovery-incentives", (20, 0)), ("va-prize", (0, 1)), ("ctn-prize", (0, 3))],
)
def test_the_default_mapping_knows_what_a_stimulant_is(
    bare_run: Run, import_files: Path, schedule: str, paid: tuple[int, int]
) -> None:
    """A client without and one with a stimulant: the first visit pays 20 points, 1 draw, or 1 draw and 2 more."""
    bare_run("import", "roster", "roster.csv", "--schedule", schedule)
    Path("tests.csv").write_text(
        "client_code,date,temperature_ok,positive_for\nA1,2025-03-11,yes,\nA2,2025-03-11,yes,methamphetamine\n"
    )
    found = bare_run("import", "tests", "tests.csv", "--schedule", schedule, "--json")
    facts = json.loads(found.stdout)
    assert (facts["added"], facts["rejected"]) == (2, 0)
    assert (facts["points_paid"], facts["draws_paid"]) == paid
    assert "Each test counts as a test for what the schedule asks" in found.stderr


def test_what_is_recorded_is_not_changed_by_a_file(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    head = "client_code,date,temperature_ok,positive_for\n"
    told(bare_run, "tests", f"{head}A1,2025-03-10,yes,\n")
    said = told(bare_run, "tests", f"{head}A1,2025-03-10,yes,Opioid\n")
    assert said[1] == "0 tests added, 0 already there, 0 points paid."
    assert said[4] == (
        "tests.csv, line 2: The visit of 2025-03-10 is recorded already, as something else. If the file is right, a "
        "lead corrects the visit on its page."
    )


def test_a_test_with_a_longer_panel_says_the_same_of_what_both_looked_for(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    Path("tests.csv").write_text("client_code,date,temperature_ok,positive_for\nA1,2025-03-10,yes,\n")
    assert take(bare_run, "tests")["added"] == 1
    facts = take(bare_run, "tests", "--tested-for", "Opioid;Cocaine;Thc")
    assert (facts["added"], facts["already"], facts["rejected"]) == (0, 1, 0)
