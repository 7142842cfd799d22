"""The installation's signing key (Ed25519). It is created at the first start and stored outside the database."""

import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cm_tracker.domain.ledger.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    key_id,
    parse_verifier_key,
    verifier_key,
)

FILE = "checkpoint.key"


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


class Signer(Verifier):
    """The installation's own key. Its name is also the origin of its checkpoints."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public_key = self._private.public_key().public_bytes_raw()
        super().__init__(f"cm-tracker/{public_key[:6].hex()}", public_key)

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Return the checkpoint with this key's signature."""
        signature = self._private.sign(checkpoint.text.encode())
        return SignedCheckpoint(checkpoint, self.name, key_id(self.name, self.public_key), signature)


def signer(folder: Path) -> Signer:
    """Return the installation's key. If there is none, create one that only the file's owner can read."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = folder / f"{FILE}.{os.getpid()}"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(b64encode(os.urandom(32)) + b"\n")
        try:
            os.link(temporary, path)  # creates the whole file or none, and never replaces a key
        except FileExistsError:
            pass  # another process was faster, and its key is used
        finally:
            temporary.unlink()
    return Signer(b64decode(path.read_bytes()))
