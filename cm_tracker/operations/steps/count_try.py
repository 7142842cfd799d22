"""Slow down guessing: counted in the database, for an account, a code or a device, never for a clinic.

A try is counted before the secret is looked at and given back when it was right: however many tries
come at once, no more than the limit are looked at.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.domain.clients import bare_code
from cm_tracker.domain.errors import TooManyTries
from cm_tracker.models import Throttle


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failed tries are allowed, and how long the wait is after them."""

    tries: int
    wait: timedelta


def of_code(code: str) -> str:
    """The subject of guesses at a client's PIN, wherever they are made and however the code is written."""
    return f"kiosk:{hashlib.sha256(bare_code(code).encode()).hexdigest()}"


def count_try(session: Session, *, subjects: Sequence[tuple[str, Limit]], now: datetime) -> int:
    """Count a try for each subject. Answers how many more may fail before one of them has to wait.

    Raises `TooManyTries`, and counts nothing, when one has to wait already.
    """
    # Always in the same order, so that two tries never wait for one another.
    return min(_count(session, subject, limit, now) for subject, limit in sorted(subjects, key=lambda pair: pair[0]))


def _count(session: Session, subject: str, limit: Limit, now: datetime) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    is_over = Throttle.last_failed_at <= now - limit.wait
    row = session.execute(
        dialect.insert(Throttle)
        .values(subject=subject, failures=1, last_failed_at=now)
        .on_conflict_do_update(
            index_elements=["subject"],
            # While somebody waits, further tries neither count nor make the wait longer.
            set_={
                "failures": case((is_over, 1), else_=Throttle.failures + 1),
                "last_failed_at": case(
                    (is_over, now), (Throttle.failures >= limit.tries, Throttle.last_failed_at), else_=now
                ),
            },
        )
        .returning(Throttle.failures, Throttle.last_failed_at)
    ).one()
    if row.failures > limit.tries:
        left = row.last_failed_at + limit.wait - now
        raise TooManyTries(minutes=max(-(-int(left.total_seconds()) // 60), 1))
    return limit.tries - int(row.failures)


def give_back(session: Session, *, forget: Sequence[str], count_down: Sequence[str] = ()) -> None:
    """A right answer clears the subjects to `forget`, and takes back the one try of the others."""
    session.execute(delete(Throttle).where(Throttle.subject.in_(forget)))
    session.execute(
        update(Throttle)
        .where(Throttle.subject.in_(count_down), Throttle.failures > 0)
        .values(failures=Throttle.failures - 1)
    )
