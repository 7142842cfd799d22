"""What follows from a new second factor: its person has recovery codes, and may open every page."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.second_factor import new_recovery_codes, recovery_hash
from cm_tracker.models import PasskeyRow, RecoveryCode, SecondFactor, StaffSession


def begin_factor(session: Session, *, staff_id: int, now: datetime) -> tuple[str, ...]:
    """Let the sessions of an account open every page. Return new recovery codes, or none where it still has some."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.is_for_set_up, StaffSession.ended_at.is_(None))
        .values(is_for_set_up=False)
    )
    left = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return () if session.execute(left).scalar_one() else write_recovery_codes(session, staff_id=staff_id, now=now)


def write_recovery_codes(session: Session, *, staff_id: int, now: datetime) -> tuple[str, ...]:
    """Replace the recovery codes of an account by new ones, and return them: only their hashes are stored."""
    codes = new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "code_hash": recovery_hash(code), "made_at": now, "used_at": None} for code in codes]
    session.execute(insert(table(RecoveryCode)), rows)
    return codes


def end_recovery(session: Session, *, staff_id: int) -> None:
    """Delete the recovery codes of an account that has no app and no passkey any more: nothing would ask for them."""
    app = select(SecondFactor.staff_id).where(SecondFactor.staff_id == staff_id, SecondFactor.secret.is_not(None))
    passkeys = select(PasskeyRow.id).where(PasskeyRow.staff_id == staff_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id, ~app.exists(), ~passkeys.exists()))
