"""The pages of slips of community meetings."""

from collections.abc import Callable
from typing import Any

import pytest

from cm_tracker.domain.visits.evidence import Absence, NewVisit
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast
from tests import goals as here
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
BOTH = ("rosa", "miriam")
INDEX, NEW, SHOW = "/enrollments/3/goals", "/enrollments/3/slips/new", "/slips/1"
SLIP = {
    "service_id": "1", "on_day": "2026-03-13", "time_of_day": "7 pm", "meeting": "St. Mark's hall", "signer": "Jo B.",
    "decision": "accepted", "reason": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def meeting(given: Given) -> None:
    given(here.meeting)


def test_staff_and_leads_of_the_site_may_open_them(person: People, given: Given) -> None:
    given(here.slip, 1)
    check(person, NEW, allowed=BOTH, unknown="/enrollments/99/slips/new", writes=True, elsewhere=NEW)
    check(person, SHOW, allowed=BOTH, unknown="/slips/99", writes=True, elsewhere=SHOW)


def test_an_accepted_slip_leads_to_the_page_that_says_what_was_earned(rosa: Person) -> None:
    assert "Evening meeting" in text(rosa.get(NEW)) and "Take no photo of it." in text(rosa.get(NEW))
    answer = rosa.send(NEW, **SLIP)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/visits/")
    assert "4 points" in text(rosa.get(answer.headers["Location"]))
    page = text(rosa.get(INDEX))
    assert "Evening meeting St. Mark's hall Mar 13, 2026, 7:00 PM Jo B. Accepted" in page
    shown = text(rosa.get(SHOW))
    assert "Taken by Rosa" in shown and "What it earned" in shown and "Save the decision" not in shown


def test_a_declined_slip_says_why_and_pays_nothing(rosa: Person, given: Given) -> None:
    wrong = rosa.send(NEW, **{**SLIP, "decision": "declined"})
    assert here.wrong_fields(wrong) == {"reason"}
    answer = rosa.send(NEW, **{**SLIP, "decision": "declined", "reason": "Nobody signed"})
    assert answer.headers["Location"] == f"{INDEX}#slips"
    page = text(rosa.get(INDEX))
    assert "The slip is not accepted. Nothing is recorded." in page and "Not accepted Nobody signed" in page
    assert given(here.paid, 3) == []


def test_a_slip_that_waits_is_decided_later(rosa: Person, person: People, given: Given) -> None:
    assert rosa.send(NEW, **{**SLIP, "decision": "later"}).status_code == 303
    assert "1 slip to look at" in text(rosa.get("/clients/3"))
    leo = person("leo")
    answer = leo.send(SHOW, decision="accepted", reason="")
    assert answer.headers["Location"].startswith("/visits/")
    assert given(here.paid, 3) == [("met", 4)]
    late = rosa.send(SHOW, shown_at=NEW, decision="declined", reason="x")
    assert late.status_code == 422 and "Somebody decided about this slip already." in text(late)


def test_everything_that_is_wrong_stands_at_its_field(rosa: Person) -> None:
    answer = rosa.send(
        NEW, service_id="1", on_day="x", time_of_day="", meeting="", signer="", decision="declined", reason=""
    )
    assert here.wrong_fields(answer) == {"on_day", "time_of_day", "meeting", "signer", "reason"}
    assert here.wrong_fields(rosa.send(NEW, **{**SLIP, "on_day": "2026-02-27"})) == {"on_day"}
    assert here.wrong_fields(rosa.send(NEW, **{**SLIP, "service_id": "x"})) == {"service_id"}


def test_a_recorded_absence_is_named_with_a_link(rosa: Person, given: Given) -> None:
    given(
        record_visit, enrollment_id=3, visit=NewVisit("attendance", here.FRIDAY, Absence()), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    answer = rosa.send(NEW, **SLIP)
    assert answer.status_code == 422
    assert "An absence is recorded for Mar 13, 2026. A lead corrects it first" in text(answer)
    assert "See what is recorded" in text(answer)
    assert given(here.slips) == ()
