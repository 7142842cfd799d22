"""Every form and every query of every role, with strange input: nothing fails, nothing takes long, nothing is half written.

Each role goes round all of its pages. On each it opens the page with a query that is wrong somehow, fills in one of the
forms that it finds there, with something wrong in it, sends it, and follows where that leads. What is wrong, Hypothesis
draws; which names a query may have, the program says itself: `Asked` notes what a page asks for, and each page is opened
as it is before its query is changed.

`FUZZ_LAPS=40 python -m pytest tests/security/test_fuzz.py` goes round forty times, `FUZZ_SEED=7` chooses other input, and
`FUZZ_PAGES=schedules` goes to the pages alone whose endpoint has this in its name. Without them each run is the same.
"""

import logging
import os
import re
import time
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import time_machine
from flask import Flask, Request, has_request_context, request
from hypothesis import HealthCheck, Phase, given, seed, settings
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import ROLES
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.web.access import KIOSK, MACHINE, OPEN_ENDPOINTS, PAIRING, PUBLIC
from cm_tracker.web.viewings import view_log
from tests import cast
from tests.architecture.test_routes import ROUTES
from tests.conftest import Databases
from tests.security.page_forms import PageForm, PageForms
from tests.security.strange import FILE_NAMES, FILES, Attempt, Change, attempts
from tests.security.test_matrix import allowed
from tests.web.conftest import Person, text
from tests.whole_clinic import QUERIES, VALUES, everything, one_of_each_role, username

LAPS = int(os.environ.get("FUZZ_LAPS", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "18"))
PAGES = os.environ.get("FUZZ_PAGES", "")
# The time of the processor after which an answer is there. A page that grows has its first part by then. A longer time
# counts only if it is needed three times in a row.
SECONDS = 2.0
# Besides the roles of staff: a client whose card is open at a tablet, and a browser that nobody knows.
CLIENT, NOBODY = "client", "nobody"
RULES = {CLIENT: {KIOSK}, NOBODY: {PUBLIC, MACHINE, PAIRING}}


class Asked(ImmutableMultiDict[str, str]):
    """The fields of a query or a form, which note the names that each page asks for."""

    names: dict[str, set[str]] = {}

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __getitem__(self, key: str) -> str:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, *more: Any, **named: Any) -> Any:
        self._note(key)
        return super().get(key, *more, **named)

    def _note(self, key: object) -> None:
        if has_request_context() and request.endpoint and len(str(key)) < 60:
            self.names.setdefault(request.endpoint, set()).add(str(key))


class Cookies(ImmutableMultiDict[str, str]):
    """The cookies of a request, which note the names that the program asks for."""

    names: set[str] = set()

    def get(self, key: str, *more: Any, **named: Any) -> Any:
        self.names.add(key)
        return super().get(key, *more, **named)


class AskedRequest(Request):
    """A request whose query, form and cookies note what is asked for."""

    parameter_storage_class = Asked
    dict_storage_class = Cookies


class Clinic:
    """A clinic with one of everything, which can be made as new again."""

    def __init__(self, databases: Databases, kind: str) -> None:
        self.databases, self.kind = databases, kind
        self.template = databases.copy(kind, with_cast=True)
        self.name = ""
        app = self._open(self.template)
        with app.app_context():
            everything(db.session())
            one_of_each_role(db.session())
        self.close()

    def renew(self) -> Flask:
        """Return the application on a new copy of the clinic."""
        self.close()
        if self.name:
            self.databases.drop(self.kind, self.name)
        self.name = self.databases.copy_of(self.kind, self.template)
        return self._open(self.name)

    def _open(self, name: str) -> Flask:
        self.app = self.databases.app(self.databases.settings(self.kind, name))
        self.app.request_class = AskedRequest
        return self.app

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


