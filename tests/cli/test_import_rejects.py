"""`cm-tracker import` gives a reason for each row that it refuses, and takes the row once it is corrected."""

import json
from pathlib import Path

import pytest
from flask import Flask

from cm_tracker.models import LogRow, Site, VisitRow
from tests.cli.conftest import Run
from tests.cli.imports import count, import_as_json, import_text, rejects


def test_a_dry_run_says_which_rows_and_why(bare_run: Run, import_files: Path) -> None:
    lines = import_text(bare_run, "roster", "client_code,enrolled_on\nB1,2025-03-03\nB2,3/3/2025\n\nB3\n", "--dry-run")
    assert lines == [
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
    assert (
        sum(line.startswith("roster.csv, line ") for line in import_text(bare_run, "roster", text, "--dry-run")) == 25
    )
    lines = import_text(bare_run, "roster", text)
    assert sum(line.startswith("roster.csv, line ") for line in lines) == 20
    assert lines[-2:] == [
        "and 5 more.",
        "Correct these rows in roster.rejects.csv, which has a reason for each, and import that file.",
    ]


def test_json_names_every_rejected_row(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-W10\n")
    assert import_as_json(bare_run, "roster", "--dry-run")["rejected_rows"] == [
        {
            "file": "roster.csv",
            "line": 2,
            "reason": "not a date",
            "says": "'2025-W10' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        }
    ]


def test_rejects_can_be_corrected_and_imported_in_their_own_file(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text('client_code;enrolled_on;name\nB1;2025-03-03;"Ann\nB2;3/3/2025;Bo\nB3;2025-03-04;\n')
    summary = import_as_json(bare_run, "roster")
    assert (summary["added"], summary["rejected"]) == (1, 2)
    rejected = Path("roster.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line;reason;says;client_code;enrolled_on;name"
    Path("roster.rejects.csv").write_text(rejected.replace('"""Ann"', "Ann").replace("B2;3/3/2025", "B2;2025-03-03"))
    result = bare_run("import", "roster", "roster.rejects.csv", "--schedule", "weekly-opioid", "--json")
    summary = json.loads(result.stdout)
    assert (summary["added"], summary["rejected"]) == (2, 0)
    assert summary["notes"] == [
        "The values are separated by semicolons, as in the first line.",
        "This is a rejects file: the columns that it added (line, reason, says) are ignored.",
        "Ignored columns: name.",
    ]
    assert "roster.rejects.csv: Ignored columns: name." in result.stderr


def test_the_rejects_keep_the_planned_day_of_an_absence(bare_run: Run, import_files: Path) -> None:
    """WK0, from which the weeks are counted, is not in the file of rejects."""
    import_as_json(bare_run, "roster")
    head = "client_code,visit,disposition,reasons,date\n"
    Path("visits.csv").write_text(f"{head}A1,WK0,visit,,2025-03-05\nA1,WK2,no vist,no_show,\n")
    assert import_as_json(bare_run, "visits")["rejected"] == 1
    rejected = Path("visits.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line,reason,says,client_code,visit,disposition,reasons,date,planned_date"
    assert rejected.splitlines()[1].endswith(",A1,WK2,no vist,no_show,,2025-03-19")
    Path("visits.csv").write_text(rejected.replace("no_show", "no_shaw"))
    assert import_as_json(bare_run, "visits", "--rejects", "again.csv")["rejected"] == 1
    assert Path("again.csv").read_text().splitlines()[1].endswith(",A1,WK2,no vist,no_shaw,,2025-03-19")
    Path("visits.csv").write_text(rejected.replace("no vist", "no visit"))
    summary = import_as_json(bare_run, "visits", "--rejects", "again.csv")
    assert (summary["added"], summary["rejected"]) == (1, 0)


def test_the_rejects_never_overwrite_the_imported_file(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    result = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "./roster.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the rejects would overwrite the file that is imported" in result.stderr
    assert count(bare_app, LogRow) == 0


def test_if_rejects_cannot_be_saved_the_import_stops_before_it_writes_anything(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    result = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "nowhere/r.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("nowhere/r.csv: the rejects cannot be written there. Name another file with --rejects.\n")
    assert count(bare_app, LogRow) == 0


def test_notes_name_what_is_ignored(bare_run: Run, import_files: Path) -> None:
    Path("roster.csv").write_text("\ufeffclient_code,name,enrolled_on,,\r\nB1,Ann,2025-03-03,,\r\n,,,,\r\n")
    summary = import_as_json(bare_run, "roster")
    assert summary["added"] == 1
    assert summary["notes"] == [
        "Ignored columns: name.",
        "Ignored empty values after the last column: line 2.",
        "Skipped rows without any value: line 3.",
    ]


def test_a_stray_quotation_mark_refuses_only_its_own_row(bare_run: Run, import_files: Path) -> None:
    lines = import_text(
        bare_run, "roster", 'client_code,enrolled_on\nB1,2025-03-03\nB2,"2025-03-04\nB3,2025-03-05\nB4,2025-03-06"\n'
    )
    assert lines[1:3] == ["2 enrollments added, 0 already there, 0 points paid.", "2 rows refused:"]
    assert [line.split(":")[0] for line in lines[4:6]] == ["roster.csv, line 3", "roster.csv, line 5"]


def test_a_value_that_is_far_too_long_refuses_only_its_row(bare_run: Run, import_files: Path) -> None:
    lines = import_text(bare_run, "roster", f"client_code,enrolled_on\n{'x' * 200_000},2025-03-03\nB1,2025-03-03\n")
    assert lines[1] == "1 enrollment added, 0 already there, 0 points paid."
    assert lines[-2] == "roster.csv, line 2: A value has 200,000 characters; at most 10,000 are allowed."


HEAD = "client_code,date,temperature_ok,positive_for,tested_for\n"


@pytest.mark.parametrize("order", [("none", "Opioid"), ("Opioid", "none")])
def test_a_result_and_its_correction_in_one_file_are_both_refused(
    bare_run: Run, bare_app: Flask, import_files: Path, order: tuple[str, str]
) -> None:
    import_as_json(bare_run, "roster")
    rows = "".join(f"A1,2025-03-10,yes,{result},Opioid\n" for result in order)
    lines = import_text(bare_run, "tests", f"{HEAD}{rows}")
    assert lines[1] == "0 tests added, 0 already there, 0 points paid."
    assert lines[4:6] == [
        f"tests.csv, line {line}: Lines 2 and 3 give different results for the test of 2025-03-10. A corrected result "
        "is a correction to look at: keep the row that is right."
        for line in (2, 3)
    ]
    assert count(bare_app, VisitRow) == 0


def test_the_same_result_twice_counts_once_and_is_reported(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    row = "A1,2025-03-10,yes,none,Opioid\n"
    lines = import_text(bare_run, "tests", f"{HEAD}{row}{row}")
    assert lines[1:] == [
        "1 test added, 0 already there, 10 points paid.",
        "1 row left out, because another row of the file says the same.",
        "0 rows refused.",
    ]


def test_a_corrected_result_that_comes_in_a_later_file_is_refused_and_listed(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    import_text(bare_run, "tests", f"{HEAD}A1,2025-03-10,yes,none,Opioid\n")
    lines = import_text(bare_run, "tests", f"{HEAD}A1,2025-03-10,yes,Opioid,Opioid\n")
    assert lines[1] == "0 tests added, 0 already there, 0 points paid."
    assert lines[3:5] == [
        "       1  a correction to look at",
        "tests.csv, line 2: Another result is recorded for the test of 2025-03-10: a visit that met its target. A "
        "corrected result is a correction to look at: if the file is right, a lead corrects the visit on its page.",
    ]


def test_a_test_for_more_substances_with_the_same_results_counts_as_already_recorded(
    bare_run: Run, import_files: Path
) -> None:
    import_as_json(bare_run, "roster")
    Path("tests.csv").write_text(f"{HEAD}A1,2025-03-10,yes,none,Opioid\n")
    assert import_as_json(bare_run, "tests")["added"] == 1
    Path("tests.csv").write_text(f"{HEAD}A1,2025-03-10,yes,Cocaine,Opioid;Cocaine;Thc\n")
    summary = import_as_json(bare_run, "tests")
    assert (summary["added"], summary["already"], summary["rejected"]) == (0, 1, 0)


def test_a_run_in_which_every_row_is_refused_leaves_nothing_behind(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    """Nobody can be in a site or a schedule that the run would add first."""
    for kind in ("visits", "tests"):
        summary = import_as_json(bare_run, kind, "--site", "North")
        assert (summary["dry_run"], summary["added"], summary["rejected"]) == (False, 0, summary["rows"])
        assert len(rejects(kind)) == summary["rows"]
    import_as_json(bare_run, "roster")
    size, sites = count(bare_app, LogRow), count(bare_app, Site)
    # Every client of the roster is enrolled at the first site.
    summary = import_as_json(bare_run, "roster", "--site", "North", "--time-zone", "America/New_York")
    assert (summary["added"], summary["rejected"]) == (0, 2)
    assert (count(bare_app, LogRow), count(bare_app, Site)) == (size, sites) and sites == 1
