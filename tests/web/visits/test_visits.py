"""Recording a visit, and the page after it."""

from collections.abc import Callable

import pytest

from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

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
def test_the_checklist_of_the_forms(person: People, path: str, unknown: str) -> None:
    check(person, path, allowed=STAFF, unknown=unknown, writes=True, elsewhere=path)


def test_the_checklist_of_the_page_after_it(person: People, given: Given) -> None:
    given(cast.visit, 0)
    check(person, "/visits/1", allowed=STAFF, unknown="/visits/99", elsewhere="/visits/1")


@pytest.mark.parametrize("track", ["1", "-1", "x", "9" * 20])
def test_a_track_that_is_not_there(rosa: Person, track: str) -> None:
    assert rosa.get(f"/enrollments/1/{track}/visits/new").status_code == 404


def test_a_negative_test_is_paid_and_explained(rosa: Person) -> None:
    answer = rosa.send(TEST, **a_test())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/visits/1")
    said = text(rosa.get("/visits/1"))
    assert "10 points 10 points for a negative test. Your next visit can earn 15 points." in said
    assert "Balance now 10 points" in said
    assert "U1" in said and "Mar 2, 2026, 10:00 AM" in said


def test_a_client_who_speaks_spanish_hears_it_in_spanish(person: People) -> None:
    anna = person("anna")
    answer = anna.send("/enrollments/2/0/visits/new", **a_test())
    said = text(anna.get(answer.headers["Location"]))
    assert "10 puntos por una prueba negativa. En su próxima visita puede ganar 15 puntos." in said


