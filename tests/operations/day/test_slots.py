"""Staff note who arrived, and record what became of a slot."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.day.states import Note
from cm_tracker.domain.errors import ChangedMeanwhile, InTheFuture, KeyReused
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.models import SlotNote, VisitRow
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.day.board import Board, board
from cm_tracker.queries.day.board import sheet as board_sheet
from cm_tracker.queries.day.lines import Earns, SlotLine
from cm_tracker.queries.day.notes import notes_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests.domain.refused import refused

URINE = "cocaine-negative"
MONDAY = week.TODAY
ELEVEN = cast.NOW  # the time in New York
NINE = ELEVEN - timedelta(hours=2)


@pytest.fixture
def services(session: Session) -> dict[str, int]:
    """A group on Monday, Wednesday and Friday, which pays nothing, and tests on every weekday, with Amir's plan."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))
    return {"group": group, "tests": tests}


def record(session: Session, service_id: int, way: str, **more: Any) -> int | None:
    return record_slot(
        session,
        **{
            "enrollment_id": cast.AMIR,
            "service_id": service_id,
            "on_day": MONDAY,
            "way": way,
            "key": cast.key(),
            "actor": cast.rosa,
            "now": cast.NOW,
            **more,
        },
    )


def note(session: Session, service_id: int, status: str, **more: Any) -> int:
    return note_slot(
        session,
        **{
            "enrollment_id": cast.AMIR,
            "service_id": service_id,
            "on_day": MONDAY,
            "status": status,
            "key": cast.key(),
            "actor": cast.rosa,
            "now": cast.NOW,
            **more,
        },
    )


def today(session: Session, now: datetime = cast.NOW) -> Board:
    return board(session, cast.rosa, cast.HARBOR, now)


def line_of(session: Session, service_id: int, now: datetime = cast.NOW) -> SlotLine:
    return next(line for line in today(session, now).lines if line.service.id == service_id)


def visits(session: Session) -> int:
    return session.execute(select(func.count()).select_from(VisitRow)).scalar_one()


def test_the_day_lists_who_is_expected_when_and_what_it_earns(session: Session, services: dict[str, int]) -> None:
    tests, group = today(session).lines
    assert (tests.person.code, tests.service.name, tests.state, tests.slot.begins_at) == (
        "HS-1",
        "Urine tests",
        "missing",
        datetime(2026, 3, 16, 13, 0, tzinfo=NINE.tzinfo),
    )
    # Higgins pays 10 points for the first negative test.
    assert tests.earns is not None
    assert (tests.earns.amount, tests.earns.unit) == (10, "points")
    assert (group.service.name, group.state, group.earns) == ("Skills group", "later", None)
    (sheet,) = today(session).sheets
    assert [line.person.code for line in sheet.lines] == ["HS-1"]
    assert [line.service.name for line in today(session).single] == ["Urine tests"]


def test_a_slot_beyond_the_paid_visits_of_its_week_promises_nothing(session: Session) -> None:
    """The schedule pays two groups a week. The client's weeks begin on Saturdays, and both groups took place."""
    group = week.group(session)
    of = week.newcomer(session, "HS-20", starts_on=date(2026, 3, 14))
    week.plan(session, week.item(group, "024", "attendance"), enrollment_id=of, from_on=date(2026, 3, 14))
    (line,) = board_sheet(session, cast.rosa, group, cast.NOW)[0].lines
    assert line.earns == Earns(4, "points")
    for day in (14, 15):
        record_visit(
            session,
            enrollment_id=of,
            visit=NewVisit("attendance", date(2026, 3, day), Presence()),
            key=cast.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )
    (line,) = board_sheet(session, cast.rosa, group, cast.NOW)[0].lines
    assert line.earns is None


def test_another_site_does_not_see_the_day(session: Session, services: dict[str, int]) -> None:
    assert board(session, cast.anna, cast.MILL, cast.NOW).lines == ()


def test_a_client_without_a_plan_is_listed_apart(session: Session) -> None:
    assert [person.code for person in today(session).unplanned] == ["HS-1"]
    tests = week.tests(session)
    week.plan(session, week.item(tests, "0", URINE))
    assert today(session).unplanned == ()


def test_who_arrived_is_here(session: Session, services: dict[str, int]) -> None:
    number = note(session, services["tests"], "arrived")
    line = line_of(session, services["tests"])
    assert (line.state, line.note) == (
        "arrived",
        Note(number, "arrived", cast.NOW, staff_id=cast.ROSA, noted_at=cast.NOW),
    )
    note(session, services["tests"], "open")
    assert line_of(session, services["tests"]).state == "missing"


def test_who_comes_later_today_is_missing_only_after_that_time(session: Session, services: dict[str, int]) -> None:
    three = ELEVEN + timedelta(hours=4)
    note(session, services["tests"], "later", at=three)
    assert line_of(session, services["tests"]).state == "later"
    assert line_of(session, services["tests"]).due_at == three
    assert line_of(session, services["tests"], three + timedelta(minutes=15)).state == "missing"
    with refused("Give the time at which the client comes on that day.", "at"):
        note(session, services["tests"], "later", at=three + timedelta(days=1))


