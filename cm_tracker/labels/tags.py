"""A tag: one word in a colored frame. And which of several buttons is the primary one."""

from typing import NamedTuple


class Tag(NamedTuple):
    """A word and its color.

    `tone` is `good` (green), `warm` (orange: somebody should look at it), `bad` (red: a target not met, or
    something is wrong), `plain` (gray) or empty for a word without a frame.
    """

    text: str
    tone: str = "plain"


def button(is_primary: bool) -> str:
    """Return the class of a button: a page has one primary button, the others are quiet."""
    return "btn btn-primary" if is_primary else "btn btn-quiet"
