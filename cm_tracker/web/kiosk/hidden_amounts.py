"""Amounts that a client hides are dots on the screen, and the word "hidden" for whoever hears the page.

`i18n.hide_amounts` writes one character in place of every amount, wherever it is: in a sentence, an attribute or a drawing.
So no page can forget one. Here the character becomes what the page shows, after the page is written.
"""

import re

from cm_tracker.i18n import HIDDEN, gettext

DOTS = "•••"
_TAG = re.compile(r"(<[^>]*>)")
_DRAWING = re.compile(r"<(/?)(?:svg|title|option|textarea)\b")


def spell_hidden(page: str) -> str:
    """Return a page of HTML with dots in its text, and the word in its attributes and where no tag may stand."""
    if HIDDEN not in page:
        return page
    word = gettext("hidden")
    in_text = f'<span class="dots" aria-hidden="true">{DOTS}</span><span class="visually-hidden">{word}</span>'
    depth, parts = 0, []
    for part in _TAG.split(page):
        if part.startswith("<"):
            if (opens := _DRAWING.match(part)) and not part.endswith("/>"):
                depth += -1 if opens.group(1) else 1
            parts.append(part.replace(HIDDEN, word))
        else:
            parts.append(part.replace(HIDDEN, DOTS if depth else in_text))
    return "".join(parts)
