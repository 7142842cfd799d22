"""A person who uses the pages over real HTTP, without a browser: a connection, a cookie and forms."""

import http.client
import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urlencode

from tests import cast


class Answer(NamedTuple):
    """A response of the server; `text` is the page without its tags."""

    status: int
    location: str | None
    text: str


class Visitor:
    """One connection, and the `page` that it loaded last. Several may share the cookie of one sign-in."""

    def __init__(self, port: int, cookie: str = "", token: str = "") -> None:
        self.port, self.cookie, self.token = port, cookie, token
        self.connection: http.client.HTTPConnection | None = None
        self.page = ""

    def ask(self, method: str, path: str, **fields: str | list[str]) -> Answer:
        """Send a request. Raises `OSError` or `http.client.HTTPException` when the server goes away."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urlencode({"csrf_token": self.token, **fields}, doseq=True) if method == "POST" else None
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            self.page = page = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        page_text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
        if token := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page):
            self.token = token[1]
        return Answer(answer.status, answer.getheader("Location"), page_text)

    def get(self, path: str) -> Answer:
        """Load a page, on a new connection if the server has closed the old one."""
        try:
            return self.ask("GET", path)
        except (OSError, http.client.HTTPException):
            return self.ask("GET", path)

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form with the token of the last page. A field with a list is sent once for each of its values."""
        return self.ask("POST", path, **fields)

    def sign_in(self, username: str) -> "Visitor":
        """Sign in, and load a page with a form for its token."""
        self.get("/sign-in")
        answer = self.post("/sign-in", username=username, password=cast.PASSWORD)
        assert answer.status == 302, answer
        self.get("/")
        return self

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def another(self) -> "Visitor":
        """Return a visitor with another connection and the same sign-in."""
        return Visitor(self.port, self.cookie, self.token)
