"""Every route, with every role, at the site of what it is about and at another one: who gets in, and who does not."""

import pytest
from flask import Flask

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import ROLES
from cm_tracker.web.access import KIOSK, MACHINE, OPEN_ENDPOINTS, PAIRING, PUBLIC
from tests import cast
from tests.architecture.test_routes import ROUTES
from tests.domain.staff.test_roles import TABLE
from tests.web.conftest import Person, hidden, text
from tests.whole_clinic import addresses, everything, one_of_each_role, username

OPEN = {PUBLIC, MACHINE, KIOSK, PAIRING}
# What these name belongs to the whole program and to no site: the catalog, the schedules, verifications of the ledger.
OF_THE_PROGRAM = frozenset({
    "prizes.deliver", "prizes.edit", "schedules.retire", "schedules.rename", "schedules.sites", "schedules.show", "schedules.show_preset", "schedules.difference",
    "schedules.edit", "schedules.keep", "schedule_files.of_version", "schedule_files.of_draft", "schedules.edit_document", "schedules.discard", "schedules.draft_difference",
    "approvals.publish", "approvals.review", "sources.show",
    "reports.show", "reports.clients", "reports.download", "saved_reports.new", "lists.show", "lists.download", "lists.columns", "audit.download", "viewings.download",
    "ledger.download", "handed_out.download", "money.tax_year_file", "trials.show_trial", "trials.run_trial", "trials.show_backtest", "approvals.take_back", "moves.listed", "checks.show",
})  # fmt: skip
# A name that an auditor has opened belongs to them, for an hour: for anybody else its address leads to the list.
OF_A_PERSON = frozenset({"identities.show"})
# Each way of a correction has its own permission, and so has each list: tests/web/visits and tests/web/reports/test_lists.py
# ask for all of them.
BY_WAY = frozenset({"corrections.new", "lists.show", "lists.download", "lists.columns"})
# A technician opens only what they entered themselves: tests/web/visits/test_technician.py.
OWN = frozenset({("technician", "visits.show")})
# An admin has the accounts and sites of the whole program, and no clients.
EVERYWHERE = frozenset({"admin"})


@pytest.fixture
def clinic(app: Flask) -> Flask:
    """Fill the clinic, and add to each site one person of each role: those of one work at Harbor Street, those of the other do not."""
    with app.app_context():
        session = db.session()
        everything(session)
        one_of_each_role(session)
        db.session.remove()
    return app


def allowed(endpoint: str, role: str) -> bool:
    """Return what the tables say, which are typed by hand."""
    rule = ROUTES[endpoint][1]
    return rule in OPEN or TABLE[rule][ROLES.index(role)] == "y"


def routes(app: Flask, method: str) -> dict[str, str]:
    """Return the address of each route that needs a permission, by its endpoint."""
    found = addresses(app, method)
    return {name: found[name] for name in sorted(found.keys() - OPEN_ENDPOINTS) if ROUTES[name][1] not in OPEN}


def site_bound(app: Flask) -> frozenset[str]:
    """Return the endpoints whose address names something that belongs to a site."""
    named = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments}
    return frozenset(named - OF_THE_PROGRAM - OF_A_PERSON)


def token_of(person: Person) -> dict[str, str]:
    return {"csrf_token": hidden(person.get("/password").get_data(as_text=True))["csrf_token"]}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_permissions_say_and_nothing_else(clinic: Flask, role: str) -> None:
    person = Person(clinic, username(role))
    token = token_of(person)
    wrong = []
    for name, path in routes(clinic, "GET").items():
        status = person.get(path).status_code
        if ((status == 403) == allowed(name, role) and name not in BY_WAY and (role, name) not in OWN) or status >= 500:
            wrong.append(f"GET {path}: {status}")
    for name, path in routes(clinic, "POST").items():
        # What a role may do is done in the tests of each page.
        if not allowed(name, role) and (status := person.client.post(path, data=token).status_code) != 403:
            wrong.append(f"POST {path}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", sorted(set(ROLES) - EVERYWHERE))
def test_at_another_site_nothing_is_found(clinic: Flask, role: str) -> None:
    person = Person(clinic, username(role, cast.MILL))
    token = token_of(person)
    bound, wrong, met = site_bound(clinic), [], 0
    for method in ("GET", "POST"):
        for name, path in routes(clinic, method).items():
            if name not in bound and method == "POST":
                continue  # it names nothing of the other site
            answer = person.client.open(path, method=method, data=token if method == "POST" else None)
            expected = 403 if not allowed(name, role) else 404 if name in bound else None
            met += expected == 404
            if answer.status_code >= 500 or expected not in (None, answer.status_code):
                wrong.append(f"{method} {path}: {answer.status_code} instead of {expected}")
            elif "HS-1" in text(answer):
                wrong.append(f"{method} {path} names a client of the other site")
    assert wrong == []
    assert met > 0


def test_without_signing_in_every_page_leads_to_the_sign_in_and_every_form_is_refused(clinic: Flask) -> None:
    stranger = Person(clinic, tablet=None)
    for path in routes(clinic, "GET").values():
        answer = stranger.get(path)
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"), path
    for path in routes(clinic, "POST").values():
        assert stranger.client.post(path).status_code == 400, path


def test_a_browser_that_is_no_tablet_opens_no_page_of_the_kiosk(clinic: Flask) -> None:
    stranger = Person(clinic, tablet=None)
    token = {"csrf_token": hidden(stranger.get("/sign-in").get_data(as_text=True))["csrf_token"]}
    seen = 0
    for method in ("GET", "POST"):
        for name, path in addresses(clinic, method).items():
            if name not in OPEN_ENDPOINTS and ROUTES[name][1] == KIOSK:
                answer = stranger.client.open(path, method=method, data=token if method == "POST" else None)
                assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/pair"), path
                seen += 1
    assert seen > 20


def test_no_address_answers_to_another_method(clinic: Flask) -> None:
    person = Person(clinic, username("lead"))
    for method in ("PUT", "PATCH", "DELETE"):
        for path in addresses(clinic).values():
            assert person.client.open(path, method=method).status_code == 405, path
