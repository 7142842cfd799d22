"""Cards with numbers of their own: which of them lie on a site's shelf."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger import CARD
from cm_tracker.models import Account, GiftCard

MOST = 2000


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card, by its last four digits."""

    id: int
    last_four: str


def cards_on_shelf(session: Session, site_id: int) -> Mapping[int, tuple[CardLine, ...]]:
    """The cards on a site's shelf by prize, in the order in which they came; at most 2,000."""
    found: dict[int, tuple[CardLine, ...]] = {}
    for prize_id, card_id, last_four in session.execute(_cards(site_id)):
        found[prize_id] = (*found.get(prize_id, ()), CardLine(card_id, last_four))
    return found


def next_card(session: Session, site_id: int, prize_id: int) -> int | None:
    """The card of a prize that came first and still lies on a site's shelf."""
    first = _cards(site_id).with_only_columns(GiftCard.id).where(GiftCard.prize_id == prize_id).limit(1)
    found: int | None = session.execute(first).scalar_one_or_none()
    return found


def digits_of(session: Session, card_ids: Iterable[int]) -> Mapping[int, str]:
    """The last four digits of cards, by their ids."""
    rows = session.execute(select(GiftCard.id, GiftCard.last_four).where(GiftCard.id.in_(list(card_ids))))
    return {card_id: last_four for card_id, last_four in rows}


def _cards(site_id: int) -> Any:
    account_key = literal(f"cabinet:{site_id}:{CARD}") + cast(GiftCard.id, String)
    return (
        select(GiftCard.prize_id, GiftCard.id, GiftCard.last_four)
        .join(Account, Account.key == account_key)
        .where(GiftCard.site_id == site_id, Account.balance > 0)
        .order_by(GiftCard.id)
        .limit(MOST)
    )
