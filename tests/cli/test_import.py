"""`flask import`: all that can be taken, each reject with its line and a sentence, nothing twice."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from cm_tracker.db import db
from cm_tracker.models import Client, LogRow, VisitRow
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.cli.conftest import Run, runner

ROSTER = "client_code,enrolled_on\nA1,2025-03-03\nA2,2025-03-10\n"
VISITS = """client_code,visit,disposition,reasons,date
A1,BASELINE,visit,,2025-03-03
A1,WK0,visit,,2025-03-05
A1,WK1,visit,,2025-03-12
A1,WK2,no visit,no_show,
A1,WK3,no visit,in_hospital,
A1,WK4,MISSING,no_note,
A1,WK30,visit,,2025-10-01
A1,WK5,perhaps,,2025-04-09
A1,WK6,visit,,sometime
A2,WK0,visit,,2025-03-10
A2,WK1,visit,,2025-03-01
A9,WK0,visit,,2025-03-10
"""
TESTS = """client_code,date,temperature_ok,positive_for
A1,2025-03-03,yes,
A1,2025-03-12,yes,Thc
A1,2025-03-31,yes,
A2,2025-03-10,no,
A2,2025-03-17,yes,Opioid
A2,2025-03-18,yes,
A2,2025-03-24,yes,Sugar
"""


@pytest.fixture
def files(in_folder: Path) -> Path:
    for name, text in (("roster", ROSTER), ("visits", VISITS), ("tests", TESTS)):
        Path(f"{name}.csv").write_text(text)
    return in_folder


@pytest.fixture
def run(bare_app: Flask) -> Run:
    """On a database that has only seen the migrations."""
    return runner(bare_app)


def take(run: Run, kind: str, *options: str) -> dict[str, Any]:
    found = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", "--json", *options)
    assert found.exit_code == 0, found.stderr
    facts: dict[str, Any] = json.loads(found.stdout)
    return facts


def rejects(kind: str) -> list[tuple[int, str]]:
    with Path(f"{kind}.rejects.csv").open(newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


def count(app: Flask, table: type) -> int:
    with app.app_context():
        found = db.session().execute(select(func.count()).select_from(table)).scalar_one()
        db.session.remove()
    return found


def test_a_roster_makes_the_site_the_schedule_the_clients_and_their_enrollments(
    run: Run, bare_app: Flask, files: Path
) -> None:
    facts = take(run, "roster")
    assert (facts["rows"], facts["clients"], facts["added"], facts["rejected"]) == (2, 2, 2, 0)
    assert count(bare_app, Client) == 2


def test_visits_wait_absences_count_and_what_cannot_be_taken_is_told(run: Run, files: Path) -> None:
    take(run, "roster")
    facts = take(run, "visits")
    # A1: baseline, WK1, the absences of WK2 and WK3; A2: WK0
    assert (facts["added"], facts["points_paid"]) == (5, 0)
    assert rejects("visits") == [
        (3, "program week is full"),
        (7, "no word on what happened"),
        (8, "outside the schedule's weeks"),
        (9, "unknown word"),
        (10, "not a date"),
        (12, "before the enrollment"),
        (13, "no enrollment"),
    ]
    assert facts["refused"] == {
        "before the enrollment": 1,
        "no enrollment": 1,
        "no word on what happened": 1,
        "not a date": 1,
        "outside the schedule's weeks": 1,
        "program week is full": 1,
        "unknown word": 1,
    }


def test_tests_answer_the_visits_that_wait_and_are_paid(run: Run, bare_app: Flask, files: Path) -> None:
    """A1: negative 10, negative 15 (cannabis does not matter), missed (reset), excused, negative 10.
    A2: out of range is tampered, then positive; nothing."""
    take(run, "roster")
    take(run, "visits")
    facts = take(run, "tests")
    assert (facts["added"], facts["points_paid"]) == (5, 10 + 15 + 10)
    assert rejects("tests") == [(7, "program week is full"), (8, "unknown word")]
    with bare_app.app_context():
        assert verify_ledger(db.session()).findings == []
        outcomes = db.session().execute(select(VisitRow.outcome).order_by(VisitRow.id)).scalars().all()
        db.session.remove()
    assert sorted(outcomes) == sorted(
        ["pending", "pending", "unexcused", "excused", "pending", "met", "met", "met", "tampered", "positive"]
    )


def test_the_same_files_again_add_nothing(run: Run, bare_app: Flask, files: Path) -> None:
    first = [take(run, kind) for kind in ("roster", "visits", "tests")]
    size = count(bare_app, LogRow)
    again = [take(run, kind) for kind in ("roster", "visits", "tests")]
    assert count(bare_app, LogRow) == size
    assert [facts["added"] for facts in again] == [0, 0, 0]
    assert [facts["already"] for facts in again] == [facts["added"] for facts in first]
    assert [facts["refused"] for facts in again] == [facts["refused"] for facts in first]


def test_a_miss_that_comes_in_after_the_tests_takes_nothing_back(run: Run, files: Path) -> None:
    """Three in a row were paid 10, 15 and 20 + 40; the miss between them lowers only what comes next."""
    take(run, "roster")
    assert take(run, "tests")["points_paid"] == 10 + 15 + 60
    assert take(run, "visits")["points_paid"] == 0


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, bare_app: Flask, files: Path) -> None:
    facts = take(run, "roster", "--dry-run")
    assert (facts["added"], facts["dry_run"], facts["rejects"]) == (2, True, None)
    assert (count(bare_app, Client), count(bare_app, LogRow)) == (0, 0)
    take(run, "roster")
    size = count(bare_app, LogRow)
    dry = take(run, "visits", "--dry-run")
    assert count(bare_app, LogRow) == size
    assert not Path("visits.rejects.csv").exists()
    real = take(run, "visits")
    assert (dry["added"], dry["refused"]) == (real["added"], real["refused"])


def test_the_mapping_is_printed_and_another_one_decides(run: Run, bare_app: Flask, files: Path) -> None:
    take(run, "roster")
    printed = run("import", "visits", "visits.csv", "--schedule", "weekly-opioid", "--dry-run").stderr
    mapping = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    mapping["excuses"]["no_show"] = "other"
    mapping["unexcused_reasons"].remove("no_show")
    Path("m.json").write_text(json.dumps(mapping))
    take(run, "visits", "--mapping", "m.json")
    with bare_app.app_context():
        outcomes = db.session().execute(select(VisitRow.outcome)).scalars().all()
        db.session.remove()
    assert outcomes.count("excused") == 2


def test_attendance_schedules_take_the_visits_themselves(run: Run, files: Path) -> None:
    run("import", "roster", "roster.csv", "--schedule", "attendance-points")
    found = run("import", "visits", "visits.csv", "--schedule", "attendance-points", "--json")
    # A1: two in the first week (5, 6), one in the second (7), then a miss; A2: one (5)
    assert json.loads(found.stdout)["points_paid"] == 5 + 6 + 7 + 5


def test_a_summary_for_people(run: Run, files: Path) -> None:
    take(run, "roster")
    said = run("import", "visits", "visits.csv", "--schedule", "weekly-opioid").stdout
    assert "12 rows, 2 clients." in said
    assert "5 visits added, 0 there already, 0 points paid." in said
    assert "7 rows refused:" in said


def test_a_site_is_named_when_there_are_several(run: Run, files: Path) -> None:
    take(run, "roster", "--site", "North")
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-03-03\n")
    take(run, "roster", "--site", "South")
    found = run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (found.exit_code, found.stderr) == (
        2,
        "There are several sites: say with --site which one (North, South).\n",
    )


def told(run: Run, kind: str, text: str, *options: str) -> list[str]:
    """The lines that a person reads of an import of a text."""
    Path(f"{kind}.csv").write_text(text)
    found = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", *options)
    assert found.exit_code == 0, found.stderr
    return found.stdout.splitlines()


def test_a_dry_run_says_which_rows_and_why(run: Run, files: Path) -> None:
    said = told(run, "roster", "client_code,enrolled_on\nB1,2025-03-03\nB2,3/3/2025\n\nB3\n", "--dry-run")
    assert said == [
        "Nothing was written; it would be: 3 rows, 1 clients.",
        "1 enrollments added, 0 there already, 0 points paid.",
        "2 rows refused:",
        "       1  not a date",
        "       1  misshapen row",
        "roster.csv, line 3: '3/3/2025' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        "roster.csv, line 5: The row has 1 value; there are 2 columns.",
    ]


def test_a_dry_run_names_every_row_and_a_real_one_the_first_twenty(run: Run, files: Path) -> None:
    text = "client_code,enrolled_on\n" + "".join(f"B{n},soon\n" for n in range(25))
    assert sum(line.startswith("roster.csv, line ") for line in told(run, "roster", text, "--dry-run")) == 25
    said = told(run, "roster", text)
    assert sum(line.startswith("roster.csv, line ") for line in said) == 20
    assert said[-2:] == [
        "and 5 more.",
        "Mend these rows in roster.rejects.csv, where each has its line and a sentence, and import that file.",
    ]


def test_json_names_every_rejected_row(run: Run, files: Path) -> None:
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-W10\n")
    assert take(run, "roster", "--dry-run")["rejected_rows"] == [
        {
            "file": "roster.csv",
            "line": 2,
            "reason": "not a date",
            "says": "'2025-W10' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        }
    ]


def test_rejects_are_mended_and_imported_as_they_are(run: Run, files: Path) -> None:
    Path("roster.csv").write_text('client_code;enrolled_on;name\nB1;2025-03-03;"Ann\nB2;3/3/2025;Bo\nB3;2025-03-04;\n')
    facts = take(run, "roster")
    assert (facts["added"], facts["rejected"]) == (1, 2)
    rejected = Path("roster.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line;reason;says;client_code;enrolled_on;name"
    Path("roster.rejects.csv").write_text(rejected.replace('"""Ann"', "Ann").replace("B2;3/3/2025", "B2;2025-03-03"))
    found = run("import", "roster", "roster.rejects.csv", "--schedule", "weekly-opioid", "--json")
    facts = json.loads(found.stdout)
    assert (facts["added"], facts["rejected"]) == (2, 0)
    assert facts["notes"] == [
        "The values are separated by semicolons, as the first line is.",
        "This is a file of rejects: its own columns (line, reason, says) are ignored.",
        "Ignored columns: name.",
    ]
    assert "roster.rejects.csv: Ignored columns: name." in found.stderr


