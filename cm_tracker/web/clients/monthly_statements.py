"""A client's month to print, in their language: what they had, what came in, what went out."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.days import FIRST_DAY, parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.i18n import set_language
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.monthly_statement import monthly_statement
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.web.access import actor, allow

blueprint = Blueprint("monthly_statements", __name__)


@blueprint.get("/clients/<id:client_id>/statement")
@allow("visit:view")
def show(client_id: int) -> str:
    """Show a month of a client in their language, to print: this month, or the one that is asked for."""
    client = client_name(db.session(), actor(), client_id)
    this_month = clock.day_at(clock.now(), client.time_zone).replace(day=1)
    first = _month(this_month)
    end = _next(first)
    statement = monthly_statement(db.session(), client, first, end)
    site = site_of(db.session(), actor(), client.site_id)
    set_language(client.language)
    return render_template(
        "clients/printed_statement.html",
        client=client,
        site=site,
        statement=statement,
        first=first,
        last=end - timedelta(days=1),
        is_over=first < this_month,
        earlier=(first - timedelta(days=1)).replace(day=1) if first > FIRST_DAY else None,
        later=end if first < this_month else None,
    )


def _month(this_month: date) -> date:
    """Return the first day of the month in the URL, written as 2026-03. Any other text, or one to come, is this month."""
    try:
        month = parse_day(f"{request.args.get('month', '')}-01")
    except BadInput:
        return this_month
    return month if FIRST_DAY <= month <= this_month else this_month


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
