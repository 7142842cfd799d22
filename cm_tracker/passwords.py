"""Passwords and PINs as argon2id hashes, session tokens as SHA-256."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Hasher:
    """Hash and check passwords and PINs. The cost is a setting of the installation."""

    def __init__(self, memory_kib: int, passes: int) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # For an unknown user name this hash is checked instead, so that the answer takes the same time.
        self._nobody = self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        """Return the hash to store."""
        return self._argon2.hash(secret)

    def matches(self, stored: str | None, secret: str) -> bool:
        """Return whether the secret belongs to a stored hash, which is None if the account does not exist."""
        try:
            return self._argon2.verify(stored or self._nobody, secret) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def token_hash(token: str) -> bytes:
    """Return the hash of a session's random token. Only the hash is stored, so a stolen table opens no session."""
    return hashlib.sha256(token.encode()).digest()
