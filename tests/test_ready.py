"""The checks before the application starts to serve. `cm-tracker serve` and gunicorn run the same ones."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.config import BadSettings
from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from cm_tracker.ready import check_ready
from tests import cast
from tests.conftest import SETTINGS, Databases
from tests.queries.ledger.guards import drop_guards, put_guards_back


@pytest.mark.owner
def test_with_a_broken_ledger_the_application_serves_but_does_not_write(
    app: Flask, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    check_ready(app)
    assert "does not hold" not in caplog.text
    with app.app_context():
        cast.visit(db.session(), 7)
        drop_guards(db.session(), kind)
        db.session.execute(text("UPDATE entry SET amount = amount + 1 WHERE id = 1"))
        db.session.commit()
        put_guards_back(db.session(), kind)
    check_ready(app)
    assert "nothing is written until an admin has looked" in caplog.text
    with app.app_context(), pytest.raises(LedgerInDoubt):
        cast.visit(db.session(), 9)


def test_a_lost_pepper_is_said_at_the_start(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def start(pepper: str, former: str = "") -> str:
        caplog.clear()
        app.extensions["cm_hasher"] = Hasher(64, 1, pepper, [former])
        check_ready(app)
        return caplog.text

    with app.app_context():
        set_pin(
            db.session(),
            client_id=cast.AMIR,
            pin="8642",
            hasher=Hasher(64, 1, "a pepper"),
            actor=cast.rosa,
            now=cast.NOW,
        )
        db.session.remove()
    assert start("a pepper") == ""
    assert start("another", "a pepper") == ""
    for pepper in ("", "another"):
        assert "PEPPER is not the one that passwords or PINs were made with" in start(pepper)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_account_that_owns_the_tables_is_said_at_the_start(
    app: Flask, databases: Databases, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    check_ready(app)
    assert "owns the tables" not in caplog.text
    name = databases.copy(kind, with_cast=True)
    owner = create_app(databases.settings(kind, name, as_owner=True))
    check_ready(owner)
    assert "The account of DATABASE_URL owns the tables" in caplog.text
    with owner.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


def test_keys_for_backups_are_looked_at_before_the_night(app: Flask) -> None:
    app.config["BACKUP_KEYS"] = "age1hello"
    with pytest.raises(BadSettings, match="BACKUP_KEYS: 'age1hello' is no public key of age"):
        check_ready(app)


def test_the_application_does_not_serve_a_database_without_tables(databases: Databases, kind: str) -> None:
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name))
    with pytest.raises(RuntimeError, match="cm-tracker init"):
        check_ready(app)
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


def test_the_application_does_not_serve_a_database_file_that_cannot_be_opened(tmp_path: Path) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/clinic.db"})
    with pytest.raises(RuntimeError, match="cannot be opened"):
        check_ready(app)


def test_the_application_starts_even_if_its_database_server_does_not_answer(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    check_ready(app)
    assert "The database cannot be reached." in caplog.text


def sign_checkpoint(app: Flask) -> Path:
    """Sign a checkpoint of the cast's ledger. Return the file of the key."""
    key = Path(app.instance_path) / "checkpoint.key"
    assert app.test_cli_runner().invoke(args=["ledger", "checkpoint"]).exit_code == 0
    assert key.exists()
    return key


def test_a_restore_without_the_key_is_refused_at_the_start_and_no_new_key_is_made(app: Flask) -> None:
    key = sign_checkpoint(app)
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(RuntimeError, match=r"checkpoint\.key is missing\. It is the key that signed the checkpoints"):
        check_ready(app)
    for arguments in (
        ["serve"],
        ["ledger", "checkpoint"],
        ["ledger", "verify"],
        ["ledger", "key"],
        ["ledger", "nightly"],
    ):
        result = app.test_cli_runner().invoke(args=arguments)
        # The night goes on after a task that failed.
        status = 1 if "nightly" in arguments else 2
        assert (result.exit_code, "checkpoint.key is missing." in result.stderr) == (status, True), arguments
    assert not key.exists()
    key.write_bytes(kept)
    check_ready(app)
    with app.app_context():
        cast.visit(db.session(), 7)  # recording goes on: no failed verification was saved
        db.session.remove()


