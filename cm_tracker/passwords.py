"""Passwords and PINs as argon2id hashes, session tokens as SHA-256."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Hasher:
    """Hashes and checks secrets; the cost is a setting of the installation."""

    def __init__(self, memory_kib: int, passes: int) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        # Checked in place of a hash that does not exist, so that an unknown name takes as long.
        self._nobody = self._argon2.hash(secrets.token_hex(16))

    def hash(self, secret: str) -> str:
        """The hash to keep."""
        return self._argon2.hash(secret)

    def matches(self, kept: str | None, secret: str) -> bool:
        """Whether the secret is the one that was hashed; None for an account that does not exist."""
        try:
            return self._argon2.verify(kept or self._nobody, secret) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def token_hash(token: str) -> bytes:
    """What a table keeps of a session's random token: a stolen table opens nothing."""
    return hashlib.sha256(token.encode()).digest()
