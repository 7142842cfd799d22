"""Reading JSON that people wrote: one sentence for whatever is wrong, and nothing taken twice."""

import hashlib
import json
from typing import Any

from cm_tracker.domain.errors import BadInput


def read_json(text: str) -> Any:
    """The value that a text holds. Raises `BadInput`, also for a key that stands twice in one object.

    JSON itself lets the last of two equal keys win; in a schedule that would silently be money.
    """
    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
        return value
    except json.JSONDecodeError as error:
        raise BadInput(
            "This is not JSON (line %(line)s, column %(column)s).", "document", line=error.lineno, column=error.colno
        ) from None
    except (ValueError, RecursionError):
        raise BadInput(
            "This is not JSON that can be read: a number or its nesting is too long, or a text is broken.", "document"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput("The key %(key)s stands twice in one object. Keep one of them.", "document", key=repr(name))
        found[name] = value
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def fingerprint(document: object) -> str:
    """A short mark of a document, by which a page says what it showed."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