def test_a_positive_is_told_kindly(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(TEST, **a_test(happened_on="2026-03-09", result_cocaine="positive"))
    said = text(rosa.get(answer.headers["Location"]))
    assert "You earn nothing this time, and everything you earned before stays yours." in said
    assert (
        "Your next visit can earn 10 points. After 5 visits in a row that meet your goal you are back where you were."
        in said
    )


def test_the_same_visit_twice_points_to_the_first(rosa: Person) -> None:
    rosa.send(TEST, **a_test())
    answer = rosa.send(TEST, **a_test(specimen_id="U2"))
    assert answer.status_code == 409
    assert "This visit is already recorded (Mar 2, 2026). Nothing was paid a second time." in text(answer)
    assert b'href="/visits/1"' in answer.data


def test_the_same_cup_twice_points_to_the_first(rosa: Person) -> None:
    rosa.send(TEST, **a_test())
    answer = rosa.send(TEST, **a_test(happened_on="2026-03-04"))
    assert answer.status_code == 409
    assert "Specimen U1 was already recorded" in text(answer)
    assert b'href="/visits/1"' in answer.data


def test_a_double_click_records_once(rosa: Person) -> None:
    page = rosa.get(TEST).get_data(as_text=True)
    import re

    hidden = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]*)"', page))
    first = rosa.client.post(TEST, data={**hidden, **a_test()})
    second = rosa.client.post(TEST, data={**hidden, **a_test()})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert "Balance 10 points" in text(rosa.get("/clients/1"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"result_cocaine": ""}, "Give a result for cocaine"),
        ({"result_cocaine": "perhaps"}, "Not a valid choice"),
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
        ({"collected_time": "25:00"}, "Not a valid time"),
        ({"read_time": "09:00"}, "read before it was collected"),
        ({"specimen": "lost"}, "Not a valid choice"),
        ({"specimen_id": "U 1; DROP"}, "letters, digits"),
        ({"temperature": "hot"}, "Not a valid choice"),
        ({"temperature": ""}, "Say whether the temperature was in range"),
        ({"specimen": "refused"}, "No specimen was given, but a result is marked."),
        ({"is_disputed": "y"}, "Nothing is positive, so there is nothing to dispute."),
        ({"shown_time": "10:00"}, "You changed the day. Enter the time on that day, too."),
        ({"note": "x" * 2001}, "longer than 2000"),
        ({"key": "not a key"}, "Invalid input"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_nothing_is_paid(rosa: Person, fields: dict[str, str], says: str) -> None:
    answer = rosa.send(TEST, **a_test(**fields))
    assert answer.status_code == 422
    assert says in text(answer) or "key" in fields
    assert "Balance 0 points" in text(rosa.get("/clients/1"))


def test_what_was_typed_is_still_there_after_a_refusal(rosa: Person) -> None:
    page = rosa.send(TEST, **a_test(happened_on="2026-02-28", note="came early")).get_data(as_text=True)
    assert 'value="2026-02-28"' in page and "came early" in page and 'value="U1"' in page


def test_an_absence_without_excuse_counts(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", is_excused="no", excuse="")
    said = text(rosa.get(answer.headers["Location"]))
    assert "Absent" in said and "A missed visit earns nothing, and everything you earned before stays yours." in said
    assert "Level 3, now back to 0" in said
    assert "Next visit earns 10 points" in text(rosa.get("/clients/1"))


def test_an_excused_absence_changes_nothing(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", is_excused="yes", excuse="court")
    said = text(rosa.get(answer.headers["Location"]))
    assert "The absence is excused: nothing is earned, and nothing is lost." in said
    assert "Court or probation" in said
    assert "Next visit earns 25 points" in text(rosa.get("/clients/1"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"is_excused": "yes", "excuse": ""}, "Choose the reason for the excuse."),
        ({"is_excused": "yes", "excuse": "other", "note": ""}, "Enter the reason in the note."),
        ({"is_excused": "", "excuse": ""}, "Say whether the absence was excused."),
        ({"is_excused": "no", "excuse": "court"}, "You chose a reason, but the absence is not excused."),
        ({"is_excused": "yes", "excuse": "aliens"}, "Not a valid choice"),
    ],
)
def test_an_excuse_needs_its_reason(rosa: Person, fields: dict[str, str], says: str) -> None:
    answer = rosa.send(ABSENCE, happened_on="2026-03-09", **fields)
    assert answer.status_code == 422
    assert says in text(answer)


def test_attendance_is_recorded_by_coming(rosa: Person) -> None:
    place = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers["Location"]
    rosa.send(f"{place}/enroll", schedule_version_id="2", starts_on="2026-03-16")
    answer = rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:30")
    assert "5 points for coming to your session." in text(rosa.get(answer.headers["Location"]))


def test_a_refused_specimen_has_no_temperature_and_no_result(rosa: Person) -> None:
    answer = rosa.send(TEST, **a_test(specimen="refused", result_cocaine="", specimen_id=""))
    said = text(rosa.get(answer.headers["Location"]))
    assert "Refused" in said and "In range" not in said


def test_a_complete_week_is_told_before_the_next_visit(rosa: Person, person: People, given: Given) -> None:
    place = rosa.send("/clients/new", code="HS-77", preferred_name="Zoë", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{place}/enroll", schedule_version_id="2", starts_on="2026-03-14")
    for day in ("2026-03-14", "2026-03-15"):
        rosa.send("/enrollments/3/0/visits/new", happened_on=day, came_at="09:30")
    said = text(rosa.get(place))
    assert "Next visit earns 7 points, from Mar 21, 2026 on" in said
    form = text(rosa.get("/enrollments/3/0/visits/new"))
    assert "Zoë" in form and "from Mar 21, 2026 on the next visit earns 7 points" in form


def test_a_miss_found_a_week_later_is_shown_with_what_it_changes_then_recorded(rosa: Person, given: Given) -> None:
    import re

    given(cast.rich)
    fields = {"happened_on": "2026-03-05", "is_excused": "no"}
    shown = rosa.send(ABSENCE, **fields)
    assert shown.status_code == 200
    assert "This visit is entered late and changes what other visits earn. Nothing is saved yet." in text(shown)
    assert "50 points were paid too much. The client keeps them; the program bears them." in text(shown)
    assert "Mar 6, 2026 Met 60 points Met 10 points keeps 50" in text(shown)
    assert "Level 3" in text(rosa.get("/clients/1"))
    hidden = dict(re.findall(r'name="(csrf_token|key|shown)"[^>]*value="([^"]*)"', shown.get_data(as_text=True)))
    saved = rosa.client.post(ABSENCE, data={**hidden, **fields})
    assert saved.status_code == 303
    again = rosa.client.post(ABSENCE, data={**hidden, **fields})
    assert (again.status_code, again.headers["Location"]) == (303, saved.headers["Location"])
    assert "Level 1" in text(rosa.get("/clients/1"))
