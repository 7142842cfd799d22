"""Read clients' plans and single appointments from the rows of another program's file.

A row names a service of the site. Rows of one client from the same day on are one plan; if one of them cannot be read,
none of them is imported, because a plan that lacks a service expects too little.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from cm_tracker.domain.day.plans import (
    FIRST,
    HOURS,
    LEVELS,
    OTHER_SERVICES,
    REASONS,
    STEP_DOWN,
    STEP_UP,
    Plan,
    PlanItem,
    plan_on,
)
from cm_tracker.domain.day.services import TEST_VISIT, Service
from cm_tracker.domain.day.states import LATER, Note
from cm_tracker.domain.languages import marked
from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.visits.import_doubts import first_and_last
from cm_tracker.domain.visits.importing import Reason, Reject, Row, RowRefused, day_of

# Monday first. A file may shorten a name to two letters or more.
_DAYS = (
    ("monday", "lunes"),
    ("tuesday", "martes"),
    ("wednesday", "miércoles", "miercoles"),
    ("thursday", "jueves"),
    ("friday", "viernes"),
    ("saturday", "sábado", "sabado"),
    ("sunday", "domingo"),
)
_YES = ("yes", "y", "x", "sí", "si", "true", "1")
_NO = ("", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class ImportedPlan:
    """A plan of a file: the lines of its rows, and what it says.

    `reason` is why it changes, where the file says so. `says_drawn`: the file says of which services the days are drawn.
    """

    lines: tuple[int, ...]
    from_on: date
    level: str
    hours_required: int
    items: tuple[PlanItem, ...]
    reason: str | None = None
    says_drawn: bool = False

    def is_that(self, plan: Plan) -> bool:
        """Return whether a plan that is recorded says the same, whatever its reason."""
        return (plan.from_on, plan.level, plan.hours_required, self._content(plan.items)) == (
            self.from_on, self.level, self.hours_required, self._content(self.items),
        )  # fmt: skip

    def _content(self, items: Sequence[PlanItem]) -> set[object]:
        return {
            (one.service_id, one.weekdays, one.behavior, one.time_of_day)
            + ((one.is_drawn, one.hours_between) if self.says_drawn else ())
            for one in items
        }

    def reason_after(self, plans: Sequence[Plan]) -> str:
        """Return why the plan changes: as the file says, or from the plan before it."""
        if self.reason is not None:
            return self.reason
        before = plan_on(plans, self.from_on - ONE_DAY)
        if before is None:
            return FIRST
        step = LEVELS.index(self.level) - LEVELS.index(before.level)
        return OTHER_SERVICES if step == 0 else STEP_UP if step < 0 else STEP_DOWN


class _Line(NamedTuple):
    """A row of a plan: its service, and what all rows of the plan have to say alike."""

    row: Row
    item: PlanItem
    level: str
    hours_required: int
    reason: str | None


class Appointment(NamedTuple):
    """An appointment of a file: the line, the service, the day, and the time of day."""

    line: int
    service_id: int
    on_day: date
    time_of_day: time


class PlansRead(NamedTuple):
    """The plans of one client's rows by their first days, what was rejected, and how many rows repeat another one."""

    plans: list[ImportedPlan]
    rejects: list[Reject]
    repeated: int


class AppointmentsRead(NamedTuple):
    """The appointments of one client's rows, what was rejected, and how many rows repeat another one."""

    appointments: list[Appointment]
    rejects: list[Reject]
    repeated: int


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """What became of a client's rows: the lines that were added, those that were there already, and the rejects."""

    added: tuple[int, ...]
    already: tuple[int, ...]
    rejects: tuple[Reject, ...]


def read_plans(
    rows: Sequence[Row], services: Mapping[int, Service], tracks_on: Callable[[date], Sequence[Track]]
) -> PlansRead:
    """Return the plans of one client's rows; a row that repeats another one is left out.

    `tracks_on` returns the tracks that hold on the first day of a plan, for which its services can count.
    A row whose first day cannot be read may belong to any of them, so none of the client's plans is read then.
    """
    by_day: dict[date, list[_Line]] = {}
    refused_of: dict[date, int] = {}
    undated: int | None = None
    rejects = []
    for row in rows:
        try:
            from_on = day_of(row.values["from_on"])
        except RowRefused as refused:
            rejects.append(refused.reject(row.line))
            undated = undated or row.line
            continue
        try:
            by_day.setdefault(from_on, []).append(_line(row, services, tracks_on(from_on)))
        except RowRefused as refused:
            refused_of.setdefault(from_on, row.line)
            rejects.append(refused.reject(row.line))
    plans = []
    repeated = 0
    for from_on, found in sorted(by_day.items()):
        if (why := _why_no_plan(from_on, found, refused_of.get(from_on), undated)) is not None:
            rejects += [Reject(one.row.line, *why) for one in found]
        else:
            first_of = {one.item: one for one in reversed(found)}
            plans.append(_plan(from_on, [one for one in found if first_of[one.item] is one]))
            repeated += len(found) - len(first_of)
    return PlansRead(plans, rejects, repeated)


