"""Ways to tamper with a database whose triggers and keys are off, as somebody could who owns it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint, SignedCheckpoint
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import AuditEvent
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import Signer, signer
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once


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

    def sentences(self) -> list[str]:
        """Return what a verification says, as an auditor reads it."""
        self.session.expire_all()
        return [finding.says for finding in verify_ledger(self.session, verifier=self.key).findings]

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

    def rewrite_trail(self, but: str) -> None:
        """Leave out the lines with a tag, number the others anew, and give all of them correct hashes."""
        lines = self.session.execute(select(*AuditEvent.__table__.columns).order_by(AuditEvent.id)).mappings().all()
        self.run("DELETE FROM audit_event")
        previous, number = bytes(32), 0
        for line in lines:
            if line["tag"] == but:
                continue
            number += 1
            body = {
                name: value
                for name, value in line.items()
                if name != "hash" and not (name == "states" and value is None)
            }
            body |= {"id": number, "type": "audit_event", "v": 1, "at": f"{line['at']:%Y-%m-%dT%H:%M:%S.%fZ}"}
            body["note_digest"] = line["note_digest"] and bytes(line["note_digest"]).hex()
            text_ = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
            leaf = hashlib.sha256(b"\x00" + text_).digest()
            previous = hashlib.sha256(b"cm-audit/1\x00" + number.to_bytes(8, "big") + previous + leaf).digest()
            self.session.execute(insert(AuditEvent).values({**line, "id": number, "hash": previous}))
        self.run("UPDATE audit_head SET last_id = :n, size = :n, hash = :hash", n=number, hash=previous)


@contextmanager
def tampering(
    app: Flask, kind: str, folder: Path, prepare: Callable[[Session], None] | None = None
) -> Iterator[Tampered]:
    """Give a ledger with visits, a note, a redemption and a checkpoint, whose guards are off."""
    with app.app_context():
        session: Session = db.session()
        cast.rich(session)
        cast.visit(session, 7, note="a quiet day")
        redeem_at_once(
            session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=cast.NOW
        )
        if prepare is not None:
            prepare(session)
        tampered = Tampered(session, signer(folder, ()))
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
