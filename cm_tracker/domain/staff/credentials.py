"""What makes a PIN, a password, a client code, a user name and a time zone fit to be used."""

import re
from zoneinfo import available_timezones

from cm_tracker.domain.errors import BadInput, WeakPassword, WeakPin

LEAST_PASSWORD = 12
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_SPECIMEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")
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


def clean_code(code: str) -> str:
    """A client code in capitals: letters, digits and hyphens, at most 20. Raises `BadInput`."""
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadInput("A client code has up to 20 letters, digits and hyphens, and no name in it.", "code")
    return code


def bare_code(code: str) -> str:
    """A client code without what a hurried hand leaves out or adds: letters and digits alone, in capitals."""
    return re.sub("[^A-Z0-9]", "", code.upper())


def clean_username(username: str) -> str:
    """A user name in small letters. Raises `BadInput`."""
    username = username.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")
    return username


def check_time_zone(time_zone: str) -> str:
    """The time zone, if it is an IANA name such as America/Chicago. Raises `BadInput`."""
    if time_zone not in available_timezones():
        raise BadInput(f'"{time_zone}" is not a time zone. Use a name such as America/Chicago.', "time_zone")
    return time_zone


def clean_specimen_id(specimen_id: str) -> str | None:
    """The label of a cup, or None when it has none. Raises `BadInput`."""
    specimen_id = specimen_id.strip()
    if not specimen_id:
        return None
    if not _SPECIMEN.fullmatch(specimen_id):
        raise BadInput("A specimen id has up to 40 letters, digits, dots, slashes and hyphens.", "specimen_id")
    return specimen_id
