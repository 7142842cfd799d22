"""Verify draws from the command line, and with the checker that needs nothing of this project."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from cm_tracker.db import db
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.queries.prizes.draws import draw_line
from tests import cast
from tests.cli.conftest import Run, runner
from tests.drawing import KIOSK, dora, draw

CHECKER = Path(__file__).parents[2] / "docs" / "verify_draw.py"

# Computed with openssl and bc, as tests/domain/prizes/test_draws.py explains.
RECEIPT: dict[str, Any] = {
    "identity": "cm-draw/1 client=1 draw=3 version=2",
    "commitment": "cafab2ec534f705c345d8202c34d3044690b2d0aafa76cc3dc0a4de53a81e1dd",
    "secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "client_part": "touch 512,300",
    "number": 3,
    "bowl": [["good_job", 250], ["small", 209], ["large", 40], ["jumbo", 1]],
    "slip": 133,
    "tier": "good_job",
}
WRONG: list[dict[str, Any]] = [
    {"secret": "ff" * 32},
    {"client_part": "touch 512,301"},
    {"slip": 500, "tier": "jumbo"},
    {"tier": "small"},
    {"bowl": [["good_job", 1], ["small", 499]]},
    {"identity": "cm-draw/1 client=1 draw=4 version=2"},
]
NOT_RECEIPTS: list[Any] = [{"secret": "no hex"}, {"bowl": []}, {"bowl": 7}, {"number": None}, {"number": float("inf")}]


def checker(path: Path) -> subprocess.CompletedProcess[str]:
    # -I: the checker must run without this project and without installed packages.
    return subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(path)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def flask(app: Flask) -> Run:
    return runner(app)


def written_to(folder: Path, receipt: object) -> Path:
    path = folder / "receipt.json"
    path.write_text(json.dumps(receipt), encoding="utf-8")
    return path


def test_a_receipt_is_checked_with_and_without_the_program(flask: Run, tmp_path: Path) -> None:
    path = written_to(tmp_path, RECEIPT)
    assert flask("draws", "verify", str(path)).stdout == "No problems found.\n"
    checked = checker(path)
    assert checked.returncode == 0 and checked.stdout.startswith("No problems found: slip 133, good_job.")


@pytest.mark.parametrize("change", WRONG, ids=lambda change: "-".join(change))
def test_a_wrong_receipt_is_reported(flask: Run, tmp_path: Path, change: dict[str, Any]) -> None:
    path = written_to(tmp_path, RECEIPT | change)
    assert flask("draws", "verify", str(path)).exit_code == 1
    checked = checker(path)
    assert checked.returncode == 1 and checked.stderr


@pytest.mark.parametrize("change", NOT_RECEIPTS, ids=str)
def test_a_file_that_is_not_a_receipt_is_reported(flask: Run, tmp_path: Path, change: dict[str, Any]) -> None:
    path = written_to(tmp_path, RECEIPT | change)
    assert flask("draws", "verify", str(path)).exit_code == 2
    checked = checker(path)
    assert checked.returncode == 2 and "not a complete draw receipt" in checked.stderr
    assert checker(tmp_path / "nowhere.json").returncode == 2


def test_the_receipts_of_the_program_are_correct(flask: Run, app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        client = dora(db.session())
        commit_draw(db.session(), client_id=client, actor=KIOSK, now=cast.NOW)
        drawn = [draw(db.session(), client, number, f"touch {number},7") for number in (1, 2, 3)]
        receipts = [draw_line(db.session(), cast.rosa, one).receipt() for one in drawn]
        db.session.remove()
    for receipt in receipts:
        assert checker(written_to(tmp_path, json.loads(receipt))).returncode == 0
    assert flask("draws", "verify").stdout == "3 draws checked: no problems found.\n"
