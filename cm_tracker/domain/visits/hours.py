"""Attended hours: the program weeks of a track of hours, and how people write hours.

Such a track has one result for each program week. It stands on the week's last day that is not paused, and the
enrollment's end closes a week that is not finished. It is entered when that day is over.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.errors import AllRefusals, BadInput, HoursInDoubt, WeekHasHours, WeekNotOver
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.visits.evidence import MINUTES_OF_A_WEEK, Hours, outcome_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory

_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_HOURS = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))? ?(?:h|hours?)?")
_UNITS = re.compile(r"(?:([0-9]{1,3}) ?h(?:ours?)?)? ?(?:([0-9]{1,5}) ?m(?:in(?:utes?)?)?)")


MOST_PLAUSIBLE = 60 * 60
"""More minutes than these are asked about: no program has so many in a week."""


class ProgramWeek(NamedTuple):
    """A program week of an enrollment, with its first day and the day on which its result stands."""

    week: int
    first_day: date
    last_day: date


def minutes_of(text: str) -> int:
    """Return the minutes that a text says: 7:30, 7.5, 7 h 30 min, 450 min or 7. A number alone is hours.

    Raise `BadInput` with what to write for anything else, such as 7.33, which is no whole number of minutes.
    """
    said = " ".join(text.split()).casefold()
    if match := _CLOCK.fullmatch(said):
        return int(match[1]) * 60 + int(match[2])
    if match := _HOURS.fullmatch(said):
        hundredths = int((match[2] or "").ljust(2, "0"))
        if hundredths * 60 % 100 == 0:
            return int(match[1]) * 60 + hundredths * 60 // 100
    if match := _UNITS.fullmatch(said):
        return int(match[1] or 0) * 60 + int(match[2])
    raise BadInput("Write hours and minutes as 7:30, or hours as 7.5.")


def check_plausible(hours: Hours) -> None:
    """Raise `HoursInDoubt`, at its field, for a time that was probably typed wrong, such as 90 instead of 9.0.

    That is more than 60 hours in one week, and more than twice the hours that were expected. Where no hours were
    expected, only the first is asked: whatever was attended then earns nothing. More than a week has is refused by
    `outcome_of`.
    """
    refusals = AllRefusals()
    with refusals:
        if MOST_PLAUSIBLE < hours.attended <= MINUTES_OF_A_WEEK:
            raise HoursInDoubt(minutes=hours.attended, meant=_a_tenth(hours.attended), field="attended")
        if hours.expected and 2 * hours.expected < hours.attended <= MINUTES_OF_A_WEEK:
            meant = _a_tenth(hours.attended)
            if meant is not None and 2 * meant < hours.expected:
                meant = None  # so little is no better guess
            raise HoursInDoubt(minutes=hours.attended, expected=hours.expected, meant=meant, field="attended")
    with refusals:
        if MOST_PLAUSIBLE < hours.expected <= MINUTES_OF_A_WEEK:
            raise HoursInDoubt(minutes=hours.expected, meant=_a_tenth(hours.expected), field="expected")
    refusals.raise_any()


def _a_tenth(minutes: int) -> int | None:
    """Return a tenth of whole hours, None for a time with minutes: nobody forgot a point in it."""
    return minutes // 10 if minutes % 60 == 0 else None


def week_of_hours(history: EnrollmentHistory, week: int) -> ProgramWeek | None:
    """Return a program week with its first day and the day that closes it.

    None where the enrollment ended before it began, and while a pause goes on before its last day.
    """
    ended_on = history.span.ended_on
    timeline = history.timeline
    first_day, last_day = timeline.first_day_of(week), timeline.last_day_of(week)
    if first_day is None or (ended_on is not None and first_day > ended_on):
        return None
    if ended_on is not None and (last_day is None or last_day > ended_on):
        pause = timeline.pause_on(ended_on)
        last_day = ended_on if pause is None else pause.first_day - ONE_DAY
    return None if last_day is None else ProgramWeek(week, first_day, last_day)


def is_over(history: EnrollmentHistory, week: ProgramWeek, today: date) -> bool:
    """Return whether a week is closed: its last day is over, or the enrollment ended on that day."""
    return week.last_day < today or (week.last_day == today and is_closed_by_end(history, week))


def is_closed_by_end(history: EnrollmentHistory, week: ProgramWeek) -> bool:
    """Return whether the enrollment ended before the week was over, or on its last day."""
    ended_on = history.span.ended_on
    whole = history.timeline.last_day_of(week.week)
    return ended_on is not None and (whole is None or whole >= ended_on)


def weeks_without_hours(history: EnrollmentHistory, behavior: str, today: date) -> tuple[ProgramWeek, ...]:
    """Return the weeks of a track that are over and have no hours yet, newest first.

    A week counts where the version that closes it has the track with hours, in one of its phases.
    """
    taken = {history.timeline.week_of(visit.happened_on) for visit in hours_of(history, behavior)}
    found = []
    last = max(schedule.last_week for schedule in history.timeline.schedules)
    for number in range(1, min(history.timeline.week_of(today), last) + 1):
        week = week_of_hours(history, number)
        if week is None or not is_over(history, week, today):
            break
        track = history.timeline.track_on(behavior, week.last_day)
        if number not in taken and track is not None and track.evidence == "hours" and track.phase_in(number):
            found.append(week)
    return tuple(reversed(found))


def hours_of(history: EnrollmentHistory, behavior: str) -> list[CurrentVisit]:
    """Return the results of weeks of a track, in the order of their days."""
    return [visit for visit in history.visits if visit.behavior == behavior and visit.hours is not None]


def check_week(history: EnrollmentHistory, behavior: str, day: date, today: date) -> None:
    """Check that the hours of a week can be entered for the day on which they are to stand.

    Raise `WeekNotOver` for a week that is not closed, `BadInput` for a day that does not close its week, and
    `WeekHasHours` where the week has its result already.
    """
    number = history.timeline.week_of(day)
    if number < 1:
        return  # `check_day` says that the day is before the enrollment
    week = week_of_hours(history, number)
    if week is None or not is_over(history, week, today):
        raise WeekNotOver(week=number, last_day=week.last_day if week else None, field="week")
    if day != week.last_day:
        raise BadInput("The hours of a week stand on its last day. Choose the week again.", "week")
    for visit in hours_of(history, behavior):
        if history.timeline.week_of(visit.happened_on) == number:
            raise WeekHasHours(week=number, visit_id=visit.id)


def voided_hours(history: EnrollmentHistory, behavior: str, day: date) -> CurrentVisit | None:
    """Return the voided result whose place the hours of a week take: one of that day first, then one of that week.

    A pause that was entered in between has moved the week's last day. What was paid for the week must not be paid
    again.
    """
    week = history.timeline.week_of(day)
    same = [
        old
        for old in history.voided
        if old.behavior == behavior and old.hours is not None and history.timeline.week_of(old.happened_on) == week
    ]
    return next((old for old in same if old.happened_on == day), same[0] if same else None)


def wrong_hours(visit: CurrentVisit, tracks: Sequence[Track]) -> str | None:
    """Return what is wrong with the minutes of a record, or None. A verification looks at every record.

    Its outcome must follow from them by one of the enrollment's `tracks` for its behavior. Minutes stand only on such
    a track, and a record of a behavior that never had another one needs them.
    """
    if visit.hours is None:
        is_missing = bool(tracks) and all(track.evidence == "hours" for track in tracks)
        return "has no minutes, and the week is counted by its hours" if is_missing else None
    of_hours = [track for track in tracks if track.evidence == "hours"]
    if not of_hours:
        return "has minutes, and no version of its enrollment counts hours"
    if not any(_follows(track, visit.outcome, visit.hours) for track in of_hours):
        return "has an outcome that does not follow from its minutes"
    return None


def _follows(track: Track, outcome: str, hours: Hours) -> bool:
    try:
        return outcome_of(track, hours) == outcome
    except BadInput:
        return False
