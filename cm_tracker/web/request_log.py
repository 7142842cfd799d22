"""One line in the log for each request: which page, how it ended, how long it took. It names nobody.

A page is named by its endpoint, such as `clients.show`: an address has ids, and a query may hold what somebody chose. The
id of a request is made here and taken from no header; the answer has it, too, so that a person can say which one failed.
"""

import errno
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from flask import Flask, request

from cm_tracker.faults import told
from cm_tracker.logs import request_id

HEADER = "X-Request-Id"
_ENDPOINT = "cm_tracker.endpoint"
# Stylesheets, scripts and what watching programs ask: many lines, and none that anybody would read.
UNLOGGED = frozenset({"static", "health.alive", "health.ready", "metrics.show"})
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

# Called with the endpoint of a request, the status of its answer and the seconds that it took.
Listener = Callable[[str | None, int, float], None]

_log = logging.getLogger("cm_tracker.requests")


class RequestLog:
    """A WSGI application around the program's own, which logs each request when its answer has been sent."""

    def __init__(self, application: Callable[..., Iterable[bytes]], listeners: Sequence[Listener]) -> None:
        self.application = application
        self.listeners = listeners

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer a request."""
        began = time.perf_counter()
        own_id = secrets.token_hex(8)
        request_id.set(own_id)
        status = 500

        def start(line: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, [*headers, (HEADER, own_id)], *more)

        def at_end() -> None:
            endpoint, seconds = environ.get(_ENDPOINT), time.perf_counter() - began
            try:
                _note(endpoint, environ["REQUEST_METHOD"], status, seconds)
                for listener in self.listeners:
                    listener(endpoint, status, seconds)
            finally:
                request_id.set(None)

        try:
            parts = self.application(environ, start)
        except BaseException:
            # No fault of a page comes here; this is how a server ends a process whose request takes too long.
            at_end()
            raise
        return _Answer(parts, at_end)


class _Answer:
    """The parts of an answer. `at_end` is called once, when all are sent or the browser has gone."""

    def __init__(self, parts: Iterable[bytes], at_end: Callable[[], None]) -> None:
        self.parts = parts
        self.iterator = iter(parts)
        self.at_end = at_end

    def __iter__(self) -> "_Answer":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.iterator)
        except StopIteration:
            raise
        except Exception as error:
            _log.error("A fault while an answer was sent: %s", told(error))
            # Its head is on its way already, so all that is left is to break off. Of any other exception than a lost
            # connection a server would log the address and the message.
            raise ConnectionResetError(errno.ECONNRESET, "The answer broke off") from None

    def close(self) -> None:
        """End the answer, and log the request."""
        try:
            close = getattr(self.parts, "close", None)
            if close is not None:
                close()
        finally:
            self.at_end()


def _note(endpoint: str | None, method: str, status: int, seconds: float) -> None:
    if endpoint in UNLOGGED and status < 400:
        return
    fields = {
        "endpoint": endpoint,
        "method": method if method in METHODS else "other",
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    _log.info("answered", extra={"fields": fields})


def listeners(app: Flask) -> list[Listener]:
    """Return the list of those who are told of each answer."""
    told_of: list[Listener] = app.extensions["cm_request_listeners"]
    return told_of


def init_app(app: Flask) -> None:
    """Log every request. This comes first among the hooks, so that a request which is refused has its endpoint, too."""

    @app.before_request
    def keep_endpoint() -> None:
        request.environ[_ENDPOINT] = request.endpoint

    app.extensions["cm_request_listeners"] = []
    app.wsgi_app = RequestLog(app.wsgi_app, listeners(app))  # type: ignore[method-assign]  # as Flask advises
