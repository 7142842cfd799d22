"""The money page, and the list of a tax year on a page and as a CSV file."""

from flask import Blueprint, Response, render_template, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.funding.sources import MOST_CENTS
from cm_tracker.domain.funding.taxes import Threshold, threshold_of
from cm_tracker.domain.money import decimals
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.funding.sources import TaxFilterForm
from cm_tracker.i18n import currency
from cm_tracker.labels.forecast_chart import forecast_chart
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.funding.money import SourceUse, money_page
from cm_tracker.queries.funding.tax_years import (
    TaxFilter,
    tax_lines,
    tax_list_is_longer_than,
    years_to_list,
)
from cm_tracker.queries.paging import BATCH
from cm_tracker.queries.staff.sites import sites_of, zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.csv_download import MOST_LINES, TOO_MANY, csv_download, lines_of_list
from cm_tracker.web.form_answers import cursor_from

blueprint = Blueprint("money", __name__, url_prefix="/money")


@blueprint.get("")
@allow("money:view")
def index() -> str:
    """Show where the money comes from, how long it lasts, what is owed to clients, and who is near a limit."""
    money = money_page(db.session(), actor(), clock.now())
    shown = money.source(id_in(request.args.get("source"))) or _first_to_show(money.sources)
    return render_template(
        "funding/money.html",
        money=money,
        shown=shown,
        chart=forecast_chart(shown, money.today) if shown else None,
    )


def _first_to_show(sources: tuple[SourceUse, ...]) -> SourceUse | None:
    """Return the source whose forecast is shown: the one that is used up furthest of those that have a forecast."""
    known = [use for use in sources if use.forecast is not None]
    return max(known, key=lambda use: use.total.percent or 0, default=None)


@blueprint.get("/tax-year")
@allow("money:view")
def tax_year() -> str | tuple[str, int]:
    """List the clients who were awarded an amount or more in a calendar year, by code."""
    form = _form()
    page = _page(form)
    return (page, 422) if form.errors else page


@blueprint.get("/tax-year.csv")
@allow("money:view")
def tax_year_file() -> Response | tuple[str, int]:
    """Send the same lines as a CSV file."""
    form = _form()
    chosen = _filter(form)
    if not form.errors and tax_list_is_longer_than(db.session(), actor(), chosen, MOST_LINES):
        form.year.errors = [TOO_MANY]
    if form.errors:
        return _page(form), 422
    who = actor()
    note_download(
        db.session(), list_name="tax-year", site_id=chosen.site_id, since=None, until=None, actor=who, now=clock.now()
    )
    lines = lines_of_list(lambda before: tax_lines(db.session(), who, chosen, before=before, size=BATCH))
    rows = (
        (
            line.code,
            line.site_name,
            line.cents,
            "; ".join(f"{name or 'No source named'}: {decimals(cents)}" for name, cents in line.by_source),
        )
        for line in lines
    )
    columns = ("Client code", "Site", f"Awarded in {chosen.year}, in cents", "By source")
    day = clock.day_at(clock.now(), zone_of_list(db.session(), who))
    return csv_download(f"tax-year-{chosen.year}-{day}", columns, rows)


def _form() -> TaxFilterForm:
    form = TaxFilterForm(request.args)
    today = clock.day_at(clock.now(), zone_of_list(db.session(), actor()))
    sites = sites_of(db.session(), actor())
    form.year.choices = choices([("", "This year"), *((str(year), str(year)) for year in years_to_list(today))])
    form.site_id.choices = choices([("", "All my sites"), *((str(site.id), site.name) for site in sites)])
    form.validate()
    return form


def _filter(form: TaxFilterForm) -> TaxFilter:
    today = clock.day_at(clock.now(), zone_of_list(db.session(), actor()))
    year = form.chosen_id("year") or today.year
    least = form.least.data if not form.least.errors else None
    if least is None:
        threshold = _threshold(year)
        least = threshold.cents if threshold else 1
    return TaxFilter(year, min(least, MOST_CENTS), form.chosen_id("site_id"))


def _threshold(year: int) -> Threshold | None:
    return threshold_of(year, currency())


def _page(form: TaxFilterForm) -> str:
    chosen = _filter(form)
    page = tax_lines(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "funding/tax_year.html",
        form=form,
        chosen=chosen,
        threshold=_threshold(chosen.year),
        lines=page.lines,
        older=page.older,
        query=form.in_url(),
    )
