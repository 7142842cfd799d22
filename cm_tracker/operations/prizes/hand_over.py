"""Hand over to a client what was set aside for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotFound, NothingToHandOver
from cm_tracker.domain.ledger.accounts import Entry, held_account, site_account
from cm_tracker.domain.prizes.offers import SET_ASIDE, Confirmation, is_recently_confirmed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Handover, Redemption, Transaction
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.keep_pin_apart import keep_pin_apart
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.staff.site_settings import settings_of


@one_transaction
def hand_over(
    session: Session,
    *,
    redemption_id: int,
    confirmation: Confirmation | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Hand over what a redemption set aside. Return the handover's id.

    Without a `confirmation` the one of the redemption counts, for the site's `confirmation_minutes`; then raise
    `BadInput`. Raise `NothingToHandOver` where it was handed over already, or the redemption was undone.
    """
    undo = aliased(Transaction)
    row = session.execute(
        select(
            Redemption.client_id,
            Redemption.site_id,
            Redemption.prize_id,
            Redemption.card_id,
            Redemption.quantity,
            Redemption.way,
            Redemption.confirmed,
            Redemption.recorded_at,
            Redemption.transaction_id,
        ).where(Redemption.id == redemption_id)
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="redemption")
    client = lock_client(session, row.client_id, "prize:redeem", actor)

    def write() -> int:
        handed_over = select(Handover.id).where(Handover.redemption_id == redemption_id)
        undone = select(undo.id).where(undo.undoes_id == row.transaction_id)
        if row.way != SET_ASIDE or session.execute(handed_over.union_all(undone)).first() is not None:
            raise NothingToHandOver
        minutes = settings_of(session, row.site_id).confirmation_minutes
        if confirmation is None and not is_recently_confirmed(row.confirmed, row.recorded_at, now, minutes):
            raise BadInput("Let the client type their PIN, or say why they do not.", "why")
        if confirmation is not None and confirmation.client_id != client.id:
            raise NotFound(what="redemption")
        if confirmation is not None:
            keep_pin_apart(session, confirmation, f"redemption:{redemption_id}", row.site_id, actor=actor, now=now)
        from_account = held_account(client.id, row.prize_id, row.card_id)
        to_account = site_account("given", row.site_id, from_account.unit, row.prize_id)
        lock_balances(session, [from_account])
        digest = save_note(session, confirmation.why if confirmation else None)
        transaction = post_transaction(
            session,
            "handover",
            [Entry(from_account, -row.quantity), Entry(to_account, row.quantity)],
            site_id=row.site_id,
            client_id=client.id,
            actor=actor,
            now=now,
            because=f"redemption:{redemption_id}",
        )
        record = add_record(
            session,
            "handover",
            redemption_id=redemption_id,
            client_id=client.id,
            site_id=row.site_id,
            confirmed=confirmation.how if confirmation else row.confirmed,
            note_digest=digest,
            transaction_id=transaction.id,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session,
            "prize:handed-over",
            record.address,
            actor=actor,
            now=now,
            site_id=row.site_id,
            client_id=client.id,
            note_digest=digest,
            confirmed=confirmation.how if confirmation else row.confirmed,
        )
        seal_records(session, [transaction, record])
        return record.id

    return run_once(session, key, "hand_over", [redemption_id], actor, now, write)
