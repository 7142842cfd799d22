"""Undoing one of several visits that were saved together: what is left is what the others alone earn."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine
from cm_tracker.domain.errors import AlreadyUndone, BookedSince, PointsSpent
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Evidence, NewVisit, Presence
from cm_tracker.domain.visits.importing import Candidate
from cm_tracker.models import Enrollment, VisitRow
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.day.record_week_hours import ShownWeek, record_week_hours
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.import_visits import import_visits
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.day.downtime import preview_downtime
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.visits.previews import preview_correction
from tests import cast, program_hours, week
from tests.domain.schedules.documents import document, phase, track
from tests.operations.day.test_record_week_hours import FIRST, NINE_HOURS, SECOND, first_week, say
from tests.redeeming import redeem_at_once

SOON = cast.NOW + timedelta(minutes=2)


def newcomer(session: Session, **more: Any) -> int:
    """Enroll a client whose tests earn 10 points and 5 more after each, and whose sessions earn 4."""
    sessions = track(
        phase(base=4, step=0, visits_per_week=7), behavior="session", title="Session", evidence="attendance", target=[],
        reset_on=[],
    )  # fmt: skip
    version_id = publish_schedule(
        session, document=document(track(phase(visits_per_week=7)), sessions, **more), reason="New", key=cast.key(),
        actor=command(), now=cast.NOW - timedelta(days=20),
    )  # fmt: skip
    return week.newcomer(session, "HS-70", version_id=version_id)


def seen(day: int, behavior: str = "goal", evidence: Evidence | None = None) -> NewVisit:
    on = cast.START + timedelta(days=day)
    at = datetime.combine(on, time(15), UTC)
    return NewVisit(
        behavior, on, evidence or (Presence() if behavior == "session" else cast.negative()), collected_at=at
    )


def record(session: Session, enrollment_id: int, visit: NewVisit, now: datetime = cast.NOW) -> int:
    return record_visit(session, enrollment_id=enrollment_id, visit=visit, key=cast.key(), actor=cast.rosa, now=now)


def together(session: Session, enrollment_id: int, *visits: NewVisit) -> list[int]:
    """Type visits of one day as a line of the paper sheet. Return their ids."""
    line = PaperLine(visits[0].happened_on, visits)
    found = preview_downtime(session, cast.rosa, enrollment_id, line, cast.NOW)
    record_downtime(
        session, enrollment_id=enrollment_id, line=line, key=cast.key(), actor=cast.rosa, now=cast.NOW,
        shown=found.fingerprint,
    )  # fmt: skip
    return newest(session, enrollment_id, len(visits))


def newest(session: Session, enrollment_id: int, count: int) -> list[int]:
    ids = session.execute(select(VisitRow.id).where(VisitRow.enrollment_id == enrollment_id).order_by(VisitRow.id))
    return list(ids.scalars())[-count:]


def undo(session: Session, visit_id: int) -> None:
    cast.put_right(session, visit_id, "undo", actor=cast.rosa, now=SOON)


def stands(session: Session, enrollment_id: int) -> tuple[int, int]:
    """Return the client's points, and how many of them stayed with the client as the program's."""
    history, state = history_and_ledger_state(session, enrollment_id)
    kept = sum(one.received - one.issued for one in state.paid.get("points", {}).values())
    assert verify_ledger(session).findings == []
    return balances_of(session, history.client_id).get("points", 0), kept


@pytest.mark.parametrize(("order", "between"), [((1, 0), 10), ((0, 1), 4)])
def test_each_visit_of_a_line_is_undone_by_itself(session: Session, order: Sequence[int], between: int) -> None:
    enrollment_id = newcomer(session)
    ids = together(session, enrollment_id, seen(14), seen(14, "session"))
    assert stands(session, enrollment_id) == (14, 0)
    shown = preview_correction(session, cast.rosa, ids[order[0]], "undo", None, SOON)
    assert shown.to_client("points") == between - 14
    undo(session, ids[order[0]])
    assert stands(session, enrollment_id) == (between, 0)
    with pytest.raises(AlreadyUndone):
        undo(session, ids[order[0]])
    undo(session, ids[order[1]])
    assert stands(session, enrollment_id) == (0, 0)
    again = together(session, enrollment_id, seen(14), seen(14, "session"))
    assert stands(session, enrollment_id) == (14, 0)
    undo(session, again[0])
    assert stands(session, enrollment_id) == (4, 0)


@pytest.mark.parametrize(("policy", "both", "lapse_alone"), [("keep", (25, 1), (25, 5)), ("replay", (24, 0), (20, 0))])
@pytest.mark.parametrize("first", [0, 1])
def test_a_late_line_that_lowers_a_later_visit(
    session: Session, policy: str, both: tuple[int, int], lapse_alone: tuple[int, int], first: int
) -> None:
    """Tests of two days earn 10 and 15. A lapse between them makes the second one worth 10; a session earns 4."""
    enrollment_id = newcomer(session, corrections=policy)
    for day in (0, 4):
        record(session, enrollment_id, seen(day))
    assert stands(session, enrollment_id) == (25, 0)
    ids = together(session, enrollment_id, seen(2, evidence=cast.positive()), seen(2, "session"))
    assert stands(session, enrollment_id) == both
    undo(session, ids[first])
    assert stands(session, enrollment_id) == ((29, 0) if first == 0 else lapse_alone)
    undo(session, ids[1 - first])
    assert stands(session, enrollment_id) == (25, 0)
    record(session, enrollment_id, seen(2, evidence=cast.positive()))
    assert stands(session, enrollment_id) == lapse_alone


def test_what_an_earlier_record_had_left_is_left_again(session: Session) -> None:
    """A voided session leaves 4 points with the client. The session of the line on that day brings them back."""
    enrollment_id = newcomer(session)
    slip = record(session, enrollment_id, seen(9, "session"))
    cast.put_right(session, slip, "void")
    assert stands(session, enrollment_id) == (4, 4)
    ids = together(session, enrollment_id, seen(9), seen(9, "session"))
    assert stands(session, enrollment_id) == (14, 0)
    undo(session, ids[1])
    assert stands(session, enrollment_id) == (14, 4)
    undo(session, ids[0])
    assert stands(session, enrollment_id) == (4, 4)


@pytest.mark.parametrize(("undone", "left"), [(0, 4), (1, 10)])
def test_a_ceiling_leaves_room_for_what_stays(session: Session, undone: int, left: int) -> None:
    """A ceiling of 12 points cuts the session of the line to 2; without the test, it earns its 4."""
    enrollment_id = newcomer(session, ceilings=[{"scope": "enrollment", "cents": 300}])
    ids = together(session, enrollment_id, seen(14), seen(14, "session"))
    assert stands(session, enrollment_id) == (12, 0)
    undo(session, ids[undone])
    assert stands(session, enrollment_id) == (left, 0)
    undo(session, ids[1 - undone])
    assert stands(session, enrollment_id) == (0, 0)


def test_an_undo_is_refused_where_the_points_are_spent_and_where_more_was_booked(session: Session) -> None:
    enrollment_id = newcomer(session)
    record(session, enrollment_id, seen(0))
    client_id = session.get_one(Enrollment, enrollment_id).client_id
    ids = together(session, enrollment_id, seen(2), seen(2, "session"))
    redeem_at_once(session, client_id=client_id)
    assert stands(session, enrollment_id) == (10 + 15 + 4 - 20, 0)
    with pytest.raises(PointsSpent) as refused:
        undo(session, ids[0])
    assert refused.value.spent == 6
    undo(session, ids[1])
    assert stands(session, enrollment_id) == (5, 0)
    record(session, enrollment_id, seen(4))
    with pytest.raises(BookedSince):
        undo(session, ids[0])


def test_a_correction_of_one_of_them_stands_against_the_undo_of_another(session: Session) -> None:
    enrollment_id = newcomer(session)
    ids = together(session, enrollment_id, seen(14), seen(14, "session"))
    cast.put_right(session, ids[1], "void", now=SOON)
    with pytest.raises(BookedSince):
        undo(session, ids[0])


@pytest.mark.parametrize(("undone", "left"), [(0, 10), (1, 10)])
def test_weeks_of_hours_that_were_recorded_together(session: Session, undone: int, left: int) -> None:
    """Two full weeks earn 10 and 15. Either of them alone is the first one, and earns 10."""
    enrollment_id = program_hours.program(session)
    group = week.service(session, "Group", "group", week.meetings("024", time(9), 180))
    week.plan(session, week.item(group, "024"), enrollment_id=enrollment_id)
    first_week(session, enrollment_id)
    for day in ("2026-03-09", "2026-03-11", "2026-03-13"):
        say(session, enrollment_id, day)
    record_week_hours(
        session, enrollment_id=enrollment_id, key=cast.key(), actor=cast.rosa, now=cast.NOW,
        weeks=[ShownWeek("hours", day, NINE_HOURS) for day in (FIRST, SECOND)],
    )  # fmt: skip
    ids = newest(session, enrollment_id, 2)
    assert stands(session, enrollment_id) == (25, 0)
    undo(session, ids[undone])
    assert stands(session, enrollment_id) == (left, 0)
    undo(session, ids[1 - undone])
    assert stands(session, enrollment_id) == (0, 0)


def test_rows_of_an_import_are_undone_one_by_one(session: Session) -> None:
    rows = [Candidate(n, date(2026, 3, day), cast.negative()) for n, day in enumerate((2, 4, 6), 1)]
    import_visits(
        session, enrollment_id=cast.AMIR, behavior="cocaine-negative", candidates=rows, actor=cast.rosa, now=cast.NOW
    )
    first, second, third = newest(session, cast.AMIR, 3)
    assert stands(session, cast.AMIR) == (85, 0), "10, 15 and 20, and 40 with the third in a row"
    for visit_id, left in ((second, 25), (first, 10), (third, 0)):
        undo(session, visit_id)
        assert stands(session, cast.AMIR) == (left, 0)


def lapse_and_test(session: Session, enrollment_id: int) -> list[int]:
    """Three tests, and then a file with a lapse of day 2 and a test of day 10: what they move cancels out."""
    for day in (0, 4, 8):
        record(session, enrollment_id, seen(day))
    days = [(date(2026, 3, 4), cast.positive()), (date(2026, 3, 12), cast.negative())]
    rows = [Candidate(n, day, evidence) for n, (day, evidence) in enumerate(days, 1)]
    import_visits(session, enrollment_id=enrollment_id, behavior="goal", candidates=rows, actor=cast.rosa, now=cast.NOW)
    assert stands(session, enrollment_id) == (55, 0), "10, nothing, 10, 15 and 20"
    ids = newest(session, enrollment_id, 2)
    undo(session, ids[1])
    assert stands(session, enrollment_id) == (45, 10), "10, nothing, 10 and 15, of which 45 were paid before"
    return ids


@pytest.mark.parametrize(("way", "left"), [("correct", (70, 0)), ("void", (45, 0))])
def test_what_stays_is_corrected_after_an_undo_as_if_it_had_been_saved_alone(
    session: Session, way: str, left: tuple[int, int]
) -> None:
    enrollment_id = newcomer(session)
    ids = lapse_and_test(session, enrollment_id)
    cast.put_right(session, ids[0], way, cast.negative() if way == "correct" else None, now=SOON)
    assert stands(session, enrollment_id) == left


def test_what_was_undone_is_entered_again_and_pays_for_nothing_else(session: Session) -> None:
    enrollment_id = newcomer(session)
    lapse_and_test(session, enrollment_id)
    record(session, enrollment_id, seen(10), SOON)
    assert stands(session, enrollment_id) == (65, 10)


def test_a_session_of_a_line_is_undone_entered_again_and_the_lapse_corrected(session: Session) -> None:
    enrollment_id = newcomer(session)
    for day in (0, 4):
        record(session, enrollment_id, seen(day))
    ids = together(session, enrollment_id, seen(2, evidence=cast.positive()), seen(2, "session"))
    assert stands(session, enrollment_id) == (25, 1)
    undo(session, ids[1])
    assert stands(session, enrollment_id) == (25, 5)
    record(session, enrollment_id, seen(2, "session"), SOON)
    assert stands(session, enrollment_id) == (29, 5)
    cast.put_right(session, ids[0], "correct", cast.negative(), now=SOON)
    assert stands(session, enrollment_id) == (49, 0), "10, 15 and 20, and 4"


def test_an_undo_takes_nothing_that_is_spent_whatever_the_policy_takes_back(session: Session) -> None:
    """25 for two tests and 16 for four sessions; a line with a lapse and a session makes 40 of it, which are spent."""
    enrollment_id = newcomer(session, corrections="replay")
    for day in (0, 4):
        record(session, enrollment_id, seen(day))
    for day in (6, 7, 8, 9):
        record(session, enrollment_id, seen(day, "session"))
    ids = together(session, enrollment_id, seen(2, evidence=cast.positive()), seen(2, "session"))
    assert stands(session, enrollment_id) == (40, 0)
    redeem_at_once(session, client_id=session.get_one(Enrollment, enrollment_id).client_id, quantity=2)
    with pytest.raises(PointsSpent) as refused:
        undo(session, ids[1])
    assert refused.value.spent == 4
    assert stands(session, enrollment_id) == (0, 0)
