"""A clinic that is backed up, and a place without one where it is restored."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from cm_tracker.backups.databases import url_of
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.signing import signer
from tests import cast
from tests.cli.backups.places import SETTINGS, Elsewhere
from tests.cli.conftest import Run, runner
from tests.cli.programs import PROGRAMS
from tests.conftest import Databases


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


@pytest.fixture
def elsewhere(databases: Databases, kind: str, tmp_path: Path) -> Iterator[Elsewhere]:
    place = Elsewhere(databases, kind, tmp_path / "restored")
    yield place
    databases.drop(kind, place.name)


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
