"""Serve the application for a test from a real server, on a free port and in a thread of the test process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import wasyncore

from cm_tracker.server import server_for


@contextmanager
def served(app: Flask, *, threads: int, port: int = 0) -> Iterator[int]:
    """Serve the application with the program's own server, on `port` or a free one, and yield the port."""
    sockets: dict[int, Any] = {}
    server = server_for(app, map=sockets, host="127.0.0.1", port=port, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    # The sockets are closed in the server's own thread, so it stops at once even if browsers keep connections open. Until
    # the lock is given back it closes none, so the trigger that is pulled is still there.
    with server.trigger.lock:
        server.trigger.thunks.append(lambda: wasyncore.close_all(sockets, ignore_all=True))
        server.trigger.pull_trigger()
    thread.join(timeout=5)
    assert not thread.is_alive(), "the server did not stop"
    server.task_dispatcher.shutdown()
