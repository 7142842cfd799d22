"""The money page, and the list of a tax year on a page, as a file and on paper."""

from flask import Blueprint, render_template, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.funding.sources import MOST_CENTS
from cm_tracker.domain.funding.taxes import threshold_of
from cm_tracker.exports.funding import TAXED, least_of
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.funding.sources import TaxFilterForm
from cm_tracker.i18n import currency, gettext
from cm_tracker.labels.forecast_chart import forecast_chart
from cm_tracker.queries.funding.money import SourceUse, money_page
from cm_tracker.queries.funding.tax_years import (
    TaxFilter,
    tax_lines,
    years_to_list,
)
from cm_tracker.queries.staff.sites import zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.list_files import Answer, offer_sites, send_list

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


@blueprint.get("/tax-year.<any(csv, xlsx, print):way>")
@allow("money:view", fresh=True)
def tax_year_file(way: str) -> Answer:
    """Send the same lines as a file, or show them to be printed."""
    form = _form()
    return send_list(TAXED, way, form, _filter(form), lambda: _page(form), narrowed_by="year")


def _form() -> TaxFilterForm:
    form = TaxFilterForm(request.args)
    today = clock.day_at(clock.now(), zone_of_list(db.session(), actor()))
    offer_sites(form)
    form.year.choices = choices(
        [("", gettext("This year")), *((str(year), str(year)) for year in years_to_list(today))]
    )
    form.validate()
    return form


def _filter(form: TaxFilterForm) -> TaxFilter:
    today = clock.day_at(clock.now(), zone_of_list(db.session(), actor()))
    year = form.chosen_id("year") or today.year
    least = form.least.data if not form.least.errors else None
    if least is None:
        least = least_of(year)
    site_id = form.chosen_id("site_id")
    zone = zone_of_list(db.session(), actor(), site_id)
    return TaxFilter(year, min(least, MOST_CENTS), site_id, zone)


def _page(form: TaxFilterForm) -> str:
    chosen = _filter(form)
    page = tax_lines(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "funding/tax_year.html",
        form=form,
        chosen=chosen,
        threshold=threshold_of(chosen.year, currency()),
        lines=page.lines,
        older=page.older,
        query=form.in_url(),
    )
