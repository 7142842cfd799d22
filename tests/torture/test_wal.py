"""SQLite's write-ahead log cut short or with a flipped byte, as a dying disk leaves it: a clean prefix each time."""

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


def test_a_broken_write_ahead_log_leaves_a_clean_prefix(app: Flask, databases: Databases, tmp_path: Path) -> None:
    path = Path(app.config["DATABASE_URL"].removeprefix("sqlite:///"))
    with app.app_context():
        # Nothing goes over into the database itself while it is written: all of it stands in the log.
        db.session.execute(db.text("PRAGMA wal_autocheckpoint = 0"))
        for day in (0, 2, 4, 7, 9, 11):
            cast.visit(db.session(), day)
        base, wal = tmp_path / "base.db", tmp_path / "base.wal"
        shutil.copy(path, base)
        shutil.copy(f"{path}-wal", wal)
        db.session.remove()
    whole, before = rows(path), rows_without_log(base, tmp_path)
    written, chance, lengths = wal.read_bytes(), random.Random(27), set()
    broken = tmp_path / "broken.db"
    for n in range(CUTS):
        shutil.copy(base, broken)
        if n % 2:
            damaged = written[: chance.randrange(len(written))]
        else:
            at = chance.randrange(len(written))
            damaged = written[:at] + bytes([written[at] ^ (1 << chance.randrange(8))]) + written[at + 1 :]
        Path(f"{broken}-wal").write_bytes(damaged)
        found = create_app(databases.settings("sqlite", "x") | {"DATABASE_URL": f"sqlite:///{broken}"})
        with found.app_context():
            assert verify_ledger(db.session()).findings == [], n
            db.session.remove()
            db.engine.dispose()
        left = rows(broken)
        assert left == whole[: len(left)], "what is left is what was written first"
        assert len(left) >= len(before)
        lengths.add(len(left))
        for leftover in tmp_path.glob("broken.db*"):
            leftover.unlink()
    assert len(lengths) > 2, "the cuts fell at different places"


def rows_without_log(base: Path, folder: Path) -> list[tuple[int, bytes]]:
    """What the database holds without its write-ahead log."""
    alone = folder / "alone.db"
    shutil.copy(base, alone)
    return rows(alone)
