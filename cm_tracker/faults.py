"""A fault of the program, as the log gets it: what kind it was and where it happened, never its message.

The message of an exception could hold what somebody typed: a name, a code, a result.
"""

import traceback


def told(error: BaseException) -> str:
    """Return the types of an exception and of what it came from, each with the lines of the program it went through."""
    parts: list[str] = []
    at: BaseException | None = error
    while at is not None:
        parts.append(f"{type(at).__name__}\n{''.join(traceback.format_tb(at.__traceback__))}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "which came from ".join(parts)
