"""A server on a real socket, with as many threads as a clinic's evening."""

import os
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from waitress.server import create_server

# `make torture` asks for all rounds; the suite of every day for fewer of the same.
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "8"))
CUTS = int(os.environ.get("TORTURE_CUTS", "60"))


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The port of a server with 16 threads on the test's database."""
    server = create_server(app, host="127.0.0.1", port=0, threads=16)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    for channel in list(server.active_channels.values()):
        channel.close()
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=5)
