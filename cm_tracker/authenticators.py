"""Authenticator apps: a secret that the app and the program share, and the codes of six digits that follow from it.

This is TOTP (RFC 6238): a code is good for half a minute. The one before and the one after it are taken, too, because the
clocks of phones differ.
"""

from datetime import datetime

import pyotp

SECONDS = 30
# So many codes before and after the one of now are taken.
WINDOW = 1


def new_secret() -> str:
    """Return a random secret of 160 bits, as the letters and digits that a person can type into an app."""
    return pyotp.random_base32()


def address_for_app(secret: str, *, username: str, program: str) -> str:
    """Return the address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=program)


def code_at(secret: str, at: datetime) -> str:
    """Return the code that an app shows at an instant."""
    return pyotp.TOTP(secret).at(at)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the number of the half minute whose code this is, or None for a wrong code.

    Whoever stores the number, and takes later ones only, takes every code once.
    """
    totp = pyotp.TOTP(secret)
    middle = totp.timecode(now)
    steps = range(middle - WINDOW, middle + WINDOW + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)), None)
