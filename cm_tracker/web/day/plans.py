"""A client's plan and week: change the plan, look at a week, and print it for the client."""

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.day.client_week import meetings_from, minutes_of_plan, monday_of, paid_tests
from cm_tracker.domain.day.plans import FIRST, PlanItem, check_first_day, check_plan, fewest_hours_between, plan_on
from cm_tracker.domain.day.services import TEST_VISIT
from cm_tracker.domain.days import FIRST_DAY, LAST_DAY, parse_day
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.forms.day.plans import Offered, PlanForm, plan_form
from cm_tracker.i18n import day as day_name
from cm_tracker.i18n import gettext
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.queries.day.client_weeks import ClientWeek, PlanPage, client_week, plan_page
from cm_tracker.queries.day.week_so_far import week_so_far
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.papers import show_paper

blueprint = Blueprint("plans", __name__, url_prefix="/enrollments")


@blueprint.route("/<id:enrollment_id>/plan", methods=["GET", "POST"])
@allow("plan:change")
def change(enrollment_id: int) -> str | Response | tuple[str, int]:
    """Set a client's plan from a day on. The form opens with the plan that holds; the plans so far stand below."""
    page = plan_page(db.session(), actor(), enrollment_id, clock.now())
    first_day = max(page.client.today, page.client.span.starts_on)
    offered = _offered(page, first_day)
    reasons = [choice for choice in labels.day.REASON_CHOICES if choice[0] != FIRST] if page.lines else []
    form = plan_form(offered, labels.day.LEVEL_CHOICES, reasons)
    if form.is_new:
        form.from_on.data = first_day
        present = plan_on(page.client.plans, first_day) or page.client.newest
        if present is not None:
            form.fill(present.level, present.hours_required, present.items)

    def save() -> date | None:
        if form.count.data:
            return None
        set_plan(
            db.session(),
            enrollment_id=enrollment_id,
            from_on=form.from_on.data,
            level=form.level.data,
            hours_required=form.hours_required.data,
            reason=form.reason.data,
            items=form.items(),
            note=form.note.data,
            shown=form.shown.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )
        day: date = form.from_on.data
        return day

    saved = attempt(form, save, check=lambda: _check(page, form))
    if saved is not None:
        flash(gettext("The plan is saved. It holds from %(day)s on.", day=day_name(saved)))
        return redirect(week_url(enrollment_id, saved), 303)
    form.shown.data = max((line.plan.id for line in page.lines), default=0)
    form.shown.raw_data = None
    status = 200 if form.count.data and not form.errors else status_of(form)
    return _plan_page(page, form, first_day), status


def _offered(page: PlanPage, first_day: date) -> list[Offered]:
    """Return the services that the form offers: those in use, and those of the newest plan that go on for a while."""
    newest = page.client.newest
    in_plan = {item.service_id for item in newest.items} if newest else set()
    tracks = page.client.span.timeline.tracks_on(first_day)
    offered = []
    for line in page.services:
        meetings = meetings_from(line.service, first_day)
        if not meetings or (line.is_retired and line.service.id not in in_plan):
            continue
        is_test = line.service.kind == TEST_VISIT
        fitting = [track for track in tracks if (track.is_test if is_test else track.evidence == "attendance")]
        offered.append(
            Offered(
                line.service.id,
                line.service.name,
                is_test,
                [(one.weekday, labels.plans.meeting(one)) for one in meetings],
                [(track.behavior, track.title) for track in fitting],
                {track.behavior: fewest_hours_between(track) for track in fitting if is_test},
            )
        )
    return offered


