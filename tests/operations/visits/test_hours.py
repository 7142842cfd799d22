"""The hours of a program week: entered once, paid, sealed with their minutes, corrected and verified.

A week of 9 hours earns 10 points, and 5 more after each. Weeks end on March 8 and 15.
"""

import json

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, VisitAfterEnd, VisitInPause, WeekHasHours, WeekNotOver
from cm_tracker.domain.visits.evidence import Absence, Hours, NewVisit, Presence
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollment_cards import enrollment_card
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import phase, track
from tests.program_hours import ENOUGH, TOO_FEW, program, week
from tests.queries.ledger.guards import drop_guards, put_guards_back

IDA = 3  # the client whom `program` opens, after those of the cast


def points(session: Session) -> int:
    return balances_of(session, IDA)["points"]


def whys(session: Session, enrollment_id: int) -> list[tuple[str, str, int, str]]:
    card = enrollment_card(session, enrollment_id, cast.NOW.date())
    return [
        (f"{line.visit.happened_on:%m-%d}", line.visit.outcome, line.result.paid, line.result.why)
        for line in reversed(card.visits)
    ]


def test_two_weeks_of_enough_hours_pay_10_and_15(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08")
    week(session, of, "2026-03-15", Hours(360, 180, 600))
    assert points(session) == 10 + 15
    assert verify_ledger(session).findings == []


def test_a_week_of_too_few_hours_resets_and_one_without_expected_hours_holds(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08")
    week(session, of, "2026-03-15", Hours(600, 0, 0))
    assert whys(session, of) == [("03-08", "met", 10, "paid"), ("03-15", "excused", 0, "held")]
    cast.put_right(session, 2, "correct", TOO_FEW)
    assert whys(session, of) == [("03-08", "met", 10, "paid"), ("03-15", "unexcused", 0, "reset")]
    assert points(session) == 10
    assert verify_ledger(session).findings == []


def test_the_minutes_are_sealed_and_a_visit_without_minutes_says_nothing_of_them(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08", Hours(360, 180, 600))
    cast.visit(session, 0)
    sealed, other = (
        json.loads(bytes(session.execute(text(f"SELECT body FROM log WHERE record = 'visit:{n}'")).scalar_one()))
        for n in (1, 2)
    )
    minutes = ("minutes_attended", "minutes_excused", "minutes_expected")
    assert [sealed[name] for name in minutes] == [360, 180, 600]
    assert not {*minutes} & set(other)


def test_the_hours_of_a_week_are_paid_once(session: Session) -> None:
    of = program(session)
    once = cast.key()
    assert week(session, of, "2026-03-08", once=once) == week(session, of, "2026-03-08", once=once) == 1
    with pytest.raises(WeekHasHours):
        week(session, of, "2026-03-08")
    assert points(session) == 10


def test_a_week_that_goes_on_is_refused_until_the_enrollment_ends(session: Session) -> None:
    of = program(session)
    with pytest.raises(WeekNotOver):
        week(session, of, "2026-03-22")
    cast.end(session, of, "2026-03-16")
    week(session, of, "2026-03-16")
    assert whys(session, of) == [("03-16", "met", 10, "paid")]
    assert verify_ledger(session).findings == []


@pytest.mark.parametrize("evidence", [Presence(), Absence(None), Absence("illness")])
def test_no_visit_and_no_absence_is_recorded_on_a_track_of_hours(
    session: Session, evidence: Presence | Absence
) -> None:
    of = program(session)
    with pytest.raises(BadInput):
        week(session, of, "2026-03-08", evidence)


def test_no_hours_are_recorded_for_tests(session: Session) -> None:
    with pytest.raises(BadInput):
        cast.visit(session, 6, ENOUGH)


def test_minutes_that_were_entered_too_low_are_corrected_and_what_is_owed_is_paid(session: Session) -> None:
    """Week 1 was too low and is met: it pays 10, and week 2 is the second in a row: 5 more."""
    of = program(session)
    week(session, of, "2026-03-08", TOO_FEW)
    week(session, of, "2026-03-15")
    assert points(session) == 10
    cast.put_right(session, 1, "correct", ENOUGH)
    assert whys(session, of) == [("03-08", "met", 10, "paid"), ("03-15", "met", 15, "paid")]
    assert points(session) == 25
    cast.put_right(session, 1, "undo")
    assert (points(session), whys(session, of)[0][1]) == (10, "unexcused")
    assert verify_ledger(session).findings == []


def test_a_voided_week_is_entered_again_in_its_place_and_not_paid_twice(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08")
    cast.put_right(session, 1, "void")
    assert points(session) == 10  # the client keeps it
    week(session, of, "2026-03-08")
    assert points(session) == 10
    assert verify_ledger(session).findings == []


def test_a_voided_week_whose_last_day_a_pause_has_moved_is_not_paid_twice(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08")
    cast.put_right(session, 1, "void")
    cast.pause(session, of, "2026-03-07", "2026-03-09")
    week(session, of, "2026-03-11")
    assert (points(session), whys(session, of)) == (10, [("03-11", "met", 10, "paid")])
    assert verify_ledger(session).findings == []


def test_a_pause_that_is_entered_late_leaves_the_hours_on_their_day(session: Session) -> None:
    """March 4 to 6 are paused: week 1 lasts until March 11, and its hours stay on March 8."""
    of = program(session)
    week(session, of, "2026-03-08")
    event = cast.pause(session, of, "2026-03-04", "2026-03-06")
    assert whys(session, of) == [("03-08", "met", 10, "paid")]
    with pytest.raises(WeekHasHours):
        week(session, of, "2026-03-11")
    cast.withdraw(session, of, event)
    week(session, of, "2026-03-15")
    assert points(session) == 10 + 15
    assert verify_ledger(session).findings == []


def test_hours_that_a_withdrawn_pause_has_put_into_the_next_week_are_seen_there(session: Session) -> None:
    """Week 1 lasted until March 11 and was entered there. Without the pause, March 11 lies in week 2."""
    of = program(session)
    event = cast.pause(session, of, "2026-03-04", "2026-03-06")
    week(session, of, "2026-03-11")
    cast.withdraw(session, of, event)
    [line] = enrollment_card(session, of, cast.NOW.date()).visits
    assert (line.result.week, line.result.paid) == (2, 10)
    week(session, of, "2026-03-08")
    assert [line.result.week for line in enrollment_card(session, of, cast.NOW.date()).visits] == [2, 1]
    assert verify_ledger(session).findings == []


def test_a_pause_over_the_day_of_the_hours_is_refused(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08", TOO_FEW)
    with pytest.raises(VisitInPause):
        cast.pause(session, of, "2026-03-08", "2026-03-09")


def test_a_test_of_the_same_day_comes_before_the_hours_also_if_it_is_entered_later(session: Session) -> None:
    of = program(session, track(phase((1, 8))))
    week(session, of, "2026-03-08")
    test = NewVisit("goal", cast.START.replace(day=8), cast.negative())
    record_visit(session, enrollment_id=of, visit=test, key=cast.key(), actor=cast.rosa, now=cast.NOW)
    assert [visit.behavior for visit in enrollment_history(session, of).visits] == ["goal", "hours"]
    assert verify_ledger(session).findings == []


def test_minutes_entered_late_change_the_weeks_after_them(session: Session) -> None:
    """Week 2 was entered first and paid 10. Week 1 was too low: nothing changes. As enough it adds 10 and 5."""
    of = program(session)
    week(session, of, "2026-03-15")
    week(session, of, "2026-03-08")
    assert points(session) == 10 + 15


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE visit SET minutes_attended = 60 WHERE id = 1", "visit:1 has an outcome that does not follow from its minutes"),
        ("UPDATE visit SET minutes_expected = 0 WHERE id = 1", "visit:1 has an outcome that does not follow from its minutes"),
        (
            "UPDATE visit SET minutes_attended = NULL, minutes_excused = NULL, minutes_expected = NULL WHERE id = 1",
            "visit:1 has no minutes, and the week is counted by its hours",
        ),
        (
            "UPDATE visit SET minutes_attended = 540, minutes_excused = 0, minutes_expected = 540 WHERE id = 2",
            "visit:2 has minutes, and no version of its enrollment counts hours",
        ),
        ("UPDATE visit SET minutes_excused = NULL WHERE id = 1", "enrollment:3 cannot be replayed (ValueError)"),
    ],
)  # fmt: skip
def test_a_verification_finds_minutes_that_do_not_fit(app: Flask, kind: str, statement: str, sentence: str) -> None:
    with app.app_context():
        session = db.session()
        of = program(session)
        week(session, of, "2026-03-08")
        cast.visit(session, 0)
        assert verify_ledger(session).findings == []
        drop_guards(session, kind)
        session.execute(text(statement))
        session.flush()
        found = [finding.says for finding in verify_ledger(session).findings if finding.level == 4]
        put_guards_back(session, kind)
    assert sentence in found


def test_an_end_inside_a_week_that_has_its_hours_is_refused_until_they_are_voided(session: Session) -> None:
    of = program(session)
    week(session, of, "2026-03-08")
    with pytest.raises(VisitAfterEnd):
        cast.end(session, of, "2026-03-05")
    cast.put_right(session, 1, "void")
    cast.end(session, of, "2026-03-05")
    week(session, of, "2026-03-05", Hours(540, 0, 540))
    assert (points(session), whys(session, of)) == (10, [("03-05", "met", 10, "paid")])
    assert verify_ledger(session).findings == []
