"""The time zones of sites: which names are valid, and which zone a list over several sites uses."""

from collections.abc import Iterable
from zoneinfo import available_timezones

from cm_tracker.domain.errors import BadInput


def check_time_zone(time_zone: str) -> str:
    """Return the time zone. Raise `BadInput` unless it is an IANA name such as America/Chicago."""
    if time_zone not in available_timezones():
        raise BadInput(
            '"%(name)s" is not a time zone. Use a name such as America/Chicago.', "time_zone", name=time_zone
        )
    return time_zone


def common_zone(time_zones: Iterable[str]) -> str:
    """Return the zone in which a list over sites shows every time: theirs if they share one, else UTC.

    One list has one zone. With a zone for each line, a later event could seem to come before an earlier one.
    """
    zones = set(time_zones)
    return zones.pop() if len(zones) == 1 else "UTC"
