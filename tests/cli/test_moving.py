"""A clinic is moved from SQLite to PostgreSQL and back: every row, every encrypted byte, and every seal."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text

from cm_tracker import create_app
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.backups.moving import has_tables, move_rows, tables
from cm_tracker.config import driver_url
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import signer
from tests import cast
from tests.cli.backups.places import small_files
from tests.cli.conftest import Run, runner
from tests.cli.test_ledger import tamper
from tests.conftest import Databases
from tests.redeeming import redeem_at_once

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def flask(app: Flask, tmp_path: Path) -> Run:
    """Run commands of a clinic with visits, a redemption and a signed checkpoint."""
    (tmp_path / "instance").mkdir()
    app.instance_path = str(tmp_path / "instance")
    with app.app_context():
        cast.rich(db.session())
        redeem_at_once(db.session())
        take_checkpoint(db.session(), signer=signer(Path(app.instance_path), ()), actor=command(), now=cast.NOW)
        db.session.remove()
    return runner(app)


@pytest.fixture
def place(databases: Databases, kind: str) -> Iterator[str]:
    """The URL of a place for a database of the other kind."""
    name = databases.empty(OTHER[kind])
    if OTHER[kind] == "sqlite":
        (databases.folder / f"{name}.db").unlink()
    yield databases.owner_url(OTHER[kind], name)
    databases.drop(OTHER[kind], name)


def url_of(app: Flask) -> str:
    with app.app_context():
        return db.engine.url.render_as_string(hide_password=False)


def is_empty(place: str) -> bool:
    if place.startswith("sqlite"):
        return not Path(place.removeprefix("sqlite:///")).exists()
    engine = create_engine(driver_url(place))
    with engine.connect() as connection:
        functions = connection.execute(text("SELECT 1 FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).all()
    result = not has_tables(engine) and not functions
    engine.dispose()
    return result


def rows_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table as it is stored, without what is decrypted or calculated."""
    with engine.connect() as connection:
        return {
            of.name: sorted(
                ({key: bytes(v) if isinstance(v, memoryview) else v for key, v in row.items()} for row in
                 connection.execute(select(of)).mappings()),
                key=repr,
            )
            for of in tables()
        }  # fmt: skip


def test_every_row_is_moved_as_it_is_stored_and_the_clinic_goes_on(
    app: Flask, flask: Run, place: str, tmp_path: Path
) -> None:
    source = url_of(app)
    with app.app_context():
        before = rows_of(db.engine)
        db.engine.dispose()
    result = flask("move-database", source, place)
    assert result.exit_code == 0, result.output
    assert f"{sum(map(len, before.values())):,} rows were moved and verified." in result.stdout
    assert f"  DATABASE_URL={place}\n" in result.stdout and "client: 2\n" in result.stderr
    with app.app_context():
        assert rows_of(db.engine) == before, "the source is unchanged"
    moved = create_app(
        {"DATABASE_URL": place, "DATA_KEY_FILE": str(app.extensions["cm_data_keys"].path)},
        instance=tmp_path / "instance",
    )
    with moved.app_context():
        assert rows_of(db.engine) == before
        # New rows are numbered after those that were moved, and the guards are there again.
        cast.visit(db.session(), 9)
        assert verify_ledger(db.session()).findings == []
        assert balances_of(db.session(), cast.AMIR)["points"] > 0
        with pytest.raises(Exception, match="visit"):
            db.session.execute(text("UPDATE visit SET outcome = 'met'"))
        db.session.remove()
        db.engine.dispose()


def test_a_place_that_is_taken_is_refused(
    app: Flask, flask: Run, place: str, databases: Databases, kind: str, tmp_path: Path
) -> None:
    source = url_of(app)
    assert flask("move-database", source, place).exit_code == 0
    again = flask("move-database", source, place)
    assert again.exit_code == 2 and "TO is not empty" in again.stderr
    same = flask("move-database", source, source)
    assert (same.exit_code, same.stderr) == (2, "FROM and TO are the same database.\n")
    wrong = flask("move-database", source, "mysql://host/cm")
    assert wrong.exit_code == 2 and wrong.stderr == "TO must begin with sqlite:/// or postgresql://.\n"
    for nameless in ("sqlite:///", "sqlite:///:memory:", "sqlite:///file:cm.db?uri=true"):
        refused = flask("move-database", source, nameless)
        assert refused.exit_code == 2
        assert refused.stderr == "TO must name a file, such as sqlite:////srv/cm/cm_tracker.db.\n"
    no_database = tmp_path / "no_database.db"
    no_database.write_text("a letter, and no database")
    letter = flask("move-database", f"sqlite:///{no_database}", place)
    assert letter.exit_code == 2 and letter.stderr == ("Nothing was moved: SQLite says: file is not a database.\n")
    below = flask("move-database", source, f"sqlite:///{no_database / 'cm.db'}")
    assert below.exit_code == 2 and f"Nothing was moved: {no_database / 'cm.db'} cannot be made (" in below.stderr
    nowhere = flask("move-database", "sqlite:////nowhere/cm.db", place)
    assert nowhere.exit_code == 2 and "The database cannot be opened." in nowhere.stderr


def test_a_clinic_that_is_in_use_is_not_moved(app: Flask, flask: Run, place: str) -> None:
    server = create_engine(driver_url(url_of(app)))
    with server.connect() as connection:
        connection.execute(text("SELECT 1 FROM client"))
        result = flask("move-database", url_of(app), place)
    server.dispose()
    assert result.exit_code == 2
    assert result.stderr == (
        "Something else uses the database of FROM. Stop the server (systemctl stop cm-tracker), then run it again.\n"
    )
    assert is_empty(place)
    assert flask("move-database", url_of(app), place).exit_code == 0


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_server_without_the_programs_roles_takes_no_clinic(app: Flask, flask: Run, server_without_roles: str) -> None:
    result = flask("move-database", url_of(app), server_without_roles)
    assert result.exit_code == 2 and "the server of TO has no role cm_tracker_app" in result.stderr
    assert is_empty(server_without_roles)


