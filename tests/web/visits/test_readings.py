"""Record a number: the form asks for it with its unit, says from where on it counts, and shows those before."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.visits.evidence import Test
from cm_tracker.models import VisitRow
from tests.domain.schedules.documents import phase, track
from tests.operations.visits.test_readings import CO, URINE, enrolled, record
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., Any]
FORM = "/enrollments/3/0/visits/new"
SCALE = {"unit": "ppm", "scale": [{"at_most": 7, "amount": 48}, {"at_most": 14, "amount": 24}]}
BEST_OF_THREE = {"unit": "ppm", "percentile": {"of_last": 3, "rank": 2}, "at_most": 3}


def by(rule: dict[str, Any]) -> dict[str, Any]:
    return track(phase(), evidence="reading", target=[], reading=rule, title="Breath CO")


def breath(**more: str) -> dict[str, str]:
    return {"happened_on": "2026-03-16", "collected_time": "10:00", "specimen": "given", "reading": "9", **more}


def urine(**more: str) -> dict[str, str]:
    return {**breath(specimen_id="A-1", temperature="in_range", reading=""), **more}


@pytest.fixture
def of_breath(given: Given) -> Given:
    given(enrolled, by(CO))
    return given


def test_the_form_passes_the_checklist(person: People, of_breath: Given) -> None:
    check(person, FORM, allowed=("rosa", "miriam"), unknown="/enrollments/99/0/visits/new", writes=True, elsewhere=FORM)


def test_a_breath_test_asks_for_the_number_alone(rosa: Person, of_breath: Given) -> None:
    page = rosa.get(FORM).get_data(as_text=True)
    content = text(rosa.get(FORM))
    assert "Reading for HS-7" in content
    assert "Reading, in ppm On Monday, March 16, it counts at 11 ppm or below." in content
    assert "If it is 11 ppm or below: It earns 10 points." in content
    assert "If it is above 11 ppm, refused or tampered with: The ladder goes back to the start." in content
    assert 'data-limit="11"' in page
    for name in ("temperature", "specimen_id", "is_awaited", "panel_id"):
        assert f'name="{name}"' not in page
    assert "Too dilute" not in content and "leaked" not in content and "Readings so far" not in content


def test_a_number_that_counts_is_paid_and_says_why(rosa: Person, of_breath: Given) -> None:
    answer = rosa.send(FORM, **breath())
    assert answer.status_code == 303
    content = text(rosa.get(answer.headers["Location"]))
    assert "9 ppm; it counted at 11 or below. 10 points for meeting your goal in the test." in content
    assert "9 ppm; contaba hasta 11." in content  # Kim's language is Spanish
    assert "Outcome Met" in content and "Reading 9 ppm" in content
    assert "Readings until this visit" in content
    client_page = text(rosa.get("/clients/3"))
    assert "9 ppm, counts at 11 or below" in client_page


def test_a_number_above_the_limit_says_so_without_the_word_positive(rosa: Person, of_breath: Given) -> None:
    answer = rosa.send(FORM, **breath(reading="12"))
    content = text(rosa.get(answer.headers["Location"]))
    assert "12 ppm; it would have counted at 11 or below. You earn nothing this time" in content
    assert "Outcome Not met" in content and "Positive" not in content


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter the number that the device shows."),
        ("nine", "Enter a whole number, such as 9."),
        ("8.5", "Enter a whole number, such as 9."),
        ("-1", "Enter the number in ppm: it is from 0 to 1,000,000."),
        ("99999999", "Enter the number in ppm: it is from 0 to 1,000,000."),
    ],
)
def test_what_is_no_number_is_refused_and_comes_back(rosa: Person, of_breath: Given, typed: str, says: str) -> None:
    answer = rosa.send(FORM, **breath(reading=typed))
    assert answer.status_code == 422
    assert says in text(answer)
    assert f'value="{typed}"' in answer.get_data(as_text=True) if typed else True
    assert rosa.get("/visits/1").status_code == 404


def test_every_problem_of_a_reading_is_shown_at_once(rosa: Person, given: Given) -> None:
    given(enrolled, by(URINE))
    answer = rosa.send(FORM, **urine(temperature="", collected_time="", specimen_id="*", reading="x"))
    assert answer.status_code == 422
    content = text(answer)
    for says in (
        "Enter a whole number, such as 9.",
        "Say whether the temperature was in range, or that it was not read.",
        "Enter when it was collected.",
        "A specimen id has up to 40 letters",
    ):
        assert says in content


def test_the_laboratorys_number_is_entered_on_the_visits_page(rosa: Person, given: Given) -> None:
    given(enrolled, by(URINE))
    answer = rosa.send(FORM, **urine(is_awaited="y"))
    page = answer.headers["Location"]
    assert "Outcome Pending" in text(rosa.get(page)) and "A-1" in text(rosa.get(page))
    shown = rosa.send(f"{page}/answer", reading="250", words="Report 7")
    assert "What this changes" in text(shown)
    saved = rosa.client.post(
        f"{page}/answer", data={**hidden(shown.get_data(as_text=True)), "reading": "250", "words": "Report 7"}
    )
    assert saved.status_code == 303
    content = text(rosa.get(page))
    assert "250 ng/mL; it counted at 300 or below." in content and "Lab result" in content


def test_the_form_says_why_more_counts_than_the_rules_own_number(rosa: Person, given: Given) -> None:
    given(_with_readings, by(BEST_OF_THREE), (20, 9, 14))
    content = text(rosa.get(FORM))
    assert "it counts at 14 ppm or below: the 2nd lowest of the last 3 readings." in content
    assert "Readings so far" in content
    given(_with_readings, by(URINE), (1000,), "HS-8")
    content = text(rosa.get("/enrollments/4/0/visits/new"))
    assert "it counts at 750 ng/mL or below: 25 % below the last one, 1,000." in content


def _with_readings(session: Session, one: dict[str, Any], readings: tuple[int, ...], code: str = "HS-7") -> None:
    enrollment_id = enrolled(session, one, code=code)
    for day, reading in enumerate(readings):
        record(session, enrollment_id, day, Test(reading=reading))


def test_each_step_of_a_scale_says_what_it_earns(rosa: Person, given: Given) -> None:
    given(enrolled, by(SCALE))
    content = text(rosa.get(FORM))
    assert "If it is 7 ppm or below: It earns 48 points." in content
    assert "If it is 8 to 14 ppm: It earns 24 points." in content
    assert "above 14 ppm" in content


def test_a_lead_corrects_a_number(rosa: Person, miriam: Person, of_breath: Given) -> None:
    page = rosa.send(FORM, **breath(reading="12")).headers["Location"]
    right = {"happened": "came", **breath(reading="10"), "words": "Read the display again"}
    shown = miriam.send(f"{page}/correct", **right)
    assert "Not met" not in text(shown) or "What this changes" in text(shown)
    saved = miriam.client.post(f"{page}/correct", data={**hidden(shown.get_data(as_text=True)), **right})
    assert saved.status_code == 303
    content = text(miriam.get(page))
    assert "10 ppm; it counted at 11 or below." in content
    assert "First entry" in content and "Reading 12 ppm" in content


def test_of_two_specimens_the_last_valid_number_decides(rosa: Person, given: Given) -> None:
    given(enrolled, by(URINE))
    two = urine(
        specimen="invalid", second_specimen="given", second_collected_time="10:20", second_specimen_id="A-2",
        second_temperature="in_range", second_reading="290",
    )  # fmt: skip
    answer = rosa.send(f"{FORM}?specimens=2", **two)
    assert answer.status_code == 303
    content = text(rosa.get(answer.headers["Location"]))
    assert "290 ng/mL; it counted at 300 or below." in content and "Reading 290 ng/mL" in content


def test_a_reading_is_in_no_address_and_no_title(rosa: Person, of_breath: Given, given: Given) -> None:
    answer = rosa.send(FORM, **breath())
    assert answer.headers["Location"] == "/visits/1"
    page = rosa.get("/visits/1").get_data(as_text=True)
    assert "ppm" not in page[: page.index("</title>")]
    assert given(lambda session: session.execute(select(VisitRow.reading)).scalar_one()) == 9


def test_in_a_baseline_every_number_is_recorded_and_none_is_too_high(rosa: Person, given: Given) -> None:
    weeks = phase((1, 4), base=0, step=0, pays_nothing=True)
    given(enrolled, track(weeks, evidence="reading", target=[], reading=CO))
    content = text(rosa.get(FORM))
    assert "Whatever the result: It is recorded and changes nothing. Nothing is paid in these weeks." in content
    assert "it counts at" not in content
    answer = rosa.send(FORM, **breath(reading="30"))
    content = text(rosa.get(answer.headers["Location"]))
    assert "Outcome Baseline" in content and "Reading 30 ppm" in content and "would have counted" not in content
    client_page = text(rosa.get("/clients/3"))
    assert "A baseline week: recorded, and nothing is paid yet 30 ppm" in client_page
    assert "Not met" not in client_page


def test_a_late_number_shows_what_each_visit_counts_as_and_why(rosa: Person, given: Given) -> None:
    """The 700 of day 2 is 30 % below the 1,000 that is entered late for day 0."""
    given(_with_readings, by(URINE), (), "HS-7")
    given(record, 3, 2, Test(reading=700))
    late = urine(happened_on="2026-03-02", reading="1000")
    content = text(rosa.send(FORM, **late))
    assert "Not met 0 points 700, counts at 300 or below" in content
    assert "Met 10 points 700, counts at 750 or below" in content
    assert "Positive" not in content and "and other visits are worked out again" in content


def test_only_typing_changes_a_number(rosa: Person, of_breath: Given) -> None:
    page = rosa.get(FORM).get_data(as_text=True)
    assert 'type="number"' not in page
    assert 'inputmode="numeric"' in page


def test_a_disputed_number_is_with_the_laboratory(rosa: Person, of_breath: Given) -> None:
    answer = rosa.send(FORM, **breath(reading="14", is_disputed="y"))
    content = text(rosa.get(answer.headers["Location"]))
    assert "14 ppm; the lab is checking this number." in content
    assert "14 ppm, disputed: the lab decides" in text(rosa.get("/clients/3"))


def test_a_number_that_cannot_be_read_has_one_sentence(rosa: Person, of_breath: Given) -> None:
    content = text(rosa.send(FORM, **breath(reading="12.5")))
    assert "Enter a whole number, such as 9." in content and "that the device shows" not in content
