"""Checkpoints, exports and the nightly run from the command line, and the checker that needs none of our code."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from cm_tracker.db import db
from cm_tracker.signing import Signer, signer
from tests import cast
from tests.cli.conftest import Run, runner

CHECKER = Path(__file__).parents[2] / "docs" / "verify_ledger.py"


@pytest.fixture
def flask(app: Flask) -> Run:
    """A clinic that has recorded three visits."""
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return runner(app)


@pytest.fixture(autouse=True)
def own_folder(app: Flask, tmp_path: Path) -> Path:
    """Each test signs with a key of its own."""
    app.instance_path = str(tmp_path / "instance")
    return tmp_path


def edit(app: Flask, kind: str) -> None:
    """Change a visit's row in the database."""
    with app.app_context():
        session = db.session()
        session.execute(
            text("DROP TRIGGER visit_refuses_update" if kind == "sqlite" else "ALTER TABLE visit DISABLE TRIGGER USER")
        )
        session.execute(text("UPDATE visit SET outcome = 'positive' WHERE id = 2"))
        session.commit()
        db.session.remove()


def test_a_checkpoint_is_printed_and_verified_against(flask: Run, own_folder: Path) -> None:
    printed = flask("ledger", "checkpoint")
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert (
        lines[1] == "12"
        and lines[3].startswith("time 2026-03-16T15:00:00")
        and lines[6].startswith("\u2014 cm-tracker/")
    )
    assert f"Public key: {lines[0]}+" in printed.stderr
    kept = own_folder / "kept.txt"
    kept.write_text(printed.stdout, encoding="utf-8")
    code = own_folder / "code.txt"
    code.write_text(printed.stderr.split("Short code: ")[1].split("\n")[0], encoding="utf-8")
    for file in (kept, code):
        assert flask("ledger", "verify", "--against", str(file)).exit_code == 0
    found = flask("ledger", "verify", "--json", "--since", str(kept))
    assert json.loads(found.stdout)["ok"] is True
    assert flask("ledger", "verify", "--since", "newest").exit_code == 0


def test_the_same_ledger_gives_the_same_checkpoint(flask: Run) -> None:
    assert flask("ledger", "checkpoint").stdout == flask("ledger", "checkpoint").stdout


def test_another_ledgers_checkpoint_does_not_fit(flask: Run, app: Flask, own_folder: Path) -> None:
    printed = flask("ledger", "checkpoint").stdout
    root = printed.splitlines()[2]
    other = own_folder / "other.txt"
    other.write_text(printed.replace(root, "A" * 43 + "="), encoding="utf-8")
    found = flask("ledger", "verify", "--against", str(other))
    assert found.exit_code == 1
    assert "not those of the checkpoint that was kept" in found.stderr and "not signed with" in found.stderr
    longer = own_folder / "longer.txt"
    longer.write_text("99-AAAQ-EAYE-AUDA-OCAJ", encoding="utf-8")
    found = flask("ledger", "verify", "--against", str(longer))
    assert found.exit_code == 1 and "its newest records were cut off" in found.stderr


