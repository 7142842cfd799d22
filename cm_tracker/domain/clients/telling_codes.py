"""Codes that tell who somebody is. A client's code stands on tablets, papers and exports, so it must tell nobody.

A new code is refused if it looks like a social security number, a birth date or a name. What looks like one and is none
is refused, too: another code costs nothing.
"""

import re

from cm_tracker.domain.errors import BadInput

# Three digits, two and four. Numbers that begin with 000, 666 or 9 were never given out, nor 00 or 0000 in the other places:
# Social Security Administration, "Social Security Number Randomization" (2011).
_SOCIAL_SECURITY = re.compile(r"(?<!\d)(?!000|666|9)\d{3}-?(?!00)\d{2}-?(?!0000)\d{4}(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(?:19|20)\d\d(-?)(\d\d)\1(\d\d)(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d\d?)-(\d\d?)-(?:19|20)\d\d(?!\d)|(?<!\d)(\d\d)-(\d\d)-\d\d(?!\d)")
_YEAR_LAST_BARE = re.compile(r"(?<!\d)(\d\d)(\d\d)(?:19|20)\d\d(?!\d)")
_TWO_WORDS = re.compile(r"[A-Z]{4,}[^A-Z]+[A-Z]{4,}")
_WORD_AND_YEAR = re.compile(r"[A-Z]{3,}-?(?:19|20)\d\d(?!\d)")
_LETTERS_ALONE = re.compile(r"[A-Z-]{4,}")


def check_tells_nothing(code: str) -> None:
    """Raise `BadInput` for a code in capitals that looks like a social security number, a birth date or a name."""
    if _SOCIAL_SECURITY.search(code):
        raise BadInput(
            "This looks like a social security number. A code must not tell who somebody is: use one such as HS-104.",
            "code",
        )
    if any(_is_day(*parts) for parts in _pairs(code)):
        raise BadInput(
            "This looks like a birth date. A code must not tell who somebody is: use one such as HS-104.", "code"
        )
    if _TWO_WORDS.search(code) or _WORD_AND_YEAR.search(code) or _LETTERS_ALONE.fullmatch(code):
        raise BadInput("This looks like a name. A code must not tell who somebody is: use one such as HS-104.", "code")


def _pairs(code: str) -> list[tuple[int, int]]:
    """Return each pair of numbers that stands where a date has its month and its day, in either order."""
    found = [(match[2], match[3]) for match in _YEAR_FIRST.finditer(code)]
    found += [(match[1] or match[3], match[2] or match[4]) for match in _YEAR_LAST.finditer(code)]
    found += [(match[1], match[2]) for match in _YEAR_LAST_BARE.finditer(code)]
    return [(int(one), int(other)) for one, other in found]


def _is_day(one: int, other: int) -> bool:
    month, day = sorted((one, other))
    return 1 <= month <= 12 and 1 <= day <= 31
