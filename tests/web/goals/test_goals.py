"""The pages of a client's goals: what is open, its steps, meeting it with pay and without, moving and dropping it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import cast
from tests import goals as here
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
BOTH = ("rosa", "miriam")
INDEX, NEW = "/enrollments/3/goals", "/enrollments/3/goals/new"
MEET, MOVE, DROP = (f"/goals/1/{name}" for name in ("meet", "move", "drop"))
OWN = {
    "listed_id": "own", "title": "Find a flat", "kind": "housing", "steps": "Write\n\nLook", "due_on": "2026-03-30",
    "behavior": "goal",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kim(given: Given) -> None:
    given(here.kim)


def with_goal(session: Session) -> None:
    here.goal(session, steps=["Write to three landlords", "Look at two flats"])


@pytest.mark.parametrize(
    ("path", "unknown", "writes"),
    [
        (INDEX, "/enrollments/99/goals", False),
        (NEW, "/enrollments/99/goals/new", True),
        (MEET, "/goals/99/meet", True),
        (MOVE, "/goals/99/move", True),
        (DROP, "/goals/99/drop", True),
    ],
)
def test_staff_and_leads_of_the_site_may_open_it(
    person: People, given: Given, path: str, unknown: str, writes: bool
) -> None:
    given(with_goal)
    check(person, path, allowed=BOTH, unknown=unknown, writes=writes, elsewhere=path)


def test_a_goal_in_own_words_is_set_with_its_steps(rosa: Person, given: Given) -> None:
    page = text(rosa.get(NEW))
    assert "Set a goal for HS-7" in page and "Goals: the next goal earns 10 points" in page
    answer = rosa.send(NEW, **OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, INDEX)
    shown = text(rosa.get(INDEX))
    assert "The goal is set." in shown
    assert "Find a flat Due Mar 30, 2026 Housing · earns 10 points · 0 of 2 steps" in shown
    assert [step.words for step in given(here.goals)[0].steps] == ["Write", "Look"]


def test_a_goal_is_chosen_from_the_list(rosa: Person, given: Given) -> None:
    given(here.listed)
    assert "Support system: Find a sponsor" in text(rosa.get(NEW))
    assert rosa.send(NEW, listed_id="1", due_on="2026-03-30", behavior="", steps="").status_code == 303
    line = given(here.goals)[0]
    assert (line.kind, line.title, line.behavior) == ("support", "Find a sponsor", None)
    assert "Find a sponsor Due Mar 30, 2026 Support system · earns nothing" in text(rosa.get(INDEX))


def test_everything_that_is_wrong_stands_at_its_field(rosa: Person) -> None:
    answer = rosa.send(NEW, listed_id="own", title="", kind="", steps="x" * 201, due_on="yesterday", behavior="")
    assert answer.status_code == 422
    assert here.wrong_fields(answer) >= {"title", "kind", "steps", "due_on"}


def test_a_goal_of_the_list_has_no_own_words_beside_it(rosa: Person, given: Given) -> None:
    given(here.listed)
    answer = rosa.send(NEW, **{**OWN, "listed_id": "1"})
    assert here.wrong_fields(answer) == {"title"}
    assert "You chose a goal of the list. Empty this field, or choose “In own words”." in text(answer)


def test_steps_are_ticked_on_the_page_and_added(rosa: Person, given: Given) -> None:
    given(with_goal)
    first = given(here.goals)[0].steps[0].id
    answer = rosa.send("/goals/1/steps", shown_at=INDEX, step=f"{first}-done")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{INDEX}#goal-1")
    shown = text(rosa.get(INDEX))
    assert "1 of 2 steps" in shown and "Step done: Write to three landlords Rosa" in shown
    assert rosa.send("/goals/1/steps/new", shown_at=INDEX, step="Sign the lease").status_code == 303
    assert rosa.send("/goals/1/steps", shown_at=INDEX, step=f"{first}-open").status_code == 303
    assert "0 of 3 steps" in text(rosa.get(INDEX))
    wrong = rosa.send("/goals/1/steps/new", shown_at=INDEX, step=" ")
    assert wrong.status_code == 422 and "Write what the step is." in text(wrong)
    assert rosa.send("/goals/1/steps", shown_at=INDEX, step="99-done").status_code == 404


def test_a_met_goal_leads_to_the_page_that_says_what_was_earned(rosa: Person, given: Given) -> None:
    given(with_goal)
    form = text(rosa.get(MEET))
    assert "The goal is met HS-7 Kim · Find a flat" in form and "Goals: the next goal earns 10 points" in form
    answer = rosa.send(MEET, on_day="2026-03-16", evidence="The lease", is_paid="yes")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/visits/")
    assert "10 points for finishing your goal." in text(rosa.get(answer.headers["Location"]))
    shown = text(rosa.get(INDEX))
    assert "Find a flat Housing Met What it earned : Find a flat The lease" in shown and "No open goal" in shown
    again = rosa.get(MEET)
    assert (again.status_code, again.headers["Location"]) == (303, answer.headers["Location"])


def test_a_goal_is_met_without_pay_where_staff_say_so(rosa: Person, given: Given) -> None:
    given(with_goal)
    answer = rosa.send(MEET, on_day="2026-03-16", evidence="The lease", is_paid="no")
    assert answer.headers["Location"] == f"{INDEX}#goal-1"
    assert "The goal is met. It earns nothing." in text(rosa.get(INDEX))
    assert given(here.paid) == []


def test_a_second_goal_of_the_day_is_told_with_a_way_on(rosa: Person, given: Given) -> None:
    given(lambda session: here.meet(session, here.goal(session)))
    given(here.goal, "Begin a job", kind="work")
    answer = rosa.send("/goals/2/meet", on_day="2026-03-16", evidence="Contract", is_paid="yes")
    assert answer.status_code == 422
    assert (
        "The track has its finished goal of Mar 16, 2026 already, and that one is paid. Choose another day, or let this "
        "goal earn nothing." in text(answer)
    )
    assert "See what is recorded" in text(answer)
    assert rosa.send("/goals/2/meet", on_day="2026-03-16", evidence="Contract", is_paid="no").status_code == 303


def test_a_version_without_a_track_of_goals_says_that_nothing_is_paid(rosa: Person, given: Given) -> None:
    given(here.goal, enrollment_id=cast.AMIR, behavior=None)
    page = text(rosa.get("/enrollments/1/goals"))
    assert (
        "The client’s schedule has no track for finished goals now, so a goal that is met earns nothing. It still counts."
        in page
    )
    assert "so this goal earns nothing" in text(rosa.get("/enrollments/1/goals/new"))
    assert "It was set as a goal that earns nothing. It is recorded all the same." in text(rosa.get(MEET))
    assert rosa.send(MEET, on_day="2026-03-16", evidence="Seen").status_code == 303


def test_meeting_a_goal_needs_a_day_and_evidence(rosa: Person, given: Given) -> None:
    given(with_goal)
    answer = rosa.send(MEET, on_day="someday", evidence="", is_paid="yes")
    assert answer.status_code == 422 and here.wrong_fields(answer) == {"on_day", "evidence"}
    assert [line.standing.state for line in given(here.goals)] == ["open"]


def test_a_due_day_is_moved_and_a_goal_is_dropped_with_a_reason(rosa: Person, given: Given) -> None:
    given(with_goal)
    assert rosa.send(MOVE, seen="0", due_on="2026-04-20", note="Waits for a letter").status_code == 303
    shown = text(rosa.get(INDEX))
    assert "Due Apr 20, 2026" in shown and "Due day moved to Apr 20, 2026: Waits for a letter Rosa" in shown
    stale = rosa.send(DROP, seen="0", reason="Moved")
    assert stale.status_code == 422 and "Somebody else has changed this in the meantime." in text(stale)
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', rosa.get(DROP).get_data(as_text=True))
    assert seen is not None
    assert here.wrong_fields(rosa.send(DROP, seen=seen[1], reason="")) == {"reason"}
    assert rosa.send(DROP, seen=seen[1], reason="Moved in with family").status_code == 303
    shown = text(rosa.get(INDEX))
    assert "Find a flat Housing Dropped Moved in with family" in shown
    assert rosa.get(DROP).status_code == 303


def test_a_goal_whose_visit_was_taken_back_is_open_again(rosa: Person, given: Given) -> None:
    visit_id = given(lambda session: here.meet(session, here.goal(session)))
    given(cast.put_right, visit_id, "undo", actor=cast.rosa)
    assert "It was met on Mar 16, 2026, and its visit was taken back since. So it is open again." in text(
        rosa.get(INDEX)
    )


def test_the_clients_page_says_in_short_what_is_open_and_due(rosa: Person, given: Given) -> None:
    assert "Goals and reviews No goal yet." in text(rosa.get("/clients/3"))
    given(with_goal)
    given(here.review, enrollment_id=here.KIM)
    page = text(rosa.get("/clients/3"))
    assert "Goals and reviews 1 open goal Next: Find a flat, Due Mar 23, 2026 Weekly review: Due today" in page


def test_an_enrollment_that_has_ended_takes_no_new_goal(rosa: Person, given: Given) -> None:
    given(with_goal)
    given(cast.end, here.KIM, "2026-03-15")
    assert "Set a goal" not in text(rosa.get(INDEX))
    assert rosa.get(NEW).status_code == 303


def test_no_words_of_a_goal_are_in_a_title_or_an_address(rosa: Person, given: Given) -> None:
    given(with_goal)
    for path in (INDEX, MEET, MOVE, DROP):
        page = rosa.get(path).get_data(as_text=True)
        title = re.search(r"<title>(.*?)</title>", page, re.S)
        assert title is not None and "flat" not in title[1] and "Kim" not in title[1]
        assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "flat" in link.lower()]


def test_the_statements_of_the_page_do_not_depend_on_the_number_of_goals(
    rosa: Person, given: Given, statements: list[str]
) -> None:
    given(with_goal)
    counts = []
    for _ in range(2):
        statements.clear()
        assert rosa.get(INDEX).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            given(here.goal, f"Goal {number}", steps=["One"])
    assert counts[0] == counts[1]
