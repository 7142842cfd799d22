"""What answers where even the page for a failure fails: a page of its own, from the server, without any part of the program.

It touches no database, no template and no setting, so nothing is left in it that can fail.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from cm_tracker.faults import told
from cm_tracker.web.headers import POLICY

PAGE = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not possible now</title></head>
<body>
<main>
<h1>That is not possible now</h1>
<p>Something went wrong in the program. Try again in a minute, and tell an administrator if it happens twice.</p>
<p lang="es">Algo fall\xc3\xb3 en el programa. Int\xc3\xa9ntelo de nuevo en un minuto o pregunte al personal.</p>
<p><a href="/">Start page</a></p>
</main>
</body>
</html>
"""
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Length", str(len(PAGE))),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
]


class LastResort:
    """A WSGI application around the program's own. An exception that comes out of it becomes a page with status 500."""

    def __init__(self, application: Callable[..., Iterable[bytes]], log: logging.Logger) -> None:
        self.application = application
        self.log = log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        try:
            return self.application(environ, start_response)
        except Exception as error:
            self.log.error("A fault while an error was answered: %s", told(error))
            start_response("500 Internal Server Error", HEADERS)
            return [PAGE]
