"""Store the hash of a PIN anew, with the pepper and the cost of today."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.models import Client


def renew_pin(session: Session, *, client_id: int, stored: str, renewed: str) -> None:
    """Replace the `stored` hash of a client's PIN by the hash of the same PIN, which was just typed right.

    Where the PIN was changed meanwhile, the newer one stays.
    """
    session.execute(update(Client).where(Client.id == client_id, Client.pin_hash == stored).values(pin_hash=renewed))
