"""A real server on a port of its own, in a thread of the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def served(app: Flask, *, threads: int) -> Iterator[int]:
    """Serve the application as the program itself does; answers the port."""
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    # Closed in the server's own thread: it ends at once, though browsers hold connections open.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
    thread.join(timeout=5)
    assert not thread.is_alive(), "the server did not stop"
    server.task_dispatcher.shutdown()
