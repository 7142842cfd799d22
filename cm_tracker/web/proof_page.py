"""The pages on which somebody proves who they are: signing in, and "Is it you?" before an act that could do much harm.

Other modules show them instead of the page that was asked for: `web.access` does, and so does a form that came too late.
"""

from flask import current_app, render_template, request, url_for
from flask_login import current_user

from cm_tracker.db import db
from cm_tracker.forms.staff import FactorForm, PasswordAgainForm, SignedForm, SignInForm
from cm_tracker.i18n import gettext
from cm_tracker.passkeys import options_for_use
from cm_tracker.queries.staff.factors import factors_of
from cm_tracker.web.challenges import new_challenge, place


def sign_in_page(form: SignInForm, kept: str, back: str | None) -> str:
    """Return the page for signing in, which leads to `back`, or to the form that is `kept` in it."""
    here = place()
    return render_template(
        "staff/sign_in.html",
        form=form,
        with_passkey=SignedForm(formdata=None),
        options=options_for_use(new_challenge(), here) if here else None,
        kept=kept,
        back=back,
        is_demonstration=current_app.config["DEMONSTRATION"],
    )


def proof_form() -> FactorForm | PasswordAgainForm:
    """Return the form for whoever is signed in: for a second factor if they have one, else for the password."""
    has_any = factors_of(db.session(), current_user.person.staff_id).has_any
    formdata = {} if request.endpoint == "proof.again" else {"formdata": None}
    return FactorForm(**formdata) if has_any else PasswordAgainForm(**formdata)


def proof_page(form: FactorForm | PasswordAgainForm, kept: str, back: str) -> str:
    """Return the page that asks "Is it you?". It leads to `back`, or to the form that is `kept` in it."""
    return render_template(
        "staff/again.html",
        form=form,
        kept=kept,
        action=url_for("proof.again", next=back),
        options=ask_factor(form, current_user.person.staff_id) if isinstance(form, FactorForm) else None,
        is_undone="undone" in request.args,
        is_file=back.partition("?")[0].endswith(".csv"),
    )


def ask_factor(form: FactorForm, staff_id: int) -> str | None:
    """Let a form ask for what somebody has. Return what a browser needs to use their passkey, or None if none works."""
    here, factors = place(), factors_of(db.session(), staff_id)
    form.signed.data = ""  # a signature that was refused is not sent again
    if factors.app_since is None:
        form.factor_code.label.text = gettext("Recovery code")
    return options_for_use(new_challenge(), here, factors.key_ids) if here and factors.passkeys else None
