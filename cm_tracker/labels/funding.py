"""The words of the money page. Its titles are sentences made from the numbers; they claim nothing where little is known."""

from datetime import date, timedelta

from cm_tracker.domain.funding.forecast import LEAST_WEEKS, Forecast
from cm_tracker.domain.funding.gaps import Gap
from cm_tracker.domain.funding.sources import DONATION, GRANT, MEDICAID, OTHER, FirstDay, FundingYear, Terms, Use
from cm_tracker.domain.funding.taxes import FROM_2026_CENTS, UNTIL_2025_CENTS
from cm_tracker.i18n import day, money
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.funding.money import Money, SourceUse, TaxYear

KINDS = {GRANT: "Grant", MEDICAID: "Medicaid", DONATION: "Donation", OTHER: "Other"}
# A source that may run out within so many days is said to run out soon.
SOON = timedelta(days=60)


def kind(name: str) -> str:
    """Return what kind of source it is."""
    return KINDS.get(name, name)


def year_begins(first_day: FirstDay | None) -> str:
    """Return when the year of a source begins: Calendar year; Year from Sep 30; No year."""
    if first_day is None:
        return "No year"
    if first_day == (1, 1):
        return "Calendar year"
    return f"Year from {date(2001, *first_day):%b} {first_day[1]}"


def year(of: FundingYear) -> str:
    """Return from when to when a year runs."""
    return "All the time" if of.is_endless else f"{day(of.first)} to {day(of.last)}"


def client_limit(terms: Terms) -> str:
    """Return what a client may receive: $750.00 a client; no limit for a client."""
    return "no limit for a client" if terms.client_cents is None else f"{money(terms.client_cents)} a client"


def limit(cents: int | None) -> str:
    """Return a limit, or that there is none."""
    return "no limit" if cents is None else money(cents)


def of_limit(use: Use) -> str:
    """Return how much of a limit is used: $6,840.00 of $48,000.00; without a limit the amount alone."""
    return money(use.used_cents) + ("" if use.limit_cents is None else f" of {money(use.limit_cents)}")


def used(use: Use) -> Tag:
    """Return the used share as a tag, warm from 80 % on."""
    if use.percent is None:
        return Tag("no limit", "")
    if use.is_over:
        return Tag(f"▲ {use.percent}% used, over the limit", "warm")
    return Tag(f"{'▲ ' if use.is_near else ''}{use.percent}% used", "warm" if use.is_near else "")


def budget(use: Use) -> Tag:
    """Return the share of a budget that is authorized as a tag, warm from 80 % on."""
    if use.percent is None:
        return Tag("no budget", "")
    if use.is_over:
        return Tag(f"▲ {use.percent}%, over the budget", "warm")
    return Tag(f"{'▲ ' if use.is_near else ''}{use.percent}% of the budget", "warm" if use.is_near else "")


def over_budget(source_name: str, use: Use, cents: int) -> str:
    """Return that a purchase would pass the budget of its source, or nothing where it would not."""
    after = Use(use.used_cents + cents, use.limit_cents)
    if not after.is_over:
        return ""
    return (
        f"With this purchase, {money(after.used_cents)} of {source_name} would be authorized this year. Its budget for "
        f"purchases is {money(use.limit_cents or 0)}. It can be authorized all the same."
    )


def choice(source_name: str, use: Use) -> str:
    """Return a source as a choice: its name, and what is left of its budget for purchases."""
    if use.limit_cents is None:
        return source_name
    return f"{source_name} ({money(max(use.limit_cents - use.used_cents, 0))} left of its budget)"


def title(money: Money) -> str:
    """Return the sentence of the page: which sources are used up, run out before their year ends, or last."""
    limited = [use for use in money.sources if use.total.limit_cents is not None]
    if not money.sources:
        return "No source of money is entered yet"
    if not limited:
        return "No source has a limit for all clients"
    over = [use.line.name for use in limited if use.total.is_over]
    if over:
        return f"{_names(over)} {'is' if len(over) == 1 else 'are'} over the limit"
    short = [use.line.name for use in limited if runs_short(use, money.today)]
    if short:
        return f"{_names(short)} may run out too early"
    if any(_is_known(use) for use in limited):
        return "The money is likely to last"
    return "It is too early to say how long the money lasts"


