"""The words of the money page. Its titles are sentences made from the numbers; they claim nothing where little is known."""

from datetime import date, timedelta

from babel.dates import format_date, format_skeleton

from cm_tracker.domain.funding.forecast import LEAST_WEEKS, Forecast
from cm_tracker.domain.funding.gaps import Gap
from cm_tracker.domain.funding.sources import DONATION, GRANT, MEDICAID, OTHER, FirstDay, FundingYear, Terms, Use
from cm_tracker.domain.funding.taxes import FROM_2026_CENTS, UNTIL_2025_CENTS
from cm_tracker.i18n import day, gettext, language, lazy, marked, money, ngettext
from cm_tracker.labels.counting import listed
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.funding.money import Money, SourceUse, TaxYear

KINDS = {GRANT: lazy("Grant"), MEDICAID: lazy("Medicaid"), DONATION: lazy("Donation"), OTHER: lazy("Other")}
# The names of the templates of `domain.funding.sources`, and where their amounts are from.
TEMPLATES = (
    marked("SAMHSA grant"),
    marked(
        "SAMHSA, since January 2025 (ruralsudinfo.org, January 22, 2025), for a client and budget year. The notice of "
        "award names the first day of that year."
    ),
    marked("State opioid response, earlier terms"),
    marked("State Opioid Response grants before 2025, for a client and budget year."),
    marked("Medi-Cal"),
    marked("California, Recovery Incentives Program, for a client and calendar year."),
    marked("Michigan Medicaid"),
    marked("Michigan, Recovery Incentives pilot, for a client and calendar year."),
)
# A source that may run out within so many days is said to run out soon.
SOON = timedelta(days=60)


def kind(name: str) -> str:
    """Return what kind of source it is."""
    return str(KINDS.get(name, name))


def year_begins(first_day: FirstDay | None) -> str:
    """Return when the year of a source begins: Calendar year; Year from Sep 30; No year."""
    if first_day is None:
        return gettext("No year")
    if first_day == (1, 1):
        return gettext("Calendar year")
    return gettext("Year from %(day)s", day=format_skeleton("MMMd", date(2001, *first_day), locale=language()))


def this_year(of: FundingYear) -> str:
    """Return from when to when the present year of a source runs."""
    if of.is_endless:
        return gettext("this year: All the time")
    return gettext("this year: %(first)s to %(last)s", first=day(of.first), last=day(of.last))


def client_limit(terms: Terms) -> str:
    """Return what a client may receive: $750.00 a client; no limit for a client."""
    if terms.client_cents is None:
        return gettext("no limit for a client")
    return gettext("%(money)s a client", money=money(terms.client_cents))


def limit(cents: int | None) -> str:
    """Return a limit, or that there is none."""
    return gettext("no limit") if cents is None else money(cents)


def of_limit(use: Use) -> str:
    """Return how much of a limit is used: $6,840.00 of $48,000.00; without a limit the amount alone."""
    if use.limit_cents is None:
        return money(use.used_cents)
    return gettext("%(used)s of %(limit)s", used=money(use.used_cents), limit=money(use.limit_cents))


def used(use: Use) -> Tag:
    """Return the used share as a tag, warm from 80 % on."""
    if use.percent is None:
        return Tag(gettext("no limit"), "")
    if use.is_over:
        return Tag(gettext("▲ %(percent)s%% used, over the limit", percent=use.percent), "warm")
    if use.is_near:
        return Tag(gettext("▲ %(percent)s%% used", percent=use.percent), "warm")
    return Tag(gettext("%(percent)s%% used", percent=use.percent), "")


def budget(use: Use) -> Tag:
    """Return the share of a budget that is authorized as a tag, warm from 80 % on."""
    if use.percent is None:
        return Tag(gettext("no budget"), "")
    if use.is_over:
        return Tag(gettext("▲ %(percent)s%%, over the budget", percent=use.percent), "warm")
    if use.is_near:
        return Tag(gettext("▲ %(percent)s%% of the budget", percent=use.percent), "warm")
    return Tag(gettext("%(percent)s%% of the budget", percent=use.percent), "")


def over_budget(source_name: str, use: Use, cents: int) -> str:
    """Return that a purchase would pass the budget of its source, or nothing where it would not."""
    after = Use(use.used_cents + cents, use.limit_cents)
    if not after.is_over:
        return ""
    return gettext(
        "With this purchase, %(money)s of %(source)s would be authorized this year. Its budget for purchases is "
        "%(budget)s. It can be authorized all the same.",
        money=money(after.used_cents),
        source=source_name,
        budget=money(use.limit_cents or 0),
    )


def choice(source_name: str, use: Use) -> str:
    """Return a source as a choice: its name, and what is left of its budget for purchases."""
    if use.limit_cents is None:
        return source_name
    left = money(max(use.limit_cents - use.used_cents, 0))
    return gettext("%(source)s (%(money)s left of its budget)", source=source_name, money=left)


