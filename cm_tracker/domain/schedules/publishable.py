"""What a schedule may say and a program cannot pay yet: another currency than dollars.

Such a document is right and can be tried by `flask schedule replay`.
"""

from typing import Any

from cm_tracker.domain.errors import Problem

CURRENCY = "USD"
NO_CURRENCY = "This program cannot pay in another currency than USD yet; it can be tried with flask schedule replay."


def not_yet_problems(document: Any) -> tuple[Problem, ...]:
    """Return a problem for everything in a schedule document that cannot be published yet, with its path.

    Everything else about the document is checked by `schedules.check`; what has the wrong type is left to it.
    """
    if isinstance(document, dict) and document.get("currency", CURRENCY) != CURRENCY:
        return (Problem("currency", NO_CURRENCY),)
    return ()
