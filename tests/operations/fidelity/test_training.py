"""Training on record: only added, withdrawn with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences import sentence
from cm_tracker.domain.errors import AlreadyWithdrawn, BadInput, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.fidelity.withdraw_training import withdraw_training
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from cm_tracker.queries.fidelity.training import learned_by, trainings_of
from tests import cast


def train(
    session: Session, *subjects: str, person_id: int = cast.ROSA, actor: Actor = cast.miriam, **more: object
) -> int:
    return record_training(
        session,
        **{  # type: ignore[arg-type]
            "person_id": person_id, "subjects": subjects, "trained_on": cast.START, "note": "Webinar of the state",
            "key": cast.key(), "actor": actor, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def withdraw(session: Session, training_id: int, why: str = "It was Leo", *, actor: Actor = cast.miriam) -> int:
    return withdraw_training(session, training_id=training_id, why=why, key=cast.key(), actor=actor, now=cast.NOW)


def test_each_subject_becomes_a_record_with_its_day_its_note_and_who_entered_it(session: Session) -> None:
    train(session, "tests", "core")
    lines = trainings_of(session, cast.ROSA)
    assert {line.subject for line in lines} == {"core", "tests"}
    assert {(line.trained_on, line.note, line.recorded_by) for line in lines} == {
        (cast.START, "Webinar of the state", "Miriam")
    }
    assert learned_by(session, [cast.ROSA, cast.LEO]) == {cast.ROSA: {"core": cast.START, "tests": cast.START}}


def test_the_same_form_twice_is_one_training(session: Session) -> None:
    once = cast.key()
    assert train(session, "core", key=once) == train(session, "core", key=once)
    assert len(trainings_of(session, cast.ROSA)) == 1


def test_a_withdrawn_record_stays_with_its_reason_and_counts_no_more(session: Session) -> None:
    training_id = train(session, "core")
    withdraw(session, training_id)
    line = trainings_of(session, cast.ROSA)[0]
    assert (line.is_withdrawn, line.why_withdrawn) == (True, "It was Leo")
    assert learned_by(session, [cast.ROSA]) == {}
    with pytest.raises(AlreadyWithdrawn):
        withdraw(session, training_id)


def test_what_is_wrong_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="still to come"):
        train(session, "core", trained_on=cast.NOW.date() + timedelta(days=1))
    with pytest.raises(BadInput, match="at least one subject"):
        train(session)
    with pytest.raises(BadInput, match="Say why"):
        withdraw(session, train(session, "core"), " ")


def test_only_a_lead_records_and_only_for_their_own_sites(session: Session) -> None:
    with pytest.raises(NotAllowed):
        train(session, "core", actor=cast.rosa)
    with pytest.raises(NotFound):
        train(session, "core", person_id=cast.ANNA)
    training_id = train(session, "core")
    with pytest.raises(NotAllowed):
        withdraw(session, training_id, actor=cast.rosa)
    elsewhere = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    with pytest.raises(NotFound):
        withdraw(session, training_id, actor=elsewhere)


@pytest.mark.parametrize("statement", ["UPDATE training SET subject = 'tests'", "DELETE FROM training"])
def test_no_record_is_changed(session: Session, statement: str) -> None:
    train(session, "core")
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    session.rollback()
    assert [line.subject for line in trainings_of(session, cast.ROSA)] == ["core"]


def test_the_audit_trail_tells_both(session: Session) -> None:
    withdraw(session, train(session, "core", "tests"))
    said = [sentence(line) for line in audit_trail(session, cast.miriam, AuditFilter()).lines]
    assert "Miriam recorded a training of Rosa on Mar 2, 2026: core and protocol, tests." in said
    assert "Miriam withdrew the record of a training of Rosa on Mar 2, 2026: tests." in said
