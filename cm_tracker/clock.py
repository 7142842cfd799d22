"""The one place that asks what time it is. Everything else is handed `now`."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def day_at(instant: datetime, time_zone: str) -> date:
    """The calendar day of an instant in a site's time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def day_begins(day: date, time_zone: str) -> datetime:
    """Return the instant at which a calendar day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(time_zone))


def zone(time_zone: str) -> ZoneInfo:
    """A site's time zone."""
    return ZoneInfo(time_zone)
