"""Where the money for rewards comes from: a grant, Medicaid, donations. Each source has its own year, or none.

A source limits what one client may receive in its year, what all clients together may, or both. Its terms hold from
a day on: a changed limit is one more row. Limits warn; the schedule and its ceilings alone decide what a visit pays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.money import Cents
from cm_tracker.domain.unseen import check_seen

GRANT, MEDICAID, DONATION, OTHER = "grant", "medicaid", "donation", "other"
KINDS = (GRANT, MEDICAID, DONATION, OTHER)
MOST_NAME, MOST_BUYS, LEAST_CHARACTERS = 60, 300, 5
MOST_CENTS = Cents(10_000_000_000)
ONE_DAY = timedelta(days=1)
# A limit, or the source of an enrollment, begins by so much before or after today at most.
FURTHEST = timedelta(days=3660)
# The first day of a year: month and day.
FirstDay = tuple[int, int]
CALENDAR: FirstDay = (1, 1)


class FundingYear(NamedTuple):
    """One year of a source, from its first to its last day. A source without a year has one that never ends."""

    first: date
    last: date

    @property
    def is_endless(self) -> bool:
        """Return whether it never ends."""
        return self.last == date.max

    def has(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a source from a day on: what a client may receive in its year, and all together, in cents.

    None is no limit. `buys` says in words what may be bought; a source that `is_closed` cannot be chosen any more.
    `budget_cents` is what is planned for purchases in each year; None where nothing is planned.
    """

    id: int
    from_on: date
    client_cents: int | None
    total_cents: int | None
    buys: str = ""
    is_closed: bool = False
    budget_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used, in cents. People are warned at 80 %."""

    used_cents: int
    limit_cents: int | None

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, rounded down, or None without a limit. Nothing of nothing is 100 %."""
        if self.limit_cents is None:
            return None
        return self.used_cents * 100 // self.limit_cents if self.limit_cents else 100

    @property
    def is_near(self) -> bool:
        """Return whether at least four fifths are used."""
        return self.limit_cents is not None and self.used_cents * 5 >= self.limit_cents * 4

    @property
    def is_over(self) -> bool:
        """Return whether more than the limit is used."""
        return self.limit_cents is not None and self.used_cents > self.limit_cents


@dataclass(frozen=True, slots=True)
class Template:
    """A source as a payer in the United States has published it, in dollars, to begin with. `source` says where the numbers are from.

    `from_on` is the day from which on the limit holds, where the payer says it.
    """

    key: str
    name: str
    kind: str
    first_day: FirstDay | None
    client_cents: int
    from_on: date | None
    buys: str
    source: str


_NO_CASH = "Items, vouchers and gift cards. No cash."
TEMPLATES = (
    Template(
        "samhsa", "SAMHSA grant", GRANT, (9, 30), 75_000, date(2025, 1, 1), _NO_CASH,
        "SAMHSA, since January 2025 (ruralsudinfo.org, January 22, 2025), for a client and budget year. The notice of "
        "award names the first day of that year.",
    ),
    Template(
        "sor", "State opioid response, earlier terms", GRANT, (9, 30), 7_500, None, _NO_CASH,
        "State Opioid Response grants before 2025, for a client and budget year.",
    ),
    Template(
        "medi-cal", "Medi-Cal", MEDICAID, CALENDAR, 59_900, None,
        "Gift cards that buy no cannabis, tobacco, alcohol or lottery tickets.",
        "California, Recovery Incentives Program, for a client and calendar year.",
    ),
    Template(
        "michigan", "Michigan Medicaid", MEDICAID, CALENDAR, 59_900, None, _NO_CASH,
        "Michigan, Recovery Incentives pilot, for a client and calendar year.",
    ),
)  # fmt: skip


def template(key: str) -> Template | None:
    """Return a template by its key, or None."""
    return next((one for one in TEMPLATES if one.key == key), None)


def year_of(first_day: FirstDay | None, day: date) -> FundingYear:
    """Return the year of a source in which a day lies."""
    if first_day is None:
        return FundingYear(date.min, date.max)
    begins = date(day.year, *first_day)
    first = begins if begins <= day else date(day.year - 1, *first_day)
    return FundingYear(first, date(first.year + 1, *first_day) - ONE_DAY)


def terms_on(terms: Iterable[Terms], day: date) -> Terms | None:
    """Return the terms that hold on a day, or None. Of two that begin on one day, the later ones count."""
    begun = [one for one in terms if one.from_on <= day]
    return max(begun, key=lambda one: (one.from_on, one.id)) if begun else None


def check_source(name: str, kind: str, first_day: FirstDay | None) -> None:
    """Raise a refusal for a source without a name, of an unknown kind, or with a year that begins on no day."""
    refusals = AllRefusals()
    with refusals:
        if not 1 <= len(name.strip()) <= MOST_NAME:
            raise BadInput("Give the source a name of up to %(most)s characters.", "name", most=MOST_NAME)
        check_seen(name, "name")
    with refusals:
        if kind not in KINDS:
            raise BadInput("Choose what kind of source it is.", "kind")
    with refusals:
        if first_day is not None and not _is_of_every_year(first_day):
            raise BadInput("Choose a day that every year has, such as July 1.", "year_day")
    refusals.raise_any()


def _is_of_every_year(first_day: FirstDay) -> bool:
    try:
        date(2001, *first_day)  # no leap year
    except ValueError:
        return False
    return True


def check_terms(
    client_cents: int | None,
    total_cents: int | None,
    buys: str,
    from_on: date,
    today: date,
    budget_cents: int | None = None,
) -> None:
    """Raise a refusal for amounts that are out of bounds, for too many words, or for a first day too far from today."""
    refusals = AllRefusals()
    amounts = {"client_cents": client_cents, "total_cents": total_cents, "budget_cents": budget_cents}
    for field, cents in amounts.items():
        with refusals:
            if cents is not None and not 0 < cents <= MOST_CENTS:
                raise BadInput(
                    "Give an amount from %(least)s to %(most)s, or leave it empty for no limit.",
                    field,
                    least=Cents(1),
                    most=MOST_CENTS,
                )
    with refusals:
        if len(buys) > MOST_BUYS:
            raise BadInput("Say in up to %(most)s characters what may be bought.", "buys", most=MOST_BUYS)
        check_seen(buys, "buys")
    with refusals:
        check_near(from_on, today)
    refusals.raise_any()


def check_reason(reason: str) -> None:
    """Raise `BadInput` for a reason that nobody would understand later."""
    if len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say in a few words why another source pays.", "reason")


def check_near(from_on: date, today: date) -> None:
    """Raise `BadInput` for a first day that is further away than ten years."""
    if abs(from_on - today) > FURTHEST:
        raise BadInput("Choose a day within ten years of today.", "from_on")
