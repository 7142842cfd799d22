"""The forms for a visit and an absence, and the page of a visit."""

import re
from collections.abc import Callable

import pytest

from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]
STAFF = ("rosa", "miriam")
TEST = "/enrollments/1/0/visits/new"
ABSENCE = "/enrollments/1/0/absences/new"


def a_test(**more: str) -> dict[str, str]:
    return {
        "happened_on": "2026-03-02",
        "collected_time": "10:00",
        "read_time": "10:06",
        "specimen": "given",
        "specimen_id": "U1",
        "temperature": "in_range",
        "result_cocaine": "negative",
        **more,
    }


@pytest.mark.parametrize(
    ("path", "unknown"),
    [(TEST, "/enrollments/99/0/visits/new"), (ABSENCE, "/enrollments/99/0/absences/new")],
)
def test_the_forms_pass_the_checklist(person: People, path: str, unknown: str) -> None:
    check(person, path, allowed=STAFF, unknown=unknown, writes=True, elsewhere=path)


def test_the_page_of_a_visit_passes_the_checklist(person: People, given: Given) -> None:
    given(cast.visit, 0)
    check(person, "/visits/1", allowed=STAFF, unknown="/visits/99", elsewhere="/visits/1")


@pytest.mark.parametrize("track", ["1", "-1", "x", "9" * 20])
def test_a_form_for_an_unknown_track_is_not_found(rosa: Person, track: str) -> None:
    assert rosa.get(f"/enrollments/1/{track}/visits/new").status_code == 404


def test_a_negative_test_is_paid_and_explained(rosa: Person) -> None:
    answer = rosa.send(TEST, **a_test())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/visits/1")
    content = text(rosa.get("/visits/1"))
    assert "Amir earned 10 points worth $2.50 Why 10 points for a negative test. Next visit" in content
    assert "Balance now 10 points" in content
    assert "U1" in content and "Mar 2, 2026, 10:00 AM" in content


def test_the_explanation_is_in_the_clients_language(person: People) -> None:
    anna = person("anna")
    answer = anna.send("/enrollments/2/0/visits/new", **a_test())
    content = text(anna.get(answer.headers["Location"]))
    assert "In Spanish 10 puntos por una prueba negativa. Muy bien, Bea." in content
    assert "En su próxima visita puede ganar 15 puntos." in content


