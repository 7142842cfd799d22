"""The installation's signing key (Ed25519). It is made once and stored outside the database.

A new key is made only while no checkpoint was ever signed. Later a new one would be worse than none: every verification
would report that the older checkpoints are not signed with it.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cm_tracker.domain.errors import KeyMissing
from cm_tracker.domain.ledger.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    key_id,
    parse_verifier_key,
    verifier_key,
)
from cm_tracker.key_files import append_line, make_key

FILE = "checkpoint.key"
# The public keys of lost keys, one on each line; only the name of a key whose public key is lost, too.
FORMER = "former.keys"


class Verifier:
    """A public key, which can check the signature of a checkpoint."""

    def __init__(self, name: str, public_key: bytes) -> None:
        self.name = name
        self.public_key = public_key
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    @classmethod
    def of(cls, text: str) -> "Verifier":
        """Return the verifier for the text of a public key. Raise `BadInput` for any other text."""
        return cls(*parse_verifier_key(text))

    @property
    def text(self) -> str:
        """The public key in one line."""
        return verifier_key(self.name, self.public_key)

    def signed(self, note: SignedCheckpoint) -> bool:
        """Return whether a checkpoint has a valid signature of this key."""
        if (note.key_name, note.key_id) != (self.name, key_id(self.name, self.public_key)):
            return False
        try:
            self._key.verify(note.signature, note.checkpoint.text.encode())
        except InvalidSignature:
            return False
        return True


class LostKey:
    """A key of which nothing but the name is left. Its signatures cannot be checked and are taken as they are."""

    def __init__(self, name: str) -> None:
        self.name = name

    def signed(self, note: SignedCheckpoint) -> bool:
        """Return whether a checkpoint says that this key signed it."""
        return note.key_name == self.name


class Signer(Verifier):
    """The installation's own key. Its name is also the origin of its checkpoints.

    `former` are keys that signed here before and were lost: their checkpoints stay valid.
    """

    def __init__(self, seed: bytes, former: Sequence[Verifier | LostKey] = ()) -> None:
        self.former = tuple(former)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public_key = self._private.public_key().public_bytes_raw()
        super().__init__(f"cm-tracker/{public_key[:6].hex()}", public_key)

    def signed(self, note: SignedCheckpoint) -> bool:
        """Return whether a checkpoint has a valid signature of this key, or of a former one."""
        return super().signed(note) or any(key.signed(note) for key in self.former)

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Return the checkpoint with this key's signature."""
        signature = self._private.sign(checkpoint.text.encode())
        return SignedCheckpoint(checkpoint, self.name, key_id(self.name, self.public_key), signature)


def signer(folder: Path, signed_with: Collection[str], file: str = "") -> Signer:
    """Return the installation's key. `signed_with` are the names of the keys that signed the checkpoints.

    It lies in the folder, or where `file` says (the setting CHECKPOINT_KEY_FILE), with the former keys beside it.

    If the file is not there and nothing was ever signed, make a key that only the file's owner can read. Raise
    `KeyMissing` where checkpoints were signed and the key is not there, or is none of those that signed them, and where the
    file holds no key.
    """
    path = folder / (file or FILE)
    if not path.exists():
        if signed_with:
            raise KeyMissing(file=str(path), is_another=False)
        make_key(path, b64encode(os.urandom(32)) + b"\n")
    former = _former(path)
    try:
        key = Signer(b64decode(path.read_bytes()), former)
    except ValueError:
        raise KeyMissing(file=str(path), is_another=True) from None
    if signed_with and not {key.name, *(one.name for one in key.former)} & set(signed_with):
        raise KeyMissing(file=str(path), is_another=True)
    return key


def replace_lost_key(folder: Path, lost: Sequence[Verifier | LostKey], file: str = "") -> Signer:
    """Note the lost keys as former ones, make a new key, and return it. Raise `FileExistsError` if the key is there."""
    path = folder / (file or FILE)
    if path.exists():
        raise FileExistsError(path)
    for key in lost:
        append_line(path.with_name(FORMER), key.text if isinstance(key, Verifier) else key.name)
    return signer(folder, (), file)


def _former(own: Path) -> list[Verifier | LostKey]:
    path = own.with_name(FORMER)
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    return [Verifier.of(line) if "+" in line else LostKey(line) for line in lines if line.strip()]
