"""Two leads publish a schedule: one sends a draft, another one decides. One lead alone states so in writing."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.schedules.approval import APPROVED
from cm_tracker.domain.schedules.invented import costs
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.forms.base import choices
from cm_tracker.forms.schedules import drafts as schedule_forms
from cm_tracker.forms.schedules.schedules import StatementForm
from cm_tracker.i18n import day, gettext
from cm_tracker.operations.schedules.decide_draft import decide_draft
from cm_tracker.operations.schedules.publish_alone import publish_alone
from cm_tracker.operations.schedules.revoke_statement import revoke_statement
from cm_tracker.operations.schedules.send_draft import send_draft
from cm_tracker.operations.schedules.state_one_lead import state_one_lead
from cm_tracker.operations.schedules.take_back_draft import take_back_draft
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.schedules.comparisons import Comparison, followed_by, rules_changed
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import (
    DraftLine,
    VersionLine,
    draft,
    may_follow,
    version_card,
    versions,
)
from cm_tracker.queries.schedules.statements import second_leads, statement_that_holds, statements
from cm_tracker.queries.staff.sites import earliest_today
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.schedules.drawing import chart_values
from cm_tracker.web.schedules.two_ladders import two_ladders

blueprint = Blueprint("approvals", __name__, url_prefix="/schedules")


@blueprint.route("/drafts/<id:draft_id>/publish", methods=["GET", "POST"])
@allow("schedule:publish", fresh=True)
def publish(draft_id: int) -> str | Response | tuple[str, int]:
    """Send a draft to a second lead. Under a statement that the program has one lead, publish it."""
    form = schedule_forms.PublishForm()
    if form.is_submitted() and (done := _done_before("publish_alone", "send_draft", form.key.data or "")):
        return done
    line = draft(db.session(), draft_id)
    if line.waits:
        return redirect(url_for("approvals.review", draft_id=draft_id))
    if draft_problems(line.document, program_money(db.session())):
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    schedule, every = parse(line.document), versions(db.session(), actor(), current_user.today)
    candidates = may_follow(line, every)
    if candidates:
        form.becomes.choices = choices(_becomes(schedule, candidates, every))
    else:
        del form.becomes
    if form.is_new:
        form.shown.data, form.starts_on.data = fingerprint(line.document), _today()
    statement = statement_that_holds(db.session(), actor())
    operation = publish_alone if statement else send_draft

    def save() -> int:
        becomes = form.becomes.data if candidates else schedule_forms.NEW_SCHEDULE
        return operation(
            db.session(),
            draft_id=draft_id,
            next_of_id=None if becomes == schedule_forms.NEW_SCHEDULE else int(becomes),
            starts_on=form.starts_on.data,
            note=form.note.data,
            shown=form.shown.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    saved = attempt(form, save)
    if saved is not None:
        if statement is None:
            flash(gettext("Sent. It does not change until another lead has decided, or you take it back."))
            return redirect(url_for("approvals.review", draft_id=draft_id), 303)
        return _published(saved)
    page = render_template(
        "schedules/publish.html",
        line=line,
        form=form,
        candidates=candidates,
        statement=statement,
        leads=second_leads(db.session(), actor()),
        **_compared(line, schedule, followed_by(db.session(), line, schedule, every, candidates)),
        **chart_values(schedule),
    )
    return page, status_of(form)


def _compared(line: DraftLine, schedule: Schedule, compared: Comparison) -> dict[str, Any]:
    """Return what differs from what a draft follows, both ladders, and the rules of its preset that were changed."""
    return {
        "compared": compared,
        "ladders": two_ladders(compared.before, schedule) if compared.before is not None else (),
        "changed": rules_changed(db.session(), line.preset, schedule) if compared.version is not None else None,
    }


def _today() -> date:
    return earliest_today(db.session(), clock.now())


def _becomes(
    schedule: Schedule, candidates: tuple[VersionLine, ...], every: tuple[VersionLine, ...]
) -> list[tuple[str, str]]:
    """Return what a draft can become: the next version of a schedule, or a new one."""
    is_taken = any(schedule.name in (line.name, line.schedule_name, line.schedule.name) for line in every)
    new = gettext("A new schedule, “%(name)s”", name=schedule.name)
    if is_taken:
        new = gettext("A new schedule, “%(name)s”. For this, give the draft another name first", name=schedule.name)
    return [
        *((str(line.schedule_id), _next_version(line)) for line in candidates),
        (schedule_forms.NEW_SCHEDULE, new),
    ]


def _next_version(line: VersionLine) -> str:
    return gettext("The next version, %(number)s, of “%(name)s”", number=line.number + 1, name=line.schedule_name)


def _done_before(publishing: str, sending: str, key: str) -> Response | None:
    """Return the answer to a form that was sent before: it published a version, or sent a draft."""
    if published := answer_of(db.session(), publishing, key):
        return redirect(url_for("schedules.show", version_id=published), 303)
    if sent := answer_of(db.session(), sending, key):
        return redirect(url_for("approvals.review", draft_id=sent), 303)
    return None


def _published(version_id: int) -> Response:
    """Say what a published version does, and show it."""
    line = version_card(db.session(), actor(), version_id, current_user.today).line
    if line.is_retired:
        flash(gettext("Published. The schedule is retired: it takes no new enrollment until you bring it back."))
    elif line.starts_on is not None and line.starts_on > current_user.today:
        flash(gettext("Published. New enrollments can use it from %(day)s on.", day=day(line.starts_on)))
    else:
        flash(gettext("Published. New enrollments can use it; running enrollments keep their version."))
    return redirect(url_for("schedules.show", version_id=version_id), 303)


@blueprint.route("/drafts/<id:draft_id>/review", methods=["GET", "POST"])
@allow("schedule:publish", fresh_to_send=True)
def review(draft_id: int) -> str | Response | tuple[str, int]:
    """Show a draft that waits, with what differs, and let a second lead approve it or send it back."""
    form = schedule_forms.DecisionForm()
    if form.is_submitted() and (published := answer_of(db.session(), "decide_draft", form.key.data or "")):
        if form.decision.data == APPROVED:
            return redirect(url_for("schedules.show", version_id=published), 303)
        return redirect(url_for("schedules.index"), 303)
    line = draft(db.session(), draft_id)
    if not line.waits:
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    schedule, every = parse(line.document), versions(db.session(), actor(), current_user.today)
    newest = next((one for one in every if one.schedule_id == line.next_of_id), None)
    number = newest.number + 1 if newest else 1
    if form.is_new:
        form.shown.data, form.number.data = fingerprint(line.document), str(number)
        form.starts_on.data = max(line.starts_on or _today(), _today())
    decided = attempt(
        form,
        lambda: decide_draft(
            db.session(),
            draft_id=draft_id,
            decision=form.decision.data,
            starts_on=form.starts_on.data,
            note=form.note.data or "",
            shown=form.shown.data or "",
            number_shown=form.number_shown,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if decided is not None:
        if form.decision.data == APPROVED:
            return _published(decided)
        flash(gettext("Sent back with your note."))
        return redirect(url_for("schedules.index"), 303)
    page = render_template(
        "schedules/review.html",
        line=line,
        form=form,
        newest=newest,
        number=number,
        is_own=line.sent_by_id == actor().staff_id,
        today=_today(),
        costs=costs(schedule),
        costs_before=costs(newest.schedule) if newest else None,
        monday=_today() + timedelta(days=-_today().weekday() % 7),
        action=schedule_forms.DraftActionForm(),
        **_compared(line, schedule, followed_by(db.session(), line, schedule, every, ())),
        **chart_values(schedule),
    )
    return page, status_of(form)


@blueprint.post("/drafts/<id:draft_id>/take-back")
@allow("schedule:edit")
def take_back(draft_id: int) -> Response:
    """Take a draft back that waits for a second lead."""
    take_back_draft(db.session(), draft_id=draft_id, actor=actor(), now=clock.now())
    flash(gettext("Taken back. You can change it again."))
    return redirect(url_for("schedules.edit", draft_id=draft_id), 303)


@blueprint.route("/one-lead", methods=["GET", "POST"])
@allow("schedule:publish", fresh=True)
def one_lead() -> str | Response | tuple[str, int]:
    """State once, in writing, that the program has one lead."""
    form = StatementForm()
    stated = attempt(form, lambda: state_one_lead(db.session(), words=form.words.data, actor=actor(), now=clock.now()))
    if stated is not None:
        flash(gettext("Written down. You can publish alone while there is no second lead, and each version says so."))
        return redirect(url_for("approvals.one_lead"), 303)
    page = render_template(
        "schedules/one_lead.html",
        form=form,
        action=schedule_forms.DraftActionForm(),
        holds=statement_that_holds(db.session(), actor()),
        statements=statements(db.session()),
        leads=second_leads(db.session(), actor()),
    )
    return page, status_of(form)


@blueprint.post("/one-lead/revoke")
@allow("schedule:publish")
def revoke_one_lead() -> Response:
    """Revoke the statement that the program has one lead."""
    revoke_statement(db.session(), actor=actor(), now=clock.now())
    flash(gettext("Revoked. A second lead approves what you send."))
    return redirect(url_for("approvals.one_lead"), 303)
