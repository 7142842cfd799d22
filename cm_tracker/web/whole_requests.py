"""A request is taken to its end before it is answered.

The program may know its answer before it has read a form: one that is too large, or for a page that does not exist. A server
that then closes the connection while the form is still on its way breaks it off, and a proxy in front of it says that the
program cannot be reached, which invites to try in vain.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from flask import Flask

# What the program's own server and the proxies of `deploy/` take at most. It is larger than any form that the program
# accepts; see `web.MAX_FILE_REQUEST_BYTES`.
MOST_BYTES = 25 * 1024 * 1024
_AT_ONCE = 64 * 1024


class WholeRequests:
    """A WSGI application around the program's own, which reads what the program has left of a request."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        parts = self.application(environ, start_response)
        # Only a server that says so ends the body where the request ends; with any other, reading on could wait forever.
        if environ.get("wsgi.input_terminated"):
            _read_to_the_end(environ["wsgi.input"])
        return parts


def _read_to_the_end(body: Any) -> None:
    left = MOST_BYTES
    # A body that breaks off, or is no valid one, ends here as well. Each server has errors of its own for it.
    with suppress(Exception):
        while left > 0 and (part := body.read(min(left, _AT_ONCE))):
            left -= len(part)


def init_app(app: Flask) -> None:
    """Take every request to its end. This is the outermost wrapper."""
    app.wsgi_app = WholeRequests(app.wsgi_app)  # type: ignore[method-assign]  # as Flask advises
