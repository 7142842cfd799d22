"""The second factor of a member of staff: who must have one, from when on, and when somebody is asked again.

An account that must have one has a grace, which a site chooses. It begins with the first sign-in at which the account
needs a second factor: nobody's days run out before they have read of it. After it, signing in leads to the page where it
is set up.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import ADMIN, AUDITOR, LEAD
from cm_tracker.domain.staff.site_settings import SiteSettings

# Whoever decides, corrects, or sees everything.
NEEDED_BY = frozenset({LEAD, AUDITOR, ADMIN})
# Between the password and the second step.
STEP_LASTS = timedelta(minutes=5)
# So long after the last proof in a session nobody is asked again, before an act that could do much harm.
PROOF_LASTS = timedelta(minutes=10)
# Leads see on their first page for so long that somebody's second factor was taken away.
TOLD_FOR = timedelta(days=7)

RECOVERY_CODES = 10
MOST_PASSKEYS = 20
# Without letters and digits that are taken for another: 32 of them, so sixteen have 80 bits.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 4, 4


class HalfSignedIn(NamedTuple):
    """Somebody whose password was right and who has a second factor. Nobody is signed in yet.

    `mark` changes with the password: the second step is refused where it is another one by then.
    """

    staff_id: int
    mark: str


def must_have_factor(roles: Collection[str]) -> bool:
    """Return whether somebody with these roles must have a second factor. Others may have one."""
    return not NEEDED_BY.isdisjoint(roles)


def grace_days(settings: Iterable[SiteSettings]) -> int:
    """Return how many days of grace somebody has, from the settings of their sites: the fewest of them.

    An admin works for every site. Where there is no site yet, the default applies.
    """
    return min((one.factor_grace_days for one in settings), default=SiteSettings().factor_grace_days)


def is_grace_over(began_at: datetime, days: int, now: datetime) -> bool:
    """Return whether a grace has ended. With no days it is over at once."""
    return now >= grace_ends(began_at, days)


def grace_ends(began_at: datetime, days: int) -> datetime:
    """Return the instant from which on nobody gets in without a second factor."""
    return began_at + timedelta(days=days)


def is_recent(at: datetime | None, lasts: timedelta, now: datetime) -> bool:
    """Return whether something happened not longer ago than it lasts. A clock that was set back makes nothing recent."""
    return at is not None and timedelta(0) <= now - at <= lasts


def new_recovery_codes() -> tuple[str, ...]:
    """Return random codes, in groups that people can type."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    )


def recovery_hash(typed: str) -> bytes:
    """Return the hash by which a recovery code is stored: it has 80 random bits, so nobody guesses it from the hash."""
    bare = "".join(letter for letter in typed.lower() if letter.isalnum())
    return hashlib.sha256(f"recovery {bare}".encode()).digest()


def digits_of(typed: str) -> str | None:
    """Return the six digits of a code from an app, or None for another text. Apps show them in two groups."""
    bare = "".join(typed.split())
    return bare if len(bare) == 6 and bare.isascii() and bare.isdecimal() else None


def check_passkey_name(name: str) -> str:
    """Return the name of a passkey without spaces around it. Raise `BadInput` for none, and for one that is too long."""
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise BadInput("Give the passkey a name of up to 60 characters, such as: my phone.", "name")
    return name


def mark_of(password_hash: str) -> str:
    """Return what changes with a password. Who was half signed in with the old one starts again."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
