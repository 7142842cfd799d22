"""What the charts of a ladder and of a scale say."""

from cm_tracker.domain.schedules.schedule import Phase
from cm_tracker.i18n import gettext, marked, number

# What the chart of a ladder says, by what it has a bar for and by the unit.
_LADDER = {
    ("visit", "points"): marked(
        "Bar chart: what each visit pays in points when every visit meets its target, %(total)s in all.%(unpaid)s A line "
        "shows the ladder with one lapse at visit %(at)s. The table below has the same numbers."
    ),
    ("visit", "draws"): marked(
        "Bar chart: what each visit pays in draws when every visit meets its target, %(total)s in all.%(unpaid)s A line "
        "shows the ladder with one lapse at visit %(at)s. The table below has the same numbers."
    ),
    ("week", "points"): marked(
        "Bar chart: what each week pays in points when every week meets its target, %(total)s in all.%(unpaid)s A line "
        "shows the ladder with one lapse at week %(at)s. The table below has the same numbers."
    ),
    ("week", "draws"): marked(
        "Bar chart: what each week pays in draws when every week meets its target, %(total)s in all.%(unpaid)s A line "
        "shows the ladder with one lapse at week %(at)s. The table below has the same numbers."
    ),
}
_SCALE = {
    "points": marked("Bar chart: what a reading pays in points. %(steps)s. The table below has the same numbers."),
    "draws": marked("Bar chart: what a reading pays in draws. %(steps)s. The table below has the same numbers."),
}


def ladder(visit: str, unit: str, total: int, unpaid: str, lapse_at: int) -> str:
    """Return what the chart of a ladder says."""
    return gettext(_LADDER[visit, unit], total=number(total), unpaid=unpaid, at=lapse_at)


def scale(unit: str, steps: str) -> str:
    """Return what the chart of a scale says."""
    return gettext(_SCALE[unit], steps=steps)


def band(why: str, first: int, last: int, *, is_by_week: bool) -> str:
    """Return for which visits, or weeks, nothing is paid."""
    if is_by_week:
        return f"{why}: {_weeks(first, last)}"
    if first == last:
        return f"{why}: {gettext('visit %(n)s', n=first)}"
    return f"{why}: {gettext('visits %(first)s to %(last)s', first=first, last=last)}"


def weeks(phase: Phase) -> str:
    """Return the program weeks of a phase, in the middle of a sentence."""
    return _weeks(phase.first_week, phase.last_week)


def _weeks(first: int, last: int) -> str:
    if first == last:
        return gettext("week %(n)s", n=first)
    return gettext("weeks %(first)s to %(last)s", first=first, last=last)
