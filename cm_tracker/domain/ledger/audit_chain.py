"""The chain of the audit trail, and the digests of rows that change.

Every line of the audit trail has a hash that covers the line and the hash of the line before it, as in the ledger's
log. Rows that change (a price, a role, a code, a request) are not sealed. Instead, the line about the change holds a
digest of the row as it then was, its *state*. So whoever replays the trail knows the newest state of every such row
and can compare it with the present one.
"""

import hashlib
from collections.abc import Mapping

from cm_tracker.domain.ledger.chain import canonical_body, leaf_of

# Before the first line, as before the first record of the log.
GENESIS = bytes(32)
VERSION = 1
_LINE, _STATE = b"cm-audit/1\x00", b"cm-state/1\x00"
# The columns of a line that its hash covers. `states` is left out where it is empty.
COLUMNS = ("id", "at", "tag", "staff_id", "via", "site_id", "client_id", "subject", "detail", "note_digest")


def line_hash(previous: bytes, line: Mapping[str, object], states: str | None) -> bytes:
    """Return SHA-256("cm-audit/1" || 0x00 || id as 8 bytes || previous hash || SHA-256(0x00 || body)).

    `line` has the plain values of `COLUMNS`: instants and digests are text. `states` is their JSON text.
    """
    body: dict[str, object] = {name: line[name] for name in COLUMNS}
    body |= {"type": "audit_event", "v": VERSION}
    if states is not None:
        body["states"] = states
    id_ = line["id"]
    assert isinstance(id_, int), "a line has a number"
    return hashlib.sha256(_LINE + id_.to_bytes(8, "big") + previous + leaf_of(canonical_body(body))).digest()


def state_digest(record: str, row: Mapping[str, object], salt: bytes = b"") -> str:
    """Return SHA-256("cm-state/1" || 0x00 || salt || body) of the plain values of a row, as hex text.

    Empty columns are left out of the body, so a column that is added later changes no digest. A row with the name of a
    person has a `salt`: once the salt is erased, nobody can try names until one has this digest.
    """
    body = {name: value for name, value in row.items() if value is not None} | {"record": record}
    return hashlib.sha256(_STATE + salt + canonical_body(body)).hexdigest()


def answer_digest(key: str, operation: str, fingerprint: bytes, answer: int) -> str:
    """Return the digest of what an idempotency key was used for, and of its answer."""
    row = {"operation": operation, "fingerprint": fingerprint.hex(), "answer": answer}
    return state_digest(answer_name(key), row)


def answer_name(key: str) -> str:
    """Return the name of an idempotency key among the states."""
    return f"idempotency_key:{key}"
