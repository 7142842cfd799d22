"""A backup is restored on trial, and nothing of the trial stays."""

import threading
import time
from pathlib import Path
from urllib.parse import quote, unquote

import psycopg
import pytest
from flask import Flask

from cm_tracker import clock
from cm_tracker.backups.databases import url_of
from cm_tracker.db import db
from cm_tracker.queries.upkeep import newest_upkeep
from tests import cast
from tests.cli.backups.places import PASSPHRASE, cut, made
from tests.cli.conftest import Run
from tests.conftest import Databases


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_server_that_leaves_during_a_drill_is_a_sentence_and_the_next_drill_works(
    databases: Databases, flask: Run, tmp_path: Path
) -> None:
    file, is_cut = made(flask, tmp_path), threading.Event()

    def cut() -> None:
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle' AND query LIKE 'CREATE DATABASE%'"
        while not databases.admin.execute(ends).fetchall():
            time.sleep(0.005)
        is_cut.set()

    threading.Thread(target=cut, daemon=True).start()
    failed = flask("drill", str(tmp_path / "backup"))
    assert is_cut.wait(10)
    assert failed.exit_code == 1
    assert failed.stderr.startswith(f"{file.name} could not be restored: the database says: "), failed.stderr
    assert flask("drill", str(tmp_path / "backup")).exit_code == 0


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_database_that_a_killed_drill_left_is_dropped_by_the_next(
    app: Flask, flask: Run, tmp_path: Path, databases: Databases
) -> None:
    made(flask, tmp_path)
    url = databases.owner_url("postgresql", str(url_of(app.config["DATABASE_URL"]).database))
    with psycopg.connect(url, autocommit=True) as owner:
        (own,) = owner.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone() or ()
        owner.execute(f"CREATE DATABASE cm_drill_{own}")
        owner.execute("SELECT pg_advisory_lock(hashtext('cm_drill'))")
        other = flask("drill", str(tmp_path / "backup"))
    assert other.exit_code == 1 and "another drill of this clinic is running" in other.stderr
    drilled = flask("drill", str(tmp_path / "backup"))
    assert drilled.exit_code == 0 and "Verified at level 3: no findings" in drilled.stdout, drilled.output
    assert databases.admin.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'cm_drill%'").fetchall() == []


def test_a_drill_restores_the_newest_backup_verifies_it_and_leaves_nothing(
    app: Flask, flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    nothing = flask("drill", str(tmp_path / "backup"))
    assert (nothing.exit_code, nothing.stderr) == (2, f"There is no backup in {tmp_path / 'backup'}.\n")
    file = made(flask, tmp_path, "--passphrase", stdin=f"{PASSPHRASE}\n")
    before = {path.name for path in (tmp_path / "instance").iterdir()}
    result = flask("drill", str(tmp_path / "backup"), stdin=f"{PASSPHRASE}\n")
    assert result.exit_code == 0 and f"{file.name} can be restored: " in result.stdout, result.output
    assert "Verified at level 3: no findings" in result.stdout
    file.write_bytes(cut(file.read_bytes()))
    failed = flask("drill", str(tmp_path / "backup"), stdin=f"{PASSPHRASE}\n")
    assert failed.exit_code == 1 and f"{file.name} could not be restored: " in failed.stderr
    assert {path.name for path in (tmp_path / "instance").iterdir()} == before
    with app.app_context():
        line = newest_upkeep(db.session())["drill"]
        db.session.remove()
    assert (line.is_done, line.says) == (False, "The newest backup could not be restored.")
    if kind == "postgresql":
        rows = databases.admin.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'cm_drill%'").fetchall()
        assert rows == []
    assert clock.now() == cast.NOW


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_database_with_several_hosts_is_backed_up_and_restored_on_trial(
    app: Flask, flask: Run, tmp_path: Path, databases: Databases
) -> None:
    """The first host is not there, as when the machine that wrote has died."""
    address, _, there = str(app.config["OWNER_DATABASE_URL"]).partition("?host=")
    app.config["OWNER_DATABASE_URL"] = address.replace("@/", f"@%2Fnowhere,{quote(unquote(there), safe='')}/")
    made(flask, tmp_path)
    result = flask("drill", str(tmp_path / "backup"))
    assert result.exit_code == 0 and "Verified at level 3: no findings" in result.stdout, result.output


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_account_that_may_make_no_database_is_told_so(app: Flask, flask: Run, tmp_path: Path) -> None:
    made(flask, tmp_path)
    app.config["OWNER_DATABASE_URL"] = ""
    result = flask("drill", str(tmp_path / "backup"))
    assert result.exit_code == 1
    assert (
        "the account cm_clinic may not make a database for it; name the owner of the tables in OWNER_DATABASE_URL, and allow "
        "it to that account with ALTER ROLE ... CREATEDB." in result.stderr
    )
