"""The codes of a service: set by a lead, shown in the list of services."""

from collections.abc import Callable
from typing import Any

from tests import billing, week
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.day.test_services import value_of

People = Callable[..., Person]
Given = Callable[..., Any]


def test_the_checklist(person: People, given: Given) -> None:
    given(week.tests)
    check(person, "/services/1/codes", allowed=("miriam",), unknown="/services/99/codes", writes=True)


def test_a_lead_sets_the_codes_and_sees_them_in_the_list(miriam: Person, rosa: Person, given: Given) -> None:
    given(week.tests)
    page = miriam.get("/services/1/codes").get_data(as_text=True)
    assert [value_of(page, name) for name in ("procedure", "positive", "negative")] == ["", "", ""]
    saved = miriam.send("/services/1/codes", procedure="h0050", positive="r82.998", negative="")
    assert (saved.status_code, saved.headers["Location"]) == (303, "/sites/1/services")
    page = text(miriam.get("/sites/1/services"))
    assert "The codes are saved." in page and "H0050 of Urine tests" in page
    page = miriam.get("/services/1/codes").get_data(as_text=True)
    assert [value_of(page, name) for name in ("procedure", "positive", "negative")] == ["H0050", "R82.998", ""]
    assert "Miriam set the billing codes of a service" in text(miriam.get("/audit"))
    assert "H0050" not in text(rosa.get("/sites/1/services"))


def test_a_service_without_tests_has_no_codes_of_results(miriam: Person, given: Given) -> None:
    given(week.group)
    assert 'name="positive"' not in miriam.get("/services/1/codes").get_data(as_text=True)
    answer = miriam.send("/services/1/codes", procedure="H00 05x!")
    assert answer.status_code == 422 and "Write the code as H0050" in text(answer)
    given(billing.codes, 1, "H0005")
    assert "H0005 of Skills group" in text(miriam.get("/sites/1/services"))
