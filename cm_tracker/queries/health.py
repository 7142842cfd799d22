"""What the database says about itself, for a program that watches this one."""

from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.health import FAILED, LATE, NONE_YET, OK, UNKNOWN, Facts, Figures
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import BACKUP, is_late
from cm_tracker.models import CheckpointRow, ImportRow, LedgerCheck, LogHead, Upkeep
from cm_tracker.queries.day.left_open import days_left_open
from cm_tracker.queries.ledger.verifications import newest_check
from cm_tracker.queries.staff.sites import earliest_today
from cm_tracker.queries.upkeep import last_backup_at


def health_facts(session: Session, now: datetime, *, newest_migration: str) -> Facts:
    """Return the facts of the database, by a few statements that do not depend on its size.

    `newest_migration` is the program's.
    """
    migration = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or ""
    # A database of an older version may not have the table of backups yet.
    backup = _backup(session, now) if migration == newest_migration else UNKNOWN
    return Facts(migration=migration, verification_holds=_verification_holds(session), backup=backup)


def _backup(session: Session, now: datetime) -> str:
    newest = session.execute(
        select(Upkeep.ended_at, Upkeep.is_done).where(Upkeep.task == BACKUP).order_by(Upkeep.id.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return NONE_YET
    if not newest.is_done:
        return FAILED
    return LATE if is_late(BACKUP, newest.ended_at, now) else OK


def figures(session: Session, now: datetime) -> Figures:
    """Return the figures of all sites together. Their statements read the newest rows, and two weeks of days."""
    verified_at = session.execute(select(LedgerCheck.ended_at).order_by(LedgerCheck.id.desc()).limit(1)).scalar()
    taken_at = session.execute(select(CheckpointRow.taken_at).order_by(CheckpointRow.id.desc()).limit(1)).scalar()
    backed_up_at = last_backup_at(session)
    open_days = days_left_open(session, command("metrics"), earliest_today(session, now))
    return Figures(
        records=session.execute(select(LogHead.size).where(LogHead.id == 1)).scalar_one(),
        verification_holds=_verification_holds(session),
        verification_age=None if verified_at is None else (now - verified_at).total_seconds(),
        checkpoint_age=None if taken_at is None else (now - taken_at).total_seconds(),
        backup_age=None if backed_up_at is None else (now - backed_up_at).total_seconds(),
        days_left_open=sum(site.days for site in open_days),
        import_runs=bool(session.execute(select(exists().where(ImportRow.busy.is_not(None)))).scalar_one()),
        waiting=_waiting(session),
    )


def _verification_holds(session: Session) -> bool | None:
    check = newest_check(session)
    return None if check is None else not check.is_open


def _waiting(session: Session) -> int | None:
    """Return how many connections to this database wait for a lock. SQLite has no such table."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    locks = text(
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted "
        "AND (database IS NULL OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    return int(session.execute(locks).scalar_one())