class Round:
    """The way of one role round all of its pages, and everything that was wrong with the answers."""

    def __init__(self, clinic: Clinic, role: str) -> None:
        self.clinic, self.role = clinic, role
        # Only what this round asks for counts, so that it goes the same way whatever was tested before it.
        Asked.names.clear()
        Cookies.names.clear()
        # The first request of each kind of fault.
        self.faults: dict[str, str] = {}
        self.sent, self.longest, self.token = 0, 0.0, ""
        # The endpoints whose page was opened as it is.
        self.opened: set[str] = set()
        # The form that was seen last for each endpoint.
        self.forms: dict[str, PageForm] = {}
        self.begin()
        rules = [rule for rule in self.app.url_map.iter_rules() if is_for(role, rule.endpoint)]
        # The forms of pages that only take one stand on other pages.
        self.rules = sorted(rules, key=lambda rule: ("GET" not in (rule.methods or ()), rule.endpoint))

    def begin(self) -> None:
        """Make the clinic as new, and sign in."""
        self.app = self.clinic.renew()
        self.enter()

    def end(self) -> None:
        """Note what was half written: in the ledger, or in the log of who looked at which record."""
        with self.app.app_context():
            if not view_log(self.app).flush():
                self.faults["the log of views"] = FAILURES[-1]
            for finding in verify_ledger(db.session()).findings:
                self.faults["the ledger"] = str(finding)
            db.session.remove()

    def enter(self) -> None:
        """Sign in with a new browser, or open the client's card at a tablet."""
        self.is_out = False
        if self.role == CLIENT:
            self.person = Person(self.app)
            assert self.person.opens("HS-1", cast.PIN)
        else:
            self.person = Person(self.app, username(self.role) if self.role in ROLES else None, tablet=None)
        self.open({CLIENT: "/kiosk/card", NOBODY: "/sign-in"}.get(self.role, "/password"))

    def go(self, rule: Rule, attempt: Attempt) -> None:
        """Visit a page. Visit it again where an answer took too long: the machine may have been busy."""
        for _ in range(3):
            self.longest = 0.0
            self.visit(rule, attempt)
            if self.is_out or self.role == NOBODY:
                try:
                    self.enter()
                except AssertionError:
                    self.end()
                    self.begin()
            if self.longest < SECONDS:
                return
        self.faults.setdefault(f"{rule.endpoint}: too slow", f"{self.longest} s, {attempt!r:.1000}")

    def visit(self, rule: Rule, attempt: Attempt) -> None:
        """Open a page, send one of its forms, and follow where it leads."""
        for number, value in attempt.cookies:
            known = sorted(Cookies.names)
            for path in ("/", "/kiosk", "/sign-in"):
                self.person.client.set_cookie(known[number % len(known)], value[:450], path=path)
            self.is_out = True
        path = address(rule, attempt.address)
        if rule.endpoint not in self.opened and "GET" in (rule.methods or ()):
            self.opened.add(rule.endpoint)
            self.open(address(rule, None))
        names = sorted(Asked.names.get(rule.endpoint, ()))
        found: list[PageForm] = []
        if "GET" in (rule.methods or ()):
            query = changed(list(QUERIES.get(rule.endpoint, {}).items()), attempt.query, names)
            found = self.open(f"{path}?{encoded(query)}" if query else path, headers=attempt.headers)
        elif rule.endpoint in self.forms and attempt.address is None:
            found = [self.forms[rule.endpoint]]
        if not found and "POST" in (rule.methods or ()):
            found = [PageForm(path)]
        nothing: list[list[Change]] = [[]]
        for changes in [*nothing * attempt.steps, attempt.fields]:
            if found:
                found = self.send(found[attempt.pick % len(found)], attempt.pick, changes, names)

    def open(self, url: str, method: str = "GET", *, is_of_page: bool = True, **more: Any) -> list[PageForm]:
        """Send a request, follow where it leads, and return the forms of the page. Note what is wrong with an answer.

        A form that no page showed to this role has no place for a sentence.
        """
        FAILURES.clear()
        began = time.thread_time()
        answer = self.person.client.open(url, method=method, **more)
        self.longest = max(self.longest, time.thread_time() - began)
        self.sent += 1
        if wrong := [*FAILURES, *faults_of(answer, is_of_page)]:
            place = re.sub(r"\d+", "0", urlsplit(url).path)
            self.faults.setdefault(f"{method} {place:.99}: {' '.join(wrong)}", f"{url:.500} {more!r:.1000}")
        if (target := answer.headers.get("Location")) is not None:
            self.is_out |= re.match("/sign-in|/kiosk(/pair|/sign-in|$)", target) is not None
            return self.open(target) if method == "POST" else []
        if answer.mimetype != "text/html":
            return []
        found = [form for form in PageForms(answer.get_data(as_text=True), url).found if form.method == "post"]
        for form in found:
            self.token = form.token or self.token
            self.forms[self.endpoint_of(form.action)] = form
        # That of signing out is on every page.
        return [form for form in found if form.action != "/sign-out"]

    def endpoint_of(self, action: str) -> str:
        """Return where a form is sent."""
        try:
            return str(self.app.url_map.bind("clinic").match(urlsplit(action).path, method="POST")[0])
        except HTTPException:
            return ""

    def send(self, form: PageForm, pick: int, changes: list[Change], names: list[str]) -> list[PageForm]:
        """Fill in a form, do something wrong with it, and send it. Return the forms of the page that comes then."""
        pairs = [("csrf_token", self.token), *changed(form.filled(pick), changes, names)]
        if not form.is_multipart:
            body = encoded(pairs).encode()
            kind = "application/x-www-form-urlencoded"
            return self.open(form.action, "POST", is_of_page=bool(form.fields), data=body, content_type=kind)
        files = {one.name for one in form.fields if one.kind == "file"}
        data: MultiDict[str, Any] = MultiDict((name, value.encode(errors="replace").decode()) for name, value in pairs)
        for name in files & data.keys():
            data[name] = (BytesIO(FILES[pick % len(FILES)]), FILE_NAMES[pick % len(FILE_NAMES)])
        return self.open(form.action, "POST", data=data)


