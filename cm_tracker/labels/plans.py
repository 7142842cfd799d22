"""Words of a client's plan and week on pages of staff."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from cm_tracker import i18n
from cm_tracker.domain.day.client_week import PaidTests
from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.plans import LEVELS
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.day.slots import CLOSED as SITE_CLOSED
from cm_tracker.domain.day.states import ABSENT, ATTENDED, CLOSED, EXCUSED, WAITS
from cm_tracker.i18n import day_and_month, gettext, ngettext, number, time_of_day, weekday
from cm_tracker.labels.day import LEVEL_NAMES, STATE_NAMES, WEEKDAY_NAMES
from cm_tracker.labels.hours import duration
from cm_tracker.queries.day.client_weeks import ClientWeek, WeekSlot
from cm_tracker.queries.day.lines import Earns
from cm_tracker.sentences import amount


class LevelStep(NamedTuple):
    """A level of care in the row of levels. The client has it now, or had it before."""

    name: str
    is_now: bool
    was_before: bool


def meeting(one: Meeting) -> str:
    """Return when a service meets: Mon 1:00 PM."""
    return f"{WEEKDAY_NAMES[one.weekday][:3]} {time_of_day(one.time_of_day)}"


def lengths(minutes: Sequence[int]) -> str:
    """Return how long the meetings of a service last: 2 h, or 1 h to 2 h."""
    if minutes[0] == minutes[-1]:
        return duration(minutes[0])
    return gettext("%(begins)s to %(ends)s", begins=duration(minutes[0]), ends=duration(minutes[-1]))


def first_of_week(count: int) -> str:
    """Return which tests of a week are expected, where more weekdays are planned than tests are paid."""
    if count == 1:
        return gettext("More weekdays than paid tests: only the first one is expected.")
    return gettext("More weekdays than paid tests: only the first %(tests)s are expected.", tests=number(count))


def paid(tests: Sequence[PaidTests]) -> str:
    """Return how many tests the schedule pays now and later: 3 a week, from week 13 on 2 a week."""
    if not tests:
        return gettext("the schedule pays none any more")
    now, *later = tests
    then = (gettext("from week %(week)s on %(tests)s", week=number(one.first_week), tests=_paid(one)) for one in later)
    return ", ".join([gettext("the schedule pays %(tests)s", tests=_paid(now)), *then])


def _paid(one: PaidTests) -> str:
    if one.weeks == 1:
        return gettext("%(tests)s a week", tests=number(one.count))
    return ngettext("%(tests)s in %(n)s week", "%(tests)s in %(n)s weeks", one.weeks, tests=number(one.count))


def level_steps(before: Collection[str], now: str | None) -> tuple[LevelStep, ...]:
    """Return the levels of care in their order, with those that the client had before."""
    return tuple(LevelStep(LEVEL_NAMES[level], level == now, level in before and level != now) for level in LEVELS)


def program_weeks(week: ClientWeek) -> str:
    """Return the program weeks of a week: Week 4 of 12, or Weeks 4 and 5 of 12. Nothing before the first one."""
    first, last = week.first_week, min(week.last_week, week.weeks)
    if last < 1:
        return gettext("Before the first program week")
    if first > week.weeks:
        return ngettext("After the %(n)s week of the schedule", "After the %(n)s weeks of the schedule", week.weeks)
    weeks = number(week.weeks)
    if first == last:
        return gettext("Week %(week)s of %(weeks)s", week=number(first), weeks=weeks)
    return gettext("Weeks %(first)s and %(last)s of %(weeks)s", first=number(first), last=number(last), weeks=weeks)


def days(first_day: date, last_day: date) -> str:
    """Return the days of a week: November 30 to December 6."""
    first, last = (day_and_month(day, day) for day in (first_day, last_day))
    return gettext("%(first)s to %(last)s", first=first, last=last)


def short_day(day: date) -> str:
    """Return a day of a week in few letters: Mon, Nov 30."""
    return i18n.short_day(day)


def excused(line: WeekSlot) -> str:
    """Return why the program excuses a slot: Closed: Labor Day."""
    if line.slot.excused_by != SITE_CLOSED:
        return gettext("Not held: the leader is away")
    if not line.slot.made_up_on:
        return gettext("Closed: %(why)s", why=line.closure)
    return gettext("Closed: %(why)s. Made up on %(day)s", why=line.closure, day=weekday(line.slot.made_up_on))


def slot_kind(line: WeekSlot, became: ExpectedVisit | None) -> str:
    """Return how a slot of a week is drawn: attended (filled), excused (stone), missed, or planned (dashed)."""
    if became is not None and became.state in (ATTENDED, WAITS):
        return "attended"
    if line.slot.excused_by or (became is not None and became.state in (CLOSED, EXCUSED)):
        return "excused"
    return "missed" if became is not None and became.state == ABSENT else "planned"


def attended(became: ExpectedVisit, earned: Earns | None) -> str:
    """Return what came of a slot to which the client came: 45 points, Attended, 90 of 120 minutes."""
    if became.state == WAITS:
        return str(STATE_NAMES[WAITS]).capitalize()
    if earned is not None and earned.amount:
        return amount(earned.amount, earned.unit)
    if became.note is not None and became.note.minutes is not None:
        return gettext("%(here)s of %(all)s minutes", here=became.note.minutes, all=became.slot.minutes)
    return gettext("Done") if became.slot.is_test else gettext("Attended")
