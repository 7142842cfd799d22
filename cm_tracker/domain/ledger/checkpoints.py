"""Checkpoints: the state of the log at one moment, signed, short enough to print and to keep elsewhere.

The form is C2SP's tlog-checkpoint, a signed note: https://c2sp.org/tlog-checkpoint and
https://c2sp.org/signed-note. The size and the RFC 6962 root fix every record of the log up to there. Two
more lines hold the time and the newest hash of the chain. Without a checkpoint that was kept elsewhere,
the chain shows accidents and clumsy edits, but not an administrator who writes all of it anew.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cm_tracker.domain.errors import BadInput

ED25519 = 0x01
_FORM = re.compile(
    r"(?P<origin>[^\n+ ]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\nhead (?P<head>[A-Za-z0-9+/]{43}=)\n"
    r"\n\u2014 (?P<name>[^\n+ ]+) (?P<signature>[A-Za-z0-9+/]+=*)\n*"
)
_CODE = re.compile(r"([1-9][0-9]{0,17})([A-Z2-7]{4})([A-Z2-7]{4})([A-Z2-7]{4})([A-Z2-7]{4})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of the log when it had `size` records: its Merkle root, the newest hash, and the time."""

    origin: str
    size: int
    root: bytes
    head: bytes
    taken_at: datetime

    @property
    def text(self) -> str:
        """The text that is signed, byte by byte."""
        at = self.taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\ntime {at}\nhead {_base64(self.head)}\n"

    @property
    def code(self) -> str:
        """The short code to write down: the size and 80 bits of the root, such as 1234-ABCD-EFGH-IJKL-MNOP."""
        return short_code(self.size, self.root)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signature, as it is printed and kept."""

    checkpoint: Checkpoint
    key_name: str
    key_id: bytes
    signature: bytes

    @property
    def note(self) -> str:
        """The whole checkpoint as text."""
        return f"{self.checkpoint.text}\n\u2014 {self.key_name} {_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SavedCheckpoint:
    """A checkpoint that somebody kept outside the database: the whole note, or its short code only (`note` None)."""

    size: int
    code: str
    note: SignedCheckpoint | None = None

    def fits(self, root: bytes, head: bytes) -> bool:
        """Return whether the root and the newest hash of a log of this size are those of the checkpoint.

        A short code holds no hash of the chain, so only the root is compared with it.
        """
        if self.note is None:
            return self.code == short_code(self.size, root)
        return (self.note.checkpoint.root, self.note.checkpoint.head) == (root, head)


def short_code(size: int, root: bytes) -> str:
    """Return the short code of a size and a root."""
    letters = base64.b32encode(root[:10]).decode()
    return "-".join([str(size), *(letters[at : at + 4] for at in range(0, 16, 4))])


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a signed note names its Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([ED25519]) + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """Return a public key as signed notes write it, to keep beside the checkpoints: its name, id and bytes."""
    return f"{name}+{key_id(name, public_key).hex()}+{_base64(bytes([ED25519]) + public_key)}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Return the name and the 32 bytes of a public key. Raise `BadInput`."""
    name, _, rest = text.strip().partition("+")
    wanted, _, encoded = rest.partition("+")
    key = _bytes(encoded)
    if key is None or len(key) != 33 or key[0] != ED25519 or key_id(name, key[1:]).hex() != wanted:
        raise BadInput("This is not a public key: copy the whole line that begins with the installation's name.")
    return name, key[1:]


def parse_checkpoint(text: str) -> SignedCheckpoint:
    """Return the checkpoint that a text holds. Raise `BadInput` for any other text."""
    match = _FORM.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
    signature = _bytes(match["signature"]) if match else None
    if match is None or signature is None or len(signature) != 68:
        raise BadInput(
            "This is not a checkpoint: copy all its lines, from the first to the one that begins with a dash."
        )
    root, head = _bytes(match["root"]), _bytes(match["head"])
    assert root is not None and head is not None, "the pattern accepts only Base64"
    try:
        taken_at = datetime.strptime(match["time"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(
            "The time of this checkpoint cannot be read: copy its lines again, as they were printed."
        ) from None
    checkpoint = Checkpoint(match["origin"], int(match["size"]), root, head, taken_at)
    return SignedCheckpoint(checkpoint, match["name"], signature[:4], signature[4:])


def parse_saved_checkpoint(text: str) -> SavedCheckpoint:
    """Return a checkpoint that somebody kept, from its whole text or its short code. Raise `BadInput`."""
    code = parse_code(text)
    if code is not None:
        return SavedCheckpoint(*code)
    if "\n" not in text.strip():
        raise BadInput(
            "This is neither a short code, such as 1234-ABCD-EFGH-IJKL-MNOP, nor a whole checkpoint.", "kept"
        )
    note = parse_checkpoint(text)
    return SavedCheckpoint(note.checkpoint.size, note.checkpoint.code, note)


def parse_code(text: str) -> tuple[int, str] | None:
    """Return the size in a short code and the code with its dashes, or None for any other text.

    Dashes, blanks and lower case do not matter, because people copy it from paper.
    """
    match = _CODE.fullmatch(re.sub(r"[\s-]+", "", text).upper())
    return (int(match[1]), "-".join(match.groups())) if match else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
