"""Backups of the whole clinic: whole, their owner's alone, encrypted on request, and restored as they were."""

import json
import os
import re
import resource
import shutil
import stat
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import quote, unquote

import psycopg
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text

from cm_tracker import clock, config, create_app
from cm_tracker.backups.archive import check
from cm_tracker.backups.databases import address_of, url_of
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.upkeep import newest_upkeep
from cm_tracker.secret_box import SecretBox
from cm_tracker.signing import signer
from tests import cast
from tests.cli.conftest import Run, runner
from tests.cli.programs import PROGRAMS
from tests.cli.test_ledger import tamper
from tests.conftest import Databases

PASSPHRASE = "correct horse battery"
SETTINGS = (
    "# of this clinic\nSECRET_KEY=a secret\nPEPPER=\nDATABASE_URL=sqlite:///elsewhere.db\nDATA_KEY_FILE=/old/data.key\n"
)


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the programs of the tests' own PostgreSQL first."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
def flask(app: Flask, tmp_path: Path) -> Run:
    """Run commands of a clinic with records, a signed checkpoint, settings and keys."""
    instance = tmp_path / "instance"
    instance.mkdir()
    (tmp_path / "backup").mkdir()
    app.instance_path = str(instance)
    with app.app_context():
        cast.rich(db.session())
        take_checkpoint(db.session(), signer=signer(instance, ()), actor=command(), now=cast.NOW)
        db.session.remove()
    (instance / "settings.env").write_text(SETTINGS)
    return runner(app)


def made(flask: Run, tmp_path: Path, *options: str, stdin: str | None = None) -> Path:
    before = {path.name for path in (tmp_path / "instance").iterdir()}
    result = flask("backup", str(tmp_path / "backup"), *options, stdin=stdin)
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "backup").iterdir()
    assert result.stdout == f"{file}\n" and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / "instance").iterdir()} == before, "nothing is left behind"
    return file