@pytest.mark.owner
def test_a_ledger_that_does_not_verify_is_not_moved(app: Flask, flask: Run, place: str, kind: str) -> None:
    tamper(app, kind)
    result = flask("move-database", url_of(app), place)
    assert result.exit_code == 2 and "The ledger in FROM does not verify. Nothing was moved." in result.stderr
    assert is_empty(place)


@pytest.fixture
def copy(app: Flask, flask: Run, databases: Databases, kind: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of the clinic as it is now, which settings.env names for what only reads."""
    with app.app_context():
        of = Path(str(db.engine.url.database)).stem
        db.engine.dispose()
    name = databases.copy_of(kind, of)
    url = databases.owner_url(kind, name)
    (tmp_path / "instance" / "settings.env").write_text(f"READ_DATABASE_URL={url}\n")
    yield url
    databases.drop(kind, name)


@pytest.mark.owner
def test_a_copy_never_answers_for_a_ledger_that_does_not_verify(
    app: Flask, flask: Run, copy: str, place: str, kind: str
) -> None:
    tamper(app, kind)
    result = flask("move-database", url_of(app), place)
    assert result.exit_code == 2 and "The ledger in FROM does not verify. Nothing was moved." in result.stderr


def test_what_the_settings_say_about_the_old_database_is_named(app: Flask, flask: Run, copy: str, place: str) -> None:
    app.config["READ_DATABASE_URL"] = copy
    app.config["OWNER_DATABASE_URL"] = "postgresql://cm_owner@host/cm"
    result = flask("move-database", url_of(app), place)
    assert result.exit_code == 0, result.output
    assert (
        "READ_DATABASE_URL names a copy of the old database. Take it out of settings.env or of the environment, or let it "
        "name one of the new database.\n" in result.stdout
    )
    assert (
        "OWNER_DATABASE_URL names the owner of the old database. Take it out of settings.env or of the environment, or let it "
        "name one of the new database.\n" in result.stdout
    )


def test_what_somebody_writes_meanwhile_ends_the_move(app: Flask, flask: Run, place: str, databases: Databases) -> None:
    target = create_app({"DATABASE_URL": place, "DATA_KEY_FILE": str(app.extensions["cm_data_keys"].path)})
    with target.app_context():
        from flask_migrate import upgrade

        from cm_tracker.db import make_database

        make_database(db.engine)
        upgrade()
        engine = db.engine
        before = rows_of(engine)

    def write(name: str, count: int) -> None:
        if name == "client":
            with app.app_context():
                cast.visit(db.session(), 9)
                db.session.remove()

    with app.app_context(), pytest.raises(BackupFailed, match="somebody wrote into it meanwhile"):
        move_rows(db.engine, engine, write)
    assert rows_of(engine) == before, "nothing is in the target"
    engine.dispose()


@pytest.fixture
def folder(app: Flask, flask: Run, tmp_path: Path) -> Path:
    """The instance folder of a clinic whose database lies in it, as `init` makes it."""
    with app.app_context():
        file = Path(str(db.engine.url.database))
        db.engine.dispose()
    shutil.copy(file, tmp_path / "instance" / "cm_tracker.db")
    return tmp_path / "instance"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_move_that_fails_takes_nothing_away_but_what_it_made(flask: Run, folder: Path) -> None:
    """The names of the files beside TO begin as that of TO does."""
    kept = ["cm_tracker.db", "cm_tracker.backup", "cm_tracker-old"]
    for name in kept[1:]:
        (folder / name).write_text(name)
    there = f"sqlite:///{folder / 'cm_tracker.db'}", f"sqlite:///{folder / 'cm_tracker'}"
    for _ in small_files(200_000):
        result = flask("move-database", *there)
    assert result.exit_code == 2 and "Nothing was moved: the disk of TO is full" in result.stderr
    assert {path.name for path in folder.iterdir()} == {*kept, "checkpoint.key"}
    assert flask("move-database", *there).exit_code == 0
    assert {path.name for path in folder.iterdir()} == {*kept, "checkpoint.key", "cm_tracker"}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_url_counts_from_the_instance_folder_as_in_the_settings(flask: Run, folder: Path, in_folder: Path) -> None:
    relative, absolute = "sqlite:///cm_tracker.db", f"sqlite:///{folder / 'cm_tracker.db'}"
    same = flask("move-database", relative, absolute)
    assert (same.exit_code, same.stderr) == (2, "FROM and TO are the same database.\n")
    server = create_engine(absolute)
    with server.connect() as connection:
        connection.execute(text("SELECT 1 FROM client"))
        result = flask("move-database", relative, "sqlite:///other.db")
    server.dispose()
    assert result.exit_code == 2 and result.stderr.startswith("Something else uses the database of FROM.")
    assert not (folder / "other.db").exists()
    (folder / "other.db").write_text("of somebody else")
    taken = flask("move-database", relative, "sqlite:///other.db")
    assert taken.exit_code == 2 and "TO is not empty" in taken.stderr
    (folder / "other.db").unlink()
    assert flask("move-database", relative, "sqlite:///other.db").exit_code == 0
    assert (folder / "other.db").exists() and not (in_folder / "other.db").exists()
