"""Pages about hours speak of weeks and hours. A word made for visits there sends staff looking for a visit."""

from collections.abc import Callable

import pytest

from tests import cast
from tests.program_hours import TOO_FEW, program, week
from tests.web.conftest import Person, hidden, text

Given = Callable[..., int]
People = Callable[..., Person]
FORM = "/enrollments/3/0/hours/new"
FIRST, SECOND = "2026-03-08", "2026-03-15"
ENTRY = {"attended": "9:15", "excused": "", "expected": "10"}


def main_of(answer: object) -> str:
    """Return what stands between the menu and the end of a page."""
    page = text(answer)  # type: ignore[arg-type]
    return page.split("Skip to content")[1].split("Sign out")[1]


def test_the_preview_of_hours_names_weeks(rosa: Person, given: Given) -> None:
    given(program)
    shown = main_of(rosa.send(FORM, week=FIRST, **ENTRY, again="Show what it earns"))
    assert "The next week earns 15 points instead of 10; 1 in a row instead of 0." in shown
    assert "Week Counted as Now counts as Client gets Why Week 1 (to Mar 8, 2026) this one – Met 10 points +10" in shown
    assert "visit" not in shown.casefold()


def test_hours_that_are_entered_late_speak_of_other_weeks(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, SECOND)
    shown = main_of(rosa.send(FORM, week=FIRST, **ENTRY))
    assert "The hours are entered late, and other weeks are worked out again." in shown
    assert "Week 2 (to Mar 15, 2026) Met 10 points Met 15 points" in shown
    assert "visit" not in shown.casefold()


def test_the_form_says_that_other_weeks_are_worked_out_again(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, SECOND)
    form = main_of(rosa.get(FORM))
    assert "It earns 10 points. Later weeks are worked out again; you see how before it is saved." in form
    assert "visit" not in form.casefold()


@pytest.mark.parametrize("way", ["undo", "void", "correct"])
def test_the_page_of_hours_is_headed_by_its_week(rosa: Person, miriam: Person, given: Given, way: str) -> None:
    of = given(program)
    given(week, of, FIRST)
    shown = rosa.get("/visits/1")
    assert "Program hours · Week 1: Mar 2 to Mar 8" in main_of(shown)
    assert "Sunday" not in main_of(shown) and "visit" not in main_of(shown).casefold()
    assert "<title>HS-9 · What was earned" in shown.get_data(as_text=True)
    person = rosa if way == "undo" else miriam
    page = person.get(f"/visits/1/{way}")
    assert "Program hours · Week 1: Mar 2 to Mar 8" in main_of(page)
    assert "Sunday" not in main_of(page) and "visit" not in main_of(page).casefold()
    assert "<title>HS-9 · Correction" in page.get_data(as_text=True)
    if way != "correct":
        assert "The next week earns 10 points instead of 15; 0 in a row instead of 1." in main_of(page)
        assert "It was another week" in main_of(page) and "It was another day" not in main_of(page)
        assert "Week 1 (to Mar 8, 2026) this one Met 10 points Not counted" in main_of(page)


def test_voided_hours_say_that_the_week_can_be_entered_again(miriam: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST)
    why = {"why": "day", "words": ""}
    shown = miriam.send("/visits/1/void", **why)
    assert miriam.client.post("/visits/1/void", data={**hidden(shown.get_data(as_text=True)), **why}).status_code == 303
    page = main_of(miriam.get("/visits/1"))
    assert "Voided These hours no longer count. Their records are kept below. The week can be entered again." in page
    assert "Every record of these hours" in page and "It was another week." in page
    assert "Last day of the week Mar 8, 2026" in page
    assert "visit" not in page.casefold()
    assert "This was taken away and no longer counts. Enter it again if it did take place." in text(
        miriam.get("/visits/1/void")
    )


def test_undone_hours_cannot_be_undone_again(rosa: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST)
    given(cast.put_right, 1, "undo", actor=cast.rosa)
    assert "This was undone already. Enter it again if it did take place." in text(rosa.get("/visits/1/undo"))


def test_a_correction_that_changes_no_balance_speaks_of_weeks(miriam: Person, given: Given) -> None:
    of = given(program)
    given(week, of, FIRST, TOO_FEW)
    shown = miriam.send("/visits/1/correct", attended="6", excused="1", expected="10", words="The list says so")
    assert "The client’s balance does not change, nor does what any week earned." in text(shown)
    assert "visit" not in main_of(shown).casefold()


def test_the_clients_page_of_a_program_of_hours_lists_weeks(rosa: Person, given: Given) -> None:
    of = given(program)
    page = main_of(rosa.get("/clients/3"))
    assert "No hours yet. The first week with enough hours earns 10 points." in page and "Visits" not in page
    given(week, of, FIRST)
    page = main_of(rosa.get("/clients/3"))
    assert "Next week earns 15 points In a row 1 week" in page
    assert "Program hours, version 1" in page and "Weeks 1, the last on" in page and "visit" not in page.casefold()
    given(cast.pause, of, "2026-03-16")
    page = main_of(rosa.get("/clients/3"))
    assert "Paused The days of a pause belong to no week. The ladder stays where it is." in page
    assert "visit" not in page.casefold()
