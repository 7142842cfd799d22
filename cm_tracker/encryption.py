"""What is told about people is encrypted in the columns that hold it; the keys are in a file outside the database.

A column of the type `Encrypted` holds a Fernet token and is a `str` in Python; `EncryptedBytes` is the same for bytes. An
empty text stays empty, and None stays None: that nothing is entered is no secret, and a statement can ask for it. It can
ask for nothing else: the same text has another token each time, so an encrypted column is never compared or sorted.

The file has one key on each line, the newest first. Everything is encrypted with the newest, and read with all of them.
`cm-tracker keys rotate` puts a new one in front while the program runs, so the file is looked at whenever something is
encrypted or cannot be decrypted.

Each engine has its own keys, bound to its dialect, which SQLAlchemy hands to every column: a process may have several
databases (the demonstration is made by the commands of a clinic).
"""

import hmac
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Dialect, Engine, LargeBinary, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from cm_tracker.domain.errors import DataKeyMissing
from cm_tracker.key_files import make_key, replace_key

FILE = "data.key"
# The label of the index of names (`DataKeys.hashes`).
NAME_INDEX = "names"
# Stands for a text that no key opens. It is no text that anybody types, and it is never written.
UNREADABLE = "\ufffd\ufffd\ufffd"
# A name is read again with every list that it stands in. Longer texts are read once in a while, and are not kept.
KEPT_TEXTS, LONGEST_KEPT = 16_384, 260
# So many bits of a token tell that two names may share a piece. Fewer tell a thief less; what a search finds too much,
# it leaves out by the name itself.
TOKENS = 2**12

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Unreadable(Exception):
    """No key of the file opens a value: it was encrypted with another key, or somebody changed it."""


class KeysBusy(Exception):
    """Another command changes the file of the keys."""

    def __init__(self, temporary: Path) -> None:
        super().__init__(
            f"Another command is changing the keys. If none is, delete {temporary} and run the same command again."
        )


class _Loaded:
    """The keys of the file as it was at a time (`stamp`)."""

    def __init__(self, stamp: tuple[int, ...], keys: Sequence[bytes]) -> None:
        self.stamp, self.keys = stamp, tuple(keys)
        self.fernet = MultiFernet([Fernet(key) for key in self.keys])
        self.newest = Fernet(self.keys[0])
        self.text = lru_cache(maxsize=KEPT_TEXTS)(self.decrypted)
        self.subkey = lru_cache(maxsize=None)(self._derived)

    def decrypted(self, token: str) -> str:
        return self.fernet.decrypt(token).decode()

    def _derived(self, at: int, label: str) -> bytes:
        return HKDF(SHA256(), 32, None, f"cm-tracker {label}/1".encode()).derive(self.keys[at])


class Hashes(NamedTuple):
    """The hashes of a text under each of the keys, the newest first."""

    newest: bytes
    all: tuple[bytes, ...]


