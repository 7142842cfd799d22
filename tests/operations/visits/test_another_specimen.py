"""A second specimen at the same visit: 10 points and 5 more for each negative test in a row, 40 for every third."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NoOtherSpecimen, NotAllowed, OwnEntry, SameSpecimen
from cm_tracker.domain.visits.evidence import Specimen, Test
from cm_tracker.models import LogRow, Transaction, VisitClaim
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast

DILUTE = Test(specimen="dilute")
LEAKED = Test(specimen="leaked")
COLD = Test({"cocaine": "negative"}, temperature="out_of_range")
ALTERED = Test(specimen="tampered")
WATCHED = Test({"cocaine": "negative"}, is_observed=True)


def points(session: Session) -> int:
    return balances_of(session, cast.AMIR).get("points", 0)


def claims(session: Session) -> set[str]:
    """Return the labels that are claimed at some site."""
    found = session.execute(select(VisitClaim.claim).where(VisitClaim.claim.like("specimen:%")))
    return set(found.scalars())


@pytest.mark.parametrize("first", [DILUTE, LEAKED, COLD])
def test_a_negative_second_specimen_is_paid_as_if_it_were_the_only_one(session: Session, first: Test) -> None:
    cast.visit(session, 0)
    visit_id = cast.visit(session, 2, first, specimen_id="U1")
    assert points(session) == 10
    again = cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa, reason="", specimen_id="U2")
    assert again == visit_id
    assert points(session) == 25
    history = enrollment_history(session, cast.AMIR)
    (_, visit) = history.visits
    assert (visit.outcome, visit.specimen_id, visit.correction) == ("met", "U2", "specimen")
    assert [one.specimen_id for one in visit.all_specimens] == ["U1", "U2"]
    assert [record.outcome for record in history.records[visit_id]][1:] == ["met"]
    assert verify_ledger(session).findings == []


def test_a_second_specimen_after_an_altered_one_pays_only_if_it_was_observed(session: Session) -> None:
    cast.visit(session, 0)
    visit_id = cast.visit(session, 2, ALTERED)
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa)
    assert points(session) == 10
    assert enrollment_history(session, cast.AMIR).replay().results[-1].why == "reset"
    cast.put_right(session, visit_id, "specimen", WATCHED, actor=cast.rosa)
    assert points(session) == 25
    assert enrollment_history(session, cast.AMIR).replay().results[-1].run == 2
    with pytest.raises(NoOtherSpecimen):
        cast.put_right(session, visit_id, "specimen", WATCHED, actor=cast.rosa)
    assert verify_ledger(session).findings == []


def test_what_a_second_specimen_earns_is_an_award_and_no_correction(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE)
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.leo)
    kind, because, staff_id = session.execute(
        select(Transaction.kind, Transaction.because, Transaction.staff_id).order_by(Transaction.id.desc())
    ).first() or ("", "", 0)
    assert (kind, because, staff_id) == ("award", "visit:2", cast.LEO)


def test_the_second_specimen_of_a_visit_that_was_entered_late_moves_later_ones(session: Session) -> None:
    """Mar 4 becomes the second in a row and pays 15; Mar 6 becomes the third and is owed 60 and not 15."""
    cast.visit(session, 0)
    visit_id = cast.visit(session, 2, DILUTE)
    cast.visit(session, 4)
    assert points(session) == 25
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa)
    assert points(session) == 85
    assert verify_ledger(session).findings == []


def test_both_specimens_of_a_visit_that_is_entered_at_once_are_one_record(session: Session) -> None:
    first = Specimen(DILUTE, "U1")
    visit_id = cast.visit(session, 0, cast.negative(), specimen_id="U2", earlier=(first,))
    assert points(session) == 10
    body = session.execute(select(LogRow.body).where(LogRow.record == f"visit:{visit_id}")).scalar_one()
    sealed = json.loads(bytes(body))
    assert (sealed["specimen_id"], sealed["results"], sealed["outcome"]) == ("U2", [["cocaine", "negative"]], "met")
    assert [one["specimen_id"] for one in json.loads(sealed["specimens"])] == ["U1", "U2"]
    assert claims(session) == {"specimen:1:U1", "specimen:1:U2"}
    assert verify_ledger(session).findings == []


def test_a_visit_of_one_specimen_is_sealed_as_before(session: Session) -> None:
    visit_id = cast.visit(session, 0, specimen_id="U1")
    body = session.execute(select(LogRow.body).where(LogRow.record == f"visit:{visit_id}")).scalar_one()
    assert "specimens" not in json.loads(bytes(body))


def test_each_label_counts_once_at_a_site(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE, specimen_id="U1")
    cast.visit(session, 2, specimen_id="U5")
    with pytest.raises(SameSpecimen) as refused:
        cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U5")
    assert refused.value.specimen_id == "U5"
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U2")
    assert claims(session) == {"specimen:1:U1", "specimen:1:U2", "specimen:1:U5"}
    for taken in ("U1", "U2"):
        with pytest.raises(SameSpecimen) as refused:
            cast.visit(session, 4, specimen_id=taken)
        assert (refused.value.specimen_id, refused.value.visit_id) == (taken, 3)
    cast.put_right(session, visit_id, "void")
    assert claims(session) == {"specimen:1:U5"}, "a void gives every label back"
    cast.visit(session, 4, specimen_id="U1")


def test_an_undo_takes_the_second_specimen_and_what_it_paid_back(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE, specimen_id="U1")
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U2")
    cast.put_right(session, visit_id, "undo", actor=cast.rosa)
    (visit,) = enrollment_history(session, cast.AMIR).visits
    assert (points(session), visit.outcome, len(visit.all_specimens)) == (0, "dilute", 1)
    assert claims(session) == {"specimen:1:U1"}
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U2")
    assert points(session) == 10


def test_the_laboratory_answers_for_the_second_specimen(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE, specimen_id="U1")
    pending = Test({"cocaine": "pending"})
    cast.put_right(session, visit_id, "specimen", pending, actor=cast.rosa, specimen_id="U2")
    assert points(session) == 0
    first = Specimen(DILUTE, "U1")
    cast.put_right(
        session, visit_id, "answer", cast.negative(), actor=cast.leo, specimen_id="U2", earlier=(first,),
        now=cast.NOW + timedelta(days=1),
    )  # fmt: skip
    (visit,) = enrollment_history(session, cast.AMIR).visits
    assert (points(session), [one.specimen_id for one in visit.all_specimens]) == (10, ["U1", "U2"])


def test_who_only_reads_enters_no_second_specimen(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE)
    with pytest.raises(NotAllowed):
        cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.grace)


def test_whoever_entered_the_second_specimen_does_not_correct_the_visit(session: Session) -> None:
    visit_id = cast.visit(session, 0, DILUTE)
    cast.put_right(session, visit_id, "specimen", cast.negative(), actor=cast.miriam)
    with pytest.raises(OwnEntry):
        cast.put_right(session, visit_id, "correct", Test({"cocaine": "positive"}))


def test_the_database_claims_the_labels_of_every_specimen(session: Session) -> None:
    """A row that is written without the program's own checks is refused for the label of another visit's cup."""
    cast.visit(session, 0, cast.negative(), specimen_id="U2", earlier=(Specimen(DILUTE, "U1"),))
    with pytest.raises(Exception, match=r"(?i)unique|another visit stands"):
        session.execute(
            text(
                "INSERT INTO visit (enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimens, "
                "recorded_at, via) SELECT enrollment_id, site_id, behavior, '2026-03-04', 1, 'met', "
                '\'[{"specimen_id":"U9"},{"specimen_id":"U1"}]\', recorded_at, via FROM visit'.replace(':"', '\\:"')
            )
        )
    session.rollback()
