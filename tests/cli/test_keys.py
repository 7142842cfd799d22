"""Commands for the keys of names and notes."""

import shutil
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import func, select, text

from cm_tracker.db import as_owner, db
from cm_tracker.domain.errors import DataKeyMissing
from cm_tracker.domain.staff.roles import command
from cm_tracker.encryption import DataKeys, bind_keys
from cm_tracker.models import AuditEvent, ClientToken
from cm_tracker.operations.clients.encrypt_again import encrypt_again
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.clients.encrypted_values import count_by_key
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.ready import check_ready
from tests import cast
from tests.cli.conftest import Run, runner
from tests.conftest import Databases


@pytest.fixture
def keys(app: Flask, tmp_path: Path) -> DataKeys:
    """Return the keys of the cast in a file of the test's own: the other tests go on with the first one."""
    path = tmp_path / "data.key"
    shutil.copy(app.extensions["cm_data_keys"].path, path)
    with app.app_context():
        kept, app.extensions["cm_data_keys"] = app.extensions["cm_data_keys"], DataKeys(path)
        bind_keys(db.engine, app.extensions["cm_data_keys"])
        cast.rich(db.session())
        db.session.remove()
        yield app.extensions["cm_data_keys"]
        db.session.remove()
        app.extensions["cm_data_keys"] = kept
        bind_keys(db.engine, kept)


@pytest.fixture
def flask(app: Flask, keys: DataKeys) -> Run:
    return runner(app)


def lines_of(file: DataKeys) -> list[bytes]:
    return file.path.read_bytes().split()


def found(search: str) -> list[str]:
    db.session.remove()
    lines = client_list(db.session(), command(), search=search, page=1, now=cast.NOW).lines
    return [line.code for line in lines]


def trail() -> list[str]:
    tags = db.session.execute(select(AuditEvent.tag).where(AuditEvent.tag.startswith("key:")).order_by(AuditEvent.id))
    return list(tags.scalars())


def test_no_key_is_changed_where_the_owner_names_another_database(
    app: Flask, flask: Run, keys: DataKeys, databases: Databases, kind: str
) -> None:
    """Its values would be encrypted again, and the key that this one needs would be dropped."""
    before, name = lines_of(keys), databases.copy(kind, with_cast=True)
    app.config["OWNER_DATABASE_URL"] = databases.owner_url(kind, name)
    for options in ([], ["--finish"]):
        result = flask("keys", "rotate", *options)
        assert (result.exit_code, result.stderr) == (
            2,
            "No key was changed: OWNER_DATABASE_URL and DATABASE_URL name different databases; let both name that of this "
            "clinic.\n",
        )
    assert lines_of(keys) == before and trail() == []
    databases.drop(kind, name)


def test_a_key_is_replaced_and_nothing_else_changes(flask: Run, keys: DataKeys) -> None:
    (first,) = lines_of(keys)
    notes = db.session.execute(text("SELECT COUNT(*) FROM note")).scalar_one()
    result = flask("keys", "rotate")
    assert result.exit_code == 0, result.output
    # Two names, two texts for each note, and the salts of two clients and of the staff.
    salts = db.session.execute(text("SELECT COUNT(*) FROM state_salt")).scalar_one()
    assert result.stdout.startswith(f"{2 + 2 * notes + salts} values encrypted again.\nBack up {keys.path} now.")
    newest, older = lines_of(keys)
    assert older == first != newest and stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert found("amir") == ["HS-1"]
    assert flask("keys", "rotate", "--finish").exit_code == 0
    assert lines_of(keys) == [newest]
    assert found("amir") == ["HS-1"] and trail() == ["key:added", "key:dropped"]
    tokens = db.session.execute(select(func.count()).select_from(ClientToken)).scalar_one()
    assert tokens == sum(len(set(keys.newest_tokens("names", pieces))) for pieces in PIECES), (
        "the index has one key only"
    )
    assert verify_ledger(db.session()).findings == []
    # Nothing opens with the first key any more.
    token = db.session.execute(text("SELECT preferred_name FROM client WHERE id = 1")).scalar_one()
    assert Fernet(newest).decrypt(token) == b"Amir"
    assert [one.older + one.unreadable for one in count_by_key(db.session(), keys)] == [0, 0, 0, 0, 0, 0]


# The pieces of Amir and of Bea, typed by hand.
PIECES = (["^a", "^am", "ami", "mir", "~amr"], ["^b", "^be", "bea", "~bea"])


