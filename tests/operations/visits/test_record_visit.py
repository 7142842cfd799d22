"""A visit is paid in points, once, and a refused visit leaves nothing in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    InTheFuture,
    KeyReused,
    NotAllowed,
    NotFound,
    NothingMissed,
    OutsideSchedule,
    SameSpecimen,
    SameVisit,
)
from cm_tracker.domain.visits.evidence import Absence, Presence, Test
from cm_tracker.models import AuditEvent, LogRow, Note, Transaction, VisitRow
from cm_tracker.queries.clients.clients import balances_of
from tests import cast


def points(session: Session, client_id: int = cast.AMIR) -> int:
    return balances_of(session, client_id)["points"]


def test_a_negative_test_pays_the_first_step(session: Session) -> None:
    cast.visit(session, 0)
    assert points(session) == 10


def test_three_in_a_row_pay_10_and_15_and_20_with_40_more_for_the_run(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2)
    cast.visit(session, 4)
    assert points(session) == 10 + 15 + 20 + 40


def test_a_positive_takes_nothing_back_and_starts_the_ladder_again(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 7, cast.positive())
    assert points(session) == 85
    cast.visit(session, 9)
    assert points(session) == 95


def test_only_the_target_analyte_decides(session: Session) -> None:
    cast.visit(session, 0, Test({"cocaine": "negative", "thc": "positive"}, temperature="in_range"))
    assert points(session) == 10


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (cast.negative(), "met"),
        (cast.positive(), "positive"),
        (Test({"cocaine": "positive"}, is_disputed=True), "disputed"),
        (Test({"cocaine": "pending"}), "pending"),
        (Test(specimen="refused"), "refused"),
        (Test(specimen="dilute"), "dilute"),
        (Test(specimen="tampered"), "tampered"),
        (Test({"cocaine": "negative"}, temperature="out_of_range"), "tampered"),
        (Absence(None), "unexcused"),
        (Absence("court"), "excused"),
    ],
)
def test_the_evidence_decides_the_outcome(session: Session, evidence: Test | Absence, outcome: str) -> None:
    visit_id = cast.visit(session, 0, evidence)
    assert session.execute(select(VisitRow.outcome).where(VisitRow.id == visit_id)).scalar_one() == outcome


def test_a_missed_visit_entered_late_lowers_later_visits_and_takes_nothing_back(session: Session) -> None:
    """With `corrections: keep`, day 4 was paid 60 and is worth 10 now: the 50 are booked as the program's loss."""
    cast.visit(session, 0)
    cast.visit(session, 4)
    assert points(session) == 25
    cast.visit(session, 2, cast.ABSENT)
    assert points(session) == 25
    cast.visit(session, 7)
    assert points(session) == 40  # The second one after the miss: 15.
    kinds = session.execute(select(Transaction.kind).order_by(Transaction.id.desc()).limit(2)).scalars().all()
    assert kinds == ["award", "correction"]


def test_the_same_form_sent_twice_pays_once(session: Session) -> None:
    once = cast.key()
    first = cast.visit(session, 0, once=once)
    assert cast.visit(session, 0, once=once) == first
    assert points(session) == 10


def test_a_key_with_other_content_is_refused(session: Session) -> None:
    once = cast.key()
    cast.visit(session, 0, once=once)
    with pytest.raises(KeyReused):
        cast.visit(session, 0, cast.positive(), once=once)


def test_the_same_visit_twice_is_refused_and_names_the_first(session: Session) -> None:
    first = cast.visit(session, 0)
    with pytest.raises(SameVisit) as refused:
        cast.visit(session, 0, cast.positive())
    assert refused.value.visit_id == first
    assert points(session) == 10


def test_the_same_specimen_twice_at_a_site_is_refused_and_names_the_first(session: Session) -> None:
    first = cast.visit(session, 0, specimen_id="U77")
    with pytest.raises(SameSpecimen) as refused:
        cast.visit(session, 2, specimen_id="U77")
    assert refused.value.visit_id == first


def test_the_same_label_at_another_site_is_another_specimen(session: Session) -> None:
    cast.visit(session, 0, specimen_id="U77")
    cast.visit(session, 0, specimen_id="U77", enrollment_id=cast.BEA, actor=cast.anna)
    assert points(session, cast.BEA) == 10


@pytest.mark.parametrize(("day", "error"), [(-1, BeforeEnrollment), (15, InTheFuture), (12 * 7, OutsideSchedule)])
def test_a_day_outside_of_the_enrollment_is_refused(session: Session, day: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        cast.visit(session, day)


def test_evidence_of_another_kind_is_refused(session: Session) -> None:
    with pytest.raises(BadInput):
        cast.visit(session, 0, Presence())


def test_a_missing_result_is_refused_by_its_name(session: Session) -> None:
    with pytest.raises(BadInput, match="result for cocaine"):
        cast.visit(session, 0, Test({"thc": "negative"}))


def test_a_collection_on_another_day_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="another day"):
        cast.visit(session, 0, collected_at=cast.NOW - timedelta(days=1))


def test_a_reading_before_the_collection_is_refused(session: Session) -> None:
    at = cast.NOW - timedelta(minutes=30)
    with pytest.raises(BadInput, match="before it was collected"):
        cast.visit(session, 14, collected_at=at, read_at=at - timedelta(minutes=1))


def test_a_client_of_another_site_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        cast.visit(session, 0, actor=cast.anna)


def test_an_auditor_records_nothing(session: Session) -> None:
    with pytest.raises(NotAllowed):
        cast.visit(session, 0, actor=cast.grace)


def test_a_refused_visit_leaves_nothing_behind(session: Session) -> None:
    tables = (VisitRow, LogRow, AuditEvent, Note, Transaction)
    before = [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    with pytest.raises(BadInput):
        cast.visit(session, 0, Test({}), note="half a visit")
    after = [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    assert after == before


def test_the_note_is_stored_outside_of_the_ledger(session: Session) -> None:
    cast.visit(session, 0, note="came with a friend")
    assert session.execute(select(Note.text).order_by(Note.text)).scalars().all().count("came with a friend") == 1
    bodies = session.execute(select(LogRow.body)).scalars().all()
    assert not any(b"friend" in bytes(body) for body in bodies)


def test_the_audit_trail_says_who_and_what_and_no_result(session: Session) -> None:
    visit_id = cast.visit(session, 0)
    line = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert (line.tag, line.staff_id, line.client_id, line.subject) == (
        "visit:recorded",
        cast.ROSA,
        cast.AMIR,
        f"visit:{visit_id}",
    )
    assert "cocaine" not in line.detail and "negative" not in line.detail


def test_an_absence_in_a_week_whose_paid_visits_are_complete_writes_nothing(session: Session) -> None:
    """Three visits a week are paid: Monday, Wednesday and Friday. Nothing was left to miss on Thursday."""
    cast.rich(session)
    with pytest.raises(NothingMissed) as refused:
        cast.visit(session, 3, cast.ABSENT)
    assert (refused.value.week, refused.value.places) == (1, 3)
    assert session.execute(select(func.count()).select_from(VisitRow)).scalar_one() == 3
