"""What a site's time zone must be."""

from zoneinfo import available_timezones

from cm_tracker.domain.errors import BadInput


def check_time_zone(time_zone: str) -> str:
    """The time zone, if it is an IANA name such as America/Chicago. Raises `BadInput`."""
    if time_zone not in available_timezones():
        raise BadInput(
            '"%(name)s" is not a time zone. Use a name such as America/Chicago.', "time_zone", name=time_zone
        )
    return time_zone
