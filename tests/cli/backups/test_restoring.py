"""A backup is restored as it was, into an empty place alone, or nothing is written."""

import json
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from cm_tracker import config
from cm_tracker.backups.databases import url_of
from tests.cli.backups.places import DATABASES, PASSPHRASE, SETTINGS, Elsewhere, cut, made, names_in
from tests.cli.conftest import Run, runner
from tests.cli.test_ledger import tamper


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
