"""What is counted when somebody guesses at a password of staff, and how many tries stand before a wait.

The same design as at the kiosk (`domain.kiosk.tries`). Wrong passwords for an account are counted for each source by
itself: a browser, a network address or a tablet. A browser in which the account signed in before has an allowance of its
own, so nobody is kept out of it by what others type elsewhere. Different accounts that fail are counted for the source, so
one password cannot be tried with one account after another.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from cm_tracker.domain.tries import Limit

# So many different accounts may fail from one source before it waits.
SOURCE_ACCOUNTS = 8
# Wrong passwords for an account from all sources that do not know it: so many times those of one source.
ALL_SOURCES = 4
# A browser knows an account that signed in there so many days ago or later.
KNOWN_DAYS = 90
# What counts no longer is deleted so many days later: the longest memory of a count is six days, a code lives for one.
KEPT_DAYS = 30
# The first wait. Each further failure doubles it.
FIRST_WAIT = timedelta(minutes=1)


class Where(NamedTuple):
    """From where somebody signs in, in words: their network address, and their browser and device."""

    address: str = ""
    browser: str = ""


NOWHERE = Where()

# The source of a current password that is typed to choose another one: whoever types it is signed in.
OWN_PAGE = "page:password"


def sign_in_limit(tries: int, longest: timedelta) -> Limit:
    """Return the limit of an account at one source: its waits grow, and none is longer than `longest`."""
    return Limit(tries, longest, min(FIRST_WAIT, longest))


def limit_of_account(limit: Limit) -> Limit:
    """Return the limit of an account for all sources that do not know it. `limit` is that of one source."""
    return limit.times(ALL_SOURCES)


def limit_of_source(limit: Limit) -> Limit:
    """Return the limit of different accounts that fail from one source. `limit` is that of one account there."""
    return replace(limit, tries=SOURCE_ACCOUNTS)


def sign_ins_of(account: int | str) -> str:
    """Return the subject of the tries at an account, by its id, or by a user name that nobody has."""
    return f"staff:{hashlib.sha256(f'{type(account).__name__}:{account}'.encode()).hexdigest()}"


def sign_ins_from(account: str, source: str) -> str:
    """Return the subject of the tries at an account that are made from one source. `account` is its own subject."""
    return f"{account}:{source}"


def failures_from(source: str) -> str:
    """Return the subject of the accounts that failed from a source."""
    return f"source:{source}"


def browser_source(browser_id: int) -> str:
    """Return the source of a browser in which somebody has signed in before."""
    return f"browser:{browser_id}"


def tablet_source(device_id: int) -> str:
    """Return the source of a tablet of the kiosk, where staff approve a client's first PIN."""
    return f"tablet:{device_id}"


def address_source(address: str) -> str:
    """Return the source of a network address. Whoever has one address of IPv6 has the 2**64 of its network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "address:unknown"
    if not isinstance(parsed, IPv6Address):
        return f"address:{parsed}"
    if parsed.ipv4_mapped is not None:
        return f"address:{parsed.ipv4_mapped}"
    return f"address:{IPv6Address(int(parsed) >> 64 << 64)}/64"
