"""Words of a lead's first page and of a caseload: why a client is at risk, what needs a hand, and what the chart says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from cm_tracker.domain.measures.at_risk import Lapse, Missed, Near, Reason, Run
from cm_tracker.domain.measures.negatives import WeekOfNegatives
from cm_tracker.i18n import (
    gettext,
    language,
    lazy,
    money,
    month_name,
    ngettext,
    number,
    ordinal,
    pgettext,
    short_day,
    time_in,
    weekday,
)
from cm_tracker.labels.counting import tier_name
from cm_tracker.labels.hours import duration
from cm_tracker.labels.reports import names as names_in_list
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

_NUMBERS = (
    "", lazy("One"), lazy("Two"), lazy("Three"), lazy("Four"), lazy("Five"), lazy("Six"), lazy("Seven"), lazy("Eight"),
    lazy("Nine"), lazy("Ten"),
)  # fmt: skip
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
    first = name.split()[0] if name.split() else name
    if hour < 12:
        return gettext("Good morning, %(name)s", name=first)
    if hour < 18:
        return gettext("Good afternoon, %(name)s", name=first)
    return gettext("Good evening, %(name)s", name=first)


def month_day(value: date) -> str:
    """Return a day in a few letters: Nov 21."""
    return format_skeleton("MMMd", value, locale=language())


def closed(shown: Dashboard) -> str:
    """Return which sites are closed today and tomorrow, as sentences; empty where none is."""
    today = [site.name for site, on_day in shown.closed if on_day == shown.day]
    tomorrow = [site.name for site, on_day in shown.closed if on_day != shown.day]
    said = []
    if today:
        names = names_in_list(today)
        said.append(
            ngettext("Today %(sites)s is closed.", "Today %(sites)s are closed.", len(today), sites=names)
        )  # fmt: skip
    if tomorrow:
        names = names_in_list(tomorrow)
        said.append(
            ngettext("Tomorrow %(sites)s is closed.", "Tomorrow %(sites)s are closed.", len(tomorrow), sites=names)
        )
    return " ".join(said)


def reason(given: Reason, zone: str) -> Words:
    """Return what is written about a reason why a client is at risk."""
    if isinstance(given, Missed):
        n = len(given.days)
        days = ", ".join(month_day(day) for day in given.days[-MOST_DAYS_NAMED:])
        return Words(gettext("%(number)s visits missed in a row", number=_number(n)), days, gettext("Call"))
    if isinstance(given, Lapse):
        says = (
            gettext("Lapse after %(number)s or more negative in a row", number=number(given.run))
            if given.or_more
            else gettext("Lapse after %(number)s negative in a row", number=number(given.run))
        )
        return Words(says, month_day(given.on_day), pgettext("verb", "Open"))
    if isinstance(given, Near):
        use = given.use
        percent = f"{use.used_cents * 100 // use.cents}%"
        says = gettext(
            "%(percent)s of %(money)s used %(within)s",
            percent=percent,
            money=money(use.cents),
            within=within(use.ceiling),
        )
        return Words(says, money(use.used_cents), pgettext("verb", "Open"))
    hours = given.hours
    if hours < DAYS_FROM_HOURS:
        says = ngettext("Laboratory answer waits %(n)s hour", "Laboratory answer waits %(n)s hours", hours)
    else:
        says = ngettext("Laboratory answer waits %(n)s day", "Laboratory answer waits %(n)s days", hours // 24)
    since = gettext(
        "since %(day)s, %(time)s",
        day=month_day(given.since.astimezone(ZoneInfo(zone)).date()),
        time=time_in(given.since, zone),
    )
    return Words(says, since, gettext("Ask"))


def _number(n: int) -> str:
    return str(_NUMBERS[n]) if n < len(_NUMBERS) else number(n)


def missing(one: MissingNow) -> str:
    """Return since when a client is missing, and what they did before: 8:30 AM · third visit missed in a row."""
    at = time_in(one.due_at, one.site.time_zone)
    if one.missed_before:
        missed = gettext("%(nth)s visit missed in a row", nth=ordinal(one.missed_before + 1))
        return f"{at} · {missed}"
    if one.came_before > 1:
        came = gettext("came to the last %(number)s visits", number=number(one.came_before))
        return f"{at} · {came}"
    return at


def run(one: Run) -> str:
    """Return a run of negative tests: 11 negative in a row."""
    if not one.length:
        return gettext("No run now")
    if one.or_more:
        return gettext("%(number)s or more negative in a row", number=number(one.length))
    return gettext("%(number)s negative in a row", number=number(one.length))


def month(value: date) -> str:
    """Return the name of a month: November."""
    return month_name(value).split()[0]


def last_visit(on_day: date | None) -> str:
    """Return when a client came last: Sat, Nov 21."""
    return short_day(on_day) if on_day is not None else gettext("Not in the last 12 weeks")


def next_visit(one: NextSlot | None, zone: str) -> str:
    """Return when a client comes next, and to what: Mon, Nov 23, 9:00 AM, Urine tests."""
    if one is None:
        return gettext("Nothing is planned in the next two weeks")
    if one.slot is None:
        return gettext("%(service)s, on a day that the program draws", service=one.service)
    return f"{short_day(one.slot.on_day)}, {time_in(one.slot.begins_at, zone)}, {one.service}"


def hours(week: WeekMinutes) -> str:
    """Return how much of a week's hours counts: 7 h 30 min of 9 h."""
    return gettext("%(counted)s of %(needed)s", counted=duration(week.counted), needed=duration(week.required))


