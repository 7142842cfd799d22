"""Enter the hours of a week, look at them, and correct them. Weeks end on March 8 and 15; today is Monday, March 16."""

from collections.abc import Callable

import pytest
from flask import Flask

from cm_tracker.domain.visits.evidence import Hours
from tests import cast
from tests.program_hours import TOO_FEW, program, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]
STAFF = ("rosa", "miriam")
FORM = "/enrollments/3/0/hours/new"
FIRST, SECOND = "2026-03-08", "2026-03-15"
BROWSER_WEEKS = "Week 2: Mar 9 to Mar 15 Week 1: Mar 2 to Mar 8"


def entry(**more: str) -> dict[str, str]:
    return {"week": FIRST, "attended": "9:15", "excused": "", "expected": "10", **more}


def test_the_form_passes_the_checklist(person: People, given: Given) -> None:
    given(program)
    check(person, FORM, allowed=STAFF, unknown="/enrollments/99/0/hours/new", writes=True, elsewhere=FORM)


@pytest.mark.parametrize("path", ["/enrollments/1/0/hours/new", "/enrollments/3/1/hours/new"])
def test_a_track_without_hours_has_no_such_form(rosa: Person, given: Given, path: str) -> None:
    given(program)
    assert rosa.get(path).status_code == 404


@pytest.mark.parametrize("form", ["visits", "absences"])
def test_a_track_of_hours_has_no_other_form(rosa: Person, given: Given, form: str) -> None:
    given(program)
    path = f"/enrollments/3/0/{form}/new"
    for answer in (rosa.get(path), rosa.send(path, shown_at=FORM, happened_on="2026-03-16", is_excused="no")):
        assert (answer.status_code, answer.headers["Location"]) == (303, FORM)
    assert "No hours yet." in text(rosa.get("/clients/3"))


def test_the_clients_page_names_the_weeks_that_wait_and_leads_to_the_form(rosa: Person, given: Given) -> None:
    given(program)
    page = rosa.get("/clients/3")
    assert "The hours of weeks 2 and 1 are not entered yet. Enter the hours of a week" in text(page)
    assert f'class="btn btn-primary" href="{FORM}"' in page.get_data(as_text=True)
    assert "Record an absence" not in text(page)


def test_the_form_offers_the_weeks_that_are_over_and_says_what_saving_does(rosa: Person, given: Given) -> None:
    given(program)
    page = text(rosa.get(FORM))
    assert BROWSER_WEEKS in page
    assert (
        "For week 2. For another week it can be different. From 9 hours on, attended or excused: It earns 10 points. "
        "Below 9 hours: The ladder goes back to the start. What was earned stays. If no hours were expected: Nothing is "
        "earned, and nothing is lost."
    ) in page


def test_the_form_begins_with_the_week_that_is_asked_for_or_the_newest_one(rosa: Person, given: Given) -> None:
    given(program)
    for path, day in (
        (FORM, SECOND),
        (f"{FORM}?week=1", FIRST),
        (f"{FORM}?week=9", SECOND),
        (f"{FORM}?week=x", SECOND),
    ):
        assert f'selected value="{day}"' in rosa.get(path).get_data(as_text=True), path


def test_enough_hours_are_saved_at_once_and_explained(rosa: Person, given: Given) -> None:
    given(program)
    answer = rosa.send(FORM, **entry())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/visits/1")
    page = text(rosa.get("/visits/1"))
    assert "10 points for coming to your hours of the week. Next week 15 points" in page
    assert "10 puntos por asistir a sus horas de la semana." in page
    assert "Outcome Met" in page
    assert "Why 9 h 15 min of 9 h: it counts from 9 h on." in page
    assert "Program week Week 1: Mar 2 to Mar 8" in page
    assert "Attended 9 h 15 min Excused time 0 h Expected 10 h" in page
    client = text(rosa.get("/clients/3"))
    assert "Mar 8, 2026 1 Met +10 The first in a row 9 h 15 min of 9 h" in client
    assert "The hours of week 2 are not entered yet." in client


def test_excused_time_counts_and_is_named(rosa: Person, given: Given) -> None:
    given(program)
    rosa.send(FORM, **entry(attended="6", excused="3.5"))
    page = text(rosa.get("/visits/1"))
    assert "6 h attended and 3 h 30 min excused are 9 h 30 min of 9 h: it counts from 9 h on." in page


