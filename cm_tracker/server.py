"""The server of `cm-tracker serve`: waitress, as one process with threads, which SQLite needs.

Waitress reads a request to its end before a thread works on it, so a slow or unfinished body holds none. What it may
hold instead has limits: connections, their size, and how long one may be silent.
"""

import logging
from typing import Any

from flask import Flask
from waitress.server import create_server

from cm_tracker.web.whole_requests import MOST_BYTES

THREADS = 8
CONNECTIONS = 1000
SILENT_SECONDS = 30


def server_for(app: Flask, *, host: str, port: int, threads: int = THREADS, **more: Any) -> Any:
    """Return a server that listens already. `run()` serves. Raise `OSError` where it cannot listen."""
    # Waitress warns whenever a request waits for a free thread. That is normal and need not be logged.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="",
        connection_limit=CONNECTIONS,
        channel_timeout=SILENT_SECONDS,
        cleanup_interval=SILENT_SECONDS // 3,
        max_request_body_size=MOST_BYTES,
        max_request_header_size=64 * 1024,
        # Waitress drops the header of a proxy unless it is told to keep it.
        clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
        **more,
    )
