"""If a failing disk cuts SQLite's write-ahead log or flips a bit in it, the first part of the ledger stays intact."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.conftest import Databases
from tests.torture.conftest import CUTS

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def rows(path: Path) -> list[tuple[int, bytes]]:
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT seq, hash FROM log ORDER BY seq").fetchall()


def test_a_damaged_write_ahead_log_leaves_an_intact_first_part_of_the_ledger(
    app: Flask, databases: Databases, tmp_path: Path
) -> None:
    path = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    with app.app_context():
        # Without automatic checkpoints all new rows stay in the write-ahead log, and none move to the database file.
        db.session.execute(db.text("PRAGMA wal_autocheckpoint = 0"))
        for day in (0, 2, 4, 7, 9, 11):
            cast.visit(db.session(), day)
        base, wal = tmp_path / "base.db", tmp_path / "base.wal"
        shutil.copy(path, base)
        shutil.copy(f"{path}-wal", wal)
        db.session.remove()
    all_rows, rows_before = rows(path), rows_without_log(base, tmp_path)
    written, random_numbers, lengths = wal.read_bytes(), random.Random(27), set()
    broken = tmp_path / "broken.db"
    for n in range(CUTS):
        shutil.copy(base, broken)
        if n % 2:
            damaged = written[: random_numbers.randrange(len(written))]
        else:
            at = random_numbers.randrange(len(written))
            damaged = written[:at] + bytes([written[at] ^ (1 << random_numbers.randrange(8))]) + written[at + 1 :]
        Path(f"{broken}-wal").write_bytes(damaged)
        damaged_app = create_app(databases.settings("sqlite", "x") | {"DATABASE_URL": f"sqlite:///{broken}"})
        with damaged_app.app_context():
            assert verify_ledger(db.session()).findings == [], n
            db.session.remove()
            db.engine.dispose()
        rows_left = rows(broken)
        assert rows_left == all_rows[: len(rows_left)], "the rows that are left are the first ones"
        assert len(rows_left) >= len(rows_before)
        lengths.add(len(rows_left))
        for leftover in tmp_path.glob("broken.db*"):
            leftover.unlink()
    assert len(lengths) > 2, "the log was damaged at different places"


def rows_without_log(base: Path, folder: Path) -> list[tuple[int, bytes]]:
    """Return the rows of the database file without its write-ahead log."""
    alone = folder / "alone.db"
    shutil.copy(base, alone)
    return rows(alone)
