"""The files of `static/`, as browsers get them: each under a name that holds the digest of its content, for a year.

A file whose content changes has another name, so nobody sees an old stylesheet after an update, and no browser asks again
for what it has. The files are read once in each process, when the first page is made, and are kept in memory, compressed
where a browser takes that. So the folder may be read-only, and no other file can be reached.

The stylesheets of one kind of page are one file, with the part of Bootstrap that pages use before our own. `url_for`
gives the name with the digest: `url_for("static", filename="css/staff_pages.css")`. Whoever changes a file
starts the program again to see it.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import brotli
from flask import Flask, Response, abort, current_app, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response as BaseResponse

from cm_tracker.web.bootstrap_rules import bootstrap

# The stylesheets that each kind of page loads as one, after the rules of Bootstrap. Those of both kinds come first.
SHARED = ("properties.css", "components.css", "main.css")
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "css/staff_pages.css": (
        *SHARED, "visits.css", "day.css", "trials.css", "editor.css", "desk.css", "paper.css",
    ),
    "css/kiosk_pages.css": (*SHARED, "kiosk.css", "kiosk_card.css", "kiosk_rewards.css"),
}  # fmt: skip
# The service worker answers for the pages of the kiosk, and for no others.
WORKER = "js/kiosk_worker.js"
FOR_A_YEAR = "public, max-age=31536000, immutable"
DIGITS = 12
IMPORT = re.compile(r'(from|import) "\./([\w-]+\.js)"')


class StaticFile:
    """A file with its content, and with the same content compressed for browsers that take it."""

    def __init__(self, source: str, content: bytes) -> None:
        self.source = source
        self.content = content
        self.digest = hashlib.sha256(content).hexdigest()[:DIGITS]
        self.mimetype = mimetypes.guess_type(source)[0] or "application/octet-stream"

    @property
    def name(self) -> str:
        """Return the name under which browsers ask for the file: `css/kiosk.0a1b2c3d4e5f.css`."""
        path = PurePosixPath(self.source)
        return str(path.with_suffix(f".{self.digest}{path.suffix}"))

    @cached_property
    def encoded(self) -> Mapping[str, bytes]:
        """Return the content by its encoding, the smallest first."""
        return {
            "br": brotli.compress(self.content),
            "gzip": gzip.compress(self.content, mtime=0),
            "identity": self.content,
        }


class StaticFiles:
    """All files of the folder by their source and by the name that browsers ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_source: dict[str, StaticFile] = {}
        sheets = {name: self._bundle(parts) for name, parts in BUNDLES.items()}
        for source, content in sheets.items():
            self.by_source[source] = StaticFile(source, content)
        for path in sorted(folder.rglob("*.*")):
            self.of(path.relative_to(folder).as_posix())
        self.by_name = {file.name: file for file in self.by_source.values()}

    def of(self, source: str) -> StaticFile:
        """Return the file with this path in the folder. A script imports other scripts by the names that they have here."""
        if source not in self.by_source:
            content = (self.folder / source).read_bytes()
            if source.endswith(".js"):
                content = IMPORT.sub(self._import, content.decode()).encode()
            self.by_source[source] = StaticFile(source, content)
        return self.by_source[source]

    def _import(self, found: re.Match[str]) -> str:
        return f'{found[1]} "./{PurePosixPath(self.of(f"js/{found[2]}").name).name}"'

    def _bundle(self, parts: tuple[str, ...]) -> bytes:
        own = [(self.folder / "css" / part).read_text(encoding="utf-8") for part in parts]
        return "\n".join([bootstrap(), *own]).encode()


class PageSessions(SecureCookieSessionInterface):
    """Sessions of pages. Flask-login looks into the session of each request, and every answer would vary with the cookies.

    A browser would then ask again for each file after somebody signs in.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie of the session, unless the answer is a file."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


@cache
def files_of(folder: str) -> StaticFiles:
    """Return the files of a folder. They are read once."""
    return StaticFiles(Path(folder))


def _files() -> StaticFiles:
    return files_of(str(current_app.static_folder))


def _send(filename: str) -> BaseResponse:
    """Return a file, or the part of it that was asked for, in the smallest form that the browser takes."""
    file = _files().by_name.get(filename)
    if file is None:
        abort(404)
    encoding = request.accept_encodings.best_match(file.encoded, default="identity")
    content = file.encoded[encoding]
    answer = Response(content, mimetype=file.mimetype)
    if encoding != "identity":
        answer.content_encoding = encoding
    answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{file.digest}-{encoding}")
    answer.headers["Cache-Control"] = FOR_A_YEAR
    if file.source == WORKER:
        answer.headers["Service-Worker-Allowed"] = url_for("kiosk.start")
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))


def _name_by_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values["filename"] = _files().by_source[values["filename"]].name


def init_app(app: Flask) -> None:
    """Serve the files of the app's static folder, and let `url_for` give their names."""
    app.view_functions["static"] = _send
    app.session_interface = PageSessions()
    app.url_defaults(_name_by_digest)
