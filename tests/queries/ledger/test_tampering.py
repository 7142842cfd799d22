"""Further ways to tamper with a database whose triggers and keys are off, and what a kept checkpoint shows.

`tests/security/test_tampering.py` has the list that an auditor would ask for.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.conftest import checkpoint_now
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once
from tests.tampering import Tampered, balance_alone, inserted, log_rewritten, tampering

pytestmark = pytest.mark.owner


@pytest.fixture
def ledger(app: Flask, kind: str, tmp_path: Path) -> Iterator[Tampered]:
    with tampering(app, kind, tmp_path) as tampered:
        yield tampered


def test_a_rewritten_log_is_found_even_if_the_checkpoints_in_the_database_are_deleted(ledger: Tampered) -> None:
    """Level 4 still finds it, and so does a checkpoint that was kept elsewhere."""
    log_rewritten(ledger)
    ledger.run("DELETE FROM checkpoint")
    # Visit 1 earns 10 points, but 500 were issued for it; and the audit trail knows the checkpoint that is gone.
    assert ledger.found() == {(4, "visit"), (3, "checkpoint")}
    assert (2, "checkpoint") in ledger.found(against=True)


def test_a_change_that_contradicts_nothing_in_the_database_is_found_only_by_a_kept_checkpoint(ledger: Tampered) -> None:
    """A delivery of 5 mugs becomes one of 7, and every row, balance and hash of log and trail is changed to match."""
    bodies = [
        (record, body.replace(b'items/1",5,', b'items/1",7,').replace(b'items/1",-5,', b'items/1",-7,'))
        for record, body in ledger.bodies()
    ]
    ledger.run("UPDATE entry SET amount = amount / 5 * 7 WHERE unit = 'items/1' AND amount IN (5, -5)")
    ledger.run("UPDATE account SET balance = balance + 2 WHERE key = 'cabinet:1:items/1'")
    ledger.rewrite_log(bodies)
    ledger.run("DELETE FROM checkpoint")
    assert ledger.found() == {(3, "checkpoint")}
    ledger.rewrite_trail(but="checkpoint:signed")
    assert ledger.found() == set()
    assert ledger.found(against=True) == {(2, "checkpoint")}


def before_the_first(ledger: Tampered) -> None:
    """Insert a transaction whose log record has a number below the first, where no other check looks."""
    inserted(ledger)
    ledger.run(
        "INSERT INTO log (seq, record, body, leaf, hash) SELECT -1, 'transaction:900', body, leaf, hash FROM log WHERE seq = 9"
    )


def shelves_swapped(ledger: Tampered) -> None:
    """Give the columns of an account a different site than its key."""
    ledger.run("UPDATE account SET site_id = 2 WHERE key = 'cabinet:1:items/1'")


MORE_TAMPERINGS: list[tuple[Callable[[Tampered], None], tuple[int, str]]] = [
    (before_the_first, (1, "log")),
    (before_the_first, (3, "ledger_transaction")),
    (shelves_swapped, (1, "account")),
]


@pytest.mark.parametrize(("tamper", "finding"), MORE_TAMPERINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_further_way_to_tamper_is_found(
    ledger: Tampered, tamper: Callable[[Tampered], None], finding: tuple[int, str]
) -> None:
    tamper(ledger)
    assert finding in ledger.found()


def test_an_escape_sequence_in_a_row_does_not_pass_for_the_letter_it_stands_for(app: Flask, kind: str) -> None:
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        session.execute(text("UPDATE prize SET name = 'Café \\mug' WHERE id = 1"))
        keep_states(session, "prize:1")
        note_audit(session, "prize:changed", "prize:1", actor=cast.miriam, now=cast.NOW)
        session.commit()
        redeem_at_once(
            session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=cast.NOW
        )
        assert verify_ledger(session).findings == []
        drop_guards(session, kind)
        session.execute(text("UPDATE redemption SET prize_name = 'Caf\\u00e9 \\mug'"))
        session.commit()
        assert {(f.level, f.table) for f in verify_ledger(session).findings} == {(3, "redemption")}
        put_guards_back(session, kind)


def test_text_with_quotation_marks_cannot_hide_a_change(ledger: Tampered) -> None:
    """A body omits an empty correction, but not text that looks like an empty correction."""
    ledger.run("UPDATE visit SET behavior = behavior || :more WHERE id = 2", more='"correction":null,')
    assert (3, "visit") in ledger.found()


def test_one_result_with_a_crafted_analyte_cannot_pass_for_two(app: Flask, kind: str) -> None:
    """A visit is sealed with two results. One row is deleted, and the analyte of the other imitates both."""
    with app.app_context():
        session: Session = db.session()
        both = Test({"cocaine": "positive", "opiates": "negative"}, temperature="in_range")
        visit = {"id": cast.visit(session, 7, both)}
        assert verify_ledger(session).findings == []
        drop_guards(session, kind)
        session.execute(text("DELETE FROM visit_result WHERE visit_id = :id AND analyte = 'cocaine'"), visit)
        session.execute(
            text("UPDATE visit_result SET analyte = :both WHERE visit_id = :id"),
            {**visit, "both": 'cocaine","positive"],["opiates'},
        )
        session.commit()
        assert (3, "visit") in {(f.level, f.table) for f in verify_ledger(session).findings}
        put_guards_back(session, kind)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_on_sqlite_a_time_in_another_format_is_found(ledger: Tampered) -> None:
    """It reads as the same time, but sorts differently."""
    ledger.run("UPDATE visit SET recorded_at = replace(recorded_at, ' ', 'T') WHERE id = 2")
    assert (3, "visit") in ledger.found()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["enrollment_id", "behavior", "happened_on"])
def test_on_sqlite_a_value_of_another_type_is_found(ledger: Tampered, column: str) -> None:
    """SQLite stores the type that was written, and a BLOB with the same digits does not equal a text or a number."""
    ledger.run(f"UPDATE visit SET {column} = CAST(CAST({column} AS TEXT) AS BLOB) WHERE id = 2")
    assert (3, "visit") in ledger.found()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET record = CAST(record AS BLOB) WHERE seq = 9",
        "UPDATE log SET record = CAST(x'ff' AS TEXT) WHERE seq = 9",
        "UPDATE note SET text = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_value_that_cannot_be_read_is_a_finding_and_not_an_error(ledger: Tampered, statement: str) -> None:
    ledger.run(statement)
    assert any("cannot be read" in f.says for f in verify_ledger(ledger.session, verifier=ledger.key).findings)


def test_a_kept_checkpoint_that_cannot_be_compared_is_a_finding(ledger: Tampered) -> None:
    """A run that starts from a later checkpoint must still report a wrong checkpoint that was kept elsewhere."""
    begin = checkpoint_now(ledger.session)
    wrong = SavedCheckpoint(4, "4-AAAA-AAAA-AAAA-AAAA", None)
    found = verify_ledger(ledger.session, level=2, since=begin, against=(wrong,))
    assert [(f.level, f.table) for f in found.findings] == [(2, "checkpoint")]


def test_no_checkpoint_is_signed_while_the_ledger_has_findings(ledger: Tampered) -> None:
    balance_alone(ledger)
    save_verification(ledger.session, verification=verify_ledger(ledger.session), actor=command(), now=cast.NOW)
    with pytest.raises(LedgerInDoubt):
        take_checkpoint(ledger.session, signer=ledger.key, actor=command(), now=cast.NOW)