# The words of each kind of what needs a hand, for a number of it, and the verb.
HANDS: Mapping[str, tuple[Callable[[int], str], Callable[[], str]]] = MappingProxyType(
    {
        RETURNED: (lambda n: gettext("A draft came back with a note"), lambda: pgettext("verb", "Read")),
        TO_DECIDE: (lambda n: gettext("A schedule to approve"), lambda: gettext("Decide")),
        ADJUSTMENTS: (
            lambda n: ngettext("An adjustment waits for a second lead", "%(n)s adjustments wait for a second lead", n),
            lambda: gettext("Decide"),
        ),
        MERGES: (
            lambda n: ngettext(
                "A merge of two records waits for a second lead", "%(n)s merges wait for a second lead", n
            ),
            lambda: gettext("Decide"),
        ),
        PURCHASES: (
            lambda n: ngettext("A purchase waits to be authorized", "%(n)s purchases wait to be authorized", n),
            lambda: gettext("Decide"),
        ),
        LOSSES: (
            lambda n: ngettext("A prize is missing from the cabinet", "%(n)s prizes are missing from the cabinet", n),
            lambda: gettext("Decide"),
        ),
        NEAR_LIMIT: (
            lambda n: ngettext(
                "A client is near the limit of their source", "%(n)s clients are near the limit of their source", n
            ),
            lambda: gettext("Look"),
        ),
        TRAINING: (
            lambda n: ngettext("Training of one person is due", "Training of %(n)s people is due", n),
            lambda: pgettext("verb", "Record"),
        ),
        UNSIGNED: (
            lambda n: ngettext(
                "A client has not signed the agreement", "%(n)s clients have not signed the agreement", n
            ),
            lambda: gettext("Look"),
        ),
        OPEN_DAY: (lambda n: ngettext("A day was left open", "%(n)s days were left open", n), lambda: gettext("Close")),
        CHECKPOINT: (lambda n: gettext("The newest checkpoint of the ledger is old"), lambda: gettext("Take")),
    }
)


def hand(one: Hand) -> Words:
    """Return what is written about something that needs a hand."""
    if one.kind == EMPTY_TIER:
        needed = ngettext("%(n)s needed", "%(n)s needed", one.count)
        says = gettext("No %(tier)s prize in the cabinet", tier=tier_name(one.name))
        return Words(says, f"{one.more} · {needed}", gettext("Order"))
    of_number, verb = HANDS[one.kind]
    worth = gettext("worth %(money)s", money=money(one.cents)) if one.cents is not None else ""
    on_day = month_day(one.on_day) if one.on_day is not None else ""
    about = " · ".join(part for part in (one.name, one.more, worth, on_day) if part)
    return Words(of_number(one.count), about, verb())


def result(weeks: Sequence[WeekOfNegatives]) -> str:
    """Return the title of the chart: what it shows, in a sentence that is made from its numbers.

    The last full week is compared with the first one that has tests. It is neutral where one of the two has few tests,
    or where the change is smaller than ten of a hundred.
    """
    ends = compared(weeks)
    if not any(week.counts.expected for week in weeks):
        return gettext("No test was expected in these 12 weeks")
    if ends is None or any(week.counts.expected < FEW_TESTS for week in ends):
        return gettext("Negative tests in the last 12 weeks")
    before, now = (week.counts.of_expected or 0 for week in ends)
    then = _month(ends[0].monday, ends[1].monday)
    tenths = _tenths(now)
    if abs(now - before) < SMALL_CHANGE:
        return ngettext(
            "%(n)s in 10 expected tests is negative, about as many as %(then)s",
            "%(n)s in 10 expected tests are negative, about as many as %(then)s",
            tenths, then=then,
        )  # fmt: skip
    return ngettext(
        "%(n)s in 10 expected tests is negative now; %(then)s it was %(before)s in 10",
        "%(n)s in 10 expected tests are negative now; %(then)s it was %(before)s in 10",
        tenths, then=then, before=_tenths(before),
    )  # fmt: skip


def compared(weeks: Sequence[WeekOfNegatives]) -> tuple[WeekOfNegatives, WeekOfNegatives] | None:
    """Return the first and the last full week with tests, if they are two."""
    full = [week for week in weeks if week.is_over and week.counts.expected]
    return (full[0], full[-1]) if len(full) > 1 else None


def _tenths(per_mille: int) -> int:
    return (per_mille + 50) // 100


def _month(monday: date, now: date) -> str:
    """Return when an earlier week was: its month, or in the same month its first day."""
    if (monday.year, monday.month) == (now.year, now.month):
        return gettext("in the week of %(day)s", day=weekday(monday))
    named = month(monday) if monday.year == now.year else month_name(monday)
    return gettext("in %(month)s", month=named)
