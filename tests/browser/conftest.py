"""A real Chromium against a real server: the pages as people meet them, checked by axe as they go."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from cm_tracker import create_app
from cm_tracker.db import db
from tests import cast
from tests.chromium import find
from tests.conftest import Databases
from tests.serving import served

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CLEAN: set[tuple[str, int | None]] = set()
PHONE, TABLET, DESK = (360, 740), (820, 1180), (1280, 900)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": find(), "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "timezone_id": "America/New_York"}


@pytest.fixture
def live(databases: Databases, kind: str) -> Iterator[tuple[Flask, str]]:
    """The application on a port of its own. The clock of these days runs: the browser has its own."""
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    with served(app, threads=4) as port:
        yield app, f"http://127.0.0.1:{port}"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


@pytest.fixture
def at(live: tuple[Flask, str]) -> str:
    return live[1]


@pytest.fixture
def given(live: tuple[Flask, str]) -> Callable[..., Any]:
    """Let something have happened before."""

    def happened(do: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with live[0].app_context():
            answer = do(db.session(), *arguments, **more)
            db.session.remove()
        return answer

    return happened


class Visitor:
    """Somebody at a browser. Whatever page they come to must hold for everybody."""

    def __init__(self, page: Page, at: str, size: tuple[int, int]) -> None:
        self.page = page
        self.at = at
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(self.at + path)
        self.look()

    def click(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """Axe is clean, nothing runs off the side, one thing is primary, and the console is quiet."""
        shown = re.sub(r'(name="(csrf_token|key)"[^>]*value=")[^"]*', r"\1", self.page.content())
        # The very same page at the same width need not be looked at twice, nor one with other numbers.
        page = (re.sub(r"\d+", "0", shown), self.page.viewport_size and self.page.viewport_size["width"])
        if page not in CLEAN:
            found = Axe().run(self.page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
            CLEAN.add(page)
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is {width[0]} px wide"
        assert self.page.locator("main .btn-primary").count() <= 1, "one primary action a page"
        assert self.errors == [] or all("Failed to load resource" in error for error in self.errors), self.errors

    def sees(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)

    def sign_in(self, username: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(cast.PASSWORD)
        self.click("Sign in")


@pytest.fixture
def visitor(page: Page, at: str, kind: str) -> Visitor:
    """At a phone on SQLite, at a desk on PostgreSQL: both sizes and both databases, each once."""
    return Visitor(page, at, PHONE if kind == "sqlite" else DESK)