def is_for(role: str, endpoint: str) -> bool:
    """Return whether a page is for a role of staff, for the client at the kiosk, or for anybody."""
    if endpoint in OPEN_ENDPOINTS or PAGES not in endpoint:
        return False
    rule = ROUTES[endpoint][1]
    return (
        rule in RULES[role]
        if role in RULES
        else rule not in (PUBLIC, MACHINE, PAIRING, KIOSK) and allowed(endpoint, role)
    )


def address(rule: Rule, change: Change | None) -> str:
    """Return the address of a page of the whole clinic, with something else in one place of it if there is a change."""
    values = [
        (name, str(VALUES.get(f"{rule.endpoint} {name}", VALUES.get(name, 1)))) for name in sorted(rule.arguments)
    ]
    if change is not None and values:
        n = change.where % len(values)
        # One of a few words is another of them instead, where a number says which.
        words = (
            re.findall(r"\w+", found[1]) if (found := re.search(rf"any\((.*?)\):{values[n][0]}>", rule.rule)) else []
        )
        is_other = words and re.fullmatch("[0-9]+", change.value)
        values[n] = (values[n][0], words[int(change.value) % len(words)] if is_other else change.value[:500])
    of = {name: quote(value, safe="", errors="surrogatepass") for name, value in values}
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: of[found[1]], rule.rule)


def changed(pairs: list[tuple[str, str]], changes: list[Change], names: list[str]) -> list[tuple[str, str]]:
    """Return the fields of a query or a form with changes in them."""
    for change in changes:
        pairs = change.apply(pairs, names)
    return pairs


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Return fields as a browser sends them, and half of a surrogate pair as no browser does."""
    return urlencode(pairs, errors="surrogatepass")


# What failed in the program while the last request was answered, as `got_request_exception` and the log tell.
FAILURES: list[str] = []
# A sentence that says what is wrong: at its field, above the form, or on a page of its own.
SAYS = re.compile(
    r'(?:class="problem\b|role="alert")(?![^>]*hidden)[^>]*>\s*(?:<(?!/)[^>]*>\s*)*[^<\s]|That is not possible|<div class="sign">'
)


def faults_of(answer: TestResponse, is_of_page: bool) -> Iterator[str]:
    """Yield what is wrong with an answer, whatever was asked."""
    if answer.status_code >= 500:
        yield f"answers {answer.status_code}"
    page = answer.get_data().decode(errors="replace")  # a workbook is no text
    if "Traceback (most recent" in page:
        yield "shows a traceback"
    if answer.status_code == 422 and is_of_page and not SAYS.search(page):
        yield "says nothing about what is wrong"
    if answer.status_code >= 400 and len(text(answer)) < 40:
        yield "has no sentence"
    # To merge slashes, the router names the host itself.
    if urlsplit(answer.headers.get("Location", "")).netloc not in ("", "localhost"):
        yield f"leads to {answer.headers['Location']}"


class Failures(logging.Handler):
    """Takes from the log what went wrong: the type of the exception, and where it was raised."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the last lines of a record."""
        FAILURES.append(" ".join(self.format(record).splitlines()[-4:]))


@pytest.fixture
def clinic(
    databases: Databases, kind: str, clinics: dict[str, Clinic], clock: time_machine.Traveller
) -> Iterator[Clinic]:
    """Yield a clinic. It is filled once for each kind of database."""
    if kind not in clinics:
        clinics[kind] = Clinic(databases, kind)
    clinic, log = clinics[kind], Failures(logging.ERROR)
    clinic.app.logger.addHandler(log)
    yield clinic
    clinic.app.logger.removeHandler(log)
    clinic.close()
    del clinic.app.request_class


@pytest.fixture(scope="module")
def clinics() -> dict[str, Clinic]:
    return {}


@pytest.mark.parametrize("role", [*ROLES, CLIENT, NOBODY])
def test_nothing_that_anybody_sends_brings_a_page_down(clinic: Clinic, role: str) -> None:
    way = Round(clinic, role)
    turns = cycle(way.rules)
    if PAGES and not way.rules:
        pytest.skip("not for this role")

    @seed(SEED)
    @settings(
        max_examples=LAPS * len(way.rules),
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(attempts)
    def walk(attempt: Attempt) -> None:
        rule = next(turns)
        if rule is way.rules[0] and way.sent > 1:
            way.end()
            way.begin()
        way.go(rule, attempt)

    walk()
    way.end()
    assert not way.faults, "\n".join(f"{fault}\n    {example}" for fault, example in way.faults.items())
    assert way.sent > len(way.rules)
