"""Secrets that lie in the database encrypted, with a key that lies outside of it: `secrets.key` in the instance folder.

The key is made when the first secret is sealed. Later a new one would be worse than none: nothing sealed before could
ever be opened again. The file has one key on each line: the first one seals, and each of them opens.
"""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from cm_tracker.domain.errors import SecretsKeyMissing
from cm_tracker.key_files import make_key

FILE = "secrets.key"


class SecretBox:
    """Seal and open secrets. The file is read when it is needed, so that nobody needs it who has no secret."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def seal(self, secret: str, *, is_first: bool) -> bytes:
        """Return a secret encrypted. Make the key where it is not there and this `is_first`: nothing is sealed yet.

        Raise `SecretsKeyMissing` where the key of other secrets is not there.
        """
        if is_first and not self._path.exists():
            make_key(self._path, Fernet.generate_key() + b"\n")
        return self._keys().encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Return the secret. Raise `SecretsKeyMissing` where the key is not there, or is another one."""
        try:
            return self._keys().decrypt(sealed).decode()
        except InvalidToken:
            raise SecretsKeyMissing(file=str(self._path), is_another=True) from None

    def _keys(self) -> MultiFernet:
        try:
            return MultiFernet([Fernet(line) for line in self._path.read_bytes().split()])
        except FileNotFoundError:
            raise SecretsKeyMissing(file=str(self._path), is_another=False) from None
        except ValueError:
            raise SecretsKeyMissing(file=str(self._path), is_another=True) from None
