"""Which of a file's columns is probably which of the program's: offered in the form, where somebody decides."""

import re
from collections.abc import Iterable, Mapping

# Other names by which files call the program's columns, as letters and digits alone.
_NAMES: Mapping[str, frozenset[str]] = {
    "client_code": frozenset(
        {
            "code",
            "client",
            "clientid",
            "clientno",
            "clientnumber",
            "patient",
            "patientid",
            "patientcode",
            "mrn",
            "id",
            "who",
        }
    ),
    "enrolled_on": frozenset(
        {
            "enrolled",
            "enrollmentdate",
            "enrollment",
            "startdate",
            "start",
            "firstday",
            "admissiondate",
            "admitted",
            "begins",
        }
    ),
    "date": frozenset(
        {"day", "visitdate", "testdate", "collected", "collectiondate", "servicedate", "dateofservice", "when"}
    ),
    "visit": frozenset({"visitname", "session", "week", "visitno"}),
    "disposition": frozenset({"status", "attended", "attendance", "happened", "result", "show"}),
    "service": frozenset({"group", "class", "program", "activity", "servicename"}),
    "weekdays": frozenset({"days", "daysofweek", "weekday"}),
    "from_on": frozenset({"from", "begins", "startdate", "start", "since"}),
    "level": frozenset({"levelofcare", "loc", "care"}),
    "time": frozenset({"begin", "starttime", "hour"}),
    "reasons": frozenset({"reason", "why", "comment", "excuse"}),
    "planned_date": frozenset({"planned", "scheduled", "scheduleddate", "planneddate"}),
    "temperature_ok": frozenset({"temperature", "temp", "tempok", "temperatureinrange"}),
    "positive_for": frozenset({"positive", "positives", "result", "results", "found"}),
    "tested_for": frozenset({"panel", "tests", "tested", "substances"}),
}


def guessed(columns: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Return for each of the program's columns the file's column that probably has it: its own name, or a usual other one."""
    there = {_bare(name): name for name in reversed(list(names)) if name}
    found: dict[str, str] = {}
    for column in columns:
        wanted = (_bare(column), *sorted(_NAMES.get(column, frozenset())))
        match = next((there[name] for name in wanted if name in there and there[name] not in found.values()), None)
        if match is not None:
            found[column] = match
    return found


def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.casefold())
