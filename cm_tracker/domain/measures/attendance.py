"""Attendance: attended of scheduled, and hours attended of those that were scheduled. What was excused is left out.

Somebody who gave a specimen has attended, whatever it showed. Hours are those of care: a test gives none.

The plan requires hours a week. They are counted for the calendar weeks that are over and whole: all of their days lie in
the report, in the enrollment and in no pause. Excused hours count as attended there, as they do for points.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.measures.numbers import per_mille
from cm_tracker.domain.measures.sequences import CAME, EXCUSED, Course, Expected

_COUNTED = attrgetter("is_expected", "outcome", "minutes", "attended", "excused")


@dataclass(frozen=True, slots=True)
class AttendanceCounts:
    """How many were scheduled without the excused ones, how many of them were attended, and how many were excused.

    `minutes` and `minutes_attended` are those of care, without the excused ones.
    """

    scheduled: int
    attended: int
    excused: int
    minutes: int
    minutes_attended: int

    @property
    def share(self) -> int | None:
        """Attended of scheduled, in thousandths."""
        return per_mille(self.attended, self.scheduled)

    @property
    def share_of_hours(self) -> int | None:
        """Minutes attended of those scheduled, in thousandths."""
        return per_mille(self.minutes_attended, self.minutes)


def attendance(expected: Iterable[Expected]) -> AttendanceCounts:
    """Return the counts of what was expected; what nobody said anything of was not attended."""
    scheduled = attended = excused = minutes = minutes_attended = 0
    # Few slots differ in what counts here, and a counter is much faster than a loop.
    for (is_expected, outcome, *of_care), count in Counter(map(_COUNTED, expected)).items():
        if not is_expected:
            continue
        if outcome == EXCUSED:
            excused += count
            continue
        scheduled += count
        attended += count if outcome in CAME else 0
        length, came, let_off = of_care
        minutes += count * (length - let_off)
        minutes_attended += count * came
    return AttendanceCounts(scheduled, attended, excused, minutes, minutes_attended)


@dataclass(frozen=True, slots=True)
class RequiredHours:
    """The minutes that plans required in whole weeks, and those that were attended or excused in them."""

    required: int
    attended: int


def hours_of_required(course: Course, first_day: date, last_day: date, today: date) -> RequiredHours:
    """Return the minutes of care that a course required in the whole weeks of some days, and those that count."""
    required = attended = 0
    if not any(plan.hours_required for plan in course.plans):
        return RequiredHours(0, 0)
    minutes: dict[date, int] = {}
    for one in course.expected:
        monday = monday_of(one.on_day)
        minutes[monday] = minutes.get(monday, 0) + one.attended + one.excused
    monday = monday_of(max(first_day, course.starts_on) + timedelta(days=6))
    until = min(day for day in (last_day, course.last_day, today - timedelta(days=1)) if day is not None)
    while (sunday := monday + timedelta(days=6)) <= until:
        plan = plan_on(course.plans, monday)
        pauses = course.timeline.pauses
        is_paused = any(one.first_day <= sunday and monday <= (one.last_day or sunday) for one in pauses)
        if plan is not None and plan.site_id == course.site_id and not is_paused:
            required += 60 * plan.hours_required
            attended += minutes.get(monday, 0)
        monday += timedelta(days=7)
    return RequiredHours(required, attended)
