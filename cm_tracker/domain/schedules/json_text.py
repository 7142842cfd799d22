"""Read JSON that people wrote. Whatever is wrong becomes one sentence; a repeated key is refused."""

import hashlib
import json
from typing import Any

from cm_tracker.domain.errors import BadInput


def read_json(text: str) -> Any:
    """Return the value that a JSON text holds.

    Raise `BadInput` for text that is not JSON, and for an object that has the same key twice: Python
    would silently take the last one, and in a schedule that could change what clients are paid.
    """
    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair cannot be encoded
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
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise BadInput("The key %(key)s stands twice in one object. Keep one of them.", "document", key=repr(name))
        members[name] = value
    return members


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")


def fingerprint(document: object) -> str:
    """Return the SHA-256 of a document in hex. A form sends it back to say which document the page showed."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