@pytest.mark.parametrize("is_public_key_kept", [True, False])
def test_a_lost_key_is_replaced_on_purpose_and_the_old_checkpoints_stay_valid(
    app: Flask, is_public_key_kept: bool
) -> None:
    key = sign_checkpoint(app)
    kept, folder = key.read_bytes(), key.parent
    run = app.test_cli_runner().invoke
    public = run(args=["ledger", "key"]).stdout.strip()
    options = ["--public-key", public] if is_public_key_kept else []
    assert "checkpoint.key is there." in run(args=["ledger", "rekey", "--yes", *options]).stderr
    key.unlink()
    assert run(args=["ledger", "rekey", *options], input="n\n").exit_code == 1
    assert run(args=["ledger", "rekey", "--yes", "--public-key", "hello"]).exit_code == 2
    assert not key.exists()
    try:
        assert run(args=["ledger", "rekey", "--yes", *options]).exit_code == 0
        assert key.read_bytes() != kept
        check_ready(app)
        with app.app_context():
            cast.visit(db.session(), 7)
            db.session.remove()
        for command in ("nightly", "verify"):
            result = run(args=["ledger", command])
            assert result.exit_code == 0, result.output
        assert "2 checkpoints" in result.stdout
    finally:
        (folder / "former.keys").unlink(missing_ok=True)
        key.write_bytes(kept)


def test_a_restore_with_another_key_is_refused_at_the_start(app: Flask) -> None:
    key = sign_checkpoint(app)
    kept = key.read_bytes()
    key.write_bytes(b"A" * 43 + b"=\n")
    with pytest.raises(RuntimeError, match=r"checkpoint\.key is not the key that signed the checkpoints"):
        check_ready(app)
    key.write_bytes(kept)
    check_ready(app)


@pytest.mark.parametrize("damaged", [b"", b"\n", b"QUFB\n", b"\xff\xfe"])
def test_a_file_without_a_key_is_refused_with_a_sentence(app: Flask, damaged: bytes) -> None:
    """A power cut or a full disk left it empty, or cut it short."""
    key = sign_checkpoint(app)
    kept = key.read_bytes()
    key.write_bytes(damaged)
    try:
        with pytest.raises(RuntimeError, match=r"checkpoint\.key is not the key that signed the checkpoints"):
            check_ready(app)
        result = app.test_cli_runner().invoke(args=["ledger", "key"])
        assert (result.exit_code, "checkpoint.key is not the key" in result.stderr) == (2, True)
    finally:
        key.write_bytes(kept)


def test_a_clinic_without_a_checkpoint_gets_its_key_at_the_start(app: Flask) -> None:
    key = Path(app.instance_path) / "checkpoint.key"
    key.unlink(missing_ok=True)
    check_ready(app)
    assert key.stat().st_mode & 0o077 == 0


def test_the_key_that_signs_checkpoints_may_lie_elsewhere(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    own = Path(app.instance_path) / "checkpoint.key"
    before = own.read_bytes() if own.exists() else None
    app.config["CHECKPOINT_KEY_FILE"] = str(tmp_path / "stick" / "signing.key")
    key = tmp_path / "stick" / "signing.key"
    check_ready(app)
    assert key.stat().st_mode & 0o077 == 0
    assert run(args=["ledger", "checkpoint"]).exit_code == 0
    key.unlink()
    with pytest.raises(RuntimeError, match=r"stick/signing\.key is missing"):
        check_ready(app)
    assert run(args=["ledger", "rekey", "--yes"]).exit_code == 0
    assert sorted(path.name for path in key.parent.iterdir()) == ["former.keys", "signing.key"]
    check_ready(app)
    assert (own.read_bytes() if own.exists() else None) == before, "the instance folder has nothing to do with it"


@pytest.mark.owner
def test_no_checkpoint_is_signed_while_the_ledger_is_in_doubt(app: Flask, kind: str) -> None:
    with app.app_context():
        cast.rich(db.session())
        drop_guards(db.session(), kind)
        db.session.execute(text("UPDATE entry SET amount = amount + 1 WHERE id = 1"))
        db.session.commit()
        put_guards_back(db.session(), kind)
        db.session.remove()
    check_ready(app)
    result = app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "The ledger did not verify, so no checkpoint is signed until an admin has looked. Sign in and open Ledger, "
        "Verify the ledger.\n"
    )
