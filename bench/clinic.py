"""A clinic to measure, and a server of it in its own process."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask

from cm_tracker import clock, create_app
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast
from tests.conftest import SETTINGS, Databases

ROOT = Path(__file__).parents[1]


class Site:
    """A database with the cast, to which a benchmark adds as many enrolled clients as it needs."""

    def __init__(self, databases: Databases, kind: str) -> None:
        self.kind = kind
        self.name = databases.copy(kind, with_cast=True)
        self.settings = databases.settings(kind, self.name) | {"PASSWORD_TRIES": 100}
        self.url, self.owner_url = databases.url(kind, self.name), databases.owner_url(kind, self.name)
        self.app: Flask = create_app(self.settings)
        self.made = 0
        self.starts_on = clock.day_at(clock.now(), "America/New_York") - timedelta(days=83)

    def enroll(self, count: int, site_ids: Sequence[int] = (1,)) -> list[int]:
        """Add clients with enrollments that began twelve weeks ago, without a visit. Return the enrollments' ids."""
        enrollment_ids = []
        with self.app.app_context():
            for _ in range(count):
                self.made += 1
                client = open_client(
                    db.session(),
                    code=f"BENCH-{self.made}",
                    preferred_name="",
                    site_id=site_ids[self.made % len(site_ids)],
                    language="en",
                    actor=command(),
                    now=clock.now(),
                )
                set_pin(
                    db.session(), client_id=client, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=clock.now()
                )
                enrollment_ids.append(
                    enroll_client(
                        db.session(),
                        client_id=client,
                        schedule_version_id=cast.HIGGINS,
                        starts_on=self.starts_on,
                        key=str(uuid4()),
                        actor=command(),
                        now=clock.now(),
                    )
                )
            db.session.remove()
        return enrollment_ids

    def days(self) -> list[date]:
        """Return the 36 days on which a visit is paid."""
        return [self.starts_on + timedelta(days=7 * (n // 3) + 2 * (n % 3)) for n in range(36)]


class Server:
    """A server in its own process: gunicorn with two workers for PostgreSQL, `cm-tracker serve` for SQLite."""

    def __init__(self, site: Site, folder: str, port: int = 0) -> None:
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            self.port = free.getsockname()[1]
        env = {
            **os.environ, "INSTANCE_PATH": folder, "SECRET_KEY": str(SETTINGS["SECRET_KEY"]), "DATABASE_URL": site.url,
            "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1", "PORT": str(self.port), "PASSWORD_TRIES": "100",
            "DATA_KEY_FILE": str(site.settings["DATA_KEY_FILE"]), "LOG_FILE": "server.log",
        }  # fmt: skip
        here = Path(sys.executable).parent
        command = [str(here / "cm-tracker"), "serve"]
        if site.kind == "postgresql":
            command = [
                str(here / "gunicorn"),
                "-w",
                "2",
                "--threads",
                "4",
                "--worker-class",
                "gthread",
                "--no-control-socket",
                "--log-level",
                "error",
                "-b",
                f"127.0.0.1:{self.port}",
                "cm_tracker.wsgi:app",
            ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
        atexit.register(self.kill)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def kill(self) -> None:
        """End the server and its workers at once, as a machine that dies."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Stop the server. It gets half a minute for the requests that it works at."""
        self.process.terminate()
        self.process.wait(timeout=45)
