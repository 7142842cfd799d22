"""The list of goals that leads keep."""

from collections.abc import Callable
from typing import Any

from tests import cast
from tests import goals as here
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
LIST, ONE = "/sites/1/goals", "/listed-goals/1"


def test_leads_may_open_it(person: People, given: Given) -> None:
    given(here.listed)
    check(person, LIST, allowed=("miriam",), unknown="/sites/99/goals", writes=True)
    check(person, ONE, allowed=("miriam",), unknown="/listed-goals/99", writes=True)
    assert person("rosa").send("/listed-goals/1/retire", shown_at="/enrollments/1/goals/new").status_code == 403
    assert person("rosa").send("/sites/1/goals/start", shown_at="/enrollments/1/goals/new").status_code == 403
    assert person("miriam").get("/sites/2/goals").status_code == 404


def test_a_lead_begins_with_the_starting_list(miriam: Person) -> None:
    assert "Begin with 16 goals that clinics often use" in text(miriam.get(LIST))
    assert miriam.send("/sites/1/goals/start", shown_at=LIST).status_code == 303
    page = text(miriam.get(LIST))
    assert "16 goals added." in page and "Find a sponsor or a mentor" in page and "of the starting list" not in page


def test_a_lead_adds_renames_and_retires_a_goal(miriam: Person, given: Given) -> None:
    assert miriam.send(LIST, kind="work", title="Begin a job").status_code == 303
    assert here.wrong_fields(miriam.send(LIST, kind="", title="")) == {"kind", "title"}
    assert here.wrong_fields(miriam.send(LIST, kind="work", title="begin a job")) == {"title"}
    assert miriam.send(ONE, kind="work", title="Begin a job or an internship").status_code == 303
    page = text(miriam.get(LIST))
    assert "Begin a job or an internship" in page and "1 retired goal" in page
    assert miriam.send("/listed-goals/2/retire", shown_at="/listed-goals/2").status_code == 303
    assert "2 retired goals" in text(miriam.get(LIST))


def test_the_week_leads_to_the_list_and_to_what_is_due(miriam: Person, rosa: Person) -> None:
    page = text(miriam.get(f"/sites/{cast.HARBOR}/services"))
    assert "Goals due" in page and "List of goals" in page
    assert "List of goals" not in text(rosa.get(f"/sites/{cast.HARBOR}/services"))
