"""A wrong redemption is undone: the points return, and the item goes back on the shelf or is booked as gone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.corrections import check_redemption_undo
from cm_tracker.domain.draws import tier_unit
from cm_tracker.domain.errors import AlreadyReturned, BadInput, NotFound
from cm_tracker.domain.ledger import Entry, cabinet_account, client_account, items, site_account
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Redemption, Transaction
from cm_tracker.operations.add_record import Record
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.keep_note import keep_note
from cm_tracker.operations.lock_client import lock_client
from cm_tracker.operations.note_audit import note_audit
from cm_tracker.operations.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.seal_records import seal_records


@one_transaction
def undo_redemption(
    session: Session, *, redemption_id: int, is_back: bool, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Undo a redemption once. Answers the id of the transaction that mirrors it.

    Whoever handed the prize out may do it within 15 minutes, afterwards a lead who did not. All
    points return, or the slip for which it was chosen. An item that is not back (`is_back` false)
    leaves the shelf again at once, as
    shrinkage: the client's points do not pay for it.
    """
    row = session.execute(
        select(
            Redemption.client_id,
            Redemption.site_id,
            Redemption.prize_id,
            Redemption.price_points,
            Redemption.quantity,
            Redemption.tier,
            Redemption.transaction_id,
            Redemption.recorded_at,
            Redemption.staff_id,
        ).where(Redemption.id == redemption_id)
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="redemption")
    client = lock_client(session, row.client_id, "redemption:undo", actor)

    def act() -> int:
        if not reason.strip():
            raise BadInput("Say why, so that everybody can understand it later.", "reason")
        check_redemption_undo(row.staff_id, row.recorded_at, actor, now)
        undone_at = session.execute(
            select(Transaction.recorded_at).where(Transaction.undoes_id == row.transaction_id)
        ).scalar_one_or_none()
        if undone_at is not None:
            raise AlreadyReturned(when=f"{undone_at:%Y-%m-%d %H:%M} UTC")
        paid_in, cost = (tier_unit(row.tier), row.quantity) if row.tier else ("points", row.price_points * row.quantity)
        purse, shelf = client_account(client.id, paid_in), cabinet_account(row.site_id, row.prize_id)
        lock_balances(session, [purse, shelf])
        digest = keep_note(session, reason)
        unit = items(row.prize_id)

        def post(kind: str, entries: list[Entry], undoes_id: int | None = None) -> Record:
            return post_transaction(
                session,
                kind,
                entries,
                site_id=row.site_id,
                client_id=client.id,
                actor=actor,
                now=now,
                note_digest=digest,
                undoes_id=undoes_id,
                because=f"redemption:{redemption_id}",
            )

        moved = [
            post(
                "undo",
                [
                    Entry(purse, cost),
                    Entry(site_account("spent", row.site_id, paid_in), -cost),
                    Entry(shelf, row.quantity),
                    Entry(site_account("given", row.site_id, unit, row.prize_id), -row.quantity),
                ],
                row.transaction_id,
            )
        ]
        if not is_back:
            gone = site_account("shrinkage", row.site_id, unit, row.prize_id)
            moved.append(post("shrinkage", [Entry(shelf, -row.quantity), Entry(gone, row.quantity)]))
        note_audit(
            session,
            "redemption:undone",
            f"redemption:{redemption_id}",
            actor=actor,
            now=now,
            site_id=row.site_id,
            client_id=client.id,
            note_digest=digest,
            points=row.price_points * row.quantity,
            is_back=is_back,
        )
        seal_records(session, moved)
        return moved[0].id

    return answer_once(session, key, "undo_redemption", [redemption_id, is_back, reason], actor, now, act)
