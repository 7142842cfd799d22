"""After `kill -9` of a writing server, every acknowledged write is in the database, and none is half saved."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker.db import db, snapshot
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.conftest import Databases
from tests.torture.conftest import ROUNDS
from tests.torture.visitor import Visitor

ROOT = Path(__file__).parents[2]
WRITERS = 4


class Clinic:
    """The server in its own process."""

    def __init__(self, settings: dict[str, object], folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.clinic", json.dumps(settings), str(self.port)],
            cwd=ROOT,
            env={**os.environ, "INSTANCE_PATH": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.child = 0

    def say(self, command: str) -> str:
        assert self.parent.stdin is not None and self.parent.stdout is not None
        self.parent.stdin.write(command + "\n")
        self.parent.stdin.flush()
        return self.parent.stdout.readline()

    def start(self) -> None:
        ready = self.say("start").split()
        assert ready[:1] == ["ready"], ready
        self.child = int(ready[1])

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        self.child = 0
        assert self.say("wait") == "gone\n"

    def close(self) -> None:
        if self.child:
            with suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)
        self.parent.kill()
        self.parent.communicate()


@pytest.fixture
def clinic(app: Flask, databases: Databases, kind: str, tmp_path: Path) -> Iterator[Clinic]:
    name = app.config["DATABASE_URL"].split("?")[0].rsplit("/", 1)[1].removesuffix(".db")
    clinic = Clinic(databases.settings(kind, name), tmp_path)
    yield clinic
    clinic.close()


class Writer(threading.Thread):
    """Record deliveries one after the other until the connection breaks, and remember which were acknowledged."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__()
        self.visitor = visitor
        self.acknowledged: list[str] = []
        self.in_flight: str | None = None

    def run(self) -> None:
        while True:
            self.in_flight = str(uuid4())
            try:
                status = deliver(self.visitor, self.in_flight)
            except (OSError, http.client.HTTPException):
                return
            assert status == 303, status
            self.acknowledged.append(self.in_flight)
            self.in_flight = None


def deliver(visitor: Visitor, key: str) -> int:
    """Send the form for a delivery of one mug. Return the status of the response."""
    return visitor.post("/prizes/1/deliver", site_id="1", quantity="1", unit_cost="2", note="A box", key=key).status


def test_every_acknowledged_write_is_saved_and_none_is_half_saved(app: Flask, clinic: Clinic) -> None:
    clinic.start()
    miriam = Visitor(clinic.port).sign_in("miriam")
    keys: set[str] = set()
    for n in range(ROUNDS):
        writers = [Writer(miriam.another()) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        # Each round kills the server at another moment after the first write.
        threading.Event().wait(0.02 + 0.013 * (n % 12))
        clinic.kill()
        for writer in writers:
            writer.join()
            writer.visitor.close()
        keys |= {key for writer in writers for key in writer.acknowledged}
        in_flight = [writer.in_flight for writer in writers if writer.in_flight]
        with app.app_context():
            session = db.session()
            known = set(session.execute(text("SELECT key FROM idempotency_key")).scalars())
            assert keys <= known, "an acknowledged write is lost"
            db.session.remove()
            # PostgreSQL may still finish what the killed server sent last, so one unchanging state is verified.
            with snapshot(db.engine) as unchanging:
                assert verify_ledger(unchanging).findings == []
            db.engine.dispose()
        clinic.start()
        miriam.close()  # her connection died with the server
        for key in in_flight:  # sending the form again saves the delivery once, whether or not it was saved before
            assert deliver(miriam, key) == 303
            assert deliver(miriam, key) == 303
        keys |= set(in_flight)
    clinic.kill()
    miriam.close()
    with app.app_context():
        session = db.session()
        shelf = session.execute(text("SELECT balance FROM account WHERE key = 'cabinet:1:items/1'")).scalar_one()
        assert shelf == 5 + len(keys)
        assert verify_ledger(session).findings == []
        db.session.remove()
    assert len(keys) > ROUNDS
