"""The page of leads and admins with the paired tablets of their sites."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.kiosk.pairing import LIVES, check_device
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.typed_codes import shown_code
from cm_tracker.forms.base import choices
from cm_tracker.forms.kiosk.pairing import DeviceForm, NewDeviceForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.kiosk.release_device import release_device
from cm_tracker.operations.kiosk.revoke_device import revoke_device
from cm_tracker.operations.kiosk.start_pairing import start_pairing
from cm_tracker.queries.kiosk.devices import device_list
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow, limit
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("devices", __name__, url_prefix="/devices")


@blueprint.get("")
@allow("device:view")
def index() -> str:
    """List the paired tablets."""
    return render_template(
        "staff/devices.html",
        devices=device_list(db.session(), actor(), limit().wait, clock.now()),
        form=DeviceForm(formdata=None),
        languages=LANGUAGES,
        may_manage=current_user.may("device:manage"),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow("device:manage")
def new() -> str | Response | tuple[str, int]:
    """Make a code that pairs a tablet. It is shown once, on the answer to this form, and stands in no URL."""
    form = NewDeviceForm()
    sites = {site.id: site for site in sites_of(db.session(), actor())}
    form.site_id.choices = choices((site.id, site.name) for site in sites.values())
    form.language.choices = choices(LANGUAGES.items())
    now = clock.now()
    code = attempt(
        form,
        lambda: start_pairing(
            db.session(),
            site_id=form.site_id.data,
            name=form.name.data or "",
            language=form.language.data,
            actor=actor(),
            now=now,
        ),
        check=lambda: check_device(form.name.data or "", form.language.data or ""),
    )
    if code is None:
        return render_template("staff/new_device.html", form=form), status_of(form)
    site = sites[form.site_id.data]
    return render_template(
        "staff/device_code.html", code=shown_code(code), name=form.name.data, site=site, ends_at=now + LIVES
    )


@blueprint.post("/<id:device_id>/revoke")
@allow("device:manage")
def revoke(device_id: int) -> Response:
    """Revoke a tablet at once."""
    revoke_device(db.session(), device_id=device_id, actor=actor(), now=clock.now())
    flash(gettext("The tablet is revoked. Its browser opens no card any more."))
    return redirect(url_for("devices.index"), 303)


@blueprint.post("/<id:device_id>/release")
@allow("device:manage")
def release(device_id: int) -> Response:
    """Let a tablet that stopped go on."""
    release_device(db.session(), device_id=device_id, actor=actor(), now=clock.now())
    flash(gettext("The tablet takes codes again."))
    return redirect(url_for("devices.index"), 303)
