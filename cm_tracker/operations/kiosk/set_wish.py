"""A client chooses at the kiosk the prize that they save for."""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Wish
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.write_redemption import redeemable_prize


@one_transaction
def set_wish(session: Session, *, client_id: int, prize_id: int, actor: Actor, now: datetime) -> None:
    """Keep the prize that a client saves for, in place of another one.

    Raise `NotFound` for a prize that their site does not hand out.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)
    redeemable_prize(session, prize_id, client.site_id)
    session.execute(delete(Wish).where(Wish.client_id == client.id))
    session.execute(insert(Wish).values(client_id=client.id, prize_id=prize_id, chosen_at=now))
    note_audit(
        session, "wish:set", f"client:{client.id}", actor=actor, now=now, site_id=client.site_id, client_id=client.id,
        prize=prize_id,
    )  # fmt: skip
