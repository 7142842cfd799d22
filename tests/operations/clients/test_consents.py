"""Consents, agreements and disclosures are written once, each on the audit trail, and a disclosure rests on something."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, ConsentRevoked, NotAllowed, NotFound, Refused, SeveralRefused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent
from cm_tracker.operations.clients.record_agreement import record_agreement
from cm_tracker.operations.clients.record_consent import record_consent
from cm_tracker.operations.clients.record_disclosure import record_disclosure
from cm_tracker.operations.clients.revoke_consent import revoke_consent
from cm_tracker.queries.clients.consents import agreements_of, consents_of, disclosure_sheet, disclosures_of
from tests import cast, merging

TODAY = date(2026, 3, 16)
WEISS = {"recipient": "Dr. Weiss", "what": "Attendance since March", "purpose": "Treatment"}


def consent(session: Session, **more: Any) -> int:
    """Record a consent of Amir for Dr. Weiss, signed on the first day, as Rosa."""
    return record_consent(
        session,
        **{
            "client_id": cast.AMIR, **WEISS, "signed_on": cast.START, "until": None, "key": cast.key(),
            "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def revoke(session: Session, consent_id: int, **more: Any) -> int:
    return revoke_consent(
        session,
        **{
            "consent_id": consent_id, "revoked_on": TODAY, "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def disclosed(session: Session, basis: str = "consent", **more: Any) -> int:
    return record_disclosure(
        session,
        **{
            "client_id": cast.AMIR, "basis": basis, "consent_id": None, **WEISS, "disclosed_on": TODAY,
            "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def agreement(session: Session, **more: Any) -> int:
    return record_agreement(
        session,
        **{
            "client_id": cast.AMIR, "version": "March 2026", "signed_on": cast.START, "witness_id": cast.LEO,
            "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def tags(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(
        select(AuditEvent.tag, AuditEvent.client_id, AuditEvent.staff_id).order_by(AuditEvent.id.desc()).limit(1)
    )
    return [tuple(row) for row in rows]


def test_a_consent_holds_until_it_is_taken_back(session: Session) -> None:
    consent_id = consent(session, until=date(2026, 6, 30))
    assert tags(session) == [("consent:recorded", cast.AMIR, cast.ROSA)]
    (line,) = consents_of(session, cast.AMIR, TODAY)
    assert (line.id, line.recipient, line.what, line.purpose, line.holds) == (consent_id, *WEISS.values(), True)
    revoke(session, consent_id)
    assert tags(session) == [("consent:revoked", cast.AMIR, cast.ROSA)]
    (line,) = consents_of(session, cast.AMIR, TODAY)
    assert (line.written.revoked_on, line.holds) == (TODAY, False)


def test_a_consent_is_taken_back_once(session: Session) -> None:
    consent_id = consent(session)
    key = cast.key()
    assert revoke(session, consent_id, key=key) == revoke(session, consent_id, key=key)
    with pytest.raises(ConsentRevoked):
        revoke(session, consent_id)


def test_days_and_texts_that_cannot_be_are_said_at_once(session: Session) -> None:
    with pytest.raises(SeveralRefused) as refused:
        consent(session, recipient=" ", signed_on=date(2026, 3, 17), until=date(2026, 3, 1))
    assert [one.field for one in refused.value.refusals] == ["recipient", "signed_on", "until"]
    assert consents_of(session, cast.AMIR, TODAY) == ()


def test_a_disclosure_rests_on_a_consent_of_that_client_that_holds_on_that_day(session: Session) -> None:
    of_amir = consent(session)
    disclosure_id = disclosed(session, consent_id=of_amir)
    assert tags(session) == [("disclosure:recorded", cast.AMIR, cast.ROSA)]
    sheet = disclosure_sheet(session, cast.rosa, disclosure_id)
    assert (sheet.code, sheet.recipient, sheet.basis) == ("HS-1", "Dr. Weiss", "consent")
    assert sheet.consent is not None and sheet.consent.what == "Attendance since March"
    revoke(session, of_amir)
    for consent_id in (of_amir, None, 99):
        with pytest.raises(BadInput) as refused:
            disclosed(session, consent_id=consent_id)
        assert refused.value.field == "consent_id"
    assert disclosed(session, consent_id=of_amir, disclosed_on=date(2026, 3, 15))
    assert [line.disclosed_on.day for line in disclosures_of(session, cast.AMIR)] == [16, 15]


def test_a_consent_of_somebody_else_is_none(session: Session) -> None:
    of_bea = consent(session, client_id=cast.BEA, actor=cast.anna)
    with pytest.raises(BadInput) as refused:
        disclosed(session, consent_id=of_bea)
    assert refused.value.field == "consent_id"


def test_an_exception_of_the_law_needs_no_consent(session: Session) -> None:
    disclosure_id = disclosed(session, "emergency", consent_id=consent(session))
    assert disclosure_sheet(session, cast.rosa, disclosure_id).consent is None


def test_an_agreement_names_its_version_and_its_witness(session: Session) -> None:
    agreement(session)
    assert tags(session) == [("agreement:signed", cast.AMIR, cast.ROSA)]
    (line,) = agreements_of(session, cast.AMIR)
    assert (line.version, line.signed_on, line.witness_name, line.staff_name) == (
        "March 2026", cast.START, "Leo", "Rosa",
    )  # fmt: skip
    with pytest.raises(SeveralRefused) as refused:
        agreement(session, version=" ", signed_on=date(2026, 3, 17), witness_id=cast.ANNA)
    assert [one.field for one in refused.value.refusals] == ["version", "signed_on", "witness_id"]


def test_what_a_merged_record_has_is_the_clients(session: Session) -> None:
    second = merging.second_record(session)
    of_second = consent(session, client_id=second)
    merging.merge(session, second)
    assert [line.id for line in consents_of(session, cast.AMIR, TODAY)] == [of_second]
    assert disclosed(session, consent_id=of_second)


def test_accounts_of_six_years_leave_out_what_is_older(session: Session) -> None:
    disclosed(session, "audit")
    assert disclosures_of(session, cast.AMIR, since=TODAY) != ()
    assert disclosures_of(session, cast.AMIR, since=date(2026, 3, 17)) == ()


REFUSED: list[tuple[Actor, type[Refused]]] = [
    (cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "error"), REFUSED, ids=lambda value: "-".join(getattr(value, "roles", ())))
def test_who_may_not_is_refused(session: Session, actor: Actor, error: type[Refused]) -> None:
    consent_id = consent(session)
    for act in (
        lambda: consent(session, actor=actor),
        lambda: revoke(session, consent_id, actor=actor),
        lambda: agreement(session, actor=actor),
        lambda: disclosed(session, "audit", actor=actor),
    ):
        with pytest.raises(error):
            act()


def test_an_unknown_consent_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        revoke(session, 99)


@pytest.mark.parametrize("table", ["agreement", "consent", "consent_revocation", "disclosure"])
def test_nothing_is_changed_or_removed(session: Session, table: str) -> None:
    agreement(session)
    consent_id = consent(session)
    disclosed(session, consent_id=consent_id)
    revoke(session, consent_id)
    for statement in (f"UPDATE {table} SET client_id = 2", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    assert session.execute(text(f"SELECT client_id FROM {table}")).scalar_one() == cast.AMIR
