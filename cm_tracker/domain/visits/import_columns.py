"""The columns of each kind of file that can be imported."""

from collections.abc import Collection, Mapping

from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.domain.visits.mappings import MappingFile

ROSTER, VISITS, TESTS, HOURS = "roster", "visits", "tests", "hours"
PLANS, APPOINTMENTS = "plans", "appointments"
KINDS = (ROSTER, VISITS, TESTS, HOURS, PLANS, APPOINTMENTS)
WITH_TRACK = (VISITS, TESTS, HOURS)
"""The kinds of files whose rows belong to one track of the schedule."""
WITH_WORDS = (VISITS, TESTS)
"""The kinds of files whose words a mapping explains."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    ROSTER: ("client_code", "enrolled_on"),
    VISITS: ("client_code", "visit", "disposition", "reasons", "date"),
    TESTS: ("client_code", "date", "temperature_ok"),
    HOURS: ("client_code",),
    PLANS: ("client_code", "from_on", "level", "service", "weekdays"),
    APPOINTMENTS: ("client_code", "service", "date"),
}
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    ROSTER: (),
    VISITS: ("planned_date",),
    TESTS: ("positive_for", "tested_for"),
    HOURS: (
        "week",
        "date",
        "minutes_attended",
        "minutes_excused",
        "minutes_expected",
        "hours_attended",
        "hours_excused",
        "hours_expected",
    ),
    PLANS: ("pays_for", "hours_required", "time", "reason", "is_drawn", "hours_between"),
    APPOINTMENTS: ("time",),
}
# What a file must have one of, or both, for each thing that it says.
NEEDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    HOURS: (("week", "date"), ("minutes_attended", "hours_attended"), ("minutes_expected", "hours_expected")),
}


def columns_of(kind: str) -> tuple[str, ...]:
    """Return the columns of a kind of file, without those that a mapping adds."""
    return (*REQUIRED[kind], *_OPTIONAL[kind])


def optional(kind: str, mapping: MappingFile) -> tuple[str, ...]:
    """Return the columns that a file may have. A file of tests may have one for each substance of the mapping."""
    return (*_OPTIONAL[kind], *(mapping.columns() if kind == TESTS else ()))


def lacks(kind: str, columns: Collection[str], mapping: MappingFile) -> Phrase | None:
    """Return what a file with these columns lacks although none of them is required, as a sentence, or None."""
    if kind == TESTS and not {"positive_for", *mapping.columns()} & set(columns):
        return phrase(
            "no column has results. Name what was found in positive_for, or give each substance of the mapping a column."
        )
    for names in NEEDED.get(kind, ()):
        if not set(names) & set(columns):
            first, other = names
            return phrase("there must be a column %(first)s or %(other)s.", first=first, other=other)
    return None
