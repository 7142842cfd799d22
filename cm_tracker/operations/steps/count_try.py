"""Slow guessing down. Tries are counted in the database for an account, a client code or a device, never for a clinic.

A try is counted before the secret is looked at and taken back when the secret was right. So however many tries come
at once, no more than the limit are looked at.

What failed is forgotten when the wait is over since the count began, unless the limit was reached: then the wait
begins with the last failure. A few slips an hour therefore never add up to a wait.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import TooManyTries
from cm_tracker.models import Throttle

# A failure that lies further ahead was counted before the clock was set back: it counts no longer. Two requests of the
# same moment may see the time of each other.
SAME_MOMENT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failed tries are allowed, and how long the wait is after them."""

    tries: int
    wait: timedelta


class CountedTry(NamedTuple):
    """A try that was counted.

    `left` is how many more may fail before one of the subjects has to wait. `failures` are those of each subject since
    its count began, with this one. `counted_at` is when it was counted, `failed_before` when each subject failed last
    before it: `take_back` needs both.
    """

    left: int
    counted_at: datetime
    failed_before: Mapping[str, datetime]
    failures: Mapping[str, int]


def count_try(session: Session, *, subjects: Sequence[tuple[str, Limit]], now: datetime) -> CountedTry:
    """Count a try for each subject. Raise `TooManyTries`, and count nothing, where one has to wait already."""
    # Always in the same order, so that two tries never wait for each other.
    in_order = sorted(subjects, key=lambda subject: subject[0])
    failed_before = {
        row.subject: row.last_failed_at
        for row in session.execute(
            select(Throttle.subject, Throttle.last_failed_at)
            .where(Throttle.subject.in_([subject for subject, _ in in_order]))
            .order_by(Throttle.subject)
            .with_for_update()
        )
    }
    failures = {subject: _count(session, subject, limit, now) for subject, limit in in_order}
    left = min(limit.tries - failures[subject] for subject, limit in in_order)
    return CountedTry(left, now, failed_before, failures)


def check_wait(session: Session, subject: str, limit: Limit, now: datetime) -> None:
    """Raise `TooManyTries` where a subject has to wait. Nothing is counted."""
    row = session.execute(
        select(Throttle.last_failed_at).where(
            Throttle.subject == subject, Throttle.failures >= limit.tries, ~_is_over(limit, now)
        )
    ).one_or_none()
    if row is not None:
        raise TooManyTries(minutes=_minutes(row.last_failed_at, limit, now))


def _is_over(limit: Limit, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the failures of a subject are forgotten."""
    return or_(
        and_(Throttle.failures < limit.tries, Throttle.began_at <= now - limit.wait),
        Throttle.last_failed_at <= now - limit.wait,
        Throttle.last_failed_at > now + SAME_MOMENT,
    )


def _minutes(last_failed_at: datetime, limit: Limit, now: datetime) -> int:
    remaining = min(last_failed_at + limit.wait - now, limit.wait)
    return max(-(-int(remaining.total_seconds()) // 60), 1)


def _count(session: Session, subject: str, limit: Limit, now: datetime) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    is_over = _is_over(limit, now)
    row = session.execute(
        dialect.insert(Throttle)
        .values(subject=subject, failures=1, began_at=now, last_failed_at=now)
        .on_conflict_do_update(
            index_elements=["subject"],
            # While somebody waits, further tries neither count nor make the wait longer.
            set_={
                "failures": case((is_over, 1), else_=Throttle.failures + 1),
                "began_at": case((is_over, now), else_=Throttle.began_at),
                "last_failed_at": case(
                    (is_over, now), (Throttle.failures >= limit.tries, Throttle.last_failed_at), else_=now
                ),
            },
        )
        .returning(Throttle.failures, Throttle.last_failed_at)
    ).one()
    if row.failures > limit.tries:
        raise TooManyTries(minutes=_minutes(row.last_failed_at, limit, now))
    return int(row.failures)


def forget_tries(session: Session, *subjects: str) -> None:
    """Forget every failed try of the subjects: their secret was right, or is a new one."""
    session.execute(delete(Throttle).where(Throttle.subject.in_(subjects)))


def forget_guesses(session: Session, guesses: str) -> None:
    """Forget every failed try at the PIN of a client, wherever it was made. `guesses` is their subject."""
    session.execute(delete(Throttle).where((Throttle.subject == guesses) | Throttle.subject.startswith(f"{guesses}:")))


def take_back(session: Session, counted: CountedTry, subjects: Collection[str]) -> None:
    """Take one try that was right back from the subjects' counts; their failures, and when they failed, stay.

    Where somebody else has failed since, the time of that failure stays.
    """
    for subject in sorted(subjects):
        before = counted.failed_before.get(subject)
        session.execute(
            update(Throttle)
            .where(Throttle.subject == subject, Throttle.failures > 0)
            .values(
                failures=Throttle.failures - 1,
                last_failed_at=case(
                    (Throttle.last_failed_at == counted.counted_at, before or counted.counted_at),
                    else_=Throttle.last_failed_at,
                ),
            )
        )
