"""The demonstration that each released version made is updated by one command, settled, and verified at every level."""

import lzma
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.ready import check_ready
from tests.cli.conftest import runner
from tests.cli.programs import PROGRAMS
from tests.conftest import Databases

RELEASED = Path(__file__).parent / "released"
# How many clients and records each version counted when it had written them.
CLIENTS = {"0.1.0": 30, "0.2.0": 33}
RECORDS = {
    ("0.1.0", "sqlite"): 589,
    ("0.1.0", "postgresql"): 589,
    ("0.2.0", "sqlite"): 1067,
    ("0.2.0", "postgresql"): 1063,
}


def load(databases: Databases, kind: str, name: str, version: str) -> None:
    """Fill an empty database with what a version dumped."""
    dump = lzma.decompress((RELEASED / f"{version}.{kind}.sql.xz").read_bytes())
    if kind == "sqlite":
        with closing(sqlite3.connect(databases.folder / f"{name}.db")) as connection:
            connection.executescript(dump.decode())
        return
    address = databases.owner_url(kind, name)
    subprocess.run([PROGRAMS / "psql", "-q", "-v", "ON_ERROR_STOP=1", address], input=dump, check=True)


@pytest.fixture(params=sorted(CLIENTS))
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(
    databases: Databases, kind: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application on a database that a released version wrote."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))
    (tmp_path / "instance").mkdir(mode=0o700)
    name = databases.empty(kind)
    load(databases, kind, name, version)
    # It had no data.key yet; the update makes one.
    app = create_app({**databases.settings(kind, name), "DATA_KEY_FILE": str(tmp_path / "instance" / "data.key")})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


def test_it_is_updated_settled_and_verified(old: Flask, version: str, kind: str, tmp_path: Path) -> None:
    run = runner(old)
    refused = run("ledger", "verify")
    assert refused.exit_code == 2 and "made by an older version of the program" in refused.stderr
    result = run("upgrade")
    assert result.exit_code == 0, result.output
    assert "up to level 3: no findings." in result.stdout
    assert len(list((tmp_path / "instance" / "backups").iterdir())) == 1
    assert f"{RECORDS[version, kind]:,} records, " in result.stdout
    assert run("ledger", "settle").exit_code == 0
    with old.app_context():
        assert verify_ledger(db.session()).findings == []
        assert db.session.execute(text("SELECT COUNT(*) FROM client")).scalar_one() == CLIENTS[version]
        db.session.remove()
    assert run("nightly").exit_code == 0
    check_ready(old)
