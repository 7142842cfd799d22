"""What a form that was sent before was answered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import IdempotencyKey


def answer_of(session: Session, operation: str, key: str) -> int | None:
    """The id that an operation answered to a key, or None: for a form whose page is gone by then."""
    return session.execute(
        select(IdempotencyKey.answer).where(IdempotencyKey.key == key, IdempotencyKey.operation == operation)
    ).scalar_one_or_none()
