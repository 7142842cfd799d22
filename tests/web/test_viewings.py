"""Every page of staff that may show a client is noted by itself, and nobody can forget one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from cm_tracker import create_app
from cm_tracker.labels.client_pages import pages_of_clients
from cm_tracker.labels.viewings import LISTS
from cm_tracker.queries.audit.subjects import LOOK_UP
from cm_tracker.web.access import KIOSK, MACHINE, OPEN_ENDPOINTS, PAIRING, PUBLIC, allow
from cm_tracker.web.viewings import OTHER_NAMES, REQUESTS, SUBJECTS, WITHOUT_CLIENTS, is_noted, view_log
from tests import cast
from tests.kiosk import question
from tests.web.conftest import Person
from tests.web.viewing import noted

Given = Callable[..., Any]


def plain_app() -> Flask:
    return create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})


def test_every_page_is_either_noted_or_known_to_show_no_client() -> None:
    app = plain_app()
    of_staff = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in OPEN_ENDPOINTS
        and app.view_functions[rule.endpoint].access not in (PUBLIC, MACHINE, KIOSK, PAIRING)  # type: ignore[attr-defined]
    }
    assert of_staff >= WITHOUT_CLIENTS, "a page that is gone"
    with app.app_context():
        assert {endpoint for endpoint in of_staff if is_noted(endpoint)} == of_staff - WITHOUT_CLIENTS
    for endpoint in sorted(of_staff - WITHOUT_CLIENTS):
        blueprint = endpoint.partition(".")[0]
        assert {endpoint, blueprint} & ({*LISTS} | {*pages_of_clients()}), f"{endpoint} has no word for people"


def test_every_name_in_the_address_of_a_noted_page_says_whose_record_it_is_or_names_none() -> None:
    """A page for a new kind of record fails here until `SUBJECTS` says how its client is found."""
    app = plain_app()
    with app.app_context():
        noted_rules = [rule for rule in app.url_map.iter_rules() if is_noted(rule.endpoint)]
    assert len(noted_rules) > 80
    for rule in noted_rules:
        blueprint = rule.endpoint.partition(".")[0]
        for name in rule.arguments:
            is_known = name in SUBJECTS or name in OTHER_NAMES or (name == "request_id" and blueprint in REQUESTS)
            assert is_known, f"{rule.endpoint}: {name}"
    assert {*SUBJECTS.values(), *REQUESTS.values()} == set(LOOK_UP)


def test_no_page_without_clients_has_one_in_its_address() -> None:
    app = plain_app()
    of_sites = {"site_id", "service_id"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in WITHOUT_CLIENTS:
            assert not rule.arguments & (set(SUBJECTS) - of_sites), rule.endpoint


def test_a_page_that_somebody_adds_is_noted_without_a_further_line() -> None:
    app = plain_app()
    app.add_url_rule("/clients/<id:client_id>/new-page", "new.page", allow("client:view")(lambda client_id: "x"))
    with app.app_context():
        assert is_noted("new.page")


@pytest.mark.parametrize(
    ("path", "page", "subject", "client_id"),
    [
        ("/clients/1", "clients.show", "client:1", cast.AMIR),
        ("/enrollments/1", "enrollments.show", "enrollment:1", cast.AMIR),
        ("/enrollments/1/week/print", "plans.print_week", "enrollment:1", cast.AMIR),
        ("/visits/1", "visits.show", "visit:1", cast.AMIR),
        ("/clients/1/edit", "clients.edit", "client:1", cast.AMIR),
        ("/ledger/3", "ledger.show", "transaction:3", cast.AMIR),
        ("/questions/1", "questions.show", "question:1", cast.AMIR),
        ("/day?client=1", "day.show", "client:1", cast.AMIR),
        ("/ledger?client_code=hs1", "ledger.index", "", cast.AMIR),
        ("/lists/specimens/list.print?client_code=HS-1", "lists.download", "", cast.AMIR),
        ("/lists/specimens/list.print?client_code=HS-9", "lists.download", "", None),
        ("/clients", "clients.index", "", None),
        ("/", "start.show", "", None),
        ("/sites/1/due", "due.index", "site:1", None),
        ("/audit", "audit.index", "", None),
    ],
)
def test_a_page_is_noted_with_whose_record_it_is(
    app: Flask, miriam: Person, given: Given, path: str, page: str, subject: str, client_id: int | None
) -> None:
    given(cast.rich)
    given(question)
    assert miriam.get(path).status_code == 200
    assert noted(app) == [("view", page, subject, client_id, cast.MIRIAM)]


def test_a_page_without_clients_and_a_redirect_are_not_noted(app: Flask, miriam: Person) -> None:
    assert miriam.get("/prizes").status_code == 200
    assert miriam.get("/schedules").status_code == 200
    assert miriam.client.post("/clients", data={"q": "HS-1"}).status_code == 400
    assert miriam.send("/clients", q="HS-1").status_code == 303
    assert [line[1] for line in noted(app)] == ["clients.index"]  # the page with the form


def test_a_form_that_is_shown_again_is_noted_as_a_look(app: Flask, rosa: Person) -> None:
    assert rosa.send("/clients/1/pin", pin="1", again="2").status_code == 422
    assert noted(app) == [("view", "clients.pin", "client:1", cast.AMIR, cast.ROSA)] * 2


def test_who_lacks_the_permission_is_noted_as_refused(app: Flask, person: Callable[..., Person]) -> None:
    assert person("grace").get("/clients/1").status_code == 403
    assert person("rosa").get("/staff").status_code == 403
    assert noted(app) == [
        ("refused", "clients.show", "client:1", cast.AMIR, cast.GRACE),
        ("refused", "staff.index", "", None, cast.ROSA),
    ]


def test_a_record_of_another_site_is_noted_as_refused(app: Flask, person: Callable[..., Person]) -> None:
    assert person("anna").get("/clients/1").status_code == 404
    assert person("rosa").get("/clients/77").status_code == 404
    assert noted(app) == [
        ("refused", "clients.show", "client:1", cast.AMIR, cast.ANNA),
        ("refused", "clients.show", "client:77", None, cast.ROSA),
    ]


def test_each_wrong_password_is_noted_with_its_account_and_where_it_came_from(
    app: Flask, person: Callable[..., Person]
) -> None:
    stranger = person()
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    stranger.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
    for _ in range(2):
        assert stranger.send("/sign-in", username=" Rosa ", password="a wrong one").status_code == 422
    assert stranger.send("/sign-in", username="my password 123", password="x").status_code == 422
    assert stranger.send("/sign-in", username="rosa", password="").status_code == 422  # nothing was tried
    assert noted(app) == [
        ("wrong", "start.sign_in", "staff:1", None, None),
        ("wrong", "start.sign_in", "staff:1", None, None),
        ("wrong", "start.sign_in", "staff:unknown", None, None),
    ]


def test_a_wrong_old_password_is_noted_for_the_account_that_is_signed_in(app: Flask, rosa: Person) -> None:
    new = "another good password"
    assert rosa.send("/password", old="not the old one", new=new, again=new).status_code == 422
    assert noted(app) == [("wrong", "start.password", "staff:1", None, cast.ROSA)]


def test_who_is_not_signed_in_is_noted_nowhere(app: Flask, person: Callable[..., Person]) -> None:
    stranger = person()
    assert stranger.get("/clients/1").status_code == 302
    assert stranger.get("/kiosk").status_code == 200
    assert noted(app) == []


def test_a_page_asks_the_database_for_nothing_more(app: Flask, rosa: Person, statements: list[str]) -> None:
    rosa.get("/clients/1")
    view_log(app).clear()
    statements.clear()
    rosa.get("/clients/1")
    assert not [one for one in statements if "viewing" in one or one.startswith(("INSERT", "UPDATE"))]
    statements.clear()
    assert view_log(app).flush()
    assert [one for one in statements if one.startswith("INSERT INTO viewing")]
