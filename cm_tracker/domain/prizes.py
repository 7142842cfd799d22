"""What a prize may be. Some things may never be a reward, whatever they cost."""

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

# SAMHSA's conditions and the rules of state programs; see the README for where they come from.
RESTRICTED = (
    "cash",
    "alcohol",
    "tobacco_or_nicotine",
    "cannabis",
    "weapons",
    "lottery_or_gambling",
    "cash_card",
)