def test_the_guards_stand_after_a_rotation(flask: Run, keys: DataKeys) -> None:
    assert flask("keys", "rotate").exit_code == 0
    for statement in ("UPDATE note SET text = 'x'", "DELETE FROM note"):
        with pytest.raises(Exception, match=r"note|permission denied"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_an_interrupted_rotation_goes_on_and_the_clinic_meanwhile(app: Flask, flask: Run, keys: DataKeys) -> None:
    keys.add()
    with as_owner(db.engine, app.config["OWNER_DATABASE_URL"]) as session:
        assert encrypt_again(session, table="client", after=None)[1:] == (2, 0)
    assert len(keys) == 2
    # Names under the new key and notes under the old one are both read, and both tokens are found.
    assert found("amir") == ["HS-1"]
    assert verify_ledger(db.session()).findings == []
    status = flask("keys", "status")
    assert status.exit_code == 0 and "client: the newest key opens 2\n" in status.stdout
    assert ", an older one " in status.stdout and "goes on with it" in status.stdout
    assert flask("keys", "rotate").exit_code == 0
    assert len(keys) == 2, "it goes on with the key that was made"
    assert flask("keys", "rotate", "--finish").exit_code == 0
    assert flask("keys", "status").stdout.startswith(f"{keys.path} has 1 key.\n")
    refused = flask("keys", "rotate", "--finish")
    assert (refused.exit_code, refused.stderr) == (2, "There is only one key, so there is nothing to finish.\n")


def test_no_key_is_dropped_while_a_server_writes_with_the_older_one(flask: Run, keys: DataKeys, tmp_path: Path) -> None:
    """A second server has the file of before: what it writes could be read by nobody without the older key."""
    (tmp_path / "other").mkdir()
    shutil.copy(keys.path, tmp_path / "other" / "data.key")
    assert flask("keys", "rotate").exit_code == 0
    bind_keys(db.engine, DataKeys(tmp_path / "other" / "data.key"))
    open_client(
        db.session(),
        code="HS-9",
        preferred_name="Kim",
        site_id=cast.HARBOR,
        language="en",
        actor=command(),
        now=cast.NOW,
    )
    db.session.remove()
    bind_keys(db.engine, keys)
    refused = flask("keys", "rotate", "--finish")
    assert refused.exit_code == 2 and "encrypted again.\n" in refused.stdout
    assert f"No key was dropped. Copy {keys.path} to every server of this clinic" in refused.stderr
    assert len(lines_of(keys)) == 2 and trail() == ["key:added"]
    assert flask("keys", "rotate", "--finish").exit_code == 0
    assert len(lines_of(keys)) == 1 and found("kim") == ["HS-9"]


@pytest.mark.owner
def test_no_key_is_dropped_while_something_cannot_be_read(app: Flask, flask: Run, keys: DataKeys) -> None:
    with as_owner(db.engine, app.config["OWNER_DATABASE_URL"]) as session:
        session.execute(text("UPDATE state_salt SET salt = :salt WHERE record = 'client:1'"), {"salt": b"changed"})
        session.commit()
    for options in ([], ["--finish"]):
        result = flask("keys", "rotate", *options)
        assert result.exit_code == 2 and "No key opens 1 value. No key was dropped." in result.stderr
        assert len(lines_of(keys)) == 2
    status = flask("keys", "status")
    assert status.exit_code == 1 and "NO KEY 1" in status.stdout


def test_two_commands_do_not_lose_one_anothers_key(flask: Run, keys: DataKeys) -> None:
    before, busy = lines_of(keys), keys.path.with_name("data.key.new")
    busy.touch()
    result = flask("keys", "rotate")
    assert result.exit_code == 2 and f"delete {busy} and run the same command again" in result.stderr
    assert lines_of(keys) == before
    busy.unlink()
    assert flask("keys", "rotate").exit_code == 0 and not busy.exists()


def test_a_restore_without_the_key_is_refused_and_no_new_key_is_made(app: Flask, flask: Run, keys: DataKeys) -> None:
    kept = keys.path.read_bytes()
    keys.path.unlink()
    app.extensions["cm_data_keys"] = fresh = DataKeys(keys.path)
    bind_keys(db.engine, fresh)
    with pytest.raises(RuntimeError, match=r"data\.key is missing\. Without it nobody can read the names and notes"):
        check_ready(app)
    for arguments in (["serve"], ["keys", "rotate"], ["keys", "status"], ["ledger", "verify"], ["staff", "add", "x"]):
        result = flask(*arguments, stdin="x\nstaff\n")
        assert (result.exit_code, "data.key is missing." in result.stderr) == (2, True), arguments
    assert not keys.path.exists()
    keys.path.write_bytes(Fernet.generate_key())
    with pytest.raises(RuntimeError, match=r"data\.key does not open the names and notes"):
        check_ready(app)
    keys.path.write_bytes(kept)
    check_ready(app)


def test_the_keys_of_a_demonstration_are_its_own(tmp_path: Path) -> None:
    one = DataKeys(tmp_path / "one.key")
    one.check([])
    with pytest.raises(DataKeyMissing):
        DataKeys(tmp_path / "other.key").check([one.encrypt("Amir")])
    assert [path.name for path in tmp_path.iterdir()] == ["one.key"]
