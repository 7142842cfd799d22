"""Which accounts, and which sources of wrong passwords, have to wait, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.sign_ins import limit_of_account, limit_of_source
from cm_tracker.domain.tries import SAME_MOMENT, Count, Limit, waits_until
from cm_tracker.models import Staff, Throttle
from cm_tracker.queries.staff.staff import is_colleague

MOST = 200


@dataclass(frozen=True, slots=True)
class AccountWait:
    """An account that has to wait, until the last of its waits is over.

    `sources` are the browsers, addresses and tablets where it waits. `is_everywhere` says whether it waits wherever it has
    not signed in before.
    """

    staff_id: int
    display_name: str
    username: str
    sources: tuple[str, ...]
    is_everywhere: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class SourceWait:
    """A source that has to wait, because too many different accounts failed there."""

    source: str
    until: datetime


def waiting_accounts(session: Session, actor: Actor, limit: Limit, now: datetime) -> tuple[AccountWait, ...]:
    """Return the accounts at the actor's sites that have to wait, by name. `limit` is that of an account at one source."""
    found: dict[int, list[tuple[str | None, datetime]]] = {}
    names = {}
    columns = (Throttle.staff_id, Throttle.source, Staff.display_name, Staff.username)
    rows = (
        select(*columns, Throttle.failures, Throttle.began_at, Throttle.last_failed_at)
        .join(Staff, Staff.id == Throttle.staff_id)
        .where(_may_wait(limit, now), is_colleague(actor))
        .order_by(Staff.display_name, Staff.id, Throttle.subject)
        .limit(MOST)
    )
    for row in session.execute(rows):
        until = _until(row, limit if row.source else limit_of_account(limit), now)
        if until is not None:
            names[row.staff_id] = (row.display_name, row.username)
            found.setdefault(row.staff_id, []).append((row.source, until))
    return tuple(
        AccountWait(
            staff_id,
            *names[staff_id],
            sources=tuple(source for source, _ in waits if source is not None),
            is_everywhere=any(source is None for source, _ in waits),
            until=max(until for _, until in waits),
        )
        for staff_id, waits in found.items()
    )


def waiting_sources(session: Session, limit: Limit, now: datetime) -> tuple[SourceWait, ...]:
    """Return the sources that have to wait. A network address belongs to no site, so leads of every site see them."""
    return tuple(_sources(session, limit_of_source(limit), now))


def _sources(session: Session, limit: Limit, now: datetime) -> Iterator[SourceWait]:
    rows = (
        select(Throttle.source, Throttle.failures, Throttle.began_at, Throttle.last_failed_at)
        .where(_may_wait(limit, now), Throttle.staff_id.is_(None), Throttle.source.is_not(None))
        # The tries at a name that nobody has are counted for their source, too.
        .where(Throttle.subject.startswith("source:"))
        .order_by(Throttle.last_failed_at.desc(), Throttle.subject)
        .limit(MOST)
    )
    for row in session.execute(rows):
        if (until := _until(row, limit, now)) is not None:
            yield SourceWait(row.source, until)


def _may_wait(limit: Limit, now: datetime) -> ColumnElement[bool]:
    return (Throttle.failures >= limit.tries) & Throttle.last_failed_at.between(now - limit.wait, now + SAME_MOMENT)


def _until(row: Any, limit: Limit, now: datetime) -> datetime | None:
    return waits_until(Count(row.failures, row.began_at, row.last_failed_at), limit, now)
