"""The list of clients to call: who calls, what came of it, and the first page that leads there."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
CALLS = "/sites/1/calls"


@pytest.fixture
def absent(given: Given) -> None:
    """Amir missed his test on Friday, and is missing today."""

    def enter(session: Any) -> None:
        tests = week.tests(session)
        week.plan(session, week.item(tests, "024", "cocaine-negative"))
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=tests, on_day=date(2026, 3, 13), way="absent", key=cast.key(),
            actor=cast.leo, now=cast.NOW,
        )  # fmt: skip

    given(enter)


def say(person: Person, outcome: str, day: str = "2026-03-13", **fields: Any) -> TestResponse:
    page = person.get(CALLS).get_data(as_text=True)
    seen = re.search(rf'name="on_day" value="{day}">\s*<input type="hidden" name="seen" value="(\d+)"', page)
    return person.send(
        CALLS, enrollment_id=cast.AMIR, on_day=day, outcome=outcome, **{"seen": seen.group(1) if seen else 0, **fields}
    )


def test_the_checklist(person: Callable[..., Person], absent: None) -> None:
    check(person, CALLS, allowed=("rosa", "miriam"), unknown="/sites/99/calls", writes=True, elsewhere=CALLS)


def test_the_first_page_counts_whom_to_call(rosa: Person, absent: None) -> None:
    first = rosa.get("/")
    assert "1 to call" in text(first) and f'href="{CALLS}"' in first.get_data(as_text=True)
    content = text(rosa.get(CALLS))
    assert "Friday, March 13 1" in content and "HS-1 Amir" in content and "Missing today 1" in content
    assert "cocaine" not in content.lower() and "negative" not in content.lower()


def test_a_call_is_taken_and_its_outcome_noted(rosa: Person, person: Callable[..., Person], absent: None) -> None:
    assert say(rosa, "calling").headers["Location"] == f"{CALLS}#call-1-2026-03-13"
    assert "Rosa is calling" in text(person("leo").get(CALLS))
    say(rosa, "left_word")
    assert "Rosa called at 11:00 AM: left word" in text(rosa.get(CALLS))
    say(rosa, "reached")
    content = text(rosa.get(CALLS))
    assert "Nobody of the last week waits for a call" in content and "reached" in content
    assert "to call" not in text(rosa.get("/"))


def test_a_missing_client_on_the_first_page_says_who_calls(rosa: Person, absent: None) -> None:
    say(rosa, "calling", "2026-03-16")
    assert "HS-1 Amir Rosa is calling" in text(rosa.get("/"))


def test_two_at_one_call_see_each_other(rosa: Person, person: Callable[..., Person], absent: None) -> None:
    say(rosa, "calling")
    answer = say(person("leo"), "calling", seen=0)
    assert answer.status_code == 422
    assert "Somebody else has changed this in the meantime." in text(answer)


@pytest.mark.parametrize(("enrollment_id", "day"), [(cast.BEA, "2026-03-13"), (cast.AMIR, "2026-02-02"), ("x", "")])
def test_a_call_whose_row_is_gone_is_refused_with_a_sentence(
    rosa: Person, absent: None, enrollment_id: object, day: str
) -> None:
    answer = rosa.send(CALLS, enrollment_id=enrollment_id, on_day=day, outcome="calling", seen="")
    assert answer.status_code == 422
    assert re.search(r'role="alert"[^>]*>\s*<p class="mb-0">\w', answer.get_data(as_text=True))


def test_an_excuse_leads_to_the_correction(rosa: Person, absent: None) -> None:
    assert "Excused for this reason" not in text(rosa.get(CALLS))
    say(rosa, "calling")
    assert "Choose the reason for the excuse." in text(say(rosa, "excused"))
    say(rosa, "excused", excuse="transport")
    page = rosa.get(CALLS)
    assert "The absence still counts: excuse it" in text(page)
    assert re.search(r'href="/visits/\d+/excuse"', page.get_data(as_text=True))


def test_more_absences_need_as_many_queries(rosa: Person, given: Given, absent: None, statements: list[str]) -> None:
    def count() -> int:
        rosa.get(CALLS)
        statements.clear()
        rosa.get(CALLS)
        return len(statements)

    def more(session: Any) -> None:
        for number in range(20, 26):
            enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
            week.plan(session, week.item(1, "024", "cocaine-negative"), enrollment_id=enrollment_id)
            record_slot(
                session, enrollment_id=enrollment_id, service_id=1, on_day=date(2026, 3, 13), way="absent",
                key=cast.key(), actor=cast.leo, now=cast.NOW,
            )  # fmt: skip

    before = count()
    given(more)
    assert count() == before > 0
