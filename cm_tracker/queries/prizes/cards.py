"""Serial cards: which of them are on a site's shelf."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.models import AccountRow, EntryRow, GiftCard, Transaction

MOST = 20_000


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card, by its last four digits."""

    id: int
    last_four: str


def cards_on_shelf(session: Session, site_id: int) -> Mapping[int, Sequence[CardLine]]:
    """Return the cards on a site's shelf by prize id, the oldest first; at most 20,000."""
    cards: dict[int, list[CardLine]] = {}
    for prize_id, card_id, last_four in session.execute(_cards(site_id)):
        cards.setdefault(prize_id, []).append(CardLine(card_id, last_four))
    return cards


def next_card(session: Session, site_id: int, prize_id: int) -> int | None:
    """Return the id of the oldest card of a prize on a site's shelf, or None where there is none."""
    first = _cards(site_id).with_only_columns(GiftCard.id).where(GiftCard.prize_id == prize_id).limit(1)
    card_id: int | None = session.execute(first).scalar_one_or_none()
    return card_id


def digits_of(session: Session, card_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the last four digits of cards by card id."""
    rows = session.execute(select(GiftCard.id, GiftCard.last_four).where(GiftCard.id.in_(list(card_ids))))
    return {card_id: last_four for card_id, last_four in rows}


def _cards(site_id: int) -> Any:
    account_key = literal(f"cabinet:{site_id}:{CARD}") + cast(GiftCard.id, String)
    return (
        select(GiftCard.prize_id, GiftCard.id, GiftCard.last_four)
        .join(AccountRow, AccountRow.key == account_key)
        .where(GiftCard.site_id == site_id, AccountRow.balance > 0)
        .order_by(GiftCard.id)
        .limit(MOST)
    )


def wrong_cards(session: Session) -> Iterator[tuple[str | None, str]]:
    """Yield what is wrong with cards, as (record, sentence). The record is None for an account without a card.

    Each card is booked in once, at its own site, and its accounts belong to its own prize.
    """
    cards = {
        f"{CARD}{card_id}": (record, prize_id, site_id)
        for card_id, record, prize_id, site_id in session.execute(
            select(GiftCard.id, GiftCard.record, GiftCard.prize_id, GiftCard.site_id)
        )
    }
    accounts = select(AccountRow.key, AccountRow.unit, AccountRow.prize_id, AccountRow.site_id, AccountRow.kind).where(
        AccountRow.unit.like(f"{CARD}%")
    )
    for key, unit, prize_id, site_id, kind in session.execute(accounts):
        record, its_prize, its_site = cards.get(unit, ("", None, None))
        if not record:
            yield None, f"{key} is the account of a card that does not exist"
        elif prize_id != its_prize or (kind == "cabinet" and site_id != its_site):
            yield record, "is kept as one of another prize or site"
    booked_in = dict.fromkeys(cards, 0)
    arrived = (
        select(AccountRow.unit, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(AccountRow.unit.like(f"{CARD}%"), AccountRow.kind == "cabinet", Transaction.kind == "delivery")
        .group_by(AccountRow.unit)
    )
    booked_in.update((unit, int(count)) for unit, count in session.execute(arrived))
    for unit, count in booked_in.items():
        if count != 1 and unit in cards:
            yield cards[unit][0], f"was booked in {count} times"
