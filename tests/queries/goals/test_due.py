"""What is due at a site: goals and reviews of clients who take part, and slips that wait."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.visits.evidence import Presence
from cm_tracker.operations.goals.drop_goal import drop_goal
from cm_tracker.operations.goals.move_goal import move_goal
from cm_tracker.operations.goals.note_review import note_review
from cm_tracker.queries.goals.due import DueList, count_due, due_at
from tests import cast
from tests import goals as here

MONDAY = here.TODAY
LATER = cast.NOW + timedelta(days=3)  # Thursday, March 19


def due(session: Session, now: Any = cast.NOW) -> DueList:
    found = due_at(session, cast.rosa, cast.HARBOR, now)
    assert found.count == count_due(session, cast.HARBOR, day_at(now, "America/New_York"))
    return found


def act(operation: Callable[..., Any], session: Session, **parameters: Any) -> Any:
    return operation(session, **{"key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **parameters})


def titles(session: Session, now: Any = cast.NOW) -> list[str | None]:
    return [line.title for line in due(session, now).goals]


def test_goals_and_reviews_are_due_by_their_days(session: Session) -> None:
    here.kim(session)
    for title, days in (("Late", 1), ("Today", 3), ("Soon", 5), ("Far", 20)):
        here.goal(session, title, due_on=MONDAY + timedelta(days=days))
    here.review(session, "check_in")
    found = due(session, LATER)
    assert [line.title for line in found.overdue(found.goals)] == ["Late"]
    assert [line.title for line in found.due_today(found.goals)] == ["Today"]
    assert [line.title for line in found.coming(found.goals)] == ["Soon"]
    assert [(line.code, line.kind, line.on_day) for line in found.reviews] == [("HS-1", "check_in", MONDAY)]
    assert (found.goals[0].code, found.goals[0].preferred_name, found.goals[0].client_id) == ("HS-7", "Kim", here.KIM)
    # Two goals and a review are due or overdue.
    assert found.count == 3


def test_what_is_moved_is_due_on_its_new_day(session: Session) -> None:
    here.kim(session)
    goal_id, review_id = here.goal(session, due_on=MONDAY), here.review(session)
    assert due(session).count == 2
    act(move_goal, session, goal_id=goal_id, due_on=date(2026, 5, 1))
    act(move_goal, session, goal_id=goal_id, due_on=date(2026, 3, 18))
    act(note_review, session, review_id=review_id, way="moved", due_on=date(2026, 5, 1))
    found = due(session)
    assert (found.count, [line.on_day for line in found.goals], found.reviews) == (0, [date(2026, 3, 18)], ())


def test_what_is_settled_is_due_no_more(session: Session) -> None:
    here.kim(session)
    met, dropped, review_id = (
        here.goal(session, "Met", due_on=MONDAY), here.goal(session, "Dropped", due_on=MONDAY), here.review(session),
    )  # fmt: skip
    here.meet(session, met)
    act(drop_goal, session, goal_id=dropped, reason="Moved away")
    act(note_review, session, review_id=review_id, way="done")
    found = due(session)
    assert (found.count, found.goals, found.reviews) == (0, (), ())


def test_a_goal_whose_visit_was_undone_is_due_again(session: Session) -> None:
    here.kim(session)
    goal_id = here.goal(session, due_on=MONDAY)
    visit_id = here.meet(session, goal_id)
    assert visit_id is not None
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    assert titles(session) == ["Find a flat"]
    here.meet(session, goal_id)
    assert titles(session) == []
    # A correction of the visit that leaves it standing leaves the goal met, and a void opens it again.
    other = cast.another_lead(session)
    cast.put_right(session, visit_id, "correct", Presence(), day=11, actor=cast.miriam)
    assert titles(session) == []
    cast.put_right(session, visit_id, "void", actor=other)
    assert titles(session) == ["Find a flat"]
    assert [line.standing.state for line in here.goals(session)] == ["open"]


def test_a_visit_that_another_goal_took_leaves_the_first_one_due(session: Session) -> None:
    here.kim(session)
    first, second = here.goal(session, "First", due_on=MONDAY), here.goal(session, "Second", due_on=MONDAY)
    visit_id = here.meet(session, first)
    assert visit_id is not None
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    here.meet(session, second)
    assert titles(session) == ["First"]


def test_who_has_left_or_was_transferred_is_not_listed(session: Session) -> None:
    here.kim(session)
    here.goal(session, due_on=MONDAY)
    here.review(session)
    cast.end(session, here.KIM, "2026-03-15")
    cast.transfer(session)
    found = due(session)
    assert (found.count, found.goals, found.reviews) == (0, (), ())
    moved = due_at(session, cast.anna, cast.MILL, cast.NOW)
    assert [(line.code, line.kind) for line in moved.reviews] == [("HS-1", "weekly")]


def test_a_slip_waits_until_it_is_decided(session: Session) -> None:
    service_id = here.meeting(session)
    here.slip(session, service_id)
    found = due(session)
    assert [(line.code, line.title, line.on_day) for line in found.slips] == [
        ("HS-11", "Evening meeting", date(2026, 3, 13))
    ]
    assert found.count == 1


def test_staff_of_another_site_do_not_see_it(session: Session) -> None:
    here.review(session)
    with pytest.raises(NotFound):
        due_at(session, cast.anna, cast.HARBOR, cast.NOW)


def test_the_statements_do_not_depend_on_how_much_is_due(session: Session) -> None:
    here.kim(session)
    here.goal(session, due_on=MONDAY)
    sent: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    counts = []
    for _ in range(2):
        sent.clear()
        due_at(session, cast.rosa, cast.HARBOR, cast.NOW)
        counts.append(len(sent))
        sent.clear()
        count_due(session, cast.HARBOR, MONDAY)
        counts.append(len(sent))
        for number in range(5):
            here.goal(session, f"Goal {number}", due_on=MONDAY)
            here.review(session)
    # The site, three lists and the count; and the site and the count.
    assert counts == [5, 1, 5, 1]
