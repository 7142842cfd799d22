"""What a schedule may say and a program cannot pay yet: attended hours, and another currency than dollars.

Such a document is right and can be tried by `flask schedule replay`. It is not published before visits can hold what
it needs, because no visit of it could be recorded.
"""

from collections.abc import Iterator
from typing import Any

from cm_tracker.domain.errors import Problem

CURRENCY = "USD"
NO_HOURS = "This program cannot record attended hours yet; it can be tried with flask schedule replay."
NO_CURRENCY = "This program cannot pay in another currency than USD yet; it can be tried with flask schedule replay."
_NOT_YET = {"hours": NO_HOURS}


def not_yet_problems(document: Any) -> tuple[Problem, ...]:
    """Return a problem for everything in a schedule document that cannot be published yet, with its path.

    Everything else about the document is checked by `schedules.check`; what has the wrong type is left to it.
    """
    return tuple(_not_yet(document)) if isinstance(document, dict) else ()


def _not_yet(document: dict[str, Any]) -> Iterator[Problem]:
    for t, track in _objects(document.get("tracks")):
        evidence = track.get("evidence")
        if isinstance(evidence, str) and evidence in _NOT_YET:
            yield Problem(f"tracks[{t}].evidence", _NOT_YET[evidence])
    if document.get("currency", CURRENCY) != CURRENCY:
        yield Problem("currency", NO_CURRENCY)


def _objects(listed: object) -> Iterator[tuple[int, dict[str, Any]]]:
    for n, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield n, item
