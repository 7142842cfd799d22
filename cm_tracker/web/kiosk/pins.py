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
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.web.access import KIOSK, allow, device, hasher, limit
from cm_tracker.web.kiosk.cookies import PIN_COOKIE, with_cookie
from cm_tracker.web.kiosk.told import FORGET_AFTER, forget_told, tell, told

blueprint = Blueprint("kiosk_pins", __name__, url_prefix="/kiosk/no-pin")
# In seconds: a member of staff may have to be called first.
FORGET_APPROVAL_AFTER = 3 * FORGET_AFTER


@blueprint.route("", methods=["GET", "POST"])
@allow(KIOSK)
def approve() -> Response:
    """Let a member of staff approve that the client of a code chooses a PIN."""
    set_language(request.args.get("lang", device().language))
    form = ApprovePinForm()
    if not form.is_submitted():
        return _page(ApprovePinForm(formdata=None, data={"code": told().get("code", "")}), "approve")
    code = form.code.data or ""
    if not form.validate():
        return _again(
            "approve", gettext("Type the code, and let a member of staff type their user name and password."), code
        )
    try:
        token = approve_pin(
            db.session(),
            code=code,
            username=form.username.data or "",
            password=form.password.data or "",
            device_id=device().id,
            hasher=hasher(),
            limit=limit(),
            now=clock.now(),
        )
    except Refused as error:
        return _again("approve", error.message(i18n), code)
    answer = redirect(url_for("kiosk_pins.choose", lang=request.args.get("lang")), 303)
    return with_cookie(answer, PIN_COOKIE, token, int(LASTS.total_seconds()))


@blueprint.route("/choose", methods=["GET", "POST"])
@allow(KIOSK)
def choose() -> Response:
    """Let the client choose their PIN, and then sign in with it."""
    set_language(request.args.get("lang", device().language))
    form, token = ChoosePinForm(), request.cookies.get(PIN_COOKIE, "")
    if not token:
        return redirect(url_for("kiosk_pins.approve", lang=request.args.get("lang")), 303)
    if not form.is_submitted():
        return _page(ChoosePinForm(formdata=None), "choose")
    if not form.validate():
        return _again("choose", gettext("Type your new PIN in both fields."))
    if form.pin.data != form.again.data:
        return _again("choose", gettext("The two PINs are not the same. Type both again."))
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
        return _closed(_again("approve", error.message(i18n)))
    except Refused as error:
        return _again("choose", error.message(i18n))
    says = gettext("Your PIN is set. Now sign in with your code and your PIN.")
    return _closed(tell(url_for("kiosk.sign_in", lang=request.args.get("lang")), says=says))


def _page(form: ApprovePinForm | ChoosePinForm, step: str) -> Response:
    page = render_template(
        "kiosk/no_pin.html",
        form=form,
        problem=told().get("problem"),
        step=step,
        least=settings_of(db.session(), device().site_id).least_pin_digits,
        forget_after=FORGET_APPROVAL_AFTER,
    )
    return forget_told(make_response(page))


def _again(step: str, problem: str, code: str = "") -> Response:
    """Lead to the page of a step that says what was wrong. A code that was typed stays; no password does."""
    return tell(url_for(f"kiosk_pins.{step}", lang=request.args.get("lang")), problem=problem, code=code[:40])


def _closed(answer: Response) -> Response:
    answer.delete_cookie(PIN_COOKIE, path="/kiosk")
    return answer
