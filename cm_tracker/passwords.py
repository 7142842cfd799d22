"""Passwords and PINs as argon2id hashes, session tokens as SHA-256."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cm_tracker.domain.errors import TooManyAtOnce

WAITING = 2


class _Turns:
    """One at a time, in one process. `most` may wait, and `TooManyAtOnce` is raised for everybody beyond them.

    A hash takes a tenth of a second of a whole core. Without a bound, a few loops of wrong passwords would hold every
    thread of the server and every core, and nobody else would get a page.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._turn = Lock()
        self._count = Lock()
        self._here = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn, and have it for the block."""
        with self._count:
            if self._here > self._most:
                raise TooManyAtOnce
            self._here += 1
        try:
            with self._turn:
                yield
        finally:
            with self._count:
                self._here -= 1


class Hasher:
    """Hash and check passwords and PINs. The cost is a setting of the installation, and so is how many may wait.

    Both methods raise `TooManyAtOnce` where more are waiting already.
    """

    def __init__(self, memory_kib: int, passes: int, waiting: int = WAITING) -> None:
        self._turns = _Turns(waiting)
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # For an unknown user name this hash is checked instead, so that the answer takes the same time.
        self._nobody = self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        """Return the hash to store."""
        with self._turns.one():
            return self._argon2.hash(secret)

    def matches(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret belongs to a stored hash, which is None if the account does not exist."""
        with self._turns.one():
            try:
                return self._argon2.verify(stored or self._nobody, secret) and stored is not None
            except (VerificationError, InvalidHashError):
                return False


def token_hash(token: str) -> bytes:
    """Return the hash of a session's random token. Only the hash is stored, so a stolen table opens no session."""
    return hashlib.sha256(token.encode()).digest()
