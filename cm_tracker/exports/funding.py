"""The list of a tax year."""

from cm_tracker import i18n
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.funding.taxes import threshold_of
from cm_tracker.domain.measures.tables import MONEY, NUMERAL
from cm_tracker.domain.money import decimals
from cm_tracker.exports.export import Export, Field
from cm_tracker.i18n import marked
from cm_tracker.queries.funding.tax_years import TAX_YEAR, TaxFilter, TaxLine
from cm_tracker.queries.paging import ListFilter


def least_of(year: int) -> int:
    """Return from which total on clients are listed where nobody asks for another one: where a payer may report."""
    threshold = threshold_of(year, i18n.currency())
    return threshold.cents if threshold else 1


def _filter(chosen: ListFilter) -> TaxFilter:
    """Return the filter of the year in which the days lie. Raise `BadInput` without a day, and for days of two years."""
    years = {day.year for day in (chosen.since, chosen.until) if day is not None}
    if len(years) != 1:
        raise BadInput("Choose days of one calendar year.", "until")
    (year,) = years
    return TaxFilter(year, least_of(year), chosen.site_id, chosen.time_zone, chosen.client_code)


def _by_source(line: TaxLine) -> str:
    return "; ".join(f"{name or 'No source named'}: {decimals(cents)}" for name, cents in line.by_source)


TAXED = Export(
    name="tax-year",
    title=marked("Tax-year list"),
    row=marked("One client with what they were awarded in a calendar year, from every source and at every site."),
    listing=TAX_YEAR,
    filter_of=_filter,
    fields=(
        Field("year", marked("Year"), NUMERAL, marked("The calendar year.")),
        Field("client_code", marked("Client code"), meaning=marked("The client's code."), value=lambda line: line.code),
        Field("site", marked("Site"), meaning=marked("The client's site now."), value=lambda line: line.site_name),
        Field("awarded", marked("Awarded"), MONEY, marked("The sum of all awards of the year, spent or not."),
              value=lambda line: line.cents),
        Field("by_source", marked("By source"), meaning=marked("How much of it by each funding source."), value=_by_source),
    ),
)  # fmt: skip