def runs_short(use: SourceUse, today: date) -> bool:
    """Return whether a source is likely to be used up before its year ends, or soon where it has no year."""
    if use.forecast is not None and use.total.limit_cents is not None:
        return use.forecast.likely_cents > use.total.limit_cents
    return use.runs_out_on is not None and use.year.is_endless and use.runs_out_on - today <= SOON


def _is_known(use: SourceUse) -> bool:
    return use.forecast is not None or use.runs_out_on is not None


def lasts(use: SourceUse, today: date) -> str:
    """Return how long a source lasts, in a few words, or nothing where it is not known or has no limit."""
    if use.total.limit_cents is None:
        return ""
    if use.total.is_over or use.runs_out_on == today:
        return "Nothing is left."
    if use.runs_out_on is None:
        return ""
    if use.runs_out_on > use.year.last:
        return "It is likely to last its year."
    return f"At today’s pace it lasts until about {day(use.runs_out_on)}."


def forecast_title(use: SourceUse) -> str:
    """Return the sentence above the forecast of a source: to which day, about how much, of how much."""
    if use.forecast is None:
        return f"{use.line.name}: too early for a forecast"
    of = "" if use.total.limit_cents is None else f" of {money(use.total.limit_cents)}"
    return f"{use.line.name} to {day(use.forecast.last)}: about {money(use.forecast.likely_cents)}{of}"


def forecast_method(forecast: Forecast | None) -> str:
    """Return how the forecast was made, or why there is none."""
    if forecast is None:
        return (
            f"A forecast needs {LEAST_WEEKS} full weeks with somebody enrolled under this source, and a year that ends."
        )
    return (
        f"What is spent so far, and what the {counted(forecast.weeks, 'last full week')} cost for as many clients as are "
        "enrolled today. The band is where 90 of 100 such years would end. It knows of no holiday and no new schedule."
    )


def near(n: int) -> str:
    """Return the title of the list of clients near a limit."""
    return f"{counted(n, 'client')} near a limit" if n else "Nobody is near a limit"


def gap_sentence(gap: Gap) -> str:
    """Return by what a schedule may pay more than a source allows."""
    if gap.ceiling_cents is None:
        ceiling = "it has no ceiling of its own for a year"
    elif gap.is_of_other_year:
        ceiling = f"its own ceiling of {money(gap.ceiling_cents)} counts other days"
    else:
        ceiling = f"its own ceiling is {money(gap.ceiling_cents)}"
    return (
        f"It may pay a client up to {money(gap.most_cents)}; the source allows {money(gap.limit_cents)} in a year, and "
        f"{ceiling}."
    )


def taxes(tax: TaxYear) -> str:
    """Return the title of the tax panel: how many clients reach the threshold of the year."""
    if not tax.clients:
        return f"Taxes in {tax.year}: nobody has {money(tax.threshold.cents)} or more"
    verb = "has" if tax.clients == 1 else "have"
    return f"Taxes in {tax.year}: {counted(tax.clients, 'client')} {verb} {money(tax.threshold.cents)} or more"


def tax_fact(tax_year: int, is_indexed: bool) -> str:
    """Return the fact about reporting, which is no advice."""
    if is_indexed:
        return (
            f"In the United States the figure of {money(FROM_2026_CENTS)} is adjusted for inflation from 2027 on, so that "
            f"of {tax_year} is somewhat higher. Ask your tax adviser."
        )
    return (
        "In the United States, payments of a year above a figure may have to be reported: "
        f"{money(UNTIL_2025_CENTS)} until 2025, {money(FROM_2026_CENTS)} from 2026, adjusted for inflation from 2027. "
        "Ask your tax adviser."
    )


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
