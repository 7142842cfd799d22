"""Wherever a number is entered, the page says from where on it counts on the visit's day, and shows those before.

25 % below the last number counts, and 300 always does: after 1,000 on March 2 the limit is 750.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.visits.evidence import READING, Specimen, Test
from tests.domain.schedules.documents import phase, track
from tests.operations.visits.test_readings import CO, URINE, enrolled, record
from tests.web.conftest import Person, hidden, text
from tests.web.visits.test_readings import FORM, breath, by, urine

Given = Callable[..., Any]
AWAITED = Test({READING: "pending"}, temperature="in_range")
INVALID = Test(specimen="invalid", temperature="in_range")
LIMIT = "it counts at 750 ng/mL or below: 25 % below the last one, 1,000."
SPECIMEN = {
    "specimen": "given", "collected_time": "10:30", "specimen_id": "A-2", "temperature": "in_range", "reading": "",
}  # fmt: skip


@pytest.fixture
def after_a_thousand(given: Given) -> int:
    """Enroll a client whose first number was 1,000, on March 2. Return the enrollment's id."""
    enrollment_id: int = given(enrolled, by(URINE))
    given(record, enrollment_id, 0, Test(reading=1000))
    return enrollment_id


@pytest.mark.parametrize(
    ("test", "way", "label"),
    [
        (INVALID, "specimen", "Reading, in ng/mL"),
        (AWAITED, "answer", "The laboratory’s number, in ng/mL"),
        (Test(reading=900), "correct", "Reading, in ng/mL"),
    ],
)
def test_a_number_that_is_entered_later_has_its_limit_and_the_chart(
    miriam: Person, given: Given, after_a_thousand: int, test: Test, way: str, label: str
) -> None:
    visit_id = given(record, after_a_thousand, 14, test)
    answer = miriam.get(f"/visits/{visit_id}/{way}")
    page = answer.get_data(as_text=True)
    assert f"{label} On Monday, March 16, {LIMIT}" in text(answer)
    assert 'data-limit="750"' in page and 'data-counts="This counts."' in page and "js/reading." in page
    assert "Readings until this visit" in text(answer) and "small-chart" in page


def test_both_numbers_of_a_visit_with_two_specimens_have_the_limit(rosa: Person, after_a_thousand: int) -> None:
    answer = rosa.get(f"{FORM}?specimens=2")
    assert text(answer).count(f"On Monday, March 16, {LIMIT}") == 2
    assert answer.get_data(as_text=True).count('data-limit="750"') == 2
    assert "Readings so far" in text(answer)


@pytest.mark.parametrize(("way", "fields"), [("specimen", SPECIMEN), ("answer", {"words": "Report 7"})])
def test_a_number_that_is_wrong_comes_back_with_its_limit(
    rosa: Person, given: Given, after_a_thousand: int, way: str, fields: dict[str, str]
) -> None:
    visit_id = given(record, after_a_thousand, 14, INVALID if way == "specimen" else AWAITED)
    answer = rosa.send(f"/visits/{visit_id}/{way}", **{**fields, "reading": "8.5"})
    assert answer.status_code == 422
    assert "Enter a whole number, such as 9." in text(answer) and 'value="8.5"' in answer.get_data(as_text=True)
    assert f"On Monday, March 16, {LIMIT}" in text(answer)


def test_the_preview_of_the_laboratorys_number_keeps_the_limit(
    rosa: Person, given: Given, after_a_thousand: int
) -> None:
    visit_id = given(record, after_a_thousand, 14, AWAITED)
    shown = rosa.send(f"/visits/{visit_id}/answer", reading="740", words="Report 7")
    assert "What this changes" in text(shown) and f"On Monday, March 16, {LIMIT}" in text(shown)


def test_another_day_in_the_form_has_the_limit_of_that_day(rosa: Person, after_a_thousand: int) -> None:
    """On March 2 no number was read before: there 300 counts. The day is on the page, and in what the script says."""
    answer = rosa.get(FORM)
    page = answer.get_data(as_text=True)
    assert f"On Monday, March 16, {LIMIT}" in text(answer) and 'data-day="2026-03-16"' in page
    assert (
        'data-other-day="You changed the day. Which number counts on that day is worked out when you save it."' in page
    )
    sent = rosa.send(FORM, **urine(happened_on="2026-03-09", reading="x"))
    assert f"On Monday, March 9, {LIMIT}" in text(sent)
    assert 'data-day="2026-03-09"' in sent.get_data(as_text=True)


