"""The result of a form that was sent before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import IdempotencyKey


def answer_of(session: Session, operation: str, key: str) -> int | None:
    """Return the id that an operation returned for an idempotency key, or None for a key that was not used yet.

    A form that is sent a second time may be about something that is gone, such as a published draft. The page then
    goes to the first result.
    """
    return session.execute(
        select(IdempotencyKey.answer).where(IdempotencyKey.key == key, IdempotencyKey.operation == operation)
    ).scalar_one_or_none()