class Elsewhere:
    """A place without a clinic: a folder that is not there, and on PostgreSQL an empty database."""

    def __init__(self, databases: Databases, kind: str, folder: Path) -> None:
        self.folder = folder
        self.name = databases.empty(kind)
        self.url = "" if kind == "sqlite" else databases.owner_url(kind, self.name)
        self.app = create_app({"HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
        self.app.instance_path = str(folder)

    def restore(self, file: Path, *options: str, stdin: str | None = None) -> str:
        """Restore a backup. Return what the command says."""
        there = ("--database", self.url) if self.url else ()
        result = runner(self.app)("restore", str(file), *there, *options, stdin=stdin)
        assert result.exit_code == (2 if result.stderr.startswith("Nothing was restored") else 0), result.output
        return result.output

    @property
    def is_empty(self) -> bool:
        """Whether nothing was made."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
                functions = connection.execute(
                    "SELECT 1 FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                ).fetchall()
            if tables or functions:
                return False
        return not self.folder.exists()

    def points_of_amir(self) -> int:
        """Return what a client of the restored clinic has, as its own settings open it."""
        os.environ["INSTANCE_PATH"], before = str(self.folder), os.environ["INSTANCE_PATH"]
        try:
            app = create_app()
        finally:
            os.environ["INSTANCE_PATH"] = before
        with app.app_context():
            points = balances_of(db.session(), cast.AMIR)["points"]
            name = db.session.execute(text("SELECT preferred_name FROM client WHERE id = 1")).scalar_one()
            assert app.extensions["cm_data_keys"].decrypt(name) == "Amir"
            db.session.remove()
            db.engine.dispose()
        return points


@pytest.fixture
def elsewhere(databases: Databases, kind: str, tmp_path: Path) -> Iterator[Elsewhere]:
    place = Elsewhere(databases, kind, tmp_path / "restored")
    yield place
    databases.drop(kind, place.name)


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}


def test_a_backup_holds_the_database_the_settings_the_keys_and_what_they_are(
    app: Flask, flask: Run, tmp_path: Path, kind: str
) -> None:
    file = made(flask, tmp_path)
    assert file.name == "cm-2026-03-16-150000.tar"
    names = ["manifest.json", DATABASES[kind], "settings.env", "data.key", "checkpoint.key"]
    with tarfile.open(file) as tar:
        assert tar.getnames() == names
        assert {member.mode for member in tar} == {0o600}
        manifest = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest"))
        key = (tar.extractfile("data.key") or pytest.fail("no key")).read()
    assert key == app.extensions["cm_data_keys"].path.read_bytes()
    assert manifest["format"] == "cm-tracker backup 1" and manifest["database"] == kind
    assert manifest["made_at"] == "2026-03-16T15:00:00+00:00" and manifest["version"] == "0.2.0"
    assert manifest["needed"] == ["settings.env", "data.key", "checkpoint.key"]
    with app.app_context():
        size, head = db.session.execute(text("SELECT size, hash FROM log_head")).one()
        line = newest_upkeep(db.session())["backup"]
        db.session.remove()
    assert (manifest["records"], manifest["head"]) == (size, bytes(head).hex())
    assert line.is_done and line.says == f"{size} records were copied. 3 files of settings and keys were, too."
    again = flask("backup", str(tmp_path / "backup"))
    assert again.exit_code == 2 and "cm-2026-03-16-150000.tar is there already" in again.stderr


def test_a_clinic_is_restored_as_it_was(flask: Run, tmp_path: Path, elsewhere: Elsewhere, kind: str) -> None:
    said = elsewhere.restore(made(flask, tmp_path))
    assert "Verified at level 3: no findings" in said
    assert elsewhere.points_of_amir() == 85
    assert stat.S_IMODE(elsewhere.folder.stat().st_mode) == 0o700
    names = {"settings.env", "data.key", "checkpoint.key"} | ({"cm_tracker.db"} if kind == "sqlite" else set())
    assert {path.name for path in elsewhere.folder.iterdir()} == names
    assert {stat.S_IMODE(path.stat().st_mode) for path in elsewhere.folder.iterdir()} == {0o600}
    address = "sqlite:///cm_tracker.db" if kind == "sqlite" else elsewhere.url
    assert (elsewhere.folder / "settings.env").read_text() == (
        f"# of this clinic\nSECRET_KEY=a secret\nPEPPER=\nDATABASE_URL={address}\n"
    )
    assert "is not empty" in elsewhere.restore(next((tmp_path / "backup").iterdir()))
    assert elsewhere.points_of_amir() == 85


def test_a_backup_is_encrypted_to_a_public_key_and_restored_with_the_private_one(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    identity, other = tmp_path / "identity.txt", tmp_path / "other.txt"
    public = flask("backup-key", str(identity)).stdout.strip()
    assert public.startswith("age1") and stat.S_IMODE(identity.stat().st_mode) == 0o600
    flask("backup-key", str(other))
    assert "is there already" in flask("backup-key", str(other)).stderr
    file = made(flask, tmp_path, "--encrypt-to", public)
    assert file.name == "cm-2026-03-16-150000.tar.age"
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n") and b"HS-1" not in file.read_bytes()
    assert "this private key does not open it" in elsewhere.restore(file, "--identity", str(other))
    assert "holds no private key" in elsewhere.restore(file, "--identity", str(tmp_path / "instance" / "settings.env"))
    assert elsewhere.is_empty
    assert "no findings" in elsewhere.restore(file, "--identity", str(identity))
    assert elsewhere.points_of_amir() == 85


def test_the_settings_say_to_whom_backups_are_encrypted(app: Flask, flask: Run, tmp_path: Path) -> None:
    public = flask("backup-key", str(tmp_path / "identity.txt")).stdout.strip()
    app.config["BACKUP_KEYS"] = f" {public}, "
    assert made(flask, tmp_path).name == "cm-2026-03-16-150000.tar.age"


def test_a_backup_is_encrypted_with_a_passphrase(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    short = flask("backup", str(tmp_path / "backup"), "--passphrase", stdin="too short\n")
    assert (short.exit_code, short.stderr) == (2, "A passphrase has at least 12 characters.\n")
    file = made(flask, tmp_path, "--passphrase", stdin=f"{PASSPHRASE}\n")
    assert "the passphrase does not open it" in elsewhere.restore(file, stdin="another one\n")
    assert elsewhere.is_empty
    assert "no findings" in elsewhere.restore(file, stdin=f"{PASSPHRASE}\n")


def test_keys_that_were_left_out_are_named_before_anything_is_written(
    app: Flask, flask: Run, tmp_path: Path, elsewhere: Elsewhere, kind: str
) -> None:
    file = made(flask, tmp_path, "--without-keys")
    assert names_in(file) == ["manifest.json", DATABASES[kind]]
    said = elsewhere.restore(file)
    assert "the clinic had settings.env, data.key, checkpoint.key, and the backup does not hold them" in said
    assert elsewhere.is_empty
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "settings.env").write_text(SETTINGS)
    (keys / "checkpoint.key").write_bytes((tmp_path / "instance" / "checkpoint.key").read_bytes())
    assert "the clinic had data.key, and the backup does not hold it" in elsewhere.restore(file, "--keys", str(keys))
    (keys / "data.key").write_bytes(b"q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2q2o=\n")
    assert "its keys do not belong to it: data.key" in elsewhere.restore(file, "--keys", str(keys))
    assert elsewhere.is_empty
    (keys / "data.key").write_bytes(app.extensions["cm_data_keys"].path.read_bytes())
    assert "no findings" in elsewhere.restore(file, "--keys", str(keys))
    assert elsewhere.points_of_amir() == 85


def cut(stored: bytes) -> bytes:
    return stored[: len(stored) // 2]


def change_in_the_database(stored: bytes) -> bytes:
    at = len(stored) // 2
    return stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]


def change_in_the_manifest(stored: bytes) -> bytes:
    return stored.replace(b'"records": ', b'"records": 1', 1)


def append_another_file(stored: bytes) -> bytes:
    about = tarfile.TarInfo("../../stray")
    return stored.rstrip(b"\0") + b"\0" * (-len(stored.rstrip(b"\0")) % 512) + about.tobuf() + bytes(1024)


@pytest.mark.parametrize(
    "damage", [cut, change_in_the_database, change_in_the_manifest, append_another_file, bytes.upper]
)
def test_a_damaged_backup_is_refused_and_nothing_is_written(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, damage: Callable[[bytes], bytes]
) -> None:
    file = made(flask, tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    said = elsewhere.restore(file)
    assert said.startswith("Nothing was restored: ") and ("cut short or changed" in said or "describes" in said)
    assert elsewhere.is_empty and not (tmp_path / "stray").exists()


@pytest.mark.parametrize(
    "damage", [cut, change_in_the_database, lambda stored: stored[:40], lambda stored: stored[:-1]]
)
def test_a_damaged_encrypted_backup_is_refused_and_nothing_is_written(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, damage: Callable[[bytes], bytes]
) -> None:
    identity = tmp_path / "identity.txt"
    file = made(flask, tmp_path, "--encrypt-to", flask("backup-key", str(identity)).stdout.strip())
    file.write_bytes(damage(file.read_bytes()))
    said = elsewhere.restore(file, "--identity", str(identity))
    assert said.startswith("Nothing was restored: ") and "the file is cut short or changed" in said
    assert elsewhere.is_empty


def test_a_backup_of_a_newer_program_is_refused(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    file = made(flask, tmp_path)
    with tarfile.open(file) as tar:
        manifest = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest"))
    stored = file.read_bytes()
    assert stored.count(b'"migration": "00') == 1
    file.write_bytes(stored.replace(b'"migration": "00', b'"migration": "90'))
    assert elsewhere.restore(file) == (
        "Nothing was restored: it was made by a newer version of the program (0.2.0, migration "
        f"90{manifest['migration'][2:]}); install that version.\n"
    )
    assert elsewhere.is_empty


def test_only_the_newest_backups_are_kept(flask: Run, tmp_path: Path) -> None:
    backups = tmp_path / "backup"
    for name in ("cm-2026-01-01-030000.tar", "cm-2026-01-02-030000.tar.age", "cm-2026-01-03-030000.tar", "other.tar"):
        (backups / name).write_bytes(b"x")
    assert flask("backup", str(backups), "--keep", "2").exit_code == 0
    assert sorted(path.name for path in backups.iterdir()) == [
        "cm-2026-01-03-030000.tar", "cm-2026-03-16-150000.tar", "other.tar",
    ]  # fmt: skip


def test_a_backup_that_is_dated_in_the_future_does_not_cost_the_new_one(flask: Run, tmp_path: Path) -> None:
    """One night a clock was wrong; or it is wrong now, and whatever was made before seems to be of the future."""
    backups = tmp_path / "backup"
    for name in ("cm-2031-01-01-030000.tar.age", "cm-2030-01-02-030000.tar", "cm-2026-03-15-150000.tar"):
        (backups / name).write_bytes(b"x")
    result = flask("backup", str(backups), "--keep", "1")
    assert (result.exit_code, result.stdout) == (0, f"{backups}/cm-2026-03-16-150000.tar\n")
    assert "2 backups, such as cm-2031-01-01-030000.tar.age, are dated in the future" in result.stderr
    assert sorted(path.name for path in backups.iterdir()) == [
        "cm-2026-03-16-150000.tar", "cm-2030-01-02-030000.tar", "cm-2031-01-01-030000.tar.age",
    ]  # fmt: skip
    drilled = flask("drill", str(backups))
    assert drilled.exit_code == 0 and drilled.stdout.startswith("cm-2026-03-16-150000.tar can be restored: ")
    assert "2 backups, such as cm-2031-01-01-030000.tar.age, are dated in the future" in drilled.stderr
    (backups / "cm-2026-03-16-150000.tar").rename(backups / "cm-2032-03-16-150000.tar")
    alone = flask("drill", str(backups))
    assert alone.exit_code == 0 and alone.stdout.startswith("cm-2032-03-16-150000.tar can be restored: ")


def test_settings_that_change_all_the_time_are_in_a_whole_backup(flask: Run, tmp_path: Path) -> None:
    """An editor, or a key that is replaced: what was measured is what was packed."""
    settings, is_done = tmp_path / "instance" / "settings.env", threading.Event()

    def change() -> None:
        while not is_done.is_set():
            with settings.open("a") as file:
                file.write("# one line more\n")

    changing = threading.Thread(target=change)
    changing.start()
    try:
        file = made(flask, tmp_path)
    finally:
        is_done.set()
        changing.join()
    assert check(file).needed == ("settings.env", "data.key", "checkpoint.key")


@pytest.fixture
def while_it_dumps(databases: Databases, app: Flask) -> Callable[[Callable[[], object]], None]:
    """Return a function that lets something happen while `pg_dump` waits for a table, before it copies the first row."""

    def hold(happen: Callable[[], object]) -> None:
        name = str(url_of(app.config["DATABASE_URL"]).database)
        url = databases.owner_url("postgresql", name)
        is_held = threading.Event()

        def lock() -> None:
            with psycopg.connect(url) as holding, psycopg.connect(url, autocommit=True) as watching:
                holding.execute("LOCK TABLE visit IN ACCESS EXCLUSIVE MODE")
                is_held.set()
                while not watching.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
                    time.sleep(0.01)
                happen()

        threading.Thread(target=lock).start()
        assert is_held.wait(10)

    return hold


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_key_that_is_made_while_the_database_is_copied_is_in_the_backup(
    flask: Run, tmp_path: Path, while_it_dumps: Callable[[Callable[[], object]], None]
) -> None:
    """Somebody sets up the first authenticator app of the clinic at night."""
    while_it_dumps(lambda: SecretBox(tmp_path / "instance").seal("a secret", is_first=True))
    result = flask("backup", str(tmp_path / "backup"))
    assert result.exit_code == 0, result.output
    manifest = check(Path(result.stdout.strip()))
    assert manifest.needed == ("settings.env", "data.key", "checkpoint.key", "secrets.key")
    assert [entry.name for entry in manifest.files][1:] == list(manifest.needed)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_key_that_is_dropped_while_the_database_is_copied_makes_no_backup(
    app: Flask, flask: Run, tmp_path: Path, while_it_dumps: Callable[[Callable[[], object]], None]
) -> None:
    """What was encrypted with it may be in the copy."""
    path = app.extensions["cm_data_keys"].path
    kept = path.read_bytes()
    while_it_dumps(lambda: path.write_bytes(Fernet.generate_key()))
    try:
        result = flask("backup", str(tmp_path / "backup"))
    finally:
        path.write_bytes(kept)
    assert result.exit_code == 2 and "a key was dropped while the database was copied" in result.stderr
    assert list((tmp_path / "backup").iterdir()) == []


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_server_that_leaves_while_the_database_is_copied_is_a_sentence(
    databases: Databases, flask: Run, tmp_path: Path, while_it_dumps: Callable[[Callable[[], object]], None]
) -> None:
    while_it_dumps(
        lambda: databases.admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' "
            "AND query LIKE '%log_head%'"
        )
    )
    result = flask("backup", str(tmp_path / "backup"))
    assert (result.exit_code, result.stderr) == (
        2,
        f"There is no backup in {tmp_path / 'backup'}: the database says: terminating connection due to administrator "
        "command.\n",
    )
    assert list((tmp_path / "backup").iterdir()) == []


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


def test_what_a_killed_run_left_is_removed_by_the_next_and_what_still_runs_stays(flask: Run, tmp_path: Path) -> None:
    killed, running = tmp_path / "instance" / ".cm-backup-abcd_123", tmp_path / "instance" / ".cm-drill-abcd1234"
    for folder in (killed, running):
        folder.mkdir()
        (folder / "plain").write_text("the whole clinic")
    opened = os.open(running, os.O_RDONLY)
    flock(opened, LOCK_EX)
    assert flask("backup", str(tmp_path / "backup")).exit_code == 0
    assert not killed.exists() and (running / "plain").exists()
    os.close(opened)


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


def small_files(most: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that gets full in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("most", "is_encrypted"), [(100, False), (100_000, False), (100_000, True)])
def test_a_disk_that_gets_full_leaves_no_backup_and_drops_none(
    flask: Run, tmp_path: Path, most: int, is_encrypted: bool
) -> None:
    key = flask("backup-key", str(tmp_path / "identity.txt")).stdout.strip()
    options = ("--encrypt-to", key) if is_encrypted else ()
    backups = tmp_path / "backup"
    (backups / "cm-2026-01-01-030000.tar").write_bytes(b"x")
    before = {path.name for path in (tmp_path / "instance").iterdir()}
    for _ in small_files(most):
        result = flask("backup", str(backups), "--keep", "1", *options)
    assert result.exit_code == 2 and result.stderr.startswith(f"There is no backup in {backups}: ")
    assert [path.name for path in backups.iterdir()] == ["cm-2026-01-01-030000.tar"]
    assert {path.name for path in (tmp_path / "instance").iterdir()} == before
    assert flask("ledger", "verify").exit_code == 0


def test_two_backups_of_a_clinic_do_not_run_at_the_same_time(flask: Run, tmp_path: Path) -> None:
    opened = os.open(tmp_path / "instance", os.O_RDONLY)
    flock(opened, LOCK_EX)
    refused = flask("backup", str(tmp_path / "backup"))
    assert refused.exit_code == 2 and "another backup of this clinic is running" in refused.stderr
    os.close(opened)
    made(flask, tmp_path)


def test_a_disk_that_is_pulled_out_in_the_middle_leaves_no_backup(flask: Run, tmp_path: Path) -> None:
    """The folder vanishes once the file has begun; to make a key of the passphrase takes longer than to see that."""
    folder, before = tmp_path / "backup", {path.name for path in (tmp_path / "instance").iterdir()}
    pulled = threading.Event()

    def pull() -> None:
        while not any(folder.iterdir()):
            time.sleep(0.001)
        shutil.rmtree(folder)
        pulled.set()

    threading.Thread(target=pull, daemon=True).start()
    result = flask("backup", str(folder), "--passphrase", stdin=f"{PASSPHRASE}\n")
    assert pulled.wait(10)
    assert result.exit_code == 2 and not folder.exists()
    assert result.stderr.endswith(f"There is no backup in {folder}: the folder or a file in it has vanished.\n")
    assert {path.name for path in (tmp_path / "instance").iterdir()} == before, "nothing is left behind"
    folder.mkdir(0o700)
    made(flask, tmp_path)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_machine_without_pg_dump_says_what_to_install(
    flask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = flask("backup", str(tmp_path / "backup"))
    assert (
        refused.exit_code == 2 and "pg_dump is not installed (in Debian it is in postgresql-client)" in refused.stderr
    )
    assert list((tmp_path / "backup").iterdir()) == []


def test_a_wrong_public_key_and_a_folder_that_cannot_be_written_make_no_backup(flask: Run, tmp_path: Path) -> None:
    wrong = flask("backup", str(tmp_path / "backup"), "--encrypt-to", "age1hello")
    assert wrong.exit_code == 2 and "'age1hello' is no public key of age" in wrong.stderr
    assert flask("backup", str(tmp_path / "nowhere")).exit_code == 2
    both = flask("backup", str(tmp_path / "backup"), "--encrypt-to", "age1hello", "--passphrase")
    assert both.exit_code == 2 and "Choose --encrypt-to or --passphrase" in both.stderr
    assert list((tmp_path / "backup").iterdir()) == []


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


@pytest.fixture
def password(databases: Databases) -> Iterator[str]:
    """Let the program's account in with a password alone. Yield the password."""
    rules = Path(str(databases.server.pgdata)) / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    databases.admin.execute("CREATE ROLE cm_secret LOGIN PASSWORD 'p@ss word' IN ROLE cm_tracker_app")
    rules.write_text(f"local all cm_secret scram-sha-256\n{before}", encoding="utf-8")
    databases.admin.execute("SELECT pg_reload_conf()")
    yield "p@ss word"
    rules.write_text(before, encoding="utf-8")
    databases.admin.execute("SELECT pg_reload_conf()")
    databases.admin.execute("DROP ROLE cm_secret")


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_account_with_a_password_makes_a_backup(app: Flask, flask: Run, tmp_path: Path, password: str) -> None:
    url = str(app.config["DATABASE_URL"])
    app.config["OWNER_DATABASE_URL"] = url.replace("//cm_clinic:@", f"//cm_secret:{quote('wrong')}@")
    wrong = flask("backup", str(tmp_path / "backup"))
    assert wrong.exit_code == 2 and "password authentication failed" in wrong.stderr
    app.config["OWNER_DATABASE_URL"] = url.replace("//cm_clinic:@", f"//cm_secret:{quote(password)}@")
    made(flask, tmp_path)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://cm@one,two/cm", "postgresql://cm@/cm?host=one%2Ctwo&port=%2C"),
        (
            "postgresql://cm:secret@10.0.0.1:5432,10.0.0.2:5433/cm?target_session_attrs=read-write",
            "postgresql://cm@/cm?host=10.0.0.1%2C10.0.0.2&port=5432%2C5433&target_session_attrs=read-write",
        ),
        ("postgresql://cm:secret@10.0.0.1:5432/cm", "postgresql://cm@10.0.0.1:5432/cm"),
    ],
)
def test_programs_of_postgresql_get_several_hosts_as_one_parameter_and_no_password(url: str, address: str) -> None:
    assert sorted(re.split("[?&]", address_of(url_of(url)))) == sorted(re.split("[?&]", address))


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


