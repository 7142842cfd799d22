"""The kinds of value that a setting of a site can have, each with its bounds and the words of its form.

`problem` returns the refusal of a value, at the field of the setting's name, or None for a value that
may stand. `words` returns a value as a person reads it; an amount is in the program's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.money import Cents, money_in

# What a setting can be. None is "off".
Value = int | bool | str | None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `most`, both included, in a unit: its name for one, and for several."""

    least: int
    most: int
    unit: tuple[str, str]

    def problem(self, value: Value, name: str) -> BadInput | None:
        """Return the refusal that says which numbers may be entered, or None."""
        if type(value) is int and self.least <= value <= self.most:
            return None
        return BadInput("Enter a whole number from %(least)s to %(most)s.", name, least=self.least, most=self.most)

    def words(self, value: Value, currency: str) -> str:
        """Return "1 minute" or "15 minutes"."""
        return f"{value} {self.unit[value != 1]}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money, in whole cents from `least` to `most`, both included."""

    least: int
    most: int

    def problem(self, value: Value, name: str) -> BadInput | None:
        """Return the refusal that says which amounts may be entered, or None."""
        if type(value) is int and self.least <= value <= self.most:
            return None
        least, most = Cents(self.least), Cents(self.most)
        return BadInput("Enter an amount from %(least)s to %(most)s.", name, least=least, most=most)

    def words(self, value: Value, currency: str) -> str:
        """Return "$50.00"."""
        return money_in(int(value or 0), currency)


@dataclass(frozen=True, slots=True)
class NumberOrOff:
    """A whole number, or off (None).

    A lead chooses between the sentences `off` and `on`, and `ask` is the label of the number.
    """

    number: Number
    off: str
    on: str
    ask: str

    def problem(self, value: Value, name: str) -> BadInput | None:
        """Return the refusal of the number, or None; off may always stand."""
        return None if value is None else self.number.problem(value, name)

    def words(self, value: Value, currency: str) -> str:
        """Return the number with its unit, or "off"."""
        return "off" if value is None else self.number.words(value, currency)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values. `options` has the sentence that a lead reads for each."""

    options: Mapping[Value, str]

    def problem(self, value: Value, name: str) -> BadInput | None:
        """Return the refusal that asks for one of the options, or None."""
        # True equals 1, and is something else.
        is_one = any(value == option and type(value) is type(option) for option in self.options)
        return None if is_one else BadInput("Choose one of these.", name)

    def words(self, value: Value, currency: str) -> str:
        """Return the sentence of an option."""
        return self.options[value]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with up to `most` characters. It may be empty, and `empty` says what stands there then."""

    most: int
    empty: str

    def problem(self, value: Value, name: str) -> BadInput | None:
        """Return the refusal that says how long the line may be, or None."""
        if isinstance(value, str) and len(value) <= self.most and value.isprintable():
            return None
        return BadInput("Enter one line of up to %(most)s characters.", name, most=self.most)

    def words(self, value: Value, currency: str) -> str:
        """Return the line in quotation marks, or what stands there where it is empty."""
        return f"“{value}”" if value else self.empty


def yes_or_no(yes: str, no: str) -> Choice:
    """Return the kind of a setting that is true or false, with a sentence for each."""
    return Choice({True: yes, False: no})


Kind = Number | Money | NumberOrOff | Choice | Line
