"""Book a prize that staff gave by hand while the program was down, dated when it was given. The caller seals."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import MissingItems, PaperPrize, found_again
from cm_tracker.domain.errors import BadInput, NotEnoughStock, StockBeingCounted
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, client_account, site_account
from cm_tracker.domain.prizes.offers import unconfirmed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_redemption import (
    LockedRedemption,
    RedeemablePrize,
    WrittenRedemption,
    post_redemption,
)
from cm_tracker.queries.prizes.rounds import is_being_counted

FOUND = "A client had been given it by hand before the count, which found it missing."
WHY = "It was given by hand while the program was down. The client signed on the paper sheet, or staff did."


def write_paper_prize(
    session: Session,
    client: LockedClient,
    prize: RedeemablePrize,
    given: PaperPrize,
    missing: MissingItems | None,
    *,
    borne: int,
    given_at: datetime,
    actor: Actor,
    now: datetime,
) -> WrittenRedemption:
    """Book a prize that a locked client has in their hands, out of the cabinet of `client.site_id`.

    The client pays its points, of which the program bears `borne`. `missing` is what a count since has found missing: if
    the prize is among it, it is found again before it is handed out, so that it leaves the cabinet once.
    No limit of one client is asked for: it was given. Raise `BadInput` for a card with a number, which nobody hands out by
    hand, and `NotEnoughStock` or `StockBeingCounted` where the cabinet does not have so many in the ledger.
    """
    if prize.is_serial:
        raise BadInput("Cards with numbers are handed out in the program alone. Book it there.", "prize")
    purse, shelf = client_account(client.id, "points"), cabinet_account(client.site_id, prize.id, None)
    left = lock_balances(session, [purse, shelf])[shelf.key]
    again = found_again(given, missing)
    if left + again < given.quantity:
        if is_being_counted(session, client.site_id):
            raise StockBeingCounted
        raise NotEnoughStock(wanted=given.quantity, left=left)
    found = []
    if again and missing is not None:
        entries = [Entry(shelf, again), Entry(site_account("shrinkage", client.site_id, shelf.unit, prize.id), -again)]
        found = [
            post_transaction(
                session,
                "shrinkage",
                entries,
                site_id=client.site_id,
                client_id=None,
                actor=actor,
                now=now,
                note_digest=save_note(session, FOUND),
                because=missing.signature,
            )
        ]
    written = post_redemption(
        session,
        client,
        prize,
        given.quantity,
        LockedRedemption(purse, given.cost, shelf, None),
        tier=None,
        is_set_aside=False,
        confirmation=unconfirmed(client.id, WHY),
        actor=actor,
        now=now,
        borne=borne,
        given_at=given_at,
    )
    return WrittenRedemption(written.id, (*found, *written.records))