def test_what_was_taken_as_tested_stays_so_for_the_rejects(run: Run, files: Path) -> None:
    """The rejected row names only another substance: by itself it would look like another panel."""
    take(run, "roster")
    Path("tests.csv").write_text(
        "client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Opioid\nA1,2025-13-10,yes,Thc\n"
    )
    assert take(run, "tests")["rejected"] == 1
    rejected = Path("tests.rejects.csv").read_text()
    assert rejected.splitlines()[0] == "line,reason,says,client_code,date,temperature_ok,positive_for,tested_for"
    Path("tests.csv").write_text(rejected.replace("2025-13-10", "2025-03-10"))
    facts = take(run, "tests", "--rejects", "again.csv")
    assert (facts["added"], facts["rejected"], facts["points_paid"]) == (1, 0, 10)


def test_the_rejects_never_take_the_place_of_the_file(run: Run, bare_app: Flask, files: Path) -> None:
    found = run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "./roster.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "the rejects would take the place of the file itself" in found.stderr
    assert count(bare_app, LogRow) == 0


def test_a_folder_where_no_rejects_can_be_kept_is_told_before_anything_is_written(
    run: Run, bare_app: Flask, files: Path
) -> None:
    found = run("import", "roster", "roster.csv", "--schedule", "weekly-opioid", "--rejects", "nowhere/r.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == ("nowhere/r.csv: the rejects cannot be written there. Name another file with --rejects.\n")
    assert count(bare_app, LogRow) == 0


def test_what_is_ignored_is_told(run: Run, files: Path) -> None:
    Path("roster.csv").write_text("\ufeffclient_code,name,enrolled_on,,\r\nB1,Ann,2025-03-03,,\r\n,,,,\r\n")
    facts = take(run, "roster")
    assert facts["added"] == 1
    assert facts["notes"] == [
        "Ignored columns: name.",
        "Ignored empty values after the last column: line 2.",
        "Skipped rows without any value: line 3.",
    ]


def test_one_stray_quote_costs_one_row(run: Run, files: Path) -> None:
    said = told(
        run, "roster", 'client_code,enrolled_on\nB1,2025-03-03\nB2,"2025-03-04\nB3,2025-03-05\nB4,2025-03-06"\n'
    )
    assert said[1:3] == ["2 enrollments added, 0 there already, 0 points paid.", "2 rows refused:"]
    assert [line.split(":")[0] for line in said[4:6]] == ["roster.csv, line 3", "roster.csv, line 5"]


def test_a_value_that_nobody_wrote_costs_its_row(run: Run, files: Path) -> None:
    said = told(run, "roster", f"client_code,enrolled_on\n{'x' * 200_000},2025-03-03\nB1,2025-03-03\n")
    assert said[1] == "1 enrollments added, 0 there already, 0 points paid."
    assert said[-2] == "roster.csv, line 2: A value has 200,000 characters; at most 10,000 are taken."


@pytest.mark.parametrize("order", [("", "Opioid"), ("Opioid", "")])
def test_an_amended_result_is_neither_paid_nor_held_against_the_client(
    run: Run, bare_app: Flask, files: Path, order: tuple[str, str]
) -> None:
    take(run, "roster")
    rows = "".join(f"A1,2025-03-10,yes,{found}\n" for found in order)
    said = told(run, "tests", f"client_code,date,temperature_ok,positive_for\n{rows}")
    assert said[1] == "0 tests added, 0 there already, 0 points paid."
    assert said[4:6] == [
        f"tests.csv, line {line}: Lines 2 and 3 say different things of 2025-03-10. Keep the row that is right."
        for line in (2, 3)
    ]
    assert count(bare_app, VisitRow) == 0


def test_the_same_result_twice_counts_once_and_is_told(run: Run, files: Path) -> None:
    take(run, "roster")
    row = "A1,2025-03-10,yes,\n"
    said = told(run, "tests", f"client_code,date,temperature_ok,positive_for\n{row}{row}")
    assert said[1:] == [
        "1 tests added, 0 there already, 10 points paid.",
        "1 rows repeat another row of the file and count once.",
        "0 rows refused.",
    ]


def test_a_panel_that_never_finds_the_target_is_refused_until_somebody_states_it(run: Run, files: Path) -> None:
    run("import", "roster", "roster.csv", "--schedule", "budney-cannabis")
    Path("tests.csv").write_text("client_code,date,temperature_ok,positive_for\nA1,2025-03-03,yes,Barbiturate\n")

    def thc(*options: str) -> dict[str, Any]:
        found = run("import", "tests", "tests.csv", "--schedule", "budney-cannabis", "--json", *options)
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
    run: Run, files: Path, schedule: str, paid: tuple[int, int]
) -> None:
    """A client without and one with a stimulant: the first visit pays 20 points, 1 draw, or 1 draw and 2 more."""
    run("import", "roster", "roster.csv", "--schedule", schedule)
    Path("tests.csv").write_text(
        "client_code,date,temperature_ok,positive_for\nA1,2025-03-11,yes,\nA2,2025-03-11,yes,methamphetamine\n"
    )
    found = run("import", "tests", "tests.csv", "--schedule", schedule, "--json")
    facts = json.loads(found.stdout)
    assert (facts["added"], facts["rejected"]) == (2, 0)
    assert (facts["points_paid"], facts["draws_paid"]) == paid
    assert "every test is taken to have looked for what the schedule asks" in found.stderr


