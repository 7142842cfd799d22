"""The calendar of a site: closed days, holidays, and who is away."""

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.day.calendar import check_closure, check_days, federal_holidays
from cm_tracker.domain.day.site_days import weeks_of_month
from cm_tracker.domain.days import FIRST_DAY, LAST_DAY, days_between, parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.forms.base import choices
from cm_tracker.forms.day.calendar import AwayForm, ClosureForm, HolidaysForm, WithdrawForm
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.labels.site_week import excused
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.add_holidays import add_holidays
from cm_tracker.operations.day.withdraw_from_calendar import withdraw_from_calendar
from cm_tracker.queries.day.days_touched import clients_expected
from cm_tracker.queries.day.week import away_before, away_from, calendar_of, closures_before, closures_from
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.staff.staff import names_at_site
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("calendar", __name__)


@blueprint.get("/sites/<id:site_id>/calendar")
@allow("service:view")
def index(site_id: int) -> str:
    """List the closed days of a site and who is away: from today on, or with `past` in the URL the past ones."""
    site = site_of(db.session(), actor(), site_id)
    session, today, is_past = db.session(), _today(site), "past" in request.args
    month = _month(today)
    return render_template(
        "day/calendar.html",
        site=site,
        today=today,
        month=month,
        weeks=weeks_of_month(month),
        entered=calendar_of(session, site_id),
        months=_beside(month),
        is_past=is_past,
        closures=(closures_before if is_past else closures_from)(session, actor(), site_id, today),
        away=(away_before if is_past else away_from)(session, actor(), site_id, today),
        form=WithdrawForm(),
    )


@blueprint.route("/sites/<id:site_id>/closures/new", methods=["GET", "POST"])
@allow("calendar:manage")
def close(site_id: int) -> str | Response | tuple[str, int]:
    """Close a site on some days."""
    site = site_of(db.session(), actor(), site_id)
    form = ClosureForm()

    def check() -> None:
        first_day = form.first_day.data
        if first_day is not None:
            closures = calendar_of(db.session(), site_id).closures
            last_day = form.last_day.data or first_day
            check_closure(first_day, last_day, form.name.data or "", form.make_up_on.data, closures)

    closure_id = attempt(
        form,
        lambda: add_closure(
            db.session(),
            site_id=site_id,
            first_day=form.first_day.data,
            last_day=form.last_day.data or form.first_day.data,
            name=form.name.data,
            make_up_on=form.make_up_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check,
    )
    if closure_id is not None:
        last_day = form.last_day.data or form.first_day.data
        clients = clients_expected(db.session(), actor(), site_id, days_between(form.first_day.data, last_day))
        flash(" ".join((gettext("The closed days are in the calendar."), excused(clients))))
        return redirect(_back_to(site_id, last_day, _today(site)), 303)
    return render_template("day/new_closure.html", form=form, site=site), status_of(form)


@blueprint.route("/sites/<id:site_id>/away/new", methods=["GET", "POST"])
@allow("calendar:manage")
def away(site_id: int) -> str | Response | tuple[str, int]:
    """Enter that a member of staff is away."""
    site = site_of(db.session(), actor(), site_id)
    names = names_at_site(db.session(), site_id)
    form = AwayForm()
    people = [(str(number), name) for number, name in names.items()]
    form.member_id.choices = choices([("", gettext("Choose somebody")), *people])
    form.stand_in_id.choices = choices([("", gettext("Nobody: their services do not meet")), *people])

    def check() -> None:
        if form.first_day.data is not None:
            check_days(form.first_day.data, form.last_day.data or form.first_day.data)

    away_id = attempt(
        form,
        lambda: add_away(
            db.session(),
            site_id=site_id,
            member_id=_id_of(form.member_id.data) or 0,
            stand_in_id=_id_of(form.stand_in_id.data),
            first_day=form.first_day.data,
            last_day=form.last_day.data or form.first_day.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check,
    )
    if away_id is not None:
        flash(gettext("The days away are in the calendar."))
        return redirect(_back_to(site_id, form.last_day.data or form.first_day.data, _today(site)), 303)
    return render_template("day/new_away.html", form=form, site=site), status_of(form)


@blueprint.route("/sites/<id:site_id>/holidays", methods=["GET", "POST"])
@allow("calendar:manage")
def holidays(site_id: int) -> str | Response | tuple[str, int]:
    """Offer the federal holidays of a year, and close the site on those that are ticked."""
    site = site_of(db.session(), actor(), site_id)
    today = _today(site)
    year = _year(today)
    closures = calendar_of(db.session(), site_id)
    lines = [(day, name, closures.closure_on(day)) for day, name in federal_holidays(year)]
    form = HolidaysForm()
    form.days.choices = choices((day.isoformat(), name) for day, name, closure in lines if closure is None)
    if form.is_new and request.args.get("tick") == "all":
        form.days.data = [day.isoformat() for day, _, closure in lines if closure is None and day >= today]
    added = attempt(
        form,
        lambda: add_holidays(
            db.session(),
            site_id=site_id,
            year=year,
            days=frozenset(parse_day(text) for text in form.days.data or ()),
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if added is not None:
        chosen = [parse_day(text) for text in form.days.data]
        clients = clients_expected(db.session(), actor(), site_id, chosen)
        said = ngettext("%(n)s holiday added to the calendar.", "%(n)s holidays added to the calendar.", added)
        flash(f"{said} {excused(clients)}")
        return redirect(url_for("calendar.index", site_id=site_id), 303)
    return (
        render_template(
            "day/holidays.html",
            form=form,
            site=site,
            year=year,
            today=today,
            lines=lines,
            years=[one for one in (year - 1, year + 1) if FIRST_DAY.year <= one <= LAST_DAY.year],
        ),
        status_of(form),
    )


@blueprint.post("/calendar/<any(closure, away):what>/<id:entry_id>/withdraw")
@allow("calendar:manage")
def withdraw(what: str, entry_id: int) -> Response:
    """Take an entry out of the calendar."""
    site_id = withdraw_from_calendar(db.session(), what=what, entry_id=entry_id, actor=actor(), now=clock.now())
    said = (
        gettext("The site is open on these days again. Visits that were recorded stay as they are.")
        if what == "closure"
        else gettext("The days away are out of the calendar. Visits that were recorded stay as they are.")
    )
    flash(said)
    return redirect(url_for("calendar.index", site_id=site_id), 303)


def _today(site: SiteLine) -> date:
    return clock.day_at(clock.now(), site.time_zone)


def _month(today: date) -> date:
    """Return the first day of the month in the URL, written as 2026-03, or of this month."""
    try:
        return parse_day(f"{request.args.get('month', '')}-01")
    except BadInput:
        return today.replace(day=1)


def _beside(month: date) -> list[date]:
    """Return the first days of the months before and after a month, where the calendar has them."""
    beside = [(month - timedelta(days=1)).replace(day=1), (month + timedelta(days=31)).replace(day=1)]
    return [one for one in beside if FIRST_DAY <= one <= LAST_DAY]


def _back_to(site_id: int, last_day: date, today: date) -> str:
    """Return the address of the list in which an entry is."""
    return url_for("calendar.index", site_id=site_id, past="yes" if last_day < today else None)


def _id_of(text: str | None) -> int | None:
    """Return the id that was chosen, None for an empty choice, and 0 for a text that is no id."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _year(today: date) -> int:
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else today.year
    return year if FIRST_DAY.year <= year <= LAST_DAY.year else today.year
