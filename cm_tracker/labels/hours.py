"""Labels of attended hours: how long, which week, and why a week counted."""

from datetime import date

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import ProgramWeek
from cm_tracker.i18n import day, number, weekday
from cm_tracker.labels.tags import Tag
from cm_tracker.sentences import amount

# What the outcome of a week is called, instead of the outcome of a visit.
OUTCOMES = {
    outcomes.MET: Tag("Met", "good"),
    outcomes.UNEXCUSED: Tag("Too few hours", "missed"),
    outcomes.EXCUSED: Tag("No hours expected"),
}


def duration(minutes: int) -> str:
    """Return minutes as hours and minutes: 7 h 30 min, 9 h, 45 min, 0 h."""
    whole, rest = divmod(minutes, 60)
    # No line breaks between a number and its unit.
    parts = [f"{number(whole)}\N{NO-BREAK SPACE}h"] if whole or not rest else []
    return " ".join([*parts, f"{rest}\N{NO-BREAK SPACE}min"] if rest else parts)


def is_right(hours: Hours) -> str:
    """Return the label of the box that confirms a time beyond what is plausible."""
    return f"It is right: {duration(hours.attended)} attended, {duration(hours.expected)} expected"


def of_needed(hours: Hours, track: Track) -> str:
    """Return how much counts of what is needed, for a list: 7 h 30 min of 9 h."""
    return f"{duration(hours.counted)} of {duration(60 * (track.hours or 0))}"


def why(hours: Hours, track: Track) -> str:
    """Return why a week counts or not: 7 h 30 min of 9 h: it counts from 9 h on."""
    if hours.expected == 0:
        return "No hours were expected in this week, so nothing is earned and nothing is lost."
    needed = duration(60 * (track.hours or 0))
    made = of_needed(hours, track)
    if hours.excused:
        made = f"{duration(hours.attended)} attended and {duration(hours.excused)} excused are {made}"
    return f"{made}: it counts from {needed} on."


def parts(hours: Hours) -> str:
    """Return the hours of a week in their parts: 7 h attended, 2 h excused, 9 h expected."""
    excused = f", {duration(hours.excused)} excused" if hours.excused else ""
    return f"{duration(hours.attended)} attended{excused}, {duration(hours.expected)} expected"


def earns(result: Result) -> str:
    """Return what a week earns, or that it earns nothing."""
    return amount(result.paid, result.unit) if result.paid else "nothing"


def week(one: ProgramWeek) -> str:
    """Return a program week with its days: Week 3: Mar 16 to Mar 22."""
    first, last = (f"{on:%b} {on.day}" for on in (one.first_day, one.last_day))
    return f"Week {number(one.week)}: {first} to {last}"


def when(on: date, of: ProgramWeek | None) -> str:
    """Return the program week of hours with its days, or the day of anything else: Thursday, March 5."""
    return weekday(on) if of is None else week(of)


def waiting(weeks: tuple[ProgramWeek, ...]) -> str:
    """Return which weeks wait for their hours, the newest first, or an empty text."""
    if not weeks:
        return ""
    if len(weeks) == 1:
        return f"The hours of week {number(weeks[0].week)} are not entered yet."
    numbers = [number(one.week) for one in weeks]
    return f"The hours of weeks {', '.join(numbers[:-1])} and {numbers[-1]} are not entered yet."


def nothing_to_enter(last_day: date | None) -> str:
    """Return that no week waits for its hours. `last_day` is the last day of this week, if one runs."""
    done = "Every week that is over has its hours."
    if last_day is None:
        return done
    return f"{done} This week lasts until {day(last_day)}. Its hours can be entered from the day after on."


def moved(one: ProgramWeek) -> str:
    """Return that the last day of a week has moved since its hours were entered."""
    return (
        f"A pause was entered or withdrawn since: program week {number(one.week)} now lasts from {day(one.first_day)} to "
        f"{day(one.last_day)}. Check whether these are the hours of the whole week. A lead can correct them."
    )
