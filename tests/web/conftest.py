"""People at the pages: each signs in with name and password, and sends the forms that they were shown."""

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
    """What a form carries unseen: its token, its key, and the name of the changes that it showed."""
    found = re.findall(r'<input[^>]*name="(csrf_token|key|shown)"[^>]*value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


class Person:
    """Somebody with a browser of their own. Forms carry the token and the key of the page they came from."""

    def __init__(self, app: Flask, username: str | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        if username:
            answer = self.send("/sign-in", username=username, password=cast.PASSWORD)
            assert answer.status_code == 302, text(answer)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def send(self, path: str, *, shown_at: str | None = None, **fields: Any) -> TestResponse:
        """Open the form's page, fill in the fields, and send it."""
        page = self.client.get(shown_at or path).get_data(as_text=True)
        carried = {name: value for name, value in hidden(page).items() if name != "shown"}
        return self.client.post(path, data={**carried, **fields})

    def redeem(self, path: str = "/clients/1/redeem", **fields: Any) -> TestResponse:
        """Offer a prize, and go on without the client's PIN. Return the response to the last form."""
        answer = self.send(path, **fields)
        if answer.status_code != 303:
            return answer
        return self.send(answer.headers["Location"], how="nobody", why="The PIN is forgotten")

    def send_bare(self, path: str, **fields: Any) -> TestResponse:
        """Send a form without a token, as another site would."""
        return self.client.post(path, data=fields)


def text(answer: TestResponse) -> str:
    """What a person reads: the page without its tags."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", answer.get_data(as_text=True), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """Every statement that the database is asked from now on.

    SQLite's own driver tells them all. PostgreSQL's tells none, so there it is what SQLAlchemy sends:
    what a `Prepared` sends is counted on SQLite, where the same code asks it.
    """
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", lambda driver, *_: driver.set_trace_callback(statements.append))
    else:
        event.listen(engine, "before_cursor_execute", lambda c, k, statement, *_: statements.append(statement))
    return statements


@pytest.fixture
def person(app: Flask) -> Callable[..., Person]:
    """Anybody of the cast, signed in by name; nobody without one."""
    return lambda username=None: Person(app, username)


@pytest.fixture
def rosa(app: Flask) -> Person:
    return Person(app, "rosa")


@pytest.fixture
def miriam(app: Flask) -> Person:
    return Person(app, "miriam")


@pytest.fixture
def given(app: Flask) -> Callable[..., Any]:
    """Let something have happened before: `given(cast.rich)`."""

    def happened(do: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with app.app_context():
            answer = do(db.session(), *arguments, **more)
            db.session.remove()
        return answer

    return happened
