"""The use of ceilings for many clients at once is what each client's page says of one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.visits.settling import ceiling_uses
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.reports.at_risk import recent_courses, running
from cm_tracker.queries.reports.ceilings import ceiling_uses_of
from tests import cast, drawing, week
from tests.domain.schedules.documents import document, phase, track

CEILINGS: list[dict[str, Any]] = [
    {"scope": "award", "cents": 100_000},
    {"scope": "month", "cents": 10_000},
    {"scope": "calendar_year", "cents": 20_000},
    {"scope": "enrollment", "cents": 30_000},
    {"scope": "rolling", "cents": 40_000, "days": 7},
    {"scope": "year_from", "cents": 50_000, "from": "03-09"},
    {"scope": "lifetime", "cents": 60_000},
]


def limited(session: Session) -> int:
    """Enroll Dora in a schedule with every kind of ceiling. Return the enrollment's id."""
    doc = document(
        track(phase((1, 8), visits_per_week=3), behavior="cocaine-negative"),
        name="With limits",
        format="cm-schedule/2",
        ceilings=CEILINGS,
    )
    return drawing.enrolled_in(session, doc)[1]


def uses(session: Session) -> dict[int, tuple[CeilingUse, ...]]:
    known = running(
        recent_courses(session, cast.miriam, None, week.TODAY, cast.NOW), cast.miriam, None, week.TODAY
    )  # fmt: skip
    return ceiling_uses_of(session, known, week.TODAY)


def slow(session: Session, enrollment_id: int) -> tuple[CeilingUse, ...]:
    history, state = history_and_ledger_state(session, enrollment_id)
    return ceiling_uses(history, state, week.TODAY)


def cents(found: tuple[CeilingUse, ...]) -> dict[str, int]:
    return {use.scope: use.used_cents for use in found}


def test_every_kind_of_ceiling_counts_the_days_in_its_window(session: Session) -> None:
    dora = limited(session)
    for day in (0, 2, 4, 7, 9):
        cast.visit(session, day, enrollment_id=dora)
    found = uses(session)[dora]
    # 10, 15, 20, 25 and 30 points of 25 cents: the last two from March 9 on, of which the 11th is in the last 7 days.
    assert cents(found) == {
        "month": 2500, "calendar_year": 2500, "enrollment": 2500, "rolling": 750, "year_from": 1375, "lifetime": 2500,
    }  # fmt: skip
    assert found == slow(session, dora)


def test_a_corrected_visit_counts_as_it_stands_on_its_new_day(session: Session) -> None:
    dora = limited(session)
    first = cast.visit(session, 0, enrollment_id=dora)
    second = cast.visit(session, 2, enrollment_id=dora)
    moved = cast.visit(session, 5, enrollment_id=dora)
    cast.put_right(session, second, "correct", cast.positive())
    cast.put_right(session, first, "void")
    cast.put_right(session, moved, "correct", cast.negative(), day=9)
    assert uses(session)[dora] == slow(session, dora)
    assert cents(uses(session)[dora])["rolling"] > 0


def test_an_adjustment_counts_on_its_day(session: Session) -> None:
    dora, daniel = limited(session), cast.another_lead(session)
    cast.visit(session, 0, enrollment_id=dora)
    request_id = request_adjustment(
        session, client_id=3, unit="points", amount=30, reason="Found a coat", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    decide_adjustment(
        session, request_id=request_id, decision="approved", key=cast.key(), actor=daniel, now=cast.NOW
    )  # fmt: skip
    found = uses(session)[dora]
    assert cents(found)["enrollment"] == 250 + 750
    assert found == slow(session, dora)


def test_slips_count_on_the_day_of_the_draw(session: Session) -> None:
    client = drawing.dora(session, draws=2, slips=[{"tier": "small", "count": 1, "cents": 300}], ceilings=CEILINGS[1:3])
    commit_draw(session, client_id=client, actor=cast.rosa, now=cast.NOW)
    drawing.draw(session, client, 1)
    [found] = [one for one in uses(session).values() if one]
    assert cents(found) == {"month": 300, "calendar_year": 300}
    assert found == slow(session, 3)


def test_an_earlier_enrollment_counts_for_the_year_and_not_for_the_new_one(session: Session) -> None:
    dora = limited(session)
    cast.visit(session, 0, enrollment_id=dora)
    cast.end(session, dora, "2026-03-08")
    again = drawing.enroll_client(
        session, client_id=3, schedule_version_id=3, starts_on=cast.START + timedelta(days=7), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    cast.visit(session, 7, enrollment_id=again)
    found = uses(session)
    assert dora not in found
    assert cents(found[again])["enrollment"] == 250 and cents(found[again])["calendar_year"] == 500
    assert found[again] == slow(session, again)


def test_without_a_ceiling_nothing_is_used(session: Session) -> None:
    cast.rich(session)
    assert uses(session) == {}


def test_more_clients_need_as_many_statements(session: Session) -> None:
    limited(session)
    known = running(recent_courses(session, cast.miriam, None, week.TODAY, cast.NOW), cast.miriam, None, week.TODAY)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    ceiling_uses_of(session, known, week.TODAY)
    few = len(sent)
    for number in range(20, 24):
        cast.visit(session, 0, enrollment_id=week.newcomer(session, f"HS-{number}", version_id=3))
    known = running(recent_courses(session, cast.miriam, None, week.TODAY, cast.NOW), cast.miriam, None, week.TODAY)
    sent.clear()
    assert len(ceiling_uses_of(session, known, week.TODAY)) == 5
    assert len(sent) == few > 0
