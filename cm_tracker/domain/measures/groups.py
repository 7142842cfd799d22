"""What a report can be asked for: which days, and in which groups its rows are.

A client belongs to a site, a schedule, a counselor and a language. What was expected of them day by day belongs to a service
and to a member of staff, too. A report that counts whole courses, such as how long clients stay, cannot be divided by these.
"""

from collections.abc import Sequence
from datetime import date

from cm_tracker.domain.errors import BadInput

MOST_DAYS = 3 * 366
"""So many days a report has at most."""
SITE, SCHEDULE, COUNSELOR, LANGUAGE = "site", "schedule", "counselor", "language"
SERVICE, STAFF = "service", "staff"
OF_CLIENTS = (SITE, SCHEDULE, COUNSELOR, LANGUAGE)
"""Groups of clients."""
OF_SLOTS = (SERVICE, STAFF)
"""Groups of what was expected: a client can be in several of them."""
GROUPS = (*OF_CLIENTS, *OF_SLOTS)


def check_asked(first_day: date, last_day: date, by: str, groups: Sequence[str] = GROUPS) -> None:
    """Raise `BadInput` for days that are no span or too many, and for groups that the report does not have.

    `groups` are those of the report. One whose rows are no groups has none, and `by` says nothing to it.
    """
    if last_day < first_day:
        raise BadInput("The last day is before the first one. Correct one of the two.", "to")
    if (last_day - first_day).days >= MOST_DAYS:
        raise BadInput("A report has at most %(most)s days. Choose fewer.", "to", most=MOST_DAYS)
    if by not in GROUPS:
        raise BadInput("Choose the groups from the list.", "by")
    if groups and by not in groups:
        raise BadInput(
            "This report counts whole courses, which belong to no one service or member of staff. Choose other groups.",
            "by",
        )


def last_weeks(today: date, weeks: int = 12) -> tuple[date, date]:
    """Return the first and the last day of the last calendar weeks, today's among them: the days unless others are chosen."""
    monday = date.fromordinal(today.toordinal() - today.weekday())
    return date.fromordinal(monday.toordinal() - 7 * (weeks - 1)), today
