"""Encryption of backups in the form of age (https://age-encryption.org).

`age` and every other program that knows the form can open what is encrypted here.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # it brings no types

from cm_tracker.backups.failure import BackupFailed

MAGIC = b"age-encryption.org/v1\n"


def is_encrypted(path: Path) -> bool:
    """Return whether a file is encrypted in the form of age."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def takes_a_passphrase(path: Path) -> bool:
    """Return whether an encrypted file is opened by a passphrase, and not by a private key."""
    with path.open("rb") as file:
        return file.read(len(MAGIC) + 9) == MAGIC + b"-> scrypt"


def new_identity(path: Path) -> str:
    """Write a new private key into a new file. Return its public key, to which backups are encrypted.

    Raise `OSError` where the file cannot be made, such as `FileExistsError`.
    """
    identity = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())


def check_public_key(text: str) -> str:
    """Return a public key. Raise `BackupFailed` for any other text."""
    _recipient(text)
    return text


def encrypt(source: Path, target: Path, public_keys: Sequence[str], passphrase: str | None) -> None:
    """Encrypt a file into one that is there, to several public keys or with a passphrase.

    The private key of any of the public keys opens it. With a passphrase the file is read into memory as a whole. Raise
    `BackupFailed` for what is no public key, and `OSError`.
    """
    try:
        if passphrase is None:
            recipients = [_recipient(key) for key in public_keys]
            with source.open("rb") as plain, target.open("wb") as file:
                pyrage.encrypt_io(plain, file, recipients)
        else:
            target.write_bytes(pyrage.passphrase.encrypt(source.read_bytes(), passphrase))
    except pyrage.EncryptError as error:
        # A disk that is full comes as a text.
        if number := re.search(r"\[Errno (\d+)\]", str(error)):
            raise OSError(int(number[1]), os.strerror(int(number[1]))) from error
        raise BackupFailed(f"it cannot be encrypted ({error})") from error


def decrypt(source: Path, target: Path, identity: Path | None, passphrase: str | None) -> None:
    """Decrypt a file into one that is there, with a private key or a passphrase. Raise `BackupFailed` and `OSError`.

    Where it raises, the target holds nothing or a part.
    """
    if identity is None:
        try:
            target.write_bytes(pyrage.passphrase.decrypt(source.read_bytes(), passphrase or ""))
        except pyrage.DecryptError as error:
            raise BackupFailed("the passphrase does not open it, or the file is cut short or changed") from error
        return
    try:
        lines = identity.read_text(encoding="ascii").splitlines()
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupFailed("the file of --identity holds no private key of age") from error
    try:
        with source.open("rb") as file, target.open("wb") as plain:
            pyrage.decrypt_io(file, plain, keys)
    except pyrage.DecryptError as error:
        raise BackupFailed("this private key does not open it, or the file is cut short or changed") from error
    except OSError as error:
        # What is wrong with the file in its middle comes as an error without a number.
        if error.errno is None:
            raise BackupFailed("the file is cut short or changed") from error
        raise


def _recipient(text: str) -> object:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupFailed(f"{text!r} is no public key of age ({error})") from error
