"""Level 4 of a verification finds records that contradict each other after a change in the database."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.operations.steps.post_transaction import post_transaction
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "table", "sentence"),
    [
        (
            "UPDATE ledger_transaction SET kind = 'gift' WHERE id = 1",
            "ledger_transaction",
            "transaction:1 is of an unknown kind",
        ),
        (
            "UPDATE ledger_transaction SET kind = 'draw' WHERE id = 1",
            "ledger_transaction",
            "transaction:1 is of the kind draw, but no draw names it",
        ),
        (
            "UPDATE entry SET visit_id = NULL WHERE transaction_id = 3",
            "entry",
            "transaction:3 pays without naming the visit that it pays for",
        ),
        (
            "UPDATE entry SET unit = 'tier/small' WHERE transaction_id = 3",
            "ledger_transaction",
            "transaction:3 moves slips, which only these kinds may: redemption, undo, draw, merge, trade",
        ),
        (
            "UPDATE account SET kind = 'held' WHERE key = 'client:1:points'",
            "ledger_transaction",
            "transaction:3 moves prizes that are set aside, which only these kinds may: redemption, undo, handover",
        ),
        (
            "UPDATE account SET kind = 'expired' WHERE key = 'issued:1:points'",
            "ledger_transaction",
            "transaction:3 moves expired points, which only these kinds may: expiry",
        ),
        (
            "UPDATE schedule_version SET staff_id = 3, sent_by_id = 3 WHERE id = 1",
            "schedule_version",
            "schedule_version:1 was not approved by a second lead",
        ),
        (
            "UPDATE schedule_version SET staff_id = 3, sent_by_id = CASE WHEN id = 1 THEN 4 END",
            "schedule_version",
            "schedule_version:2 was published by one lead without a statement, which others had to make before",
        ),
        (
            "UPDATE program SET point_value_cents = 50",
            "schedule_version",
            "schedule_version:1 values a point at 25 cents, and the program has another value",
        ),
        (
            "DELETE FROM program",
            "schedule_version",
            "schedule_version:1 values a point at 25 cents, and the program has another value",
        ),
        (
            "UPDATE program SET currency = 'GBP'",
            "schedule_version",
            "schedule_version:2 pays in USD, and the program in another currency",
        ),
        (
            "UPDATE redemption SET price_cents = 501",
            "redemption",
            "redemption:1 took other points than its price in money is worth",
        ),
        (
            "UPDATE redemption SET price_cents = 475",
            "redemption",
            "redemption:1 took other points than its price in money is worth",
        ),
        (
            "UPDATE redemption SET price_points = 19",
            "redemption",
            "redemption:1 took other points than its price in money is worth",
        ),
        (
            "UPDATE redemption SET price_cents = NULL WHERE id = 2",
            "redemption",
            "redemption:2 hides its price in money, which an earlier one has",
        ),
        (
            "UPDATE redemption SET retail_cents = 500 WHERE id = 2",
            "redemption",
            "redemption:2 names a retail value where points were paid, or hides it where an earlier slip has it",
        ),
    ],
)
def test_a_record_that_contradicts_its_kind_its_price_or_the_program_is_found(
    app: Flask, kind: str, statement: str, table: str, sentence: str
) -> None:
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        for _ in range(2):
            redeem_at_once(session)
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        findings = [(f.level, f.table, f.says) for f in verify_ledger(session).findings]
        put_guards_back(session, kind)
    assert (4, table, sentence) in findings


def test_a_transaction_of_an_unknown_kind_is_not_posted(session: Session) -> None:
    with pytest.raises(ValueError, match="gift is not in"):
        post_transaction(session, "gift", [], site_id=1, client_id=None, actor=cast.rosa, now=cast.NOW)
    session.rollback()


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "table", "sentence"),
    [
        (
            "UPDATE client SET merged_into_id = 2 WHERE id = 3",
            "client",
            "client:3 names another main record than its sealed merge",
        ),
        (
            "UPDATE client SET merged_into_id = NULL WHERE id = 3",
            "client",
            "client:3 names another main record than its sealed merge",
        ),
        (
            "UPDATE client SET merged_into_id = 2 WHERE id = 1",
            "client",
            "client:1 names another main record than its sealed merge",
        ),
        (
            "UPDATE account SET balance = 1 WHERE key = 'client:3:points'",
            "client",
            "client:3 was merged into another record, but something is still booked for it",
        ),
        (
            "UPDATE client SET site_id = 2 WHERE id = 3",
            "client",
            "client:3 was merged into another record, but belongs to another site than that one",
        ),
        (
            "UPDATE client_merge SET staff_id = NULL",
            "client_merge",
            "client_merge:1 was not approved by a second person, or was not asked for as its request says",
        ),
        (
            "UPDATE merge_request SET decision = 'declined'",
            "client_merge",
            "client_merge:1 was not approved by a second person, or was not asked for as its request says",
        ),
        (
            "UPDATE ledger_transaction SET because = 'visit:1' WHERE kind = 'merge'",
            "ledger_transaction",
            "transaction:7 names no merge, or moves something else than from the merged record to its main record",
        ),
        (
            "UPDATE entry SET account_id = (SELECT id FROM account WHERE key = 'client:2:points') "
            "WHERE transaction_id = 7 AND amount > 0",
            "ledger_transaction",
            "transaction:7 names no merge, or moves something else than from the merged record to its main record",
        ),
        (
            "UPDATE entry SET account_id = (SELECT id FROM account WHERE key = 'client:2:points') "
            "WHERE transaction_id = 6 AND amount > 0",
            "entry",
            "transaction:6 pays a client for a visit of another client",
        ),
    ],
)
def test_a_merge_that_was_changed_is_found(app: Flask, kind: str, statement: str, table: str, sentence: str) -> None:
    """Transaction 7 moved what the second record had to Amir. Client 2 is Bea, who has nothing to do with it."""
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
        second = merging.second_record(session)
        enrollment = merging.enroll(session, second, "2026-03-02")
        cast.visit(session, 0, enrollment_id=enrollment)
        cast.end(session, enrollment, "2026-03-10")
        merging.merge(session, second)
        assert verify_ledger(session).findings == []
        ids = "SELECT id FROM ledger_transaction WHERE kind IN ('award', 'merge') ORDER BY id DESC LIMIT 2"
        newest, award = session.execute(text(ids)).scalars()
        drop_guards(session, kind)
        session.execute(text(statement.replace("= 7", f"= {newest}").replace("= 6", f"= {award}")))
        session.commit()
        findings = [(f.level, f.table, f.says) for f in verify_ledger(session).findings]
        put_guards_back(session, kind)
        expected = sentence.replace("transaction:7", f"transaction:{newest}").replace(
            "transaction:6", f"transaction:{award}"
        )
        assert (4, table, expected) in findings
