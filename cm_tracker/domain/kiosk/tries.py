"""What is counted when somebody guesses at the kiosk, and how many tries stand before a wait.

Wrong PINs for a client are counted for each tablet by itself, so nobody is kept out by what others type elsewhere.
Codes that fail are counted for the tablet, so a PIN cannot be tried with one code after another.
"""

import hashlib

from cm_tracker.domain.clients.codes import bare_code

# So many different codes may fail at one tablet before it waits.
DEVICE_CODES = 8
# Wrong PINs for a client at all tablets where they have not opened their card lately: so many times those of one tablet.
ALL_DEVICES = 4
# A client who opened their card at a tablet so many days ago or later is known there.
KNOWN_DAYS = 90
# The place of a PIN that is typed on a screen of staff.
STAFF_SCREEN = "staff"


def guesses_at(site_id: int, code: str) -> str:
    """Return the subject of all guesses at the PIN of a client of a site, however their code is written."""
    return f"kiosk:{hashlib.sha256(f'{site_id}:{bare_code(code)}'.encode()).hexdigest()}"


def guesses_from(guesses: str, place: int | str) -> str:
    """Return the subject of the guesses that are made at one place: a tablet by its id, or the screens of staff."""
    return f"{guesses}:{place}"


def failures_of(device_id: int) -> str:
    """Return the subject of the codes that failed at a tablet."""
    return f"device:{device_id}"