def test_what_is_recorded_is_not_changed_by_a_file(run: Run, files: Path) -> None:
    take(run, "roster")
    head = "client_code,date,temperature_ok,positive_for\n"
    told(run, "tests", f"{head}A1,2025-03-10,yes,\n")
    said = told(run, "tests", f"{head}A1,2025-03-10,yes,Opioid\n")
    assert said[1] == "0 tests added, 0 there already, 0 points paid."
    assert said[4] == (
        "tests.csv, line 2: The visit of 2025-03-10 is recorded already, as something else. If the file is right, a "
        "lead corrects the visit on its page."
    )


def test_a_test_with_a_longer_panel_says_the_same_of_what_both_looked_for(run: Run, files: Path) -> None:
    take(run, "roster")
    Path("tests.csv").write_text("client_code,date,temperature_ok,positive_for\nA1,2025-03-10,yes,\n")
    assert take(run, "tests")["added"] == 1
    facts = take(run, "tests", "--tested-for", "Opioid;Cocaine;Thc")
    assert (facts["added"], facts["already"], facts["rejected"]) == (0, 1, 0)


def test_a_client_who_is_enrolled_already_is_told(run: Run, files: Path) -> None:
    take(run, "roster")
    Path("roster.csv").write_text(
        "client_code,enrolled_on\nA1,2025-03-04\nÄ,2025-03-04\nB1,soon\nC1\nD1,1925-03-04\nE1,0025-03-04\nF1,2025-W10\n"
    )
    facts = take(run, "roster")
    assert facts["added"] == 0
    assert rejects("roster") == [
        (2, "cannot be enrolled"),
        (3, "cannot be enrolled"),
        (4, "not a date"),
        (5, "misshapen row"),
        (6, "cannot be enrolled"),
        (7, "not a date"),
        (8, "not a date"),
    ]


