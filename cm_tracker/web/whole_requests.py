"""A request is taken to its end before it is answered.

The program may answer before it has read a form, for example because the form is too large. If the server then closes the
connection while the form is still on its way, the proxy in front of it says that the program cannot be reached, and people
try again in vain.
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
    """A WSGI application around the program's own, which reads what the program has not read of a request."""

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
    # A body that breaks off or is not valid ends here, too: its answer is ready. Each server has its own errors for that.
    with suppress(Exception):
        while left > 0 and (part := body.read(min(left, _AT_ONCE))):
            left -= len(part)


def init_app(app: Flask) -> None:
    """Take every request to its end. Every wrapper that reads a request is within this one."""
    app.wsgi_app = WholeRequests(app.wsgi_app)  # type: ignore[method-assign]  # as Flask advises
