"""The words of saved reports."""

from collections.abc import Sequence

from cm_tracker.domain.measures.saved_reports import FIXED, MONTH, QUARTER, WEEKS, YEAR

DAYS = {
    QUARTER: "The last quarter that is over",
    MONTH: "The last month that is over",
    WEEKS: "Twelve weeks up to today",
    YEAR: "This year so far",
    FIXED: "The same days always",
}


def days(kind: str) -> str:
    """Return the kind of a report's days, inside a sentence: the last quarter that is over."""
    return DAYS[kind][0].lower() + DAYS[kind][1:]


def names(of: Sequence[str]) -> str:
    """Return names as a list: Harbor Street, Mill Road and Quay."""
    return of[0] if len(of) == 1 else f"{', '.join(of[:-1])} and {of[-1]}"
