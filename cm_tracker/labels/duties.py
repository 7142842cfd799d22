"""What pages call the duties that must not meet in one person."""

from cm_tracker.i18n import day, gettext, lazy
from cm_tracker.queries.staff.duties import NotKept

_DUTIES = {
    "entry": lazy("Who enters a visit does not correct it"),
    "purchase": lazy("Who books a delivery does not count the cabinet or sign the count"),
    "pin": lazy("Who sets a client’s PIN does not hand out what it confirms on that day"),
}


def duty(name: str) -> str:
    """Return a duty as a sentence without its full stop."""
    return str(_DUTIES.get(name, name))


def state(line: NotKept) -> str:
    """Return since when a site has not kept a duty, or that it keeps it again."""
    return gettext("not kept since %(day)s", day=day(line.since)) if line.since else gettext("kept again")
