"""An auditor opens a name for an hour, and the lead reads it on the first page, on the trail and on the client's list."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from cm_tracker.web.viewings import view_log
from tests import cast
from tests.web.audit.test_viewings import cells
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
WHY = "The paper chart has no code"


def test_the_pages_pass_the_checklist(person: People) -> None:
    check(person, "/identities", allowed=("miriam", "grace"))
    check(person, "/identities/open", allowed=("grace",), writes=True)


def test_an_auditor_reads_the_name_for_an_hour_and_nothing_else(person: People, clock: time_machine.Traveller) -> None:
    grace = person("grace")
    answer = grace.send("/identities/open", code="HS-1", reason=WHY)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/identities/1")
    page = text(grace.get("/identities/1"))
    assert "Name Amir" in page and "Harbor Street" in page and "12:00 PM" in page
    assert grace.get("/clients/1").status_code == 403
    clock.shift(timedelta(minutes=59))
    for _ in range(4):
        grace.get("/identities")  # stays signed in
    clock.move_to(cast.NOW + timedelta(hours=1))
    grace = person("grace")
    closed = grace.get("/identities/1")
    assert (closed.status_code, closed.headers["Location"]) == (303, "/identities/open")
    assert "its hour is over" in text(grace.get("/identities/open"))


def test_nobody_else_can_use_what_an_auditor_opened(person: People) -> None:
    person("grace").send("/identities/open", code="HS-1", reason=WHY)
    for username in ("rosa", "miriam", "sam"):
        assert person(username).get("/identities/1").status_code == 403


def test_a_code_of_nobody_and_a_short_reason_are_shown_at_their_fields(person: People) -> None:
    answer = person("grace").send("/identities/open", code="HS-99", reason="audit")
    assert answer.status_code == 422
    page = text(answer)
    assert "There is no client with this code at your sites." in page and "in at least 10 characters" in page


def test_the_lead_is_told(app: Flask, person: People) -> None:
    grace, miriam = person("grace"), person("miriam")
    assert "opened for an audit" not in text(miriam.get("/"))
    grace.send("/identities/open", code="HS-1", reason=WHY)
    grace.get("/identities/1")
    assert view_log(app).flush()
    assert "Names of clients were opened for an audit in the last 7 days: Grace, 1 client." in text(miriam.get("/"))
    assert "opened for an audit" not in text(person("rosa").get("/"))
    assert [line[1:] for line in cells(miriam.get("/identities"))] == [[f"Grace Why: {WHY}", "HS-1", "Harbor Street"]]
    assert f"Grace opened who HS-1 is, for an hour. “{WHY}”" in text(miriam.get("/audit"))
    assert [line[1:3] for line in cells(miriam.get("/clients/1/viewings"))] == [
        [f"Grace Why: {WHY}", "Name, for an audit"]
    ]
    assert f"Why: {WHY}" in text(miriam.get("/clients/1/viewings/print"))


def test_the_name_is_in_no_address_and_no_title(person: People) -> None:
    grace = person("grace")
    answer = grace.send("/identities/open", code="HS-1", reason=WHY)
    page = grace.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Amir" not in page.partition("<title>")[2].partition("</title>")[0]
    assert "Amir" not in answer.headers["Location"]
