"""Move the clients of one version of a schedule to another version: a list with what changes for each of them."""

from dataclasses import dataclass
from uuid import NAMESPACE_OID, uuid5

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed, Refused
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.enrollments import MoveFilterForm, MoveListForm
from cm_tracker.i18n import gettext
from cm_tracker.labels.clients import moved
from cm_tracker.operations.clients.move_enrollment import move_enrollment
from cm_tracker.queries.clients.moves import MoveList, client_codes, move_list
from cm_tracker.queries.schedules.schedules import version_card, versions
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("moves", __name__, url_prefix="/schedules/versions")


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a list did: how many were moved, and for each enrollment that stays, why."""

    moved: int
    stays: dict[int, str]


@blueprint.route("/<id:version_id>/move", methods=["GET", "POST"])
@allow("enrollment:move")
def listed(version_id: int) -> str | Response | tuple[str, int]:
    """Show who follows a version and what a move changes for each of them, and move those who are chosen."""
    line = version_card(db.session(), actor(), version_id, current_user.today).line
    others = [other for other in versions(db.session(), actor(), current_user.today) if other.id != version_id]
    chosen = MoveFilterForm(request.args)
    chosen.to.choices = choices(
        [(str(o.id), gettext("%(name)s (version %(number)s)", name=o.name, number=o.number)) for o in others]
    )
    is_asked = bool(request.args)
    if not is_asked:
        newest = next((other for other in others if other.schedule_id == line.schedule_id and other.is_newest), None)
        chosen.to.data = str(newest.id if newest is not None else others[0].id) if others else ""
        sites = sites_of(db.session(), actor())
        chosen.from_day.data = clock.day_at(clock.now(), sites[0].time_zone if sites else "UTC")
    if not is_asked or not chosen.validate():
        return (
            render_template("clients/moves.html", line=line, others=others, chosen=chosen, found=None),
            422 if is_asked else 200,
        )
    form = MoveListForm()
    saved = attempt(form, lambda: _save(form, int(chosen.to.data), chosen))
    if saved is not None and not saved.stays:
        flash(moved(saved.moved, 0))
        return redirect(url_for("schedules.show", version_id=int(chosen.to.data)), 303)
    found = move_list(db.session(), actor(), version_id, int(chosen.to.data), chosen.from_day.data, clock.now())
    if saved is not None or form.is_new:
        form.choice.data = _preselected(found, saved)
    return (
        render_template(
            "clients/moves.html",
            line=line,
            others=others,
            chosen=chosen,
            form=form,
            found=found,
            saved=saved,
            cannot=[(of, of.refusal.message(i18n)) for of in found.lines if of.refusal is not None],
            codes=client_codes(db.session(), actor(), saved.stays) if saved is not None else {},
        ),
        409 if saved is not None else status_of(form),
    )


def _save(form: MoveListForm, to_version_id: int, chosen: MoveFilterForm) -> Saved:
    """Move each client in a transaction of its own, under a key of its own.

    Sealing locks the head of the log for everybody, so one transaction never locks a client after it has sealed for
    another (docs/locking.md). A form that is sent twice moves nobody twice.
    """
    count, stays = 0, {}
    for enrollment_id, shown in form.shown_by_enrollment.items():
        try:
            move_enrollment(
                db.session(),
                enrollment_id=enrollment_id,
                schedule_version_id=to_version_id,
                from_day=chosen.from_day.data,
                note=form.note.data,
                shown=shown,
                key=str(uuid5(NAMESPACE_OID, f"{form.key.data}:{enrollment_id}")),
                actor=actor(),
                now=clock.now(),
            )
            count += 1
        except NotAllowed:
            raise
        except Refused as error:
            stays[enrollment_id] = error.message(i18n)
    return Saved(count, stays)


def _preselected(found: MoveList, saved: Saved | None) -> list[str]:
    """Return the boxes that are ticked: everybody whose program goes on, or after saving those who were not moved."""
    if saved is not None:
        return [line.choice for line in found.movable if line.enrollment_id in saved.stays]
    return [line.choice for line in found.movable if not line.is_over]