def _why_no_plan(
    from_on: date, found: Sequence[_Line], refused: int | None, undated: int | None
) -> tuple[Reason, Phrase] | None:
    """Return why rows are no plan, or None. `refused` is a line of the plan, and `undated` one of the client."""
    if refused is not None:
        says = phrase("Line %(line)s is a row of the same plan and is refused. Correct that row.", line=str(refused))
        return Reason.PART_OF_PLAN, says
    if undated is not None:
        says = phrase(
            "Line %(line)s may be a row of the same plan, and its day cannot be read. Correct that row.",
            line=str(undated),
        )
        return Reason.PART_OF_PLAN, says
    if len({(one.level, one.hours_required, one.reason) for one in found}) > 1:
        says = phrase(
            "The rows of the plan from %(day)s on give different levels of care, hours or reasons.", day=str(from_on)
        )
        return Reason.CONTRADICTION, says
    return None


def _plan(from_on: date, found: Sequence[_Line]) -> ImportedPlan:
    first = found[0]
    return ImportedPlan(
        lines=tuple(one.row.line for one in found),
        from_on=from_on,
        level=first.level,
        hours_required=first.hours_required,
        items=tuple(one.item for one in found),
        reason=first.reason,
        says_drawn="is_drawn" in first.row.values,
    )


def read_appointments(rows: Sequence[Row], services: Mapping[int, Service]) -> AppointmentsRead:
    """Return the appointments of one client's rows; a row that repeats another one is left out.

    Rows that give different times for one service and day are all rejected, in whatever order they are.
    """
    by_slot: dict[tuple[int, date], list[Appointment]] = {}
    rejects = []
    for row in rows:
        try:
            day, service = day_of(row.values["date"]), _service(row, services)
            one = Appointment(row.line, service.id, day, _time_on(row, service, day))
        except RowRefused as refused:
            rejects.append(refused.reject(row.line))
        else:
            by_slot.setdefault((service.id, day), []).append(one)
    appointments = []
    repeated = 0
    for (service_id, day), same in by_slot.items():
        if len({one.time_of_day for one in same}) > 1:
            says = phrase(
                "Lines %(lines)s and %(last)s give different times for %(service)s on %(day)s. Keep the row that is right.",
                service=services[service_id].name,
                day=str(day),
                **first_and_last([one.line for one in same]),
            )
            rejects += [Reject(one.line, Reason.CONTRADICTION, says) for one in same]
        else:
            appointments.append(same[0])
            repeated += len(same) - 1
    return AppointmentsRead(appointments, rejects, repeated)


def is_new_appointment(notes: Sequence[Note], at: datetime, service: Service, day: date) -> bool:
    """Return whether an appointment is to be noted, or whether the program has it already.

    `notes` are those of its slot, the oldest first, and `at` is its instant. A later file may change the time that a
    file brought. What people noted stays: raise `RowRefused` where it is something else.
    """
    of_files = [note for note in notes if note.staff_id is None and note.status == LATER]
    newest = notes[-1] if notes else None
    if newest is None or newest in of_files:
        return newest is None or newest.at != at
    if any(note.status == LATER and note.at == at for note in (*of_files, newest)):
        return False
    says = phrase(
        "Staff have noted something else for %(service)s on %(day)s. If the file is right, change it on the page of that "
        "day.",
        service=service.name,
        day=str(day),
    )
    raise RowRefused(Reason.RECORDED_OTHERWISE, says)


def _line(row: Row, services: Mapping[int, Service], tracks: Sequence[Track]) -> _Line:
    """Return what a row says. Raise `RowRefused`."""
    service = _service(row, services)
    level = _word(row, "level", LEVELS, marked("The level of care %(word)s is not one of: %(known)s."))
    hours = _whole(
        row, "hours_required", marked("%(text)s is no whole number of hours a week."), HOURS.get(level, (0, 0))[0]
    )
    item = PlanItem(
        service.id,
        weekdays_in(row.values["weekdays"]),
        _behavior(row, service, tracks),
        _time(row),
        _is_drawn(row),
        _whole(row, "hours_between", marked("%(text)s is no whole number of hours between two tests."), 0),
    )
    reason = None
    if row.values.get("reason"):
        reason = _word(row, "reason", REASONS, marked("The reason %(word)s is not one of: %(known)s."))
    return _Line(row, item, level, hours, reason)


