"""Checks of a PIN, a password, a name and a user name."""

import re

from cm_tracker.domain.errors import AllRefusals, BadInput, WeakPassword, WeakPin

LEAST_PASSWORD = 12
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
# The digits in order and in reverse order: a PIN that is part of this is easily guessed.
_DIGITS_IN_ORDER = "01234567890987654321"


def check_pin(pin: str) -> str:
    """Return the PIN. Raise `WeakPin` unless it has 4 to 8 digits and is not easily guessed."""
    if not re.fullmatch(r"[0-9]{4,8}", pin) or len(set(pin)) == 1 or pin in _DIGITS_IN_ORDER:
        raise WeakPin
    return pin


def check_password(password: str, username: str) -> str:
    """Return the password. Raise `WeakPassword` if it is too short or the same as the user name."""
    if len(password) < LEAST_PASSWORD or password.casefold() == username.casefold():
        raise WeakPassword(least=LEAST_PASSWORD, field="password")
    return password


def check_display_name(name: str) -> str:
    """Return a person's name without spaces around it. Raise `BadInput` for an empty or a very long one."""
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("An account needs a name of up to 120 characters.", "display_name")
    return name


def check_account(username: str, password: str | None, *, is_new: bool) -> str:
    """Return a user name in lower case. Raise what stands against it and the password; a new account needs one."""
    refusals = AllRefusals()
    with refusals:
        username = clean_username(username)
    with refusals:
        if password is None and is_new:
            raise BadInput("A new account needs a password.", "password")
        if password is not None:
            check_password(password, username)
    refusals.raise_any()
    return username


def clean_username(username: str) -> str:
    """Return a user name in lower case, without spaces around it. Raise `BadInput` for other characters."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")
    return username
