"""Money as people write it. Everywhere else money is whole US cents."""

import re

# Nothing that a program pays comes near a number of so many digits.
MOST_DIGITS = 9


def dollars(cents: int) -> str:
    """Return cents as dollars: $997.50."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{part:02}"


# Currencies with a sign that nobody mistakes for another one's. All others are written with their code.
SIGNS = {"USD": "$", "GBP": "£", "EUR": "€"}


def money_in(cents: int, currency: str) -> str:
    """Return cents as an amount of a currency: $997.50, £5.00, CAD 20.00."""
    return dollars(cents).replace("$", SIGNS.get(currency, f"{currency} "))


def cents_of(text: str) -> int | None:
    """Return the cents of an amount that somebody typed (599, 599.5, $1,599.00), or None for other text."""
    typed = text.strip().removeprefix("$").strip()
    found = re.fullmatch(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?", typed)
    if found is None:
        return None
    whole, part = found[1].replace(",", ""), found[2] or ""
    return int(whole) * 100 + int(part.ljust(2, "0")) if len(whole) <= MOST_DIGITS else None
