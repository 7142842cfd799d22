"""Phrases as JSON: what they say in English, and what they are made from, so that they come back as phrases.

What was stored is not trusted further than its English. Where it is not whole, or a translation asks for more than was
stored, the phrase stays in English.

    {"says": "Keep 2 rows.", "message": ["Keep %(n)s row.", "Keep %(n)s rows."], "n": 2, "values": {}}
    {"says": "1, 4th", "joined": [{"written": 1}, {"written": {"ordinal": 4}}], "separator": ", "}
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cm_tracker.domain import phrases
from cm_tracker.domain.money import Cents
from cm_tracker.domain.phrases import Capital, Joined, Moment, Ordinal, Phrase, Speaker, Value, Written

Stored = str | Mapping[str, Any]


def stored(text: str) -> Stored:
    """Return a text as JSON has it: a phrase with its parts, and another text as it is."""
    return {"says": str(text), **_parts(text)} if isinstance(text, Phrase) else text


def read(content: Any) -> str:
    """Return what `stored` returned as a phrase or a text. What is not whole becomes its English text."""
    if isinstance(content, str):
        return content
    try:
        return _phrase(content)
    except (KeyError, OverflowError, TypeError, ValueError):
        says = content.get("says") if isinstance(content, dict) else None
        return says if isinstance(says, str) else ""


def said(text: str, speaker: Speaker) -> str:
    """Return a text that was stored, in a language; in English where the translation names a value that it lacks."""
    try:
        return phrases.said(text, speaker)
    except KeyError:
        return str(text)


def _parts(text: Phrase) -> dict[str, Any]:
    match text:
        case Joined():
            return {"joined": [_value(part) for part in text.parts], "separator": text.separator}
        case Capital():
            return {"capital": _value(text.words)}
        case Written():
            return {"written": _value(text.value)}
    values = {name: _value(value) for name, value in text.values.items()}
    return {"message": [*text.message], "n": text.n, "values": values}


def _value(value: Value) -> Any:
    match value:
        case Phrase():
            return _parts(value)
        case Ordinal():
            return {"ordinal": int(value)}
        case Cents():
            return {"cents": int(value)}
        case Moment(at, time_zone):
            return {"at": at.isoformat(), "time_zone": time_zone}
        case date():
            return {"day": value.isoformat()}
    return value


def _phrase(content: Any) -> Phrase:
    """Return a phrase. Raise `KeyError`, `OverflowError`, `TypeError` or `ValueError` where it is not whole."""
    match content:
        case {"message": [str(message)], "values": dict(values)} if message:
            return phrases.phrase(_whole(message, values) if values else message, **_values(values))
        case {"message": [str(one), str(many)], "n": int(n), "values": dict(values)} if one:
            return phrases.phrases(_whole(one, values), _whole(many, values), n, **_values(values))
        case {"joined": list(parts), "separator": str(separator)}:
            return phrases.joined([_word(part) for part in parts], separator)
        case {"capital": words}:
            return phrases.capital(_word(words))
        case {"written": value}:
            return phrases.written(_read_value(value))
    raise ValueError("neither a text nor a phrase")


def _whole(message: str, values: Mapping[str, Any]) -> str:
    """Return a message that names no value but these. Raise `KeyError` otherwise, also for a plural that is not shown."""
    message % {"n": 0, **values}
    return message


def _values(values: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _read_value(value) for name, value in values.items()}


def _word(content: Any) -> str:
    return content if isinstance(content, str) else _phrase(content)


def _read_value(content: Any) -> Value:
    match content:
        case bool():
            raise TypeError("a value is a text, a number, or an object")
        case str() | int():
            return content
        case {"ordinal": int(n)}:
            return Ordinal(n)
        case {"cents": int(cents)}:
            return Cents(cents)
        case {"at": str(at), "time_zone": str(time_zone)}:
            return Moment(datetime.fromisoformat(at), time_zone)
        case {"day": str(day)}:
            return date.fromisoformat(day)
    return _phrase(content)
