"""The catalog: which prizes are allowed, how many of a prize one client may have, and cards with their own digits."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from cm_tracker.domain.errors import (
    AllRefusals,
    BadInput,
    CardsMisread,
    LimitReached,
    NeverAReward,
    PrizeToCheck,
    StrangeCards,
)
from cm_tracker.domain.schedules.substance_words import SUBSTANCE_WORDS

# Like cash: a client who gets one promises what it will not pay for.
GIFT_CARD = "gift_card"
CATEGORIES = (
    "food",
    "household",
    "hygiene",
    "clothing",
    "transport",
    "books_and_media",
    "family",
    "health",
    GIFT_CARD,
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

# Words in a prize's name that sound like one of these, in the languages of the catalog. A name may be harmless
# (root beer), so the form only asks again.
FORBIDDEN_WORDS = frozenset(
    [
        "alcohol",
        "beer",
        "beers",
        "brandy",
        "champagne",
        "gin",
        "liquor",
        "rum",
        "tequila",
        "vodka",
        "whiskey",
        "whisky",
        "wine",
        "wines",
        "cigar",
        "cigars",
        "cigarette",
        "cigarettes",
        "hookah",
        "nicotine",
        "tobacco",
        "vape",
        "vapes",
        "vaping",
        "cannabis",
        "cbd",
        "dispensary",
        "marijuana",
        "thc",
        "ammo",
        "ammunition",
        "firearm",
        "firearms",
        "gun",
        "guns",
        "pistol",
        "rifle",
        "weapon",
        "weapons",
        "betting",
        "casino",
        "lottery",
        "lotto",
        "scratcher",
        "scratchers",
        "cash",
        "prepaid",
        "cerveza",
        "cervezas",
        "champán",
        "licor",
        "licores",
        "ron",
        "vino",
        "vinos",
        "cigarrillo",
        "cigarrillos",
        "cigarro",
        "cigarros",
        "nicotina",
        "tabaco",
        "vapeador",
        "vapeadores",
        "marihuana",
        "arma",
        "armas",
        "pistola",
        "escopeta",
        "munición",
        "apuestas",
        "lotería",
        "loterías",
        "efectivo",
    ]
)
FORBIDDEN_PAIRS = ("smoke shop", "liquor store", "scratch off", "scratch ticket", "e cig", "e cigarette")

# A price that differs from the retail value by more than one part in so many is asked about again.
PARTS_OF_RETAIL = 5


def forbidden_words(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words in names that sound like something that may never be a reward, or name a substance, each once."""
    found: dict[str, None] = {}
    for name in names:
        words = re.findall(r"[^\W\d_]+", name.lower())
        pairs = [f"{one} {two}" for one, two in pairwise(words)]
        found |= dict.fromkeys(word for word in words if word in FORBIDDEN_WORDS | SUBSTANCE_WORDS)
        found |= dict.fromkeys(pair for pair in pairs if pair in FORBIDDEN_PAIRS)
    return tuple(found)


def check_prize(names: Iterable[str], price_cents: int, retail_cents: int) -> None:
    """Raise `PrizeToCheck` for a name with a forbidden word, or a price far from the retail value."""
    words = forbidden_words(names)
    is_far = abs(price_cents - retail_cents) * PARTS_OF_RETAIL > retail_cents
    if words or is_far:
        raise PrizeToCheck(words=words, price_cents=price_cents, retail_cents=retail_cents, is_far=is_far)


MOST_OF_ONE = 1000
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class PrizeLimit:
    """One client may have at most `count` of a prize: within any `days` days in a row, or in all if `days` is None."""

    count: int
    days: int | None

    def left(self, received: Iterable[tuple[date, int]], today: date) -> int:
        """Return how many a client may still have. `received` is what they were given, as (day, quantity)."""
        before = None if self.days is None else today - timedelta(days=self.days)
        return max(self.count - sum(quantity for day, quantity in received if before is None or day > before), 0)


def prize_limit(count: int | None, days: int | None) -> PrizeLimit | None:
    """Return the limit that a lead entered, or None if both are empty. Raise `BadInput` for other values."""
    if count is None and days is None:
        return None
    refusals = AllRefusals()
    with refusals:
        if count is None or not 1 <= count <= MOST_OF_ONE:
            raise BadInput(
                "Say how many one client may have, from 1 to %(most)s, or leave both empty.",
                "limit_count",
                most=MOST_OF_ONE,
            )
    with refusals:
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise BadInput(
                "Give 1 to %(most)s days, or leave it empty for a limit that never starts anew.",
                "limit_days",
                most=MOST_DAYS,
            )
    refusals.raise_any()
    return PrizeLimit(count or 0, days)


def check_reward(category: str, limit_count: int | None, limit_days: int | None) -> PrizeLimit | None:
    """Return the limit of a prize. Raise what stands against its category and its limit."""
    refusals = AllRefusals()
    limit = None
    with refusals:
        if category in RESTRICTED:
            raise NeverAReward(category=category, field="category")
        if category not in CATEGORIES:
            raise BadInput("Choose one of the categories.", "category")
    with refusals:
        limit = prize_limit(limit_count, limit_days)
    refusals.raise_any()
    return limit


def check_limit(limit: PrizeLimit | None, received: Iterable[tuple[date, int]], wanted: int, today: date) -> None:
    """Raise `LimitReached` if a client would have more of a prize than its limit allows."""
    if limit is not None and (remaining := limit.left(received, today)) < wanted:
        raise LimitReached(count=limit.count, days=limit.days, left=remaining)


# A delivery has at most this many cards, because somebody types the digits of each. Book more as a second delivery.
MOST_CARDS = 50


def check_cards(last_fours: Sequence[str], quantity: int) -> None:
    """Check the last four digits of `quantity` gift cards; `quantity` is 0 for a prize that is not a card.

    Raise `CardsMisread` for entries that are not four digits, and `BadInput` for too many or too few.
    """
    misread = tuple(place for place, digits in enumerate(last_fours, 1) if not re.fullmatch("[0-9]{4}", digits))
    if misread:
        raise CardsMisread(places=misread, field="cards")
    if len(last_fours) > MOST_CARDS:
        raise BadInput("Book in up to %(most)s cards at once.", "cards", most=MOST_CARDS)
    if len(last_fours) != quantity:
        raise BadInput("Enter the last four digits of each card.", "cards")


def missing_cards(seen: Sequence[str], shelf: Iterable[tuple[int, str]], field: str) -> tuple[int, ...]:
    """Return the ids of the cards on the `shelf` of the ledger, as (id, last four digits), that nobody saw.

    Two cards may end in the same digits. Raise `StrangeCards` for cards that were never booked in.
    """
    unmatched = Counter(seen)
    missing = []
    for card_id, digits in shelf:
        if unmatched[digits]:
            unmatched[digits] -= 1
        else:
            missing.append(card_id)
    if strange := sorted(unmatched.elements()):
        raise StrangeCards(last_fours=tuple(strange), field=field)
    return tuple(missing)
