"""Store the hash of a password anew, with the pepper and the cost of today."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.models import Staff


def renew_password(session: Session, *, staff_id: int, stored: str, renewed: str) -> None:
    """Replace the `stored` hash of an account's password by the hash of the same password, which was just typed right.

    Where the password was changed meanwhile, the newer one stays.
    """
    session.execute(
        update(Staff).where(Staff.id == staff_id, Staff.password_hash == stored).values(password_hash=renewed)
    )
