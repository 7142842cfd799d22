"""The second step of signing in, signing in with a passkey alone, and the page that asks "Is it you?"."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, i18n
from cm_tracker.db import db
from cm_tracker.domain.errors import ProofRefused, StepOver
from cm_tracker.domain.staff.second_factor import STEP_LASTS, HalfSignedIn, is_recent
from cm_tracker.forms.staff import FactorForm, PasswordAgainForm, SignedForm, SignInForm
from cm_tracker.operations.staff.finish_sign_in import finish_sign_in
from cm_tracker.operations.staff.prove_again import prove_again
from cm_tracker.operations.staff.sign_in_with_passkey import sign_in_with_passkey
from cm_tracker.operations.steps.check_factor import Proof
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.web.access import PUBLIC, actor, allow, hasher, secret_box
from cm_tracker.web.challenges import signed_challenge
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.kept_forms import FIELD
from cm_tracker.web.proof_page import ask_factor, proof_form, proof_page, sign_in_page
from cm_tracker.web.staff.arrivals import PROVED, arrive, kept_page, return_url
from cm_tracker.web.staff.browsers import known_browser
from cm_tracker.web.staff.signing_in import tried_here, where

blueprint = Blueprint("proof", __name__, url_prefix="/sign-in")

# In the signed cookie: who typed the right password, the mark of it, and when. Nobody is signed in by it.
HALF = "half_signed_in"


def go_on(half: HalfSignedIn, kept: str) -> Response | tuple[str, int]:
    """Remember for five minutes whose password was right, and show the second step."""
    session[HALF] = [half.staff_id, half.mark, int(clock.now().timestamp())]
    if kept:
        return _second_page(half, FactorForm(formdata=None), kept), 200
    return redirect(url_for("proof.second", next=request.args.get("next")), 303)


@blueprint.route("/second", methods=["GET", "POST"])
@allow(PUBLIC)
def second() -> Any:
    """Do the second step: type a code, or use a passkey."""
    half, kept = _half(), request.form.get(FIELD, "")
    if half is None:
        return _from_the_start(kept)
    form = FactorForm()
    started = attempt(form, lambda: _finish(half, form))
    if isinstance(getattr(form, "refusal", None), StepOver):
        return _from_the_start(kept)
    if started is not None and (answer := arrive(started, kept)) is not None:
        return answer
    return _second_page(half, form, kept), status_of(form)


@blueprint.post("/passkey")
@allow(PUBLIC)
def passkey() -> Any:
    """Sign in with a passkey alone."""
    form, kept = SignedForm(), request.form.get(FIELD, "")
    started = attempt(form, lambda: _with_passkey(form))
    if started is not None and (answer := arrive(started, kept)) is not None:
        return answer
    sign_in_form = SignInForm(formdata=None)
    for sentence in form.form_errors:
        sign_in_form.say(sentence)
    return sign_in_page(sign_in_form, kept, request.args.get("next")), 422


@blueprint.route("/again", methods=["GET", "POST"])
@allow("account:own")
def again() -> Any:
    """Prove again who is at the screen, and go on."""
    form, kept = proof_form(), request.form.get(FIELD, "")

    def prove() -> bool:
        prove_again(
            db.session(),
            token=current_user.token,
            password=form.password.data if isinstance(form, PasswordAgainForm) else "",
            proof=_proof(form) if isinstance(form, FactorForm) else Proof(),
            hasher=hasher(),
            box=secret_box(),
            actor=actor(),
            **tried_here(),
        )
        return True

    if attempt(form, prove):
        url = return_url(request.args.get("next", ""), with_query=True)
        return kept_page(current_user.person.staff_id, kept, PROVED) or redirect(url, 303)
    return proof_page(form, kept, request.args.get("next", "")), status_of(form)


def _half() -> HalfSignedIn | None:
    """Return whose password was right in this browser, at most five minutes ago."""
    staff_id, mark, seconds = session.get(HALF) or (0, "", 0)
    is_in_time = is_recent(datetime.fromtimestamp(seconds, UTC), STEP_LASTS, clock.now())
    return HalfSignedIn(staff_id, mark) if is_in_time and not current_user.is_authenticated else None


def _from_the_start(kept: str) -> Any:
    session.pop(HALF, None)
    if current_user.is_authenticated:
        return redirect(url_for("start.show"), 303)
    form = SignInForm(formdata=None)
    form.say(StepOver().message(i18n))
    return sign_in_page(form, kept, request.args.get("next")), 422


def _second_page(half: HalfSignedIn, form: FactorForm, kept: str) -> str:
    action = url_for("proof.second", next=request.args.get("next"))
    return render_template(
        "staff/second_step.html", form=form, kept=kept, action=action, options=ask_factor(form, half.staff_id)
    )


def _finish(half: HalfSignedIn, form: FactorForm) -> StartedSession:
    return finish_sign_in(
        db.session(),
        half=half,
        proof=_proof(form),
        where=where(),
        box=secret_box(),
        **tried_here(),
    )


def _with_passkey(form: SignedForm) -> StartedSession:
    signed = signed_challenge(form.signed.data)
    if signed is None:
        raise ProofRefused(what="passkey")
    return sign_in_with_passkey(db.session(), signed=signed, browser=known_browser(), where=where(), now=clock.now())


def _proof(form: FactorForm) -> Proof:
    """Return what was typed or signed. Raise `ProofRefused` for a signature of no challenge, or of an old one."""
    if not form.signed.data:
        return Proof(form.factor_code.data or "")
    if (signed := signed_challenge(form.signed.data)) is None:
        raise ProofRefused(what="passkey")
    return Proof(signed=signed)
