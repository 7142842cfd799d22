"""The only module that reads the clock. Everything else gets `now` as a parameter."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def day_at(instant: datetime, time_zone: str) -> date:
    """Return the calendar day of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(time_zone)).date()


def day_begins(day: date, time_zone: str) -> datetime:
    """Return the instant at which a calendar day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(time_zone))


def zone(time_zone: str) -> ZoneInfo:
    """Return a time zone by its IANA name."""
    return ZoneInfo(time_zone)
