"""A client without a PIN chooses one at the kiosk, after a member of staff has approved it there.

Nobody is signed in by the approval, and nothing is said about a code before it.
"""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import ApprovalOver, Refused
from cm_tracker.forms.kiosk.pins import ApprovePinForm, ChoosePinForm
from cm_tracker.i18n import gettext, set_language
from cm_tracker.operations.kiosk.approve_pin import LASTS, approve_pin
from cm_tracker.operations.kiosk.choose_pin import choose_pin
from cm_tracker.web.access import KIOSK, allow, device, hasher, limit
from cm_tracker.web.kiosk.cookies import PIN_COOKIE, with_cookie

blueprint = Blueprint("kiosk_pins", __name__, url_prefix="/kiosk/no-pin")


@blueprint.route("", methods=["GET", "POST"])
@allow(KIOSK)
def approve() -> Response:
    """Let a member of staff approve that the client of a code chooses a PIN."""
    set_language(request.args.get("lang", device().language))
    form, problem, status = ApprovePinForm(), None, 200
    if form.is_submitted():
        status, problem = 422, gettext("Type the code, and let a member of staff type their user name and password.")
        if form.validate():
            try:
                token = approve_pin(
                    db.session(),
                    code=form.code.data or "",
                    username=form.username.data or "",
                    password=form.password.data or "",
                    device_id=device().id,
                    hasher=hasher(),
                    limit=limit(),
                    now=clock.now(),
                )
            except Refused as error:
                status, problem = error.status, error.message(i18n)
            else:
                answer = redirect(url_for("kiosk_pins.choose", lang=request.args.get("lang")), 303)
                return with_cookie(answer, PIN_COOKIE, token, int(LASTS.total_seconds()))
    return make_response(render_template("kiosk/no_pin.html", form=form, problem=problem, step="approve"), status)


@blueprint.route("/choose", methods=["GET", "POST"])
@allow(KIOSK)
def choose() -> Response:
    """Let the client choose their PIN, and then sign in with it."""
    set_language(request.args.get("lang", device().language))
    form, problem, status = ChoosePinForm(), None, 200
    token = request.cookies.get(PIN_COOKIE, "")
    if not token:
        return redirect(url_for("kiosk_pins.approve", lang=request.args.get("lang")), 303)
    if form.is_submitted():
        status, problem = 422, gettext("Type your new PIN in both fields.")
        if form.validate():
            problem = gettext("The two PINs are not the same. Type both again.")
            if form.pin.data == form.again.data:
                try:
                    choose_pin(
                        db.session(),
                        token=token,
                        pin=form.pin.data or "",
                        device_id=device().id,
                        hasher=hasher(),
                        now=clock.now(),
                    )
                except ApprovalOver as error:
                    return _closed(make_response(_page(None, error.message(i18n), "approve"), error.status))
                except Refused as error:
                    problem = error.message(i18n)
                else:
                    return _closed(make_response(_page(None, None, "done")))
    return make_response(_page(form, problem, "choose"), status)


def _page(form: ChoosePinForm | None, problem: str | None, step: str) -> str:
    return render_template("kiosk/no_pin.html", form=form or ApprovePinForm(formdata=None), problem=problem, step=step)


def _closed(answer: Response) -> Response:
    answer.delete_cookie(PIN_COOKIE, path="/kiosk")
    return answer
