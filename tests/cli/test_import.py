"""`cm-tracker import` imports every row that is valid, and none twice."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Client, LogRow, Transaction, VisitRow
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.queries.clients.search import client_of_code
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.cli.conftest import Run
from tests.cli.imports import count, import_as_json, rejects


def test_a_roster_adds_the_site_the_schedule_the_clients_and_their_enrollments(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    summary = import_as_json(bare_run, "roster")
    assert (summary["rows"], summary["clients"], summary["added"], summary["rejected"]) == (2, 2, 2, 0)
    assert count(bare_app, Client) == 2


def test_visits_wait_for_tests_absences_count_and_refused_rows_have_a_reason(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    summary = import_as_json(bare_run, "visits")
    # A1: baseline and WK0 in one week, WK1, the absences of WK2 and WK3; A2: WK0
    assert (summary["added"], summary["points_paid"]) == (6, 0)
    assert summary["waiting"] == {"for_words": 1, "for_tests": 4}
    assert rejects("visits") == [
        (7, "no word on what happened"),
        (8, "outside the schedule's weeks"),
        (9, "unknown word"),
        (10, "not a date"),
        (12, "before the enrollment"),
        (13, "no enrollment"),
    ]
    assert summary["refused"] == {
        "before the enrollment": 1,
        "no enrollment": 1,
        "no word on what happened": 1,
        "not a date": 1,
        "outside the schedule's weeks": 1,
        "unknown word": 1,
    }


def test_tests_give_pending_visits_a_result_and_are_paid(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    """A1 is paid 10 and 15 for negative tests (cannabis is not a target), misses a visit (reset), is excused, and is
    paid 10. A2 is paid 10: one test has its temperature out of range (tampered), one is positive, and the last one is
    negative. A1's second visit of the first week still waits for a test.
    """
    import_as_json(bare_run, "roster")
    import_as_json(bare_run, "visits")
    summary = import_as_json(bare_run, "tests")
    assert (summary["added"], summary["points_paid"]) == (6, 10 + 15 + 10 + 10)
    assert summary["waiting"] == {"for_words": 1, "for_tests": 1}
    assert rejects("tests") == [(8, "unknown word")]
    with bare_app.app_context():
        assert verify_ledger(db.session()).findings == []
        outcomes = db.session().execute(select(VisitRow.outcome).order_by(VisitRow.id)).scalars().all()
        db.session.remove()
    assert sorted(outcomes) == sorted([*["pending"] * 4, "unexcused", "excused", *["met"] * 4, "tampered", "positive"])


def test_importing_the_same_files_again_adds_nothing(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    first_run = [import_as_json(bare_run, kind) for kind in ("roster", "visits", "tests")]
    size = count(bare_app, LogRow)
    second_run = [import_as_json(bare_run, kind) for kind in ("roster", "visits", "tests")]
    assert count(bare_app, LogRow) == size
    assert [summary["added"] for summary in second_run] == [0, 0, 0]
    assert [summary["already"] for summary in second_run] == [summary["added"] for summary in first_run]
    assert [summary["refused"] for summary in second_run] == [summary["refused"] for summary in first_run]


def test_a_missed_visit_imported_after_the_tests_takes_nothing_back(bare_run: Run, import_files: Path) -> None:
    """Three visits in a row were paid 10, 15 and 20 + 40. The missed visit between them lowers only later awards."""
    import_as_json(bare_run, "roster")
    assert import_as_json(bare_run, "tests")["points_paid"] == 10 + 15 + 60 + 10
    assert import_as_json(bare_run, "visits")["points_paid"] == 0


def test_a_dry_run_prints_the_same_numbers_and_writes_nothing(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    summary = import_as_json(bare_run, "roster", "--dry-run")
    assert (summary["added"], summary["dry_run"], summary["rejects"]) == (2, True, None)
    assert (count(bare_app, Client), count(bare_app, LogRow)) == (0, 0)
    import_as_json(bare_run, "roster")
    size = count(bare_app, LogRow)
    dry = import_as_json(bare_run, "visits", "--dry-run")
    assert count(bare_app, LogRow) == size
    assert not Path("visits.rejects.csv").exists()
    real = import_as_json(bare_run, "visits")
    assert (dry["added"], dry["refused"]) == (real["added"], real["refused"])


def test_the_mapping_is_printed_and_can_be_replaced(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    printed = bare_run("import", "visits", "visits.csv", "--schedule", "weekly-opioid", "--dry-run").stderr
    mapping = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
    mapping["excuses"]["no_show"] = "other"
    mapping["unexcused_reasons"].remove("no_show")
    Path("m.json").write_text(json.dumps(mapping))
    import_as_json(bare_run, "visits", "--mapping", "m.json")
    with bare_app.app_context():
        outcomes = db.session().execute(select(VisitRow.outcome)).scalars().all()
        db.session.remove()
    assert outcomes.count("excused") == 2


def test_an_attendance_schedule_pays_visits_without_tests(bare_run: Run, import_files: Path) -> None:
    bare_run("import", "roster", "roster.csv", "--schedule", "attendance-points")
    result = bare_run("import", "visits", "visits.csv", "--schedule", "attendance-points", "--json")
    # A1 came twice in the first week (4, 5) and once in the second (6), then missed a visit. A2 came once (4).
    assert json.loads(result.stdout)["points_paid"] == 4 + 5 + 6 + 4


def test_without_json_the_command_prints_a_summary_for_people(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    summary_text = bare_run("import", "visits", "visits.csv", "--schedule", "weekly-opioid").stdout
    assert "12 rows, 2 clients." in summary_text
    assert "6 visits added, 0 already there, 0 points paid." in summary_text
    assert "6 rows refused:" in summary_text
    assert summary_text.splitlines()[-2:] == ["1 visit waits for words of the mapping.", "4 visits wait for a test."]


def test_the_site_must_be_named_if_there_are_several(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster", "--site", "North")
    Path("roster.csv").write_text("client_code,enrolled_on\nB1,2025-03-03\n")
    import_as_json(bare_run, "roster", "--site", "South")
    result = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (result.exit_code, result.stderr) == (
        2,
        "There are several sites. Choose one with --site: North, South.\n",
    )


def test_rows_that_cannot_be_enrolled_are_refused(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    Path("roster.csv").write_text(
        "client_code,enrolled_on\nA1,2025-03-04\nÄ,2025-03-04\nB1,soon\nC1\nD1,1925-03-04\nE1,0025-03-04\nF1,2025-W10\n"
    )
    summary = import_as_json(bare_run, "roster")
    assert summary["added"] == 0
    assert rejects("roster") == [
        (2, "cannot be enrolled"),
        (3, "cannot be enrolled"),
        (4, "not a date"),
        (5, "misshapen row"),
        (6, "cannot be enrolled"),
        (7, "not a date"),
        (8, "not a date"),
    ]


def test_a_formula_in_a_rejected_row_is_made_harmless(bare_run: Run, import_files: Path) -> None:
    import_as_json(bare_run, "roster")
    Path("visits.csv").write_text("client_code,visit,disposition,reasons,date\n=CMD(),WK0,visit,,2025-03-03\n")
    import_as_json(bare_run, "visits")
    assert "'=CMD()" in Path("visits.rejects.csv").read_text()
    assert Path("visits.rejects.csv").stat().st_mode & 0o077 == 0


def test_rows_with_the_old_and_the_new_code_of_a_client_are_theirs_in_one_recalculation(
    bare_run: Run, bare_app: Flask, import_files: Path
) -> None:
    """A1 is paid 10, 15 and 20 + 40 for three negative tests, of which one names the client by the new code."""
    import_as_json(bare_run, "roster")
    with bare_app.app_context():
        client_id = client_of_code(db.session(), "A1")
        assert client_id is not None
        correct_code(
            db.session(), client_id=client_id, code="B7", reason="Typed wrongly", key=cast.key(), actor=command(),
            now=clock.now(),
        )  # fmt: skip
        db.session.remove()
    tests = import_files / "tests.csv"
    tests.write_text(tests.read_text().replace("A1,2025-03-12", "B7,2025-03-12"))
    summary = import_as_json(bare_run, "tests")
    assert (summary["clients"], summary["points_paid"]) == (2, 10 + 15 + 60 + 10)
    assert import_as_json(bare_run, "roster")["already"] == 2
    with bare_app.app_context():
        kinds = db.session().execute(select(Transaction.kind).where(Transaction.client_id == client_id)).scalars().all()
        assert kinds == ["award"], "one recalculation"
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
