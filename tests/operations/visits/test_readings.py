"""Readings are recorded, corrected and verified like any other visit, and a later one can be decided again."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.models import VisitRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import document, phase, track

START = cast.START
CO = {"unit": "ppm", "at_most": 11}
URINE = {"unit": "ng/mL", "falls_by_percent": 25, "at_most": 300}


def enrolled(session: Session, *tracks: dict[str, Any], code: str = "HS-7") -> int:
    """Publish a schedule of the second format, and enroll a new client of Harbor Street in it."""
    version = publish_schedule(
        session, document=document(*tracks, format="cm-schedule/2", name=f"Readings of {code}"), reason="x", key=cast.key(),
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    client_id = open_client(
        session, code=code, preferred_name="Kim", site_id=cast.HARBOR, language="es", actor=cast.rosa, now=cast.NOW
    )
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version, starts_on=START, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip


def by(rule: dict[str, Any]) -> dict[str, Any]:
    return track(phase(), evidence="reading", target=[], reading=rule)


def record(session: Session, enrollment_id: int, day: int, test: Test, **more: Any) -> int:
    visit = NewVisit("goal", START + timedelta(days=day), test, **more)
    return record_visit(
        session, enrollment_id=enrollment_id, visit=visit, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )


def results(session: Session, enrollment_id: int) -> list[tuple[str, int]]:
    return [(one.outcome, one.paid) for one in enrollment_history(session, enrollment_id).replay().results]


def test_a_reading_is_sealed_with_its_visit_and_paid_by_its_rule(session: Session) -> None:
    enrollment_id = enrolled(session, by(CO))
    for day, reading in ((0, 11), (2, 12), (7, 3)):
        record(session, enrollment_id, day, Test(reading=reading))
    assert results(session, enrollment_id) == [("met", 10), ("positive", 0), ("met", 10)]
    rows = session.execute(select(VisitRow.reading, VisitRow.outcome).order_by(VisitRow.id))
    assert [tuple(row) for row in rows] == [(11, "met"), (12, "positive"), (3, "met")]
    body = session.execute(text("SELECT body FROM log WHERE record = 'visit:1'")).scalar_one()
    assert b'"reading":11' in bytes(body)
    assert verify_ledger(session).findings == []


def test_the_laboratorys_number_comes_later_and_pays_for_its_day(session: Session) -> None:
    enrollment_id = enrolled(session, by(URINE))
    awaited = record(session, enrollment_id, 0, Test({"reading": "pending"}, temperature="in_range"), specimen_id="A-1")
    record(session, enrollment_id, 2, Test(reading=200))
    assert results(session, enrollment_id) == [("pending", 0), ("met", 10)]
    cast.put_right(
        session, awaited, "answer", Test(reading=250, temperature="in_range"), actor=cast.leo, specimen_id="A-1"
    )
    assert results(session, enrollment_id) == [("met", 10), ("met", 15)]
    assert verify_ledger(session).findings == []


def test_a_late_number_can_change_what_a_later_visit_counts_as(session: Session) -> None:
    """The 700 of day 2 did not count. After a 1,000 on day 0 it is a fall by 30 %."""
    enrollment_id = enrolled(session, by(URINE))
    awaited = record(session, enrollment_id, 0, Test({"reading": "pending"}))
    record(session, enrollment_id, 2, Test(reading=700))
    assert results(session, enrollment_id) == [("pending", 0), ("positive", 0)]
    cast.put_right(session, awaited, "answer", Test(reading=1000), actor=cast.leo)
    assert results(session, enrollment_id) == [("positive", 0), ("met", 10)]
    assert verify_ledger(session).findings == []


def test_a_disputed_number_is_kept_and_decides_nothing_until_it_is_answered(session: Session) -> None:
    enrollment_id = enrolled(session, by(CO))
    disputed = record(session, enrollment_id, 0, Test(reading=14, is_disputed=True))
    assert results(session, enrollment_id) == [("disputed", 0)]
    assert enrollment_history(session, enrollment_id).visits[0].reading == 14
    cast.put_right(session, disputed, "answer", Test(reading=9), actor=cast.leo)
    assert results(session, enrollment_id) == [("met", 10)]
    assert verify_ledger(session).findings == []


def test_a_wrong_number_is_corrected_and_a_void_takes_it_out_of_the_earlier_ones(session: Session) -> None:
    enrollment_id = enrolled(session, by(URINE))
    first = record(session, enrollment_id, 0, Test(reading=1000))
    record(session, enrollment_id, 2, Test(reading=700))
    assert results(session, enrollment_id) == [("positive", 0), ("met", 10)]
    cast.put_right(session, first, "correct", Test(reading=800))
    assert results(session, enrollment_id) == [("positive", 0), ("positive", 0)]
    cast.put_right(session, first, "correct", Test(reading=1000), actor=cast.another_lead(session))
    assert results(session, enrollment_id) == [("positive", 0), ("met", 10)]
    assert verify_ledger(session).findings == []


def test_a_phase_with_its_own_target_is_paid_by_it(session: Session) -> None:
    one = track(phase((1, 2)), phase((3, 4), target=["opioid"]))
    enrollment_id = enrolled(session, one)
    seen = Test({"cocaine": "negative", "opioid": "positive"})
    record(session, enrollment_id, 0, seen)
    record(session, enrollment_id, 14, seen)
    assert results(session, enrollment_id) == [("met", 10), ("positive", 0)]
    cast.pause(session, enrollment_id, "2026-03-04", "2026-03-10")
    assert results(session, enrollment_id) == [("met", 10), ("met", 15)]
    assert enrollment_history(session, enrollment_id).timeline.week_of(date(2026, 3, 16)) == 2
    assert verify_ledger(session).findings == []
