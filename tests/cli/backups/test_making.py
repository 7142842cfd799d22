"""Backups of the whole clinic: whole, their owner's alone, encrypted on request, and only as many as are kept."""

import json
import os
import re
import shutil
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text

from cm_tracker.backups.archive import check
from cm_tracker.backups.databases import address_of, url_of
from cm_tracker.db import db
from cm_tracker.queries.upkeep import newest_upkeep
from cm_tracker.secret_box import SecretBox
from tests.cli.backups.places import DATABASES, PASSPHRASE, made, small_files
from tests.cli.conftest import Run
from tests.conftest import Databases


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


def test_the_settings_say_to_whom_backups_are_encrypted(app: Flask, flask: Run, tmp_path: Path) -> None:
    public = flask("backup-key", str(tmp_path / "identity.txt")).stdout.strip()
    app.config["BACKUP_KEYS"] = f" {public}, "
    assert made(flask, tmp_path).name == "cm-2026-03-16-150000.tar.age"


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
