"""Passwords and PINs as argon2id hashes with a pepper, session tokens as SHA-256."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
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

    The pepper is a key from outside the database, so a stolen database alone allows no guesses. A stored hash begins with
    the name of the pepper that it was made with. A hash without a name was made without one, and stays valid. `former`
    are peppers of before: their hashes stay valid, too.

    `hash` and `matches` raise `TooManyAtOnce` where more than `waiting` wait already.
    """

    def __init__(
        self, memory_kib: int, passes: int, pepper: str = "", former: Iterable[str] = (), *, waiting: int = WAITING
    ) -> None:
        self._turns = _Turns(waiting)
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._peppers = {pepper_name(key): key.encode() for key in (pepper, *former) if key}
        self._name = pepper_name(pepper) if pepper else ""
        # For an unknown user name this hash is checked instead, so that the answer takes the same time.
        self._nobody = self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        """Return the hash to store."""
        with self._turns.one():
            hashed = self._argon2.hash(self._peppered(secret, self._name))
        return f"{self._name}:{hashed}" if self._name else hashed

    def matches(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret belongs to a stored hash, which is None if the account does not exist.

        A hash whose pepper is lost matches nothing.
        """
        name, _, hashed = (stored or "").rpartition(":")
        is_known = stored is not None and (not name or name in self._peppers)
        checked = self._peppered(secret, name if is_known else "")
        with self._turns.one():
            try:
                return self._argon2.verify(hashed if is_known else self._nobody, checked) and is_known
            except (VerificationError, InvalidHashError):
                return False

    def lacks_pepper(self, names: Iterable[str]) -> bool:
        """Return whether one of the peppers that hashes name is not there, so that what they hash matches no more."""
        return not set(names) <= self._peppers.keys()

    def is_outdated(self, stored: str) -> bool:
        """Return whether a hash was made with another pepper or another cost than a hash of today."""
        name, _, hashed = stored.rpartition(":")
        return name != self._name or self._argon2.check_needs_rehash(hashed)

    def _peppered(self, secret: str, name: str) -> str:
        """Return what argon2 gets: with a pepper a code from which nobody without it can tell the secret."""
        return hmac.digest(self._peppers[name], secret.encode(), "sha256").hex() if name else secret


def pepper_name(pepper: str) -> str:
    """Return the name of a pepper, which hashes begin with. It tells nothing about the pepper."""
    return "pepper-" + hashlib.sha256(b"cm-tracker pepper " + pepper.encode()).hexdigest()[:12]


def token_hash(token: str) -> bytes:
    """Return the hash of a session's random token. Only the hash is stored, so a stolen table opens no session."""
    return hashlib.sha256(token.encode()).digest()
