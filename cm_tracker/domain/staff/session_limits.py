"""How long somebody stays signed in, by what they may do.

Those who decide about points and accounts, and whoever reads every record, are signed out sooner: after 15 minutes
without a page, as NIST SP 800-63B (section 4.3.3, AAL3) asks where most is at stake, and after the 8 hours of a day at a
desk, where it allows 12. Those who care for clients have 14 hours: a shift of 12, with handing over before and after, so that
nobody is signed out between a test and its entry. NIST allows 12 hours there, too (AAL2, with 30 minutes without use); the
two hours more are made up for by the 20 minutes that an installation has unless it says otherwise.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from cm_tracker.domain.staff.roles import (
    ADMIN,
    AUDITOR,
    COORDINATOR,
    COUNSELOR,
    FRONT_DESK,
    LEAD,
    PURCHASER,
    TECHNICIAN,
)


class SessionLimit(NamedTuple):
    """After how long without a page a session ends, and after how long in all."""

    idle: timedelta
    longest: timedelta

    def has_passed(self, started_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """Return whether a session has ended that was last used at `seen_at`."""
        return now - seen_at >= self.idle or now - started_at >= self.longest


# An installation's IDLE_MINUTES may be shorter than these, and then counts for everybody.
_CARE = SessionLimit(timedelta(hours=24), timedelta(hours=14))
_OFFICE = SessionLimit(timedelta(minutes=15), timedelta(hours=8))
LIMITS: dict[str, SessionLimit] = {
    COORDINATOR: _CARE,
    TECHNICIAN: _CARE,
    PURCHASER: _OFFICE,
    COUNSELOR: _CARE,
    FRONT_DESK: _CARE,
    LEAD: _OFFICE,
    AUDITOR: _OFFICE,
    ADMIN: _OFFICE,
}


def session_limit(roles: Collection[str], idle: timedelta) -> SessionLimit:
    """Return the limit of a person with these roles: the shortest of them. `idle` is that of the installation."""
    limits = [LIMITS[role] for role in roles]
    return SessionLimit(min(idle, *(one.idle for one in limits)), min(one.longest for one in limits))