def _check(page: PlanPage, form: PlanForm) -> None:
    """Raise what the operation would raise of a form whose fields are not all valid."""
    client, span = page.client, page.client.span
    from_on: date = form.from_on.data or max(client.today, span.starts_on)
    refusals = AllRefusals()
    with refusals:
        check_first_day(from_on, span.starts_on, span.last_day, client.today, is_first=not page.lines)
    with refusals:
        check_plan(
            form.level.data or "",
            form.hours_required.data or 0,
            form.reason.data or "",
            form.items(),
            from_on=from_on,
            services=client.week.services,
            tracks=span.timeline.tracks_on(max(from_on, span.starts_on)),
            before=plan_on(client.plans, from_on - ONE_DAY),
        )
    refusals.raise_any()


def _plan_page(page: PlanPage, form: PlanForm, first_day: date) -> str:
    services = {line.service.id: line for line in page.services}
    timeline = page.client.span.timeline
    items = form.items()
    later = [line.plan for line in page.lines if line.plan.from_on > first_day and not line.was_replaced]
    return render_template(
        "day/plan.html",
        form=form,
        page=page,
        client=page.client,
        services=services,
        minutes={
            (one.service_id, meeting.weekday): 0 if one.is_test else meeting.minutes
            for one in form.offered
            for meeting in meetings_from(services[one.service_id].service, first_day)
        },
        lengths={
            one.service_id: sorted(
                {meeting.minutes for meeting in meetings_from(services[one.service_id].service, first_day)}
            )
            for one in form.offered
        },
        planned=minutes_of_plan(items, page.client.week.services, first_day),
        tests=[
            (
                track,
                paid_tests(track, timeline.week_of(first_day)),
                _weekdays(items, track.behavior),
                any(item.is_drawn for item in items if item.behavior == track.behavior),
            )
            for track in timeline.tracks_on(first_day)
            if track.is_test and any(one.is_test for one in form.offered)
        ],
        later=min(later, key=lambda plan: plan.from_on, default=None),
    )


def _weekdays(items: Iterable[PlanItem], behavior: str) -> int:
    return sum(len(item.weekdays) for item in items if item.behavior == behavior)


def week_url(enrollment_id: int, day: date) -> str:
    """Return the address of the client's week in which a day lies. `from` is no name of a parameter in Python."""
    return f"{url_for('plans.week', enrollment_id=enrollment_id)}?from={monday_of(day)}"


@blueprint.get("/<id:enrollment_id>/week")
@allow("plan:view")
def week(enrollment_id: int) -> str:
    """Show a client's week: what is planned on each day, the hours, and the level of care."""
    now = clock.now()
    of = _week(enrollment_id)
    before = {plan.level for plan in of.client.plans if of.since is not None and plan.from_on < of.since}
    return render_template(
        "day/client_week.html",
        week=of,
        so_far=week_so_far(db.session(), of, now),
        client=of.client,
        now=now,
        shown=_shown(of),
        steps=labels.plans.level_steps(before, of.plan.level if of.plan else None),
        earlier=of.first_day - 7 * ONE_DAY if of.first_day > FIRST_DAY + 7 * ONE_DAY else None,
        later=of.last_day + ONE_DAY if of.last_day < LAST_DAY - 7 * ONE_DAY else None,
    )


@blueprint.get("/<id:enrollment_id>/week/print")
@allow("plan:view")
def print_week(enrollment_id: int) -> str | Response:
    """Show a client's week in their language, to print: without days that were drawn, and without tracks."""
    of = _week(enrollment_id)
    return show_paper(
        "day/printed_week.html",
        "week",
        language=of.client.language,
        code=of.client.code,
        time_zone=of.client.time_zone,
        week=of,
        client=of.client,
    )


def _week(enrollment_id: int) -> ClientWeek:
    """Return the week that the URL names by one of its days; today's without one, or where it names no day."""
    try:
        day = parse_day(request.args.get("from", ""))
    except BadInput:
        day = None
    return client_week(db.session(), actor(), enrollment_id, day, clock.now())


def _shown(of: ClientWeek) -> list[object]:
    """Return the days that the page shows: Monday to Friday, and days of the weekend on which something is planned."""
    return [one for one in of.days if one.day.weekday() < 5 or one.lines or one.day == of.client.today]
