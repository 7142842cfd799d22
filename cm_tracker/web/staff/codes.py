"""The page on which somebody sets a password with a one-time code."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import labels
from cm_tracker.db import db
from cm_tracker.domain.staff.passwords import check_password, strength
from cm_tracker.domain.staff.second_factor import HalfSignedIn, must_have_factor
from cm_tracker.forms.staff import OneTimeCodeForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.staff.redeem_code import redeem_code
from cm_tracker.web.access import PUBLIC, allow, load_member
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.staff.browsers import with_browser
from cm_tracker.web.staff.proofs import go_on
from cm_tracker.web.staff.signing_in import first_step_here, log_in

# The cookie by which a browser is known again is sent to addresses below /sign-in alone.
blueprint = Blueprint("codes", __name__, url_prefix="/sign-in/code")


@blueprint.route("", methods=["GET", "POST"])
@allow(PUBLIC)
def redeem() -> str | Response | tuple[str, int]:
    """Set a password with a user name and a code, and be signed in. A link has both behind its "#", which no log sees."""
    if current_user.is_authenticated:
        flash(gettext("Sign out first. Then the code can be used here."))
        return redirect(url_for("start.show"))
    form = OneTimeCodeForm()
    started = attempt(
        form,
        lambda: redeem_code(
            db.session(),
            username=form.username.data,
            code=form.code.data,
            new=form.new.data,
            **first_step_here(),
        ),
        check=lambda: check_password(form.new.data or "", form.username.data or "", field="new"),
    )
    if isinstance(started, HalfSignedIn):
        return go_on(started, "")
    member = load_member(started.token) if started else None
    if member is None or started is None:
        return render_template("staff/code.html", form=form), status_of(form)
    log_in(member)
    said = labels.staff.strength(strength(form.new.data))
    flash(gettext("Your password is set. %(strength)s", strength=said))
    # A first sign-in sets the password and, where one is needed, the second factor.
    is_next = must_have_factor(member.person.roles) and not current_app.config["DEMONSTRATION"]
    return with_browser(redirect(url_for("factor.show" if is_next else "start.show"), 303), started.browser)
