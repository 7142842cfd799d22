"""The page of the kiosk in a browser that is not paired with a site yet."""

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.staff.sign_ins import address_source
from cm_tracker.forms.kiosk.pairing import PairForm
from cm_tracker.i18n import gettext, set_language
from cm_tracker.operations.kiosk.pair_demonstration import pair_demonstration
from cm_tracker.operations.kiosk.pair_device import pair_device
from cm_tracker.queries.staff.sites import SiteLine, sites_of
from cm_tracker.web.access import PAIRING, allow, device_or_none, limit
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, DEVICE_COOKIE, DEVICE_LASTS, with_cookie

blueprint = Blueprint("kiosk_pairing", __name__, url_prefix="/kiosk")


@blueprint.route("/pair", methods=["GET", "POST"])
@allow(PAIRING)
def pair() -> Response:
    """Say that this browser is not paired, and pair it with the code of a lead."""
    set_language(request.args.get("lang", "en"))
    if device_or_none() is not None:
        return redirect(url_for("kiosk.start"), 303)
    form, problem, status = PairForm(), None, 200
    if form.is_submitted():
        status, problem = 422, gettext("Type the pairing code.")
        if form.validate():
            try:
                token = pair_device(
                    db.session(),
                    code=form.code.data or "",
                    place=address_source(request.remote_addr or ""),
                    wait=limit().wait,
                    now=clock.now(),
                )
            except Refused as error:
                status, problem = error.status, error.message(i18n)
            else:
                return _paired(token)
    page = render_template(
        "kiosk/unpaired.html", form=form, problem=problem, languages=LANGUAGES, sites=_demonstration_sites()
    )
    return make_response(page, status)


@blueprint.get("/demonstration/<id:site_id>")
@allow(PAIRING)
def demonstration(site_id: int) -> Response:
    """Pair this browser with a site of the demonstration at once. A real clinic has no such page."""
    if not current_app.config["DEMONSTRATION"]:
        abort(404)
    paired = device_or_none()
    if paired is not None and paired.site_id == site_id:
        return redirect(url_for("kiosk.start"), 303)
    try:
        new = pair_demonstration(db.session(), site_id=site_id, actor=command("demonstration"), now=clock.now())
    except NotFound:
        abort(404)
    return _paired(new.token)


def _paired(token: str) -> Response:
    answer = redirect(url_for("kiosk.start"), 303)
    # A card that this browser may still have is of another tablet.
    answer.delete_cookie(CARD_COOKIE, path="/kiosk")
    return with_cookie(answer, DEVICE_COOKIE, token, DEVICE_LASTS)


def _demonstration_sites() -> tuple[SiteLine, ...]:
    """Return the sites that a browser of the demonstration can choose; none in a real clinic."""
    if not current_app.config["DEMONSTRATION"]:
        return ()
    return tuple(sites_of(db.session(), command("demonstration")))
