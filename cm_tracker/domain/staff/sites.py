"""The names and time zones of sites: which are valid, and which zone a list over several sites uses."""

from collections.abc import Iterable
from zoneinfo import available_timezones

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.unseen import check_seen


def check_site_name(name: str) -> str:
    """Return the name of a site without spaces around it. Raise `BadInput` for an empty or a very long one."""
    name = name.strip()
    if not name or len(name) > 120:
        raise BadInput("A site needs a name of up to 120 characters.", "name")
    check_seen(name, "name")
    return name


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
