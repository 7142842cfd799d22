"""Closing a day: every open slot with what will be recorded, one save, and a lead who opens it again."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests import cast, goals, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
CLOSE = "/sites/1/close-day"


@pytest.fixture
def group(given: Callable[..., Any]) -> None:
    given(week.a_group_of_four)


def close(person: Person, **fields: Any) -> TestResponse:
    """Send the page as it is shown, with `fields`."""
    page = person.get(CLOSE).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+-\d+)" value="(\d+)"', page))
    return person.client.post(CLOSE, data={**hidden(page), **rows, **fields})


def test_the_checklist(person: People, group: None) -> None:
    check(person, CLOSE, allowed=("rosa", "miriam"), unknown="/sites/99/close-day", writes=True, elsewhere=CLOSE)


def test_the_page_says_of_each_open_slot_what_follows(rosa: Person, group: None) -> None:
    content = text(rosa.get(CLOSE))
    assert "Close Monday, March 16" in content and "0 of 4 are settled." in content
    assert content.count("Without excuse") == 4
    assert "It is noted. It changes nothing that is earned." in content  # of Amir, for whom the group pays nothing
    assert "Record 4 and close the day" in content


def test_the_page_always_says_how_many_points_are_taken_away_and_where_to_record_who_came(
    rosa: Person, group: None
) -> None:
    answer = rosa.get(CLOSE)
    content = text(answer)
    assert (
        "When you close Absences to record 4 With a reason 0 Points taken away 0 Points that were earned stay."
        in content
    )
    assert "Recorded as Rosa." in content
    assert answer.get_data(as_text=True).count('href="/services/1/sheet?on=2026-03-16">Came…') == 4


def test_who_came_on_a_past_day_has_the_form_of_that_day(rosa: Person) -> None:
    page = rosa.get("/enrollments/1/0/visits/new?on=2026-03-13").get_data(as_text=True)
    assert re.search(r'name="happened_on"[^>]*value="2026-03-13"', page)
    assert re.search(r'name="collected_time"[^>]*value=""', page), "the time now is not that of the day"
    today = rosa.get("/enrollments/1/0/visits/new").get_data(as_text=True)
    assert re.search(r'name="happened_on"[^>]*value="2026-03-16"', today)
    assert rosa.get("/enrollments/1/0/visits/new?on=yesterday").status_code == 404


def test_absences_are_recorded_and_the_day_is_closed(rosa: Person, group: None) -> None:
    answer = close(rosa, **{"excuse-3-1": "court"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?site=1")
    content = text(rosa.get("/?show=done"))
    assert "The day is closed" in content and "0 open of 4" in content and "1 excused" in content
    assert "The day was closed at" in text(rosa.get(CLOSE))


def test_whoever_gets_a_plan_after_the_day_was_closed_is_excused_on_every_page(
    rosa: Person, given: Callable[..., Any], group: None
) -> None:
    close(rosa)
    given(lambda session: week.plan(session, week.item(1, "024", "attendance"), enrollment_id=6, from_on=week.TODAY))
    board = text(rosa.get("/?show=excused"))
    assert "0 open of 5" in board and "1 excused" in board and "HS-14" in board
    page = rosa.get("/enrollments/6/week").get_data(as_text=True)
    assert page.count('class="slot excused') == 1 and "Excused: closed" in page


def test_where_somebody_arrived_meanwhile_nothing_is_recorded(rosa: Person, person: People, group: None) -> None:
    page = rosa.get(CLOSE).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+-\d+)" value="(\d+)"', page))
    leo = person("leo")
    leo.send(
        "/day/slots", shown_at="/", enrollment_id=3, service_id=1, on_day="2026-03-16", seen=0, way="arrived"
    )  # fmt: skip
    answer = rosa.client.post(CLOSE, data={**hidden(page), **rows})
    content = text(answer)
    assert answer.status_code == 422
    assert "1 client has arrived, and nothing is recorded: HS-11 (Skills group)." in content
    assert "0 of 4 are settled." in content and "and close the day" not in content


def test_nobody_is_made_absent_who_is_here_or_comes_later(rosa: Person, given: Callable[..., Any], group: None) -> None:
    def enter(session: Any) -> None:
        evening = week.service(session, "Evening group", "skills", week.meetings("0", time(18)))
        week.plan(session, week.item(evening, "0"), from_on=week.TODAY, reason="services")

    given(enter)
    content = text(rosa.get(CLOSE))
    assert "1 slot is still to come: at 6:00 PM." in content and "and close the day" not in content
    answer = close(rosa)
    assert answer.status_code == 422
    assert "Open slots of the day: 4. Say of each what happened." in text(answer)
    assert "0 of 4 are settled." in text(rosa.get(CLOSE))


def test_only_a_lead_opens_it_again(rosa: Person, miriam: Person, group: None) -> None:
    close(rosa)
    assert "Open the day again" not in text(rosa.get(CLOSE))
    assert rosa.send("/sites/1/reopen-day?on=2026-03-16", shown_at="/").status_code == 403
    assert miriam.send("/sites/1/reopen-day?on=2026-03-16", shown_at=CLOSE).status_code == 303
    assert "Close the day" in text(rosa.get("/"))


@pytest.mark.parametrize("path", ["/sites/1/reopen-day", "/sites/1/reopen-day?on=x"])
def test_a_day_that_is_not_named_is_not_found(miriam: Person, path: str) -> None:
    assert miriam.send(path, shown_at=CLOSE).status_code == 404


def test_of_a_long_list_the_page_claims_nothing_that_it_has_not_worked_out(
    rosa: Person, given: Callable[..., Any], group: None
) -> None:
    given(week.tests)
    given(week.many_more, 100, 165)
    content = text(rosa.get(CLOSE))
    # Of 70 slots the first 60 are worked out. Amir's group is among them, and pays nothing.
    assert content.count("It is noted. It changes nothing that is earned.") == 1
    assert content.count("The client's page says what follows.") == 10


def test_the_number_of_queries_does_not_depend_on_the_number_of_slots(
    rosa: Person, given: Callable[..., Any], group: None, statements: list[str]
) -> None:
    given(week.tests)
    rosa.get(CLOSE)
    counts = []
    for first, last in ((38, 38), (39, 57)):
        given(week.many_more, first, last)
        statements.clear()
        content = text(rosa.get(CLOSE))
        counts.append(len(statements))
    assert "HS-57" in content
    assert counts[0] == counts[1]


@pytest.fixture
def late(given: Callable[..., Any]) -> None:
    """Amir came on Monday and on Friday, and nobody said what happened on Wednesday."""

    def enter(session: Any) -> None:
        tests = week.tests(session)
        week.plan(session, week.item(tests, "024", "cocaine-negative"))
        cast.visit(session, 7)  # 10 points
        cast.visit(session, 11)  # 15 points

    given(enter)


WEDNESDAY = f"{CLOSE}?on=2026-03-11"


def close_wednesday(person: Person, page: str | None = None) -> TestResponse:
    page = page or person.get(WEDNESDAY).get_data(as_text=True)
    rows = dict(re.findall(r'name="((?:seen|shown)-\d+-\d+)" value="(\w+)"', page))
    return person.client.post(WEDNESDAY, data={**hidden(page), **rows})


def test_an_absence_of_a_past_day_shows_what_it_changes_and_is_recorded(rosa: Person, late: None) -> None:
    content = text(rosa.get(WEDNESDAY))
    assert "Recorded late, this changes visits since then." in content
    # After a reset Friday's test is worth 10 points, not 15. What was paid stays.
    assert "The client’s balance stays 25 points." in content
    assert "Mar 13, 2026: 15 points, now worth 10 points" in content
    assert close_wednesday(rosa).status_code == 303
    assert "The day is closed" in text(rosa.get("/day?on=2026-03-11"))


def test_changes_that_the_page_has_not_shown_are_not_recorded(
    rosa: Person, given: Callable[..., Any], late: None
) -> None:
    page = rosa.get(WEDNESDAY).get_data(as_text=True)
    given(cast.visit, 14)
    answer = close_wednesday(rosa, page)
    assert answer.status_code == 409
    assert "1 row was not recorded, and the day is still open." in text(answer)
    assert close_wednesday(rosa).status_code == 303


FRIDAY = f"{CLOSE}?on=2026-03-13"


def test_a_meeting_whose_slip_may_still_come_stays_open_and_the_day_is_closed(
    rosa: Person, given: Callable[..., Any]
) -> None:
    given(goals.meeting)
    page = rosa.get(FRIDAY).get_data(as_text=True)
    content = text(rosa.get(FRIDAY))
    assert "Open until a slip comes HS-11 (Evening meeting)." in content
    assert "A slip of a meeting can be handed in within 14 days, also when the day is closed." in content
    assert "Nobody is missing" in content and "Without excuse" not in content
    answer = rosa.client.post(FRIDAY, data=hidden(page))
    assert answer.status_code == 303
    day = rosa.get("/day?on=2026-03-13")
    assert "The day is closed Slip of the meeting… : HS-11" in text(day) and "Attended" not in text(day)
    new = "/enrollments/3/slips/new?on=2026-03-13&amp;service=1"
    assert f'href="{new}"' in day.get_data(as_text=True)
    form = rosa.get(new.replace("&amp;", "&")).get_data(as_text=True)
    assert 'value="2026-03-13"' in form
    assert rosa.get("/enrollments/3/slips/new?on=friday").status_code == 404


def test_a_meeting_of_this_evening_does_not_keep_the_day_open(rosa: Person, given: Callable[..., Any]) -> None:
    def enter(session: Any) -> None:
        evening = week.service(session, "Evening meeting", "community_meeting", week.meetings("0", time(19)))
        week.plan(session, week.item(evening, "0"))

    given(enter)
    content = text(rosa.get(CLOSE))
    assert "Open until a slip comes HS-1 (Evening meeting)." in content and "still to come" not in content
    assert close(rosa).status_code == 303


def test_the_page_of_a_past_day_leads_to_that_day(rosa: Person, given: Callable[..., Any], group: None) -> None:
    page = rosa.get(f"{CLOSE}?on=2026-03-09").get_data(as_text=True)
    assert page.count('href="/day?site=1&amp;on=2026-03-09"') == 2 and 'href="/?site=1"' not in page
    assert rosa.get(CLOSE).get_data(as_text=True).count('href="/?site=1"') == 2