def test_a_checkpoint_is_checked_with_the_key_that_was_kept(flask: Run, own_folder: Path) -> None:
    kept = own_folder / "kept.txt"
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    key = flask("ledger", "key").stdout.strip()
    (own_folder / "instance" / "checkpoint.key").unlink()  # somebody puts another key in its place
    assert flask("ledger", "verify", "--against", str(kept)).exit_code == 1
    assert flask("ledger", "verify", "--against", str(kept), "--public-key", key).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--against", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("--since", "newest"), "There is no checkpoint yet"),
        (("--since", "setup.cfg"), "not a checkpoint"),
        (("--public-key", "hello"), "not a public key"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(flask: Run, arguments: tuple[str, ...], says: str) -> None:
    found = flask("ledger", "verify", *arguments)
    assert found.exit_code == 2
    assert says in found.stderr


def test_the_key_is_its_owners_alone_and_stays(own_folder: Path) -> None:
    folder = own_folder / "keys"
    first, second = signer(folder), signer(folder)
    assert first.text == second.text
    assert stat.S_IMODE((folder / "checkpoint.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint.key"]


def test_ed25519_as_rfc_8032_has_it() -> None:
    """RFC 8032, 7.1, test 1: the public key of a seed."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert Signer(seed).public_key.hex() == public


@pytest.mark.owner
def test_nightly_keeps_what_it_found_and_signs_a_checkpoint(flask: Run, app: Flask, kind: str) -> None:
    found = flask("ledger", "nightly")
    assert found.exit_code == 0
    assert "no findings." in found.stdout and "Checkpoint 12-" in found.stdout
    edit(app, kind)
    found = flask("ledger", "nightly")
    assert found.exit_code == 1
    assert "visit:2 differs" in found.stderr and "Nothing is recorded until an admin has looked" in found.stderr
    with app.app_context():
        kept = db.session().execute(text("SELECT findings > 0 FROM ledger_check ORDER BY id")).scalars().all()
        assert [bool(row) for row in kept] == [False, True]
        assert db.session().execute(text("SELECT COUNT(*) FROM checkpoint")).scalar_one() == 1
        db.session.remove()


def test_the_night_lets_points_expire_whose_day_has_come(flask: Run, app: Flask) -> None:
    with app.app_context():
        cast.set_site(db.session(), expiry_weeks=6)
        db.session.remove()
    with time_machine.travel(datetime(2026, 7, 5, 15, 0, tzinfo=UTC), tick=False):
        assert "expired" not in flask("ledger", "nightly").stdout
    with time_machine.travel(datetime(2026, 7, 6, 15, 0, tzinfo=UTC), tick=False):
        assert "Points of 1 client expired" in flask("ledger", "nightly").stdout
        assert "no findings." in flask("ledger", "verify").stdout


def checker(*arguments: str) -> subprocess.CompletedProcess[str]:
    # -I: without this project and without installed packages.
    return subprocess.run(
        [sys.executable, "-I", str(CHECKER), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_export_is_checked_without_the_program(flask: Run, own_folder: Path) -> None:
    export, kept = own_folder / "ledger.jsonl", own_folder / "kept.txt"
    assert flask("ledger", "export", str(export)).exit_code == 0
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    first = json.loads(export.read_text().splitlines()[0])
    assert set(first) == {"seq", "record", "body", "leaf", "hash"} and first["seq"] == 1
    found = checker(str(export), str(kept), "--balances")
    assert found.returncode == 0, found.stderr
    assert "size 12" in found.stdout and "no findings" in found.stdout
    assert "client:1:points 85" in found.stdout and "cabinet:1:items/1 5" in found.stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('\\"points\\",60,', '\\"points\\",600,', "the leaf is not that of the body"),
        ('"seq": 7', '"seq": 8', "seq 8 where 7 should be"),
        ('"hash": "', '"hash": "00', "does not follow"),
        ('"record": "visit:2"', '"record": "visit:3"', "the body is not that of visit:3"),
        ('{"seq": 3', '{"sequence": 3', "cannot be read"),
    ],
)
def test_an_export_that_was_edited_is_found(flask: Run, own_folder: Path, old: str, new: str, says: str) -> None:
    export = own_folder / "ledger.jsonl"
    flask("ledger", "export", str(export))
    whole = export.read_text()
    assert old in whole
    export.write_text(whole.replace(old, new))
    found = checker(str(export))
    assert found.returncode == 1
    assert says in found.stderr


def test_an_export_that_lost_its_tail_is_found_by_the_checkpoint(flask: Run, own_folder: Path) -> None:
    export, kept = own_folder / "ledger.jsonl", own_folder / "kept.txt"
    flask("ledger", "export", str(export))
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    export.write_text("".join(export.read_text().splitlines(keepends=True)[:-2]))
    assert checker(str(export)).returncode == 0
    found = checker(str(export), str(kept))
    assert found.returncode == 1 and "the checkpoint saw 12 records, the export has 10" in found.stderr
