"""An enrollment is ended, paused, resumed, moved to another version and entered again: worked out by hand.

Amir follows a voucher ladder at Harbor Street: 10 points, 5 more after each visit, 40 more at every third in a row.
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AlreadyEnded,
    AlreadyEnrolled,
    AlreadyPaused,
    BadInput,
    BeforeEnrollment,
    DayPaused,
    EnrollmentEnded,
    InTheFuture,
    MistakeHasVisits,
    NotAllowed,
    NotFound,
    NotWhatWasShown,
    ReasonMissing,
    VisitAfterEnd,
    VisitInPause,
)
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import EnrollmentEventRow, VisitRow
from cm_tracker.operations.clients.end_enrollment import end_enrollment
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.pause_enrollment import pause_enrollment
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.clients import balances_of, client_card
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.ledger.expiry import expiry_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import document, phase, track

# Two weeks after the first day (March 2, a Monday) it is March 16.
SECOND_WEEK, TODAY = "2026-03-09", "2026-03-16"


def enroll(session: Session, day: str, version: int = cast.HIGGINS) -> int:
    return enroll_client(
        session, client_id=cast.AMIR, schedule_version_id=version, starts_on=date.fromisoformat(day), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def flat(session: Session, amount: int, behavior: str = "cocaine-negative", **more: object) -> int:
    """Publish a version that pays the same for each of three visits a week."""
    doc = document(
        track(phase((1, 12), visits_per_week=3, base=amount, step=0), behavior=behavior), name=f"Flat {amount}", **more
    )
    return publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=cast.NOW)


def points(session: Session) -> int:
    return balances_of(session, cast.AMIR)["points"]


def holds(session: Session) -> bool:
    session.rollback()
    return verify_ledger(session).findings == []


# -- the end -----------------------------------------------------------------------------------


def test_after_the_end_nothing_is_recorded_and_what_was_earned_stays(session: Session) -> None:
    cast.rich(session)
    cast.end(session, cast.AMIR, "2026-03-10", "moved_down")
    with pytest.raises(EnrollmentEnded) as refused:
        cast.visit(session, 9)
    assert (refused.value.day, refused.value.ended_on) == (date(2026, 3, 11), date(2026, 3, 10))
    # The last day still belongs to the enrollment: a visit on it can be entered late.
    cast.visit(session, 8)
    assert points(session) == 85 + 25
    assert holds(session)


def test_an_enrollment_ends_once_and_not_before_a_visit_or_in_the_future(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(VisitAfterEnd) as refused:
        cast.end(session, cast.AMIR, "2026-03-05")
    assert refused.value.day == date(2026, 3, 6)
    with pytest.raises(InTheFuture):
        cast.end(session, cast.AMIR, "2026-03-17")
    with pytest.raises(BeforeEnrollment):
        cast.end(session, cast.BEA, "2026-03-01", actor=cast.anna)
    with pytest.raises(BadInput):
        cast.end(session, cast.AMIR, TODAY, "bored")
    cast.end(session, cast.AMIR, TODAY)
    with pytest.raises(AlreadyEnded):
        cast.end(session, cast.AMIR, TODAY)
    with pytest.raises(AlreadyEnded):
        cast.pause(session, cast.AMIR, TODAY)


def test_a_visit_that_waits_is_answered_after_the_end(session: Session) -> None:
    waiting = cast.visit(session, 2, cast.Test({"cocaine": "pending"}, temperature="in_range"))
    cast.end(session, cast.AMIR, "2026-03-04")
    cast.put_right(session, waiting, "answer", cast.negative(), actor=cast.rosa)
    assert points(session) == 10


def test_an_enrollment_that_was_entered_by_mistake_leaves_the_page_and_stays_in_the_ledger(session: Session) -> None:
    cast.end(session, cast.AMIR, TODAY, "mistake")
    assert client_card(session, cast.rosa, cast.AMIR, cast.NOW).enrollment is None
    assert session.execute(text("SELECT COUNT(*) FROM log WHERE record = 'enrollment:1'")).scalar_one() == 1
    # Another enrollment may have the same days.
    again = enroll(session, "2026-03-02")
    cast.visit(session, 0, enrollment_id=again)
    assert points(session) == 10
    assert holds(session)


def test_one_with_visits_was_no_mistake(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(MistakeHasVisits) as refused:
        cast.end(session, cast.AMIR, TODAY, "mistake")
    assert refused.value.count == 3


def test_a_reason_in_words_is_needed_and_the_page_must_be_up_to_date(session: Session) -> None:
    day = date(2026, 3, 16)
    with pytest.raises(ReasonMissing):
        end_enrollment(
            session, enrollment_id=cast.AMIR, last_day=day, reason="left", note=" ", shown="", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
    with pytest.raises(NotWhatWasShown):
        pause_enrollment(
            session, enrollment_id=cast.AMIR, first_day=day, last_day=None, note="x", shown="old", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
    session.rollback()
    assert session.execute(select(func.count()).select_from(EnrollmentEventRow)).scalar_one() == 0


def test_the_same_form_sent_twice_ends_once(session: Session) -> None:
    once = cast.key()
    first = cast.end(session, cast.AMIR, TODAY, once=once)
    row = session.get_one(EnrollmentEventRow, first)
    assert end_enrollment(
        session, enrollment_id=cast.AMIR, last_day=row.from_day, reason="left", note="As the team decided",
        shown="whatever", key=once, actor=cast.rosa, now=cast.NOW,
    ) == first  # fmt: skip


def test_after_an_end_the_client_is_enrolled_again_and_starts_anew(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(AlreadyEnrolled):
        enroll(session, TODAY)
    cast.end(session, cast.AMIR, "2026-03-15")
    again = enroll(session, TODAY)
    assert client_card(session, cast.rosa, cast.AMIR, cast.NOW).enrollment.id == again  # type: ignore[union-attr]
    cast.visit(session, 14, enrollment_id=again)
    assert points(session) == 85 + 10
    assert holds(session)


def test_the_day_of_the_end_is_the_next_enrollments_where_that_begins_on_it(session: Session) -> None:
    cast.rich(session)
    cast.end(session, cast.AMIR, TODAY)
    again = enroll(session, TODAY)
    with pytest.raises(EnrollmentEnded):
        cast.visit(session, 14)
    cast.visit(session, 14, enrollment_id=again)
    assert points(session) == 95


def test_a_day_with_a_visit_stays_with_the_enrollment_that_has_it(session: Session) -> None:
    cast.visit(session, 14)
    cast.end(session, cast.AMIR, TODAY)
    with pytest.raises(AlreadyEnrolled):
        enroll(session, TODAY)


def test_an_end_is_withdrawn_unless_the_client_was_enrolled_again(session: Session) -> None:
    ended = cast.end(session, cast.AMIR, TODAY)
    cast.withdraw(session, cast.AMIR, ended)
    cast.visit(session, 14)
    assert points(session) == 10
    with pytest.raises(NotFound):
        cast.withdraw(session, cast.AMIR, ended)
    ended = cast.end(session, cast.AMIR, TODAY)
    enroll(session, "2026-03-17")
    with pytest.raises(AlreadyEnrolled):
        cast.withdraw(session, cast.AMIR, ended)
    assert holds(session)


# -- pauses ------------------------------------------------------------------------------------


def test_a_pause_moves_nothing_on_the_ladder_and_its_days_count_for_no_week(session: Session) -> None:
    cast.rich(session)  # week 1 has its three paid visits
    cast.pause(session, cast.AMIR, "2026-03-07")
    with pytest.raises(DayPaused):
        cast.visit(session, 7)
    cast.resume(session, cast.AMIR, "2026-03-12")
    # March 12 is the sixth day: still week 1, whose paid visits are complete.
    cast.visit(session, 10)
    assert points(session) == 85
    cast.visit(session, 12)
    assert points(session) == 85 + 25
    assert holds(session)


def test_a_pause_voids_the_absences_on_its_days_and_gives_back_what_they_took(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2, cast.ABSENT)
    cast.visit(session, 7)
    assert points(session) == 10 + 10
    cast.pause(session, cast.AMIR, "2026-03-03", "2026-03-05")
    # Without the absence the second visit in a row pays 15: 5 are owed.
    assert points(session) == 10 + 15
    corrections = session.execute(select(VisitRow.correction).where(VisitRow.correction.is_not(None))).scalars().all()
    assert corrections == ["voided"]
    assert holds(session)


def test_nobody_is_paused_on_a_day_on_which_they_came(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(VisitInPause) as refused:
        cast.pause(session, cast.AMIR, "2026-03-03", "2026-03-08")
    assert (refused.value.day, refused.value.visit_id) == (date(2026, 3, 4), 2)


def test_only_one_pause_goes_on_and_it_is_resumed_after_its_first_day(session: Session) -> None:
    with pytest.raises(BadInput, match="is not paused"):
        cast.resume(session, cast.AMIR, TODAY)
    with pytest.raises(BeforeEnrollment):
        cast.pause(session, cast.AMIR, "2026-03-01")
    with pytest.raises(BadInput, match="before its first"):
        cast.pause(session, cast.AMIR, "2026-03-09", "2026-03-08")
    cast.pause(session, cast.AMIR, SECOND_WEEK)
    with pytest.raises(AlreadyPaused):
        cast.pause(session, cast.AMIR, TODAY)
    with pytest.raises(BadInput, match="after the first day"):
        cast.resume(session, cast.AMIR, SECOND_WEEK)


def test_a_pause_that_was_entered_by_mistake_is_withdrawn(session: Session) -> None:
    paused = cast.pause(session, cast.AMIR, SECOND_WEEK)
    with pytest.raises(NotAllowed):
        cast.withdraw(session, cast.AMIR, paused, actor=cast.rosa)
    cast.withdraw(session, cast.AMIR, paused)
    cast.visit(session, 7)
    assert points(session) == 10


def test_what_a_late_pause_leaves_comes_back_when_it_is_withdrawn(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 7)
    assert points(session) == 85 + 25
    # Four days out: March 9 falls into week 1, which is full, so its 25 stay as the program's loss.
    paused = cast.pause(session, cast.AMIR, "2026-03-07", "2026-03-08")
    assert client_card(session, cast.rosa, cast.AMIR, cast.NOW).enrollment.kept == {"points": 25}  # type: ignore[union-attr]
    cast.withdraw(session, cast.AMIR, paused)
    assert client_card(session, cast.rosa, cast.AMIR, cast.NOW).enrollment.kept == {}  # type: ignore[union-attr]
    assert points(session) == 85 + 25
    assert holds(session)


# -- moves -------------------------------------------------------------------------------------


def test_a_move_works_visits_out_by_the_version_of_their_day(session: Session) -> None:
    cast.rich(session)
    cast.move(session, cast.AMIR, flat(session, 100), SECOND_WEEK)
    cast.visit(session, 7)
    assert points(session) == 85 + 100
    history = enrollment_history(session, cast.AMIR)
    assert [result.paid for result in history.replay().results] == [10, 15, 60, 100]
    assert holds(session)


def test_a_move_dated_back_settles_what_is_paid_already(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 7)
    cast.visit(session, 9)
    assert points(session) == 85 + 25 + 30
    cast.move(session, cast.AMIR, flat(session, 40), SECOND_WEEK)
    assert points(session) == 85 + 40 + 40
    assert holds(session)


def test_a_behavior_that_the_new_version_lacks_has_ended(session: Session) -> None:
    cast.visit(session, 0)
    late = cast.visit(session, 7)
    cast.move(session, cast.AMIR, flat(session, 100, behavior="thc-negative"), SECOND_WEEK)
    # The visit of the second week is worth nothing now; its 15 stay with the client.
    card = client_card(session, cast.rosa, cast.AMIR, cast.NOW).enrollment
    assert card is not None and card.kept == {"points": 15}
    assert [track.track.behavior for track in card.tracks] == ["thc-negative"]
    with pytest.raises(BadInput, match="has no"):
        cast.visit(session, 9)
    # One before that day is still corrected, and the late one can be voided.
    cast.put_right(session, 1, "correct", cast.positive())
    cast.put_right(session, late, "void")
    assert holds(session)


def test_of_two_moves_for_one_day_the_later_one_holds_until_it_is_withdrawn(session: Session) -> None:
    cast.move(session, cast.AMIR, flat(session, 100), SECOND_WEEK)
    second = cast.move(session, cast.AMIR, flat(session, 40), SECOND_WEEK)
    cast.visit(session, 7)
    assert points(session) == 40
    cast.withdraw(session, cast.AMIR, second)
    assert points(session) == 100
    assert holds(session)


def test_who_may_move_and_where(session: Session) -> None:
    version = flat(session, 100)
    with pytest.raises(NotAllowed):
        cast.move(session, cast.AMIR, version, SECOND_WEEK, actor=cast.rosa)
    with pytest.raises(NotFound):
        cast.move(session, cast.BEA, version, SECOND_WEEK)
    with pytest.raises(NotFound):
        cast.move(session, cast.AMIR, 99, SECOND_WEEK)
    with pytest.raises(NotFound):
        cast.end(session, cast.BEA, TODAY)
    with pytest.raises(BadInput, match="already"):
        cast.move(session, cast.AMIR, cast.HIGGINS, SECOND_WEEK)


def test_points_do_not_expire_while_an_enrollment_is_paused_and_do_after_its_end(session: Session) -> None:
    cast.rich(session)
    cast.set_site(session, expiry_weeks=4)
    assert expiry_of(session, cast.AMIR).on == date(2026, 5, 24) + timedelta(weeks=4, days=1)  # type: ignore[union-attr]
    paused = cast.pause(session, cast.AMIR, SECOND_WEEK)
    assert expiry_of(session, cast.AMIR) is None
    cast.withdraw(session, cast.AMIR, paused)
    cast.end(session, cast.AMIR, TODAY)
    # Four weeks after the last day, which was March 16.
    assert expiry_of(session, cast.AMIR).on == date(2026, 4, 14)  # type: ignore[union-attr]
