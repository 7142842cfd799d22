"""Commands for checkpoints, exports and the nightly run, and the checker that needs nothing of this project."""

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
    """Return a function that runs a command in a clinic that has recorded three visits."""
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    return runner(app)


@pytest.fixture(autouse=True)
def own_folder(app: Flask, tmp_path: Path) -> Path:
    """Give each test its own instance folder, and so its own key for signing."""
    app.instance_path = str(tmp_path / "instance")
    return tmp_path


def tamper(app: Flask, kind: str) -> None:
    """Change a visit's row directly in the database."""
    with app.app_context():
        session = db.session()
        session.execute(
            text("DROP TRIGGER visit_refuses_update" if kind == "sqlite" else "ALTER TABLE visit DISABLE TRIGGER USER")
        )
        session.execute(text("UPDATE visit SET outcome = 'positive' WHERE id = 2"))
        session.commit()
        db.session.remove()


def test_the_ledger_is_verified_against_a_printed_checkpoint(flask: Run, own_folder: Path) -> None:
    printed = flask("ledger", "checkpoint")
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert (
        lines[1] == "13"
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
    result = flask("ledger", "verify", "--json", "--since", str(kept))
    assert json.loads(result.stdout)["ok"] is True
    assert flask("ledger", "verify", "--since", "newest").exit_code == 0


def test_the_same_ledger_gives_the_same_checkpoint(flask: Run) -> None:
    assert flask("ledger", "checkpoint").stdout == flask("ledger", "checkpoint").stdout


def test_a_checkpoint_of_another_ledger_does_not_match(flask: Run, app: Flask, own_folder: Path) -> None:
    printed = flask("ledger", "checkpoint").stdout
    root = printed.splitlines()[2]
    other = own_folder / "other.txt"
    other.write_text(printed.replace(root, "A" * 43 + "="), encoding="utf-8")
    result = flask("ledger", "verify", "--against", str(other))
    assert result.exit_code == 1
    assert "not those of the checkpoint that was kept" in result.stderr and "not signed with" in result.stderr
    longer = own_folder / "longer.txt"
    longer.write_text("99-AAAQ-EAYE-AUDA-OCAJ", encoding="utf-8")
    result = flask("ledger", "verify", "--against", str(longer))
    assert result.exit_code == 1 and "its newest records were cut off" in result.stderr


def test_a_checkpoint_is_checked_with_a_public_key_that_was_kept_elsewhere(flask: Run, own_folder: Path) -> None:
    kept = own_folder / "kept.txt"
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    key = flask("ledger", "key").stdout.strip()
    (own_folder / "instance" / "checkpoint.key").unlink()
    assert flask("ledger", "verify", "--against", str(kept)).exit_code == 2, "no new key is made"
    assert flask("ledger", "verify", "--against", str(kept), "--public-key", key).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--against", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("--since", "newest"), "There is no checkpoint yet"),
        (("--since", "setup.cfg"), "not a checkpoint"),
        (("--public-key", "hello"), "not a public key"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused_with_a_sentence(
    flask: Run, arguments: tuple[str, ...], message: str
) -> None:
    result = flask("ledger", "verify", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_only_its_owner_can_read_the_key_and_it_does_not_change(own_folder: Path) -> None:
    folder = own_folder / "keys"
    first, second = signer(folder, ()), signer(folder, ())
    assert first.text == second.text
    assert stat.S_IMODE((folder / "checkpoint.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == ["checkpoint.key"]


def test_ed25519_gives_the_public_key_of_rfc_8032() -> None:
    """RFC 8032, 7.1, test 1: the public key of a seed."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert Signer(seed).public_key.hex() == public


@pytest.mark.owner
def test_nightly_saves_its_findings_and_signs_a_checkpoint_if_there_are_none(flask: Run, app: Flask, kind: str) -> None:
    result = flask("ledger", "nightly")
    assert result.exit_code == 0
    assert "no findings." in result.stdout and "Checkpoint 13-" in result.stdout
    tamper(app, kind)
    result = flask("ledger", "nightly")
    assert result.exit_code == 1
    assert "visit:2 differs" in result.stderr and "Nothing is recorded until an admin has looked" in result.stderr
    with app.app_context():
        kept = db.session().execute(text("SELECT findings > 0 FROM ledger_check ORDER BY id")).scalars().all()
        assert [bool(row) for row in kept] == [False, True]
        assert db.session().execute(text("SELECT COUNT(*) FROM checkpoint")).scalar_one() == 1
        db.session.remove()


def test_nightly_expires_points_on_their_day_and_not_before(flask: Run, app: Flask) -> None:
    with app.app_context():
        cast.set_site(db.session(), expiry_weeks=6)
        db.session.remove()
    with time_machine.travel(datetime(2026, 7, 5, 15, 0, tzinfo=UTC), tick=False):
        assert "expired" not in flask("ledger", "nightly").stdout
    with time_machine.travel(datetime(2026, 7, 6, 15, 0, tzinfo=UTC), tick=False):
        assert "Points of 1 client expired" in flask("ledger", "nightly").stdout
        assert "no findings." in flask("ledger", "verify").stdout


def checker(*arguments: str) -> subprocess.CompletedProcess[str]:
    # -I: the checker must run without this project and without installed packages.
    return subprocess.run(
        [sys.executable, "-I", str(CHECKER), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_an_export_is_checked_without_the_program(flask: Run, own_folder: Path) -> None:
    export, kept = own_folder / "ledger.jsonl", own_folder / "kept.txt"
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    assert flask("ledger", "export", str(export)).exit_code == 0
    first = json.loads(export.read_text().splitlines()[0])
    assert set(first) == {"seq", "record", "body", "leaf", "hash"} and first["seq"] == 1
    result = checker(str(export), str(kept), "--balances")
    assert result.returncode == 0, result.stderr
    assert "size 13" in result.stdout and "no findings" in result.stdout
    assert "client:1:points 85" in result.stdout and "cabinet:1:items/1 5" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('\\"points\\",60,', '\\"points\\",600,', "the leaf is not that of the body"),
        ('"seq": 7', '"seq": 8', "seq 8 where 7 should be"),
        ('"hash": "', '"hash": "00', "does not follow"),
        ('"record": "visit:2"', '"record": "visit:3"', "the body is not that of visit:3"),
        ('{"seq": 3', '{"sequence": 3', "cannot be read"),
    ],
)
def test_the_checker_finds_an_edited_export(flask: Run, own_folder: Path, old: str, new: str, message: str) -> None:
    export = own_folder / "ledger.jsonl"
    flask("ledger", "export", str(export))
    whole = export.read_text()
    assert old in whole
    export.write_text(whole.replace(old, new))
    result = checker(str(export))
    assert result.returncode == 1
    assert message in result.stderr


def test_a_checkpoint_shows_the_checker_that_an_export_lost_its_end(flask: Run, own_folder: Path) -> None:
    export, kept = own_folder / "ledger.jsonl", own_folder / "kept.txt"
    kept.write_text(flask("ledger", "checkpoint").stdout, encoding="utf-8")
    flask("ledger", "export", str(export))
    export.write_text("".join(export.read_text().splitlines(keepends=True)[:-2]))
    assert checker(str(export)).returncode == 0
    result = checker(str(export), str(kept))
    assert result.returncode == 1 and "the checkpoint saw 13 records, the export has 11" in result.stderr


def test_the_checker_finds_an_edited_audit_trail(flask: Run, own_folder: Path) -> None:
    export, trail = own_folder / "ledger.jsonl", own_folder / "trail.jsonl"
    flask("ledger", "checkpoint")
    assert flask("ledger", "export", str(export), "--trail", str(trail)).exit_code == 0
    result = checker(str(export), "--trail", str(trail))
    assert (result.returncode, result.stderr) == (0, "")
    lines = trail.read_text().splitlines(keepends=True)
    assert f"audit trail {len(lines)} lines" in result.stdout
    for edited, message in (
        (lines[:4] + lines[5:], "line 6 was changed, or what stood before it is missing"),
        ([lines[0].replace('"staff_id": null', '"staff_id": 3'), *lines[1:]], "line 1 was changed"),
        (lines[:5], "is missing, and an anchor in the log names it"),
    ):
        trail.write_text("".join(edited))
        result = checker(str(export), "--trail", str(trail))
        assert result.returncode == 1 and message in result.stderr


def test_a_note_is_erased_with_its_reason_and_a_verification_names_it(flask: Run, app: Flask) -> None:
    with app.app_context():
        cast.visit(db.session(), 7, note="a quiet day")
        digest = bytes(
            db.session.execute(
                text("SELECT digest FROM note WHERE digest IN (SELECT note_digest FROM visit)")
            ).scalar_one()
        ).hex()
        db.session.remove()
    assert "Give more of its digits" in flask("ledger", "erase", digest[:6], "--reason", "x", "--yes").stderr
    erased = flask("ledger", "erase", digest[:12], "--reason", "The client asked for it", "--yes")
    assert erased.stdout == f"The text of the note {digest[:16]} is erased.\n"
    printed = flask("ledger", "verify").stdout
    assert f"erased: note {digest[:16]} was erased by a command on 2026-03-16; line " in printed
    assert "no findings" in printed and "level 2 looked at lines of the audit trail: " in printed
    assert "- whether what staff recorded is true" in printed


def test_settling_pays_nothing_where_nothing_is_owed(flask: Run) -> None:
    assert flask("ledger", "settle").stdout == "0 points paid for 0 enrollments.\n"
