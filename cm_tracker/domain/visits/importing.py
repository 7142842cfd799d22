"""Read enrollments and visits from the rows of another program's files. A mapping says what each word means.

Nothing is guessed. A row is rejected, with its line and a sentence, if the mapping does not know one of its words, if
a value is missing, or if it contradicts another row. `imported_tests` reads drug tests, `imported_hours` hours of weeks.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from cm_tracker.domain.days import LAST_DAY, parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import marked
from cm_tracker.domain.phrases import Phrase, in_phrases, phrase
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Evidence, Hours, Presence, Test
from cm_tracker.domain.visits.import_doubts import all_of, beside_unreadable, contradicted, first_and_last
from cm_tracker.domain.visits.mappings import CAME, EXCUSED, REFUSE, MappingFile, word_of

Item = TypeVar("Item")
# The note of an absence that was imported without a date. It is how a later import recognizes it.
UNDATED = "The file has no date for this absence. It stands on the day of the planned visit."


class Reason(StrEnum):
    """Why a row is rejected, in the words by which a summary groups the rejects."""

    MISSHAPEN = marked("misshapen row")
    NOT_A_DAY = marked("not a date")
    NO_DAY = marked("no date")
    NOT_A_DURATION = marked("not a time")
    UNKNOWN_WORD = marked("unknown word")
    NOT_SAID = marked("no word on what happened")
    NO_RESULT = marked("no result for the target")
    EMPTY_RESULT = marked("empty result")
    SELF_CONTRADICTION = marked("row contradicts itself")
    CONTRADICTION = marked("rows contradict each other")
    CORRECTED_RESULT = marked("a correction to look at")
    SAME_DAY = marked("two rows for one day")
    UNDATED_ABSENCE = marked("absence without a date")
    NO_ENROLLMENT = marked("no enrollment")
    CANNOT_ENROLL = marked("cannot be enrolled")
    UNKNOWN_SERVICE = marked("unknown service")
    PART_OF_PLAN = marked("part of a plan that is refused")
    BEFORE_ENROLLMENT = marked("before the enrollment")
    OUTSIDE_SCHEDULE = marked("outside the schedule's weeks")
    IN_FUTURE = marked("in the future")
    NOTHING_MISSED = marked("absence in a complete week")
    TAKEN_AWAY = marked("taken away by hand")
    RECORDED_OTHERWISE = marked("something else stands for that day")
    NOT_POSSIBLE = marked("not possible")


class Row(NamedTuple):
    """A row of a file with the number of its line; its values have no spaces around them."""

    line: int
    values: Mapping[str, str]


class Reject(NamedTuple):
    """A row that was rejected: `reason` groups it in a summary, `says` is the sentence for a person."""

    line: int
    reason: Reason
    says: Phrase


class RowRefused(Exception):
    """Raised if a row cannot be imported. `says` is why; `day` is its day, if that could be read."""

    def __init__(self, reason: Reason, says: Phrase, day: date | None = None) -> None:
        super().__init__(says)
        self.reason = reason
        self.says = says
        self.day = day

    def reject(self, line: int) -> Reject:
        """Return the reject of a line."""
        return Reject(line, self.reason, self.says)


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A client of a roster: the code as it is kept, and the first day."""

    line: int
    code: str
    enrolled_on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that could be read: its day and the evidence that it stands for.

    `label` names the planned visit, and is empty for a test. `is_planned` says that the row has no day of its own,
    only the one on which the visit was planned.
    """

    line: int
    day: date
    evidence: Evidence
    label: str = ""
    is_planned: bool = False


class Overruling(NamedTuple):
    """A row that took the place of an absence that an import had recorded; `says` is the sentence for a person."""

    line: int
    says: Phrase


class RosterRead(NamedTuple):
    """The entries of a roster, what was rejected, and how many rows repeat another one."""

    entries: list[RosterEntry]
    rejects: list[Reject]
    repeated: int


class VisitsRead(NamedTuple):
    """The candidates of one client by day, at most one a day; what was rejected; how many rows repeat another one."""

    candidates: list[Candidate]
    rejects: list[Reject]
    repeated: int


class Enrolled(NamedTuple):
    """An enrollment of a client in the schedule that a file is imported into."""

    starts_on: date
    enrollment_id: int


def by_enrollment(
    items: Iterable[Item], enrollments: Sequence[Enrolled], day_of_item: Callable[[Item], date | None]
) -> dict[int, list[Item]]:
    """Return items of one client by the id of the enrollment to which each belongs: the last that began by its day.

    What lies before the first enrollment belongs to it all the same, and is rejected there. What has no day belongs to
    the newest one. `enrollments` are in the order of their first days.
    """
    found: dict[int, list[Item]] = {}
    for item in items:
        day = day_of_item(item)
        begun = [one for one in enrollments if day is None or one.starts_on <= day]
        found.setdefault((begun or enrollments[:1])[-1].enrollment_id, []).append(item)
    return found


def code_of(row: Row) -> str:
    """Return the client code of a row as the program keeps codes."""
    return row.values["client_code"].upper()


def day_of(text: str) -> date:
    """Return a day as the files write it. Raise `RowRefused`."""
    try:
        return parse_day(text)
    except BadInput as error:
        raise RowRefused(
            Reason.NOT_A_DAY, phrase("%(text)s is not a day. %(why)s", text=repr(text), why=in_phrases(error))
        ) from None


# -- rosters -----------------------------------------------------------------------------------


def read_roster(rows: Sequence[Row]) -> RosterRead:
    """Return the clients that a roster enrolls, in the order of its lines.

    Rows of one client that give different first days are all rejected, in whatever order they are, and so is a row
    if another row of the client has a day that cannot be read.
    """
    read = RosterRead([], [], 0)
    repeated = 0
    entries: dict[str, list[RosterEntry]] = {}
    unreadable: dict[str, int] = {}
    for row in rows:
        code = code_of(row)
        try:
            if not code:
                raise RowRefused(Reason.CANNOT_ENROLL, phrase("The row has no client code."))
            entries.setdefault(code, []).append(RosterEntry(row.line, code, day_of(row.values["enrolled_on"])))
        except RowRefused as refused:
            read.rejects.append(refused.reject(row.line))
            unreadable.setdefault(code, row.line)
    for code, same in entries.items():
        if code in unreadable:
            says = phrase(
                "Line %(line)s names the same client, and its day cannot be read. Keep the row that is right.",
                line=str(unreadable[code]),
            )
            read.rejects.extend(Reject(entry.line, Reason.CONTRADICTION, says) for entry in same)
        elif len({entry.enrolled_on for entry in same}) > 1:
            says = phrase(
                "Lines %(lines)s and %(last)s give %(code)s different first days. Keep the row that is right.",
                code=code,
                **first_and_last([entry.line for entry in same]),
            )
            read.rejects.extend(Reject(entry.line, Reason.CONTRADICTION, says) for entry in same)
        else:
            read.entries.append(same[0])
            repeated += len(same) - 1
    return read._replace(repeated=repeated)


# -- planned visits ----------------------------------------------------------------------------


def read_visits(rows: Sequence[Row], mapping: MappingFile, track: Track) -> VisitsRead:
    """Return the visits of one client from a file of planned visits."""
    first_days = _days_of_first_visit(rows, mapping)
    return one_a_day(rows, lambda row: _read_visit(row, mapping, track, first_days))


def planned_days(rows: Sequence[Row], mapping: MappingFile) -> dict[int, date]:
    """Return the planned day of each undated row of one client for which it can be worked out, by line."""
    first_days = _days_of_first_visit(rows, mapping)
    planned = {}
    for row in rows:
        if not row.values["date"]:
            try:
                planned[row.line] = _planned_day(row, mapping, first_days)
            except RowRefused:
                continue  # `read_visits` rejects the row if it is an absence
    return planned


def _days_of_first_visit(rows: Sequence[Row], mapping: MappingFile) -> dict[date, int]:
    """Return the days of the visit from which the weeks of undated absences are counted, with their lines."""
    first_days: dict[date, int] = {}
    for row in rows:
        if mapping.weeks_from is not None and word_of(row.values["visit"]) == word_of(mapping.weeks_from):
            try:
                first_days.setdefault(parse_day(row.values["date"]), row.line)
            except BadInput:
                continue  # the row has no day, or is rejected for it
    return first_days


def _read_visit(row: Row, mapping: MappingFile, track: Track, first_days: Mapping[date, int]) -> Candidate:
    text = row.values["date"]
    day = day_of(text) if text else None
    label = row.values["visit"]
    disposition = row.values["disposition"]
    meaning = mapping.dispositions.get(word_of(disposition))
    if meaning is None:
        says = phrase("The disposition %(word)s is not in the mapping.", word=repr(disposition))
        raise RowRefused(Reason.UNKNOWN_WORD, says, day)
    if meaning == REFUSE:
        says = phrase("The disposition %(word)s does not say what happened.", word=repr(disposition))
        raise RowRefused(Reason.NOT_SAID, says)
    reasons = [reason for reason in map(word_of, row.values["reasons"].split(";")) if reason]
    for reason in reasons:
        if reason not in mapping.excuses and reason not in mapping.unexcused_reasons:
            says = phrase("The reason %(word)s is not in the mapping.", word=repr(reason))
            raise RowRefused(Reason.UNKNOWN_WORD, says, day)
    evidence: Evidence
    if meaning == CAME:
        evidence = Presence() if track.evidence in ("attendance", "activity") else AwaitedTest()
        if day is None:
            raise RowRefused(Reason.NO_DAY, phrase("The visit took place, but has no date."))
    elif meaning == EXCUSED:
        evidence = Absence(mapping.disposition_excuse)
    else:
        evidence = Absence(next((mapping.excuses[reason] for reason in reasons if reason in mapping.excuses), None))
    if day is not None:
        return Candidate(row.line, day, evidence, label)
    return Candidate(row.line, _planned_day(row, mapping, first_days), evidence, label, is_planned=True)


def _planned_day(row: Row, mapping: MappingFile, first_days: Mapping[date, int]) -> date:
    """Return the day on which an undated absence was planned.

    It is the row's own planned day, or whole weeks after the first planned visit.
    """
    if text := row.values.get("planned_date"):
        return day_of(text)
    label = row.values["visit"]
    first = mapping.weeks_from
    if first is None:
        raise RowRefused(Reason.NO_DAY, phrase("The absence has no date."))
    prefix = first.rstrip("0123456789")
    number = word_of(label).removeprefix(word_of(prefix))
    if not word_of(label).startswith(word_of(prefix)) or not re.fullmatch("[0-9]{1,3}", number):
        says = phrase("The absence has no date, and %(label)s does not name a week.", label=repr(label))
        raise RowRefused(Reason.NO_DAY, says)
    if not first_days:
        says = phrase("The absence has no date, and there is no dated %(visit)s to count its weeks from.", visit=first)
        raise RowRefused(Reason.NO_DAY, says)
    if len(first_days) > 1:
        lines = all_of(str(line) for line in sorted(first_days.values()))
        says = phrase(
            "The absence has no date, and %(visit)s has several days (lines %(lines)s).", visit=first, lines=lines
        )
        raise RowRefused(Reason.NO_DAY, says)
    [(start, _)] = first_days.items()
    weeks = int(number) - int(first[len(prefix) :] or "0")
    if start > LAST_DAY - timedelta(weeks=999):
        says = phrase("The absence has no date, and %(visit)s lies too late to count weeks from.", visit=first)
        raise RowRefused(Reason.NO_DAY, says)
    return start + timedelta(weeks=weeks)


# -- one visit a day ---------------------------------------------------------------------------


def one_a_day(rows: Sequence[Row], read_row: Callable[[Row], Candidate]) -> VisitsRead:
    """Return what the rows of one client stand for, at most one candidate a day.

    Rows that say different things of one day are all rejected, in whatever order they are: a corrected result must not
    win or lose by its place in the file. A row is also rejected if another row of its day cannot be read.
    A row that repeats another one counts once. A second planned visit on the day of another one is rejected, and so
    is an undated absence if its planned day is the day of a dated row. `ImportDays` keeps it out of weeks with a visit.
    """
    by_day: dict[date, list[Candidate]] = {}
    unreadable: dict[date, int] = {}
    rejects = []
    for row in rows:
        try:
            candidate = read_row(row)
            by_day.setdefault(candidate.day, []).append(candidate)
        except RowRefused as refused:
            rejects.append(refused.reject(row.line))
            if refused.day is not None:
                unreadable.setdefault(refused.day, row.line)
    candidates = []
    repeated = 0
    for day in sorted(by_day):
        dated = [candidate for candidate in by_day[day] if not candidate.is_planned]
        planned = [candidate for candidate in by_day[day] if candidate.is_planned]
        if dated and planned:
            says = phrase(
                "The absence has no date, and line %(line)s is a row of its planned day, %(day)s.",
                line=str(dated[0].line),
                day=str(day),
            )
            rejects += [Reject(candidate.line, Reason.UNDATED_ABSENCE, says) for candidate in planned]
        accepted, refused_rows, repeats = _one_of(dated or planned, unreadable.get(day))
        candidates += accepted
        rejects += refused_rows
        repeated += repeats
    return VisitsRead(candidates, rejects, repeated)


def _one_of(same: Sequence[Candidate], unreadable: int | None) -> tuple[list[Candidate], list[Reject], int]:
    """Return the accepted row of a day (or none), the rejected rows, and how many rows repeat the first one."""
    first, *more = same
    is_result = isinstance(first.evidence, Test | Hours)
    says = None
    if unreadable is not None:
        says = beside_unreadable(unreadable, first.day, first.evidence)
    elif any(candidate.evidence != first.evidence for candidate in more):
        says = contradicted([candidate.line for candidate in same], first.day, first.evidence)
    if says is not None:
        reason = Reason.CORRECTED_RESULT if is_result else Reason.CONTRADICTION
        return [], [Reject(candidate.line, reason, says) for candidate in same], 0
    others = [candidate for candidate in more if candidate.label != first.label]
    says = phrase(
        "Line %(line)s stands for %(day)s already; the visit was taken once, from there.",
        line=str(first.line),
        day=str(first.day),
    )
    return [first], [Reject(candidate.line, Reason.SAME_DAY, says) for candidate in others], len(more) - len(others)
