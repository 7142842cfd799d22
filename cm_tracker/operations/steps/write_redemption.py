"""Hand out a prize for a client's points, or for slips of the prize's tier. One transaction moves both."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import (
    BadInput,
    NotEnoughPoints,
    NotEnoughStock,
    NotFound,
    NothingForPractice,
    NothingWon,
    PriceChanged,
    StockBeingCounted,
)
from cm_tracker.domain.ledger.accounts import (
    Account,
    Entry,
    cabinet_account,
    client_account,
    held_account,
    items,
    site_account,
)
from cm_tracker.domain.prizes.catalog import GIFT_CARD, PrizeLimit, check_limit
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.offers import NOBODY, SET_ASIDE, Confirmation
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, UsePromise
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.practice import is_practice
from cm_tracker.queries.prizes.cards import next_card
from cm_tracker.queries.prizes.catalog import had_of, of_site
from cm_tracker.queries.prizes.rounds import is_being_counted
from cm_tracker.queries.schedules.program import point_value, point_value_column
from cm_tracker.queries.staff.sites import time_zone_of
from cm_tracker.queries.views import view_of


class LockedRedemption(NamedTuple):
    """What a redemption moves: `cost` out of the client's account `purse`, and items, or one card, off the `shelf`."""

    purse: Account
    cost: int
    shelf: Account
    card_id: int | None


class WrittenRedemption(NamedTuple):
    """A redemption that was written: its id, and the records that wait to be sealed."""

    id: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class RedeemablePrize:
    """A prize that can be handed out at a site, with its price in money and what a point is worth."""

    id: int
    name: str
    category: str
    price_cents: int
    retail_cents: int
    tier: str | None
    limit_count: int | None
    limit_days: int | None
    is_serial: bool
    point_value_cents: int

    @property
    def price_points(self) -> int:
        """Return the price in points."""
        return points_for(self.price_cents, self.point_value_cents)


def redeemable_prize(session: Session, prize_id: int, site_id: int) -> RedeemablePrize:
    """Return a prize that is in the catalog and can be handed out at a site. Raise `NotFound`."""
    row = session.execute(
        select(
            Prize.id,
            Prize.name,
            Prize.category,
            Prize.price_cents,
            Prize.retail_cents,
            Prize.tier,
            Prize.limit_count,
            Prize.limit_days,
            Prize.is_serial,
            point_value_column().label("point_value_cents"),
        ).where(Prize.id == prize_id, Prize.is_active, of_site(site_id))
    ).one_or_none()
    if row is None:
        raise NotFound(what="prize")
    return view_of(RedeemablePrize, row)


def check_price(prize: RedeemablePrize, price_points: int, tier: str | None) -> None:
    """Check that a prize still has the price that was shown, or is still of the tier of the slip.

    Raise `PriceChanged`, or `BadInput` for another tier.
    """
    if tier is not None and prize.tier != tier:
        raise BadInput("This prize is of another tier now. Choose one of the tier that was drawn.", "prize")
    if tier is None and prize.price_points != price_points:
        raise PriceChanged(price_points=prize.price_points)


def lock_for_redemption(
    session: Session, client: LockedClient, prize: RedeemablePrize, quantity: int, *, tier: str | None, now: datetime
) -> LockedRedemption:
    """Lock the accounts that a redemption moves.

    Raise `NotEnoughPoints` or `NothingWon` (no such slip), `NotEnoughStock`, `StockBeingCounted` instead of it while
    the number must not be told, or `LimitReached` where the client had
    as many as one client may have.
    """
    if prize.is_serial and quantity != 1:
        raise BadInput("Cards are handed out one at a time.", "quantity")
    unit, cost = (tier_unit(tier), quantity) if tier else ("points", prize.price_points * quantity)
    purse, card_id = client_account(client.id, unit), None
    while True:
        if prize.is_serial:
            card_id = next_card(session, client.site_id, prize.id)
        shelf = cabinet_account(client.site_id, prize.id, card_id)
        balances = lock_balances(session, [purse, shelf])
        if balances[purse.key] < cost:
            if tier:
                raise NothingWon
            worth = point_value(session)
            raise NotEnoughPoints(balance=balances[purse.key], cost=cost, point_value_cents=worth)
        if balances[shelf.key] >= quantity:
            break
        # Another writer was faster and handed this card out: try the next one.
        if card_id is None:
            if is_being_counted(session, client.site_id):
                raise StockBeingCounted
            raise NotEnoughStock(wanted=quantity, left=balances[shelf.key])
    if prize.limit_count is not None:
        zone = time_zone_of(session, client.site_id)
        had = had_of(session, client.id, zone, prize_id=prize.id).get(prize.id, [])
        check_limit(PrizeLimit(prize.limit_count, prize.limit_days), had, quantity, day_at(now, zone))
    return LockedRedemption(purse, cost, shelf, card_id)


