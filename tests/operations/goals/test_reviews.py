"""Staff set reviews, and say when they are done, moved or dropped. A lead lets a weekly one repeat."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import AlreadySettled, ChangedMeanwhile, EnrollmentEnded, NotAllowed
from cm_tracker.operations.goals.note_review import note_review
from cm_tracker.operations.goals.repeat_review import repeat_review
from tests import cast
from tests import goals as here
from tests.domain.refused import refused

MONDAY = here.TODAY


def note(session: Session, review_id: int, way: str, **more: Any) -> int:
    return note_review(
        session,
        **{
            "review_id": review_id, "way": way, "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def repeat(session: Session, review_id: int, repeats: bool, actor: Any = cast.miriam) -> None:
    repeat_review(session, review_id=review_id, repeats=repeats, key=cast.key(), actor=actor, now=cast.NOW)


def stands(session: Session) -> list[tuple[str, str, date]]:
    return [(line.kind, line.standing.state, line.standing.due_on) for line in here.reviews(session)]


def test_a_review_is_done_by_somebody_with_a_note(session: Session) -> None:
    note(session, here.review(session, "check_in"), "done", note="Sleeps better", actor=cast.leo)
    (line,) = here.reviews(session)
    assert stands(session) == [("check_in", "done", MONDAY)]
    assert line.settled is not None
    assert (line.settled.staff_name, line.settled.on_day, line.settled.note) == ("Leo", MONDAY, "Sleeps better")


def test_a_review_is_moved_and_keeps_its_first_day(session: Session) -> None:
    review_id = here.review(session, "transition")
    note(session, review_id, "moved", due_on=date(2026, 3, 20), note="Waits for the house")
    (line,) = here.reviews(session)
    assert (line.first_due_on, line.standing.due_on, line.told[0].note) == (
        MONDAY, date(2026, 3, 20), "Waits for the house",
    )  # fmt: skip


def test_what_is_wrong_with_a_review_is_said(session: Session) -> None:
    with refused("Choose the kind of review.", "kind"):
        here.review(session, "party")
    with refused("Past days stay as they were. Choose today or a later day.", "due_on"):
        here.review(session, due_on=MONDAY - timedelta(days=1))
    review_id = here.review(session)
    with refused("Enter the new day as a date.", "due_on"):
        note(session, review_id, "moved")
    with refused("Say why, in a few words.", "note"):
        note(session, review_id, "dropped")
    with refused("Say what happened.", "way"):
        note(session, review_id, "repeats")


def test_a_review_is_settled_once(session: Session) -> None:
    review_id, key = here.review(session), cast.key()
    first = note(session, review_id, "done", key=key)
    assert note(session, review_id, "done", key=key) == first
    for way in ("done", "moved", "dropped"):
        with pytest.raises(AlreadySettled):
            note(session, review_id, way, note="x", due_on=date(2026, 4, 1))
    assert len(here.reviews(session)) == 1


def test_a_weekly_review_that_repeats_is_followed_by_the_next_one(session: Session) -> None:
    review_id = here.review(session)
    repeat(session, review_id, True)
    note(session, review_id, "done")
    assert stands(session) == [("weekly", "open", date(2026, 3, 23)), ("weekly", "done", MONDAY)]
    following = here.reviews(session)[0]
    assert following.standing.repeats
    # Done three weeks late, it is next due on the first of its Mondays that is still to come.
    note(session, following.id, "done", now=cast.NOW + timedelta(days=30))
    assert [due_on for _, state, due_on in stands(session) if state == "open"] == [date(2026, 4, 20)]


def test_a_review_repeats_no_more_after_a_lead_ended_it(session: Session) -> None:
    review_id = here.review(session)
    repeat(session, review_id, True)
    repeat(session, review_id, False)
    note(session, review_id, "done")
    assert stands(session) == [("weekly", "done", MONDAY)]


def test_no_review_follows_after_the_enrollment_is_over(session: Session) -> None:
    review_id = here.review(session)
    repeat(session, review_id, True)
    cast.end(session, cast.AMIR, "2026-03-16")
    note(session, review_id, "done")
    assert stands(session) == [("weekly", "done", MONDAY)]
    with pytest.raises(EnrollmentEnded):
        here.review(session, now=cast.NOW + timedelta(days=7), due_on=date(2026, 4, 1))


def test_a_review_that_a_lead_sets_can_repeat_from_the_start(session: Session) -> None:
    here.review(session, repeats=True, actor=cast.miriam)
    assert here.reviews(session)[0].standing.repeats
    with pytest.raises(NotAllowed):
        here.review(session, repeats=True)
    with refused("Only a weekly review can repeat."):
        here.review(session, "check_in", repeats=True, actor=cast.miriam)
    assert len(here.reviews(session)) == 1


def test_only_a_lead_lets_a_review_repeat(session: Session) -> None:
    review_id = here.review(session)
    with pytest.raises(NotAllowed):
        repeat(session, review_id, True, cast.rosa)


def test_what_a_colleague_did_meanwhile_is_not_overwritten(session: Session) -> None:
    review_id = here.review(session)
    note(session, review_id, "moved", due_on=date(2026, 3, 20), actor=cast.leo)
    with pytest.raises(ChangedMeanwhile):
        note(session, review_id, "done", seen=0)
