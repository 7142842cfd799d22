"""Sites and their settings."""

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.site_settings import SETTINGS
from cm_tracker.forms.staff import SiteForm, SitePictureForm, settings_form
from cm_tracker.i18n import gettext
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.operations.staff.save_site_picture import save_site_picture
from cm_tracker.queries.staff.sites import site_of, sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("sites", __name__, url_prefix="/sites")


@blueprint.get("")
@allow("site:view")
def index() -> str:
    """List the sites, with links to their settings."""
    may_set = current_user.may("site:settings")
    return render_template("staff/sites.html", sites=sites_of(db.session(), actor()), may_set=may_set)


@blueprint.route("/new", methods=["GET", "POST"])
@allow("site:manage")
def new() -> str | Response | tuple[str, int]:
    """Add a site."""
    form = SiteForm()
    site_id = attempt(
        form,
        lambda: add_site(
            db.session(),
            name=form.name.data,
            time_zone=form.time_zone.data,
            has_checklist=True,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if site_id is not None:
        flash(gettext("The site is added. Next, create accounts for its staff."))
        return redirect(url_for("sites.index"), 303)
    return render_template("staff/new_site.html", form=form), status_of(form)


@blueprint.route("/<id:site_id>/picture", methods=["GET", "POST"])
@allow("site:settings")
def picture(site_id: int) -> str | Response | tuple[str, int]:
    """Choose the picture that the kiosk of a site shows while nobody uses it."""
    site = site_of(db.session(), actor(), site_id)
    form = SitePictureForm()
    sent = form.upload.data.read() if form.upload.data else None

    def save() -> bool:
        if not sent and not form.drops_picture.data:
            form.say(gettext("Choose a picture first."), "upload")
            return False
        save_site_picture(db.session(), site_id=site_id, picture=sent, actor=actor(), now=clock.now())
        return True

    if attempt(form, save):
        flash(
            gettext("The kiosk shows this picture from now on.")
            if sent
            else gettext("The kiosk shows the program's own picture.")
        )
        return redirect(url_for("sites.picture", site_id=site_id), 303)
    return render_template("staff/picture.html", form=form, site=site), status_of(form)


@blueprint.route("/<id:site_id>/settings", methods=["GET", "POST"])
@allow("site:settings", fresh_to_send=True)
def settings(site_id: int) -> str | Response | tuple[str, int]:
    """Change the settings of a site."""
    site = site_of(db.session(), actor(), site_id)
    form = settings_form(SETTINGS, {entry.name: getattr(site.settings, entry.name) for entry in SETTINGS})
    if form.is_new:
        form.shown.data = site.settings.fingerprint
    changes = attempt(
        form,
        lambda: change_site_settings(
            db.session(),
            site_id=site_id,
            values=form.values(),
            reason=form.reason.data,
            shown=form.shown.data or None,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if changes is not None:
        flash(
            gettext("The settings are saved.")
            if changes
            else gettext("Nothing has changed: these settings were already saved.")
        )
        return redirect(url_for("sites.settings", site_id=site_id), 303)
    groups = [(gettext(name), list(entries)) for name, entries in groupby(SETTINGS, key=lambda entry: entry.group)]
    return render_template("staff/settings.html", form=form, site=site, groups=groups), status_of(form)