def test_a_positive_test_is_explained_without_blame(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(TEST, **a_test(happened_on="2026-03-09", result_cocaine="positive"))
    content = text(rosa.get(answer.headers["Location"]))
    assert "You earn nothing this time, and everything you earned before stays yours." in content
    assert (
        "Your next visit can earn 10 points. After 5 visits in a row that meet your goal you are back where you were."
        in content
    )


def test_a_second_visit_on_the_same_day_is_refused_with_a_link_to_the_first(rosa: Person) -> None:
    rosa.send(TEST, **a_test())
    answer = rosa.send(TEST, **a_test(specimen_id="U2"))
    assert answer.status_code == 409
    assert "This visit is already recorded (Mar 2, 2026). Nothing was paid a second time." in text(answer)
    assert b'href="/visits/1"' in answer.data


def test_a_second_visit_with_the_same_specimen_is_refused_with_a_link_to_the_first(rosa: Person) -> None:
    rosa.send(TEST, **a_test())
    answer = rosa.send(TEST, **a_test(happened_on="2026-03-04"))
    assert answer.status_code == 409
    assert "Specimen U1 was already recorded" in text(answer)
    assert b'href="/visits/1"' in answer.data


def test_a_double_click_records_the_visit_once(rosa: Person) -> None:
    page = rosa.get(TEST).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]*)"', page))
    first = rosa.client.post(TEST, data={**hidden, **a_test()})
    second = rosa.client.post(TEST, data={**hidden, **a_test()})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert "Balance 10 points" in text(rosa.get("/clients/1"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"result_cocaine": ""}, "Give a result for cocaine"),
        ({"result_cocaine": "perhaps"}, "Choose one from the list"),
        ({"happened_on": "2026-02-28"}, "is before the enrollment's first day"),
        ({"happened_on": "2026-03-17"}, "is in the future"),
        ({"happened_on": "2026-06-01"}, "the schedule ends with week 12"),
        ({"happened_on": "yesterday"}, "Write the day as YYYY-MM-DD, such as 2026-03-02."),
        ({"happened_on": "2026-W11"}, "Write the day as YYYY-MM-DD"),
        ({"happened_on": "20260316"}, "Write the day as YYYY-MM-DD"),
        ({"happened_on": "2026-02-30"}, "The calendar has no such day."),
        ({"happened_on": "0026-03-16"}, "between the years 1900 and 2199"),
        ({"happened_on": "9999-12-31"}, "between the years 1900 and 2199"),
        ({"collected_time": ""}, "Enter when it was collected."),
        ({"collected_time": "25:00"}, "Enter a time, such as 09:30"),
        ({"read_time": "09:00"}, "read before it was collected"),
        ({"specimen": "lost"}, "Choose one from the list"),
        ({"specimen_id": "U 1; DROP"}, "letters, digits"),
        ({"temperature": "hot"}, "Choose one from the list"),
        ({"temperature": ""}, "Say whether the temperature was in range"),
        ({"specimen": "refused"}, "No specimen was given, but a result is marked."),
        ({"is_disputed": "y"}, "Nothing is positive, so there is nothing to dispute."),
        ({"shown_time": "10:00"}, "You changed the day. Enter the time on that day, too."),
        ({"note": "x" * 2001}, "Shorten this to 2000 characters"),
        ({"key": "not a key"}, "Type this anew"),
    ],
)
def test_an_invalid_visit_is_refused_with_a_message_and_nothing_is_paid(
    rosa: Person, fields: dict[str, str], message: str
) -> None:
    answer = rosa.send(TEST, **a_test(**fields))
    assert answer.status_code == 422
    assert message in text(answer) or "key" in fields
    assert "Balance 0 points" in text(rosa.get("/clients/1"))


def test_a_refused_form_still_shows_what_was_typed(rosa: Person) -> None:
    page = rosa.send(TEST, **a_test(happened_on="2026-02-28", note="came early")).get_data(as_text=True)
    assert 'value="2026-02-28"' in page and "came early" in page and 'value="U1"' in page


def test_an_absence_without_an_excuse_resets_the_ladder(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", is_excused="no", excuse="")
    content = text(rosa.get(answer.headers["Location"]))
    assert (
        "Absent" in content and "A missed visit earns nothing, and everything you earned before stays yours." in content
    )
    assert "Level 3, now back to 0" in content
    assert "Next visit earns 10 points" in text(rosa.get("/clients/1"))


def test_an_excused_absence_changes_nothing(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", is_excused="yes", excuse="court")
    content = text(rosa.get(answer.headers["Location"]))
    assert "The absence is excused: nothing is earned, and nothing is lost." in content
    assert "Court or probation" in content
    assert "Next visit earns 25 points" in text(rosa.get("/clients/1"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"is_excused": "yes", "excuse": ""}, "Choose the reason for the excuse."),
        ({"is_excused": "yes", "excuse": "other", "note": ""}, "Enter the reason in the note."),
        ({"is_excused": "", "excuse": ""}, "Say whether the absence was excused."),
        ({"is_excused": "no", "excuse": "court"}, "You chose a reason, but the absence is not excused."),
        ({"is_excused": "yes", "excuse": "aliens"}, "Choose one from the list"),
    ],
)
def test_invalid_fields_of_an_absence_are_refused_with_a_message(
    rosa: Person, fields: dict[str, str], message: str
) -> None:
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", **fields)
    assert answer.status_code == 422
    assert message in text(answer)


def test_a_visit_on_an_attendance_schedule_needs_no_test(rosa: Person) -> None:
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id="2", starts_on="2026-03-16")
    assert "If you record it: It earns 4 points." in text(rosa.get("/enrollments/3/0/visits/new"))
    answer = rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:30")
    assert "4 points for coming to your session." in text(rosa.get(answer.headers["Location"]))


