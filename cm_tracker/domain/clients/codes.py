"""Checks of a client's code, preferred name and language, and how a search compares them."""

import re
import unicodedata

from cm_tracker.domain.clients.telling_codes import check_tells_nothing
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.unseen import check_seen

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")


def clean_code(code: str) -> str:
    """Return a client code in capitals. Raise `BadInput` unless it is at most 20 letters, digits and hyphens."""
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadInput("A client code has up to 20 letters, digits and hyphens, and no name in it.", "code")
    return code


def new_code(code: str) -> str:
    """Return the code of a new client as `clean_code` does. Raise `BadInput` for one that tells who somebody is, too."""
    code = clean_code(code)
    check_tells_nothing(code)
    return code


def bare_code(code: str) -> str:
    """Return only the letters and digits of a client code, in capitals, because people add or leave out hyphens."""
    return re.sub("[^A-Z0-9]", "", code.upper())


# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_DROPPED = re.compile(r"[\s\-\u2010-\u2015\u2212'\u2018\u2019\u02bc]")
MOST_OF_KEY = 300


def plain(text: str) -> str:
    """Return a text as a search compares it: without accents, hyphens, apostrophes, spaces and capitals."""
    letters = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    letters = unicodedata.normalize("NFKD", letters)
    return _DROPPED.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a search as `plain` writes them. Whoever is found has each of them in a code or in the name."""
    return tuple(dict.fromkeys(word for word in map(plain, text.split()) if word))


def check_client(preferred_name: str, language: str) -> None:
    """Raise `BadInput` for a preferred name that is too long, or a language that the kiosk does not have."""
    refusals = AllRefusals()
    with refusals:
        if len(preferred_name.strip()) > 120:
            raise BadInput("The preferred name may have up to 120 characters.", "preferred_name")
        check_seen(preferred_name, "preferred_name")
    with refusals:
        if language not in LANGUAGES:
            raise BadInput("The language must be one of: %(known)s.", "language", known=", ".join(LANGUAGES))
    refusals.raise_any()
