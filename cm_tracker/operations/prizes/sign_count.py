"""A second person signs a count: the difference to the ledger is booked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AlreadySigned, BadInput, CountIsOld, NotAllowed, NotFound
from cm_tracker.domain.ledger.accounts import cabinet_account
from cm_tracker.domain.prizes.counts import check_signer, shrinkage_entries
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CountSignature, StockCount
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.prizes.counts import lines_of


@one_transaction
def sign_count(session: Session, *, count_id: int, reason: str, key: str, actor: Actor, now: datetime) -> int:
    """Sign the newest count of a site. Return the signature's id.

    A difference needs a reason and is booked as shrinkage. Raise `SecondPersonNeeded` for the person who counted, and
    `AlreadySigned` for a second signature. Raise `CountIsOld` where there is a newer count, or where items that it
    misses have left the shelf since: the cabinet has to be counted again.
    """
    count = session.execute(select(StockCount).where(StockCount.id == count_id)).scalar_one_or_none()
    if count is None or not actor.reaches(count.site_id):
        raise NotFound(what="count")
    if not actor.may("stock:count", count.site_id):
        raise NotAllowed(role=actor.role)

    def write() -> int:
        lines = [line for line in lines_of(count.lines) if line.difference]
        # Every shelf of the count is locked, and every card that was not seen.
        shelves = [entry.account for entry in shrinkage_entries(count.site_id, lines)]
        shelves += [cabinet_account(count.site_id, line.prize_id) for line in lines_of(count.lines)]
        balances = lock_balances(session, shelves)
        check_signer(count.staff_id, actor.staff_id)
        if session.execute(select(CountSignature.id).where(CountSignature.count_id == count_id)).first() is not None:
            raise AlreadySigned
        newer = select(StockCount.id).where(StockCount.site_id == count.site_id, StockCount.id > count_id)
        is_short = any(
            balances[entry.account.key] + entry.amount < 0
            for entry in shrinkage_entries(count.site_id, lines)
            if entry.account.is_guarded
        )
        if is_short or session.execute(newer.limit(1)).first() is not None:
            raise CountIsOld
        if lines and not reason.strip():
            raise BadInput("Say what you think happened to the difference.", "reason")
        digest = save_note(session, reason)
        records = []
        if lines:
            transaction = post_transaction(
                session,
                "shrinkage",
                shrinkage_entries(count.site_id, lines),
                site_id=count.site_id,
                client_id=None,
                actor=actor,
                now=now,
                note_digest=digest,
                because=f"stock_count:{count_id}",
            )
            records.append(transaction)
        signature = add_record(
            session,
            "count_signature",
            count_id=count_id,
            site_id=count.site_id,
            note_digest=digest,
            transaction_id=records[0].id if records else None,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session,
            "stock:signed",
            f"stock_count:{count_id}",
            actor=actor,
            now=now,
            site_id=count.site_id,
            note_digest=digest,
            lines=len(lines),
        )
        seal_records(session, [*records, signature])
        return signature.id

    return run_once(session, key, "sign_count", [count_id, reason], actor, now, write)
