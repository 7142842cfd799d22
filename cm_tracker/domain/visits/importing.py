"""From the rows of another program's files to visits: a mapping says what each word means.

Nothing is guessed. A word that the mapping does not know, a row without what it needs, a day that
cannot be placed: each is a sentence for the rejects file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import (
    EXCUSES,
    NEGATIVE,
    POSITIVE,
    TEMPERATURES,
    Absence,
    AwaitedTest,
    Evidence,
    Presence,
    Test,
)

FORMAT = "cm-import/1"
CAME, ABSENT, EXCUSED, REFUSE = "came", "absent", "excused", "refuse"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "roster": ("client_code", "enrolled_on"),
    "visits": ("client_code", "visit", "disposition", "reasons", "date"),
    "tests": ("client_code", "date", "temperature_ok", "positive_for"),
}


class Reject(Exception):
    """A row that cannot be taken: `reason` groups it in the summary, the text says what is wrong."""

    def __init__(self, reason: str, says: str) -> None:
        super().__init__(says)
        self.reason = reason


class Row(NamedTuple):
    """A line of a file with its number."""

    line: int
    values: Mapping[str, str]


class Candidate(NamedTuple):
    """A row that could be read: the day and the evidence that it stands for."""

    line: int
    day: date
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MappingFile:
    """What the words of a file mean.

    `dispositions` says of each what it is: `came`, `absent` (excused if one of its reasons stands
    in `excuses`), `excused`, or `refuse`. An absence without a date falls on the day of the visit
    `weeks_from` plus seven days for each week of its label, or is refused where that is None.
    """

    dispositions: Mapping[str, str]
    excuses: Mapping[str, str]
    unexcused_reasons: frozenset[str]
    disposition_excuse: str
    weeks_from: str | None
    temperatures: Mapping[str, str]
    analytes: Mapping[str, str]


def mapping_from(document: Any) -> MappingFile:
    """A mapping from its JSON document. Raises `BadInput` with what is wrong."""
    wrong: list[BadInput] = []
    names = ("dispositions", "excuses", "temperatures", "analytes")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInput('The mapping must be an object with "format": "%(format)s".', format=FORMAT)
    known = {"format", *names, "unexcused_reasons", "disposition_excuse", "weeks_from"}
    wrong += [BadInput("%(key)s is not a key of a mapping", key=key) for key in document if key not in known]
    for name in names:
        if not isinstance(document.get(name), dict) or not all(isinstance(v, str) for v in document[name].values()):
            wrong.append(BadInput("%(name)s must be an object of words", name=name))
    reasons = document.get("unexcused_reasons")
    if not isinstance(reasons, list) or not all(isinstance(reason, str) for reason in reasons):
        wrong.append(BadInput("%(name)s must be a list of words", name="unexcused_reasons"))
    if not wrong:
        allowed = {
            "dispositions": (CAME, ABSENT, EXCUSED, REFUSE),
            "excuses": EXCUSES,
            "temperatures": TEMPERATURES,
        }
        for name, words in allowed.items():
            wrong += [
                BadInput(
                    "%(name)s: %(word)s must be one of %(known)s", name=name, word=repr(word), known=", ".join(words)
                )
                for word in document[name].values()
                if word not in words
            ]
        if document.get("disposition_excuse", "other") not in EXCUSES:
            wrong.append(
                BadInput("%(name)s must be one of %(known)s", name="disposition_excuse", known=", ".join(EXCUSES))
            )
    if wrong:
        raise BadInput("The mapping is not right: %(problems)s.", problems=tuple(wrong))
    return MappingFile(
        dispositions=document["dispositions"],
        excuses=document["excuses"],
        unexcused_reasons=frozenset(document["unexcused_reasons"]),
        disposition_excuse=document.get("disposition_excuse", "other"),
        weeks_from=document.get("weeks_from"),
        temperatures=document["temperatures"],
        analytes=document["analytes"],
    )


def day_of(text: str) -> date:
    """A day as the files write it. Raises `Reject`."""
    try:
        return parse_day(text)
    except BadInput as error:
        raise Reject("not a date", f"{text!r} is not a day. {error}") from None


def visit_candidates(
    rows: Sequence[Row], mapping: MappingFile, track: Track
) -> tuple[list[Candidate], list[tuple[int, Reject]]]:
    """The visits of one client, by day, and the rows that cannot be read."""
    found, rejects = [], []
    labels: dict[str, date] = {}
    for row in rows:
        if row.values["date"].strip():
            try:
                labels.setdefault(row.values["visit"].strip(), day_of(row.values["date"]))
            except Reject:
                continue  # the row itself says so below
    for row in rows:
        try:
            found.append(_visit(row, mapping, track, labels))
        except Reject as reject:
            rejects.append((row.line, reject))
    return sorted(found, key=lambda c: (c.day, c.line)), rejects


def _visit(row: Row, mapping: MappingFile, track: Track, labels: Mapping[str, date]) -> Candidate:
    disposition = row.values["disposition"].strip()
    meaning = mapping.dispositions.get(disposition)
    if meaning is None:
        raise Reject("unknown word", f"The disposition {disposition!r} is not in the mapping.")
    if meaning == REFUSE:
        raise Reject("no word on what happened", f"The disposition {disposition!r} does not say what happened.")
    reasons = [reason.strip() for reason in row.values["reasons"].split(";") if reason.strip()]
    unknown = [r for r in reasons if r not in mapping.excuses and r not in mapping.unexcused_reasons]
    if unknown:
        raise Reject("unknown word", f"The reason {unknown[0]!r} is not in the mapping.")
    evidence: Evidence
    if meaning == CAME:
        evidence = Presence() if track.evidence in ("attendance", "activity") else AwaitedTest()
    elif meaning == EXCUSED:
        evidence = Absence(mapping.disposition_excuse)
    else:
        evidence = Absence(next((mapping.excuses[r] for r in reasons if r in mapping.excuses), None))
    if row.values["date"].strip():
        return Candidate(row.line, day_of(row.values["date"]), evidence)
    if meaning == CAME:
        raise Reject("no date", "The visit took place, but has no date.")
    return Candidate(row.line, _planned_day(row.values["visit"].strip(), mapping, labels), evidence)


def _planned_day(label: str, mapping: MappingFile, labels: Mapping[str, date]) -> date:
    """The day on which an undated absence was planned: whole weeks after the first planned visit."""
    first = mapping.weeks_from
    if first is None:
        raise Reject("no date", "The absence has no date.")
    prefix = first.rstrip("0123456789")
    number = label.removeprefix(prefix)
    if not label.startswith(prefix) or not number.isdecimal():
        raise Reject("no date", f"The absence has no date, and {label!r} does not name a week.")
    if first not in labels:
        raise Reject("no date", f"The absence has no date, and there is no dated {first} to count its weeks from.")
    weeks = int(number) - int(first.removeprefix(prefix) or "0")
    return labels[first] + timedelta(weeks=weeks)


def test_candidates(rows: Sequence[Row], mapping: MappingFile) -> tuple[list[Candidate], list[tuple[int, Reject]]]:
    """The tests of one client, by day, and the rows that cannot be read."""
    found, rejects = [], []
    for row in rows:
        try:
            found.append(_test(row, mapping))
        except Reject as reject:
            rejects.append((row.line, reject))
    return sorted(found, key=lambda c: (c.day, c.line)), rejects


def _test(row: Row, mapping: MappingFile) -> Candidate:
    word = row.values["temperature_ok"].strip()
    if word not in mapping.temperatures:
        raise Reject("unknown word", f"The temperature {word!r} is not in the mapping.")
    positives = [name.strip() for name in row.values["positive_for"].split(";") if name.strip()]
    unknown = [name for name in positives if name not in mapping.analytes]
    if unknown:
        raise Reject("unknown word", f"The substance {unknown[0]!r} is not in the mapping.")
    results = dict.fromkeys(mapping.analytes.values(), NEGATIVE)
    results.update({mapping.analytes[name]: POSITIVE for name in positives})
    test = Test(results=results, temperature=mapping.temperatures[word])
    return Candidate(row.line, day_of(row.values["date"]), test)
