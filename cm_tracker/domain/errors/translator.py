"""How an error's message is put into a language, without the domain knowing any catalog.

An error builds its message by asking a `Translator` for every sentence and for every number and day in
it. `i18n` is one: its functions translate into the language that the page speaks. `ENGLISH` is another:
it needs nothing but the standard library, and `str(error)` uses it. `phrases.in_phrases` has the third, for a
refusal that is stored and read later in any language.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from cm_tracker.domain.money import DOLLARS, money_in

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Translator(Protocol):
    """One language: its sentences, and how it writes numbers, days and instants."""

    def gettext(self, message: str, **values: str) -> str:
        """Return a sentence with its values in place of `%(name)s`."""
        ...

    def ngettext(self, one: str, many: str, n: int, **values: str) -> str:
        """Return the sentence that fits the number `n`; `%(n)s` in it is the number as it is written."""
        ...

    def joined(self, texts: Iterable[str], separator: str) -> str:
        """Return texts that it made, such as the sentences of a message, with a separator between them."""
        ...

    def number(self, value: int) -> str:
        """Return a whole number as it is written: 1,240."""
        ...

    def money(self, cents: int) -> str:
        """Return cents as an amount of the program's currency: $997.50."""
        ...

    def day(self, value: date) -> str:
        """Return a day as it is written: Nov 21, 2026."""
        ...

    def moment(self, value: datetime, time_zone: str) -> str:
        """Return an instant in the time of a site: Nov 21, 2026, 4:05 PM."""
        ...


class English:
    """The language in which the messages are written in the code, with amounts of one currency."""

    def __init__(self, currency: str = DOLLARS) -> None:
        self.currency = currency

    def gettext(self, message: str, **values: str) -> str:
        """Return the sentence as it stands, with its values."""
        return message % values if values else message

    def ngettext(self, one: str, many: str, n: int, **values: str) -> str:
        """Return the first sentence for one, and the second for any other number."""
        return (one if n == 1 else many) % {"n": self.number(n), **values}

    def joined(self, texts: Iterable[str], separator: str) -> str:
        """Return the texts with the separator between them."""
        return separator.join(texts)

    def number(self, value: int) -> str:
        """Return a whole number with commas between the thousands."""
        return f"{value:,}"

    def money(self, cents: int) -> str:
        """Return cents as an amount of the currency, with two decimals."""
        return money_in(cents, self.currency)

    def day(self, value: date) -> str:
        """Return a day with the short name of its month."""
        return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"

    def moment(self, value: datetime, time_zone: str) -> str:
        """Return an instant by the clock of twelve hours."""
        at = value.astimezone(ZoneInfo(time_zone))
        return f"{self.day(at)}, {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


ENGLISH = English()
