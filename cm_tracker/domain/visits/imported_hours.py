"""Read the hours of program weeks from the rows of another program's file.

A row names the week by its number or by any of its days. It has the time attended and expected, and excused time if
there is any, as minutes or as hours. Nothing is guessed: a week without a number for attended or expected time is
refused, because an empty cell may be one that is still to come.
"""

import re
from collections.abc import Sequence

from cm_tracker.domain.errors import BadInput, BeforeEnrollment
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.hours import ProgramWeek, minutes_of, week_of_hours
from cm_tracker.domain.visits.importing import Candidate, Reason, Row, RowRefused, VisitsRead, day_of, one_a_day

_WHOLE = re.compile("[0-9]{1,5}")


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
        raise RowRefused(refused.reason, str(refused), week.last_day) from None
    return Candidate(row.line, week.last_day, hours)


def _week(row: Row, history: EnrollmentHistory) -> ProgramWeek:
    """Return the program week that a row names."""
    number_text, day_text = row.values.get("week", ""), row.values.get("date", "")
    if not number_text and not day_text:
        raise RowRefused(Reason.NO_DAY, "The row names neither a program week nor a day in it.")
    named: set[int] = set()
    if number_text:
        if not _WHOLE.fullmatch(number_text) or int(number_text) < 1:
            raise RowRefused(Reason.NOT_A_DAY, f"{number_text!r} is no program week. Write its number, such as 3.")
        named.add(int(number_text))
    if day_text:
        day = day_of(day_text)
        if day < history.starts_on:
            raise RowRefused(
                Reason.BEFORE_ENROLLMENT, str(BeforeEnrollment(day=day, starts_on=history.starts_on, field="date"))
            )
        named.add(history.timeline.week_of(day))
    if len(named) > 1:
        raise RowRefused(
            Reason.SELF_CONTRADICTION,
            f"The row names week {number_text}, and {day_text} lies in week {history.timeline.week_of(day)}.",
        )
    [number] = named
    last_week = max(schedule.last_week for schedule in history.timeline.schedules)
    week = week_of_hours(history, number) if number <= last_week else None
    if week is None:
        raise RowRefused(
            Reason.OUTSIDE_SCHEDULE,
            f"The enrollment has no program week {number} that is over: the schedule or the enrollment ends before it, or "
            "a pause goes on in it.",
        )
    return week


def _minutes(row: Row, what: str) -> int:
    """Return the minutes attended, excused or expected. No excused time is the same as an empty cell."""
    minutes_text, hours_text = row.values.get(f"minutes_{what}", ""), row.values.get(f"hours_{what}", "")
    said: set[int] = set()
    if minutes_text:
        if not _WHOLE.fullmatch(minutes_text):
            raise RowRefused(
                Reason.NOT_A_DURATION, f"minutes_{what}: {minutes_text!r} is no whole number of minutes, such as 450."
            )
        said.add(int(minutes_text))
    if hours_text:
        try:
            said.add(minutes_of(hours_text))
        except BadInput as error:
            raise RowRefused(Reason.NOT_A_DURATION, f"hours_{what}: {hours_text!r} is no time. {error}") from None
    if len(said) > 1:
        raise RowRefused(
            Reason.SELF_CONTRADICTION,
            f"minutes_{what} says {minutes_text}, and hours_{what} says {hours_text}, which is not the same.",
        )
    if said:
        return said.pop()
    if what == "excused":
        return 0
    raise RowRefused(Reason.EMPTY_RESULT, f"The time {what} is empty. If there was none, write 0.")
