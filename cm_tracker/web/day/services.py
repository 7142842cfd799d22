"""The services of a site: its week, the list of services, and adding, changing and retiring one."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.day.services import Meeting, Service, check_service
from cm_tracker.domain.day.site_days import monday_of, site_days
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.forms.base import choices
from cm_tracker.forms.day.services import NOBODY, RetireServiceForm, ServiceForm, service_form
from cm_tracker.i18n import day as day_in_words
from cm_tracker.i18n import gettext, ngettext
from cm_tracker.labels.day import EVERY_WEEKDAY, KIND_CHOICES, WEEKDAY_NAMES
from cm_tracker.labels.site_week import touched
from cm_tracker.operations.day.retire_service import retire_service
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.queries.day.service_codes import codes_at
from cm_tracker.queries.day.service_use import ServiceUse, clients_by_service, service_use
from cm_tracker.queries.day.week import service_lines, service_of, site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of, sites_of
from cm_tracker.queries.staff.staff import names_at_site
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("services", __name__)
ONE_WEEK = timedelta(days=7)
# Weeks far away from this one have nothing to show, and the calendar ends somewhere.
MOST_WEEKS = 520


@blueprint.get("/week")
@allow("service:view")
def sites() -> str | Response:
    """Go to the week of the only site, or list the sites."""
    lines = sites_of(db.session(), actor())
    if len(lines) == 1:
        return redirect(url_for("services.index", site_id=lines[0].id))
    return render_template("day/sites.html", sites=lines)


@blueprint.get("/sites/<id:site_id>/services")
@allow("service:view")
def index(site_id: int) -> str:
    """Show the services of a site: a week of them, and the list. `week` in the URL is a day of the week."""
    site = site_of(db.session(), actor(), site_id)
    today = _today(site)
    monday = monday_of(_shown_day(today))
    lines = service_lines(db.session(), actor(), site_id)
    return render_template(
        "day/services.html",
        site=site,
        today=today,
        days=site_days(site_week(db.session(), site_id), monday),
        monday=monday,
        last_day=monday + ONE_WEEK - timedelta(days=1),
        before=monday - ONE_WEEK,
        after=monday + ONE_WEEK,
        lines=[line for line in lines if not line.is_retired],
        retired=[line for line in lines if line.is_retired],
        names={**_leaders(lines), **names_at_site(db.session(), site_id)},
        clients=clients_by_service(db.session(), actor(), site_id, today),
        codes=codes_at(db.session(), [site_id]),
    )


@blueprint.route("/sites/<id:site_id>/services/new", methods=["GET", "POST"])
@allow("service:manage")
def new(site_id: int) -> str | Response | tuple[str, int]:
    """Add a service."""
    site = site_of(db.session(), actor(), site_id)
    form = _form(site_id)
    if form.is_new:
        form.from_on.data = _today(site)
    if _save(form, site_id, None) is not None:
        flash(gettext("The service is added."))
        return redirect(url_for("services.index", site_id=site_id), 303)
    return render_template("day/new_service.html", form=form, site=site, days=_days(form)), status_of(form)


@blueprint.route("/services/<id:service_id>/change", methods=["GET", "POST"])
@allow("service:manage")
def change(service_id: int) -> str | Response | tuple[str, int]:
    """Change a service from a day on."""
    line = service_of(db.session(), actor(), service_id)
    service = line.service
    site = site_of(db.session(), actor(), service.site_id)
    today = _today(site)
    if line.is_retired:
        flash(gettext("The service is retired. Add it again if it is to meet again."))
        return redirect(url_for("services.index", site_id=site.id), 303)
    begins_on, meetings = _newest(service, today)
    form = _form(site.id, line.leader_name, service.leader_id)
    # The times that the page showed: without its tick, one of them is no time that somebody typed.
    form.known = {one.weekday: one.time_of_day for one in meetings}
    if form.is_new:
        form.fill(service, meetings)
        form.from_on.data = begins_on
    use = service_use(db.session(), actor(), site.id, service_id, today)
    if _save(form, site.id, service) is not None:
        said = gettext("The service is changed from %(day)s on.", day=day_in_words(form.from_on.data))
        flash(f"{said} {_not_met(form, use)}".strip())
        return redirect(url_for("services.index", site_id=site.id), 303)
    return (
        render_template("day/change_service.html", form=form, site=site, service=service, use=use, days=_days(form)),
        status_of(form),
    )


@blueprint.route("/services/<id:service_id>/retire", methods=["GET", "POST"])
@allow("service:manage")
def retire(service_id: int) -> str | Response | tuple[str, int]:
    """Retire a service after a last day."""
    line = service_of(db.session(), actor(), service_id)
    site = site_of(db.session(), actor(), line.service.site_id)
    form = RetireServiceForm()
    if form.is_new:
        form.last_day.data = _today(site)
    site_id = attempt(
        form,
        lambda: retire_service(
            db.session(), service_id=service_id, last_day=form.last_day.data, actor=actor(), now=clock.now()
        ),
    )
    use = service_use(db.session(), actor(), site.id, service_id, _today(site))
    if site_id is not None:
        said = gettext("The service meets until %(day)s.", day=day_in_words(form.last_day.data))
        reminder = gettext("%(clients)s: change the plans.", clients=touched(use.clients)) if use.clients else ""
        flash(f"{said} {reminder}".strip())
        return redirect(url_for("services.index", site_id=site_id), 303)
    return render_template("day/retire_service.html", form=form, site=site, line=line, use=use), status_of(form)


def _today(site: SiteLine) -> date:
    return clock.day_at(clock.now(), site.time_zone)


def _shown_day(today: date) -> date:
    """Return the day of the URL, or today for a text that is no day and for a day too far away."""
    try:
        day = parse_day(request.args.get("week", ""))
    except BadInput:
        return today
    return day if abs(day - today) <= MOST_WEEKS * ONE_WEEK else today


def _leaders(lines: Any) -> dict[int, str]:
    return {line.service.leader_id: line.leader_name for line in lines if line.service.leader_id is not None}


def _form(site_id: int, leader_name: str | None = None, leader_id: int | None = None) -> ServiceForm:
    """Return the form with its choices. Who led the service and works here no more stays in the list."""
    form = service_form(tuple(str(name) for name in WEEKDAY_NAMES))()
    form.kind.choices = choices([("", gettext("Choose the kind")), *KIND_CHOICES])
    names = names_at_site(db.session(), site_id)
    if leader_id is not None and leader_id not in names:
        names[leader_id] = gettext("%(name)s (works here no more)", name=leader_name)
    form.leader_id.choices = choices([(NOBODY, gettext("Nobody yet")), *((str(one), names[one]) for one in names)])
    return form


def _save(form: ServiceForm, site_id: int, old: Service | None) -> int | None:
    """Save a service from its form, and return its id; or None, where the form was not sent or has problems."""

    def save() -> int:
        return save_service(
            db.session(),
            site_id=site_id,
            service_id=old.id if old else None,
            name=form.name.data,
            kind=form.kind.data,
            leader_id=form.leader,
            place=form.place.data,
            capacity=form.capacity.data,
            meetings=form.meetings(),
            from_on=form.from_on.data,
            shown=form.shown.data or None,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    def check() -> None:
        name, kind, place = (field.data or "" for field in (form.name, form.kind, form.place))
        is_known = form.leader is None or form.leader in names_at_site(db.session(), site_id)
        check_service(name, kind, place, form.capacity.data, form.meetings(is_draft=True), is_known)

    return attempt(form, save, check)


def _days(form: ServiceForm) -> list[tuple[Any, Any]]:
    return [(form[f"day_{number}"], form[f"time_{number}"]) for number in range(len(WEEKDAY_NAMES))]


def _newest(service: Service, today: date) -> tuple[date, tuple[Meeting, ...]]:
    """Return the meetings that a change begins with, and its first day: today, or when the last change begins."""
    begins_on = max([today, *(one.from_on for one in service.meetings)])
    in_force = tuple(one for one in service.meetings if one.is_in_force(begins_on))
    if in_force:
        return begins_on, in_force
    last_days = [one.until_on for one in service.meetings if one.until_on is not None]
    return today, tuple(one for one in service.meetings if one.until_on == max(last_days))


def _not_met(form: ServiceForm, use: ServiceUse) -> str:
    """Return who is planned on a weekday on which the service does not meet any more, as sentences."""
    met = {one.weekday for one in form.meetings()}
    gone = [(EVERY_WEEKDAY[number], count) for number, count in use.by_weekday.items() if number not in met]
    if not gone:
        return ""
    days = ", ".join(
        ngettext("%(n)s client on %(weekdays)s", "%(n)s clients on %(weekdays)s", count, weekdays=name)
        for name, count in gone
    )
    return gettext("It is still planned for %(clients)s: change their plans.", clients=days)
