"""Slow guessing down. Tries are counted in the database for an account, a client code or a source, never for a clinic.

A try is counted before the secret is looked at and taken back when the secret was right. So however many tries come
at once, no more than the limit are looked at. `domain.tries` says what is forgotten, and how long a wait is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import TooManyTries
from cm_tracker.domain.tries import Count, minutes_left, waits_until, with_failure, without_try
from cm_tracker.domain.tries import Limit as Limit
from cm_tracker.models import Throttle


class Origin(NamedTuple):
    """Whose secret a subject counts tries at, and from where, for the list of those who have to wait."""

    staff_id: int | None = None
    source: str | None = None


class CountedTry(NamedTuple):
    """A try that was counted.

    `left` is how many more may fail before one of the subjects has to wait. `failures` are those of each subject since
    its count began, with this one. `counted_at` is when it was counted, `before` what the counts were before it:
    `take_back` needs both.
    """

    left: int
    counted_at: datetime
    before: Mapping[str, Count]
    failures: Mapping[str, int]


def count_try(
    session: Session,
    *,
    subjects: Sequence[tuple[str, Limit]],
    now: datetime,
    origins: Mapping[str, Origin] | None = None,
) -> CountedTry:
    """Count a try for each subject. Raise `TooManyTries`, and count nothing, where one has to wait already.

    `origins` says for some subjects whose tries they count.
    """
    # Always in the same order, so that two tries never wait for each other.
    limits = dict(sorted(subjects))
    _add_rows(session, limits, origins or {}, now)
    while len(before := _locked(session, limits)) < len(limits):
        # A try that was right has just deleted a row.
        _add_rows(session, limits, origins or {}, now)
    for subject, limit in limits.items():
        if (until := waits_until(before[subject], limit, now)) is not None:
            raise TooManyTries(minutes=minutes_left(until, now))
    counts = {subject: with_failure(before[subject], limit, now) for subject, limit in limits.items()}
    for subject, count in counts.items():
        _store(session, subject, count)
    failures = {subject: count.failures for subject, count in counts.items()}
    return CountedTry(min(limit.tries - failures[subject] for subject, limit in limits.items()), now, before, failures)


def check_wait(session: Session, subject: str, limit: Limit, now: datetime) -> None:
    """Raise `TooManyTries` where a subject has to wait. Nothing is counted."""
    row = session.execute(
        select(Throttle.failures, Throttle.began_at, Throttle.last_failed_at).where(Throttle.subject == subject)
    ).one_or_none()
    if row is not None and (until := waits_until(_count_of(row), limit, now)) is not None:
        raise TooManyTries(minutes=minutes_left(until, now))


def forget_tries(session: Session, *subjects: str) -> None:
    """Forget every failed try of the subjects: their secret was right, or is a new one."""
    session.execute(delete(Throttle).where(Throttle.subject.in_(subjects)))


def forget_guesses(session: Session, guesses: str) -> None:
    """Forget every failed try at the PIN of a client, wherever it was made. `guesses` is their subject."""
    session.execute(delete(Throttle).where((Throttle.subject == guesses) | Throttle.subject.startswith(f"{guesses}:")))


def forget_account(session: Session, staff_id: int) -> bool:
    """Forget every failed try at the password of an account, wherever it was made. Return whether there was one."""
    deleted = session.execute(delete(Throttle).where(Throttle.staff_id == staff_id).returning(Throttle.failures))
    return any(deleted.scalars())


def take_back(session: Session, counted: CountedTry, subjects: Collection[str]) -> None:
    """Take one try that was right back from the subjects' counts; their failures, and when they failed, stay.

    Where somebody else has failed since, the time of that failure stays.
    """
    for subject, count in _locked(session, sorted(subjects)).items():
        if count.failures:
            _store(session, subject, without_try(count, counted.counted_at, counted.before[subject]))


def _add_rows(session: Session, subjects: Collection[str], origins: Mapping[str, Origin], now: datetime) -> None:
    """Add a row without failures for each subject that has none, so that all of them can be locked."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    nobody = Origin()
    rows = [
        {
            "subject": subject,
            "failures": 0,
            "began_at": now,
            "last_failed_at": now,
            **origins.get(subject, nobody)._asdict(),
        }
        for subject in subjects
    ]
    session.execute(dialect.insert(Throttle).values(rows).on_conflict_do_nothing(index_elements=["subject"]))


def _locked(session: Session, subjects: Collection[str]) -> dict[str, Count]:
    rows = session.execute(
        select(Throttle.subject, Throttle.failures, Throttle.began_at, Throttle.last_failed_at)
        .where(Throttle.subject.in_(subjects))
        .order_by(Throttle.subject)
        .with_for_update()
    )
    return {row.subject: _count_of(row) for row in rows}


def _count_of(row: Any) -> Count:
    return Count(row.failures, row.began_at, row.last_failed_at)


def _store(session: Session, subject: str, count: Count) -> None:
    session.execute(update(Throttle).where(Throttle.subject == subject).values(**count._asdict()))
