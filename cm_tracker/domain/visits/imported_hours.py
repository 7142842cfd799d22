"""Read the hours of program weeks from the rows of another program's file.

A row names the week by its number or by any of its days. It has the time attended and expected, and excused time if
there is any, as minutes or as hours. Nothing is guessed: a week without a number for attended or expected time is
refused, because an empty cell may be one that is still to come.
"""

import re
from collections.abc import Sequence
from datetime import date

from cm_tracker.domain.errors import BadInput, BeforeEnrollment
from cm_tracker.domain.phrases import in_phrases, phrase
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.hours import ProgramWeek, minutes_of, week_of_hours
from cm_tracker.domain.visits.importing import Candidate, Reason, Row, RowRefused, VisitsRead, day_of, one_a_day

_WHOLE = re.compile("[0-9]{1,5}")
_EMPTY = {
    "attended": phrase("The time attended is empty. If there was none, write 0."),
    "expected": phrase("The time expected is empty. If there was none, write 0."),
}


def read_hours(rows: Sequence[Row], history: EnrollmentHistory) -> VisitsRead:
    """Return the hours of one client's weeks, each on the day that closes its week.

    Rows that say different things of one week are all rejected.
    """
    return one_a_day(rows, lambda row: _read_week(row, history))


def _read_week(row: Row, history: EnrollmentHistory) -> Candidate:
    week = _week(row, history)
    try:
        hours = Hours(_minutes(row, "attended"), _minutes(row, "excused"), _minutes(row, "expected"))
    except RowRefused as refused:
        # The row may be a correction of another row of its week, which is rejected, too, then.
        raise RowRefused(refused.reason, refused.says, week.last_day) from None
    return Candidate(row.line, week.last_day, hours)


def _week(row: Row, history: EnrollmentHistory) -> ProgramWeek:
    """Return the program week that a row names."""
    number_text, day_text = row.values.get("week", ""), row.values.get("date", "")
    if not number_text and not day_text:
        raise RowRefused(Reason.NO_DAY, phrase("The row names neither a program week nor a day in it."))
    named = {_number(number_text)} if number_text else set()
    if day_text:
        named.add(_week_of(day_of(day_text), history))
    if len(named) > 1:
        says = phrase(
            "The row names week %(week)s, and %(day)s lies in week %(other)s.",
            week=number_text,
            day=day_text,
            other=str(_week_of(day_of(day_text), history)),
        )
        raise RowRefused(Reason.SELF_CONTRADICTION, says)
    [number] = named
    last_week = max(schedule.last_week for schedule in history.timeline.schedules)
    week = week_of_hours(history, number) if number <= last_week else None
    if week is None:
        says = phrase(
            "The enrollment has no program week %(week)s that is over: the schedule or the enrollment ends before it, or a "
            "pause goes on in it.",
            week=str(number),
        )
        raise RowRefused(Reason.OUTSIDE_SCHEDULE, says)
    return week


def _number(text: str) -> int:
    """Return the number of a program week."""
    if not _WHOLE.fullmatch(text) or int(text) < 1:
        says = phrase("%(text)s is no program week. Write its number, such as 3.", text=repr(text))
        raise RowRefused(Reason.NOT_A_DAY, says)
    return int(text)


def _week_of(day: date, history: EnrollmentHistory) -> int:
    """Return the number of the program week of a day."""
    if day < history.starts_on:
        early = BeforeEnrollment(day=day, starts_on=history.starts_on, field="date")
        raise RowRefused(Reason.BEFORE_ENROLLMENT, in_phrases(early))
    return history.timeline.week_of(day)


def _minutes(row: Row, what: str) -> int:
    """Return the minutes attended, excused or expected. No excused time is the same as an empty cell."""
    in_minutes, in_hours = f"minutes_{what}", f"hours_{what}"
    minutes_text, hours_text = row.values.get(in_minutes, ""), row.values.get(in_hours, "")
    said: set[int] = set()
    if minutes_text:
        said.add(_of_minutes(in_minutes, minutes_text))
    if hours_text:
        said.add(_of_hours(in_hours, hours_text))
    if len(said) > 1:
        says = phrase(
            "%(column)s says %(text)s, and %(other)s says %(other_text)s, which is not the same.",
            column=in_minutes,
            text=minutes_text,
            other=in_hours,
            other_text=hours_text,
        )
        raise RowRefused(Reason.SELF_CONTRADICTION, says)
    if said:
        return said.pop()
    if what == "excused":
        return 0
    raise RowRefused(Reason.EMPTY_RESULT, _EMPTY[what])


def _of_minutes(column: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        says = phrase(
            "%(column)s: %(text)s is no whole number of minutes, such as 450.", column=column, text=repr(text)
        )
        raise RowRefused(Reason.NOT_A_DURATION, says)
    return int(text)


def _of_hours(column: str, text: str) -> int:
    try:
        return minutes_of(text)
    except BadInput as error:
        says = phrase("%(column)s: %(text)s is no time. %(why)s", column=column, text=repr(text), why=in_phrases(error))
        raise RowRefused(Reason.NOT_A_DURATION, says) from None
