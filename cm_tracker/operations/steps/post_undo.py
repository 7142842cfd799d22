"""Mirror the transactions of a redemption, so that points and items lie where they lay before it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.accounts import Entry
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Handover
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.post_transaction import lock_balances, mirrored, post_transaction


def post_undo(
    session: Session,
    *,
    redemption_id: int,
    transaction_id: int,
    site_id: int,
    client: LockedClient,
    note_digest: bytes | None,
    actor: Actor,
    now: datetime,
) -> list[Record]:
    """Mirror a redemption of a client who is held, and its handover before it: the item is on the shelf again."""
    mirrors = mirrors_of(session, redemption_id, transaction_id)
    lock_balances(session, [entry.account for _, entries in mirrors for entry in entries])
    return [
        post_transaction(
            session,
            "undo",
            entries,
            site_id=site_id,
            client_id=client.id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            undoes_id=of,
            because=f"redemption:{redemption_id}",
        )
        for of, entries in mirrors
    ]


def mirrors_of(session: Session, redemption_id: int, transaction_id: int) -> list[tuple[int, list[Entry]]]:
    """The transactions of a redemption with their entries turned around, the last step first.

    Out of the client's hands, where it was handed over, then back onto the shelf.
    """
    handed_over = session.execute(
        select(Handover.transaction_id).where(Handover.redemption_id == redemption_id)
    ).scalars()
    return [(of, mirrored(session, of)) for of in (*handed_over, transaction_id)]