def test_an_owner_of_another_database_makes_no_backup_of_it(
    app: Flask, flask: Run, tmp_path: Path, databases: Databases, kind: str
) -> None:
    name = databases.copy(kind, with_cast=True)
    app.config["OWNER_DATABASE_URL"] = databases.owner_url(kind, name)
    result = flask("backup", str(tmp_path / "backup"))
    assert (result.exit_code, result.stderr) == (
        2,
        f"There is no backup in {tmp_path / 'backup'}: OWNER_DATABASE_URL and DATABASE_URL name different databases; let both "
        "name that of this clinic.\n",
    )
    assert flask("nightly", str(tmp_path / "backup")).exit_code == 1
    assert list((tmp_path / "backup").iterdir()) == []
    databases.drop(kind, name)


@pytest.mark.owner
def test_a_ledger_with_findings_is_restored_only_on_purpose(
    app: Flask, flask: Run, tmp_path: Path, elsewhere: Elsewhere, kind: str
) -> None:
    tamper(app, kind)
    file = made(flask, tmp_path)
    said = elsewhere.restore(file)
    assert "its ledger does not verify; the first of 1 in " in said and "takes it as it is with --with-findings" in said
    assert elsewhere.is_empty
    assert "Verified at level 3: 1 finding." in elsewhere.restore(file, "--with-findings")
    assert elsewhere.points_of_amir() == 85


