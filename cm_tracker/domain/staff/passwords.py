"""Which passwords staff may choose, by NIST SP 800-63B: long, not common, nothing that follows from who they are.

No digits or symbols are demanded, and a password never expires: both make people choose worse ones. A long one of several
words is easy to remember, and hard to guess.
"""

import re
import unicodedata
from collections.abc import Iterator

from cm_tracker.domain.errors import WeakPassword
from cm_tracker.domain.staff.common_passwords import is_common

LEAST_PASSWORD = 12
# So many letters or digits in order are a run.
RUN = 5
# A shorter part of a name is in too many words.
LEAST_NAME = 4
_IN_ORDER = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
)
_RUNS = frozenset(
    line[start : start + RUN] for row in _IN_ORDER for line in (row, row[::-1]) for start in range(len(line) - RUN + 1)
)
# What people write instead of a letter.
_LETTERS = str.maketrans("013457@$!", "oleastasi")

SHORT, COMMON, NAME, IN_ORDER, REPEATED = "short", "common", "name", "in order", "repeated"
ENOUGH, GOOD, STRONG = "enough", "good", "strong"
# How strong a password is from so many characters on.
STRENGTHS = ((0, ENOUGH), (16, GOOD), (20, STRONG))


def check_password(password: str, *names: str, field: str = "password") -> str:
    """Return the password. Raise `WeakPassword` with the reason if it is easily guessed.

    `names` are the user name and the name of its person.
    """
    if (why := _weakness(password, names)) is not None:
        raise WeakPassword(why=why, least=LEAST_PASSWORD, field=field)
    return password


def strength(password: str) -> str:
    """Return how strong a password is that may stand: `enough`, `good` or `strong`. Only its length counts."""
    # The same letter again makes no password longer.
    length = len(re.sub(r"(.)\1+", r"\1", password))
    return next(word for least, word in reversed(STRENGTHS) if length >= least)


def _weakness(password: str, names: tuple[str, ...]) -> str | None:
    if len(password) < LEAST_PASSWORD:
        return SHORT
    plain = _plain(password)
    if any(is_common(form) for form in _forms(plain)):
        return COMMON
    if any(part in plain for name in names for part in _parts(name)):
        return NAME
    if any(plain[start : start + RUN] in _RUNS for start in range(len(plain))):
        return IN_ORDER
    return REPEATED if _is_repeated(plain) else None


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _forms(plain: str) -> Iterator[str]:
    """Yield a password as it may be in a list: itself, and without the digits and signs around it ("Password2026!")."""
    for text in (plain, re.sub(r"[\W_]", "", plain)):
        yield text
        # Signs at the end are no letters; those at the beginning may be.
        for written in (text, text.translate(_LETTERS), re.sub(r"[^a-z]+$", "", text).translate(_LETTERS)):
            letters = re.sub(r"^[^a-z]+|[^a-z]+$", "", written)
            if len(letters) >= LEAST_NAME:
                yield letters


def _parts(name: str) -> Iterator[str]:
    """Yield what a password may not contain of a name: the whole, and each of its longer parts."""
    plain = _plain(name)
    words = re.findall(r"[^\W_]+", plain)
    yield from (word for word in {plain, "".join(words), *words} if len(word) >= LEAST_NAME)


def _is_repeated(plain: str) -> bool:
    """Return whether a letter stands four times in a row, or the whole is a shorter text again and again."""
    if re.search(r"(.)\1{3}", plain):
        return True
    return any((plain[:size] * (len(plain) // size + 1)).startswith(plain) for size in range(1, len(plain) // 2 + 1))
