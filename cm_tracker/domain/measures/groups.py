"""What a report can be asked for: which days, and in which groups its rows are."""

from datetime import date

from cm_tracker.domain.errors import BadInput

MOST_DAYS = 3 * 366
"""So many days a report has at most."""
SITE, SCHEDULE, COUNSELOR, LANGUAGE = "site", "schedule", "counselor", "language"
GROUPS = (SITE, SCHEDULE, COUNSELOR, LANGUAGE)


def check_asked(first_day: date, last_day: date, by: str) -> None:
    """Raise `BadInput` for days that are no span or too many, and for groups that there are not."""
    if last_day < first_day:
        raise BadInput("The last day is before the first one. Correct one of the two.", "to")
    if (last_day - first_day).days >= MOST_DAYS:
        raise BadInput("A report has at most %(most)s days. Choose fewer.", "to", most=MOST_DAYS)
    if by not in GROUPS:
        raise BadInput("Choose the groups from the list.", "by")


def last_weeks(today: date, weeks: int = 12) -> tuple[date, date]:
    """Return the first and the last day of the last calendar weeks, today's among them: the days unless others are chosen."""
    monday = date.fromordinal(today.toordinal() - today.weekday())
    return date.fromordinal(monday.toordinal() - 7 * (weeks - 1)), today
