"""Staff set a client's goals, tick their steps, and meet or drop them. A met goal is paid once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AlreadySettled,
    ChangedMeanwhile,
    EnrollmentEnded,
    GoalOfThatDay,
    InTheFuture,
    KeyReused,
    NotFound,
    NothingChanged,
    SameVisit,
)
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Presence
from cm_tracker.operations.goals.add_step import add_step
from cm_tracker.operations.goals.drop_goal import drop_goal
from cm_tracker.operations.goals.meet_goal import meet_goal
from cm_tracker.operations.goals.move_goal import move_goal
from cm_tracker.operations.goals.tick_step import tick_step
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests import goals as here
from tests.domain.refused import refused

MONDAY = here.TODAY
FRIDAY = date(2026, 3, 13)


@pytest.fixture(autouse=True)
def kim(session: Session) -> None:
    assert here.kim(session) == here.KIM


def act(operation: Any, session: Session, **parameters: Any) -> Any:
    return operation(session, **{"key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **parameters})


def on_the_clients_page(session: Session, day: date, evidence: Any = None) -> int:
    visit = NewVisit("goal", day, evidence or Presence())
    return int(act(record_visit, session, enrollment_id=here.KIM, visit=visit))


def test_a_goal_has_its_words_its_steps_and_its_due_day(session: Session) -> None:
    here.goal(session, steps=["Write to three landlords", "Look at two flats"])
    (line,) = here.goals(session)
    assert (line.kind, line.title, line.behavior, line.staff_name) == ("housing", "Find a flat", "goal", "Rosa")
    assert [(step.words, step.is_done) for step in line.steps] == [
        ("Write to three landlords", False),
        ("Look at two flats", False),
    ]
    assert (line.standing.state, line.standing.due_on, line.told, line.seen) == ("open", date(2026, 3, 23), (), 0)


def test_a_goal_of_the_list_keeps_the_words_with_which_it_was_chosen(session: Session) -> None:
    first = here.listed(session)
    here.goal(session, "", kind="", listed_id=first)
    here.listed(session, "Find a sponsor or mentor", listed_id=first)
    assert [(line.kind, line.title) for line in here.goals(session)] == [("support", "Find a sponsor")]
    with refused("This goal is not in the list any more. Choose another one.", "listed_id"):
        here.goal(session, "", kind="", listed_id=first)


def test_everything_that_is_wrong_with_a_goal_is_said(session: Session) -> None:
    with refused("Choose the kind of the goal.", "kind"):
        here.goal(session, kind="fun")
    with refused("Choose a goal of the list, or write it in own words.", "title"):
        here.goal(session, " ")
    with refused("Past days stay as they were. Choose today or a later day.", "due_on"):
        here.goal(session, due_on=MONDAY - timedelta(days=1))
    with refused("Choose from the list what the goal pays through.", "behavior"):
        here.goal(session, behavior="cocaine-negative")
    assert here.goals(session) == ()


def test_an_enrollment_that_has_ended_gets_no_goal(session: Session) -> None:
    cast.end(session, here.KIM, "2026-03-15")
    with pytest.raises(EnrollmentEnded):
        here.goal(session)


def test_steps_are_ticked_one_by_one_and_nothing_of_it_is_lost(session: Session) -> None:
    goal_id = here.goal(session, steps=["Write", "Look"])
    write, look = (step.id for step in here.goals(session)[0].steps)
    act(tick_step, session, goal_id=goal_id, step_id=write, is_done=True)
    act(tick_step, session, goal_id=goal_id, step_id=look, is_done=True, actor=cast.leo)
    act(tick_step, session, goal_id=goal_id, step_id=write, is_done=False)
    act(tick_step, session, goal_id=goal_id, step_id=write, is_done=False)  # it says so already
    act(add_step, session, goal_id=goal_id, words="Sign")
    (line,) = here.goals(session)
    assert [(step.words, step.is_done) for step in line.steps] == [("Write", False), ("Look", True), ("Sign", False)]
    assert [(told.what, told.step, told.staff_name) for told in line.told] == [
        ("ticked", "Write", "Rosa"),
        ("ticked", "Look", "Leo"),
        ("unticked", "Write", "Rosa"),
    ]


def test_a_step_of_another_goal_cannot_be_ticked(session: Session) -> None:
    first, second = here.goal(session, steps=["Write"]), here.goal(session, "Work")
    step = here.goals(session)[0].steps[0].id
    with pytest.raises(NotFound):
        act(tick_step, session, goal_id=second, step_id=step, is_done=True)
    assert here.goals(session)[0].id == first


def test_a_goal_has_at_most_twenty_steps(session: Session) -> None:
    goal_id = here.goal(session, steps=[f"Step {number}" for number in range(20)])
    with refused("A goal has at most 20 steps.", "step"):
        act(add_step, session, goal_id=goal_id, words="One more")


def test_a_due_day_is_moved_and_the_day_before_stays_in_the_history(session: Session) -> None:
    goal_id = here.goal(session)
    act(move_goal, session, goal_id=goal_id, due_on=date(2026, 4, 1), note="The landlord asked for time")
    (line,) = here.goals(session)
    assert (line.first_due_on, line.standing.due_on) == (date(2026, 3, 23), date(2026, 4, 1))
    assert [(told.what, told.due_on, told.note) for told in line.told] == [
        ("moved", date(2026, 4, 1), "The landlord asked for time")
    ]
    with pytest.raises(NothingChanged):
        act(move_goal, session, goal_id=goal_id, due_on=date(2026, 4, 1))


def test_a_met_goal_is_paid_with_the_visit_of_its_track(session: Session) -> None:
    goal_id = here.goal(session)
    visit_id = here.meet(session, goal_id, on_day=FRIDAY)
    (line,) = here.goals(session)
    assert (line.standing.state, line.settled and line.settled.note, line.settled and line.settled.on_day) == (
        "met", "The lease", FRIDAY,
    )  # fmt: skip
    assert line.settled is not None and line.settled.visit_id == visit_id
    assert here.paid(session) == [("met", 10)]
    assert verify_ledger(session).findings == []


def test_a_goal_is_paid_once(session: Session) -> None:
    goal_id, key = here.goal(session), cast.key()
    first = here.meet(session, goal_id, key=key)
    assert here.meet(session, goal_id, key=key) == first
    with pytest.raises(KeyReused):
        here.meet(session, goal_id, key=key, evidence="Something else")
    with pytest.raises(AlreadySettled):
        here.meet(session, goal_id)
    with pytest.raises(AlreadySettled):
        act(drop_goal, session, goal_id=goal_id, reason="A mistake")
    assert here.paid(session) == [("met", 10)]


def test_two_goals_of_two_days_go_up_the_ladder(session: Session) -> None:
    here.meet(session, here.goal(session), on_day=FRIDAY)
    here.meet(session, here.goal(session, "Work", kind="work"))
    assert here.paid(session) == [("met", 10), ("met", 15)]


def test_a_second_goal_of_one_day_is_met_without_pay_or_on_another_day(session: Session) -> None:
    here.meet(session, here.goal(session))
    second = here.goal(session, "Work", kind="work")
    with pytest.raises(GoalOfThatDay):
        here.meet(session, second)
    assert here.meet(session, second, is_paid=False) is None
    assert [line.standing.state for line in here.goals(session)] == ["met", "met"]
    assert here.paid(session) == [("met", 10)]


def test_a_goal_without_a_track_is_met_without_pay(session: Session) -> None:
    goal_id = here.goal(session, enrollment_id=cast.AMIR, behavior=None)
    assert here.meet(session, goal_id) is None
    assert [line.standing.state for line in here.goals(session, cast.AMIR)] == ["met"]
    assert here.paid(session, cast.AMIR) == []


def test_a_visit_that_staff_recorded_on_the_clients_page_is_the_goals(session: Session) -> None:
    visit_id = on_the_clients_page(session, FRIDAY)
    assert here.meet(session, here.goal(session), on_day=FRIDAY) == visit_id
    assert here.paid(session) == [("met", 10)]


def test_a_goal_of_a_day_on_which_none_was_finished_is_refused(session: Session) -> None:
    on_the_clients_page(session, FRIDAY, Absence())
    with pytest.raises(SameVisit):
        here.meet(session, here.goal(session), on_day=FRIDAY)
    assert [line.standing.state for line in here.goals(session)] == ["open"]


def test_a_late_goal_that_changes_later_visits_is_entered_on_the_clients_page(session: Session) -> None:
    on_the_clients_page(session, MONDAY)
    goal_id = here.goal(session)
    with refused(
        "This is entered late and changes later visits. Record it on the client's page, which shows how, and then come "
        "back here: nothing is paid a second time.",
    ):
        here.meet(session, goal_id, on_day=FRIDAY)
    on_the_clients_page(session, FRIDAY)
    here.meet(session, goal_id, on_day=FRIDAY)
    assert here.paid(session) == [("met", 10), ("met", 15)]


def test_a_goal_whose_visit_is_undone_is_open_again_and_pays_once(session: Session) -> None:
    goal_id = here.goal(session)
    visit_id = here.meet(session, goal_id)
    assert visit_id is not None
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    assert [line.standing.state for line in here.goals(session)] == ["open"]
    assert here.paid(session) == []
    assert here.meet(session, goal_id) == visit_id
    assert here.paid(session) == [("met", 10)]
    assert verify_ledger(session).findings == []


def test_a_visit_that_was_undone_and_entered_again_pays_the_goal_that_took_it_last(session: Session) -> None:
    first, second = here.goal(session), here.goal(session, "Work", kind="work")
    visit_id = here.meet(session, first)
    assert visit_id is not None
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    assert here.meet(session, second) == visit_id
    assert {line.id: line.standing.state for line in here.goals(session)} == {first: "open", second: "met"}


def test_what_stands_against_meeting_a_goal_is_said(session: Session) -> None:
    goal_id = here.goal(session)
    with pytest.raises(InTheFuture):
        here.meet(session, goal_id, on_day=MONDAY + timedelta(days=1))
    with refused("Write what you saw that shows it: a letter, a certificate, a call.", "evidence"):
        here.meet(session, goal_id, evidence=" ")
    with refused("The enrollment begins on Mar 2, 2026. Choose that day or a later one.", "on_day"):
        here.meet(session, goal_id, on_day=date(2026, 3, 1))


def test_dropping_a_goal_needs_a_reason_and_pays_nothing(session: Session) -> None:
    goal_id = here.goal(session)
    with refused("Say why, in a few words.", "reason"):
        act(drop_goal, session, goal_id=goal_id, reason=" ")
    act(drop_goal, session, goal_id=goal_id, reason="Moved in with family")
    (line,) = here.goals(session)
    assert (line.standing.state, line.settled and line.settled.note) == ("dropped", "Moved in with family")
    with pytest.raises(AlreadySettled):
        here.meet(session, goal_id)
    assert here.paid(session) == []


def test_what_a_colleague_did_meanwhile_is_not_overwritten(session: Session) -> None:
    goal_id = here.goal(session)
    act(move_goal, session, goal_id=goal_id, due_on=date(2026, 4, 1), actor=cast.leo)
    for operation, more in (
        (meet_goal, {"on_day": MONDAY, "evidence": "The lease"}),
        (drop_goal, {"reason": "Moved"}),
        (move_goal, {"due_on": date(2026, 5, 1)}),
    ):
        with pytest.raises(ChangedMeanwhile):
            act(operation, session, goal_id=goal_id, seen=0, **more)


def test_the_audit_trail_has_no_words_of_a_goal(session: Session) -> None:
    goal_id = here.goal(session, "Leave the shelter", steps=["Write to Ms. Smith"])
    here.meet(session, goal_id, evidence="Letter of Ms. Smith")
    lines = session.execute(text("SELECT tag, subject, detail FROM audit_event")).all()
    told = " ".join(f"{line.tag} {line.subject} {line.detail}" for line in lines)
    assert f"goal:set goal:{goal_id}" in told and "goal:reached" in told
    for word in ("shelter", "Smith", "Letter"):
        assert word not in told
