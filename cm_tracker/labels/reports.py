"""The words of saved reports."""

from collections.abc import Sequence

from cm_tracker.domain.measures.groups import COUNSELOR, LANGUAGE, SCHEDULE, SERVICE, SITE, STAFF
from cm_tracker.domain.measures.saved_reports import FIXED, MONTH, QUARTER, WEEKS, YEAR
from cm_tracker.i18n import gettext, lazy

DAYS = {
    QUARTER: lazy("The last quarter that is over"),
    MONTH: lazy("The last month that is over"),
    WEEKS: lazy("Twelve weeks up to today"),
    YEAR: lazy("This year so far"),
    FIXED: lazy("The same days always"),
}
GROUPS = {
    SITE: lazy("site"),
    SCHEDULE: lazy("schedule"),
    COUNSELOR: lazy("counselor"),
    LANGUAGE: lazy("language"),
    SERVICE: lazy("service"),
    STAFF: lazy("staff"),
}
"""What the rows of a report can be, as in: by site."""


def days(kind: str) -> str:
    """Return the kind of a report's days, inside a sentence: the last quarter that is over."""
    words = str(DAYS[kind])
    return words[0].lower() + words[1:]


def names(of: Sequence[str]) -> str:
    """Return names as a list: Harbor Street, Mill Road and Quay."""
    if len(of) == 1:
        return of[0]
    return gettext("%(names)s and %(last)s", names=", ".join(of[:-1]), last=of[-1])


def group(name: str) -> str:
    """Return what the rows of a report are, as in: by site."""
    return str(GROUPS.get(name, name))


def word(text: str) -> str:
    """Return what a code of a file means, for a page."""
    return gettext(str(text)) if text else ""
