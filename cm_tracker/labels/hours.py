"""Labels of attended hours: how long, which week, and why a week counted."""

from datetime import date

from babel.dates import format_skeleton

from cm_tracker import i18n
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import ProgramWeek
from cm_tracker.i18n import day, gettext, language, lazy, number, weekday
from cm_tracker.labels.tags import Tag
from cm_tracker.sentences import amount

# What the outcome of a week is called, instead of the outcome of a visit.
OUTCOMES = {
    outcomes.MET: Tag(lazy("Met"), "good"),
    outcomes.UNEXCUSED: Tag(lazy("Too few hours"), "missed"),
    outcomes.EXCUSED: Tag(lazy("No hours expected")),
}


def duration(minutes: int) -> str:
    """Return minutes as hours and minutes: 7 h 30 min, 9 h, 45 min, 0 h."""
    whole, rest = divmod(minutes, 60)
    # No line breaks between a number and its unit.
    parts = [f"{number(whole)}\N{NO-BREAK SPACE}h"] if whole or not rest else []
    return " ".join([*parts, f"{rest}\N{NO-BREAK SPACE}min"] if rest else parts)


def is_right(hours: Hours) -> str:
    """Return the label of the box that confirms a time beyond what is plausible."""
    return gettext(
        "It is right: %(attended)s attended, %(expected)s expected",
        attended=duration(hours.attended),
        expected=duration(hours.expected),
    )


def of_needed(hours: Hours, track: Track) -> str:
    """Return how much counts of what is needed, for a list: 7 h 30 min of 9 h."""
    needed = duration(60 * (track.hours or 0))
    return gettext("%(counted)s of %(needed)s", counted=duration(hours.counted), needed=needed)


def why(hours: Hours, track: Track) -> str:
    """Return why a week counts or not: 7 h 30 min of 9 h: it counts from 9 h on."""
    if hours.expected == 0:
        return gettext("No hours were expected in this week, so nothing is earned and nothing is lost.")
    needed = duration(60 * (track.hours or 0))
    made = of_needed(hours, track)
    if hours.excused:
        return gettext(
            "%(attended)s attended and %(excused)s excused are %(made)s: it counts from %(needed)s on.",
            attended=duration(hours.attended),
            excused=duration(hours.excused),
            made=made,
            needed=needed,
        )
    return gettext("%(made)s: it counts from %(needed)s on.", made=made, needed=needed)


def why_not(refused: Refused | None) -> str:
    """Return why a week cannot be recorded, or nothing."""
    return "" if refused is None else refused.message(i18n)


def parts(hours: Hours) -> str:
    """Return the hours of a week in their parts: 7 h attended, 2 h excused, 9 h expected."""
    each = [
        gettext("%(time)s attended", time=duration(hours.attended)),
        gettext("%(time)s excused", time=duration(hours.excused)) if hours.excused else "",
        gettext("%(time)s expected", time=duration(hours.expected)),
    ]
    return ", ".join(part for part in each if part)


def earns(result: Result) -> str:
    """Return what a week earns, or that it earns nothing."""
    return amount(result.paid, result.unit) if result.paid else gettext("nothing")


def week(one: ProgramWeek) -> str:
    """Return a program week with its days: Week 3: Mar 16 to Mar 22."""
    first, last = (format_skeleton("MMMd", on, locale=language()) for on in (one.first_day, one.last_day))
    return gettext("Week %(week)s: %(first)s to %(last)s", week=number(one.week), first=first, last=last)


def when(on: date, of: ProgramWeek | None) -> str:
    """Return the program week of hours with its days, or the day of anything else: Thursday, March 5."""
    return weekday(on) if of is None else week(of)


def waiting(weeks: tuple[ProgramWeek, ...]) -> str:
    """Return which weeks wait for their hours, the newest first, or an empty text."""
    if not weeks:
        return ""
    if len(weeks) == 1:
        return gettext("The hours of week %(week)s are not entered yet.", week=number(weeks[0].week))
    *others, last = (number(one.week) for one in weeks)
    return gettext("The hours of weeks %(weeks)s and %(last)s are not entered yet.", weeks=", ".join(others), last=last)


def nothing_to_enter(last_day: date | None) -> str:
    """Return that no week waits for its hours. `last_day` is the last day of this week, if one runs."""
    done = gettext("Every week that is over has its hours.")
    if last_day is None:
        return done
    runs = gettext("This week lasts until %(day)s. Its hours can be entered from the day after on.", day=day(last_day))
    return f"{done} {runs}"


def moved(one: ProgramWeek) -> str:
    """Return that the last day of a week has moved since its hours were entered."""
    return gettext(
        "A pause was entered or withdrawn since: program week %(week)s now lasts from %(first)s to %(last)s. Check whether "
        "these are the hours of the whole week. A lead can correct them.",
        week=number(one.week),
        first=day(one.first_day),
        last=day(one.last_day),
    )
