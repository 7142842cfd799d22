"""Correcting visits, under the Higgins schedule.

Its first visit pays 10 points, and each one after it 5 more; every third in a row pays 40 more. After a lapse a visit
pays 10 again, and after 5 in a row as much as before the lapse. A correction takes nothing back that was paid.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AlreadyUndone,
    KeyReused,
    NotAllowed,
    NotFound,
    NothingChanged,
    NothingToAnswer,
    NothingToExcuse,
    NotWhatWasShown,
    OwnEntry,
    PointsSpent,
    ReasonMissing,
    SameSpecimen,
    SameVisit,
    SomebodyElses,
    TooLateToUndo,
    VisitIsVoid,
    VoidedDay,
)
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Test
from cm_tracker.models import AccountRow, EntryRow, Transaction, VisitRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.visits.previews import preview_correction
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once

PENDING = Test({"cocaine": "pending"}, temperature="in_range")
DISPUTED = Test({"cocaine": "positive"}, temperature="in_range", is_disputed=True)
LATER = cast.NOW + timedelta(minutes=16)


def points(session: Session) -> int:
    return balances_of(session, cast.AMIR)["points"]


def program_loss(session: Session) -> int:
    amount = session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0)).join(AccountRow).where(AccountRow.kind == "program_loss")
    ).scalar_one()
    return -int(amount)


def paid(session: Session) -> list[int]:
    """Return what each current visit is worth now, in the order of the days."""
    return [result.paid for result in enrollment_history(session, cast.AMIR).replay().results]


def test_a_pending_result_is_paid_as_of_its_day_when_it_arrives(session: Session) -> None:
    cast.visit(session, 0)
    waits = cast.visit(session, 2, PENDING)
    cast.visit(session, 4)
    assert paid(session) == [10, 0, 15]
    cast.put_right(session, waits, "answer", cast.negative(), actor=cast.rosa, now=LATER)
    assert paid(session) == [10, 15, 60]
    assert points(session) == 85
    assert program_loss(session) == 0


def test_the_difference_names_the_correction_its_author_and_the_reason(session: Session) -> None:
    waits = cast.visit(session, 0, PENDING)
    cast.put_right(session, waits, "answer", cast.negative(), actor=cast.leo, now=LATER)
    kind, because, staff_id, at, note = (
        session.execute(
            select(
                Transaction.kind,
                Transaction.because,
                Transaction.staff_id,
                Transaction.recorded_at,
                Transaction.note_digest,
            ).order_by(Transaction.id.desc())
        ).first()
        or ()
    )
    record, of_visit = session.execute(
        select(VisitRow.record, VisitRow.note_digest).where(VisitRow.correction == "answered")
    ).one()
    assert (kind, because, staff_id, at) == ("correction", record, cast.LEO, LATER)
    assert bytes(note) == bytes(of_visit)


def test_the_first_record_stays_readable_beside_the_new_one(session: Session) -> None:
    waits = cast.visit(session, 0, PENDING)
    cast.put_right(session, waits, "answer", cast.negative(), actor=cast.leo, now=LATER)
    records = enrollment_history(session, cast.AMIR).records[waits]
    assert [(r.outcome, r.correction, r.staff_id) for r in records] == [
        ("pending", None, cast.ROSA),
        ("met", "answered", cast.LEO),
    ]


def test_a_pending_result_that_turns_out_positive_resets_from_its_day(session: Session) -> None:
    cast.visit(session, 0)
    waits = cast.visit(session, 2, PENDING)
    cast.visit(session, 4)
    cast.put_right(session, waits, "answer", cast.positive(), actor=cast.rosa)
    assert paid(session) == [10, 0, 10]
    assert (points(session), program_loss(session)) == (
        25,
        5,
    )  # 15 were paid and 10 are owed; the program bears the other 5.


def test_a_disputed_positive_that_the_laboratory_overturns_is_paid_at_once(session: Session) -> None:
    cast.visit(session, 0)
    disputed = cast.visit(session, 2, DISPUTED)
    cast.visit(session, 4)
    assert points(session) == 25
    cast.put_right(session, disputed, "answer", cast.negative(), actor=cast.rosa)
    assert (points(session), program_loss(session)) == (85, 0)


def test_a_negative_cup_that_the_laboratory_finds_positive_is_corrected_by_a_lead(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(NothingToAnswer):
        cast.put_right(session, 2, "answer", cast.positive(), actor=cast.rosa)
    cast.put_right(session, 2, "correct", cast.positive(), actor=cast.miriam)
    assert paid(session) == [10, 0, 10]
    assert (points(session), program_loss(session)) == (85, 65)
    cast.visit(session, 7)
    assert points(session) == 100  # The ladder goes on from the corrected state: 15.


def test_an_absence_excused_afterwards(session: Session) -> None:
    cast.visit(session, 0)
    missed = cast.visit(session, 2, cast.ABSENT)
    cast.visit(session, 4)
    assert points(session) == 20
    cast.put_right(session, missed, "excuse", Absence("hospital"), actor=cast.rosa)
    assert paid(session) == [10, 0, 15]
    assert points(session) == 25


def test_a_positive_test_that_is_entered_a_week_later(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 3, cast.positive())
    assert paid(session) == [10, 15, 0, 10]
    assert (points(session), program_loss(session)) == (85, 50)


def test_the_same_person_undoes_a_wrong_entry_within_15_minutes(session: Session) -> None:
    slip = cast.visit(session, 0)
    cast.put_right(session, slip, "undo", actor=cast.rosa, now=cast.NOW + timedelta(minutes=15))
    assert (points(session), paid(session), program_loss(session)) == (0, [], 0)
    again = cast.visit(session, 0)
    assert again == slip, "the day keeps its place"
    assert (points(session), paid(session)) == (10, [10])


def test_undoing_a_late_entry_brings_back_the_state_before_it(session: Session) -> None:
    cast.rich(session)
    late = cast.visit(session, 3, cast.positive())
    cast.put_right(session, late, "undo", actor=cast.rosa)
    assert paid(session) == [10, 15, 60]
    assert (points(session), program_loss(session)) == (85, 0)


def test_a_visit_whose_points_are_spent_is_not_undone_before_the_redemption_is(session: Session) -> None:
    """Else a client could redeem points, and keep them, although the visit and the redemption were undone."""
    cast.rich(session)
    redeemed = redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=4, key=cast.key(), actor=cast.leo, now=cast.NOW
    )
    with pytest.raises(PointsSpent, match="55 of the points that this paid are spent"):
        cast.put_right(session, 3, "undo", actor=cast.rosa)
    undo_redemption(
        session, redemption_id=redeemed, is_back=True, reason="Wrong", key=cast.key(), actor=cast.leo, now=cast.NOW
    )
    cast.put_right(session, 3, "undo", actor=cast.rosa)
    assert (points(session), program_loss(session)) == (25, 0)


def test_an_undo_takes_back_what_the_entry_paid_and_no_more(session: Session) -> None:
    """A void leaves its 10 points with the client, so the visit entered again pays 0, and undoing it takes back 0."""
    first = cast.visit(session, 0)
    cast.put_right(session, first, "void", now=LATER)
    assert (points(session), program_loss(session)) == (10, 10)
    again = cast.visit(session, 0)
    assert (again, points(session), program_loss(session)) == (first, 10, 0)
    cast.put_right(session, again, "undo", actor=cast.rosa)
    assert (points(session), program_loss(session)) == (10, 10)


def test_the_person_who_entered_a_visit_again_does_not_correct_it(session: Session) -> None:
    first = cast.visit(session, 0)
    cast.put_right(session, first, "void")
    cast.visit(session, 0, PENDING, actor=cast.miriam)
    cast.put_right(session, first, "answer", cast.positive(), actor=cast.rosa)
    with pytest.raises(OwnEntry):
        cast.put_right(session, first, "correct", cast.negative())


def test_the_person_who_corrected_a_visit_does_not_correct_its_later_result(session: Session) -> None:
    first = cast.visit(session, 0)
    cast.put_right(session, first, "correct", PENDING)
    cast.put_right(session, first, "answer", cast.positive(), actor=cast.rosa)
    with pytest.raises(OwnEntry):
        cast.put_right(session, first, "correct", cast.negative())


def test_a_visit_does_not_move_to_a_day_that_was_voided(session: Session) -> None:
    """What was paid for that day stays with the voided visit: else the day would be paid twice."""
    voided = cast.visit(session, 4)
    cast.put_right(session, voided, "void")
    other = cast.visit(session, 2)
    with pytest.raises(VoidedDay, match="Void this one, and enter it on that day"):
        cast.put_right(session, other, "correct", cast.negative(), day=4)
    assert points(session) == 20


def test_nobody_undoes_after_15_minutes_or_for_somebody_else(session: Session) -> None:
    slip = cast.visit(session, 0)
    with pytest.raises(TooLateToUndo):
        cast.put_right(session, slip, "undo", actor=cast.rosa, now=LATER)
    with pytest.raises(SomebodyElses):
        cast.put_right(session, slip, "undo", actor=cast.leo)
    assert points(session) == 10


def test_an_undo_is_not_undone(session: Session) -> None:
    slip = cast.visit(session, 0)
    cast.put_right(session, slip, "undo", actor=cast.rosa)
    with pytest.raises(AlreadyUndone):
        cast.put_right(session, slip, "undo", actor=cast.rosa)
    for way in ("void", "correct"):
        with pytest.raises(VisitIsVoid):
            cast.put_right(session, slip, way, cast.negative())


def test_undoing_a_correction_brings_back_the_state_before_it(session: Session) -> None:
    waits = cast.visit(session, 0, PENDING)
    cast.put_right(session, waits, "answer", cast.negative(), actor=cast.leo)
    assert points(session) == 10
    cast.put_right(session, waits, "undo", actor=cast.leo)
    assert (points(session), paid(session)) == (0, [0])
    assert enrollment_history(session, cast.AMIR).visits[0].outcome == "pending"
    cast.put_right(session, waits, "answer", cast.positive(), actor=cast.rosa)


def test_after_a_lead_voids_a_visit_the_program_bears_what_was_overpaid(session: Session) -> None:
    cast.rich(session)
    cast.put_right(session, 1, "void")
    assert paid(session) == [10, 15]
    assert (points(session), program_loss(session)) == (85, 60)
    cast.visit(session, 7)
    assert points(session) == 85 + 60  # The third in a row: 20 and 40 more.


def test_a_visit_entered_again_after_a_void_is_not_paid_twice(session: Session) -> None:
    cast.rich(session)
    cast.put_right(session, 1, "void")
    again = cast.visit(session, 0)
    assert again == 1
    assert paid(session) == [10, 15, 60]
    assert (points(session), program_loss(session)) == (85, 0)


def test_nobody_voids_or_corrects_their_own_entry(session: Session) -> None:
    own = cast.visit(session, 0, actor=cast.miriam)
    for way in ("void", "correct"):
        with pytest.raises(OwnEntry):
            cast.put_right(session, own, way, cast.positive())
    assert points(session) == 10


def test_nobody_voids_or_corrects_their_own_correction(session: Session) -> None:
    other = cast.visit(session, 0)
    cast.put_right(session, other, "correct", cast.positive())
    with pytest.raises(OwnEntry):
        cast.put_right(session, other, "void")


def test_staff_neither_void_nor_correct(session: Session) -> None:
    slip = cast.visit(session, 0)
    for way in ("void", "correct"):
        with pytest.raises(NotAllowed):
            cast.put_right(session, slip, way, cast.positive(), actor=cast.leo)


def test_a_lead_corrects_a_result_a_day_and_a_specimen(session: Session) -> None:
    wrong = cast.visit(session, 0, cast.positive(), specimen_id="U1")
    cast.put_right(session, wrong, "correct", cast.negative(), day=1, specimen_id="U2")
    visit = enrollment_history(session, cast.AMIR).visits[0]
    assert (visit.happened_on, visit.outcome, visit.specimen_id) == (cast.START + timedelta(days=1), "met", "U2")
    assert points(session) == 10
    cast.visit(session, 0, specimen_id="U1")  # The day and the specimen can be used again.
    assert points(session) == 25


def test_a_correction_does_not_use_the_day_or_specimen_of_another_visit(session: Session) -> None:
    cast.visit(session, 0, specimen_id="U1")
    wrong = cast.visit(session, 2, cast.positive(), specimen_id="U2")
    with pytest.raises(SameVisit):
        cast.put_right(session, wrong, "correct", cast.negative(), day=0)
    with pytest.raises(SameSpecimen):
        cast.put_right(session, wrong, "correct", cast.negative(), specimen_id="U1")
    assert points(session) == 10


def test_a_specimen_recorded_for_the_wrong_client_is_recorded_for_the_right_one(session: Session) -> None:
    right = open_client(
        session, code="HS-2", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    enrollment = enroll_client(
        session,
        client_id=right,
        schedule_version_id=cast.HIGGINS,
        starts_on=cast.START,
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )
    wrong = cast.visit(session, 0, specimen_id="U1")
    cast.put_right(session, wrong, "undo", actor=cast.rosa)
    cast.visit(session, 0, specimen_id="U1", enrollment_id=enrollment)
    assert (points(session), balances_of(session, right)["points"]) == (0, 10)


def test_where_the_schedule_replays_an_overpayment_is_taken_back_as_far_as_it_is_unspent(session: Session) -> None:
    """The ladder pays 10, 15, 20; without the first visit it pays 10, 15."""
    doc = document(track(phase((1, 4), visits_per_week=3), behavior="cocaine-negative"), corrections="replay")
    version = publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    client = open_client(
        session, code="HS-2", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    enrollment = enroll_client(
        session,
        client_id=client,
        schedule_version_id=version,
        starts_on=cast.START,
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )
    first, *_ = [cast.visit(session, day, enrollment_id=enrollment) for day in (0, 2, 4)]
    assert balances_of(session, client)["points"] == 45
    redeem_at_once(
        session, client_id=client, prize_id=1, price_points=20, quantity=2, key=cast.key(), actor=cast.leo, now=cast.NOW
    )
    cast.put_right(session, first, "void")
    assert balances_of(session, client)["points"] == 0
    assert program_loss(session) == 15  # 20 points too much were paid, of which 5 were unspent.


def test_a_visit_with_nothing_pending_has_no_result_and_no_excuse_to_enter(session: Session) -> None:
    lapse = cast.visit(session, 0, cast.positive())
    with pytest.raises(NothingToAnswer):
        cast.put_right(session, lapse, "answer", cast.negative(), actor=cast.rosa)
    with pytest.raises(NothingToExcuse):
        cast.put_right(session, lapse, "excuse", Absence("hospital"), actor=cast.rosa)


def test_a_correction_that_changes_nothing_is_refused(session: Session) -> None:
    wrong = cast.visit(session, 0, specimen_id="U1")
    with pytest.raises(NothingChanged):
        cast.put_right(session, wrong, "correct", cast.negative(), specimen_id="U1")


def test_a_correction_is_saved_only_as_its_preview_showed_it(session: Session) -> None:
    cast.rich(session)
    shown = preview_correction(session, cast.miriam, 1, "void", None, cast.NOW).fingerprint
    cast.visit(session, 7)  # Another visit is recorded meanwhile.
    before = session.execute(select(func.count()).select_from(VisitRow)).scalar_one()
    with pytest.raises(NotWhatWasShown):
        correct_visit(
            session,
            visit_id=1,
            way="void",
            visit=None,
            reason="never came",
            shown=shown,
            key=cast.key(),
            actor=cast.miriam,
            now=cast.NOW,
        )
    assert session.execute(select(func.count()).select_from(VisitRow)).scalar_one() == before


def test_the_preview_shows_what_changes_for_each_visit(session: Session) -> None:
    cast.rich(session)
    preview = preview_correction(session, cast.miriam, 1, "void", None, cast.NOW)
    changes = [
        (c.visit_id, c.before.paid if c.before else None, c.after.paid if c.after else None, c.to_client, c.to_program)
        for c in preview.changes
    ]
    assert changes == [(1, 10, None, 0, 10), (2, 15, 10, 0, 5), (3, 60, 15, 0, 45)]
    assert (preview.to_client("points"), preview.to_program("points")) == (0, 60)
    session.rollback()
    assert points(session) == 85


def test_the_same_form_sent_twice_corrects_once(session: Session) -> None:
    waits = cast.visit(session, 0, PENDING)
    cast.put_right(session, waits, "answer", cast.negative(), actor=cast.rosa, once="0000-0001")
    with pytest.raises(KeyReused):
        cast.visit(session, 2, once="0000-0001")
    answer = correct_visit(
        session,
        visit_id=waits,
        way="answer",
        visit=NewVisit("cocaine-negative", cast.START, cast.negative()),
        reason="As the paper says",
        shown="",
        key="0000-0001",
        actor=cast.rosa,
        now=cast.NOW,
    )
    assert (answer, points(session)) == (waits, 10)


def test_a_reason_is_needed_and_a_visit_of_another_site_is_not_found(session: Session) -> None:
    slip = cast.visit(session, 0)
    with pytest.raises(ReasonMissing):
        cast.put_right(session, slip, "undo", actor=cast.rosa, reason="  ")
    with pytest.raises(NotFound):
        cast.put_right(session, slip, "answer", cast.positive(), actor=cast.anna)
