"""Words that the domain makes for people, in English, with what they are made from, so that a page can translate them.

A phrase is an English text and is compared, stored and counted as one. Where it is shown, `said` puts it into the language
of a `Speaker`. Its message is a literal text, as in `BadInput`:

    phrase("A point is worth %(now)s instead of %(was)s.", now="$0.50", was="$0.25")
    phrases("%(n)s visit", "%(n)s visits", 12)

`in_phrases` makes a phrase of a refusal. `stored_phrases` writes phrases as JSON.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, Protocol

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import English, Translator
from cm_tracker.domain.money import Cents


class Speaker(Translator, Protocol):
    """A language that also has ordinal numbers."""

    def ordinal(self, n: int) -> str:
        """Return an ordinal number: 4th."""
        ...


class _English(English):
    def ordinal(self, n: int) -> str:
        ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
        return f"{n:,}{ending}"


_ENGLISH = _English()


class Ordinal(int):
    """A number that is written as an ordinal one."""


class Moment(NamedTuple):
    """An instant that is written in the time of a site."""

    at: datetime
    time_zone: str


Value = int | str | date | Moment
"""What stands in a phrase: a text, another phrase, a number, an amount of `Cents`, a day or an instant."""


class Phrase(str):
    """A text in English that knows its message and the values in it."""

    message: tuple[str, ...]
    n: int
    values: dict[str, Value]

    def said(self, speaker: Speaker) -> str:
        """Return the text in a language."""
        return _text(speaker, self.message, self.n, self.values)

    def with_values(self, **values: Value) -> "Phrase":
        """Return the same phrase with values that it lacked."""
        return _made(self.message, self.n, {**self.values, **values})


class Joined(Phrase):
    """Several phrases with a separator between them."""

    parts: tuple[str, ...]
    separator: str

    def said(self, speaker: Speaker) -> str:
        return self.separator.join(said(part, speaker) for part in self.parts)


class Capital(Phrase):
    """A phrase that begins with a capital letter."""

    words: str

    def said(self, speaker: Speaker) -> str:
        words = said(self.words, speaker)
        return words[:1].upper() + words[1:]


class Written(Phrase):
    """A value alone, as each language writes it."""

    value: Value

    def said(self, speaker: Speaker) -> str:
        return _written(self.value, speaker)


def phrase(message: str, /, **values: Value) -> Phrase:
    """Return a phrase with its values in place of `%(name)s`."""
    return _made((message,), 0, values)


def phrases(one: str, many: str, n: int, /, **values: Value) -> Phrase:
    """Return the phrase that fits the number `n`, which is `%(n)s` in it."""
    return _made((one, many), n, values)


def joined(words: Iterable[str], separator: str = ", ") -> Phrase:
    """Return words with a separator between them."""
    parts = tuple(words)
    made = Joined(separator.join(parts))
    made.parts, made.separator = parts, separator
    return made


def capital(words: str) -> Phrase:
    """Return words with a capital letter, for the beginning of a sentence."""
    made = Capital(words[:1].upper() + words[1:])
    made.words = words
    return made


def written(value: Value) -> Phrase:
    """Return a value as a phrase of its own."""
    made = Written(_written(value, _ENGLISH))
    made.value = value
    return made


def said(text: str, speaker: Speaker) -> str:
    """Return a text in a language if it is a phrase. Another text, such as what somebody typed, stays as it is."""
    return text.said(speaker) if isinstance(text, Phrase) else text


def in_phrases(refused: Refused) -> Phrase:
    """Return the message of a refusal, which can be said in a language later."""
    says = refused.message(_PHRASES)
    return says if isinstance(says, Phrase) else written(says)


class _Phrases:
    """A `Translator` whose texts are phrases."""

    def gettext(self, message: str, **values: str) -> Phrase:
        return phrase(message, **values)

    def ngettext(self, one: str, many: str, n: int, **values: str) -> Phrase:
        return phrases(one, many, n, **values)

    def joined(self, texts: Iterable[str], separator: str) -> Phrase:
        return joined(texts, separator)

    def number(self, value: int) -> Phrase:
        return written(value)

    def money(self, cents: int) -> Phrase:
        return written(Cents(cents))

    def day(self, value: date) -> Phrase:
        return written(value)

    def moment(self, value: datetime, time_zone: str) -> Phrase:
        return written(Moment(value, time_zone))


_PHRASES = _Phrases()


def _made(message: tuple[str, ...], n: int, values: dict[str, Value]) -> Phrase:
    made = Phrase(_text(_ENGLISH, message, n, values))
    made.message, made.n, made.values = message, n, values
    return made


def _text(speaker: Speaker, message: tuple[str, ...], n: int, values: dict[str, Value]) -> str:
    texts = {name: _written(value, speaker) for name, value in values.items()}
    if len(message) == 1:
        return speaker.gettext(message[0], **texts)
    return speaker.ngettext(message[0], message[1], n, **texts)


def _written(value: Value, speaker: Speaker) -> str:
    match value:
        case str():
            return said(value, speaker)
        case Ordinal():
            return speaker.ordinal(value)
        case Cents():
            return speaker.money(value)
        case int():
            return speaker.number(value)
        case Moment():
            return speaker.moment(*value)
    return speaker.day(value)
