"""The log: how a record becomes a body of bytes, and how hashes chain the bodies.

Every transaction, and every record on which an amount depends, is written as one body of bytes. Each hash
covers the body and the hash before it, so a change of anything that was written changes every later hash.
The log stores the very bytes that are hashed, so no library and no type of a column can alter them later.
"""

import hashlib
import json
from collections.abc import Mapping

VERSION = 1
GENESIS = bytes(32)
_DOMAIN = b"cm-ledger/1\x00"


def canonical_body(record: Mapping[str, object]) -> bytes:
    """Return the body of a record: JSON in ASCII, with sorted keys, no spaces and whole numbers only.

    Raise `TypeError` for a float and for any value that JSON has no form for.
    """
    _refuse_floats(record)
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a body holds whole numbers only")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def leaf_of(body: bytes) -> bytes:
    """Return SHA-256(0x00 || body), a leaf of RFC 6962, so that standard tools can check it."""
    return hashlib.sha256(b"\x00" + body).digest()


def hash_of(seq: int, previous: bytes, leaf: bytes) -> bytes:
    """Return SHA-256("cm-ledger/1" || 0x00 || seq as 8 bytes || previous hash || leaf)."""
    return hashlib.sha256(_DOMAIN + seq.to_bytes(8, "big") + previous + leaf).digest()


def note_digest(salt: bytes, text: str) -> bytes:
    """Return SHA-256(salt || text), which a body holds in place of free text, because the text may have to be erased."""
    return hashlib.sha256(salt + text.encode("utf-8")).digest()
