"""Save the result of a verification. With findings, nothing is sealed until an admin has released the ledger."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import LedgerCheck
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.ledger.findings import Verification


@one_transaction
def save_verification(session: Session, *, verification: Verification, actor: Actor, now: datetime) -> int:
    """Save a verification with its findings. Return the id of the check."""
    if not actor.may("ledger:verify"):
        raise NotAllowed(roles=actor.roles)
    report = {
        "size": verification.size,
        "transactions": verification.transactions,
        "entries": verification.entries,
        "checkpoints": verification.checkpoints,
        "leaps": verification.leaps,
        "looked_at": [asdict(one) for one in verification.looked_at],
        "erased": [one.says for one in verification.erased],
        "findings": [finding.as_json() for finding in verification.findings],
    }
    check_id = session.execute(
        insert(LedgerCheck)
        .values(
            level=verification.level,
            size=verification.size,
            findings=len(verification.findings),
            report=json.dumps(report),
            ended_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        .returning(LedgerCheck.id)
    ).scalar_one()
    keep_states(session, f"ledger_check:{check_id}")
    note_audit(
        session,
        "ledger:verified",
        f"ledger_check:{check_id}",
        actor=actor,
        now=now,
        level=verification.level,
        size=verification.size,
        findings=len(verification.findings),
    )
    return check_id
