"""Points expire where a lead set a rule, on the day that the client was shown, as one transaction, and once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.ledger.expire_points import expire_points
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.expiry import expired_clients, expiry_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging

# Amir's twelve weeks end on Sunday, May 24, so points are gone from July 6 on. In New York it is July 5 until 4 h UTC.
BEFORE = datetime(2026, 7, 6, 3, 59, tzinfo=UTC)
THEN = datetime(2026, 7, 6, 4, 0, tzinfo=UTC)


def rule(session: Session, weeks: int | None = 6, *, actor: Actor = cast.miriam, site_id: int = cast.HARBOR) -> None:
    cast.set_site(session, site_id=site_id, actor=actor, expiry_weeks=weeks)


def expire(session: Session, now: datetime) -> int:
    return expire_points(session, client_id=cast.AMIR, actor=command(), now=now)


def test_without_a_rule_nothing_ever_expires(session: Session) -> None:
    cast.rich(session)
    assert expired_clients(session, datetime(2060, 1, 1, tzinfo=UTC)) == ((), None)
    assert expire(session, datetime(2060, 1, 1, tzinfo=UTC)) == 0
    assert balances_of(session, cast.AMIR)["points"] == 85


def test_points_expire_on_their_day_and_once(session: Session) -> None:
    cast.rich(session)
    rule(session)
    assert expired_clients(session, BEFORE) == ((), None)
    assert expire(session, BEFORE) == 0
    assert expired_clients(session, THEN) == ((cast.AMIR,), None)
    assert expire(session, THEN) == 85
    assert expire(session, THEN) == 0
    assert balances_of(session, cast.AMIR)["points"] == 0
    rows = session.execute(
        text(
            "SELECT a.key, e.amount FROM entry e JOIN account a ON a.id = e.account_id JOIN ledger_transaction t "
            "ON t.id = e.transaction_id WHERE t.kind = 'expiry' ORDER BY e.position"
        )
    )
    assert [tuple(row) for row in rows] == [("client:1:points", -85), ("expired:1:points", 85)]
    assert verify_ledger(session).findings == []


def test_points_of_two_records_expire_together_and_not_before_the_client_was_warned(session: Session) -> None:
    """Both enrollments are over by March 12, so by the rule alone their points would expire in April."""
    cast.rich(session)
    cast.end(session, cast.AMIR, "2026-03-10")
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-03-02")
    cast.visit(session, 0, enrollment_id=enrollment)
    cast.end(session, enrollment, "2026-03-12")
    rule(session, 4)
    request = merging.ask(session, second)
    merging.decide(session, request, now=datetime(2026, 6, 1, 15, 0, tzinfo=UTC))
    expiry = expiry_of(session, cast.AMIR)
    assert expiry is not None and expiry.on.isoformat() == "2026-06-29", "four weeks after June 1"
    assert expiry_of(session, second) is None
    assert expired_clients(session, datetime(2026, 6, 29, 15, 0, tzinfo=UTC)) == ((cast.AMIR,), None)
    assert expire(session, datetime(2026, 6, 29, 15, 0, tzinfo=UTC)) == 95
    assert verify_ledger(session).findings == []


def test_a_client_who_enrolls_again_keeps_all_points(session: Session) -> None:
    cast.rich(session)
    rule(session)
    june = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
    enroll_client(
        session, client_id=cast.AMIR, schedule_version_id=cast.HIGGINS, starts_on=june.date(), key=cast.key(),
        actor=cast.rosa, now=june,
    )  # fmt: skip
    assert expire(session, THEN) == 0
    expiry = expiry_of(session, cast.AMIR)
    assert expiry is not None and expiry.on.isoformat() == "2026-10-05"  # six weeks after Sunday, August 23


def test_another_site_has_its_own_rule(session: Session) -> None:
    cast.rich(session)
    rule(session, actor=command(), site_id=cast.MILL)
    assert expire(session, THEN) == 0


def test_after_a_rule_is_removed_nothing_expires(session: Session) -> None:
    cast.rich(session)
    rule(session)
    rule(session, None)
    assert expire(session, THEN) == 0


def test_no_member_of_staff_lets_points_expire(session: Session) -> None:
    cast.rich(session)
    rule(session)
    for actor in (cast.rosa, cast.miriam, cast.sam):
        with pytest.raises(NotAllowed):
            expire_points(session, client_id=cast.AMIR, actor=actor, now=THEN)


def test_the_same_rule_again_keeps_its_day_and_another_rule_gives_four_weeks_from_today(session: Session) -> None:
    cast.rich(session)
    rule(session)
    for weeks, on in ((6, "2026-07-06"), (4, "2026-07-28")):
        change_site_settings(
            session, site_id=cast.HARBOR, values={"expiry_weeks": weeks}, reason="Again", actor=cast.miriam,
            now=datetime(2026, 6, 30, 15, 0, tzinfo=UTC),
        )  # fmt: skip
        expiry = expiry_of(session, cast.AMIR)
        assert expiry is not None and expiry.on.isoformat() == on