def test_a_late_entry_shows_the_limit_of_its_day_beside_what_it_changes(rosa: Person, given: Given) -> None:
    enrollment_id = given(enrolled, by(URINE))
    given(record, enrollment_id, 0, Test(reading=1000))
    given(record, enrollment_id, 7, Test(reading=600))
    shown = rosa.send(FORM, **urine(happened_on="2026-03-05", reading="500"))
    assert "Nothing is saved yet A late visit of HS-7" in text(shown)
    assert f"On Thursday, March 5, {LIMIT}" in text(shown)
    assert "What saving will do" not in text(shown)
    today = rosa.send(FORM, **urine(reading="y"))
    assert "On Monday, March 16, it counts at 450 ng/mL or below: 25 % below the last one, 600." in text(today)


def test_a_correction_to_another_day_has_the_limit_of_that_day(
    miriam: Person, given: Given, after_a_thousand: int
) -> None:
    """The number itself is none of those before it: on March 5 it is measured by the 1,000 of March 2."""
    visit_id = given(record, after_a_thousand, 14, Test(reading=900))
    url = f"/visits/{visit_id}/correct"
    page = miriam.get(url).get_data(as_text=True)
    assert 'data-other-day="You changed the day. Which number counts on that day is shown before you save it."' in page
    moved = {"happened": "came", **urine(happened_on="2026-03-05", reading="740"), "words": "It was Thursday"}
    shown = miriam.send(url, **moved)
    assert "What this changes" in text(shown) and f"On Thursday, March 5, {LIMIT}" in text(shown)
    saved = miriam.client.post(url, data={**hidden(shown.get_data(as_text=True)), **moved})
    assert saved.status_code == 303
    assert "740 ng/mL; it counted at 750 or below." in text(miriam.get(f"/visits/{visit_id}"))


@pytest.mark.parametrize("day", ["2026-02-01", "2027-01-01"])
def test_a_day_on_which_nothing_can_be_says_no_limit(
    miriam: Person, given: Given, after_a_thousand: int, day: str
) -> None:
    visit_id = given(record, after_a_thousand, 14, Test(reading=900))
    wrong = {"happened": "came", **urine(happened_on=day, reading="740"), "words": "Another day"}
    answer = miriam.send(f"/visits/{visit_id}/correct", **wrong)
    assert answer.status_code == 422
    assert "it counts at" not in text(answer)


def test_a_day_that_cannot_be_read_leaves_the_limit_of_the_recorded_one(
    miriam: Person, given: Given, after_a_thousand: int
) -> None:
    visit_id = given(record, after_a_thousand, 14, Test(reading=900))
    wrong = {"happened": "came", **urine(happened_on="soon", reading="740"), "words": "Another day"}
    answer = miriam.send(f"/visits/{visit_id}/correct", **wrong)
    assert answer.status_code == 422
    assert f"On Monday, March 16, {LIMIT}" in text(answer)


@pytest.mark.parametrize("way", ["answer", "correct"])
def test_in_a_baseline_a_later_number_has_no_limit(miriam: Person, given: Given, way: str) -> None:
    weeks = phase((1, 4), base=0, step=0, pays_nothing=True)
    enrollment_id = given(enrolled, track(weeks, evidence="reading", target=[], reading=URINE))
    visit_id = given(record, enrollment_id, 14, AWAITED)
    answer = miriam.get(f"/visits/{visit_id}/{way}")
    assert "it counts at" not in text(answer) and "data-limit" not in answer.get_data(as_text=True)


def test_the_limit_of_a_third_specimen_is_that_of_the_visit(rosa: Person, given: Given, after_a_thousand: int) -> None:
    visit_id = given(_two_invalid, after_a_thousand)
    assert f"On Monday, March 16, {LIMIT}" in text(rosa.get(f"/visits/{visit_id}/specimen"))


def _two_invalid(session: Session, enrollment_id: int) -> int:
    return record(session, enrollment_id, 14, INVALID, earlier=(Specimen(INVALID),))


def test_a_disputed_breath_reading_gets_the_laboratorys_number_under_the_fixed_limit(
    rosa: Person, given: Given
) -> None:
    given(enrolled, by(CO))
    page = rosa.send(FORM, **breath(reading="14", is_disputed="y")).headers["Location"]
    assert "On Monday, March 16, it counts at 11 ppm or below." in text(rosa.get(f"{page}/answer"))