def title(money: Money) -> str:
    """Return the sentence of the page: which sources are used up, run out before their year ends, or last."""
    limited = [use for use in money.sources if use.total.limit_cents is not None]
    if not money.sources:
        return gettext("No source of money is entered yet")
    if not limited:
        return gettext("No source has a limit for all clients")
    over = [use.line.name for use in limited if use.total.is_over]
    if over:
        return ngettext("%(names)s is over the limit", "%(names)s are over the limit", len(over), names=_names(over))
    short = [use.line.name for use in limited if runs_short(use, money.today)]
    if short:
        return ngettext(
            "%(names)s may run out too early", "%(names)s may run out too early", len(short), names=_names(short)
        )
    if any(_is_known(use) for use in limited):
        return gettext("The money is likely to last")
    return gettext("It is too early to say how long the money lasts")


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
        return gettext("Nothing is left.")
    if use.runs_out_on is None:
        return ""
    if use.runs_out_on > use.year.last:
        return gettext("It is likely to last its year.")
    return gettext("At today’s pace it lasts until about %(day)s.", day=day(use.runs_out_on))


def forecast_title(use: SourceUse) -> str:
    """Return the sentence above the forecast of a source: to which day, about how much, of how much."""
    if use.forecast is None:
        return gettext("%(source)s: too early for a forecast", source=use.line.name)
    name, last, likely = use.line.name, day(use.forecast.last), money(use.forecast.likely_cents)
    if use.total.limit_cents is None:
        return gettext("%(source)s to %(day)s: about %(money)s", source=name, day=last, money=likely)
    return gettext(
        "%(source)s to %(day)s: about %(money)s of %(limit)s",
        source=name,
        day=last,
        money=likely,
        limit=money(use.total.limit_cents),
    )


def forecast_method(forecast: Forecast | None) -> str:
    """Return how the forecast was made, or why there is none."""
    if forecast is None:
        return gettext(
            "A forecast needs %(weeks)s full weeks with somebody enrolled under this source, and a year that ends.",
            weeks=LEAST_WEEKS,
        )
    return ngettext(
        "What is spent so far, and what the %(n)s last full week cost for as many clients as are enrolled today. "
        "The band is where 90 of 100 such years would end. It knows of no holiday and no new schedule.",
        "What is spent so far, and what the %(n)s last full weeks cost for as many clients as are enrolled today. "
        "The band is where 90 of 100 such years would end. It knows of no holiday and no new schedule.",
        forecast.weeks,
    )


def near(n: int) -> str:
    """Return the title of the list of clients near a limit."""
    if not n:
        return gettext("Nobody is near a limit")
    return ngettext("%(n)s client near a limit", "%(n)s clients near a limit", n)


def gap_sentence(gap: Gap) -> str:
    """Return by what a schedule may pay more than a source allows."""
    values = {"most": money(gap.most_cents), "limit": money(gap.limit_cents)}
    if gap.ceiling_cents is None:
        return gettext(
            "It may pay a client up to %(most)s; the source allows %(limit)s in a year, and it has no ceiling of its own "
            "for a year.",
            **values,
        )
    values["ceiling"] = money(gap.ceiling_cents)
    if gap.is_of_other_year:
        return gettext(
            "It may pay a client up to %(most)s; the source allows %(limit)s in a year, and its own ceiling of "
            "%(ceiling)s counts other days.",
            **values,
        )
    return gettext(
        "It may pay a client up to %(most)s; the source allows %(limit)s in a year, and its own ceiling is %(ceiling)s.",
        **values,
    )


def taxes(tax: TaxYear) -> str:
    """Return the title of the tax panel: how many clients reach the threshold of the year."""
    values = {"year": tax.year, "money": money(tax.threshold.cents)}
    if not tax.clients:
        return gettext("Taxes in %(year)s: nobody has %(money)s or more", **values)
    return ngettext(
        "Taxes in %(year)s: %(n)s client has %(money)s or more",
        "Taxes in %(year)s: %(n)s clients have %(money)s or more",
        tax.clients,
        **values,
    )


def tax_fact(tax_year: int, is_indexed: bool) -> str:
    """Return the fact about reporting, which is no advice."""
    if is_indexed:
        return gettext(
            "In the United States the figure of %(money)s is adjusted for inflation from 2027 on, so that of %(year)s is "
            "somewhat higher. Ask your tax adviser.",
            money=money(FROM_2026_CENTS),
            year=tax_year,
        )
    return gettext(
        "In the United States, payments of a year above a figure may have to be reported: %(before)s until 2025, "
        "%(money)s from 2026, adjusted for inflation from 2027. Ask your tax adviser.",
        before=money(UNTIL_2025_CENTS),
        money=money(FROM_2026_CENTS),
    )


def cabinet_title(today: date) -> str:
    """Return the title of what came into the cabinet, and was lost from it, in the month of a day."""
    return gettext("The cabinet in %(month)s", month=format_date(today, "LLLL", locale=language()))


def _names(names: list[str]) -> str:
    return listed(names, gettext("and"))
