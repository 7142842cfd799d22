"""The log's hashes: how a record becomes a body of bytes, a leaf and a link of the chain.

Every transaction and every record that decides a count is written as one canonical body of bytes, and
the bodies are chained by hashes, so that what was once written cannot be changed without a trace. The
bytes are stored and the bytes are hashed: no library and no column type can alter them afterwards.
"""

import hashlib
import json
from collections.abc import Mapping

VERSION = 1
GENESIS = bytes(32)
_DOMAIN = b"cm-ledger/1\x00"


def canonical_body(record: Mapping[str, object]) -> bytes:
    """The body of a record: JSON, keys sorted, no spaces, ASCII, whole numbers only.

    Raises `TypeError` for anything that JSON does not know, and for floats.
    """
    _refuse_floats(record)
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


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
    """SHA-256(0x00 || body): the leaf of RFC 6962, so that standard tools apply."""
    return hashlib.sha256(b"\x00" + body).digest()


def hash_of(seq: int, previous: bytes, leaf: bytes) -> bytes:
    """SHA-256("cm-ledger/1" || 0x00 || seq as 8 bytes || previous hash || leaf)."""
    return hashlib.sha256(_DOMAIN + seq.to_bytes(8, "big") + previous + leaf).digest()


def note_digest(salt: bytes, text: str) -> bytes:
    """SHA-256(salt, text): what a body holds in place of free text, which may have to be erased."""
    return hashlib.sha256(salt + text.encode("utf-8")).digest()
