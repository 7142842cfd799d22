"""The pages of a second specimen: entered on the visit's page, shown in order, and never as an error."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from cm_tracker.domain.visits.evidence import Specimen, Test
from tests import cast
from tests.operations.visits.test_readings import CO, enrolled
from tests.web.conftest import Person, hidden, text
from tests.web.visits.test_readings import by

Given = Callable[..., Any]
People = Callable[[str], Person]
DILUTE = Test(specimen="dilute")
ALTERED = Test(specimen="tampered")
TEST = "/enrollments/1/0/visits/new"
SECOND = {
    "collected_time": "10:40", "read_time": "", "specimen": "given", "specimen_id": "U2", "temperature": "in_range",
    "result_cocaine": "negative", "words": "",
}  # fmt: skip


def save(person: Person, url: str, **fields: str) -> Any:
    """Send a form twice: the first answer shows what it changes, and the second one saves exactly that."""
    shown = person.send(url, **fields)
    assert shown.status_code == 200, text(shown)
    return person.client.post(url, data={**hidden(shown.get_data(as_text=True)), **fields})


def test_staff_enter_a_second_specimen_and_see_both_in_order(rosa: Person, given: Given) -> None:
    visit_id = given(cast.visit, 14, DILUTE, specimen_id="U1")
    page = rosa.get(f"/visits/{visit_id}")
    assert "Ask the client for another specimen within the hour. It belongs to this visit" in text(page)
    html = page.get_data(as_text=True)
    form = text(rosa.get("/visits/1/specimen"))
    assert "This is the second specimen. The first specimen is kept: too dilute to read." in form
    assert re.search(r'class="btn btn-primary btn-main"\s+href="/visits/1/specimen">Enter a second specimen<', html)
    assert html.count("btn-primary") == 1
    shown = rosa.send("/visits/1/specimen", **SECOND)
    assert "10 points are owed to the client and paid at once: 0 now, 10 then." in text(shown)
    assert "Save the second specimen and pay 10 points" in text(shown)
    saved = save(rosa, "/visits/1/specimen", **SECOND)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/visits/1")
    page = text(rosa.get("/visits/1"))
    assert "10 points for a negative test." in page
    assert "Specimens 2 specimens: too dilute, then given" in page
    assert page.index("First specimen") < page.index("Too dilute to read, U1") < page.index("Second specimen decides")
    assert "Every record of this visit" not in page and "Correct" not in page, "it is no error"
    assert "Undo the second specimen" in page and "Enter a third specimen" not in page
    assert "2 specimens: too dilute, then given" in text(rosa.get("/clients/1"))
    assert "Another specimen" not in text(rosa.get("/clients/1")), "no tag says that something was corrected"


def test_the_first_specimen_stays_readable_when_the_second_one_is_undone(rosa: Person, given: Given) -> None:
    visit_id = given(cast.visit, 14, DILUTE, specimen_id="U1")
    save(rosa, f"/visits/{visit_id}/specimen", **SECOND)
    undone = save(rosa, f"/visits/{visit_id}/undo", why="entry", words="")
    assert undone.status_code == 303
    page = text(rosa.get(f"/visits/{visit_id}"))
    assert "Dilute" in page and "U1" in page and "Enter a second specimen" in page


def test_all_problems_of_a_second_specimen_are_shown_at_once(rosa: Person, given: Given) -> None:
    given(cast.visit, 14, DILUTE, specimen_id="U1")
    problems = {**SECOND, "specimen_id": "U 2", "temperature": "", "result_cocaine": ""}
    answer = rosa.send("/visits/1/specimen", **problems)
    assert answer.status_code == 422
    for sentence in (
        "A specimen id has up to 40 letters, digits, dots, slashes and hyphens.",
        "Say whether the temperature was in range, or that it was not read.",
        "Give a result for cocaine: negative, positive or pending.",
    ):
        assert sentence in text(answer)


def test_a_refused_second_specimen_is_not_offered_and_the_label_of_the_first_cup_is_refused(
    rosa: Person, given: Given
) -> None:
    given(cast.visit, 14, DILUTE, specimen_id="U1")
    form = text(rosa.get("/visits/1/specimen"))
    assert "Refused, or could not give one in time" not in form and "Somebody watched" not in form
    assert "Two specimens of this visit have the same ID." in text(
        rosa.send("/visits/1/specimen", **{**SECOND, "specimen_id": "U1"})
    )


def test_an_altered_specimen_is_forgiven_only_by_one_that_was_watched(rosa: Person, given: Given) -> None:
    given(cast.visit, 14, ALTERED)
    form = text(rosa.get("/visits/1/specimen"))
    assert "Somebody watched it being given" in form
    assert (
        "A specimen of this visit was swapped or altered. Another one counts only if somebody watched it being given."
        in form
    )
    save(rosa, "/visits/1/specimen", **SECOND)
    page = text(rosa.get("/visits/1"))
    assert "Tampered" in page and "First specimen decides" in page and "Enter a third specimen" in page
    save(rosa, "/visits/1/specimen", **{**SECOND, "specimen_id": "U3", "is_observed": "y"})
    page = text(rosa.get("/visits/1"))
    assert "10 points for a negative test." in page
    assert "3 specimens: swapped or altered, then given, then given" in page
    assert "Somebody watched it being given" in page


@pytest.mark.parametrize(("state", "words"), [("leaked", "The cup leaked"), ("invalid", "The test was invalid")])
def test_a_cup_that_cannot_be_used_is_nobodys_lapse(rosa: Person, given: Given, state: str, words: str) -> None:
    fields = {
        "happened_on": "2026-03-16", "collected_time": "10:30", "read_time": "", "specimen": state, "specimen_id": "U1",
        "temperature": "" if state == "leaked" else "in_range", "result_cocaine": "", "note": "",
    }  # fmt: skip
    saved = rosa.send(TEST, **fields)
    assert saved.status_code == 303, text(saved)
    page = text(rosa.get(saved.headers["Location"]))
    assert "The specimen could not be used: nothing is earned, and nothing is lost." in page
    assert "Not usable" in page and words in page and "absence" not in page
    assert "Enter a second specimen" in page and "Excuse this absence" not in page


def test_a_valid_test_gets_no_second_specimen(rosa: Person, given: Given) -> None:
    given(cast.visit, 14)
    assert "Enter a second specimen" not in text(rosa.get("/visits/1"))
    assert rosa.get("/visits/1/specimen").status_code == 409


def test_an_auditor_reads_the_specimens_and_enters_none(person: People, given: Given) -> None:
    given(cast.visit, 14, DILUTE)
    grace = person("grace")
    assert "Enter a second specimen" not in text(grace.get("/visits/1"))
    assert grace.get("/visits/1/specimen").status_code == 403


# What a lead corrects where a visit has several specimens.


def both(given: Given) -> int:
    """Record a dilute specimen U1 and a negative one U2 of the same visit, both at once."""
    visit_id: int = given(cast.visit, 14, cast.negative(), specimen_id="U2", earlier=(Specimen(DILUTE, "U1"),))
    return visit_id


CORRECTED = {
    "happened": "came", "excuse": "", "happened_on": "2026-03-16", "collected_time": "10:40", "read_time": "",
    "specimen": "given", "specimen_id": "U2", "temperature": "in_range", "result_cocaine": "positive",
    "words": "Read again",
}  # fmt: skip


def test_a_lead_corrects_the_specimen_that_decides_and_the_first_one_stays(person: People, given: Given) -> None:
    both(given)
    miriam = person("miriam")
    form = text(miriam.get("/visits/1/correct"))
    assert "The second specimen" in form and "Correct the first specimen" in form
    save(miriam, "/visits/1/correct", **CORRECTED)
    page = text(miriam.get("/visits/1"))
    assert "2 specimens: too dilute, then given" in page and "Positive" in page
    assert "Every record of this visit" in page, "this one is a correction"


def test_a_lead_corrects_the_first_specimen_or_takes_one_out(person: People, given: Given) -> None:
    both(given)
    miriam = person("miriam")
    first = {**CORRECTED, "specimen": "leaked", "specimen_id": "U7", "result_cocaine": "", "collected_time": "10:20"}
    save(miriam, "/visits/1/correct?specimen=1", **first)
    page = text(miriam.get("/visits/1"))
    assert "2 specimens: leaked, then given" in page and "The cup leaked, U7" in page and "10 points" in page
    assert miriam.get("/visits/1/correct?specimen=3").status_code == 404


def test_a_specimen_that_was_another_clients_is_taken_out(person: People, given: Given) -> None:
    both(given)
    miriam = person("miriam")
    save(miriam, "/visits/1/correct", **{**CORRECTED, "is_removed": "y"})
    page = text(miriam.get("/visits/1"))
    assert "Dilute" in page and "2 specimens" not in page.split("Every record")[0]


def test_the_laboratorys_answer_keeps_the_first_specimen(rosa: Person, given: Given) -> None:
    given(cast.visit, 14, DILUTE, specimen_id="U1")
    save(rosa, "/visits/1/specimen", **{**SECOND, "result_cocaine": "pending"})
    save(rosa, "/visits/1/answer", result_cocaine="negative", words="Report 7")
    page = text(rosa.get("/visits/1"))
    assert "2 specimens: too dilute, then given" in page and "10 points for a negative test." in page


def test_the_audit_trail_says_that_another_specimen_was_entered(rosa: Person, person: People, given: Given) -> None:
    given(cast.visit, 14, DILUTE, specimen_id="U1")
    save(rosa, "/visits/1/specimen", **SECOND)
    assert "entered another specimen for the visit of HS-1" in text(person("grace").get("/audit"))


# Both specimens on the form that records the visit.

TWO = f"{TEST}?specimens=2"
BOTH = {
    "happened_on": "2026-03-16", "collected_time": "10:20", "read_time": "", "specimen": "dilute",
    "specimen_id": "U1", "temperature": "in_range", "result_cocaine": "", "note": "Drank a lot of water",
    "second_specimen": "given", "second_collected_time": "10:50", "second_read_time": "", "second_specimen_id": "U2",
    "second_temperature": "in_range", "second_result_cocaine": "negative",
}  # fmt: skip


def test_both_specimens_are_recorded_at_once(rosa: Person) -> None:
    saved = rosa.send(TWO, **BOTH)
    assert saved.status_code == 303, text(saved)
    page = text(rosa.get(saved.headers["Location"]))
    assert "10 points for a negative test." in page
    assert "2 specimens: too dilute, then given" in page and "Drank a lot of water" in page
    assert "Every record of this visit" not in page


FIRST_HALF = {
    "happened_on": "2026-03-09", "collected_time": "10:20", "read_time": "10:25", "specimen": "dilute",
    "specimen_id": "U1", "temperature": "out_of_range", "result_cocaine": "positive", "is_disputed": "y",
    "collected_by": "2", "second_reader": "2", "note": "Drank a lot of water",
}  # fmt: skip


def filled_in(page: str) -> dict[str, str]:
    """Return what the fields of a page show: what is typed, ticked and chosen."""
    found = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*type="(?:text|date|time)"[^>]*value="([^"]*)"', page))
    found |= dict(re.findall(r'<input[^>]*checked[^>]*name="([\w-]+)"[^>]*type="\w+"[^>]*value="([^"]*)"', page))
    chosen = r'<select[^>]*name="(\w+)"(?:(?!</select>).)*?<option selected value="([^"]*)"'
    found |= dict(re.findall(chosen, page, flags=re.S))
    return found | dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page))


def test_the_button_for_both_specimens_keeps_everything_that_was_typed(rosa: Person) -> None:
    assert ">Enter both<" not in rosa.get(TEST).get_data(as_text=True)
    assert 'value="Enter both"' in rosa.get(TEST).get_data(as_text=True)
    answer = rosa.send(TEST, **FIRST_HALF, observed="yes", both="Enter both")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert filled_in(page).items() >= {**FIRST_HALF, "is_observed": "y", "second_specimen": "given"}.items()
    assert 'name="second_result_cocaine"' in page and "problem" not in text(answer)
    assert "The second specimen is asked for below the first one. Nothing is saved yet." in text(answer)
    assert rosa.get("/visits/1").status_code == 404
    second = {name: value for name, value in BOTH.items() if name.startswith("second_")}
    saved = rosa.client.post(
        TEST, data={**hidden(page), **FIRST_HALF, "is_disputed": "", "result_cocaine": "", "temperature": "in_range",
                    "is_observed": "y", "specimens": "2", **second}
    )  # fmt: skip
    assert saved.status_code == 303, text(saved)
    content = text(rosa.get(saved.headers["Location"]))
    assert "2 specimens: too dilute, then given" in content
    assert "Too dilute to read, U1 Temperature In range Observed Somebody watched it being given" in content


def test_the_form_of_both_stays_one_of_both(rosa: Person) -> None:
    """The address is the same for one specimen and for both: a field of the form says which it is."""
    page = rosa.send(TEST, **FIRST_HALF, both="Enter both").get_data(as_text=True)
    assert re.search(r'<input[^>]*name="specimens"[^>]*type="hidden"[^>]*value="2"', page)
    wrong = rosa.send(TEST, **{**BOTH, "second_temperature": ""}, specimens="2")
    assert wrong.status_code == 422
    assert re.findall(r'id="(\w+)-problem"', wrong.get_data(as_text=True)) == ["second_temperature"]
    assert filled_in(wrong.get_data(as_text=True))["second_specimen_id"] == "U2"
    assert "is asked for below the first one" not in text(wrong)


@pytest.mark.parametrize("form", [TEST, "/enrollments/3/0/visits/new"])
def test_enter_in_a_field_does_not_press_the_button_for_both(rosa: Person, given: Given, form: str) -> None:
    given(enrolled, by(CO))
    page = rosa.get(form).get_data(as_text=True).split('<form method="post" novalidate>')[1]
    first = re.search(r"<button[^>]*>[^<]*<|<input[^>]*type=\"submit\"[^>]*>", page)
    assert first is not None and first[0].endswith(">Record<")


def test_both_readings_of_a_breath_test_keep_what_was_typed(rosa: Person, given: Given) -> None:
    given(enrolled, by(CO))
    form = "/enrollments/3/0/visits/new"
    typed = {"happened_on": "2026-03-16", "collected_time": "10:00", "specimen": "invalid", "reading": "9", "note": "-"}
    answer = rosa.send(form, **typed, both="Enter both")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert filled_in(page).items() >= typed.items()
    assert 'name="second_reading"' in page and 'name="is_observed"' not in page


def test_problems_of_both_specimens_are_shown_each_at_its_own_field(rosa: Person) -> None:
    wrong = {**BOTH, "temperature": "", "second_temperature": "", "second_specimen_id": "U 2"}
    answer = rosa.send(TWO, **{**wrong, "second_result_cocaine": "", "second_collected_time": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-problem"', page) == [
        "temperature", "second_collected_time", "second_specimen_id", "second_temperature", "second_result_cocaine",
    ]  # fmt: skip


def test_a_second_specimen_beside_a_valid_first_one_is_refused(rosa: Person) -> None:
    valid = {**BOTH, "specimen": "given", "result_cocaine": "positive"}
    answer = rosa.send(TWO, **valid)
    assert answer.status_code == 422
    assert "Another specimen can be entered only while none of the visit's specimens is valid" in text(answer)
    assert rosa.get("/visits/1").status_code == 404
