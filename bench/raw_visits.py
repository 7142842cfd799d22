"""Write the rows of a verified visit with psycopg in pipeline mode, without a framework and without validation.

bench/ledger.py compares the program with it: the tables, triggers, locks and hashes are the same.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg


class RawVisits:
    """Write visits on one connection."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self.connection = connection
        row = connection.execute("SELECT id FROM account WHERE key = 'issued:1:points'").fetchone()
        if row is None:
            raise SystemExit("record a first award at site 1 before writing raw visits")
        self.issued = row[0]
        self.accounts: dict[int, object] = {}
        connection.commit()

    def write(self, enrollment: int, day: date, specimen: str) -> None:
        """Write one visit with its result, award, entries, seals, key and audit line in one database transaction."""
        connection, now = self.connection, datetime.now(UTC)
        account = self._account(enrollment)
        with connection.transaction(), connection.pipeline():
            connection.execute(
                "SELECT id FROM client WHERE id = (SELECT client_id FROM enrollment WHERE id = %s) FOR NO KEY UPDATE",
                (enrollment,),
            )
            key = str(uuid4())
            connection.execute(
                "INSERT INTO idempotency_key (key, operation, fingerprint, answer, made_at) VALUES (%s, 'raw', %s, 0, %s)",
                (key, bytes(32), now),
            )
            visit = connection.execute(
                "INSERT INTO visit (enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimen, "
                "specimen_id, temperature, recorded_at, staff_id, via) "
                "VALUES (%s, 1, 'cocaine-negative', %s, 1, 'met', 'given', %s, 'in_range', %s, 1, 'web') RETURNING id",
                (enrollment, day, specimen, now),
            )
            award = connection.execute(
                "INSERT INTO ledger_transaction (kind, site_id, client_id, recorded_at, staff_id, via) "
                "SELECT 'award', 1, client_id, %s, 1, 'web' FROM enrollment WHERE id = %s RETURNING id",
                (now, enrollment),
            )
            head = connection.execute("SELECT size, hash FROM log_head WHERE id = 1 FOR UPDATE")
            trail = connection.execute("SELECT last_id, hash FROM audit_head WHERE id = 1 FOR UPDATE")
            visit_id, award_id = _one(visit)[0], _one(award)[0]
            size, previous = _one(head)
            last_line, newest = _one(trail)
            connection.execute(
                "INSERT INTO visit_result (visit_id, analyte, result) VALUES (%s, 'cocaine', 'negative')", (visit_id,)
            )
            for position, (account_id, amount) in enumerate(((self.issued, -10), (account, 10)), 1):
                connection.execute(
                    "INSERT INTO entry (transaction_id, position, account_id, unit, amount, visit_id) "
                    "VALUES (%s, %s, %s, 'points', %s, %s)",
                    (award_id, position, account_id, amount, visit_id),
                )
            connection.execute("UPDATE idempotency_key SET answer = %s WHERE key = %s", (visit_id, key))
            for record in (f"visit:{visit_id}", f"transaction:{award_id}"):
                body = json.dumps({"record": record, "at": now.isoformat(), "specimen": specimen * 10}).encode()
                leaf = hashlib.sha256(b"\x00" + body).digest()
                size += 1
                previous = hashlib.sha256(
                    b"cm-ledger/1\x00" + size.to_bytes(8, "big") + bytes(previous) + leaf
                ).digest()
                connection.execute(
                    "INSERT INTO log (seq, record, body, leaf, hash) VALUES (%s, %s, %s, %s, %s)",
                    (size, record, body, leaf, previous),
                )
            line = json.dumps({"subject": f"visit:{visit_id}", "at": now.isoformat()}).encode()
            connection.execute(
                "INSERT INTO audit_event (id, at, tag, staff_id, via, site_id, subject, detail, hash) "
                "VALUES (%s, %s, 'visit:recorded', 1, 'web', 1, %s, '{}', %s)",
                (
                    last_line + 1,
                    now,
                    f"visit:{visit_id}",
                    hashlib.sha256(b"cm-audit/1\x00" + bytes(newest) + line).digest(),
                ),
            )

    def _account(self, enrollment: int) -> object:
        if enrollment not in self.accounts:
            with self.connection.transaction():
                self.connection.execute(
                    "INSERT INTO account (key, kind, unit, client_id, balance) "
                    "SELECT 'client:' || client_id || ':points', 'client', 'points', client_id, 0 "
                    "FROM enrollment WHERE id = %s ON CONFLICT DO NOTHING",
                    (enrollment,),
                )
                cursor = self.connection.execute(
                    "SELECT a.id FROM account a JOIN enrollment e ON a.key = 'client:' || e.client_id || ':points' "
                    "WHERE e.id = %s",
                    (enrollment,),
                )
                self.accounts[enrollment] = _one(cursor)[0]
        return self.accounts[enrollment]


def _one(cursor: "psycopg.Cursor[tuple[object, ...]]") -> tuple:  # type: ignore[type-arg]  (any columns)
    row = cursor.fetchone()
    assert row is not None
    return row
