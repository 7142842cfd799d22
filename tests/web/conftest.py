"""People who use the pages in a test: each signs in with user name and password, and sends forms as a browser does."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from cm_tracker.db import db
from tests import cast


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a form: token, key, and what it showed: changes by their fingerprint, offers."""
    fields = re.findall(r'<input[^>]*name="(csrf_token|key|shown|number|offers)"[^>]*value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


class Person:
    """A person with their own browser session, signed in if a user name is given."""

    def __init__(self, app: Flask, username: str | None = None, *, tablet: int | None = cast.HARBOR) -> None:
        self.app = app
        self.client = app.test_client()
        if tablet is not None and username is None:
            self.pair(cast.TOKENS[tablet])
        if username:
            answer = self.send("/sign-in", username=username, password=cast.PASSWORD)
            assert answer.status_code == 302, text(answer)

    def pair(self, token: str) -> None:
        """Use a tablet that is paired already. Without a user name, a person stands at the one of Harbor Street."""
        self.client.set_cookie("cm_device", token, path="/kiosk")

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def told(self, path: str, **fields: Any) -> str:
        """Send a form that answers with a redirect, and return the text of the page that it leads to."""
        answer = self.send(path, **fields)
        assert answer.status_code == 303, text(answer)
        return text(self.get(answer.headers["Location"]))

    def opens(self, code: str, pin: str) -> bool:
        """Sign in at the kiosk, and return whether a card opens. Whatever is wrong leads to the sign-in again."""
        answer = self.send("/kiosk/sign-in", code=code, pin=pin)
        paths = {"/kiosk/card": True, "/kiosk/sign-in": False}
        assert answer.status_code == 303, text(answer)
        return paths[answer.headers["Location"].partition("?")[0]]

    def send(self, path: str, *, shown_at: str | None = None, **fields: Any) -> TestResponse:
        """Load the form's page, fill in the fields, and send it with its token and key."""
        page = self.client.get(shown_at or path).get_data(as_text=True)
        hidden_fields = {name: value for name, value in hidden(page).items() if name != "shown"}
        return self.client.post(path, data={**hidden_fields, **fields})

    def redeem(self, path: str = "/clients/1/redeem", **fields: Any) -> TestResponse:
        """Offer a prize and redeem it without the client's PIN. Return the response to the last form."""
        answer = self.send(path, **fields)
        if answer.status_code != 303:
            return answer
        return self.send(answer.headers["Location"], how="nobody", why="The PIN is forgotten")

    def in_language(self, language: str, path: str = "/kiosk/card") -> TestResponse:
        """Choose a language on a page of the open card, and return that page."""
        answer = self.send("/kiosk/language", shown_at=path, language=language, to=path)
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        return self.get(path)

    def send_bare(self, path: str, **fields: Any) -> TestResponse:
        """Send a form without a token, as a form on another website would."""
        return self.client.post(path, data=fields)


def text(answer: TestResponse) -> str:
    """Return the text of a page as a person reads it, without tags."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", answer.get_data(as_text=True), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def ticks(answer: TestResponse) -> int:
    """Return how many ticks the bar of a growing page got, each sent as soon as it was there."""
    parts = [part.decode() if isinstance(part, bytes) else part for part in answer.response]
    assert max(part.count("<span></span>") for part in parts) == 1, "ticks waited for others"
    bar = re.search(r'<div class="ticks-bar" aria-hidden="true">(.*?)</div>', "".join(parts), re.S)
    assert bar is not None
    return bar[1].count("<span></span>")


@pytest.fixture
def statements(app: Flask) -> list[str]:
    """Return a list to which every later SQL statement is added.

    SQLite's driver reports all statements. On PostgreSQL only those that SQLAlchemy sends are added, without those of
    a `Prepared`; on SQLite the same code runs and they are counted.
    """
    sent: list[str] = []
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(sent.append))
    else:
        event.listen(engine, "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    return sent


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """Return a function that signs in a member of the cast, or without a name makes a visitor who is not signed in."""
    return lambda username=None: Person(app, username)


@pytest.fixture
def rosa(app: Flask) -> Person:
    return Person(app, "rosa")


@pytest.fixture
def miriam(app: Flask) -> Person:
    return Person(app, "miriam")


@pytest.fixture
def given(app: Flask) -> Callable[..., Any]:
    """Return a function that runs an operation on the database before the test acts: `given(cast.rich)`."""

    def run(operation: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with app.app_context():
            result = operation(db.session(), *arguments, **more)
            db.session.remove()
        return result

    return run
