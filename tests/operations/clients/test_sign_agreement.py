"""A client signs the agreement with their PIN or on paper, once for each version, and what they signed is kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.agreement_sentences import text_of
from cm_tracker.db import db
from cm_tracker.domain.clients.agreements import fingerprint
from cm_tracker.domain.errors import (
    AgreementSigned,
    BadInput,
    NotAllowed,
    NotFound,
    NotWhatWasShown,
    SeveralRefused,
    TooManyTries,
    WrongPin,
)
from cm_tracker.domain.errors.fidelity import AlreadyWithdrawn
from cm_tracker.domain.prizes.offers import SCREEN, Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.i18n import using_language
from cm_tracker.models import AuditEvent
from cm_tracker.operations.clients.sign_agreement import sign_agreement
from cm_tracker.operations.clients.withdraw_signature import withdraw_signature
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.agreements import (
    agreement_page,
    signed_of,
    signed_page,
    unsigned_at,
    unsigned_for,
    unsigned_of,
)
from cm_tracker.queries.day.board import board
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging

TODAY = date(2026, 3, 16)
HASHER, LIMIT = Hasher(64, 1), Limit(3, timedelta(minutes=10))


def sign(session: Session, enrollment_id: int = cast.AMIR, **more: Any) -> int:
    """Let the client of an enrollment sign on paper, before Leo, on the first day, as Rosa."""
    actor = more.get("actor", cast.rosa)
    page = agreement_page(session, Actor(None, actor.roles, None, "web"), enrollment_id, more.get("now", cast.NOW))
    with using_language(page.language):
        words = text_of(page)
    return sign_agreement(
        session,
        **{
            "enrollment_id": enrollment_id, "version_id": page.version_id, "language": page.language, "text": words,
            "shown": fingerprint(words), "confirmation": None, "signed_on": cast.START, "witness_id": cast.LEO,
            "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def confirmed(session: Session, pin: str = cast.PIN, **more: Any) -> Confirmation:
    return confirm_pin(
        session,
        **{
            "client_id": cast.AMIR, "pin": pin, "how": SCREEN, "hasher": HASHER, "limit": LIMIT, "actor": cast.rosa,
            "now": cast.NOW, "permission": "consent:change", **more,
        },
    )  # fmt: skip


def test_a_client_signs_with_their_pin_and_the_whole_text_is_kept(session: Session) -> None:
    agreement_id = sign(session, confirmation=confirmed(session), signed_on=TODAY, witness_id=cast.ROSA)
    (line,) = signed_of(session, cast.AMIR)
    assert (line.schedule_name, line.version_number, line.language, line.way, line.signed_on, line.witness_name) == (
        "Voucher ladder for cocaine, 12 weeks", 1, "en", "screen", TODAY, "Rosa",
    )  # fmt: skip
    page = signed_page(session, cast.rosa, agreement_id)
    assert (page.code, page.line) == ("HS-1", line)
    assert page.text is not None and page.text.startswith("# Our agreement\nHS-1 · Harbor Street\n")
    assert "\n| 8 | You meet your goal. | 45 points\n| 9 | You do not meet it. | 0 points\n" in page.text
    event = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert (event.tag, event.subject, event.client_id, event.staff_id, event.detail) == (
        "agreement:signed", f"signed_agreement:{agreement_id}", cast.AMIR, cast.ROSA,
        '{"schedule_version_id":1,"way":"screen"}',
    )  # fmt: skip
    assert verify_ledger(session).findings == []


def test_on_paper_the_day_and_the_witness_are_those_of_the_paper(session: Session) -> None:
    sign(session)
    (line,) = signed_of(session, cast.AMIR)
    assert (line.way, line.signed_on, line.witness_name, line.staff_name) == ("paper", cast.START, "Leo", "Rosa")


def test_a_form_that_comes_twice_signs_once_and_a_second_one_is_refused(session: Session) -> None:
    key = cast.key()
    assert sign(session, key=key) == sign(session, key=key)
    with pytest.raises(AgreementSigned):
        sign(session)
    assert len(signed_of(session, cast.AMIR)) == 1


def test_a_wrong_pin_signs_nothing_and_too_many_lock(session: Session) -> None:
    for left in (2, 1, 0):
        with pytest.raises(WrongPin) as wrong:
            confirmed(session, "9999")
        assert wrong.value.left == left
    with pytest.raises(TooManyTries):
        confirmed(session)
    assert signed_of(session, cast.AMIR) == ()
    assert session.execute(text("SELECT COUNT(*) FROM audit_event WHERE tag = 'pin:refused'")).scalar_one() == 3
    sign(session, confirmation=confirmed(session, now=cast.NOW + timedelta(minutes=11)), signed_on=TODAY)


def test_the_pin_of_somebody_else_signs_nothing(session: Session) -> None:
    with pytest.raises(NotFound):
        sign(session, confirmation=Confirmation(cast.BEA, SCREEN))
    assert signed_of(session, cast.AMIR) == ()


def test_nobody_signs_another_text_or_another_version_than_was_shown(session: Session) -> None:
    with pytest.raises(NotWhatWasShown):
        sign(session, shown=fingerprint("# Our agreement"))
    with pytest.raises(NotWhatWasShown):
        sign(session, version_id=cast.ATTENDANCE)
    assert signed_of(session, cast.AMIR) == ()


def test_a_day_to_come_and_a_witness_of_another_site_are_said_at_once(session: Session) -> None:
    with pytest.raises(SeveralRefused) as refused:
        sign(session, signed_on=date(2026, 3, 17), witness_id=cast.ANNA)
    assert [one.field for one in refused.value.refusals] == ["signed_on", "witness_id"]
    with pytest.raises(BadInput):
        sign(session, witness_id=cast.ANNA)


def test_who_may_not_change_consents_lets_nobody_sign(session: Session) -> None:
    with pytest.raises(NotAllowed):
        sign(session, actor=cast.grace)
    with pytest.raises(NotAllowed):
        confirmed(session, actor=cast.grace)
    with pytest.raises(NotFound):
        sign(session, actor=cast.anna)


def test_who_has_not_signed_is_known_until_they_sign_and_again_after_a_move(session: Session) -> None:
    assert [one.code for one in unsigned_at(session, cast.HARBOR, TODAY)] == ["HS-1"]
    assert [one.code for one in board(session, cast.rosa, cast.HARBOR, cast.NOW).unsigned] == ["HS-1"]
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    assert [(one.code, one.site_name) for one in unsigned_for(session, both, TODAY)] == [
        ("HS-1", "Harbor Street"), ("MR-1", "Mill Road"),
    ]  # fmt: skip
    sign(session)
    assert unsigned_at(session, cast.HARBOR, TODAY) == unsigned_of(session, cast.AMIR, TODAY) == ()
    assert board(session, cast.rosa, cast.HARBOR, cast.NOW).unsigned == ()
    cast.move(session, cast.AMIR, cast.ATTENDANCE, "2026-03-16")
    assert unsigned_at(session, cast.HARBOR, TODAY - timedelta(days=1)) == ()
    assert [one.enrollment_id for one in unsigned_of(session, cast.AMIR, TODAY)] == [cast.AMIR]
    assert [one.code for one in board(session, cast.rosa, cast.HARBOR, cast.NOW).unsigned] == ["HS-1"]
    sign(session, signed_on=TODAY)
    assert unsigned_of(session, cast.AMIR, TODAY) == ()
    assert [line.schedule_name for line in signed_of(session, cast.AMIR)] == [
        "Attendance points, 12 weeks", "Voucher ladder for cocaine, 12 weeks",
    ]  # fmt: skip


def test_nobody_signs_for_an_enrollment_that_is_over(session: Session) -> None:
    assert len(unsigned_at(session, cast.HARBOR, date(2026, 5, 24))) == 1
    assert unsigned_at(session, cast.HARBOR, date(2026, 5, 25)) == (), "the 12 weeks are over"
    cast.end(session, cast.AMIR, "2026-03-16")
    assert len(unsigned_at(session, cast.HARBOR, TODAY)) == 1
    assert unsigned_at(session, cast.HARBOR, TODAY + timedelta(days=1)) == ()


def test_the_agreement_of_a_merged_record_is_the_clients(session: Session) -> None:
    second = merging.second_record(session)
    enrollment_id = merging.enroll(session, second, "2026-03-02")
    sign(session, enrollment_id)
    cast.end(session, enrollment_id, "2026-03-15")
    merging.merge(session, second)
    assert [line.enrollment_id for line in signed_of(session, cast.AMIR)] == [enrollment_id]


@pytest.mark.parametrize("what", ["UPDATE signed_agreement SET language = 'es'", "DELETE FROM signed_agreement"])
def test_the_database_changes_no_agreement(session: Session, what: str) -> None:
    sign(session)
    with pytest.raises(DBAPIError):
        session.execute(text(what))
    session.rollback()
    assert [line.language for line in signed_of(session, cast.AMIR)] == ["en"]


def test_a_signature_for_a_version_that_the_enrollment_never_followed_is_found(app: Flask) -> None:
    """Level 4: somebody who can seal records writes an agreement that the client never signed."""
    with app.app_context():
        session = db.session()
        sign(session)
        signed = session.execute(text("SELECT note_digest FROM signed_agreement")).scalar_one()
        record = add_record(
            session, "signed_agreement", enrollment_id=cast.AMIR, site_id=cast.HARBOR,
            schedule_version_id=cast.ATTENDANCE, language="en", way="paper", signed_on=TODAY, witness_id=cast.LEO,
            note_digest=bytes(signed), recorded_at=cast.NOW, staff_id=cast.ROSA, via="web",
        )  # fmt: skip
        seal_records(session, [record])
        session.commit()
        assert [finding.says for finding in verify_ledger(session).findings if finding.level == 4] == [
            "signed_agreement:2 is for a version that its enrollment never followed"
        ]
        db.session.remove()


def withdraw(session: Session, agreement_id: int, **more: Any) -> int:
    """Withdraw a signature as Rosa. Return the id of the withdrawal."""
    return withdraw_signature(
        session,
        **{
            "agreement_id": agreement_id, "reason": "The paper is another client's", "key": cast.key(),
            "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def test_a_signature_that_was_recorded_by_mistake_does_not_count_and_stays_on_record(session: Session) -> None:
    first = sign(session)
    with pytest.raises(BadInput, match="Say what went wrong") as refused:
        withdraw(session, first, reason=" ")
    assert refused.value.field == "reason"
    key = cast.key()
    assert withdraw(session, first, key=key) == withdraw(session, first, key=key)
    with pytest.raises(AlreadyWithdrawn):
        withdraw(session, first)
    assert agreement_page(session, cast.rosa, cast.AMIR, cast.NOW).signed is None
    assert [one.enrollment_id for one in unsigned_of(session, cast.AMIR, TODAY)] == [cast.AMIR]
    line = signed_page(session, cast.rosa, first).line
    assert (line.withdrawn_at, line.withdrawn_by, line.why_withdrawn) == (
        cast.NOW, "Rosa", "The paper is another client's",
    )  # fmt: skip
    second = sign(session, signed_on=TODAY)
    assert [(one.id, one.withdrawn_at is None) for one in signed_of(session, cast.AMIR)] == [
        (second, True), (first, False),
    ]  # fmt: skip
    assert unsigned_of(session, cast.AMIR, TODAY) == ()
    with pytest.raises(AgreementSigned):
        sign(session)
    assert verify_ledger(session).findings == []


def test_who_may_not_withdraw_a_signature(session: Session) -> None:
    agreement_id = sign(session)
    for unknown, actor in ((agreement_id, cast.anna), (99, cast.rosa)):
        with pytest.raises(NotFound):
            withdraw(session, unknown, actor=actor)
    with pytest.raises(NotAllowed):
        withdraw(session, agreement_id, actor=cast.grace)