NOT_OWN = "Name the program's own account there, such as cm_clinic, before you start it."
COPY = "READ_DATABASE_URL was left out of settings.env: it names a copy of the old database."


@pytest.mark.parametrize("line", ["READ_DATABASE_URL=postgresql://cm@old/cm", "  READ_DATABASE_URL = sqlite:///old.db"])
def test_a_restored_clinic_does_not_read_the_copy_of_the_old_database(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, line: str
) -> None:
    (tmp_path / "instance" / "settings.env").write_text(f"{SETTINGS}# of before: READ_DATABASE_URL=\n{line}\n")
    said = elsewhere.restore(made(flask, tmp_path))
    assert f"{COPY} Set it again once a server follows the restored one." in said
    settings = (elsewhere.folder / "settings.env").read_text()
    assert line.strip() not in settings and "# of before: READ_DATABASE_URL=\n" in settings
    assert elsewhere.points_of_amir() == 85


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_programs_own_account_is_kept_where_the_settings_name_it(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    (tmp_path / "instance" / "settings.env").write_text(
        "DATABASE_URL = postgresql://cm_clinic:p%40ss@old/cm\nOWNER_DATABASE_URL = postgresql://cm_owner@old/cm\n"
    )
    said = elsewhere.restore(made(flask, tmp_path))
    assert NOT_OWN not in said and COPY not in said
    there = config.from_file(elsewhere.folder)
    own, owner = url_of(there["DATABASE_URL"]), url_of(elsewhere.url)
    assert (own.username, own.password, own.database, own.query) == ("cm_clinic", "p@ss", owner.database, owner.query)
    assert there["OWNER_DATABASE_URL"] == elsewhere.url and len(there) == 2


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("line", ["", "DATABASE_URL=\n", "DATABASE_URL=sqlite:///cm_tracker.db\n"])
def test_settings_that_name_the_owner_alone_are_restored(
    app: Flask, flask: Run, tmp_path: Path, elsewhere: Elsewhere, line: str
) -> None:
    """The environment may have named the program's own account, so nobody knows it here."""
    (tmp_path / "instance" / "settings.env").write_text(f"{line}OWNER_DATABASE_URL=postgresql://cm_owner@old/cm\n")
    assert NOT_OWN in elsewhere.restore(made(flask, tmp_path))
    assert config.from_file(elsewhere.folder) == {"DATABASE_URL": elsewhere.url}
    assert flask("drill", str(tmp_path / "backup")).exit_code == 0


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("cm2", "--database must begin with sqlite:/// or postgresql://."),
        (
            "postgresql://u@h:port/x",
            "--database cannot be read. It looks like postgresql://user:password@host:5432/cm.",
        ),
        (
            "postgresql://u@one:x,two:1/x",
            "--database cannot be read. It looks like postgresql://user:password@host:5432/cm.",
        ),
        (
            "postgresql://u@h/x?no=1",
            "--database cannot be read. It looks like postgresql://user:password@host:5432/cm.",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_database_that_cannot_be_read_is_refused_in_a_sentence(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, url: str, says: str
) -> None:
    result = runner(elsewhere.app)("restore", str(made(flask, tmp_path)), "--database", url)
    assert (result.exit_code, result.stderr) == (2, f"{says}\n")
    assert elsewhere.is_empty


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_the_server_of_a_url_does_not_take_is_a_sentence(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    elsewhere.url = "postgresql://u@127.0.0.1:1/x?connect_timeout=soon"
    said = elsewhere.restore(made(flask, tmp_path))
    assert said == "Nothing was restored: the database cannot be reached (bad value for connect_timeout: 'soon').\n"
    assert not elsewhere.folder.exists()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_settings_that_are_no_text_restore_nothing(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    (tmp_path / "instance" / "settings.env").write_bytes(b"PROGRAM_NAME=Stra\xdfe\n")
    assert elsewhere.restore(made(flask, tmp_path)) == "Nothing was restored: its settings.env is not UTF-8 text.\n"
    assert elsewhere.is_empty


def test_what_the_environment_says_about_another_database_is_named(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(flask, tmp_path)
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "READ_DATABASE_URL"):
        monkeypatch.setenv(name, "postgresql://cm@old/cm")
    said = elsewhere.restore(file)
    assert (
        "DATABASE_URL, OWNER_DATABASE_URL, READ_DATABASE_URL: set in the environment, which is stronger than settings.env. "
        "Let each name the restored database there, or take it out.\n" in said
    )


def test_a_new_partition_is_empty(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    """mkfs makes a folder lost+found; it stays, also where the restore fails."""
    file = made(flask, tmp_path)
    (elsewhere.folder / "lost+found").mkdir(parents=True)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(file.read_bytes()[:9000])
    assert elsewhere.restore(cut).startswith("Nothing was restored: ")
    assert [path.name for path in elsewhere.folder.iterdir()] == ["lost+found"]
    assert "Verified at level 3: no findings." in elsewhere.restore(file)


def test_a_backup_that_is_encrypted_to_a_key_asks_for_the_key(flask: Run, tmp_path: Path, elsewhere: Elsewhere) -> None:
    public = flask("backup-key", str(tmp_path / "key.txt")).stdout.strip()
    file = made(flask, tmp_path, "--encrypt-to", public)
    says = f"{file.name} is encrypted to a key. Name the file of the private key: --identity FILE.\n"
    result = runner(elsewhere.app)("restore", str(file))
    assert (result.exit_code, result.stderr) == (2, says)
    drilled = flask("drill", str(tmp_path / "backup"))
    assert (drilled.exit_code, drilled.stderr) == (2, says)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_server_without_the_programs_roles_takes_no_backup(
    flask: Run, tmp_path: Path, elsewhere: Elsewhere, server_without_roles: str
) -> None:
    """Whoever restored there would have a clinic that the program's own account may not open."""
    file = made(flask, tmp_path)
    elsewhere.url = server_without_roles
    assert elsewhere.restore(file).startswith("Nothing was restored: this server has no role cm_tracker_app, ")
    assert elsewhere.is_empty
