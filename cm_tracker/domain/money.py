"""Money as people write it. Everywhere else money is whole hundredths of the program's currency: `..._cents`."""

import re
from typing import NamedTuple

# Nothing that a program pays comes near a number of so many digits.
MOST_DIGITS = 9
DOLLARS = "USD"
# Currencies with a sign and a name that nobody mistakes for another one's. All others are written with their code.
SIGNS = {DOLLARS: "$", "GBP": "£", "EUR": "€"}
# Their names by language.
NAMES = {
    "en": {DOLLARS: "dollars", "GBP": "pounds", "EUR": "euros"},
    "es": {DOLLARS: "dólares", "GBP": "libras", "EUR": "euros"},
    "pt": {DOLLARS: "dólares", "GBP": "libras", "EUR": "euros"},
}


class ProgramMoney(NamedTuple):
    """What a program pays in: what a point is worth in hundredths of its currency, and the code of the currency."""

    point_value_cents: int
    currency: str


class Cents(int):
    """A whole number of hundredths that a message writes as money."""


def sign_of(currency: str) -> str:
    """Return what stands in front of an amount: $, £, or CAD."""
    return SIGNS.get(currency, currency)


def name_of(currency: str, language: str = "en") -> str:
    """Return what people call amounts of a currency in a language: dollars, pounds, or CAD."""
    return NAMES[language].get(currency, currency)


def decimals(cents: int) -> str:
    """Return cents as a number of the currency without its sign: 1,155.00."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{part:02}"


def money_in(cents: int, currency: str) -> str:
    """Return cents as an amount of a currency: $997.50, £5.00, CAD 20.00."""
    sign = sign_of(currency)
    space = " " if sign == currency else ""
    return f"{'-' if cents < 0 else ''}{sign}{space}{decimals(abs(cents))}"


def names_currency(text: str, currency: str) -> bool:
    """Return whether a text begins with the sign or the code of a currency, as amounts of money do."""
    return text.strip().upper().startswith((sign_of(currency), currency))


def cents_of(text: str, currency: str) -> int | None:
    """Return the cents of an amount that somebody typed (599, 599.5, £1,599.00, GBP 599), or None for other text.

    The sign or the code of the currency may stand in front, and the code behind. Those of another currency may not.
    """
    typed = " ".join(text.upper().split())
    sign = sign_of(currency)
    for mark in (sign, currency):
        if typed.startswith(mark):
            typed = typed.removeprefix(mark)
            break
    else:
        typed = typed.removesuffix(currency)
    found = re.fullmatch(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?", typed.strip())
    if found is None:
        return None
    whole, part = found[1].replace(",", ""), found[2] or ""
    return int(whole) * 100 + int(part.ljust(2, "0")) if len(whole) <= MOST_DIGITS else None
