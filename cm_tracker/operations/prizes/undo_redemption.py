"""Undo a redemption: the points return, and the item goes back on the shelf or is booked as lost."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AlreadyReturned, NotFound, ReasonMissing
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, site_account
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import check_redemption_undo
from cm_tracker.models import Handover, Redemption, Transaction
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import post_transaction
from cm_tracker.operations.steps.post_undo import post_undo
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.prizes.by_hand import BORNE
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def undo_redemption(
    session: Session, *, redemption_id: int, is_back: bool, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Undo a redemption. Return the id of the transaction that undoes it.

    The person who handed the prize out may undo it within the site's `undo_minutes` if it is back, a lead who did not
    hand it out at any time. All points, or slips, return to the client, also for a prize that was set aside. If the item
    is not back (`is_back` is False), it is booked as shrinkage at once: the client's points do not pay for it. Raise what
    `check_redemption_undo` raises, `AlreadyReturned` for a second undo, and `ReasonMissing`.
    """
    row = session.execute(
        select(
            Redemption.client_id,
            Redemption.site_id,
            Redemption.prize_id,
            Redemption.price_points,
            Redemption.quantity,
            BORNE.label("borne"),
            Redemption.card_id,
            Redemption.transaction_id,
            Redemption.recorded_at,
            Redemption.staff_id,
        ).where(Redemption.id == redemption_id)
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="redemption")
    client = lock_client(session, row.client_id, "redemption:undo", actor)

    def write() -> int:
        if not reason.strip():
            raise ReasonMissing(field="reason")
        undo_minutes = settings_of(session, row.site_id).undo_minutes
        over = select(Handover.staff_id).where(Handover.redemption_id == redemption_id)
        check_redemption_undo(
            row.staff_id,
            row.recorded_at,
            actor,
            now,
            undo_minutes,
            handed_over_by_id=session.execute(over).scalar_one_or_none(),
            is_back=is_back,
        )
        undone_at = session.execute(
            select(Transaction.recorded_at).where(Transaction.undoes_id == row.transaction_id)
        ).scalar_one_or_none()
        if undone_at is not None:
            raise AlreadyReturned(undone_at=undone_at, time_zone=time_zone_of(session, row.site_id))
        digest = save_note(session, reason)
        records = post_undo(
            session,
            redemption_id=redemption_id,
            transaction_id=row.transaction_id,
            site_id=row.site_id,
            client=client,
            note_digest=digest,
            actor=actor,
            now=now,
        )
        undo_id = next(of.id for of in reversed(records) if of.row["undoes_id"] is not None)
        if not is_back:
            shelf = cabinet_account(row.site_id, row.prize_id, row.card_id)
            gone = site_account("shrinkage", row.site_id, shelf.unit, row.prize_id)
            loss = post_transaction(
                session,
                "shrinkage",
                [Entry(shelf, -row.quantity), Entry(gone, row.quantity)],
                site_id=row.site_id,
                client_id=client.id,
                actor=actor,
                now=now,
                note_digest=digest,
                because=f"redemption:{redemption_id}",
            )
            records.append(loss)
        note_audit(
            session,
            "redemption:undone",
            f"redemption:{redemption_id}",
            actor=actor,
            now=now,
            site_id=row.site_id,
            client_id=client.id,
            note_digest=digest,
            points=row.price_points * row.quantity - row.borne,
            is_back=is_back,
        )
        seal_records(session, records)
        return undo_id

    return run_once(session, key, "undo_redemption", [redemption_id, is_back, reason], actor, now, write)
