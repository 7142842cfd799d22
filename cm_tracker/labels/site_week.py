"""Words of a site's week and calendar: when a service meets, which days are closed, whom a change touches."""

from collections.abc import Iterable
from datetime import date

from cm_tracker import i18n
from cm_tracker.domain.day.services import Meeting
from cm_tracker.i18n import day as day_in_words
from cm_tracker.i18n import gettext, marked, ngettext, time_of_day
from cm_tracker.labels.day import WEEKDAY_NAMES
from cm_tracker.labels.hours import duration

# The federal holidays, and the sample weeks that a site can begin with, as the domain has them.
HOLIDAYS = (
    marked("New Year's Day"), marked("Martin Luther King Jr. Day"), marked("Washington's Birthday"),
    marked("Memorial Day"), marked("Juneteenth"), marked("Independence Day"), marked("Labor Day"),
    marked("Columbus Day"), marked("Veterans Day"), marked("Thanksgiving Day"), marked("Christmas Day"),
)  # fmt: skip
SAMPLE_WEEKS = (
    marked("Early weeks"),
    marked("Groups of two hours on five days, an individual session, and a 12-step meeting outside of the clinic."),
    marked("Later weeks"),
    marked("Groups of three hours on three days, a family session, a vocational session, and an individual session."),
)


def weekdays(numbers: Iterable[int]) -> str:
    """Return weekdays in few words: Mon, Wed, Fri; Mon to Fri; every day."""
    chosen = sorted(set(numbers))
    names = [WEEKDAY_NAMES[one][:3] for one in chosen]
    if len(chosen) == len(WEEKDAY_NAMES):
        return gettext("every day")
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return gettext("%(begins)s to %(ends)s", begins=names[0], ends=names[-1])
    return ", ".join(names)


def times_of(meetings: Iterable[Meeting], today: date) -> tuple[str, ...]:
    """Return when a service meets from today on: Mon, Wed at 1:00 PM, 2 h; from Mar 18, 2026.

    Meetings that differ only in their weekday are one line. Past ones are left out.
    """
    lines: dict[tuple[str, int, str, str], list[int]] = {}
    for one in sorted(meetings, key=lambda one: (one.from_on, one.weekday)):
        if one.until_on is not None and one.until_on < today:
            continue
        begins = gettext("from %(day)s", day=day_in_words(one.from_on)) if one.from_on > today else ""
        ends = gettext("until %(day)s", day=day_in_words(one.until_on)) if one.until_on is not None else ""
        lines.setdefault((time_of_day(one.time_of_day), one.minutes, begins, ends), []).append(one.weekday)
    return tuple(
        "; ".join(
            part
            for part in (
                gettext("%(days)s at %(time)s, %(length)s", days=weekdays(days), time=at, length=duration(minutes)),
                begins,
                ends,
            )
            if part
        )
        for (at, minutes, begins, ends), days in lines.items()
    )


def is_link(place: str) -> bool:
    """Return whether a place is the address of a page."""
    return place.startswith(("https://", "http://"))


def short_day(value: date) -> str:
    """Return a day of a week that is named with its year: Mon, Mar 16."""
    return i18n.short_day(value)


def days(first_day: date, last_day: date) -> str:
    """Return a day, or the first and the last of several: Nov 26, 2026; Dec 24, 2026 to Jan 1, 2027."""
    if first_day == last_day:
        return day_in_words(first_day)
    return gettext("%(first)s to %(last)s", first=day_in_words(first_day), last=day_in_words(last_day))


def touched(clients: int) -> str:
    """Return whom a change of a service touches: 1 client has it in the plan, 12 clients have it in their plans."""
    return ngettext("%(n)s client has it in the plan", "%(n)s clients have it in their plans", clients)


def excused(clients: int) -> str:
    """Return how many clients closed days touch: 12 clients expected on these days are excused by the program."""
    if clients == 0:
        return gettext("No plan has anybody come on these days.")
    return ngettext(
        "%(n)s client expected on these days is excused by the program.",
        "%(n)s clients expected on these days are excused by the program.",
        clients,
    )


def holiday(name: str) -> str:
    """Return a federal holiday in the language of the page. In the calendar it has its English name."""
    return gettext(name)
