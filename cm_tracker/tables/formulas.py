"""Texts that a spreadsheet would run as a formula."""

import re

# The full-width signs begin a formula where some languages are written. An apostrophe in front marks a text, and the
# spreadsheet does not show it.
_STARTS = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs: one that would start a formula gets an apostrophe in front.

    So does one that begins like a guarded text, and `unguarded` returns every text as it was.
    """
    return f"'{text}" if _STARTS.match(text) else text


def unguarded(text: str) -> str:
    """Return a text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _STARTS.match(text) else text
