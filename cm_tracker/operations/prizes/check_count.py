"""A second person looked into the cabinet and found what was counted, before the ledger's numbers are shown."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AlreadySigned, CountIsOld
from cm_tracker.domain.prizes.counts import check_signer
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.keep_purchases_apart import keep_purchases_apart
from cm_tracker.operations.steps.lock_count import count_address, lock_count
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_check import write_check


@one_transaction
def check_count(session: Session, *, count_id: int, key: str, actor: Actor, now: datetime) -> int:
    """Check the newest count of a round. Return the id of the check.

    A count without a difference is then signed; a difference is signed with `sign_count`. Raise `SecondPersonNeeded`
    for the person who counted, `AlreadySigned` where a count of the round is checked, and `CountIsOld` for a count
    that is not the newest one of an open round.
    """
    address = count_address(session, count_id, "stock:count", actor)

    def write() -> int:
        count = lock_count(session, count_id, address)
        check_signer(count.counted_by.staff_id if count.counted_by else None, actor.staff_id)
        keep_purchases_apart(session, count.site_id, f"stock_count:{count_id}", actor=actor, now=now)
        if count.in_round.is_checked:
            raise AlreadySigned
        if not count.is_newest:
            raise CountIsOld
        records = write_check(session, count.in_round, count_id, count.lines, own_count_id=None, actor=actor, now=now)
        seal_records(session, records)
        return records[0].id

    return run_once(session, key, "check_count", [count_id], actor, now, write)
