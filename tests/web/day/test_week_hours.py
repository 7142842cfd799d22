"""The page of the hours: the weeks that wait, one save, and everybody's hours of a week."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, program_hours, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

Given = Callable[..., Any]
HOURS = "/sites/1/hours"


@pytest.fixture
def ida(given: Given) -> None:
    """Ida, enrollment 3, attended the whole first week. Of her second one nobody said anything."""

    def enter(session: Any) -> None:
        enrollment_id = program_hours.program(session)
        group = week.service(session, "Group", "group", week.meetings("024", time(9), 180))
        week.plan(session, week.item(group, "024"), enrollment_id=enrollment_id)
        for day in (2, 4, 6):
            record_slot(
                session, enrollment_id=enrollment_id, service_id=group, on_day=date(2026, 3, day), way="attended",
                key=cast.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip

    given(enter)


def save(person: Person, page: str | None = None) -> TestResponse:
    page = page or person.get(HOURS).get_data(as_text=True)
    weeks = dict(re.findall(r'name="(week-[\d-]+)" value="([\d-]+)"', page))
    return person.client.post(HOURS, data={**hidden(page), **weeks})


def test_the_checklist(person: Callable[..., Person], ida: None) -> None:
    check(person, HOURS, allowed=("rosa", "miriam"), unknown="/sites/99/hours", writes=True, elsewhere=HOURS)


def test_the_page_shows_what_is_ready_and_what_is_open(rosa: Person, ida: None) -> None:
    content = text(rosa.get(HOURS))
    assert "Week 1: Mar 2 to Mar 8 · 9 h attended, 9 h expected" in content.replace("\xa0", " ")
    assert "10 points" in content and "3 slots are open: Monday, March 9 , Wednesday, March 11" in content
    assert "Record 1 week" in content


def test_one_save_records_the_weeks_that_are_complete(rosa: Person, ida: None) -> None:
    answer = save(rosa)
    assert (answer.status_code, answer.headers["Location"]) == (303, HOURS)
    content = text(rosa.get(HOURS))
    assert "1 week recorded." in content and "Week 1:" not in content and "Week 2:" in content


def test_the_same_page_sent_twice_records_once(rosa: Person, ida: None) -> None:
    page = rosa.get(HOURS).get_data(as_text=True)
    assert save(rosa, page).status_code == save(rosa, page).status_code == 303
    assert "Week 1:" not in text(rosa.get(HOURS))


def test_what_changed_since_the_page_was_shown_is_not_recorded(rosa: Person, given: Given, ida: None) -> None:
    page = rosa.get(HOURS).get_data(as_text=True)
    given(
        record_slot, enrollment_id=3, service_id=1, on_day=date(2026, 3, 6), way="absent", key=cast.key(),
        actor=cast.leo, now=cast.NOW,
    )  # fmt: skip
    assert save(rosa, page).status_code == 303
    assert "6 h attended, 9 h expected" in text(rosa.get(HOURS)).replace("\xa0", " ")


def test_a_week_is_shown_by_its_days_and_says_who_attended_what(rosa: Person, ida: None) -> None:
    content = text(rosa.get(f"{HOURS}?from=2026-03-04")).replace("\xa0", " ")
    assert "HS-9 Ida Intensive outpatient 9 h 9 h 9 h" in content
    assert rosa.get(f"{HOURS}?from=soon").status_code == 404


def test_more_clients_need_as_many_queries(rosa: Person, given: Given, ida: None, statements: list[str]) -> None:
    def count() -> int:
        rosa.get(HOURS)
        statements.clear()
        rosa.get(HOURS)
        return len(statements)

    def more(session: Any) -> None:
        for number in range(20, 26):
            client = week.newcomer(session, f"HS-{number}", version_id=3)
            week.plan(session, week.item(1, "024"), enrollment_id=client)

    before = count()
    given(more)
    assert count() == before > 0