def test_a_refused_specimen_has_no_temperature_and_no_result(rosa: Person) -> None:
    answer = rosa.send(TEST, **a_test(specimen="refused", result_cocaine="", specimen_id=""))
    content = text(rosa.get(answer.headers["Location"]))
    assert "Refused" in content and "In range" not in content


def test_after_a_complete_week_the_pages_say_when_the_next_visit_earns(
    rosa: Person, person: People, given: Given
) -> None:
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="Zoë", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id="2", starts_on="2026-03-14", shown="2:2026-03-14")
    for day in ("2026-03-14", "2026-03-15"):
        rosa.send("/enrollments/3/0/visits/new", happened_on=day, came_at="09:30")
    content = text(rosa.get(client_url))
    assert "Next visit earns 6 points, from Mar 21, 2026 on" in content
    assert "This week’s paid visits are complete. Another visit this week earns nothing." in content
    form = text(rosa.get("/enrollments/3/0/visits/new"))
    assert "If you record it: It earns nothing and changes nothing. All paid visits of that week took place." in form
    assert "Zoë" in form and "from Mar 21, 2026 on the next visit earns 6 points" in form


def test_a_late_absence_shows_what_it_changes_and_is_then_recorded(rosa: Person, given: Given) -> None:
    for day in (0, 2, 7):  # the first week has two of its three paid visits
        given(cast.visit, day)
    fields = {"happened_on": "2026-03-05", "is_excused": "no"}
    shown = rosa.send(ABSENCE, **fields)
    assert shown.status_code == 200
    assert "Nothing is saved yet A late visit of HS-1: Thursday, March 5" in text(shown)
    assert "Right in all" not in text(shown), "the program bears a part, so it is no plain subtraction"
    assert "The visit is entered late: it was on Thursday, March 5, and other visits are worked out again." in text(
        shown
    )
    assert "50 points were paid too much. The client keeps them; the program bears them." in text(shown)
    assert "Mar 9, 2026 Met 60 points Met 10 points keeps 50" in text(shown)
    assert "Level 3" in text(rosa.get("/clients/1"))
    hidden = dict(re.findall(r'name="(csrf_token|key|shown)"[^>]*value="([^"]*)"', shown.get_data(as_text=True)))
    saved = rosa.client.post(ABSENCE, data={**hidden, **fields})
    assert saved.status_code == 303
    again = rosa.client.post(ABSENCE, data={**hidden, **fields})
    assert (again.status_code, again.headers["Location"]) == (303, saved.headers["Location"])
    assert "Level 1" in text(rosa.get("/clients/1"))


def controls(page: str) -> list[str]:
    """Return the buttons and the headings of a page's content in their order, and "*" for what has the focus."""
    content = page[page.index("<main") :]
    found = re.findall(r"<h[12][^>]*>(.*?)</h[12]>|<button[^>]*>(.*?)</button>|(<section[^>]*autofocus)", content, re.S)
    return [heading or button or "*" for heading, button, _ in found]


def test_a_late_visit_shows_first_what_it_changes_with_one_button_that_says_what_it_does(
    rosa: Person, given: Given
) -> None:
    """Ladder 10, 15, 20 with 40 more for the third in a row: a visit entered between makes Mar 6 the third."""
    given(cast.visit, 0)
    given(cast.visit, 4)
    fields = a_test(happened_on="2026-03-04", collected_time="09:00", read_time="", specimen_id="U9")
    page = rosa.send(TEST, **fields).get_data(as_text=True)
    assert controls(page)[:5] == [
        "Test for HS-1",
        "*",
        "A late visit of HS-1: Wednesday, March 4",
        "Save the visit and pay 60 points",
        "What you entered",
    ]
    assert page.count("btn-primary") == 1
    content = text(rosa.send(TEST, **fields))
    assert "Right in all 85 − Paid so far 25 = Amir gets now +60 points" in content
    assert "+15 the 2nd in a row: 15" in content
    assert "+45 now the 3rd in a row; 40 more of bonus" in content
    assert page.count('<tr class="this"') == 1 and page.count('<tr class="other"') == 1
    assert 'href="#entered"' in page and 'id="entered"' in page, "one step leads to what was entered"
    saved = rosa.client.post(TEST, data={**hidden(page), **fields})
    assert saved.status_code == 303
    assert "Balance now 85 points" in text(rosa.get(saved.headers["Location"]))


