"""`cm-tracker serve` as a process of its own: what it does when it is told to end."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests import cast
from tests.conftest import Databases
from tests.web.conftest import hidden


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Browser:
    """A browser as plain as it can be: it keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def open(self, path: str, method: str = "GET", body: str | None = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, page


def serving(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server does not listen")


def test_a_server_that_is_told_to_end_writes_who_looked_last(databases: Databases, tmp_path: Path) -> None:
    """A service manager ends a program by SIGTERM."""
    name, port = databases.copy("sqlite", with_cast=True), free_port()
    tmp_path.chmod(0o700)
    settings = {
        "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": databases.url("sqlite", name), "SECRET_KEY": "a secret", "PORT": str(port),
        "DATA_KEY_FILE": str(databases.folder / "data.key"), "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1",
        "PYTHONPATH": str(Path.cwd()),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "cm_tracker", "serve"],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
    )
    try:
        serving(port, process)
        rosa = Browser(port)
        _, page = rosa.open("/sign-in")
        fields = {**hidden(page), "username": "rosa", "password": cast.PASSWORD}
        assert rosa.open("/sign-in", "POST", urlencode(fields))[0] == 302
        status, page = rosa.open("/clients/1")
        assert status == 200 and "HS-1" in page
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
    with sqlite3.connect(databases.folder / f"{name}.db") as connection:
        looked = connection.execute("SELECT page, client_id FROM viewing").fetchall()
    connection.close()
    assert ("clients.show", 1) in looked
    databases.drop("sqlite", name)


def test_a_server_looks_through_memory_seldom_and_leaves_out_what_stays(databases: Databases, tmp_path: Path) -> None:
    """An application has some 370,000 objects. Python's own setting goes through them while a page waits."""
    name = databases.copy("sqlite", with_cast=True)
    tmp_path.chmod(0o700)
    settings = {
        "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": databases.url("sqlite", name), "SECRET_KEY": "a secret",
        "DATA_KEY_FILE": str(databases.folder / "data.key"), "PYTHONPATH": str(Path.cwd()),
    }  # fmt: skip
    told = "import gc, cm_tracker.wsgi; print(gc.get_freeze_count() > 100_000, gc.get_threshold())"
    answer = subprocess.run(
        [sys.executable, "-c", told], env={**os.environ, **settings}, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "True (10000, 20, 20)\n"
    databases.drop("sqlite", name)
