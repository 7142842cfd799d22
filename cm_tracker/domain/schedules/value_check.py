"""The checks that every value of a schedule document needs: its kind, its size, its keys.

Each check adds what is wrong to a list, so that one run finds every problem.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.money import DOLLARS, money_in
from cm_tracker.domain.phrases import Phrase, phrase

# No published schedule comes near these limits; a larger number is a typing mistake.
MOST = 1_000_000
MOST_ITEMS = 60
DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def words(choices: Iterable[str]) -> str:
    """Return choices as a list in a sentence."""
    return ", ".join(choices)


def other_start(week: int, needed: int, *, is_first: bool) -> Phrase:
    """Return that a phase does not start in the week in which it must."""
    if is_first:
        says = phrase("starts at week %(week)s; the first phase must start at week %(needed)s.")
    else:
        says = phrase("starts at week %(week)s; no gap and no overlap: this phase must start at week %(needed)s.")
    return says.with_values(week=str(week), needed=str(needed))


class ValueCheck:
    """One check of a document. Its methods add to `problems`; those of a value say whether it is correct."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        # Whether the document is of the second format.
        self.is_second = False
        # The currency in which it names amounts.
        self.currency = DOLLARS

    def add(self, path: str, sentence: Phrase) -> None:
        self.problems.append(Problem(path, sentence))

    def keys(
        self, value: object, path: str, required: str, optional: str = "", *, second: str = ""
    ) -> dict[str, Any] | None:
        """Return the value if it is an object, after a check of its keys; else add a problem and return None.

        The keys of `second` may stand in a document of the second format.
        """
        if not isinstance(value, dict):
            self.add(path, phrase("must be an object with named values ({...})."))
            return None
        must, may = required.split(), [*optional.split(), *(second.split() if self.is_second else ())]
        dot = f"{path}." if path else ""
        for key in value:
            if key not in must and key not in may:
                known = phrase(
                    "%(key)s is not a key of this format; known here: %(keys)s.", key=repr(key), keys=words(must + may)
                )
                only_second = phrase("%(key)s needs the format cm-schedule/2.", key=repr(key))
                self.add(f"{dot}{key}", only_second if key in second.split() else known)
        for key in must:
            if key not in value:
                self.add(f"{dot}{key}", phrase("is missing."))
        return value

    def whole(self, value: object, path: str, least: int = 0, most: int = MOST) -> bool:
        if type(value) is not int:
            self.add(path, phrase("must be a whole number from %(least)s to %(most)s.", least=least, most=most))
            return False
        if not least <= value <= most:
            self.add(
                path,
                phrase(
                    "is %(value)s; it must be a whole number from %(least)s to %(most)s.",
                    value=value,
                    least=least,
                    most=most,
                ),
            )
            return False
        return True

    def money(self, value: object, path: str, most: int) -> None:
        """Check cents. Whoever uses the form types whole amounts of money, so the sentence names both."""
        if type(value) is not int or not 0 <= value <= most:
            least = money_in(0, self.currency)
            self.add(
                path,
                phrase(
                    "must be money from %(least)s to %(most)s, in whole cents.",
                    least=least,
                    most=money_in(most, self.currency),
                ),
            )

    def text(self, value: object, path: str, most: int = 200) -> bool:
        if not isinstance(value, str) or not value.strip():
            self.add(path, phrase("must be text and not empty."))
            return False
        if len(value) > most:
            self.add(
                path,
                phrase("has %(number)s characters; at most %(most)s are allowed.", number=str(len(value)), most=most),
            )
            return False
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            self.add(path, phrase("must be plain text on one line."))
            return False
        return True

    def choice(self, value: object, path: str, choices: tuple[str, ...]) -> bool:
        if value not in choices:
            self.add(path, phrase("must be one of: %(choices)s.", choices=words(choices)))
            return False
        return True

    def truth(self, value: object, path: str) -> None:
        if type(value) is not bool:
            self.add(path, phrase("must be true or false."))

    def words(self, value: object, path: str, if_empty: Phrase | None) -> None:
        """Check a list of different texts. `if_empty` is the sentence for an empty list; None allows it."""
        if not isinstance(value, list):
            self.add(path, phrase("must be a list ([...])."))
            return
        if not value and if_empty:
            self.add(path, if_empty)
        for n, item in enumerate(value):
            if self.text(item, f"{path}[{n}]", 60) and item in value[:n]:
                self.add(f"{path}[{n}]", phrase("names %(item)s a second time.", item=item))

    def each(
        self, value: object, path: str, check: Callable[[object, str], None], least: int = 0, most: int = MOST_ITEMS
    ) -> None:
        if not isinstance(value, list):
            self.add(path, phrase("must be a list ([...])."))
            return
        if len(value) < least:
            self.add(path, phrase("must have at least %(least)s.", least=least))
        if len(value) > most:
            self.add(
                path, phrase("has %(number)s; at most %(most)s are allowed.", number=str(len(value)), most=str(most))
            )
        for n, item in enumerate(value[:most]):
            check(item, f"{path}[{n}]")

    def different(self, items: object, path: str, key: str, says: Phrase, *more: str) -> None:
        """Check that no two items have the same text at `key`; those that differ in one of `more` may have it.

        `says` lacks that text.
        """
        if not isinstance(items, list):
            return
        seen: list[object] = []
        for n, item in enumerate(items):
            value = item.get(key) if isinstance(item, dict) else None
            if isinstance(item, dict) and isinstance(value, str):
                named = [value, *(item.get(other) for other in more)]
                if named in seen:
                    self.add(f"{path}[{n}].{key}", says.with_values(value=value))
                seen.append(named)

    def month_and_day(self, value: object, path: str) -> None:
        month, _, day = value.partition("-") if isinstance(value, str) else ("", "", "")
        if not (
            isinstance(value, str)
            and len(value) == 5
            and value[2] == "-"
            and (month + day).isascii()
            and (month + day).isdigit()
            and 1 <= int(month) <= 12
            and 1 <= int(day) <= DAYS_OF_MONTHS[int(month) - 1]
        ):
            self.add(path, phrase("must be the day on which the year begins, as in 09-30 (not February 29)."))