def test_too_few_hours_are_explained_without_blame_in_both_languages(rosa: Person, given: Given) -> None:
    given(program)
    rosa.send(FORM, **entry(attended="7:30"))
    page = text(rosa.get("/visits/1"))
    assert (
        "The hours of this week were not enough, so they earn nothing. What you earned before stays yours. You "
        "are welcome back."
    ) in page
    assert "Las horas de esta semana no bastaron; no ganan nada" in page
    assert "En su próxima semana puede ganar 10 puntos." in page
    assert "Outcome Too few hours" in page
    assert "Why 7 h 30 min of 9 h: it counts from 9 h on." in page
    assert "Excuse this absence" not in page


def test_a_week_without_expected_hours_holds_and_says_so(rosa: Person, given: Given) -> None:
    given(program)
    rosa.send(FORM, **entry(attended="10", expected="0"))
    page = text(rosa.get("/visits/1"))
    assert "No hours were expected of you this week: nothing is earned, and nothing is lost." in page
    assert "Esta semana no había horas previstas para usted: no se gana nada ni se pierde nada." in page
    assert "Outcome No hours expected" in page


def test_what_it_earns_is_shown_before_it_is_saved(rosa: Person, given: Given) -> None:
    given(program)
    page = rosa.send(FORM, **entry(attended="7.5", again="Show what it earns"))
    assert page.status_code == 200
    assert "Nothing is saved yet What this changes" in text(page)
    assert "7 h 30 min of 9 h: it counts from 9 h on. Save the hours Change what I entered" in text(page)
    assert "Too few hours 0 points" in text(page)
    assert "No hours yet." in text(rosa.get("/clients/3"))
    enough = rosa.send(FORM, **entry(again="Show what it earns"))
    assert "Save the hours and pay 10 points" in text(enough)
    fields = hidden(enough.get_data(as_text=True))
    assert rosa.client.post(FORM, data={**fields, **entry()}).status_code == 303


def test_other_hours_than_those_that_were_shown_are_shown_again(rosa: Person, given: Given) -> None:
    given(program)
    shown = rosa.send(FORM, **entry(again="Show what it earns"))
    fields = hidden(shown.get_data(as_text=True))
    page = rosa.client.post(FORM, data={**fields, **entry(attended="1")})
    assert "This is no longer what you saw" in text(page)
    assert "No hours yet." in text(rosa.get("/clients/3"))


def test_hours_entered_late_first_show_the_weeks_that_they_change(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, SECOND)
    page = rosa.send(FORM, **entry())
    assert page.status_code == 200
    assert "The hours are entered late, and other weeks are worked out again. Save the hours and pay 15 points" in text(
        page
    )
    saved = rosa.client.post(FORM, data={**hidden(page.get_data(as_text=True)), **entry()})
    assert saved.status_code == 303
    assert "Balance now 25 points" in text(rosa.get(saved.headers["Location"]))


def test_a_form_that_is_sent_twice_saves_once(rosa: Person, given: Given) -> None:
    given(program)
    fields = {**hidden(rosa.get(FORM).get_data(as_text=True)), **entry()}
    answers = [rosa.client.post(FORM, data=fields) for _ in range(2)]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(303, "/visits/1")] * 2


def test_a_week_that_has_its_hours_is_refused_with_a_link_to_them(rosa: Person, given: Given) -> None:
    given(program)
    rosa.send(FORM, **entry())
    answer = rosa.send(FORM, **entry(attended="10"))
    assert answer.status_code == 409
    assert "The hours of program week 1 are already recorded." in text(answer)
    assert 'href="/visits/1"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"attended": ""}, "Enter the time as 7:30, or as 7.5."),
        ({"attended": "7.33"}, "Write hours and minutes as 7:30, or hours as 7.5."),
        ({"expected": ""}, "If nothing was expected, enter 0."),
        ({"attended": "168:01"}, "A week has 168 hours, so this is not possible. Correct it."),
        ({"excused": "11"}, "More time is excused than was expected. Correct one of the two."),
        ({"week": "2026-03-22"}, "Program week 3 lasts until Mar 22, 2026."),
        ({"week": "2026-03-10"}, "Choose the week again."),
        ({"week": "soon"}, "Choose the week."),
        ({"week": ""}, "Choose the week."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    rosa: Person, given: Given, more: dict[str, str], sentence: str
) -> None:
    given(program)
    answer = rosa.send(FORM, **entry(**more))
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    for name in ("attended", "expected"):
        typed = more.get(name, entry()[name])
        assert f'value="{typed}"' in answer.get_data(as_text=True)


