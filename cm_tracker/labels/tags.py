"""Tags, which are words in a colored frame, and the classes of buttons."""

from typing import NamedTuple


class Tag(NamedTuple):
    """A word and its color.

    `tone` is `good` (green), `warm` (orange: somebody should look at it), `missed` (gray with an edge: a target was
    not met, which is no fault), `pale` (teal), `plain` (gray), or empty for a word without a frame.
    """

    text: str
    tone: str = "plain"


def button(is_primary: bool) -> str:
    """Return the CSS class of a button. A page has one primary button; the others are quiet."""
    return "btn btn-primary" if is_primary else "btn btn-quiet"
