"""What an installation needs every night: a task that fails is noted, shown, and stops no other."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.imports.remove_import import remove_import
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.queries.imports import import_line
from cm_tracker.queries.ledger.findings import Finding
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.upkeep import failed_upkeep, newest_upkeep
from tests import cast, uploads
from tests.cli.conftest import Run, runner
from tests.cli.programs import PROGRAMS
from tests.cli.test_ledger import tamper


@pytest.fixture
def flask(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    (tmp_path / "instance").mkdir()
    (tmp_path / "backup").mkdir()
    app.instance_path = str(tmp_path / "instance")
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return runner(app)


def tasks(app: Flask) -> dict[str, bool]:
    """Return the tasks that were noted, and whether they were done."""
    with app.app_context():
        found = {task: line.is_done for task, line in newest_upkeep(db.session()).items()}
        db.session.remove()
    return found


def test_a_night_backs_up_verifies_expires_and_signs(app: Flask, flask: Run, tmp_path: Path) -> None:
    result = flask("nightly", str(tmp_path / "backup"), "--keep", "3")
    assert result.exit_code == 0, result.output
    assert f"{tmp_path / 'backup'}/cm-2026-03-16-150000.tar\n" in result.stdout
    assert "no findings." in result.stdout and "Checkpoint " in result.stdout
    assert tasks(app) == {"backup": True, "verify": True, "expiry": True, "files": True, "checkpoint": True}
    with app.app_context():
        lines = newest_upkeep(db.session())
        db.session.remove()
    assert lines["expiry"].says == "Points of 0 clients expired."
    assert lines["files"].says == "0 imported files were removed."
    assert lines["verify"].says.endswith(" records were verified. No findings.")


def test_without_a_folder_there_is_no_backup(app: Flask, flask: Run) -> None:
    assert flask("nightly").exit_code == 0
    assert tasks(app) == {"verify": True, "expiry": True, "files": True, "checkpoint": True}


def test_the_program_makes_its_backup_with_its_own_account(app: Flask, flask: Run, tmp_path: Path) -> None:
    """On PostgreSQL it owns no table; the owner's password is not on the machine that serves pages."""
    app.config["OWNER_DATABASE_URL"] = ""
    app.config["BACKUP_FOLDER"] = str(tmp_path / "backup")
    result = flask("nightly")
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "backup").iterdir())) == 1


def test_a_backup_that_fails_stops_nothing_and_stands_until_one_was_made(
    app: Flask, flask: Run, tmp_path: Path
) -> None:
    result = flask("nightly", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert (
        f"There is no folder {tmp_path / 'nowhere'}.\nbackup: There is no backup: its folder is not there."
        in result.stderr
    )
    assert "Checkpoint " in result.stdout
    assert tasks(app) == {"backup": False, "verify": True, "expiry": True, "files": True, "checkpoint": True}
    assert flask("backup", str(tmp_path / "backup")).exit_code == 0
    with app.app_context():
        assert failed_upkeep(db.session()) == ()
        db.session.remove()


@pytest.mark.owner
def test_after_findings_nothing_expires_and_nothing_is_signed(
    app: Flask, flask: Run, kind: str, tmp_path: Path
) -> None:
    tamper(app, kind)
    result = flask("nightly", str(tmp_path / "backup"))
    assert result.exit_code == 1 and "Nothing is recorded until an admin has looked" in result.stderr
    assert "Checkpoint " not in result.stdout
    assert tasks(app) == {"backup": True, "verify": False, "expiry": False, "files": False, "checkpoint": False}


def test_a_key_that_is_missing_is_said_and_noted(app: Flask, flask: Run, tmp_path: Path) -> None:
    assert flask("nightly").exit_code == 0
    (tmp_path / "instance" / "checkpoint.key").unlink()
    result = flask("nightly")
    assert result.exit_code == 1 and "checkpoint.key is missing." in result.stderr
    assert tasks(app) == {"verify": False, "expiry": False, "files": False, "checkpoint": False}


def test_files_are_removed_thirty_days_after_their_last_run(app: Flask, flask: Run) -> None:
    with app.app_context():
        session = db.session()
        old, newer, removed, killed = (uploads.upload(session, key=cast.key()) for _ in range(4))
        uploads.run(session, newer)
        uploads.run(session, killed)
        uploads.start(session, killed, writes=True)  # and its server is stopped
        remove_import(session, import_id=removed, actor=cast.miriam, now=cast.NOW)
        db.session.remove()
    for days, expected in ((30, "new checked removed running"), (31, "removed removed removed removed")):
        with time_machine.travel(cast.NOW + timedelta(days=days, minutes=-5 if days == 30 else 0), tick=False):
            assert flask("nightly").exit_code == 0
        with app.app_context():
            states = [import_line(db.session(), cast.miriam, one).state for one in (old, newer, removed, killed)]
            db.session.remove()
        assert " ".join(states) == expected


@pytest.mark.owner
def test_a_ledger_that_holds_again_says_who_has_to_unlock_it(app: Flask, flask: Run) -> None:
    """As after a start with the wrong key: an earlier verification had findings, and no admin has looked yet."""
    with app.app_context():
        found = verify_ledger(db.session())
        found.findings.append(Finding(1, "log", "of a test"))
        save_verification(db.session(), verification=found, actor=command(), now=cast.NOW)
        db.session.remove()
    result = flask("nightly")
    assert result.exit_code == 1
    assert "An earlier verification had findings, and no admin has unlocked recording since." in result.stderr
    assert tasks(app) == {"verify": True, "expiry": True, "files": True, "checkpoint": False}


def test_a_good_night_is_a_few_lines_in_the_mail_of_cron(flask: Run) -> None:
    result = flask("nightly")
    assert result.exit_code == 0 and len(result.output.splitlines()) == 2, result.output
    assert result.stdout.splitlines()[0].endswith(" up to level 4: no findings.")
