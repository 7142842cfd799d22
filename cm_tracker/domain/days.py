"""Days as people and files write them: YYYY-MM-DD, and nothing else.

A form, a query parameter, a command and an imported file all read a day with `parse_day`. Python itself also reads
`2026-W10` and `20260302`, and takes `0026-03-02`, which a spreadsheet makes of 3/2/26, for a day in the year 26.
"""

import re
from datetime import date

from cm_tracker.domain.errors import BadInput

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def days_between(first_day: date, last_day: date) -> tuple[date, ...]:
    """Return the days from one to another, both included. There are none where the last day is before the first."""
    return tuple(date.fromordinal(number) for number in range(first_day.toordinal(), last_day.toordinal() + 1))


def parse_day(text: str) -> date:
    """Return the day that a text names as YYYY-MM-DD; spaces around it do not matter.

    Raise `BadInput` with what to write for any other text, for a day that the calendar does not have, and for
    a year before 1900 or after 2199.
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise BadInput("Write the day as YYYY-MM-DD, such as 2026-03-02.")
    year, month, day = (int(digits) for digits in match.groups())
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise BadInput("Give a day between the years 1900 and 2199, with all four digits of the year.")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput("The calendar has no such day. Check the month and the day.") from None
