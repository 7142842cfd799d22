"""The log and the audit trail as JSON Lines, with all that is needed to check them without this program."""

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.models import AuditEvent, LogRow
from cm_tracker.models.sealed import plain

CHUNK = 2000


def export_lines(session: Session) -> Iterator[str]:
    """Return one line for each record: seq, record, body (the sealed bytes as text), and leaf and hash in hex."""
    after = 0
    while True:
        rows = session.execute(
            select(LogRow.seq, LogRow.record, LogRow.body, LogRow.leaf, LogRow.hash)
            .where(LogRow.seq > after)
            .order_by(LogRow.seq)
            .limit(CHUNK)
        ).all()
        if not rows:
            return
        for seq, record, body, leaf, hash_ in rows:
            text = bytes(body).decode("utf-8", "surrogateescape")
            line = {"seq": seq, "record": record, "body": text, "leaf": bytes(leaf).hex(), "hash": bytes(hash_).hex()}
            yield json.dumps(line) + "\n"
        after = rows[-1].seq


def trail_lines(session: Session) -> Iterator[str]:
    """Return one line of JSON for each line of the audit trail: its columns as its hash covers them, and the hash in hex.

    It has ids of clients and of staff, and no name.
    """
    columns, after = table(AuditEvent).columns, 0
    while True:
        asked = select(*columns).where(columns.id > after).order_by(columns.id).limit(CHUNK)
        rows = session.execute(asked).mappings().all()
        if not rows:
            return
        for row in rows:
            yield json.dumps({name: plain(value) for name, value in row.items()}) + "\n"
        after = rows[-1]["id"]
