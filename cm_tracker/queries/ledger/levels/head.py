"""Level 1: the head of the log, the newest checkpoint, and sums over whole tables.

It takes milliseconds, so it runs whenever the program starts.
"""

from sqlalchemy import String, case, cast, func, literal, or_, select

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.ledger.chain import GENESIS
from cm_tracker.domain.ledger.checkpoints import SignedCheckpoint, parse_checkpoint
from cm_tracker.models import AccountRow, CheckpointRow, EntryRow, LogHead, LogRow, Transaction
from cm_tracker.queries.ledger.levels.run import VerificationRun


def check_head(run: VerificationRun) -> None:
    """Check the head and the newest checkpoint; without a checkpoint to start from, also what covers all entries."""
    _check_head(run)
    newest = _read_checkpoints(run)
    if newest is not None:
        _check_newest(run, newest)
    if run.since is None:
        _count(run)
        _check_sums(run)
        _check_accounts(run)
    else:
        run.check_signature(run.since, "the checkpoint to start from", level=1)


def _check_head(run: VerificationRun) -> None:
    head = run.session.execute(select(LogHead.size, LogHead.hash)).one_or_none()
    last = run.session.execute(select(LogRow.seq, LogRow.hash).order_by(LogRow.seq.desc()).limit(1)).one_or_none()
    seq, newest = (last.seq, bytes(last.hash)) if last else (0, GENESIS)
    run.report.size = seq
    # All that follows reads from number 1 on, so it would never see a record before that.
    for before in run.session.execute(select(LogRow.seq).where(LogRow.seq < 1).limit(1)).scalars():
        run.find(1, "log", "there is a record before the first one", seq=before)
    if head is None:
        run.find(1, "log_head", "the row of the head is missing")
    elif head.size != seq:
        run.find(1, "log_head", f"the head counts {head.size} records, but the newest has number {seq}", seq=seq)
    elif bytes(head.hash) != newest:
        run.find(1, "log_head", "the hash of the head is not the hash of the newest record", seq=seq)


def _read_checkpoints(run: VerificationRun) -> SignedCheckpoint | None:
    """Read the checkpoints of the database into the run. Return the newest one that can be read."""
    newest: SignedCheckpoint | None = None
    for row in run.session.execute(
        select(CheckpointRow.id, CheckpointRow.size, CheckpointRow.note).order_by(CheckpointRow.id)
    ):
        run.report.checkpoints += 1
        record = f"checkpoint:{row.id}"
        try:
            newest = parse_checkpoint(row.note)
        except BadInput:
            run.find(1, "checkpoint", "cannot be read", record=record)
            continue
        if newest.checkpoint.size != row.size:
            run.find(1, "checkpoint", "covers another number of records than its row says", record=record)
        run.checkpoints.setdefault(newest.checkpoint.size, []).append(newest)
    return newest


def _check_newest(run: VerificationRun, newest: SignedCheckpoint) -> None:
    size = newest.checkpoint.size
    run.check_signature(newest, f"the newest checkpoint ({size} records)", level=1)
    stored = run.session.execute(select(LogRow.hash).where(LogRow.seq == size)).scalar_one_or_none()
    if run.report.size < size:
        find_cut_tail(run, size, run.report.size, level=1)
    elif size and (stored is None or bytes(stored) != newest.checkpoint.head):
        run.find(1, "log", "the hash is not the one in the newest checkpoint", seq=size)


def find_cut_tail(run: VerificationRun, covered: int, there: int, *, level: int) -> None:
    """Add the finding that the log is shorter than a checkpoint says."""
    problem = f"a checkpoint covers {covered} records, but the log has {there}: its newest records were cut off"
    run.find(level, "log", problem, seq=there)


def _count(run: VerificationRun) -> None:
    run.report.transactions = run.session.execute(select(func.count()).select_from(Transaction)).scalar_one()
    run.report.entries = run.session.execute(select(func.count()).select_from(EntryRow)).scalar_one()
    run.look(1, "entries, summed in each unit", run.report.entries)


def _check_sums(run: VerificationRun) -> None:
    """Check that all entries of a unit sum to zero, and that no balance is below zero."""
    total = func.sum(EntryRow.amount)
    for unit, amount in run.session.execute(select(EntryRow.unit, total).group_by(EntryRow.unit).having(total != 0)):
        run.find(1, "entry", f"all entries in {unit} sum to {amount}, not to zero")
    for key, balance in run.session.execute(select(AccountRow.key, AccountRow.balance).where(AccountRow.balance < 0)):
        run.find(1, "account", f"the balance of {key} is {balance}")


def _check_accounts(run: VerificationRun) -> None:
    """Check that the key of each account says the same as its columns."""
    is_clients = AccountRow.kind.in_(("client", "held"))
    owner = case((is_clients, AccountRow.client_id), else_=AccountRow.site_id)
    expected = AccountRow.kind.concat(":").concat(cast(owner, String)).concat(":").concat(AccountRow.unit)
    another_owner = case((is_clients, AccountRow.site_id), else_=AccountRow.client_id)
    # The prize of a card's account is compared with the record of the card at level 4.
    has_its_prize = case(
        (
            AccountRow.unit.like("items/%"),
            AccountRow.unit.is_not_distinct_from(literal("items/") + cast(AccountRow.prize_id, String)),
        ),
        (AccountRow.unit.like(f"{CARD}%"), AccountRow.prize_id.is_not(None)),
        else_=AccountRow.prize_id.is_(None),
    )
    is_wrong = or_(AccountRow.key.is_distinct_from(expected), another_owner.is_not(None), has_its_prize.is_(False))
    for key in run.session.execute(select(AccountRow.key).where(is_wrong)).scalars():
        run.find(1, "account", f"the account {key} has columns that contradict its key")
