"""What a saved report is: a report with its days as a kind, so that it opens with the days of the day on which it is read."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.measures.groups import check_asked, last_weeks

QUARTER, MONTH, WEEKS, YEAR, FIXED = "quarter", "month", "weeks", "year", "fixed"
DAYS = (QUARTER, MONTH, WEEKS, YEAR, FIXED)
"""The last calendar quarter that is over, the last month that is over, twelve weeks up to today, this calendar year up to
today, or the same days always."""

MOST_NAME = 80


def days_of(kind: str, today: date, first_day: date | None = None, last_day: date | None = None) -> tuple[date, date]:
    """Return the first and the last day of a report that is read today. `first_day` and `last_day` are fixed ones."""
    if kind == FIXED and first_day is not None and last_day is not None:
        return first_day, last_day
    if kind == QUARTER:
        return _over(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), 3)
    if kind == MONTH:
        return _over(today.replace(day=1), 1)
    if kind == YEAR:
        return today.replace(month=1, day=1), today
    return last_weeks(today)


def kind_of(first_day: date, last_day: date, today: date) -> str:
    """Return the kind of days that are these days today, or that of fixed ones."""
    return next((kind for kind in DAYS if kind != FIXED and days_of(kind, today) == (first_day, last_day)), FIXED)


def _over(begins_on: date, months: int) -> tuple[date, date]:
    """Return the days of the months before a month that begins on a day."""
    month = begins_on.year * 12 + begins_on.month - 1 - months
    return date(month // 12, month % 12 + 1, 1), begins_on - timedelta(days=1)


def check_saved(
    name: str, days: str, first_day: date | None, last_day: date | None, by: str, columns: Sequence[str],
    known: Collection[str],
) -> None:  # fmt: skip
    """Raise everything that is wrong with a saved report as it was entered. `known` are the columns to choose from."""
    refusals = AllRefusals()
    with refusals:
        if not name.strip():
            raise BadInput("Give the report a name.", "name")
        if len(name.strip()) > MOST_NAME:
            raise BadInput("Shorten the name to %(most)s characters.", "name", most=MOST_NAME)
    with refusals:
        if days not in DAYS:
            raise BadInput("Choose the days from the list.", "days")
        if days == FIXED and first_day is None:
            raise BadInput("Enter the first day as a date.", "first_day")
    with refusals:
        if days == FIXED and last_day is None:
            raise BadInput("Enter the last day as a date.", "last_day")
    with refusals:
        if days != FIXED or first_day is None or last_day is None:
            first_day = last_day = date.min  # the days of the other kinds are always in order
        check_asked(first_day, last_day, by)
    with refusals:
        if known and not columns:
            raise BadInput("Tick at least one column.", "columns")
        if not set(columns) <= set(known) or len(set(columns)) < len(columns):
            raise BadInput("Choose the columns from the list.", "columns")
    refusals.raise_any()
