"""Imports in words."""

from collections.abc import Callable, Mapping

from cm_tracker import i18n
from cm_tracker.domain import stored_phrases
from cm_tracker.domain.imports.found import (
    ADDED,
    ALREADY,
    ENROLLED,
    EXPECTED,
    PLANNED,
    REFUSED,
    REPEATS,
    Found,
    RowFound,
)
from cm_tracker.domain.visits.importing import Reason
from cm_tracker.i18n import gettext, lazy, ngettext, pgettext
from cm_tracker.labels import visits
from cm_tracker.labels.counting import amount
from cm_tracker.labels.tags import Tag

KINDS: Mapping[str, str] = {
    "roster": lazy("Roster"),
    "visits": lazy("Visits"),
    "tests": lazy("Tests"),
    "hours": lazy("Hours"),
    "plans": lazy("Plans"),
    "appointments": lazy("Appointments"),
}
# How many were added, or would be, by the kind of a file.
_DONE: Mapping[str, Callable[[int], str]] = {
    "roster": lambda n: ngettext("%(n)s enrollment added", "%(n)s enrollments added", n),
    "visits": lambda n: ngettext("%(n)s visit added", "%(n)s visits added", n),
    "tests": lambda n: ngettext("%(n)s test added", "%(n)s tests added", n),
    "hours": lambda n: ngettext("%(n)s week added", "%(n)s weeks added", n),
    "plans": lambda n: ngettext("%(n)s row added", "%(n)s rows added", n),
    "appointments": lambda n: ngettext("%(n)s appointment added", "%(n)s appointments added", n),
}
_TO_DO: Mapping[str, Callable[[int], str]] = {
    "roster": lambda n: ngettext("%(n)s enrollment to add", "%(n)s enrollments to add", n),
    "visits": lambda n: ngettext("%(n)s visit to add", "%(n)s visits to add", n),
    "tests": lambda n: ngettext("%(n)s test to add", "%(n)s tests to add", n),
    "hours": lambda n: ngettext("%(n)s week to add", "%(n)s weeks to add", n),
    "plans": lambda n: ngettext("%(n)s row to add", "%(n)s rows to add", n),
    "appointments": lambda n: ngettext("%(n)s appointment to add", "%(n)s appointments to add", n),
}

STATES: Mapping[str, Tag] = {
    "new": Tag(lazy("Not checked yet")),
    "checking": Tag(lazy("Being checked")),
    "checked": Tag(lazy("Checked, not imported"), "pale"),
    "running": Tag(lazy("Running"), "pale"),
    "done": Tag(lazy("Imported"), "good"),
    "stopped": Tag(lazy("Stopped"), "warm"),
    "failed": Tag(lazy("Cannot be read"), "warm"),
    "removed": Tag(lazy("File removed")),
}
_ADDED: Mapping[str, Callable[[], Tag]] = {
    ENROLLED: lambda: Tag(pgettext("client", "Enrolled"), "good"),
    PLANNED: lambda: Tag(gettext("Planned"), "good"),
    EXPECTED: lambda: Tag(gettext("Expected"), "good"),
}
BECAME: Mapping[str, str] = {
    ADDED: lazy("To add"),
    ALREADY: lazy("Already there"),
    REPEATS: lazy("Twice in the file"),
    REFUSED: lazy("Refused"),
}


def state(word: str) -> Tag:
    """Return the state of a file as a tag."""
    return STATES[word]


def became(row: RowFound, is_hours: bool) -> Tag:
    """Return what became of a row as a tag."""
    if row.became == ADDED:
        return _ADDED[row.what]() if row.what in _ADDED else visits.outcome(row.what, is_hours=is_hours)
    return Tag(BECAME[row.became], "warm" if row.became == REFUSED else "plain")


def said(text: str) -> str:
    """Return what a run has found in words, in the current language."""
    return stored_phrases.said(text, i18n)


def reason(word: str) -> str:
    """Return why rows were refused, by which a run counted them: one of `Reason`."""
    return gettext(word) if word in set(Reason) else word


def why(row: RowFound) -> str:
    """Return the sentence about a row."""
    if row.became == REPEATS:
        return gettext("Another row of the file says the same.")
    return said(row.note)


def summary(kind: str, found: Found, *, is_done: bool) -> str:
    """Return what a run did, or would do, as one sentence."""
    n = found.counts.get(ADDED, 0)
    added = (_DONE if is_done else _TO_DO)[kind](n)
    if not (paid := _paid(found)):
        did = f"{added}."
    elif is_done:
        did = gettext("%(added)s, which earned %(paid)s.", added=added, paid=paid)
    else:
        did = ngettext("%(added)s, which earns %(paid)s.", "%(added)s, which earn %(paid)s.", n, added=added, paid=paid)
    refused = found.counts.get(REFUSED, 0)
    not_taken = ngettext("%(n)s row refused.", "%(n)s rows refused.", refused)
    return f"{did} {not_taken}"


def _paid(found: Found) -> str:
    """Return what the rows of a file earned: 30 points and 2 draws."""
    if found.points and found.draws:
        points, draws = amount(found.points, "points"), amount(found.draws, "draws")
        return gettext("%(points)s and %(draws)s", points=points, draws=draws)
    if found.points:
        return amount(found.points, "points")
    return amount(found.draws, "draws") if found.draws else ""
