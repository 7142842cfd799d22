"""An update: a backup, the migrations, a verification; or everything as it was before."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import op
from flask import Flask
from flask_migrate import downgrade
from flask_migrate import upgrade as to_0064
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.backups.databases import kept_copy, put_back
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.db import db
from cm_tracker.queries.upkeep import newest_upkeep
from cm_tracker.ready import check_ready
from cm_tracker.revisions import revision_in
from cm_tracker.version import newest_migration
from tests import cast
from tests.cli.backups.places import small_files
from tests.cli.conftest import Run, runner
from tests.cli.programs import PROGRAMS
from tests.conftest import Databases

BEFORE = "0059"


@pytest.fixture
def old(
    databases: Databases, kind: str, tmp_path: Path, clock: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """A clinic with records whose tables are of an older version."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))
    (tmp_path / "instance").mkdir(mode=0o700)
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        db.engine.dispose()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


@pytest.fixture
def flask(old: Flask) -> Run:
    return runner(old)


def revision(app: Flask) -> str:
    with app.app_context():
        found = revision_in(db.engine)
        db.engine.dispose()
    return found


OLDER = "The database was made by an older version of the program (migration 0059, this one needs "


def test_nothing_serves_or_writes_an_older_database(old: Flask, flask: Run) -> None:
    with pytest.raises(RuntimeError, match=r"made by an older version .*Run cm-tracker upgrade\."):
        check_ready(old)
    for arguments in (["serve"], ["nightly"], ["ledger", "verify"], ["site", "add", "X", "--time-zone", "UTC"]):
        result = flask(*arguments)
        assert result.exit_code == 2 and result.stderr.startswith(OLDER), arguments
    assert revision(old) == BEFORE


def test_an_update_backs_up_migrates_verifies_and_says_how_to_go_back(old: Flask, flask: Run, tmp_path: Path) -> None:
    result = flask("upgrade")
    assert result.exit_code == 0, result.output
    file = tmp_path / "instance" / "backups" / "cm-2026-03-16-150000.tar"
    assert f"Backup: {file}\n" in result.stdout and "up to level 3: no findings." in result.stdout
    assert f"cm-tracker --instance NEWFOLDER restore {file}" in result.stdout
    assert revision(old) == newest_migration()
    with old.app_context():
        lines = newest_upkeep(db.session())
        db.session.remove()
        db.engine.dispose()
    assert lines["upgrade"].says == f"From migration 0059 to {newest_migration()}. The ledger verified."
    assert lines["backup"].is_done
    again = flask("upgrade")
    assert again.exit_code == 0 and "of this version" in again.stdout
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    check_ready(old)
    assert sorted(path.name for path in (tmp_path / "instance").iterdir()) == ["backups", "checkpoint.key"]


