"""Notes, found by the first digits of their digests."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import Note

# With fewer digits somebody else's note could be meant.
LEAST_DIGITS = 8


def notes_beginning(session: Session, digits: str) -> tuple[bytes, ...]:
    """Return the digests, at most two, that begin with these hex digits; none for too few or for other letters."""
    try:
        low = bytes.fromhex(digits[: len(digits) // 2 * 2])
    except ValueError:
        return ()
    if len(digits) < LEAST_DIGITS or len(low) > 32:
        return ()
    between = Note.digest.between(low, low + b"\xff" * (32 - len(low)))
    return tuple(bytes(one) for one in session.execute(select(Note.digest).where(between).limit(2)).scalars())
