"""Verification has no findings in a correct ledger, and finds what was changed directly in the database."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.queries.ledger.levels.row_bodies import IDS, bodies_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.owner


@pytest.fixture
def ledger(app, kind: str):  # type: ignore[no-untyped-def]
    """Yield a session whose ledger holds visits and a redemption, and whose triggers and keys are off."""
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        cast.visit(session, 7, note="a quiet day")
        redeem_at_once(
            session,
            client_id=cast.AMIR,
            prize_id=cast.MUG,
            price_points=20,
            quantity=1,
            key=cast.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )
        drop_guards(session, kind)
        yield session
        put_guards_back(session, kind)


def findings_after(session: Session, *statements: str) -> set[tuple[int, str]]:
    for statement in statements:
        assert session.execute(text(statement)).rowcount  # type: ignore[attr-defined]
    return {(finding.level, finding.table) for finding in verify_ledger(session).findings}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("level", [2, 4])
def test_two_records_with_the_same_number_are_a_finding(ledger: Session, level: int) -> None:
    """On SQLite the number is the row's id, so two rows cannot share it."""
    ledger.execute(text("ALTER TABLE log DROP CONSTRAINT pk_log"))
    ledger.execute(
        text("INSERT INTO log (seq, record, body, leaf, hash) SELECT 3, 'visit:99', body, leaf, hash FROM log LIMIT 1")
    )
    sentences = [finding.says for finding in verify_ledger(ledger, level=level).findings]
    assert any("out of order" in sentence for sentence in sentences) and not any(
        "cannot be read" in sentence for sentence in sentences
    )
    ledger.rollback()


def test_a_correct_ledger_has_no_findings(ledger: Session) -> None:
    verified = verify_ledger(ledger)
    assert verified.findings == []
    # 2 schedule versions, 2 enrollments, 2 deliveries, 4 visits and their awards, a redemption and its transaction
    assert (verified.size, verified.transactions, verified.entries) == (2 + 2 + 2 + 4 * 2 + 2, 2 + 4 + 1, 4 + 8 + 4)


@pytest.mark.parametrize("record", ["enrollment", "visit", "transaction", "redemption"])
def test_the_sql_that_builds_the_body_of_a_row_gives_the_sealed_body(ledger: Session, kind: str, record: str) -> None:
    """Comparing every row in Python would find the same, but take fifty times as long."""
    sealed = ledger.execute(text("SELECT record, body FROM log WHERE record LIKE :kind"), {"kind": f"{record}:%"})
    written = ledger.execute(text(bodies_of(record, kind).replace(IDS, "> 0").replace(":", "\\:")))
    assert {name: body.encode() for name, body in written} == {name: bytes(body) for name, body in sealed}


def test_the_reported_progress_ends_at_one(ledger: Session) -> None:
    fractions: list[float] = []
    verify_ledger(ledger, level=3, progress=fractions.append)
    assert fractions[-1] == 1


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE log SET body = leaf WHERE seq = 9", (2, "log")),
        ("UPDATE log SET leaf = hash WHERE seq = 9", (2, "log")),
        ("UPDATE log SET hash = leaf WHERE seq = 9", (2, "log")),
        ("DELETE FROM log WHERE seq = 9", (2, "log")),
        ("DELETE FROM log WHERE seq = 16", (1, "log_head")),
        ("UPDATE log_head SET size = 12", (1, "log_head")),
        ("UPDATE log_head SET hash = (SELECT leaf FROM log WHERE seq = 1)", (1, "log_head")),
        ("UPDATE entry SET amount = amount + 1 WHERE visit_id IS NOT NULL AND amount > 0", (1, "entry")),
        ("UPDATE entry SET amount = amount * 2 WHERE visit_id = 1", (3, "transaction")),
        ("UPDATE account SET balance = balance + 5 WHERE kind = 'client' AND balance > 0", (3, "account")),
        ("UPDATE visit SET outcome = 'positive' WHERE id = 1", (3, "visit")),
        ("UPDATE visit SET happened_on = '2026-03-03' WHERE id = 1", (3, "visit")),
        ("UPDATE visit_result SET result = 'positive' WHERE visit_id = 1", (3, "visit")),
        ("DELETE FROM visit_result WHERE visit_id = 1", (3, "visit")),
        ("UPDATE schedule_version SET document = document || ' ' WHERE id = 1", (3, "schedule_version")),
        ("UPDATE schedule_version SET document = '{}' WHERE id = 2", (3, "schedule_version")),
        ("UPDATE schedule_version SET document = '{' WHERE id = 2", (3, "schedule_version")),
        ("UPDATE enrollment SET starts_on = '2026-03-01' WHERE id = 1", (3, "enrollment")),
        ("UPDATE redemption SET price_points = 1", (3, "redemption")),
        ("UPDATE ledger_transaction SET staff_id = 2 WHERE staff_id = 1", (3, "transaction")),
        ("UPDATE note SET text = 'a loud day' WHERE digest IN (SELECT note_digest FROM visit)", (3, "note")),
    ],
)
def test_a_change_made_directly_in_the_database_is_found(
    ledger: Session, statement: str, finding: tuple[int, str]
) -> None:
    assert finding in findings_after(ledger, statement)


def test_a_record_that_was_never_sealed_is_found(ledger: Session) -> None:
    columns = "enrollment_id, site_id, behavior, day_place, outcome, recorded_at, via"
    statement = f"INSERT INTO visit ({columns}, happened_on) SELECT {columns}, '2026-03-14' FROM visit WHERE id = 1"
    assert (3, "visit") in findings_after(ledger, statement)


def test_a_note_that_is_gone_without_a_line_of_the_audit_trail_is_a_finding(ledger: Session) -> None:
    assert findings_after(ledger, "UPDATE note SET text = NULL WHERE digest IN (SELECT note_digest FROM visit)") == {
        (3, "note")
    }


def test_a_finding_names_the_column_and_never_the_value(ledger: Session) -> None:
    ledger.execute(text("UPDATE visit SET outcome = 'positive' WHERE id = 1"))
    sentences = [finding.says for finding in verify_ledger(ledger, level=3).findings]
    assert sentences == ["visit:1 differs from its sealed body in: outcome"]
