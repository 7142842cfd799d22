"""Words that the domain makes for people, in English, with what they are made from, so that a page can translate them.

A phrase is an English text and is compared, stored and counted as one. Where it is shown, `said` puts it into the language
of a `Speaker`. Its message is a literal text, as in `BadInput`:

    phrase("A point is worth %(now)s instead of %(was)s.", now="$0.50", was="$0.25")
    phrases("%(n)s visit", "%(n)s visits", 12)
"""

from collections.abc import Iterable
from typing import Protocol

from cm_tracker.domain.errors.translator import English, Translator


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


Value = int | str


class Phrase(str):
    """A text in English that knows its message and the values in it. Values are texts, phrases and numbers."""

    message: tuple[str, ...]
    n: int
    values: dict[str, Value]

    def said(self, speaker: Speaker) -> str:
        """Return the text in a language."""
        return _text(speaker, self.message, self.n, self.values)

    def with_values(self, **values: Value) -> "Phrase":
        """Return the same phrase with values that it lacked."""
        return _made(self.message, self.n, {**self.values, **values})


class _Joined(Phrase):
    """Several phrases with a separator between them."""

    parts: tuple[str, ...]
    separator: str

    def said(self, speaker: Speaker) -> str:
        return self.separator.join(said(part, speaker) for part in self.parts)


class _Capital(Phrase):
    """A phrase that begins with a capital letter."""

    words: str

    def said(self, speaker: Speaker) -> str:
        words = said(self.words, speaker)
        return words[:1].upper() + words[1:]


def phrase(message: str, /, **values: Value) -> Phrase:
    """Return a phrase with its values in place of `%(name)s`."""
    return _made((message,), 0, values)


def phrases(one: str, many: str, n: int, /, **values: Value) -> Phrase:
    """Return the phrase that fits the number `n`, which is `%(n)s` in it."""
    return _made((one, many), n, values)


def joined(words: Iterable[str], separator: str = ", ") -> Phrase:
    """Return words with a separator between them."""
    parts = tuple(words)
    made = _Joined(separator.join(parts))
    made.parts, made.separator = parts, separator
    return made


def capital(words: str) -> Phrase:
    """Return words with a capital letter, for the beginning of a sentence."""
    made = _Capital(words[:1].upper() + words[1:])
    made.words = words
    return made


def said(text: str, speaker: Speaker) -> str:
    """Return a text in a language if it is a phrase. Another text, such as what somebody typed, stays as it is."""
    return text.said(speaker) if isinstance(text, Phrase) else text


def _made(message: tuple[str, ...], n: int, values: dict[str, Value]) -> Phrase:
    made = Phrase(_text(_ENGLISH, message, n, values))
    made.message, made.n, made.values = message, n, values
    return made


def _text(speaker: Speaker, message: tuple[str, ...], n: int, values: dict[str, Value]) -> str:
    written = {name: _written(value, speaker) for name, value in values.items()}
    if len(message) == 1:
        return speaker.gettext(message[0], **written)
    return speaker.ngettext(message[0], message[1], n, **written)


def _written(value: Value, speaker: Speaker) -> str:
    if isinstance(value, Ordinal):
        return speaker.ordinal(value)
    return speaker.number(value) if isinstance(value, int) else said(value, speaker)
