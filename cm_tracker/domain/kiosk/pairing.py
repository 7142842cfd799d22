"""The code that pairs a tablet with a site. A lead reads it from one screen, and types it on another."""

import secrets
from datetime import timedelta

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import LANGUAGES

# No letter or digit that is easily taken for another one: 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V.
LETTERS = "ACDEFGHJKMNPQRTWXY34679"
LENGTH = 8
LIVES = timedelta(minutes=10)
# So many wrong codes may come from one network address before it waits. Behind a proxy, all browsers have one address.
TRIES = 20


def new_pairing_code() -> str:
    """Return a random code of eight letters and digits: one of 78 thousand million."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def shown_code(code: str) -> str:
    """Return a code as it is read aloud: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def bare_pairing_code(typed: str) -> str:
    """Return what was typed as the code is stored: in capitals, without hyphens and spaces."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:40]


def check_device(name: str, language: str) -> str:
    """Return the name of a tablet without spaces around it. Raise `BadInput` for a name or a language that cannot be."""
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise BadInput("A tablet needs a name of up to 40 characters, such as Front room tablet.", "name")
    if language not in LANGUAGES:
        raise BadInput("Choose the language in which the tablet greets.", "language")
    return name
