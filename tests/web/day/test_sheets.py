"""The sheet of a group: one tick each, one save for all, and a refused row loses nobody else's."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests import week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
SHEET = "/services/1/sheet"


@pytest.fixture
def group(given: Callable[..., Any]) -> None:
    """A group of Amir and three others who follow the schedule of attendance points."""
    given(week.a_group_of_four)


def save(person: Person, **fields: Any) -> TestResponse:
    """Fill in the sheet and save it. The fields of rows are those that the page has, and `fields`."""
    page = person.get(SHEET).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))
    return person.client.post(SHEET, data={**hidden(page), **rows, **fields})


def test_the_checklist(person: People, group: None) -> None:
    check(person, SHEET, allowed=("rosa", "miriam"), unknown="/services/99/sheet", writes=True, elsewhere=SHEET)


def test_a_sheet_lists_who_is_expected_and_what_each_will_earn(rosa: Person, group: None) -> None:
    content = text(rosa.get(SHEET))
    assert "Skills group" in content and "9:00 AM to 11:00 AM" in content
    assert "HS-1 Amir" in content and "HS-11" in content
    assert content.count("4 points") == 3  # Amir's schedule has no track for attendance


def test_whoever_is_ticked_is_recorded_and_the_others_stay_open(rosa: Person, group: None) -> None:
    answer = save(rosa, here=["1", "3", "4"])
    assert (answer.status_code, answer.headers["Location"]) == (303, SHEET)
    content = text(rosa.get(SHEET))
    assert "Is here 1" in content and "Recorded 3" in content
    assert "HS-11 Done · the next one earns 5 points 4 points" in content
    assert "8 points for 2 people" in content


@pytest.mark.parametrize("seen", ["x", "²", "9" * 5000, "-1"])
def test_what_no_browser_sends_is_refused(rosa: Person, group: None, seen: str) -> None:
    assert save(rosa, off="3", **{"seen-3": seen}).status_code == 200
    answer = save(rosa, here=["3"], **{"seen-3": seen})
    assert answer.status_code == 303, "a row without what it showed is none"
    assert "Recorded 0" not in text(rosa.get(SHEET)) and "8 points" not in text(rosa.get(SHEET))


def test_a_person_whose_row_is_sent_twice_is_recorded_once(rosa: Person, group: None) -> None:
    answer = save(rosa, here=["3"], **{"seen-03": "0", "seen-003": "0"})
    assert answer.status_code == 303
    assert "4 points for 1 person" in text(rosa.get(SHEET))


def test_a_sheet_with_thousands_of_rows_is_refused(rosa: Person, group: None) -> None:
    more = range(1000, 1600)
    answer = save(rosa, here=[str(of) for of in more], **{f"seen-{of}": "0" for of in more})
    assert answer.status_code == 422 and "A sheet has up to 500 people." in text(answer)


def test_who_leaves_early_is_here_and_earns_nothing(rosa: Person, group: None) -> None:
    save(rosa, here=["3", "4"], **{"left-3": "10:10", "arrived-4": "09:20"})
    content = text(rosa.get(SHEET))
    assert "Was here 70 of 120 minutes no points" in content
    assert "Was here 100 of 120 minutes · the next one earns 5 points 4 points" in content


def test_who_is_excused_keeps_the_step(rosa: Person, group: None) -> None:
    save(rosa, **{"excuse-3": "court", "excuse-4": "none"})
    content = text(rosa.get(SHEET))
    assert (
        "Excused: court or probation · the next one earns 4 points step kept" in content and "Did not come" in content
    )


def test_a_refused_row_loses_nobody_elses(rosa: Person, group: None) -> None:
    answer = save(rosa, here=["1", "3", "4"], **{"excuse-3": "court", "left-4": "9:99"})
    content = text(answer)
    assert answer.status_code == 409
    assert "2 people were not saved, 1 other is" in content
    assert "This person is ticked and excused." in content and "Write the time as 9:30, 1 pm or 13:00." in content
    page = answer.get_data(as_text=True)
    assert 'name="here" value="3" checked' in page
    assert 'name="left-4" value="9:99"' in page and "Left 9:99" in text(answer)


def test_a_sheet_that_is_sent_twice_records_once(rosa: Person, group: None) -> None:
    page = rosa.get(SHEET).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))
    for _ in range(2):
        assert rosa.client.post(SHEET, data={**hidden(page), **rows, "here": ["3"]}).status_code == 303
    assert "Recorded 1" in text(rosa.get(SHEET))


def test_two_people_at_one_sheet_overwrite_nothing(rosa: Person, person: People, group: None) -> None:
    page = rosa.get(SHEET).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))
    save(person("leo"), **{"excuse-3": "court"})
    answer = rosa.client.post(SHEET, data={**hidden(page), **rows, "here": ["3", "4"]})
    assert answer.status_code == 409
    content = text(answer)
    assert "1 person was not saved, 1 other is" in content
    assert "Leo noted at 11:00 AM: excused: court or probation. That stands." in content
    assert "Recorded 2" in content


def test_a_time_without_a_tick_is_asked_about(rosa: Person, group: None) -> None:
    answer = save(rosa, **{"left-3": "10:00"})
    assert answer.status_code == 409
    assert "This person has a time and no tick. Tick them, or take the time away." in text(answer)


def test_a_row_of_another_site_or_of_nobody_is_refused(rosa: Person, group: None) -> None:
    answer = save(rosa, here=["3", "99"], **{"seen-99": "0"})
    assert answer.status_code == 409
    assert "Recorded 1" in text(answer)


def test_a_row_that_is_mended_is_saved_and_the_others_are_not_saved_again(rosa: Person, group: None) -> None:
    page = save(rosa, here=["3", "4"], **{"left-4": "9:99"}).get_data(as_text=True)
    rows = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page))
    assert rosa.client.post(SHEET, data={**hidden(page), **rows, "here": ["4"], "left-4": "10:50"}).status_code == 303
    assert "8 points for 2 people" in text(rosa.get(SHEET))


def test_the_sheet_prints_blank_and_filled(rosa: Person, person: People, group: None) -> None:
    blank = text(person("miriam").get(f"{SHEET}/print"))
    assert "HS-11" in blank and "Yes" not in blank
    save(rosa, here=["3"], **{"left-3": "10:50", "excuse-4": "court"})
    filled = text(rosa.get(f"{SHEET}/print"))
    assert "Yes HS-11 110 of 120 minutes" in filled
    assert "No HS-12 Excused: court or probation" in filled
    assert "points" not in filled


def test_whoever_came_without_being_expected_is_added_by_their_code(rosa: Person, group: None) -> None:
    answer = save(rosa, here=["3"], code="hs-14", add="Add")
    assert answer.status_code == 200
    content = text(answer)
    assert "HS-14" in content and "Not on the list" in content
    # What was ticked before stays ticked, and whoever was added is here.
    assert re.findall(r'value="(\d+)" checked', answer.get_data(as_text=True)) == ["3", "6"]
    save(rosa, here=["6"])
    assert "HS-14" in text(rosa.get(SHEET)) and "Recorded 1" in text(rosa.get(SHEET))


def test_whoever_was_added_by_mistake_is_taken_off(rosa: Person, group: None) -> None:
    save(rosa, code="hs-14", add="Add")
    answer = save(rosa, here=["3", "6"], off="6")
    content = text(answer)
    assert "HS-14" not in content
    assert re.findall(r'value="(\d+)" checked', answer.get_data(as_text=True)) == ["3"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("", "Enter the code of the client."), ("HS-99", "There is no such client"), ("MR-1", "There is no such client")],
)
def test_a_code_that_nobody_here_has_is_refused(rosa: Person, group: None, code: str, sentence: str) -> None:
    answer = save(rosa, code=code, add="Add")
    assert (answer.status_code, sentence in text(answer)) == (422, True)


def test_a_service_that_does_not_meet_has_no_sheet(rosa: Person, group: None) -> None:
    assert rosa.get(f"{SHEET}?on=2026-03-17").status_code == 404
    assert rosa.get(f"{SHEET}?on=x").status_code == 404


def test_a_sheet_that_pays_nobody_speaks_of_no_amounts(rosa: Person, given: Callable[..., Any]) -> None:
    def enter(session: Any) -> None:
        week.plan(session, week.item(week.group(session), "024"))

    given(enter)
    content = text(rosa.get("/services/1/sheet"))
    assert "nothing is recorded without a tick" in content and "earn their own amounts" not in content
