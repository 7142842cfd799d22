"""`cm-tracker` as a process of its own: from an empty folder, with an instance folder that is named or not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cm_tracker import config
from cm_tracker.cli import COMMANDS
from cm_tracker.cli.ownership import of_the_folders_owner
from cm_tracker.cli.program import Program, program
from cm_tracker.domain.errors import DatabaseBusy
from tests.cli.programs import PROGRAMS
from tests.cli.test_clinic import INIT, PASSWORDS
from tests.conftest import Databases

ROOT = Path(__file__).parents[2]


def cm_tracker(
    *arguments: str, stdin: str = "", folder: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder, with no more of the environment than it needs. No error may be a traceback."""
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "cm_tracker", *arguments],
        cwd=folder, env=known | environment, input=stdin, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_every_command_is_there_under_both_names() -> None:
    names = {command.name for command in COMMANDS}
    assert names == {
        "init", "serve", "staff", "site", "schedule", "import", "backup", "restore", "drill",
        "backup-key", "nightly", "upgrade", "move-database", "keys", "ledger", "draws", "report", "export",
        "demo",
    }  # fmt: skip
    assert set(program.commands) == names | {"db"}


def test_the_version_needs_no_clinic(tmp_path: Path) -> None:
    for arguments in (("--version",), ("--instance", "nowhere", "--version")):
        done = cm_tracker(*arguments, folder=tmp_path)
        assert (done.stdout, done.returncode) == ("cm-tracker 0.2.0\n", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_clinic_is_set_up_in_the_folder_that_is_named_and_nothing_where_somebody_stands(tmp_path: Path) -> None:
    clinic, here = tmp_path / "clinic", tmp_path / "here"
    here.mkdir()
    made = cm_tracker(
        "--instance", str(clinic), *INIT, stdin=PASSWORDS, folder=here, INSTANCE_PATH=str(tmp_path / "no")
    )
    assert made.returncode == 0, made.stderr
    assert {path.name for path in clinic.iterdir()} >= {"cm_tracker.db", "data.key", "checkpoint.key", "settings.env"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "here"] and list(here.iterdir()) == []
    verified = cm_tracker("ledger", "verify", folder=here, INSTANCE_PATH=str(clinic))
    assert verified.returncode == 0, verified.stderr
    by_relative_path = cm_tracker("--instance", "../clinic", "ledger", "verify", folder=here)
    assert by_relative_path.returncode == 0, by_relative_path.stderr
    assert cm_tracker("--instance", "../clinic", "db", "current", folder=here).returncode == 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "many"}, "PORT is 'many'; it must be a whole number from 1 to 65535.\n"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml'; it must be json or text.\n"),
        (
            {"METRICS_TOKEN": "a token that only tests know", "PROMETHEUS_MULTIPROC_DIR": "nowhere/counted"},
            "PROMETHEUS_MULTIPROC_DIR cannot be written (No such file or directory). Make that folder.\n",
        ),
        (
            {"DATABASE_URL": "mysql://u:secret@host/cm"},
            "DATABASE_URL must begin with sqlite:/// or postgresql://.\n",
        ),
        (
            {"DATABASE_URL": "postgresql://u:secret@host:port/cm"},
            "DATABASE_URL cannot be read. It looks like postgresql://user:password@host:5432/cm.\n",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_a_sentence(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    done = cm_tracker("serve", folder=tmp_path, INSTANCE_PATH=str(tmp_path / "clinic"), **settings)
    assert (done.stdout, done.stderr, done.returncode) == ("", sentence, 2)


def test_a_file_of_settings_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_bytes(b"PROGRAM_NAME=\xff")
    done = cm_tracker("--instance", str(tmp_path), "serve", folder=tmp_path)
    assert (done.stderr, done.returncode) == (f"{tmp_path}/settings.env is not UTF-8 text.\n", 2)
    done = cm_tracker("--instance", str(tmp_path / "settings.env"), "serve", folder=tmp_path)
    assert (done.stderr, done.returncode) == (
        f"{tmp_path}/settings.env is not a folder. INSTANCE_PATH or --instance names the folder of the clinic.\n",
        2,
    )
    (tmp_path / "settings.env").unlink()
    (tmp_path / "settings.env").mkdir()
    done = cm_tracker("--instance", str(tmp_path), "serve", folder=tmp_path)
    assert (done.stderr, done.returncode) == (f"{tmp_path}/settings.env cannot be read (Is a directory).\n", 2)


def test_the_instance_folder_of_a_checkout_lies_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INSTANCE_PATH")
    assert config.instance_folder() == ROOT / "instance"
    assert config.instance_folder(Path("elsewhere")) == Path.cwd() / "elsewhere"
    monkeypatch.setenv("INSTANCE_PATH", "/srv/cm")
    assert config.instance_folder() == Path("/srv/cm")
    assert config.instance_folder(Path("/srv/other")) == Path("/srv/other")


def test_what_a_command_writes_is_its_owners_alone(tmp_path: Path) -> None:
    clinic = str(tmp_path / "clinic")
    assert cm_tracker("--instance", clinic, *INIT, stdin=PASSWORDS, folder=tmp_path).returncode == 0
    for command in (("export", "clients", "--output", "clients.csv"), ("export", "audit", "--output", "audit.csv")):
        assert cm_tracker("--instance", clinic, *command, folder=tmp_path).returncode == 0
    for name in ("clients.csv", "audit.csv"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_database_that_cannot_be_reached_is_a_sentence_with_the_reason(tmp_path: Path) -> None:
    url = "postgresql://nobody:secret@127.0.0.1:9/none"
    done = cm_tracker("export", "clients", folder=tmp_path, INSTANCE_PATH=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 2 and done.stderr.startswith("The database cannot be opened.")
    assert "Connection refused" in done.stderr and "secret" not in done.stderr


def test_what_the_programs_own_account_may_not_do_is_a_sentence(databases: Databases, tmp_path: Path) -> None:
    """Only the owner of the tables may write notes again."""
    name = databases.copy("postgresql", with_cast=True)
    settings = {
        "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": databases.url("postgresql", name), "SECRET_KEY": "a secret",
        "DATA_KEY_FILE": str(tmp_path / "data.key"),
    }  # fmt: skip
    (tmp_path / "data.key").write_bytes((databases.folder / "data.key").read_bytes())
    done = cm_tracker("keys", "rotate", folder=tmp_path, **settings)
    assert done.returncode == 2 and "OWNER_DATABASE_URL" in done.stderr
    databases.drop("postgresql", name)


def test_a_file_that_belongs_to_another_account_is_a_sentence() -> None:
    @click.command()
    def opens() -> None:
        raise PermissionError(13, "Permission denied", "/srv/cm/data.key")

    result = CliRunner().invoke(Program(commands={"opens": opens}), ["opens"])
    assert (result.exit_code, result.stderr) == (
        2,
        "/srv/cm/data.key may not be read or written by this account. Run the command as the account that runs the "
        "program, or give the file to it with chown.\n",
    )


def test_what_a_rule_refuses_is_a_sentence() -> None:
    """Another process holds the write lock of SQLite."""

    @click.command()
    def writes() -> None:
        raise DatabaseBusy

    result = CliRunner().invoke(Program(commands={"writes": writes}), ["writes"])
    assert (result.exit_code, result.stderr) == (
        2,
        "Somebody else is saving, and it takes long. Nothing was saved here. Wait a moment, and try again.\n",
    )


@pytest.mark.parametrize(
    ("before", "sent", "ends_with"),
    [((), signal.SIGTERM, 143), ((), signal.SIGHUP, 129), (("nohup",), signal.SIGHUP, 0)],
)
def test_a_backup_that_is_told_to_end_leaves_no_copy_that_is_not_encrypted(
    tmp_path: Path, before: tuple[str, ...], sent: signal.Signals, ends_with: int
) -> None:
    """A service is stopped, or a terminal is closed. The passphrase makes it long enough to be told in the middle."""
    clinic, backups = tmp_path / "clinic", tmp_path / "backups"
    backups.mkdir()
    assert cm_tracker("--instance", str(clinic), *INIT, stdin=PASSWORDS, folder=tmp_path).returncode == 0
    there = {path.name for path in clinic.iterdir()}
    with subprocess.Popen(
        [*before, sys.executable, "-m", "cm_tracker", "--instance", str(clinic), "backup", str(backups), "--passphrase"],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # These tests may themselves run under nohup.
        preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(b"correct horse battery\n")
        process.stdin.close()
        until = time.monotonic() + 60
        while not list(clinic.glob(".cm-backup-*/plain")) and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(sent)
        assert process.wait(60) == ends_with
    assert {path.name for path in clinic.iterdir()} == there
    assert len(list(backups.iterdir())) == (1 if ends_with == 0 else 0)


def test_a_drill_that_is_told_to_end_drops_its_database(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    name, backups = databases.copy("postgresql", with_cast=True), tmp_path / "backups"
    settings = {
        "INSTANCE_PATH": str(tmp_path / "clinic"), "DATABASE_URL": databases.url("postgresql", name),
        "OWNER_DATABASE_URL": databases.owner_url("postgresql", name), "SECRET_KEY": "a secret",
        "DATA_KEY_FILE": str(tmp_path / "data.key"),
    }  # fmt: skip
    (tmp_path / "data.key").write_bytes((databases.folder / "data.key").read_bytes())
    for folder in (backups, tmp_path / "clinic"):
        folder.mkdir(0o700)
    assert cm_tracker("backup", str(backups), folder=tmp_path, **settings).returncode == 0

    def of_drills(table: str) -> list[tuple[object, ...]]:
        return databases.admin.execute(f"SELECT 1 FROM {table} WHERE datname LIKE 'cm_drill%'".encode()).fetchall()

    with subprocess.Popen(
        [sys.executable, "-m", "cm_tracker", "drill", str(backups)],
        cwd=tmp_path, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | settings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        until = time.monotonic() + 60
        # It is at work in its database, and not just making it.
        while not of_drills("pg_stat_activity") and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    assert of_drills("pg_database") == [] and list((tmp_path / "clinic").glob(".cm-*")) == []
    databases.drop("postgresql", name)


def test_what_root_makes_in_a_clinics_folder_belongs_to_the_folders_owner(tmp_path: Path) -> None:
    """An account that is not root makes it for itself anyway."""
    folder, owner = tmp_path / "clinic", 65534 if os.geteuid() == 0 else os.geteuid()
    folder.mkdir()
    (folder / "settings.env").touch()
    (folder / "data.key").write_text("old")
    if os.geteuid() == 0:
        os.chown(folder, owner, owner)
        os.chown(folder / "data.key", owner, owner)
    before = (folder / "settings.env").stat().st_uid
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    with of_the_folders_owner(folder):
        (folder / "new").write_text("new")
        (folder / "new").replace(folder / "data.key")
        (folder / "backups").mkdir()
        (folder / "linked").symlink_to(elsewhere)
        (folder / "same").hardlink_to(elsewhere)
    assert elsewhere.stat().st_uid == before, "what has a name outside the folder is nobody's to give away"
    assert (folder / "data.key").stat().st_uid == (folder / "backups").stat().st_uid == owner
    assert (folder / "settings.env").stat().st_uid == before, "what was there stays as somebody set it up"
