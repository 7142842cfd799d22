"""Words of a lead's first page and of a caseload: why a client is at risk, what needs a hand, and what the chart says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from cm_tracker.domain.measures.at_risk import Lapse, Missed, Near, Reason, Run
from cm_tracker.domain.measures.negatives import WeekOfNegatives
from cm_tracker.i18n import language, money, month_name, number, ordinal, short_day, time_in, weekday
from cm_tracker.labels.counting import counted, listed, plural, tier_name
from cm_tracker.labels.hours import duration
from cm_tracker.labels.visits import within
from cm_tracker.queries.reports.caseload import NextSlot, WeekMinutes
from cm_tracker.queries.reports.dashboard import Dashboard, MissingNow
from cm_tracker.queries.reports.hands import (
    ADJUSTMENTS,
    CHECKPOINT,
    EMPTY_TIER,
    LOSSES,
    MERGES,
    NEAR_LIMIT,
    OPEN_DAY,
    PURCHASES,
    RETURNED,
    TO_DECIDE,
    TRAINING,
    UNSIGNED,
    Hand,
)

_NUMBERS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
MOST_DAYS_NAMED = 3
DAYS_FROM_HOURS = 72
FEW_TESTS = 20
"""With fewer tests in one of two weeks, the chart compares nothing."""
SMALL_CHANGE = 100
"""A change of fewer thousandths is small."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is written about one thing: the sentence, what follows it in small letters, and the verb of its button."""

    says: str
    about: str
    verb: str


def greeting(at: datetime, zone: str, name: str) -> str:
    """Return how a page greets somebody: Good morning, Miriam."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"Good {part}, {name.split()[0] if name.split() else name}"


def month_day(value: date) -> str:
    """Return a day in a few letters: Nov 21."""
    return format_skeleton("MMMd", value, locale=language())


def closed(shown: Dashboard) -> str:
    """Return which sites are closed today and tomorrow, as sentences; empty where none is."""
    said = []
    for day, word in ((shown.day, "Today"), (None, "Tomorrow")):
        names = [site.name for site, on_day in shown.closed if (on_day == shown.day) == (day is not None)]
        if names:
            said.append(f"{word} {listed(names, 'and')} {plural(len(names), 'is', 'are')} closed.")
    return " ".join(said)


def reason(given: Reason, zone: str) -> Words:
    """Return what is written about a reason why a client is at risk."""
    if isinstance(given, Missed):
        n = len(given.days)
        days = ", ".join(month_day(day) for day in given.days[-MOST_DAYS_NAMED:])
        return Words(f"{_number(n)} visits missed in a row", days, "Call")
    if isinstance(given, Lapse):
        more = " or more" if given.or_more else ""
        return Words(f"Lapse after {number(given.run)}{more} negative in a row", month_day(given.on_day), "Open")
    if isinstance(given, Near):
        use = given.use
        percent = use.used_cents * 100 // use.cents
        return Words(f"{percent}% of {money(use.cents)} used {within(use.ceiling)}", money(use.used_cents), "Open")
    hours = given.hours
    long = counted(hours, "hour") if hours < DAYS_FROM_HOURS else counted(hours // 24, "day")
    since = f"since {month_day(given.since.astimezone(ZoneInfo(zone)).date())}, {time_in(given.since, zone)}"
    return Words(f"Laboratory answer waits {long}", since, "Ask")


def _number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else number(n)


def missing(one: MissingNow) -> str:
    """Return since when a client is missing, and what they did before: 8:30 AM · third visit missed in a row."""
    at = time_in(one.due_at, one.site.time_zone)
    if one.missed_before:
        return f"{at} · {ordinal(one.missed_before + 1)} visit missed in a row"
    if one.came_before > 1:
        return f"{at} · came to the last {number(one.came_before)} visits"
    return at


def run(one: Run) -> str:
    """Return a run of negative tests: 11 negative in a row."""
    if not one.length:
        return "No run now"
    return f"{number(one.length)}{' or more' if one.or_more else ''} negative in a row"


def month(value: date) -> str:
    """Return the name of a month: November."""
    return month_name(value).split()[0]


def last_visit(on_day: date | None) -> str:
    """Return when a client came last: Sat, Nov 21."""
    return short_day(on_day) if on_day is not None else "Not in the last 12 weeks"


def next_visit(one: NextSlot | None, zone: str) -> str:
    """Return when a client comes next, and to what: Mon, Nov 23, 9:00 AM, Urine tests."""
    if one is None:
        return "Nothing is planned in the next two weeks"
    if one.slot is None:
        return f"{one.service}, on a day that the program draws"
    return f"{short_day(one.slot.on_day)}, {time_in(one.slot.begins_at, zone)}, {one.service}"


def hours(week: WeekMinutes) -> str:
    """Return how much of a week's hours counts: 7 h 30 min of 9 h."""
    return f"{duration(week.counted)} of {duration(week.required)}"


