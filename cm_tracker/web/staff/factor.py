"""One's own second factor: an authenticator app, passkeys, and recovery codes."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.authenticators import address_for_app, new_secret
from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.forms.base import Form
from cm_tracker.forms.staff import AppForm, PasskeyForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.staff.add_passkey import add_passkey
from cm_tracker.operations.staff.remove_app import remove_app
from cm_tracker.operations.staff.remove_passkey import remove_passkey
from cm_tracker.operations.staff.rename_passkey import rename_passkey
from cm_tracker.operations.staff.renew_recovery_codes import renew_recovery_codes
from cm_tracker.operations.staff.set_up_app import set_up_app
from cm_tracker.passkeys import options_for_new
from cm_tracker.queries.staff.factors import factor_due, factors_of
from cm_tracker.queries.staff.staff import own_username
from cm_tracker.web.access import actor, allow, secret_box
from cm_tracker.web.challenges import new_challenge, place, signed_challenge
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.qr_codes import qr_code

blueprint = Blueprint("factor", __name__, url_prefix="/second-factor")


@blueprint.get("")
@allow("account:own", fresh=True)
def show() -> str:
    """Show what one has, and what one can set up."""
    return render_template(
        "staff/factor.html",
        form=Form(),
        factors=factors_of(db.session(), current_user.person.staff_id),
        due=factor_due(db.session(), actor()),
        has_place=place() is not None,
    )


@blueprint.route("/app", methods=["GET", "POST"])
@allow("account:own", fresh=True)
def app() -> Any:
    """Set up an authenticator app."""
    form = AppForm()
    codes = attempt(
        form,
        lambda: set_up_app(
            db.session(),
            secret=form.secret.data,
            code=form.factor_code.data,
            box=secret_box(),
            actor=actor(),
            now=clock.now(),
        ),
    )
    if codes is not None:
        return _done(gettext("Your app is set up. From now on, signing in asks for its code."), codes)
    if not form.secret.data or form.secret.errors:
        form.secret.data = new_secret()
    address = address_for_app(
        form.secret.data,
        username=own_username(db.session(), current_user.person.staff_id),
        program=current_app.config["PROGRAM_NAME"],
    )
    letters = [form.secret.data[start : start + 4] for start in range(0, len(form.secret.data), 4)]
    page = render_template("staff/factor_app.html", form=form, code=qr_code(address), letters=letters)
    return page, status_of(form)


@blueprint.post("/app/remove")
@allow("account:own", fresh=True)
def drop_app() -> Response:
    """Remove one's authenticator app."""
    remove_app(db.session(), actor=actor(), now=clock.now())
    flash(gettext("Your app is removed."))
    return redirect(url_for("factor.show"), 303)


@blueprint.route("/passkeys/new", methods=["GET", "POST"])
@allow("account:own", fresh=True)
def new_passkey() -> Any:
    """Add a passkey."""
    form, here = PasskeyForm(), place()

    def add() -> tuple[str, ...]:
        if (signed := signed_challenge(form.signed.data)) is None:
            raise BadInput("The passkey could not be made. Try again.", "name")
        return add_passkey(db.session(), signed=signed, name=form.name.data, actor=actor(), now=clock.now())

    codes = attempt(form, add)
    if codes is not None:
        return _done(gettext("The passkey is added. You can sign in with it from now on."), codes)
    form.signed.data = ""
    staff_id = current_user.person.staff_id
    options = here and options_for_new(
        new_challenge(),
        here,
        program=current_app.config["PROGRAM_NAME"],
        staff_id=staff_id,
        username=own_username(db.session(), staff_id),
        name=current_user.person.display_name,
        have=factors_of(db.session(), staff_id).key_ids,
    )
    return render_template("staff/new_passkey.html", form=form, options=options), status_of(form)


@blueprint.route("/passkeys/<id:passkey_id>", methods=["GET", "POST"])
@allow("account:own", fresh=True)
def passkey(passkey_id: int) -> Any:
    """Rename a passkey, or remove it."""
    lines = factors_of(db.session(), current_user.person.staff_id).passkeys
    line = next((one for one in lines if one.id == passkey_id), None)
    if line is None:
        raise NotFound(what="passkey")
    form = PasskeyForm(obj=line)

    def rename() -> bool:
        rename_passkey(db.session(), passkey_id=passkey_id, name=form.name.data, actor=actor(), now=clock.now())
        return True

    if attempt(form, rename):
        flash(gettext("Saved."))
        return redirect(url_for("factor.show"), 303)
    return render_template("staff/passkey.html", form=form, line=line), status_of(form)


@blueprint.post("/passkeys/<id:passkey_id>/remove")
@allow("account:own", fresh=True)
def drop_passkey(passkey_id: int) -> Response:
    """Remove a passkey."""
    remove_passkey(db.session(), passkey_id=passkey_id, actor=actor(), now=clock.now())
    flash(gettext("The passkey is removed. It opens nothing any more."))
    return redirect(url_for("factor.show"), 303)


@blueprint.post("/recovery-codes")
@allow("account:own", fresh=True)
def codes() -> Response | str:
    """Show new recovery codes, once."""
    made = renew_recovery_codes(db.session(), actor=actor(), now=clock.now())
    return render_template(
        "staff/recovery_codes.html", codes=made, sentence=gettext("The codes of before count no more.")
    )


def _done(sentence: str, codes: tuple[str, ...]) -> Response | str:
    if codes:
        return render_template("staff/recovery_codes.html", codes=codes, sentence=sentence)
    flash(sentence)
    return redirect(url_for("factor.show"), 303)
