"""What a PIN, a password and a user name must look like."""

import re

from cm_tracker.domain.errors import BadInput, WeakPassword, WeakPin

LEAST_PASSWORD = 12
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_ROWS = "01234567890987654321"


def check_pin(pin: str) -> str:
    """The PIN, if it is 4 to 8 digits and not easily guessed. Raises `WeakPin`."""
    if not re.fullmatch(r"[0-9]{4,8}", pin) or len(set(pin)) == 1 or pin in _ROWS:
        raise WeakPin
    return pin


def check_password(password: str, username: str) -> str:
    """The password, if it is long enough and not the user name. Raises `WeakPassword`."""
    if len(password) < LEAST_PASSWORD or password.casefold() == username.casefold():
        raise WeakPassword(least=LEAST_PASSWORD)
    return password


def clean_username(username: str) -> str:
    """A user name in small letters. Raises `BadInput`."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")
    return username
