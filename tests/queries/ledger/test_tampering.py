"""Twelve ways to tamper with a database whose triggers and keys are off. Verification finds each of them.

Eleven are found with the database alone. The twelfth, a log that was rewritten as a whole, is found for certain only
with a checkpoint that was kept elsewhere, as docs/ledger.md explains.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint, SignedCheckpoint
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import Signer, signer
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.owner


class Tampered:
    """A ledger with some records, whose triggers and keys are off, and a checkpoint that was kept elsewhere."""

    def __init__(self, session: Session, key: Signer) -> None:
        self.session, self.key = session, key
        self.kept: SignedCheckpoint = take_checkpoint(session, signer=key, actor=command(), now=cast.NOW)
        cast.visit(session, 9)

    def run(self, statement: str, **values: Any) -> None:
        assert self.session.execute(text(statement), values).rowcount, statement  # type: ignore[attr-defined]

    def found(self, *, against: bool = False) -> set[tuple[int, str]]:
        self.session.expire_all()
        kept = (SavedCheckpoint(self.kept.checkpoint.size, self.kept.checkpoint.code, self.kept),) if against else ()
        return {(f.level, f.table) for f in verify_ledger(self.session, verifier=self.key, against=kept).findings}

    def bodies(self) -> list[tuple[str, bytes]]:
        rows = self.session.execute(text("SELECT record, body FROM log ORDER BY seq"))
        return [(row.record, bytes(row.body)) for row in rows]

    def rewrite_log(self, bodies: list[tuple[str, bytes]]) -> None:
        """Rewrite the whole log with correct hashes, as somebody could who knows how they are computed."""
        self.run("DELETE FROM log")
        previous = bytes(32)
        for seq, (record, body) in enumerate(bodies, 1):
            leaf = hashlib.sha256(b"\x00" + body).digest()
            previous = hashlib.sha256(b"cm-ledger/1\x00" + seq.to_bytes(8, "big") + previous + leaf).digest()
            self.run(
                "INSERT INTO log (seq, record, body, leaf, hash) VALUES (:seq, :record, :body, :leaf, :hash)",
                seq=seq, record=record, body=body, leaf=leaf, hash=previous,
            )  # fmt: skip
        self.run("UPDATE log_head SET size = :size, hash = :hash", size=len(bodies), hash=previous)


@pytest.fixture
def ledger(app: Flask, kind: str, tmp_path: Path) -> Iterator[Tampered]:
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        cast.visit(session, 7, note="a quiet day")
        redeem_at_once(
            session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=cast.NOW
        )
        tampered = Tampered(session, signer(tmp_path, ()))
        drop_guards(session, kind)
        yield tampered
        put_guards_back(session, kind)


def set_points(body: bytes, points: int) -> bytes:
    """Return the body of an award with the given points in its two entries."""
    record = json.loads(body)
    (issued, _, _, visit), (client, _, _, _) = record["entries"]
    record["entries"] = [[issued, "points", -points, visit], [client, "points", points, visit]]
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode()


def award(ledger: Tampered) -> tuple[int, bytes]:
    """Return the number and the body of the first award."""
    for seq, (_, body) in enumerate(ledger.bodies(), 1):
        if b'"kind":"award"' in body:
            return seq, body
    raise AssertionError


def body_edited(ledger: Tampered) -> None:
    seq, body = award(ledger)
    ledger.run("UPDATE log SET body = :body WHERE seq = :seq", body=set_points(body, 500), seq=seq)


def body_and_its_own_link(ledger: Tampered) -> None:
    seq, body = award(ledger)
    previous = bytes(ledger.session.execute(text(f"SELECT hash FROM log WHERE seq = {seq - 1}")).scalar_one())
    body = set_points(body, 500)
    leaf = hashlib.sha256(b"\x00" + body).digest()
    linked = hashlib.sha256(b"cm-ledger/1\x00" + seq.to_bytes(8, "big") + previous + leaf).digest()
    ledger.run(
        "UPDATE log SET body = :body, leaf = :leaf, hash = :hash WHERE seq = :seq",
        body=body, leaf=leaf, hash=linked, seq=seq,
    )  # fmt: skip


def middle_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM log WHERE seq = 9")


def two_swapped(ledger: Tampered) -> None:
    ledger.run("UPDATE log SET seq = 900 WHERE seq = 9")
    ledger.run("UPDATE log SET seq = 9 WHERE seq = 10")
    ledger.run("UPDATE log SET seq = 10 WHERE seq = 900")


def inserted(ledger: Tampered) -> None:
    ledger.run(
        "INSERT INTO ledger_transaction (id, kind, site_id, client_id, recorded_at, via) "
        "VALUES (900, 'award', 1, 1, '2026-03-16 15:00:00.000000', 'web')"
    )
    for position, (key, amount) in enumerate((("issued:1:points", -500), ("client:1:points", 500)), 1):
        ledger.run(
            "INSERT INTO entry (transaction_id, position, account_id, unit, amount) "
            f"SELECT 900, {position}, id, unit, {amount} FROM account WHERE key = '{key}'"
        )
    ledger.run("UPDATE account SET balance = balance + 500 WHERE key = 'client:1:points'")


def entries_edited(ledger: Tampered) -> None:
    ledger.run("UPDATE entry SET amount = amount * 2 WHERE visit_id = 1")


def entries_and_balance(ledger: Tampered) -> None:
    entries_edited(ledger)
    ledger.run("UPDATE account SET balance = balance + 10 WHERE key = 'client:1:points'")


def balance_alone(ledger: Tampered) -> None:
    ledger.run("UPDATE account SET balance = balance + 10 WHERE key = 'client:1:points'")


def visits_row_edited(ledger: Tampered) -> None:
    ledger.run("UPDATE visit SET outcome = 'positive' WHERE id = 2")


def published_version_edited(ledger: Tampered) -> None:
    ledger.run("UPDATE schedule_version SET document = replace(document, '\"base\": 10', '\"base\": 90') WHERE id = 1")


def tail_cut(ledger: Tampered) -> None:
    """Delete the newest records of the log, and change the head to match."""
    size = ledger.kept.checkpoint.size - 1
    ledger.run(f"DELETE FROM log WHERE seq > {size}")
    ledger.run(f"UPDATE log_head SET size = {size}, hash = (SELECT hash FROM log WHERE seq = {size})")


def log_rewritten(ledger: Tampered) -> None:
    """Pay 500 instead of 10, and change every row, balance and hash to match."""
    seq, body = award(ledger)
    bodies = ledger.bodies()
    bodies[seq - 1] = (bodies[seq - 1][0], set_points(body, 500))
    ledger.run("UPDATE entry SET amount = CASE WHEN amount > 0 THEN 500 ELSE -500 END WHERE visit_id = 1")
    ledger.run("UPDATE account SET balance = balance + 490 WHERE key = 'client:1:points'")
    ledger.rewrite_log(bodies)


TAMPERINGS: list[tuple[Callable[[Tampered], None], tuple[int, str]]] = [
    (body_edited, (2, "log")),
    (body_and_its_own_link, (2, "log")),
    (middle_deleted, (2, "log")),
    (two_swapped, (2, "log")),
    (inserted, (3, "ledger_transaction")),
    (entries_edited, (3, "transaction")),
    (entries_and_balance, (3, "transaction")),
    (balance_alone, (3, "account")),
    (visits_row_edited, (3, "visit")),
    (published_version_edited, (3, "schedule_version")),
    (tail_cut, (1, "log")),
    (log_rewritten, (2, "checkpoint")),
]


def test_there_are_no_findings_before_the_database_is_changed(ledger: Tampered) -> None:
    assert ledger.found(against=True) == set()


@pytest.mark.parametrize(("tamper", "finding"), TAMPERINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_way_to_tamper_is_found(
    ledger: Tampered, tamper: Callable[[Tampered], None], finding: tuple[int, str]
) -> None:
    tamper(ledger)
    assert finding in ledger.found()


def test_a_rewritten_log_is_found_even_if_the_checkpoints_in_the_database_are_deleted(ledger: Tampered) -> None:
    """Level 4 still finds it, and so does a checkpoint that was kept elsewhere."""
    log_rewritten(ledger)
    ledger.run("DELETE FROM checkpoint")
    assert ledger.found() == {(4, "visit")}, "visit 1 earns 10 points, but 500 were issued for it"
    assert (2, "checkpoint") in ledger.found(against=True)


def test_a_change_that_contradicts_nothing_in_the_database_is_found_only_by_a_kept_checkpoint(ledger: Tampered) -> None:
    """A delivery of 5 mugs becomes one of 7, and every row, balance and hash is changed to match."""
    bodies = [
        (record, body.replace(b'items/1",5,', b'items/1",7,').replace(b'items/1",-5,', b'items/1",-7,'))
        for record, body in ledger.bodies()
    ]
    ledger.run("UPDATE entry SET amount = amount / 5 * 7 WHERE unit = 'items/1' AND amount IN (5, -5)")
    ledger.run("UPDATE account SET balance = balance + 2 WHERE key = 'cabinet:1:items/1'")
    ledger.rewrite_log(bodies)
    ledger.run("DELETE FROM checkpoint")
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
    begin = take_checkpoint(ledger.session, signer=ledger.key, actor=command(), now=cast.NOW)
    wrong = SavedCheckpoint(4, "4-AAAA-AAAA-AAAA-AAAA", None)
    found = verify_ledger(ledger.session, verifier=ledger.key, level=2, since=begin, against=(wrong,))
    assert [(f.level, f.table) for f in found.findings] == [(2, "checkpoint")]


def test_no_checkpoint_is_signed_while_the_ledger_has_findings(ledger: Tampered) -> None:
    cast.visit(ledger.session, 11)
    balance_alone(ledger)
    save_verification(ledger.session, verification=verify_ledger(ledger.session), actor=command(), now=cast.NOW)
    with pytest.raises(LedgerInDoubt):
        take_checkpoint(ledger.session, signer=ledger.key, actor=command(), now=cast.NOW)