def test_every_problem_is_named_at_once(rosa: Person, given: Given) -> None:
    given(program)
    page = text(rosa.send(FORM, **entry(attended="", excused="11")))
    assert "Enter the time as 7:30, or as 7.5." in page
    assert "More time is excused than was expected." in page


def test_where_no_week_waits_the_page_says_until_when_this_one_lasts(rosa: Person, given: Given) -> None:
    of = given(program)
    for day in (FIRST, SECOND):
        given(week, of, day)
    page = rosa.get(FORM)
    assert (
        "Every week that is over has its hours. This week lasts until Mar 22, 2026. Its hours can be entered from the day "
        "after on."
    ) in text(page)
    assert 'name="attended"' not in page.get_data(as_text=True)


def test_the_hours_of_a_week_before_a_pause_are_entered_during_the_pause(rosa: Person, given: Given) -> None:
    of = given(program)
    given(cast.pause, of, "2026-03-16")
    page = text(rosa.get("/clients/3"))
    assert "Resume Enter the hours of a week" in page
    assert rosa.send(FORM, **entry()).status_code == 303


def test_the_end_closes_the_week_that_goes_on(rosa: Person, given: Given) -> None:
    of = given(program)
    given(cast.end, of, "2026-03-16")
    assert "You can still enter the hours of its last week." in text(rosa.get("/clients/3"))
    assert "Week 3: Mar 16 to Mar 16" in text(rosa.get(FORM))
    assert rosa.send(FORM, **entry(week="2026-03-16")).status_code == 303


def test_a_lead_corrects_the_minutes_and_sees_what_changes(miriam: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, TOO_FEW)
    page = miriam.get("/visits/1").get_data(as_text=True)
    assert "Correct these hours" in page and "Void these hours" in page and "Excuse this absence" not in page
    form = miriam.get("/visits/1/correct").get_data(as_text=True)
    assert 'name="attended"' in form and 'value="5:00"' in form and 'value="1:00"' in form and 'value="10:00"' in form
    assert 'name="happened_on"' not in form
    fields = {"attended": "8:30", "excused": "1", "expected": "10", "words": "The list says so"}
    shown = miriam.send("/visits/1/correct", **fields)
    assert "Too few hours 0 points Met 10 points" in text(shown)
    assert "8 h 30 min attended and 1 h excused are 9 h 30 min of 9 h: it counts from 9 h on." in text(shown)
    saved = miriam.client.post("/visits/1/correct", data={**hidden(shown.get_data(as_text=True)), **fields})
    assert saved.status_code == 303
    page = text(miriam.get("/visits/1"))
    assert "8 h 30 min attended and 1 h excused are 9 h 30 min of 9 h: it counts from 9 h on." in page
    assert "First entry" in page and "Attended 5 h Excused time 1 h Expected 10 h" in page


def test_a_correction_that_changes_nothing_or_has_no_reason_is_refused(miriam: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, TOO_FEW)
    fields = {"attended": "5", "excused": "1", "expected": "10"}
    assert "This says what is recorded already." in text(miriam.send("/visits/1/correct", words="x", **fields))
    page = text(miriam.send("/visits/1/correct", words="", **{**fields, "excused": "11"}))
    assert "Write why it is corrected." in page and "More time is excused than was expected." in page


def test_hours_are_not_excused_by_a_link(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, TOO_FEW)
    assert rosa.get("/visits/1/excuse").status_code == 409


def test_hours_are_undone_voided_and_entered_again(person: People, rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST)
    assert "Undo this entry" in text(rosa.get("/visits/1"))
    miriam = person("miriam")
    shown = miriam.send("/visits/1/void", why="client", words="")
    miriam.client.post("/visits/1/void", data={**hidden(shown.get_data(as_text=True)), "why": "client", "words": ""})
    assert "Voided These hours no longer count." in text(rosa.get("/visits/1"))
    assert "The hours of weeks 2 and 1 are not entered yet." in text(rosa.get("/clients/3"))
    assert rosa.send(FORM, **entry()).status_code == 303
    assert "Entered again" in text(rosa.get("/visits/1"))


def test_a_pause_that_moves_the_last_day_is_named_on_the_page_of_the_hours(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST)
    given(cast.pause, of, "2026-03-04", "2026-03-06")
    assert (
        "A pause was entered or withdrawn since: program week 1 now lasts from Mar 2, 2026 to Mar 11, 2026. Check whether "
        "these are the hours of the whole week. A lead can correct them."
    ) in text(rosa.get("/visits/1"))