# The words of each kind of what needs a hand: for one, for several, and the verb.
HANDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        RETURNED: ("A draft came back with a note", "", "Read"),
        TO_DECIDE: ("A schedule to approve", "", "Decide"),
        ADJUSTMENTS: ("An adjustment waits for a second lead", "{n} adjustments wait for a second lead", "Decide"),
        MERGES: ("A merge of two records waits for a second lead", "{n} merges wait for a second lead", "Decide"),
        PURCHASES: ("A purchase waits to be authorized", "{n} purchases wait to be authorized", "Decide"),
        LOSSES: ("A prize is missing from the cabinet", "{n} prizes are missing from the cabinet", "Decide"),
        EMPTY_TIER: ("No {name} prize in the cabinet", "No {name} prize in the cabinet", "Order"),
        NEAR_LIMIT: (
            "A client is near the limit of their source",
            "{n} clients are near the limit of their source",
            "Look",
        ),
        TRAINING: ("Training of one person is due", "Training of {n} people is due", "Record"),
        UNSIGNED: ("A client has not signed the agreement", "{n} clients have not signed the agreement", "Look"),
        OPEN_DAY: ("A day was left open", "{n} days were left open", "Close"),
        CHECKPOINT: ("The newest checkpoint of the ledger is old", "", "Take"),
    }
)


def hand(one: Hand) -> Words:
    """Return what is written about something that needs a hand."""
    single, several, verb = HANDS[one.kind]
    says = (single if one.count == 1 or not several else several).format(n=number(one.count), name=tier_name(one.name))
    if one.kind == EMPTY_TIER:
        return Words(says, f"{one.more} · {number(one.count)} needed", verb)
    worth = f"worth {money(one.cents)}" if one.cents is not None else ""
    on_day = month_day(one.on_day) if one.on_day is not None else ""
    return Words(says, " · ".join(part for part in (one.name, one.more, worth, on_day) if part), verb)


def result(weeks: Sequence[WeekOfNegatives]) -> str:
    """Return the title of the chart: what it shows, in a sentence that is made from its numbers.

    The last full week is compared with the first one that has tests. It is neutral where one of the two has few tests,
    or where the change is smaller than ten of a hundred.
    """
    ends = compared(weeks)
    if not any(week.counts.expected for week in weeks):
        return "No test was expected in these 12 weeks"
    if ends is None or any(week.counts.expected < FEW_TESTS for week in ends):
        return "Negative tests in the last 12 weeks"
    before, now = (week.counts.of_expected or 0 for week in ends)
    then = _month(ends[0].monday, ends[1].monday)
    if abs(now - before) < SMALL_CHANGE:
        return f"{_of_ten(now)} expected tests {_are(now)} negative, about as many as {then}"
    return f"{_of_ten(now)} expected tests {_are(now)} negative now; {then} it was {_of_ten(before)}"


def compared(weeks: Sequence[WeekOfNegatives]) -> tuple[WeekOfNegatives, WeekOfNegatives] | None:
    """Return the first and the last full week with tests, if they are two."""
    full = [week for week in weeks if week.is_over and week.counts.expected]
    return (full[0], full[-1]) if len(full) > 1 else None


def _tenths(per_mille: int) -> int:
    return (per_mille + 50) // 100


def _of_ten(per_mille: int) -> str:
    return f"{_tenths(per_mille)} in 10"


def _are(per_mille: int) -> str:
    return plural(_tenths(per_mille), "is", "are")


def _month(monday: date, now: date) -> str:
    """Return when an earlier week was: its month, or in the same month its first day."""
    if (monday.year, monday.month) == (now.year, now.month):
        return f"in the week of {weekday(monday)}"
    return f"in {month(monday) if monday.year == now.year else month_name(monday)}"