def test_a_slot_that_is_moved_is_on_the_board_of_the_other_day(session: Session, services: dict[str, int]) -> None:
    note(session, services["tests"], "moved", to_day=date(2026, 3, 17))
    assert line_of(session, services["tests"]).state == "moved"
    (line,) = board(session, cast.rosa, cast.HARBOR, cast.NOW, date(2026, 3, 17)).lines
    assert (line.service.name, line.slot.is_listed, line.state) == ("Urine tests", False, "later")
    for day in (date(2026, 3, 16), date(2026, 3, 31)):
        with refused("Choose a day within the next two weeks.", "to_day"):
            note(session, services["tests"], "moved", to_day=day)
    with refused("The service does not meet on that day. Choose another one.", "to_day"):
        note(session, services["tests"], "moved", to_day=date(2026, 3, 21))


def test_nobody_arrives_tomorrow(session: Session, services: dict[str, int]) -> None:
    with pytest.raises(InTheFuture):
        note(session, services["tests"], "arrived", on_day=date(2026, 3, 18))


def test_all_negative_in_one_stroke_is_a_visit_that_earns(session: Session, services: dict[str, int]) -> None:
    visit_id = record(session, services["tests"], "negative")
    assert visit_id is not None
    assert session.execute(text("SELECT balance FROM account WHERE key = 'client:1:points'")).scalar_one() == 10
    line = line_of(session, services["tests"])
    assert (line.state, line.visit and line.visit.id) == ("attended", visit_id)
    row = session.execute(select(VisitRow).where(VisitRow.id == visit_id)).scalar_one()
    assert (row.outcome, row.temperature, row.collected_at, row.happened_on) == ("met", "in_range", cast.NOW, MONDAY)
    assert verify_ledger(session).findings == []


def test_a_day_that_was_recorded_on_the_clients_page_is_done_on_the_board(
    session: Session, services: dict[str, int]
) -> None:
    cast.visit(session, 14)
    assert line_of(session, services["tests"]).state == "attended"


def test_a_session_that_pays_nothing_is_noted(session: Session, services: dict[str, int]) -> None:
    before = visits(session)
    arrived = datetime(2026, 3, 16, 17, 20, tzinfo=NINE.tzinfo)  # 1:20 of a group that begins at 1
    assert record(session, services["group"], "attended", arrived_at=arrived) is None
    assert visits(session) == before
    line = line_of(session, services["group"])
    assert (line.state, line.note and line.note.minutes) == ("attended", 100)


def test_an_absence_that_is_excused_freezes_and_one_that_is_not_resets(
    session: Session, services: dict[str, int]
) -> None:
    excused = record(session, services["tests"], "excused", excuse="court")
    row = session.execute(select(VisitRow).where(VisitRow.id == excused)).scalar_one()
    assert (row.outcome, row.excuse) == ("excused", "court")
    assert line_of(session, services["tests"]).state == "excused"
    absent = record(session, services["tests"], "absent", on_day=date(2026, 3, 11), now=cast.NOW - timedelta(days=5))
    assert session.execute(select(VisitRow.outcome).where(VisitRow.id == absent)).scalar_one() == "unexcused"


def test_where_nothing_is_left_to_miss_the_absence_is_only_noted(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "01234", URINE))
    for day in (7, 8, 9):
        cast.visit(session, day)
    before = visits(session)
    assert record(session, tests, "absent", on_day=date(2026, 3, 12)) is None
    assert visits(session) == before
    assert notes_of(session, cast.HARBOR, date(2026, 3, 12))[cast.AMIR, tests].status == "absent"


def test_what_somebody_else_noted_meanwhile_is_not_overwritten(session: Session, services: dict[str, int]) -> None:
    note(session, services["tests"], "arrived", seen=0)
    with pytest.raises(ChangedMeanwhile):
        record(session, services["tests"], "absent", seen=0, actor=cast.leo)
    seen = line_of(session, services["tests"]).note
    assert seen is not None
    record(session, services["tests"], "negative", seen=seen.id, actor=cast.leo)


def test_a_form_that_is_sent_twice_records_once(session: Session, services: dict[str, int]) -> None:
    key, before = cast.key(), visits(session)
    first = record(session, services["tests"], "negative", key=key)
    assert record(session, services["tests"], "negative", key=key) == first
    assert visits(session) == before + 1
    with pytest.raises(KeyReused):
        record(session, services["tests"], "absent", key=key)
    assert session.execute(select(func.count()).select_from(SlotNote)).scalar_one() == 1


def test_after_an_undo_the_slot_is_open_again(session: Session, services: dict[str, int]) -> None:
    visit_id = record(session, services["tests"], "negative")
    assert visit_id is not None
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    assert line_of(session, services["tests"]).state == "missing"
    assert record(session, services["tests"], "excused", excuse="illness") == visit_id
    assert line_of(session, services["tests"]).state == "excused"


def test_a_late_entry_that_would_change_other_visits_is_entered_on_the_clients_page(
    session: Session, services: dict[str, int]
) -> None:
    cast.visit(session, 7)
    cast.visit(session, 14)
    late = "This is entered late and changes later visits. Enter it on the client's page, which shows how."
    with refused(late):
        record(session, services["tests"], "absent", on_day=date(2026, 3, 13))


def test_there_is_no_slot_where_the_service_does_not_meet(session: Session, services: dict[str, int]) -> None:
    wrong = "The service does not meet on that day, or the client does not take part. Look at the plan."
    for day in (date(2026, 3, 14), date(2026, 2, 27)):
        with refused(wrong):
            note(session, services["tests"], "open", on_day=day)


def test_an_excuse_needs_its_reason(session: Session, services: dict[str, int]) -> None:
    with refused("Choose the reason for the excuse.", "excuse"):
        record(session, services["tests"], "excused")
