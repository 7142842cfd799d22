"""Words of a site's week and calendar: when a service meets, which days are closed, whom a change touches."""

from collections.abc import Iterable
from datetime import date

from cm_tracker.domain.day.services import Meeting
from cm_tracker.i18n import day as day_in_words
from cm_tracker.i18n import number, time_of_day
from cm_tracker.labels.day import WEEKDAY_NAMES
from cm_tracker.labels.hours import duration


def weekdays(numbers: Iterable[int]) -> str:
    """Return weekdays in few words: Mon, Wed, Fri; Mon to Fri; every day."""
    chosen = sorted(set(numbers))
    names = [WEEKDAY_NAMES[one][:3] for one in chosen]
    if len(chosen) == len(WEEKDAY_NAMES):
        return "every day"
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def times_of(meetings: Iterable[Meeting], today: date) -> tuple[str, ...]:
    """Return when a service meets from today on: Mon, Wed at 1:00 PM, 2 h; from Mar 18, 2026.

    Meetings that differ only in their weekday are one line. Past ones are left out.
    """
    lines: dict[tuple[str, str, str], list[int]] = {}
    for one in sorted(meetings, key=lambda one: (one.from_on, one.weekday)):
        if one.until_on is not None and one.until_on < today:
            continue
        begins = f"; from {day_in_words(one.from_on)}" if one.from_on > today else ""
        ends = f"; until {day_in_words(one.until_on)}" if one.until_on is not None else ""
        lines.setdefault((f"{time_of_day(one.time_of_day)}, {duration(one.minutes)}", begins, ends), []).append(
            one.weekday
        )
    return tuple(f"{weekdays(days)} at {at}{begins}{ends}" for (at, begins, ends), days in lines.items())


def is_link(place: str) -> bool:
    """Return whether a place is the address of a page."""
    return place.startswith(("https://", "http://"))


def short_day(value: date) -> str:
    """Return a day of a week that is named with its year: Mon, Mar 16."""
    return f"{WEEKDAY_NAMES[value.weekday()][:3]}, {day_in_words(value).rpartition(',')[0]}"


def days(first_day: date, last_day: date) -> str:
    """Return a day, or the first and the last of several: Nov 26, 2026; Dec 24, 2026 to Jan 1, 2027."""
    return (
        day_in_words(first_day) if first_day == last_day else f"{day_in_words(first_day)} to {day_in_words(last_day)}"
    )


def touched(clients: int) -> str:
    """Return whom a change of a service touches: 1 client has it in the plan, 12 clients have it in their plans."""
    if clients == 1:
        return "1 client has it in the plan"
    return f"{number(clients)} clients have it in their plans"


def excused(clients: int) -> str:
    """Return how many clients closed days touch: 12 clients expected on these days are excused by the program."""
    if clients == 0:
        return "No plan has anybody come on these days."
    if clients == 1:
        return "1 client expected on these days is excused by the program."
    return f"{number(clients)} clients expected on these days are excused by the program."
