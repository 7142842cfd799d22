"""A client's page says today's one thing first, shows the path of each track, and folds the history."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, week
from tests.web.conftest import Person, hidden, text

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2
Given = Callable[..., Any]
SLOT: dict[str, Any] = {"enrollment_id": cast.AMIR, "service_id": TESTS, "on_day": week.TODAY, "actor": cast.rosa}


@pytest.fixture
def services(given: Given) -> None:
    """A group at one and a test at nine, on Amir's plan on Mondays, Wednesdays and Fridays."""

    def enter(session: Any) -> None:
        group, tests = week.group(session), week.tests(session)
        week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))

    given(enter)


def buttons(page: str) -> list[str]:
    """Return the words of the filled buttons of a page: it has one."""
    return [text_of.strip() for text_of in re.findall(r'class="btn btn-primary[^>]*>([^<]*)<', page)]


def test_what_is_due_comes_first_with_its_stroke(rosa: Person, given: Given, services: None) -> None:
    for day in (0, 2, 4):
        given(cast.visit, day)
    page = rosa.get("/clients/1").get_data(as_text=True)
    content = text(rosa.get("/clients/1"))
    assert "Urine tests was due at 9:00 AM, 2 h ago" in content
    assert "Negative earns 25 points, the 4th in a row." in content
    assert buttons(page) == ["Negative"]
    form = re.search(r'<form[^>]*action="(/day/slots[^"]*)".*?</form>', page, re.S)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group(0)))
    answer = rosa.client.post(form.group(1), data={**hidden(page), **fields, "way": "negative"})
    assert answer.status_code == 303 and "/visits/" in answer.headers["Location"]
    content = text(rosa.get("/clients/1"))
    assert "Skills group is due at 1:00 PM It pays nothing, and counts as attended." in content


def test_who_has_arrived_is_here_since_then(rosa: Person, given: Given, services: None) -> None:
    given(note_slot, **SLOT, status="arrived", key=cast.key(), now=cast.NOW)
    assert "Here since 11:00 AM: Urine tests" in text(rosa.get("/clients/1"))


def test_once_all_is_recorded_the_page_says_so(rosa: Person, given: Given, services: None) -> None:
    for service_id, way in ((TESTS, "negative"), (GROUP, "attended")):
        given(record_slot, **{**SLOT, "service_id": service_id}, way=way, key=cast.key(), now=cast.NOW)
    page = rosa.get("/clients/1")
    assert "Today is done Urine tests: done, Skills group: done" in text(page)
    assert buttons(page.get_data(as_text=True)) == ["Record a test"]


def test_a_closed_day_is_no_fault_of_the_client(rosa: Person, given: Given, services: None) -> None:
    given(week.closed_today)
    content = text(rosa.get("/clients/1"))
    assert "The clinic is closed today: Water damage Whoever was expected is excused. Nobody loses anything." in content
    assert "Mar 16, 2026: the clinic was closed, nothing was missed" in content


def test_where_a_number_decides_the_banner_leads_to_it(rosa: Person, given: Given) -> None:
    given(week.a_breath_test)
    page = rosa.get("/clients/1").get_data(as_text=True)
    assert buttons(page) == ["Enter the number…"]


def test_the_path_goes_from_what_was_earned_to_what_is_to_come(rosa: Person, given: Given, services: None) -> None:
    """Higgins pays 10 points, 15, and 20 with a bonus of 40 for every third."""
    for day in (0, 2, 4):
        given(cast.visit, day)
    given(
        add_closure, site_id=cast.HARBOR, first_day=date(2026, 3, 9), last_day=date(2026, 3, 9), name="Snow",
        key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    page = rosa.get("/clients/1").get_data(as_text=True)
    said = re.findall(r'<li class="on-(\w+)">\s*<span class="visually-hidden">([^<]*)</span>', page)
    assert said == [
        ("earned", "Mar 2, 2026: earned 10 points"),
        ("earned", "Mar 4, 2026: earned 15 points"),
        ("earned", "Mar 6, 2026: earned 60 points"),
        ("closed", "Mar 9, 2026: the clinic was closed, nothing was missed"),
        ("today", "Today: would earn 25 points"),
        ("ahead", "Mar 18, 2026: would earn 30 points"),
        ("ahead", "Mar 20, 2026: would earn 75 points"),
        ("ahead", "Mar 23, 2026: would earn 40 points"),
    ]


def test_the_history_is_folded_and_says_what_is_in_it(rosa: Person, given: Given) -> None:
    for day in (0, 2):
        given(cast.visit, day)
    content = text(rosa.get("/clients/1"))
    assert "Visits 2, the last on Mar 4, 2026" in content
    assert "Points and draws the last on Mar 16, 2026" in content
    page = rosa.get("/clients/1").get_data(as_text=True)
    assert len(re.findall(r'<details class="rest">', page)) == 2


def test_the_page_of_a_planned_client_needs_as_many_queries_after_many_visits(
    rosa: Person, given: Given, services: None, statements: list[str]
) -> None:
    def queries() -> int:
        statements.clear()
        rosa.get("/clients/1")
        return len([statement for statement in statements if statement.startswith("SELECT")])

    queries()
    before = queries()
    for day in (0, 2, 4, 7, 9, 11):
        given(cast.visit, day)
    given(week.many_more)
    assert queries() == before <= 36
