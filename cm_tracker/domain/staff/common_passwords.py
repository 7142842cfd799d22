"""Which passwords many people use: 55,868 of the most common ones, by the first bytes of their hashes.

`tests/common_passwords.py` says from which lists they are, and makes the file anew.
"""

import hashlib
from bisect import bisect_left
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("common_passwords.bin")
_BYTES = 5


def digest_of(password: str) -> bytes:
    """Return what the list keeps of a password, which is in small letters."""
    return hashlib.sha256(password.encode()).digest()[:_BYTES]


def is_common(password: str) -> bool:
    """Return whether a password is one of the list. It is given in small letters."""
    digests, wanted = _digests(), digest_of(password)
    at = bisect_left(range(len(digests) // _BYTES), wanted, key=lambda n: digests[n * _BYTES : (n + 1) * _BYTES])
    return digests[at * _BYTES : (at + 1) * _BYTES] == wanted


@cache
def _digests() -> bytes:
    return FILE.read_bytes()