def _word(row: Row, column: str, words: Sequence[str], says: str) -> str:
    """Return a column's word as the program writes it. `says` is the message for another word."""
    word = re.sub("[ -]+", "_", row.values[column].casefold())
    if word not in words:
        known = ", ".join(one.replace("_", " ") for one in words)
        raise RowRefused(Reason.UNKNOWN_WORD, phrase(says, word=repr(row.values[column]), known=known))
    return word


def _whole(row: Row, column: str, says: str, otherwise: int) -> int:
    """Return a column's number. `says` is the message for what is none."""
    text = row.values.get(column) or str(otherwise)
    if not re.fullmatch("[0-9]{1,3}", text):
        raise RowRefused(Reason.NOT_A_DURATION, phrase(says, text=repr(text)))
    return int(text)


def _is_drawn(row: Row) -> bool:
    text = row.values.get("is_drawn", "").casefold()
    if text not in _YES + _NO:
        says = phrase("%(text)s does not say whether days are drawn. Write yes or no.", text=repr(text))
        raise RowRefused(Reason.UNKNOWN_WORD, says)
    return text in _YES


def _service(row: Row, services: Mapping[int, Service]) -> Service:
    name = row.values["service"].casefold()
    found = next((service for service in services.values() if service.name.casefold() == name), None)
    if found is None:
        says = phrase("The site has no service %(name)s.", name=repr(row.values["service"]))
        raise RowRefused(Reason.UNKNOWN_SERVICE, says)
    return found


def _behavior(row: Row, service: Service, tracks: Sequence[Track]) -> str | None:
    """Return the track for which a service counts, or None where the row does not say that it pays."""
    text = row.values.get("pays_for", "").casefold()
    if text in _NO:
        return None
    fitting = [
        track for track in tracks if (track.is_test if service.kind == TEST_VISIT else track.evidence == "attendance")
    ]
    named = [track for track in tracks if text in (track.behavior.casefold(), track.title.casefold())]
    found = fitting if text in _YES else named
    if len(found) != 1:
        raise RowRefused(Reason.UNKNOWN_WORD, _cannot_pay(row.values["pays_for"], service, fitting))
    return found[0].behavior


def _cannot_pay(word: str, service: Service, fitting: Sequence[Track]) -> Phrase:
    """Return that a word names no track for which a service can count, and those that it can."""
    if not fitting:
        return phrase(
            "%(word)s does not say for what %(service)s pays. It can pay for: none.",
            word=repr(word),
            service=service.name,
        )
    return phrase(
        "%(word)s does not say for what %(service)s pays. It can pay for: %(known)s.",
        word=repr(word),
        service=service.name,
        known=", ".join(track.title for track in fitting),
    )


def weekdays_in(text: str) -> frozenset[int]:
    """Return the weekdays that a text names, such as "Mon, Wed, Fri" or "Mon-Fri"; Monday is 0. Raise `RowRefused`."""
    found: set[int] = set()
    for part in re.split(r"[,;/\s]+", text.strip().casefold()):
        first, dash, last = part.partition("-")
        begin, end = _weekday(first, text), _weekday(last, text) if dash else None
        found |= {begin} if end is None else {day % 7 for day in range(begin, end + 1 + 7 * (end < begin))}
    return frozenset(found)


def _weekday(word: str, text: str) -> int:
    word = word.rstrip(".")
    for number, names in enumerate(_DAYS):
        if len(word) > 1 and any(name.startswith(word) for name in names):
            return number
    says = phrase("%(text)s names no weekdays. Write them as Mon, Wed, Fri.", text=repr(text))
    raise RowRefused(Reason.UNKNOWN_WORD, says)


def _time(row: Row) -> time | None:
    text = row.values.get("time", "")
    if not text:
        return None
    match = re.fullmatch("([01]?[0-9]|2[0-3]):([0-5][0-9])", text)
    if match is None:
        says = phrase("%(text)s is no time of day. Write it as 9:30 or 14:00.", text=repr(text))
        raise RowRefused(Reason.NOT_A_DURATION, says)
    return time(int(match[1]), int(match[2]))


def _time_on(row: Row, service: Service, day: date) -> time:
    """Return the time of an appointment: the row's, or when the service meets on the day."""
    meeting = next((one for one in service.meetings if one.holds_on(day)), None)
    if meeting is None:
        says = phrase("%(service)s does not meet on %(day)s.", service=service.name, day=str(day))
        raise RowRefused(Reason.NOT_POSSIBLE, says)
    return _time(row) or meeting.time_of_day
