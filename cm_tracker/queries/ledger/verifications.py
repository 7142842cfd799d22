"""Verifications that were run, and what they found."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.models import LedgerCheck, LogHead, LogRow, Note, Staff
from cm_tracker.queries.ledger.findings import OUTSIDE, Finding, LookedAt
from cm_tracker.queries.views import view_of

MOST = 30


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A verification: who ran it and when, how much it found, and which admin released the ledger after it."""

    id: int
    level: int
    size: int
    findings: int
    ended_at: datetime
    staff_name: str | None
    via: str
    released_at: datetime | None
    released_by: str | None
    why_released: str | None

    @property
    def is_open(self) -> bool:
        """Whether it found something and no admin has released the ledger yet."""
        return self.findings > 0 and self.released_at is None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A verification with its findings, what it looked at, and what was erased on the record.

    Reports of before version 0.4 do not say what they looked at. `outside` is what no level covers.
    """

    line: CheckLine
    transactions: int
    entries: int
    checkpoints: int
    leaps: tuple[str, ...]
    findings: tuple[Finding, ...]
    looked_at: tuple[LookedAt, ...]
    erased: tuple[str, ...]
    outside: tuple[str, ...] = OUTSIDE


def _lines() -> Any:
    releaser = aliased(Staff)
    return (
        select(
            LedgerCheck.id,
            LedgerCheck.level,
            LedgerCheck.size,
            LedgerCheck.findings,
            LedgerCheck.ended_at,
            Staff.display_name.label("staff_name"),
            LedgerCheck.via,
            LedgerCheck.released_at,
            releaser.display_name.label("released_by"),
            Note.text.label("why_released"),
        )
        .outerjoin(Staff, Staff.id == LedgerCheck.staff_id)
        .outerjoin(releaser, releaser.id == LedgerCheck.released_by_id)
        .outerjoin(Note, Note.digest == LedgerCheck.note_digest)
        .order_by(LedgerCheck.id.desc())
    )


def ledger_checks(session: Session) -> tuple[CheckLine, ...]:
    """Return the last thirty verifications, newest first."""
    return tuple(view_of(CheckLine, row) for row in session.execute(_lines().limit(MOST)))


def ledger_check(session: Session, check_id: int) -> CheckReport:
    """Return a verification with its findings. Raise `NotFound`."""
    row = session.execute(_lines().where(LedgerCheck.id == check_id)).one_or_none()
    if row is None:
        raise NotFound(what="verification")
    text = session.execute(select(LedgerCheck.report).where(LedgerCheck.id == check_id)).scalar_one()
    report = json.loads(text)
    return CheckReport(
        line=view_of(CheckLine, row),
        transactions=report["transactions"],
        entries=report["entries"],
        checkpoints=report["checkpoints"],
        leaps=tuple(report["leaps"]),
        findings=tuple(Finding.from_json(kept) for kept in report["findings"]),
        looked_at=tuple(LookedAt(**one) for one in report.get("looked_at", ())),
        erased=tuple(report.get("erased", ())),
    )


def newest_check(session: Session) -> CheckLine | None:
    """Return the last verification that is open, because a lead must see that first, else the last one."""
    open_ = session.execute(
        _lines().where(LedgerCheck.findings > 0, LedgerCheck.released_at.is_(None)).limit(1)
    ).one_or_none()
    row = open_ or session.execute(_lines().limit(1)).one_or_none()
    return view_of(CheckLine, row) if row else None


def newest_record_at(session: Session) -> datetime | None:
    """Return when the newest record of the log was made, by the clock of the machine at that time."""
    newest = select(LogRow.body).join(LogHead, LogHead.size == LogRow.seq).where(LogHead.id == 1)
    body = session.execute(newest).scalar_one_or_none()
    return datetime.fromisoformat(json.loads(bytes(body))["recorded_at"]) if body else None
