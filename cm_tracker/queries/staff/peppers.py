"""Which peppers the stored passwords and PINs were made with."""

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from cm_tracker.models import Client, Staff

# The name of a pepper ends at the colon: `passwords.pepper_name`.
_LENGTH = 19


def used_peppers(session: Session) -> frozenset[str]:
    """Return the names of the peppers that stored hashes begin with."""
    stored = [
        select(func.substr(column, 1, _LENGTH)).where(column.startswith("pepper-"))
        for column in (Staff.password_hash, Client.pin_hash)
    ]
    return frozenset(session.execute(union(*stored)).scalars())
