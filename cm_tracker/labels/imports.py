"""Imports in words."""

from collections.abc import Mapping

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
from cm_tracker.labels import visits
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag

KINDS: Mapping[str, str] = {
    "roster": "Roster",
    "visits": "Visits",
    "tests": "Tests",
    "hours": "Hours",
    "plans": "Plans",
    "appointments": "Appointments",
}
_NOUNS = {
    "roster": "enrollment",
    "visits": "visit",
    "tests": "test",
    "hours": "week",
    "plans": "row",
    "appointments": "appointment",
}

STATES: Mapping[str, Tag] = {
    "new": Tag("Not checked yet"),
    "checking": Tag("Being checked"),
    "checked": Tag("Checked, not imported", "pale"),
    "running": Tag("Running", "pale"),
    "done": Tag("Imported", "good"),
    "stopped": Tag("Stopped", "warm"),
    "failed": Tag("Cannot be read", "warm"),
    "removed": Tag("File removed"),
}
_ADDED: Mapping[str, Tag] = {
    ENROLLED: Tag("Enrolled", "good"),
    PLANNED: Tag("Planned", "good"),
    EXPECTED: Tag("Expected", "good"),
}
BECAME: Mapping[str, str] = {
    ADDED: "To add",
    ALREADY: "Already there",
    REPEATS: "Twice in the file",
    REFUSED: "Refused",
}


def state(word: str) -> Tag:
    """Return the state of a file as a tag."""
    return STATES[word]


def became(row: RowFound, is_hours: bool) -> Tag:
    """Return what became of a row as a tag."""
    if row.became == ADDED:
        return _ADDED.get(row.what) or visits.outcome(row.what, is_hours=is_hours)
    return {ALREADY: Tag("Already there"), REPEATS: Tag("Twice in the file"), REFUSED: Tag("Refused", "warm")}[
        row.became
    ]


def why(row: RowFound) -> str:
    """Return the sentence about a row."""
    if row.became == REPEATS:
        return "Another row of the file says the same."
    return row.note


def summary(kind: str, found: Found, *, is_done: bool) -> str:
    """Return what a run did, or would do, as one sentence."""
    added = counted(found.counts.get(ADDED, 0), _NOUNS[kind])
    paid = [counted(found.points, "point")] if found.points else []
    paid += [counted(found.draws, "draw")] if found.draws else []
    earns = f", which earn{'ed' if is_done else ''} {' and '.join(paid)}" if paid else ""
    verb = "added" if is_done else "to add"
    refused = found.counts.get(REFUSED, 0)
    return f"{added} {verb}{earns}. {counted(refused, 'row')} refused."