def write_redemption(
    session: Session,
    client: LockedClient,
    prize: RedeemablePrize,
    quantity: int,
    *,
    tier: str | None,
    is_set_aside: bool,
    confirmation: Confirmation,
    actor: Actor,
    now: datetime,
) -> int:
    """Hand out `quantity` of a prize to a locked client, and seal it. Return the redemption's id.

    The client pays with points or, with a `tier`, with as many slips of that tier. With `is_set_aside` the items move
    into an account of the client until `hand_over`. A gift card that the client confirms comes with the promise that the
    page showed beside it. Raise as `lock_for_redemption` does, and
    `NothingForPractice` for a practice client when everything else is right.
    """
    found = lock_for_redemption(session, client, prize, quantity, tier=tier, now=now)
    written = post_redemption(
        session,
        client,
        prize,
        quantity,
        found,
        tier=tier,
        is_set_aside=is_set_aside,
        confirmation=confirmation,
        actor=actor,
        now=now,
    )
    seal_records(session, written.records)
    if prize.category == GIFT_CARD and confirmation.how != NOBODY:
        session.execute(insert(UsePromise).values(redemption_id=written.id, recorded_at=now))
    return written.id


def post_redemption(
    session: Session,
    client: LockedClient,
    prize: RedeemablePrize,
    quantity: int,
    locked: LockedRedemption,
    *,
    tier: str | None,
    is_set_aside: bool,
    confirmation: Confirmation,
    actor: Actor,
    now: datetime,
    borne: int = 0,
    given_at: datetime | None = None,
) -> WrittenRedemption:
    """Move what was locked for a redemption, and write its record. The caller seals.

    The program bears `borne` of the points, and the client pays the rest. Raise `NothingForPractice` for a practice client.
    """
    purse, cost, shelf, card_id = locked
    if is_practice(session, client.id):
        raise NothingForPractice
    unit = items(prize.id, card_id)
    if is_set_aside:
        goes_to = held_account(client.id, prize.id, card_id)
    else:
        goes_to = site_account("given", client.site_id, unit, prize.id)
    digest = save_note(session, confirmation.why)
    from_whom = ((purse, cost - borne), (site_account("program_loss", client.site_id, purse.unit), borne))
    paid = [Entry(account, -amount) for account, amount in from_whom if amount]
    transaction = post_transaction(
        session,
        "redemption",
        [
            *paid,
            Entry(site_account("spent", client.site_id, purse.unit), cost),
            Entry(shelf, -quantity),
            Entry(goes_to, quantity),
        ],
        site_id=client.site_id,
        client_id=client.id,
        actor=actor,
        now=now,
    )
    redemption = add_record(
        session,
        "redemption",
        client_id=client.id,
        site_id=client.site_id,
        prize_id=prize.id,
        prize_name=prize.name,
        price_points=0 if tier else prize.price_points,
        price_cents=None if tier else prize.price_cents,
        retail_cents=prize.retail_cents if tier else None,
        quantity=quantity,
        tier=tier,
        transaction_id=transaction.id,
        confirmed=confirmation.how,
        way=SET_ASIDE if is_set_aside else None,
        card_id=card_id,
        note_digest=digest,
        given_at=given_at,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    note_audit(
        session,
        "prize:redeemed",
        redemption.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        note_digest=digest,
        points=0 if tier else cost - borne,
        quantity=quantity,
        confirmed=confirmation.how,
    )
    return WrittenRedemption(redemption.id, (transaction, redemption))
