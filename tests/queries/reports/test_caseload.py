"""A caseload: whose clients, in the words of the lead's first page, with the next visit and the hours of the week."""

from datetime import UTC, date, datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.at_risk import Missed, Run
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.reports.caseload import CaseLine, Caseload, WeekMinutes, caseload
from tests import cast, week

URINE = "cocaine-negative"


def assigned(session: Session, counselor_id: int | None, client_id: int = cast.AMIR) -> None:
    set_counselor(
        session, client_id=client_id, counselor_id=counselor_id, from_on=cast.START, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip


def of(session: Session, actor: Actor, counselor_id: int | None) -> Caseload:
    return caseload(session, actor, counselor_id, cast.NOW)


def only(session: Session, paul: Actor) -> CaseLine:
    [line] = of(session, paul, paul.staff_id).lines
    return line


def test_a_counselor_sees_their_own_clients_and_a_lead_those_of_each(session: Session) -> None:
    paul = cast.counselor(session)
    week.newcomer(session, "HS-20")
    assert [line.code for line in of(session, paul, None).lines] == ["HS-1", "HS-20"]
    assigned(session, paul.staff_id)
    assert [line.code for line in of(session, paul, paul.staff_id).lines] == ["HS-1"]
    found = of(session, cast.miriam, None)
    assert [line.code for line in found.lines] == ["HS-20"]
    assert found.counselors == {paul.staff_id: 1, None: 1}
    assert found.names[paul.staff_id or 0] == "Paul"
    assert of(session, cast.anna, paul.staff_id).lines == (), "Anna works at Mill Road"


def test_those_at_risk_come_first(session: Session) -> None:
    paul = cast.counselor(session)
    enrollment_id = week.newcomer(session, "HS-20", version_id=cast.HIGGINS)
    for client_id in (cast.AMIR, 3):
        assigned(session, paul.staff_id, client_id)
    for day in (0, 2):
        cast.visit(session, day, cast.ABSENT, enrollment_id=enrollment_id)
    lines = of(session, paul, paul.staff_id).lines
    assert [(line.code, line.reasons) for line in lines] == [
        ("HS-20", (Missed((date(2026, 3, 2), date(2026, 3, 4))),)), ("HS-1", ()),
    ]  # fmt: skip


def test_a_line_says_the_run_the_last_and_the_next_visit_and_the_hours(session: Session) -> None:
    paul = cast.counselor(session)
    assigned(session, paul.staff_id)
    bare = only(session, paul)
    assert (bare.run, bare.last_on, bare.next, bare.hours) == (Run(0), None, None, None)
    tests, group = week.tests(session), week.group(session)
    week.plan(session, week.item(tests, "2", URINE), week.item(group, "02"))
    for day in (2, 9):
        cast.visit(session, day)
    line = only(session, paul)
    assert (line.run, line.last_on) == (Run(2), date(2026, 3, 11))
    assert line.next is not None and line.next.slot is not None
    # Today's group begins at one, in two hours.
    assert (line.next.service, line.next.slot.begins_at) == ("Skills group", datetime(2026, 3, 16, 17, tzinfo=UTC))
    assert line.hours == WeekMinutes(0, 9 * 60)
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=group, on_day=week.TODAY, way="attended", key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    line = only(session, paul)
    assert line.hours == WeekMinutes(120, 540)
    assert line.next is not None and line.next.service == "Urine tests"


def test_a_day_that_the_program_draws_is_not_said(session: Session) -> None:
    paul = cast.counselor(session)
    assigned(session, paul.staff_id)
    tests = week.tests(session)
    week.plan(session, week.item(tests, "01234", URINE, is_drawn=True), from_on=week.TODAY)
    line = only(session, paul)
    assert line.next is None or line.next.slot is None


def test_more_clients_need_as_many_statements(session: Session) -> None:
    paul = cast.counselor(session)
    assigned(session, paul.staff_id)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    of(session, paul, paul.staff_id)
    few = len(sent)
    tests = week.tests(session)
    for number in range(20, 24):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(tests, "01234", URINE), enrollment_id=enrollment_id)
        assigned(session, paul.staff_id, number - 17)
        cast.visit(session, 0, enrollment_id=enrollment_id)
    sent.clear()
    assert len(of(session, paul, paul.staff_id).lines) == 5
    assert len(sent) == few > 0