def test_a_late_visit_shows_the_visits_that_stay_the_sums_and_what_was_entered(rosa: Person, given: Given) -> None:
    """10 points on Mar 2 stay. Mar 4 earns 15, so Mar 6 is the third: 20 and 40 more instead of 15."""
    given(cast.visit, 0)
    given(cast.visit, 4)
    fields = a_test(happened_on="2026-03-04", collected_time="09:00", read_time="", specimen_id="U9")
    answer = rosa.send(TEST, **fields)
    content, page = text(answer), answer.get_data(as_text=True)
    assert "Mar 2, 2026 Met 10 points Met 10 points – as before" in content
    assert "In all 25 points 85 points +60" in content
    assert "stay as before" not in content, "one visit is not folded"
    entered = content[content.index("What you entered") :]
    assert entered.startswith(
        "What you entered Day Wednesday, March 4 Collected at 9:00 AM Specimen ID U9 Temperature In range "
        "Cocaine Negative Specimen Given Change it"
    )
    opened = re.search(r'<details class="rest">(?:(?!</details>).)*id="entered".*?name="again"', page, re.S)
    assert opened, "the fields are folded below what was entered, with the button that shows the changes again"


def test_many_visits_that_stay_are_folded_below_the_sums(rosa: Person, given: Given) -> None:
    """Of 10, 15, 60, 25, 30, 75 and 40 points, a positive test before the last visit leaves 10 points for that one."""
    for day in (0, 2, 4, 7, 9, 11, 14):
        given(cast.visit, day)
    fields = a_test(happened_on="2026-03-15", collected_time="09:00", read_time="", specimen_id="U9")
    answer = rosa.send(TEST, **{**fields, "result_cocaine": "positive"})
    content, page = text(answer), answer.get_data(as_text=True)
    assert "In all 255 points 225 points 0 with 6 as before 6 stay as before They count and pay the same." in content
    first = page[: page.index("In all</th>")]
    assert first.count("<tbody>") == 1 and "as before" not in first
    assert page.count(">as before</td>") == 6


def test_a_late_visit_says_which_visit_is_no_longer_among_the_paid_ones(rosa: Person, given: Given) -> None:
    """Three visits a week are paid: with March 6 entered late, that of March 7 is the fourth."""
    for day in (0, 2, 5):
        given(cast.visit, day)
    content = text(
        rosa.send(TEST, **a_test(happened_on="2026-03-06", collected_time="09:00", read_time="", specimen_id="U9"))
    )
    assert "Right in all 85 − Paid so far 85 = Amir gets now 0 points" in content
    assert "+60 the 3rd in a row: 20, and 40 more" in content
    assert "−60 the paid visits are complete without it" in content


def test_a_late_visit_that_is_changed_after_the_preview_shows_its_changes_again(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 4)
    fields = a_test(happened_on="2026-03-04", collected_time="09:00", read_time="", specimen_id="U9")
    page = rosa.send(TEST, **fields).get_data(as_text=True)
    changed = rosa.client.post(TEST, data={**hidden(page), **fields, "result_cocaine": "positive"})
    assert changed.status_code == 200
    assert "This is no longer what you saw: you changed something, or a colleague did." in text(changed)
    assert "Save the visit" in controls(changed.get_data(as_text=True)), "a positive test pays nothing"
    assert "HS-1" in text(rosa.get("/")) and "Mar 4, 2026" not in text(rosa.get("/clients/1")), "nothing is saved"


def test_the_button_that_shows_the_changes_again_saves_nothing(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 4)
    fields = a_test(happened_on="2026-03-04", collected_time="09:00", read_time="", specimen_id="U9")
    page = rosa.send(TEST, **fields).get_data(as_text=True)
    again = rosa.client.post(TEST, data={**hidden(page), **fields, "again": "Show again what it changes"})
    assert again.status_code == 200 and "This is no longer what you saw" not in text(again)
    assert "Mar 4, 2026" not in text(rosa.get("/clients/1"))


