"""ID cards: a client is found by the number in a card's QR code.

The number is drawn at random and says nothing: it is no code and no name, and it opens nothing by itself. Staff have to
be signed in, and the kiosk asks for the PIN as well. It consists of digits, which scanners type alike on every keyboard.
"""

import re
import secrets

DIGITS = 39
"""39 digits have more than 128 bits. A client code has at most 20 characters, so no code looks like a card."""
PER_PAGE = 8
MOST_PRINTED = 80
"""So many cards are printed at a time, on ten pages."""

A4, LETTER = "a4", "letter"
PAPERS = (A4, LETTER)

MEMBER, VISITOR, APPOINTMENTS, NO_TITLE = "member", "visitor", "appointments", "none"

_NUMBER = re.compile(rf"[0-9]{{{DIGITS}}}")


def new_number() -> str:
    """Return the number of a new card."""
    return str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)


def is_card_number(typed: str) -> bool:
    """Return whether a text that was typed or scanned is the number of a card, known or not."""
    return _NUMBER.fullmatch(typed.strip()) is not None