def test_the_backup_of_before_is_restored_by_name_of_its_version(
    flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    assert flask("upgrade").exit_code == 0
    target = create_app()
    target.instance_path = str(tmp_path / "restored")
    name = databases.empty(kind)
    there = [] if kind == "sqlite" else ["--database", databases.owner_url(kind, name)]
    file = tmp_path / "instance" / "backups" / "cm-2026-03-16-150000.tar"
    result = runner(target)("restore", str(file), *there)
    assert result.exit_code == 0, result.output
    assert "not verified yet. Run cm-tracker upgrade now." in result.stdout
    databases.drop(kind, name)


def test_an_update_waits_until_nobody_uses_the_database(
    old: Flask, flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    with old.app_context():
        url = db.engine.url
        if kind == "sqlite":
            with closing(sqlite3.connect(str(url.database))) as other:
                # What a server keeps open between two requests.
                other.execute("PRAGMA journal_mode = wal")
                other.execute("SELECT size FROM log_head").fetchall()
                result = flask("upgrade")
        else:
            with psycopg.connect(databases.owner_url(kind, str(url.database))):
                result = flask("upgrade")
    assert result.exit_code == 2 and "Something else uses the database. Stop the server" in result.stderr
    assert revision(old) == BEFORE and list((tmp_path / "instance").iterdir()) == []
    assert flask("upgrade").exit_code == 0


@pytest.mark.parametrize(
    "error",
    [RuntimeError("The rows of 0060 do not fit."), ZeroDivisionError("secret"), KeyboardInterrupt("secret")],
)
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    old: Flask, flask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """One of several migrations fails, after it has committed by itself on SQLite."""
    create = op.create_index

    def broken(name: str, table: str, *columns: object, **more: object) -> None:
        create(name, table, *columns, **more)
        if table == "upkeep":
            if op.get_bind().dialect.name == "sqlite":
                op.get_bind().exec_driver_sql("COMMIT")
                op.get_bind().exec_driver_sql("BEGIN")
            raise error

    monkeypatch.setattr(op, "create_index", broken)
    result = flask("upgrade")
    monkeypatch.undo()
    assert result.exit_code == 1, result.output
    assert "The update failed, and the database is as it was before." in result.stderr
    assert "secret" not in result.output
    if isinstance(error, RuntimeError):
        assert "The rows of 0060 do not fit." in result.stderr
    with old.app_context():
        assert revision_in(db.engine) == BEFORE
        columns = db.session.execute(text("SELECT * FROM staff LIMIT 1")).keys()
        assert "language" not in columns
        db.session.remove()
        db.engine.dispose()
    (file,) = (tmp_path / "instance" / "backups").iterdir()
    assert str(file) in result.stderr


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_update_by_the_programs_own_account_says_what_to_set(old: Flask, flask: Run) -> None:
    owner, old.config["OWNER_DATABASE_URL"] = old.config["OWNER_DATABASE_URL"], ""
    result = flask("upgrade")
    assert result.exit_code == 2 and result.stderr.startswith("Nothing was changed, because there is no backup in ")
    assert "set OWNER_DATABASE_URL to the owner of the tables" in result.stderr
    # From 0064 on the program's own account makes backups.
    old.config["OWNER_DATABASE_URL"] = owner
    with old.app_context():
        to_0064(revision="0064")
        db.engine.dispose()
    old.config["OWNER_DATABASE_URL"] = ""
    result = flask("upgrade")
    assert result.exit_code == 1 and "Set OWNER_DATABASE_URL to the account that owns its tables" in result.stderr
    assert "The database is as it was before." in result.stderr and "Install the version before" not in result.stderr
    assert revision(old) == "0064"


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_owner_that_cannot_be_reached_changes_nothing(old: Flask, flask: Run, tmp_path: Path) -> None:
    old.config["OWNER_DATABASE_URL"] = "postgresql://cm_owner@127.0.0.1:1/cm"
    result = flask("upgrade")
    assert result.exit_code == 2
    assert result.stderr.startswith("Nothing was changed: the database cannot be reached (")
    assert revision(old) == BEFORE and list((tmp_path / "instance").iterdir()) == []


def test_an_owner_of_another_database_changes_nothing(
    old: Flask, flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    """Such as the database before a restore: a whole copy, which only its place tells apart."""
    with old.app_context():
        name = databases.copy_of(kind, Path(str(db.engine.url.database)).stem)
    before, old.config["OWNER_DATABASE_URL"] = old.config["OWNER_DATABASE_URL"], databases.owner_url(kind, name)
    result = flask("upgrade")
    assert (result.exit_code, result.stderr) == (
        2,
        "Nothing was changed: OWNER_DATABASE_URL and DATABASE_URL name different databases; let both name that of this clinic.\n",
    )
    assert revision(old) == BEFORE and list((tmp_path / "instance").iterdir()) == []
    databases.drop(kind, name)
    old.config["OWNER_DATABASE_URL"] = before
    assert flask("upgrade").exit_code == 0


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_without_room_for_a_copy_no_migration_begins(old: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cm_tracker.db"
    with old.app_context():
        shutil.copy(str(db.engine.url.database), file)
    for _ in small_files(100_000):
        with pytest.raises(BackupFailed, match=r"SQLite says|the disk is full"), kept_copy(f"sqlite:///{file}"):
            pytest.fail("a migration began")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cm_tracker.db", "instance"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_database_behind_a_link_is_put_back_where_it_lies(old: Flask, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    file, link = tmp_path / "disk" / "real.db", tmp_path / "cm_tracker.db"
    with old.app_context():
        shutil.copy(str(db.engine.url.database), file)
    link.symlink_to(file)
    with kept_copy(f"sqlite:///{link}") as copy:
        assert copy is not None and copy.parent.parent == file.parent
        file.write_text("half a migration")
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{file}{beside}").write_text("of it")
        put_back(copy, f"sqlite:///{link}")
    assert link.is_symlink() and file.read_bytes().startswith(b"SQLite format 3")
    assert [path.name for path in file.parent.iterdir()] == ["real.db"]


def test_without_room_for_a_backup_nothing_is_changed(old: Flask, flask: Run, tmp_path: Path) -> None:
    (tmp_path / "instance" / "backups").write_text("a file in the way")
    result = flask("upgrade")
    assert result.exit_code == 2 and result.stderr.startswith("Nothing was changed: ")
    assert flask("upgrade", str(tmp_path / "nowhere")).exit_code == 2
    assert revision(old) == BEFORE


def test_a_database_of_a_newer_program_is_refused(databases: Databases, kind: str, clock: object) -> None:
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name, as_owner=True))
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    for arguments in (["upgrade"], ["serve"], ["ledger", "verify"]):
        result = runner(app)(*arguments)
        assert result.exit_code == 2 and "made by a newer version of the program (migration 9999" in result.stderr
        assert "Install that version." in result.stderr
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)