def test_a_problem_after_the_preview_takes_the_preview_away(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 4)
    fields = a_test(happened_on="2026-03-04", collected_time="09:00", read_time="", specimen_id="U9")
    page = rosa.send(TEST, **fields).get_data(as_text=True)
    answer = rosa.client.post(TEST, data={**hidden(page), **fields, "temperature": ""})
    assert answer.status_code == 422
    assert hidden(answer.get_data(as_text=True)).get("shown", "") == "", "nothing is shown, so nothing can be saved"
    assert "Save the visit" not in text(answer)


# Three visits of the first week are paid, 10, 15 and 60. On March 16 the next one earns 25 points.


def test_the_form_of_a_test_says_before_saving_what_each_outcome_does(rosa: Person, given: Given) -> None:
    given(cast.rich)
    form = text(rosa.get(TEST))
    assert "What saving will do For Monday, March 16. On another day it can be different." in form
    assert "If it is negative: It earns 25 points." in form
    assert (
        "If it is positive, refused or tampered with: The ladder goes back to the start. What was earned stays."
    ) in form
    assert "If it is too dilute to read or not usable: Nothing is earned, and nothing is lost." in form
    assert "If it is still pending at the lab: Nothing is earned or lost yet. Once the result is known," in form


def test_a_form_that_was_refused_says_it_for_the_day_that_was_entered(rosa: Person, given: Given) -> None:
    """March 7 is in the first week, which has its three paid visits."""
    given(cast.rich)
    refused = rosa.send(TEST, **a_test(happened_on="2026-03-07", temperature=""))
    assert refused.status_code == 422
    assert "For Saturday, March 7." in text(refused)
    assert "If it is negative: It earns nothing and changes nothing. All paid visits of that week" in text(refused)
    assert "If it is positive, refused or tampered with: The ladder goes back to the start." in text(refused)


def test_a_form_says_before_it_is_filled_in_that_the_day_already_has_its_visit(rosa: Person, given: Given) -> None:
    visit_id = given(cast.visit, 14)
    page = rosa.get(TEST)
    assert "Nothing new is saved for Monday, March 16: the visit of that day is already recorded." in text(page)
    assert f'href="/visits/{visit_id}"' in page.get_data(as_text=True)
    assert "Nothing new is saved" not in text(rosa.send(TEST, **a_test())), "the refusal above the form says it"


def test_the_form_of_an_absence_says_what_both_answers_do(rosa: Person, given: Given) -> None:
    given(cast.rich)
    form = text(rosa.get(ABSENCE))
    assert "If it is not excused: The ladder goes back to the start. What was earned stays." in form
    assert "If it is excused: Nothing is earned, and nothing is lost." in form


def test_an_absence_in_a_complete_week_is_refused_with_its_sentence(rosa: Person, given: Given) -> None:
    given(cast.rich)
    refused = rosa.send(ABSENCE, happened_on="2026-03-07", is_excused="no")
    assert refused.status_code == 422
    assert "Program week 1 already has its 3 paid visits. There was nothing to miss on Mar 7, 2026" in text(refused)
    assert "Excused or not: It cannot be recorded." in text(refused)


def test_the_page_of_a_client_whose_week_is_complete_says_what_another_test_does(rosa: Person) -> None:
    """Three tests of the week from March 10 on are paid. March 16 is its last day."""
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="Zoë", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id="1", starts_on="2026-03-10", shown="1:2026-03-10")
    for day in ("2026-03-10", "2026-03-11", "2026-03-12"):
        rosa.send("/enrollments/3/0/visits/new", **a_test(happened_on=day, specimen_id=""))
    assert (
        "This week’s paid visits are complete. Another negative test this week earns nothing; a positive, refused or "
        "tampered test still takes the ladder back to the start."
    ) in text(rosa.get(client_url))
