"""Checks of an account: its name and its user name."""

import re

from cm_tracker.domain.errors import BadInput

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def check_display_name(name: str) -> str:
    """Return a person's name without spaces around it. Raise `BadInput` for an empty or a very long one."""
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("An account needs a name of up to 120 characters.", "display_name")
    return name


def clean_username(username: str) -> str:
    """Return a user name in lower case, without spaces around it. Raise `BadInput` for other characters."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")
    return username
