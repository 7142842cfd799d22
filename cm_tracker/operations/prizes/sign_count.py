"""Sign a count that a second person has checked: the difference to the ledger is booked."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, CountIsOld, NobodyChecked
from cm_tracker.domain.ledger.accounts import cabinet_account
from cm_tracker.domain.prizes.counts import CountPerson, check_signer, lead_of_loss, lost_cents, shrinkage_entries
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.keep_purchases_apart import keep_purchases_apart
from cm_tracker.operations.steps.lock_count import count_address, lock_count
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_round import end_round
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.staff.site_settings import settings_of


@one_transaction
def sign_count(session: Session, *, count_id: int, reason: str, key: str, actor: Actor, now: datetime) -> int:
    """Sign a checked count that has a difference, and book the difference as shrinkage. Return the signature's id.

    Raise `NobodyChecked` before a second person has checked it, `SecondPersonNeeded` for the person who counted, and
    `LeadNeeded` for a loss without a lead who may answer for it. Raise `CountIsOld` where items that the count misses
    have left the shelf since: a lead then orders another count (`repeat_count`).
    """
    address = count_address(session, count_id, "count:sign", actor)

    def write() -> int:
        count = lock_count(session, count_id, address)
        entries = shrinkage_entries(count.site_id, list(count.lines))
        # Every shelf of the count is locked, and every card that was not seen.
        shelves = [entry.account for entry in entries]
        balances = lock_balances(
            session, [*shelves, *(cabinet_account(count.site_id, line.prize_id) for line in count.lines)]
        )
        check_signer(count.counted_by.staff_id if count.counted_by else None, actor.staff_id)
        keep_purchases_apart(session, count.site_id, f"stock_count:{count_id}", actor=actor, now=now)
        if count.checked_by is None or count.counted_by is None or actor.staff_id is None:
            raise NobodyChecked
        lost = lost_cents(count.lines, count.retail)
        lead_id = lead_of_loss(
            count.lines,
            lost,
            settings_of(session, count.site_id).count_loss_cents,
            CountPerson(actor.staff_id, actor.may("loss:sign", count.site_id)),
            (count.checked_by, count.counted_by),
        )
        if any(balances[entry.account.key] + entry.amount < 0 for entry in entries if entry.account.is_guarded):
            raise CountIsOld
        if not reason.strip():
            raise BadInput("Say what you think happened to the difference.", "reason")
        digest = save_note(session, reason)
        transaction = post_transaction(
            session,
            "shrinkage",
            entries,
            site_id=count.site_id,
            client_id=None,
            actor=actor,
            now=now,
            note_digest=digest,
            because=f"stock_count:{count_id}",
        )
        signature = add_record(
            session,
            "count_signature",
            count_id=count_id,
            site_id=count.site_id,
            note_digest=digest,
            transaction_id=transaction.id,
            lead_id=lead_id,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        end_round(session, count.in_round.id, "signed", now)
        note_audit(
            session,
            "stock:signed",
            f"stock_count:{count_id}",
            actor=actor,
            now=now,
            site_id=count.site_id,
            note_digest=digest,
            lines=sum(1 for line in count.lines if line.difference),
            lost_cents=lost,
        )
        seal_records(session, [transaction, signature])
        return signature.id

    return run_once(session, key, "sign_count", [count_id, reason], actor, now, write)