def test_what_a_spreadsheet_would_run_is_made_harmless(run: Run, files: Path) -> None:
    take(run, "roster")
    Path("visits.csv").write_text("client_code,visit,disposition,reasons,date\n=CMD(),WK0,visit,,2025-03-03\n")
    take(run, "visits")
    assert "'=CMD()" in Path("visits.rejects.csv").read_text()
    assert Path("visits.rejects.csv").stat().st_mode & 0o077 == 0


BAD = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00",
    "nul": b"client_code,enrolled_on\nA\x00,2025-03-03\n",
    "latin": "client_code,enrolled_on\nJos\xe9,2025-03-03\n".encode("latin-1"),
    "utf16": "client_code,enrolled_on\nA1,2025-03-03\n".encode("utf-16"),
    "columns": b"client,enrolled\nA1,2025-03-03\n",
    "twice": b"client_code,client_code\nA1,2025-03-03\n",
    "json": b'[{"client_code": "A1"}]',
    "head only": b"client_code,enrolled_on\n",
    "quote in the first line": b'"client_code,enrolled_on\nA1,2025-03-03\n',
    "50 MB": b"client_code,enrolled_on\n" + b"A1,2025-03-03\n" * 3_600_000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_sentence_and_nothing_written(run: Run, bare_app: Flask, in_folder: Path, name: str) -> None:
    Path("roster.csv").write_bytes(BAD[name])
    found = run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("roster.csv") and found.stderr.count("\n") == 1
    assert count(bare_app, LogRow) == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("roster", "nowhere.csv", "--schedule", "weekly-opioid"), "cannot be read"),
        (("roster", "roster.csv", "--schedule", "nothing"), "no published schedule 'nothing'"),
        (("visits", "visits.csv", "--schedule", "weekly-opioid", "--mapping", "no.json"), "cannot be read"),
        (("tests", "tests.csv", "--schedule", "attendance-points"), "has 0 tracks for tests"),
        (("roster", "roster.csv", "--schedule", "weekly-opioid", "--time-zone", "Mars"), "is not a time zone"),
        (
            ("visits", "visits.csv", "--schedule", "weekly-opioid", "--mapping", "tests.csv"),
            "tests.csv: This is not JSON",
        ),
        (
            ("visits", "visits.csv", "--schedule", "weekly-opioid", "--tested-for", "Thc"),
            "belongs to an import of tests",
        ),
        (
            ("tests", "tests.csv", "--schedule", "weekly-opioid", "--tested-for", "Sugar"),
            "'Sugar' is not in the mapping",
        ),
        (("tests", "tests.csv", "--schedule", "weekly-opioid", "--tested-for", ";"), "name at least one substance"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    run: Run, bare_app: Flask, files: Path, arguments: tuple[str, ...], says: str
) -> None:
    found = run("import", *arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr
    assert count(bare_app, LogRow) == 0


def test_without_tables_it_says_what_to_do(flask: Run, files: Path) -> None:
    found = flask("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (found.exit_code, found.stderr) == (
        2,
        "The database has no tables yet. Run flask init for a new clinic, or flask db upgrade.\n",
    )
