"""How long each role stays signed in, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from cm_tracker.domain.staff.roles import ROLES
from cm_tracker.domain.staff.session_limits import LIMITS, session_limit

NOON = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("roles", "idle_minutes", "idle", "hours"),
    [
        (("coordinator",), 20, 20, 14),
        (("counselor",), 20, 20, 14),
        (("front_desk",), 20, 20, 14),
        (("technician",), 20, 20, 14),
        (("lead",), 20, 15, 8),
        (("purchaser",), 20, 15, 8),
        (("auditor",), 20, 15, 8),
        (("admin",), 20, 15, 8),
        (("coordinator",), 1440, 1440, 14),
        (("lead",), 1440, 15, 8),
        (("coordinator",), 5, 5, 14),
        (("admin",), 5, 5, 8),  # never longer than the installation says
        (("coordinator", "auditor"), 60, 15, 8),  # the shortest of several
    ],
)
def test_the_limits_of_each_role(roles: tuple[str, ...], idle_minutes: int, idle: int, hours: int) -> None:
    assert session_limit(roles, minutes(idle_minutes)) == (minutes(idle), timedelta(hours=hours))


def test_every_role_has_a_limit() -> None:
    assert set(LIMITS) == set(ROLES)


@pytest.mark.parametrize(
    ("started", "seen", "has_passed"),
    [
        (minutes(30), minutes(14.9), False),
        (minutes(30), minutes(15), True),
        (minutes(479), minutes(0), False),
        (minutes(480), minutes(0), True),
    ],
)
def test_a_session_ends_when_either_limit_is_reached(started: timedelta, seen: timedelta, has_passed: bool) -> None:
    limit = session_limit(["lead"], minutes(20))
    assert limit.has_passed(NOON - started, NOON - seen, NOON) is has_passed
