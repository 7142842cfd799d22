"""Characters that nobody sees: they turn a text around, hide in a name, or make two names look the same."""

import unicodedata

from cm_tracker.domain.errors import BadInput

# Persian and Hindi names need these two, and so do many small pictures.
_JOINERS = "\u200c\u200d"
_LINES = "\t\r\n"
# Control characters, formatting characters such as those that change the direction of writing, and separators of lines.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")


def check_seen(text: str, field: str | None = None, *, has_lines: bool = False) -> None:
    """Raise `BadInput` for a text with characters that nobody sees. With `has_lines` it may have several lines."""
    allowed = _JOINERS + (_LINES if has_lines else "")
    if any(unicodedata.category(one) in _UNSEEN and one not in allowed for one in text):
        raise BadInput("This has hidden characters in it, as copied text can have. Type it anew.", field)
