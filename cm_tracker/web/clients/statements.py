"""What a client earned and used in some days, on a paper in their language: what they had, what came in, what went out."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.days import FIRST_DAY, parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.forms.base import FilterForm
from cm_tracker.i18n import gettext
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.statement import first_enrolled, statement
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.papers import show_paper

blueprint = Blueprint("statements", __name__)


@blueprint.get("/clients/<id:client_id>/statement")
@allow("visit:view")
def show(client_id: int) -> str | Response | tuple[str | Response, int]:
    """Show a statement for a client, to print: of this month, of the month that is asked for, or of any days."""
    client = client_name(db.session(), actor(), client_id)
    today = clock.day_at(clock.now(), client.time_zone)
    form = FilterForm(request.args)
    del form.site_id, form.client_code
    is_valid = form.validate()
    since, until = form.chosen("since"), form.chosen("until")
    is_month = not (is_valid and (since or until))
    month = _month(today.replace(day=1))
    begins = first_enrolled(db.session(), client.id)
    if is_month:
        first, last = month, _next(month) - timedelta(days=1)
    else:
        last = min(until or today, today)
        first = min(since or begins or last, last)
    around = {
        "client": client,
        "form": form,
        "begins": begins,
        "earlier": (month - timedelta(days=1)).replace(day=1) if month > FIRST_DAY else None,
        "later": _next(month) if month < today.replace(day=1) else None,
    }
    of_days = statement(db.session(), client, first, last + timedelta(days=1))
    if of_days.is_cut:
        form.since.errors = [gettext("These days have more lines than fit on one paper. Choose fewer days.")]
        return render_template("clients/statement.html", spoken=client.language, paper="", **around), 422
    page = show_paper(
        "clients/statement.html",
        "statement",
        language=client.language,
        code=client.code,
        time_zone=client.time_zone,
        site=site_of(db.session(), actor(), client.site_id),
        statement=of_days,
        first=first,
        last=last,
        is_month=is_month,
        is_over=last < today,
        **around,
    )
    return page if is_valid else (page, 422)


def _month(this_month: date) -> date:
    """Return the first day of the month in the URL, written as 2026-03. Any other text, or one to come, is this month."""
    try:
        month = parse_day(f"{request.args.get('month', '')}-01")
    except BadInput:
        return this_month
    return month if FIRST_DAY <= month <= this_month else this_month


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
