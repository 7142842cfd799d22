"""Verify the ledger: work everything out again from the bytes of the log, and trust nothing else.

Level 1 checks the head, the newest checkpoint and the balances. Level 2 works out every hash of the chain
and the root of every checkpoint. Level 3 compares every row of every sealed table with its body, and every
balance with the sum of its entries, and every row that changes with the audit trail, whose own chain level 2 works out. Level 4 replays every enrollment and compares what was paid with what
the published schedule owes. `levels.run` shows three records being verified by hand.
"""

import sqlite3

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint, SignedCheckpoint
from cm_tracker.queries.ledger.findings import Verification
from cm_tracker.queries.ledger.levels.audit_trail import check_trail, check_trail_head
from cm_tracker.queries.ledger.levels.chain import check_chain
from cm_tracker.queries.ledger.levels.head import check_head
from cm_tracker.queries.ledger.levels.meaning import check_meaning
from cm_tracker.queries.ledger.levels.rows import RowComparison
from cm_tracker.queries.ledger.levels.run import Progress, VerificationRun
from cm_tracker.queries.ledger.levels.states import StateComparison
from cm_tracker.signing import Verifier

LEVELS = (1, 2, 3, 4)


def verify_ledger(
    session: Session,
    *,
    verifier: Verifier | None = None,
    level: int = 4,
    since: SignedCheckpoint | None = None,
    against: tuple[SavedCheckpoint, ...] = (),
    progress: Progress | None = None,
) -> Verification:
    """Verify the ledger up to a level and return what was found. Nothing is written.

    `verifier` is the installation's public key; without it no signature is checked. `since` is a trusted
    checkpoint to start from. `against` are checkpoints that were kept outside the database. While the clinic
    is at work, give it a session of `db.snapshot`.
    """
    run = VerificationRun(session, level, verifier, since, against, progress, Verification(level=level))
    try:
        _run_levels(run)
    except (OperationalError, sqlite3.OperationalError) as error:
        # That a database cannot be reached is no finding, but text in it that cannot be decoded is one.
        if "decode" not in str(error).lower():
            raise
        run.find(level, "log", "the ledger cannot be read to its end, because some text in it is not valid UTF-8")
    # With the triggers gone, any value may lie in any column, so an error in reading it is a finding, too.
    except (KeyError, ValueError, TypeError, AttributeError, AssertionError, OverflowError) as error:
        run.find(level, "log", f"the ledger cannot be read to its end ({type(error).__name__})")
    return run.report


def _run_levels(run: VerificationRun) -> None:
    check_head(run)
    check_trail_head(run)
    rows = RowComparison(run) if run.level >= 3 else None
    if run.level >= 2 or run.against:
        check_chain(run, rows)
    if rows is not None:
        rows.compare_whole_tables()
    if run.level >= 2:
        states = StateComparison(run) if run.level >= 3 else None
        check_trail(run, states)
        if states is not None:
            states.compare()
    if run.level >= 4:
        check_meaning(run)