def test_the_site_that_a_client_left_reads_hours_as_hours(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, TOO_FEW)
    given(cast.transfer, 3)
    assert "Mar 8, 2026 Too few hours –" in text(rosa.get("/clients/3"))


def test_the_audit_trail_names_hours(person: People, rosa: Person, given: Given) -> None:
    of = given(program)
    rosa.send(FORM, **entry())
    given(week, of, SECOND, Hours(600, 0, 0))
    given(cast.put_right, 2, "correct", TOO_FEW)
    page = text(person("miriam").get("/audit"))
    assert "Rosa entered the hours of a week of HS-9, which ended on Mar 8, 2026: 10 points." in page
    assert "Miriam corrected the hours of a week of HS-9, which ended on Mar 15, 2026." in page


def test_more_weeks_need_no_more_queries(rosa: Person, given: Given, statements: list[str]) -> None:
    of = given(program)

    def queries() -> list[int]:
        counts = []
        for path in (FORM, "/clients/3"):
            statements.clear()
            rosa.get(path)
            counts.append(len(statements))
        return counts

    none = queries()
    given(week, of, FIRST)
    assert queries() == none


def test_the_kiosk_says_nothing_of_hours_and_is_in_the_clients_language(app: Flask, rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, Hours(570, 0, 600))
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    client = Person(app)
    card = text(client.get(client.send("/kiosk/sign-in", code="HS-9", pin=cast.PIN).headers["Location"]))
    assert "10 puntos = $2.50" in card and "1 semana cumplida" in card and "15 puntos por su semana" in card
    for word in ("9 h", "570", "horas", "hours", "Ida", "HS-9"):
        assert word not in card, word


ASKS = "90 h in one week? You probably mean 9.0. Correct it, or tick below that it is right."


def test_ninety_hours_are_asked_about_once_and_what_was_typed_comes_back(rosa: Person, given: Given) -> None:
    given(program)
    answer = rosa.send(FORM, **entry(attended="90", note="Two groups a day"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and ASKS in text(answer)
    assert 'value="90"' in page and "Two groups a day" in page
    assert "It is right: 90 h attended, 10 h expected" in text(answer)
    assert rosa.get("/visits/1").status_code == 404
    again = rosa.client.post(FORM, data={**hidden(page), **entry(attended="90"), "confirmed": "5400-600"})
    assert again.status_code == 303
    assert "Attended 90 h" in text(rosa.get(again.headers["Location"]))


def test_a_time_in_doubt_is_asked_about_before_it_is_shown_what_it_earns(rosa: Person, given: Given) -> None:
    given(program)
    asked = rosa.send(FORM, **entry(attended="90", again="Show what it earns"))
    assert asked.status_code == 422 and ASKS in text(asked) and "What this changes" not in text(asked)
    shown = rosa.send(FORM, **entry(attended="90", confirmed="5400-600", again="Show what it earns"))
    assert shown.status_code == 200 and "What this changes" in text(shown) and ASKS not in text(shown)
    assert 'value="5400-600" id="confirmed"\n           checked' in shown.get_data(as_text=True)


def test_a_time_in_doubt_is_named_beside_everything_else_that_is_wrong(rosa: Person, given: Given) -> None:
    given(program)
    page = text(rosa.send(FORM, **entry(attended="90", excused="11")))
    assert ASKS in page and "More time is excused than was expected. Correct one of the two." in page


def test_the_tick_confirms_only_the_time_that_it_names(rosa: Person, given: Given) -> None:
    given(program)
    answer = rosa.send(FORM, **entry(attended="95", confirmed="5400-600"))
    assert answer.status_code == 422
    assert "95 h in one week? You probably mean 9.5." in text(answer)
    assert "checked" not in answer.get_data(as_text=True)


def test_plausible_hours_have_no_box(rosa: Person, given: Given) -> None:
    given(program)
    assert 'name="confirmed"' not in rosa.get(FORM).get_data(as_text=True)
    assert 'name="confirmed"' not in rosa.send(FORM, **entry(attended="")).get_data(as_text=True)


def test_a_correction_asks_about_hours_that_it_changes(miriam: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, Hours(5400, 0, 600))
    fields = {"attended": "90", "excused": "1", "expected": "10", "words": "The list says so"}
    asked = miriam.send("/visits/1/correct", **{**fields, "attended": "85"})
    assert asked.status_code == 422 and "85 h in one week? You probably mean 8.5." in text(asked)
    shown = miriam.send("/visits/1/correct", **{**fields, "attended": "85"}, confirmed="5100-600")
    assert "What this changes" in text(shown)
