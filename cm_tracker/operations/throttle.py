"""Slow down guessing: counted in the database, for an account, a code or a device, never for a clinic."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import TooManyTries
from cm_tracker.models import Throttle


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failed tries are allowed, and how long the wait is after them."""

    tries: int
    wait: timedelta


def throttle(session: Session, subjects: list[str], limit: Limit, now: datetime) -> None:
    """Raise `TooManyTries` when any of the subjects has to wait."""
    rows = session.execute(select(Throttle.failures, Throttle.last_failed_at).where(Throttle.subject.in_(subjects)))
    for failures, last_failed_at in rows:
        left = last_failed_at + limit.wait - now
        if failures >= limit.tries and left > timedelta(0):
            raise TooManyTries(minutes=int(left.total_seconds() // 60) + 1)


def count_failure(session: Session, subjects: list[str], limit: Limit, now: datetime) -> None:
    """One more failed try for each subject; after a full wait the count starts again."""
    for subject in subjects:
        row = session.execute(
            select(Throttle.failures, Throttle.last_failed_at).where(Throttle.subject == subject).with_for_update()
        ).one_or_none()
        if row is None:
            session.execute(insert(Throttle).values(subject=subject, failures=1, last_failed_at=now))
        else:
            failures = 1 if row.last_failed_at + limit.wait <= now else row.failures + 1
            session.execute(
                update(Throttle).where(Throttle.subject == subject).values(failures=failures, last_failed_at=now)
            )


def forget_failures(session: Session, subjects: list[str]) -> None:
    """A right answer clears the count."""
    session.execute(delete(Throttle).where(Throttle.subject.in_(subjects)))
