"""Checks of an account: its name and its user name."""

import re

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.passwords import check_password

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def check_display_name(name: str) -> str:
    """Return a person's name without spaces around it. Raise `BadInput` for an empty or a very long one."""
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("An account needs a name of up to 120 characters.", "display_name")
    return name


def check_account(username: str, password: str | None, *, display_name: str, is_new: bool) -> str:
    """Return a user name in lower case. Raise what stands against it and the password; a new account needs one."""
    refusals = AllRefusals()
    with refusals:
        username = clean_username(username)
    with refusals:
        if password is None and is_new:
            raise BadInput("A new account needs a password.", "password")
        if password is not None:
            check_password(password, username, display_name)
    refusals.raise_any()
    return username


def clean_username(username: str) -> str:
    """Return a user name in lower case, without spaces around it. Raise `BadInput` for other characters."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")
    return username
