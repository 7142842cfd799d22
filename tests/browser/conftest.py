"""Use the pages in a real Chromium with a real server. Every page that a test visits is checked for accessibility."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Error, Page, expect

from cm_tracker import create_app, logs
from cm_tracker.db import db
from cm_tracker.web.bootstrap_rules import CLASS, CLASSES, whole_bootstrap
from tests import cast
from tests.browser.text_on_text import TEXT_ON_TEXT
from tests.chromium import find
from tests.conftest import Databases
from tests.kept_pages import keep_pages
from tests.private_words import private_words_in
from tests.serving import served

# A color that still changes is none that people read.
SETTLED = """Promise.all(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < 5000)
    .map(one => one.finished.catch(() => null)))"""
CLASSES_OF_PAGE = "[...new Set([...document.querySelectorAll('[class]')].flatMap(one => [...one.classList]))]"
# Classes for which Bootstrap has rules that pages do not load.
LEFT_OUT = frozenset(CLASS.findall("".join(re.findall(r"([^{}]*)\{", whole_bootstrap())))) - CLASSES
FEET = ".foot, .kiosk-foot"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECKED_PAGES: set[tuple[str, int | None]] = set()
PHONE, TABLET, DESK = (360, 740), (820, 1180), (1280, 900)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    return {**browser_type_launch_args, "executable_path": find(), "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "timezone_id": "America/New_York"}


@pytest.fixture
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Log as `cm-tracker serve` does. Return the file. Other tests of this process start a log of their own."""
    folder = tmp_path_factory.mktemp("log")
    handler = logs.start({"LOG_FORMAT": "json", "LOG_FILE": "server.log"}, folder)
    yield folder / "server.log"
    logs.stop(handler)


@pytest.fixture
def live(databases: Databases, kind: str, server_log: Path) -> Iterator[tuple[Flask, str]]:
    """Serve the application on a free port, at the present time: a stopped clock would differ from the browser's.

    Whatever the test did, the log of the server names nobody.
    """
    name = databases.copy(kind, with_cast=True)
    app = create_app(databases.settings(kind, name))
    keep_pages(app)
    with served(app, threads=4) as port:
        yield app, f"http://127.0.0.1:{port}"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)
    # The driver of the browser, which is no part of the server, logs to the same process.
    lines = server_log.read_text(encoding="utf-8").splitlines()
    logged = "\n".join(line for line in lines if '"logger": "asyncio"' not in line)
    assert private_words_in(logged) == [], logged
    assert '"logger": "cm_tracker.requests"' in logged, "a test that opens a page logs its requests"


@pytest.fixture
def at(live: tuple[Flask, str]) -> str:
    return live[1]


@pytest.fixture
def given(live: tuple[Flask, str]) -> Callable[..., Any]:
    """Return a function that runs an operation on the database before the test acts: `given(cast.rich)`."""

    def run(operation: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with live[0].app_context():
            result = operation(db.session(), *arguments, **more)
            db.session.remove()
        return result

    return run


def pair(page: Page, at: str, token: str = cast.TOKENS[cast.HARBOR]) -> None:
    """Give a browser the cookie of a tablet that is paired already: that of Harbor Street, or another one."""
    # A cookie with a path needs its domain, too; Playwright takes both or a URL.
    host = at.split("//")[1].split(":")[0]
    page.context.add_cookies([{"name": "cm_device", "value": token, "domain": host, "path": "/kiosk"}])


def open_card(page: Page, at: str, code: str = "HS-1") -> None:
    """Open a client's card at the tablet of their site, with or without script."""
    pair(page, at, cast.TOKENS[cast.MILL if code.startswith("MR") else cast.HARBOR])
    page.goto(f"{at}/kiosk/sign-in")
    page.locator("#code").fill(code)
    page.locator("[name=pin]").fill(cast.PIN)
    page.locator("[name=pin]").press("Enter")
    page.wait_for_url("**/kiosk/card*")
    page.wait_for_load_state()


class Visitor:
    """A person who uses a browser. Every page that they visit is checked by `look`."""

    def __init__(self, page: Page, at: str, size: tuple[int, int], *, tablet: int | None = cast.HARBOR) -> None:
        self.page = page
        self.at = at
        if tablet is not None:
            self.pair(cast.TOKENS[tablet])
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def pair(self, token: str) -> None:
        """Use a tablet that is paired already: a visitor of the kiosk stands at the one of Harbor Street."""
        pair(self.page, self.at, token)

    def go(self, path: str) -> None:
        self.page.goto(self.at + path)
        self.look()

    def click(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """Check the page that is shown. Where a script still goes on to another one, that one is checked."""
        for tries_left in reversed(range(10)):
            try:
                self._look()
            except Error as error:
                is_leaving = any(words in error.message for words in ("context was destroyed", "page is navigating"))
                if not is_leaving or not tries_left:
                    raise
                self.page.wait_for_timeout(200)
                self.page.wait_for_load_state()
            else:
                return

    def _look(self) -> None:
        """Check that the page is accessible (axe) and not too wide, has its rules and one primary button, and logs no error.

        No text lies on other text.
        """
        html = re.sub(r'(name="(csrf_token|key)"[^>]*value=")[^"]*', r"\1", self.page.content())
        # Pages of the same width that differ only in their numbers are checked once.
        page = (re.sub(r"\d+", "0", html), self.page.viewport_size and self.page.viewport_size["width"])
        if page not in CHECKED_PAGES:
            # The foot stays in sight, and a button can be half below it until somebody scrolls: axe would call it too
            # small. `test_styleguide` checks that the foot covers nothing that has the focus.
            self.page.evaluate(
                f"document.querySelectorAll('{FEET}').forEach(one => {{ one.style.position = 'static'; }})"
            )
            self.page.evaluate(SETTLED)
            report = Axe().run(self.page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
            assert report.violations_count == 0, report.generate_report()
            assert self.page.evaluate(TEXT_ON_TEXT) == [], "text lies on other text"
            self.page.evaluate(f"document.querySelectorAll('{FEET}').forEach(one => {{ one.style.position = ''; }})")
            CHECKED_PAGES.add(page)
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is {width[0]} px wide"
        left_out = LEFT_OUT.intersection(self.page.evaluate(CLASSES_OF_PAGE))
        assert not left_out, f"web/bootstrap_rules.py has to take the rules for {sorted(left_out)}"
        assert self.page.locator("main .btn-primary").count() <= 1, "a page has at most one primary button"
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
    """Return a visitor with a phone on SQLite and with a desktop on PostgreSQL, which covers both in two runs."""
    return Visitor(page, at, PHONE if kind == "sqlite" else DESK)
