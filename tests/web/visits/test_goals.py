"""A finished goal is recorded in words that fit a goal: done or not done, and a time only where somebody knows it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.domain.schedules.documents import phase, track
from tests.operations.visits.test_readings import enrolled
from tests.web.conftest import Person, hidden, text

Given = Callable[..., Any]
DONE, NOT_DONE = "/enrollments/3/0/visits/new", "/enrollments/3/0/absences/new"
GOAL = {"happened_on": "2026-03-16", "came_at": "10:00", "note": ""}
MISSED = {"happened_on": "2026-03-16", "is_excused": "no", "excuse": "", "note": ""}


@pytest.fixture(autouse=True)
def kim(given: Given) -> None:
    given(enrolled, track(phase(), evidence="activity", target=[], title="Goals"))


def main_of(answer: Any) -> str:
    return text(answer).split("Skip to content")[1].split("Sign out")[1]


def test_the_clients_page_offers_done_and_not_done(rosa: Person) -> None:
    page = main_of(rosa.get("/clients/3"))
    assert "Record a finished goal Goal not done" in page and "absence" not in page
    assert "Next goal earns 10 points" in page
    assert "No goal yet. The first one that is finished earns 10 points." in page


def test_the_form_asks_for_the_day_and_a_time_that_is_optional(rosa: Person) -> None:
    page = main_of(rosa.get(DONE))
    assert "HS-7: finished the goal" in page and "Goals · the next goal earns 10 points." in page
    assert "Time (optional)" in page
    assert 'name="came_at"' in rosa.get(DONE).get_data(as_text=True)
    assert not re.search(r'name="came_at"[^>]*value="[^"]', rosa.get(DONE).get_data(as_text=True)), "no time is guessed"
    assert rosa.send(DONE, **{**GOAL, "came_at": ""}).status_code == 303


def test_a_time_that_cannot_be_is_no_time_of_collection(rosa: Person) -> None:
    answer = rosa.send(DONE, **{**GOAL, "came_at": "23:00"})
    assert answer.status_code == 422
    assert "The time is in the future. Correct it." in text(answer)
    assert "collect" not in main_of(answer).casefold()


def test_the_page_of_a_goal_says_done_and_when(rosa: Person) -> None:
    page = main_of(rosa.get(rosa.send(DONE, **GOAL).headers["Location"]))
    assert "10 points for finishing your goal. Next goal 15 points" in page
    assert "10 puntos por cumplir su meta. Muy bien, Kim. En su próxima meta puede ganar 15 puntos." in page
    assert "Outcome Done" in page and "Done at Mar 16, 2026, 10:00 AM" in page
    for word in ("Came", "Collected", "visit", "Met"):
        assert word not in page, word
    assert "1 goal" in main_of(rosa.get("/clients/3")) and "Goal" in main_of(rosa.get("/clients/3"))
    assert "Done +10 The first in a row" in main_of(rosa.get("/clients/3"))


def test_a_goal_that_was_not_done_is_no_absence(rosa: Person) -> None:
    form = main_of(rosa.get(NOT_DONE))
    assert "HS-7 did not finish the goal" in form and "Is there an excuse?" in form
    assert "If it is not excused: The ladder goes back to the start." in form
    assert "absence" not in form and "did not come" not in form
    page = main_of(rosa.get(rosa.send(NOT_DONE, **MISSED).headers["Location"]))
    assert "The goal was not finished this time, so it earns nothing. What you earned before stays yours." in page
    assert "Esta vez no cumplió la meta; no gana nada, y todo lo que ganó antes sigue siendo suyo." in page
    assert "Outcome Not done" in page and "Enter an excuse" in page
    for word in ("absence", "Absent", "missed visit", "did not come"):
        assert word not in page, word
    assert "Not done" in main_of(rosa.get("/clients/3")) and "Absent" not in main_of(rosa.get("/clients/3"))


def test_an_excuse_that_comes_later_is_asked_for_in_the_same_words(rosa: Person) -> None:
    page = rosa.send(NOT_DONE, **MISSED).headers["Location"]
    form = main_of(rosa.get(f"{page}/excuse"))
    assert "Enter an excuse HS-7" in form
    assert "The goal keeps its day: it earns nothing, and it no longer resets the ladder." in form
    assert "absence" not in form
    shown = rosa.send(f"{page}/excuse", excuse="illness", words="Letter")
    assert "Not done 0 points Excused 0 points" in main_of(shown)


def test_an_excused_goal_tells_the_client_that_nothing_is_lost(rosa: Person) -> None:
    sent = rosa.send(NOT_DONE, **{**MISSED, "is_excused": "yes", "excuse": "illness"})
    page = main_of(rosa.get(sent.headers["Location"]))
    assert "There is an excuse: nothing is earned, and nothing is lost." in page
    assert "Hay un motivo que se acepta: no gana nada y no pierde nada." in page


def test_a_lead_corrects_and_voids_a_goal_in_its_words(rosa: Person, miriam: Person) -> None:
    page = rosa.send(DONE, **GOAL).headers["Location"]
    assert "Correct this goal Void this goal" in main_of(miriam.get(page))
    form = main_of(miriam.get(f"{page}/correct"))
    assert "The goal was finished" in form and "It was not done, without an excuse" in form
    assert "It was not done, with an excuse" in form and "The client came" not in form and "Time (optional)" in form
    shown = miriam.send(f"{page}/void", why="entry", words="")
    why = {"why": "entry", "words": ""}
    assert "The next goal earns 10 points instead of 15" in main_of(shown) and "Done 10 points Not counted" in text(
        shown
    )
    miriam.client.post(f"{page}/void", data={**hidden(shown.get_data(as_text=True)), **why})
    voided = main_of(miriam.get(page))
    assert (
        "This goal no longer counts. Its records are kept below. If it was finished on that day, enter it again."
        in voided
    )
    assert "Every record of this goal" in voided and "visit" not in voided


def test_attendance_keeps_its_words(rosa: Person, given: Given) -> None:
    given(enrolled, track(phase(), evidence="attendance", target=[], title="Groups"), code="HS-8")
    assert "Record attendance Record an absence" in main_of(rosa.get("/clients/4"))
    form = "/enrollments/4/0/visits/new"
    assert "Time (optional)" in main_of(rosa.get(form))
    assert "The time is in the future. Correct it." in text(rosa.send(form, **{**GOAL, "came_at": "23:00"}))
    late = rosa.send(form, happened_on="2026-03-09", came_at="11:00", shown_time="11:00", note="")
    assert "You changed the day. Enter the time on that day, too, or leave it empty." in text(late)
    page = main_of(rosa.get(rosa.send(form, **GOAL).headers["Location"]))
    assert "Came Mar 16, 2026, 10:00 AM" in page and "Outcome Met" in page