class DataKeys:
    """The keys of a file. Where the file is missing, whatever needs a key raises `DataKeyMissing`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loaded: _Loaded | None = None

    def __len__(self) -> int:
        return len(self._read().keys)

    def make_if_missing(self) -> None:
        """Make the file with a first key that only its owner can read, unless it is there."""
        if not self.path.exists():
            make_key(self.path, _lines([Fernet.generate_key()]))

    def check(self, samples: Iterable[str | bytes]) -> None:
        """Make the first key where nothing is encrypted yet. Raise `DataKeyMissing` if no sample can be opened."""
        some = tuple(samples)
        if not some:
            self.make_if_missing()
        elif not any(self._opens(token) for token in some):
            raise DataKeyMissing(file=str(self.path), is_another=True)

    @property
    def newest(self) -> bytes:
        """The key with which everything is encrypted now."""
        return self._read().keys[0]

    def add(self) -> None:
        """Put a new key in front of the only one. Where there are two already, leave them: one is being replaced.

        Raise `KeysBusy` where another command changes the file.
        """
        with self._changing() as temporary:
            keys = self._read().keys
            if len(keys) == 1:
                replace_key(self.path, temporary, _lines([Fernet.generate_key(), *keys]))

    def keep_only(self, key: bytes) -> None:
        """Leave only the newest key in the file. Raise `KeysBusy` where it is not `key` any more."""
        with self._changing() as temporary:
            if self.newest != key:
                raise KeysBusy(temporary)
            replace_key(self.path, temporary, _lines([key]))

    def encrypt(self, text: str | bytes) -> str:
        """Return the token of a text."""
        return self._read().newest.encrypt(text.encode() if isinstance(text, str) else text).decode()

    def decrypt(self, token: str) -> str:
        """Return the text of a token. Raise `Unreadable`."""
        return self._opened(lambda keys: (keys.text if len(token) <= LONGEST_KEPT else keys.decrypted)(token))

    def decrypt_bytes(self, token: str | bytes) -> bytes:
        """Return the bytes of a token. Raise `Unreadable`."""
        return self._opened(lambda keys: keys.fernet.decrypt(token))

    def is_newest(self, token: str | bytes) -> bool:
        """Return whether a token was made with the newest key."""
        try:
            self._read().newest.decrypt(token)
        except InvalidToken:
            return False
        return True

    def hashes(self, label: str, text: str) -> Hashes:
        """Return keyed hashes of a text, HMAC-SHA256. Each `label` has keys of its own, derived from those of the file."""
        keys = self._read()
        found = tuple(hmac.digest(keys.subkey(at, label), text.encode(), "sha256") for at in range(len(keys.keys)))
        return Hashes(found[0], found)

    def newest_tokens(self, label: str, pieces: Iterable[str]) -> frozenset[int]:
        """Return what stands in the index for pieces of a text: a few bits of the hash of each."""
        return frozenset(_bits(self.hashes(label, piece).newest) for piece in pieces)

    def tokens_of(self, label: str, piece: str) -> frozenset[int]:
        """Return what may stand in the index for a piece, also from before the newest key."""
        return frozenset(map(_bits, self.hashes(label, piece).all))

    def _opens(self, token: str | bytes) -> bool:
        try:
            self._read().fernet.decrypt(token)
        except InvalidToken:
            return False
        return True

    def _opened(self, open_with: Callable[[_Loaded], T]) -> T:
        keys = self._read() if self._loaded is None else self._loaded
        try:
            return open_with(keys)
        except (InvalidToken, ValueError):
            newer = self._read()
        try:
            if newer is not keys:
                return open_with(newer)
        except (InvalidToken, ValueError):
            pass
        raise Unreadable

    def _read(self) -> _Loaded:
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._loaded is None or self._loaded.stamp != stamp:
                lines = self.path.read_bytes().split()
                self._loaded = _Loaded(stamp, lines)
        except FileNotFoundError:
            raise DataKeyMissing(file=str(self.path), is_another=False) from None
        except (ValueError, IndexError):
            raise DataKeyMissing(file=str(self.path), is_another=True) from None
        return self._loaded

    @contextmanager
    def _changing(self) -> Iterator[Path]:
        """Make the file that will replace the own one. It is there once: of two commands, neither loses the other's key."""
        temporary = self.path.with_name(f"{self.path.name}.new")
        try:
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise KeysBusy(temporary) from None
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _lines(keys: Sequence[bytes]) -> bytes:
    return b"".join(key + b"\n" for key in keys)


def _bits(digest: bytes) -> int:
    return int.from_bytes(digest[:2]) % TOKENS


def bind_keys(engine: Engine, keys: DataKeys) -> None:
    """Let an engine encrypt and decrypt with the keys of a file."""
    engine.dialect.cm_data_keys = keys  # type: ignore[attr-defined]  # SQLAlchemy hands each column its own dialect


def keys_of(dialect: Dialect) -> DataKeys:
    """Return the keys of an engine, by its dialect."""
    keys = getattr(dialect, "cm_data_keys", None)
    if not isinstance(keys, DataKeys):
        raise RuntimeError("this engine has no keys: bind_keys was not called")
    return keys


class _NeverCompared(TypeEngine.Comparator[Any]):
    """Refuses comparisons that could never hold, and allows those with nothing."""

    def operate(self, op: Any, *other: Any, **more: Any) -> Any:
        # SQLAlchemy compares columns with one another where they are keys of a dictionary.
        is_allowed = op in (operators.is_, operators.is_not) or (
            op in (operators.eq, operators.ne) and (isinstance(other[0], ColumnElement) or not other[0])
        )
        if not is_allowed:
            raise TypeError("an encrypted column cannot be compared or sorted: decide in Python")
        return super().operate(op, *other, **more)


class Encrypted(TypeDecorator[str]):
    """A text that is encrypted in the database."""

    impl = Text
    cache_ok = True

    class Comparator(_NeverCompared, TypeDecorator.Comparator[str]):
        """Compares with nothing."""

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if not value:
            return value
        if value == UNREADABLE:
            raise ValueError("what could not be read is not written")
        return keys_of(dialect).encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if not value:
            return value
        try:
            return keys_of(dialect).decrypt(value)
        except Unreadable:
            _log.error("A stored text cannot be decrypted: its key is missing, or somebody changed it.")
            return UNREADABLE


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes that are encrypted in the database. Those that no key opens are read as none."""

    impl = LargeBinary
    cache_ok = True

    class Comparator(_NeverCompared, TypeDecorator.Comparator[bytes]):
        """Compares with nothing."""

    comparator_factory = Comparator

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return keys_of(dialect).encrypt(value).encode() if value else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if not value:
            return value
        try:
            return keys_of(dialect).decrypt_bytes(bytes(value))
        except Unreadable:
            return b""
