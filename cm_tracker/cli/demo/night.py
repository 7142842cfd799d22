"""The first night of the demonstration: its ledger is verified, points expire, old files go, and a checkpoint is signed.

No backup is made: there is no folder that would be right on every machine. The page of the server says so.
"""

from datetime import datetime
from pathlib import Path

from cm_tracker.db import db, snapshot
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import CHECKPOINT, EXPIRY, FILES, VERIFY, expired, removed, signed, verified
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import signer
from cm_tracker.version import VERSION


def night(now: datetime, folder: Path) -> None:
    """Verify everything that was entered, and sign it with the key in the folder. Call it last."""
    session, key = db.session(), signer(folder, ())
    with snapshot(db.engine) as reading:
        verification = verify_ledger(reading, verifier=key)
    save_verification(session, verification=verification, actor=command(), now=now)
    _note(VERIFY, verified(verification.size, len(verification.findings)), now, is_done=verification.ok)
    # Neither is set up here, so there is nothing to do for them.
    _note(EXPIRY, expired(0), now)
    _note(FILES, removed(0), now)
    note = take_checkpoint(session, signer=key, actor=command(), now=now)
    _note(CHECKPOINT, signed(note.checkpoint.size), now)


def _note(task: str, says: Phrase, now: datetime, *, is_done: bool = True) -> None:
    note_upkeep(
        db.session(), task=task, started_at=now, is_done=is_done, says=says, version=VERSION, actor=command(), now=now
    )
