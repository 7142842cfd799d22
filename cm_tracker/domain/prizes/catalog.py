"""What a prize may be, and how many of it one client may have. Some things may never be a reward, whatever they cost."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import BadInput, CardsMisread, LimitReached, StrangeCards

CATEGORIES = (
    "food",
    "household",
    "hygiene",
    "clothing",
    "transport",
    "books_and_media",
    "family",
    "health",
    "gift_card",
    "other",
)

# What the conditions of SAMHSA's grants and the rules of state programs forbid as a reward.
RESTRICTED = (
    "cash",
    "alcohol",
    "tobacco_or_nicotine",
    "cannabis",
    "weapons",
    "lottery_or_gambling",
    "cash_card",
)

MOST_OF_ONE = 1000
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class PrizeLimit:
    """At most `count` of a prize for one client: within any `days` days in a row, or ever where they are None."""

    count: int
    days: int | None

    def left(self, had: Iterable[tuple[date, int]], today: date) -> int:
        """How many a client may still have; `had` is what they were given, as (the day, how many)."""
        began = None if self.days is None else today - timedelta(days=self.days)
        return max(self.count - sum(quantity for on, quantity in had if began is None or on > began), 0)


def prize_limit(count: int | None, days: int | None) -> PrizeLimit | None:
    """A limit as a lead sets it, or None without one. Raises `BadInput` for what is none."""
    if count is None and days is None:
        return None
    if count is None or not 1 <= count <= MOST_OF_ONE:
        raise BadInput(
            "Say how many one client may have, from 1 to %(most)s, or leave both empty.",
            "limit_count",
            most=MOST_OF_ONE,
        )
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput(
            "Give 1 to %(most)s days, or leave it empty for a limit that never starts anew.",
            "limit_days",
            most=MOST_DAYS,
        )
    return PrizeLimit(count, days)


def check_limit(limit: PrizeLimit | None, had: Iterable[tuple[date, int]], wanted: int, today: date) -> None:
    """Raise `LimitReached` where a client would have more of a prize than its limit allows."""
    if limit is not None and (left := limit.left(had, today)) < wanted:
        raise LimitReached(count=limit.count, days=limit.days, left=left)


# A parcel of cards; more of them are a second delivery.
MOST_CARDS = 50


def check_cards(last_fours: Sequence[str], quantity: int) -> None:
    """Check that these are the last four digits of each of `quantity` cards; 0 where cards have none.

    Raises `CardsMisread` for what are not four digits, and `BadInput` for too many or too few cards.
    """
    wrong = tuple(place for place, digits in enumerate(last_fours, 1) if not re.fullmatch("[0-9]{4}", digits))
    if wrong:
        raise CardsMisread(places=wrong, field="cards")
    if len(last_fours) > MOST_CARDS:
        raise BadInput("Book in up to %(most)s cards at once.", "cards", most=MOST_CARDS)
    if len(last_fours) != quantity:
        raise BadInput("Give the last four digits of each card.", "cards")


def missing_cards(seen: Sequence[str], shelf: Iterable[tuple[int, str]], field: str) -> tuple[int, ...]:
    """The ids of the cards that should lie on the shelf, as (id, last four digits), and were not seen.

    Two cards may end alike. Raises `StrangeCards` for a card that nobody booked in.
    """
    left = Counter(seen)
    missing = []
    for card_id, digits in shelf:
        if left[digits]:
            left[digits] -= 1
        else:
            missing.append(card_id)
    if strange := sorted(left.elements()):
        raise StrangeCards(last_fours=tuple(strange), field=field)
    return tuple(missing)
