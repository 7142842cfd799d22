"""The sources of money: a new one, and one with its terms; and who pays for an enrollment."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.funding.gaps import gap
from cm_tracker.domain.funding.sources import CALENDAR, TEMPLATES, check_source, template, year_of
from cm_tracker.domain.money import DOLLARS
from cm_tracker.forms.base import choices
from cm_tracker.forms.funding.sources import ChangeTermsForm, ChooseSourceForm, SourceForm
from cm_tracker.i18n import currency, gettext
from cm_tracker.operations.funding.add_source import add_source
from cm_tracker.operations.funding.choose_source import choose_source
from cm_tracker.operations.funding.set_terms import set_terms
from cm_tracker.queries.clients.enrollment_pages import enrollment_page
from cm_tracker.queries.funding.client_use import client_use
from cm_tracker.queries.funding.sources import enrollment_sources, open_sources, source_of, terms_lines
from cm_tracker.queries.staff.sites import earliest_today, zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("sources", __name__)


@blueprint.route("/money/sources/new", methods=["GET", "POST"])
@allow("funding:manage")
def new() -> str | Response | tuple[str, int]:
    """Enter a source of money, from scratch or from a template (`?from=samhsa`)."""
    form, today = SourceForm(), earliest_today(db.session(), clock.now())
    # The templates are in dollars.
    begun = template(request.args.get("from", "")) if currency() == DOLLARS else None
    if form.is_new:
        first_day = begun.first_day if begun else CALENDAR
        form.begin_with(first_day, year_of(first_day, today).first)
        if begun:
            form.name.data, form.kind.data, form.buys.data = begun.name, begun.kind, begun.buys
            form.client_cents.data = begun.client_cents
            if begun.from_on:
                form.from_on.data = max(begun.from_on, form.from_on.data)
    source_id = attempt(
        form,
        lambda: add_source(
            db.session(),
            name=form.name.data or "",
            kind=form.kind.data,
            first_day=form.first_day,
            from_on=form.from_on.data,
            client_cents=form.client_cents.data,
            total_cents=form.total_cents.data,
            budget_cents=form.budget_cents.data,
            buys=form.buys.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        lambda: check_source(form.name.data or "", form.kind.data or "", form.first_day),
    )
    if source_id is not None:
        flash(gettext("The source is entered. It can be chosen for enrollments now."))
        return redirect(url_for("sources.show", source_id=source_id), 303)
    return render_template(
        "funding/new.html", form=form, templates=TEMPLATES if currency() == DOLLARS else (), begun=begun
    ), status_of(form)


@blueprint.route("/money/sources/<id:source_id>", methods=["GET", "POST"])
@allow("money:view")
def show(source_id: int) -> str | Response | tuple[str, int]:
    """Show a source with its terms, and let a lead change them from a day on."""
    source = source_of(db.session(), source_id)
    form, today = ChangeTermsForm(), earliest_today(db.session(), clock.now())
    if form.is_new:
        now = source.terms_on(today)
        form.client_cents.data, form.total_cents.data, form.buys.data = now.client_cents, now.total_cents, now.buys
        form.budget_cents.data = now.budget_cents
        form.from_on.data, form.is_closed.data = today, "1" if now.is_closed else "0"
    saved = attempt(
        form,
        lambda: set_terms(
            db.session(),
            source_id=source_id,
            from_on=form.from_on.data,
            client_cents=form.client_cents.data,
            total_cents=form.total_cents.data,
            budget_cents=form.budget_cents.data,
            buys=form.buys.data or "",
            is_closed=form.is_closed.data == "1",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The terms are saved."))
        return redirect(url_for("sources.show", source_id=source_id), 303)
    page = render_template(
        "funding/source.html",
        form=form,
        source=source,
        year=source.year(today),
        lines=terms_lines(db.session(), source_id),
        zone=zone_of_list(db.session(), actor()),
    )
    return page, status_of(form)


@blueprint.route("/enrollments/<id:enrollment_id>/source", methods=["GET", "POST"])
@allow("funding:manage")
def choose(enrollment_id: int) -> str | Response | tuple[str, int]:
    """Choose who pays for an enrollment from a day on."""
    enrollment = enrollment_page(db.session(), actor(), enrollment_id, clock.now())
    today = enrollment.today
    schedule = enrollment.span.timeline.schedule_on(max(today, enrollment.span.starts_on))
    lines = open_sources(db.session(), today)
    form = ChooseSourceForm()
    form.source_id.choices = choices(
        [("", gettext("Choose who pays")), *((line.id, line.name) for line in lines), (0, gettext("None of these"))]
    )
    if form.is_new:
        form.from_on.data = max(today, enrollment.span.starts_on)
    chosen = attempt(
        form,
        lambda: choose_source(
            db.session(),
            enrollment_id=enrollment_id,
            source_id=form.source_id.data or None,
            from_on=form.from_on.data,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if chosen is not None:
        flash(gettext("Who pays is saved."))
        return redirect(url_for("enrollments.show", enrollment_id=enrollment_id), 303)
    gaps = [(line, gap(schedule, line.terms_on(today).client_cents, line.first_day)) for line in lines]
    page = render_template(
        "funding/choose.html",
        form=form,
        page=enrollment,
        paying=enrollment_sources(db.session(), enrollment_id, today),
        uses=[(line, client_use(db.session(), enrollment.client_id, line, today)) for line in lines],
        gaps=[(line, beyond) for line, beyond in gaps if beyond is not None],
    )
    return page, status_of(form)
