"""Keys: who has one of which place where prizes and cards are kept, and who had one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.catalog import KeyForm, KeyReturnForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.prizes.give_key import give_key
from cm_tracker.operations.prizes.take_key_back import take_key_back
from cm_tracker.queries.prizes.keys import key_line, keys
from cm_tracker.queries.staff.sites import site_of, sites_of
from cm_tracker.queries.staff.staff import everybody_at
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("keys", __name__)


@blueprint.get("/keys")
@allow("stock:view")
def index() -> str:
    """List who has keys, and who had them."""
    lines = keys(db.session(), actor())
    return render_template("prizes/keys.html", lines=lines, sites=sites_of(db.session(), actor()))


@blueprint.route("/sites/<id:site_id>/keys/new", methods=["GET", "POST"])
@allow("prize:manage")
def new(site_id: int) -> str | Response | tuple[str, int]:
    """Enter that somebody has a key from a day on."""
    site = site_of(db.session(), actor(), site_id)
    form = KeyForm()
    form.holder_id.choices = choices([("", gettext("Choose who has it")), *everybody_at(db.session(), site_id).items()])
    if form.is_new:
        form.from_on.data = clock.day_at(clock.now(), site.time_zone)
    given = attempt(
        form,
        lambda: give_key(
            db.session(),
            site_id=site_id,
            place=form.place.data or "",
            holder_id=form.holder_id.data,
            from_on=form.from_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if given is not None:
        flash(gettext("The key is entered."))
        return redirect(url_for("keys.index"), 303)
    return render_template("prizes/new_key.html", form=form, site=site), status_of(form)


@blueprint.route("/keys/<id:holding_id>/return", methods=["GET", "POST"])
@allow("prize:manage")
def take_back(holding_id: int) -> str | Response | tuple[str, int]:
    """Enter the last day on which somebody had a key."""
    line = key_line(db.session(), actor(), holding_id)
    form = KeyReturnForm()
    if form.is_new:
        form.until_on.data = clock.day_at(clock.now(), line.time_zone)
    returned = attempt(
        form,
        lambda: take_key_back(
            db.session(),
            holding_id=holding_id,
            until_on=form.until_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if returned is not None:
        flash(gettext("The key is given back."))
        return redirect(url_for("keys.index"), 303)
    return render_template("prizes/return_key.html", form=form, line=line), status_of(form)
