"""`flask import`: all that can be taken, and nothing twice."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from cm_tracker.db import db
from cm_tracker.models import Client, LogRow, VisitRow
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.cli.conftest import Run
from tests.cli.imports import count, rejects, take


def test_a_roster_makes_the_site_the_schedule_the_clients_and_their_enrollments(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    facts = take(bare_run, "roster")
    assert (facts["rows"], facts["clients"], facts["added"], facts["rejected"]) == (2, 2, 2, 0)
    assert count(bare_app, Client) == 2


def test_visits_wait_absences_count_and_what_cannot_be_taken_is_told(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    facts = take(bare_run, "visits")
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


def test_tests_answer_the_visits_that_wait_and_are_paid(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    """A1: negative 10, negative 15 (cannabis does not matter), missed (reset), excused, negative 10.
    A2: out of range is tampered, then positive; nothing."""
    take(bare_run, "roster")
    take(bare_run, "visits")
    facts = take(bare_run, "tests")
    assert (facts["added"], facts["points_paid"]) == (5, 10 + 15 + 10)
    assert rejects("tests") == [(7, "program week is full"), (8, "unknown word")]
    with bare_app.app_context():
        assert verify_ledger(db.session()).findings == []
        outcomes = db.session().execute(select(VisitRow.outcome).order_by(VisitRow.id)).scalars().all()
        db.session.remove()
    assert sorted(outcomes) == sorted(
        ["pending", "pending", "unexcused", "excused", "pending", "met", "met", "met", "tampered", "positive"]
    )


def test_the_same_files_again_add_nothing(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    first = [take(bare_run, kind) for kind in ("roster", "visits", "tests")]
    size = count(bare_app, LogRow)
    again = [take(bare_run, kind) for kind in ("roster", "visits", "tests")]
    assert count(bare_app, LogRow) == size
    assert [facts["added"] for facts in again] == [0, 0, 0]
    assert [facts["already"] for facts in again] == [facts["added"] for facts in first]
    assert [facts["refused"] for facts in again] == [facts["refused"] for facts in first]


def test_a_miss_that_comes_in_after_the_tests_takes_nothing_back(bare_run: Run, import_files: Path) -> None:
    """Three in a row were paid 10, 15 and 20 + 40; the miss between them lowers only what comes next."""
    take(bare_run, "roster")
    assert take(bare_run, "tests")["points_paid"] == 10 + 15 + 60
    assert take(bare_run, "visits")["points_paid"] == 0


def test_a_dry_run_says_the_same_and_writes_nothing(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    facts = take(bare_run, "roster", "--dry-run")
    assert (facts["added"], facts["dry_run"], facts["rejects"]) == (2, True, None)
    assert (count(bare_app, Client), count(bare_app, LogRow)) == (0, 0)
    take(bare_run, "roster")
    size = count(bare_app, LogRow)
    dry = take(bare_run, "visits", "--dry-run")
    assert count(bare_app, LogRow) == size
    assert not Path("visits.rejects.csv").exists()
    real = take(bare_run, "visits")
    assert (dry["added"], dry["refused"]) == (real["added"], real["refused"])


def test_the_mapping_is_printed_and_another_one_decides(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    take(bare_run, "roster")
    printed = bare_run("import", "visits", "visits.csv", "--schedule", "weekly-opioid", "--dry-run").stderr
    mapping = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    mapping["excuses"]["no_show"] = "other"
    mapping["unexcused_reasons"].remove("no_show")
    Path("m.json").write_text(json.dumps(mapping))
    take(bare_run, "visits", "--mapping", "m.json")
    with bare_app.app_context():
        outcomes = db.session().execute(select(VisitRow.outcome)).scalars().all()
        db.session.remove()
    assert outcomes.count("excused") == 2


def test_attendance_schedules_take_the_visits_themselves(bare_run: Run, import_files: Path) -> None:
    bare_run("import", "roster", "roster.csv", "--schedule", "attendance-points")
    found = bare_run("import", "visits", "visits.csv", "--schedule", "attendance-points", "--json")
    # A1: two in the first week (5, 6), one in the second (7), then a miss; A2: one (5)
    assert json.loads(found.stdout)["points_paid"] == 5 + 6 + 7 + 5


def test_a_summary_for_people(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    said = bare_run("import", "visits", "visits.csv", "--schedule", "weekly-opioid").stdout
    assert "12 rows, 2 clients." in said
    assert "5 visits added, 0 already there, 0 points paid." in said
    assert "7 rows refused:" in said


def test_a_site_is_named_when_there_are_several(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster", "--site", "North")
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-03-03\n")
    take(bare_run, "roster", "--site", "South")
    found = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (found.exit_code, found.stderr) == (
        2,
        "There are several sites. Choose one with --site: North, South.\n",
    )


def test_a_client_who_is_enrolled_already_is_told(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    Path("roster.csv").write_text(
        "client_code,enrolled_on\nA1,2025-03-04\nÄ,2025-03-04\nB1,soon\nC1\nD1,1925-03-04\nE1,0025-03-04\nF1,2025-W10\n"
    )
    facts = take(bare_run, "roster")
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


def test_what_a_spreadsheet_would_run_is_made_harmless(bare_run: Run, import_files: Path) -> None:
    take(bare_run, "roster")
    Path("visits.csv").write_text("client_code,visit,disposition,reasons,date\n=CMD(),WK0,visit,,2025-03-03\n")
    take(bare_run, "visits")
    assert "'=CMD()" in Path("visits.rejects.csv").read_text()
    assert Path("visits.rejects.csv").stat().st_mode & 0o077 == 0
