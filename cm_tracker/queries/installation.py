"""What whoever looks after the installation wants to see on one page. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from cm_tracker.db import Base
from cm_tracker.domain.health import Figures, Growth
from cm_tracker.models import KioskDevice, LedgerCheck, StaffSession, Throttle
from cm_tracker.queries.health import figures
from cm_tracker.queries.upkeep import UpkeepLine, newest_upkeep

# The growth of the database is measured over so many days at most.
MEASURED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Installation:
    """The state of an installation.

    `database` is `sqlite` or `postgresql`, and `database_bytes` what it takes on the disk. `grown_from` is the earliest
    verification of the last thirty days. `upkeep` has the newest line of each task. `signed_in` are the staff who have
    opened a page lately, `tablets` the paired ones and `stopped` those of them that stopped; `refused` are the accounts,
    sources and tablets at which somebody failed too often lately.
    """

    database: str
    database_bytes: int
    migration: str
    figures: Figures
    grown_from: Growth | None
    upkeep: Mapping[str, UpkeepLine]
    signed_in: int
    tablets: int
    stopped: int
    refused: int


def installation(session: Session, now: datetime, *, idle: timedelta, tries: int, wait: timedelta) -> Installation:
    """Return the state of the installation.

    `idle` is how long somebody stays signed in without opening a page; `tries` and `wait` are the limit of failed tries.
    """
    tablets = session.execute(
        select(func.count().label("paired"), func.count(KioskDevice.stopped_at).label("stopped")).where(
            KioskDevice.revoked_at.is_(None)
        )
    ).one()
    return Installation(
        database=session.get_bind().dialect.name,
        database_bytes=_size(session),
        migration=str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()),
        figures=figures(session, now),
        grown_from=_grown_from(session, now),
        upkeep=newest_upkeep(session),
        signed_in=session.execute(
            select(func.count(StaffSession.staff_id.distinct())).where(
                StaffSession.ended_at.is_(None), StaffSession.seen_at > now - idle
            )
        ).scalar_one(),
        tablets=tablets.paired,
        stopped=tablets.stopped,
        refused=_count(session, Throttle, Throttle.failures >= tries, Throttle.last_failed_at > now - wait),
    )


def _count(session: Session, of: type[Base], *conditions: ColumnElement[bool]) -> int:
    return session.execute(select(func.count()).select_from(of).where(*conditions)).scalar_one()


def _size(session: Session) -> int:
    """Return what the database takes on the disk, in bytes."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    pages = session.execute(text("PRAGMA page_count")).scalar_one()
    return int(pages) * int(session.execute(text("PRAGMA page_size")).scalar_one())


def _grown_from(session: Session, now: datetime) -> Growth | None:
    row = session.execute(
        select(LedgerCheck.ended_at, LedgerCheck.size)
        .where(LedgerCheck.ended_at > now - MEASURED)
        .order_by(LedgerCheck.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Growth(row.ended_at, row.size)
