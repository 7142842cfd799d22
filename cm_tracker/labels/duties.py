"""What pages call the duties that must not meet in one person."""

from cm_tracker.i18n import day
from cm_tracker.queries.staff.duties import NotKept

_DUTIES = {
    "entry": "Who enters a visit does not correct it",
    "purchase": "Who books a delivery does not count the cabinet or sign the count",
    "pin": "Who sets a client’s PIN does not hand out what it confirms on that day",
}


def duty(name: str) -> str:
    """Return a duty as a sentence without its full stop."""
    return _DUTIES.get(name, name)


def state(line: NotKept) -> str:
    """Return since when a site has not kept a duty, or that it keeps it again."""
    return f"not kept since {day(line.since)}" if line.since else "kept again"
