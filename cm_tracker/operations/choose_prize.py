"""A client chooses a prize for a slip that they drew."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.roles import Actor
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.hand_out import hand_out, prize_to_hand_out
from cm_tracker.operations.lock_client import lock_client


@one_transaction
def choose_prize(
    session: Session, *, client_id: int, tier: str, prize_id: int, key: str, actor: Actor, now: datetime
) -> int:
    """Hand out one prize of a tier for one slip of it. Answers the redemption's id.

    Refuses a prize of another tier, and with the numbers when no slip waits (`NothingWon`) or the
    shelf is empty (`NotEnoughStock`): then the slip stays the client's.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)

    def act() -> int:
        prize = prize_to_hand_out(session, prize_id, client.site_id)
        if not tier or prize.tier != tier:
            raise BadInput("This prize is of another tier now. Choose one of the tier that was drawn.", "prize")
        return hand_out(session, client, prize, 1, tier=tier, actor=actor, now=now)

    return answer_once(session, key, "choose_prize", [client_id, tier, prize_id], actor, now, act)
