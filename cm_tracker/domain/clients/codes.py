"""Checks of a client's code, preferred name and language."""

import re

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import LANGUAGES

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")


def clean_code(code: str) -> str:
    """Return a client code in capitals. Raise `BadInput` unless it is at most 20 letters, digits and hyphens."""
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadInput("A client code has up to 20 letters, digits and hyphens, and no name in it.", "code")
    return code


def bare_code(code: str) -> str:
    """Return only the letters and digits of a client code, in capitals, because people add or leave out hyphens."""
    return re.sub("[^A-Z0-9]", "", code.upper())


def check_client(preferred_name: str, language: str) -> None:
    """Raise `BadInput` for a preferred name that is too long, or a language that the kiosk does not have."""
    if len(preferred_name.strip()) > 120:
        raise BadInput("The preferred name may have up to 120 characters.", "preferred_name")
    if language not in LANGUAGES:
        raise BadInput("The language must be one of: %(known)s.", "language", known=", ".join(LANGUAGES))
