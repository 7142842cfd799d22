"""The agreement about the rules of a client's schedule: read, printed, signed, withdrawn, and who has not signed it."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.agreement_sentences import text_of
from cm_tracker.db import db
from cm_tracker.domain.clients.agreements import check_withdrawal, fingerprint, parts_of
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.prizes import offers
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.agreements import SignForm, WithdrawForm
from cm_tracker.i18n import gettext, using_language
from cm_tracker.operations.clients.sign_agreement import sign_agreement
from cm_tracker.operations.clients.withdraw_signature import withdraw_signature
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.queries.clients.agreements import AgreementPage, agreement_page, signed_page, unsigned_at
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.staff.staff import counselors_at
from cm_tracker.web.access import actor, allow, hasher, limit
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.papers import part_in, show_paper
from cm_tracker.web.prizes.offers import pin_problem

blueprint = Blueprint("agreements", __name__)


@blueprint.route("/enrollments/<id:enrollment_id>/agreement", methods=["GET", "POST"])
@allow("consent:change")
def sign(enrollment_id: int) -> str | Response | tuple[str | Response, int]:
    """Show the agreement in the client's language, to read, to print, and to sign on the screen or on paper."""
    page = agreement_page(db.session(), actor(), enrollment_id, clock.now())
    form = SignForm()
    if page.signed is not None and form.is_new:
        return redirect(url_for("agreements.show", agreement_id=page.signed.id), 303)
    with using_language(page.language):
        text = text_of(page)
    form.witness_id.choices = choices(counselors_at(db.session(), page.site_id).items())
    if form.is_new:
        form.signed_on.data, form.witness_id.data = page.today, actor().staff_id
    agreement_id = attempt(form, lambda: _sign(form, page, text))
    if agreement_id is not None:
        flash(gettext("The agreement is signed."))
        return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    # Whoever looks at the page again signs what it shows now.
    form.shown.data = fingerprint(text)
    shown = show_paper(
        "clients/agreement.html",
        "agreement",
        language=page.language,
        code=page.code,
        time_zone=page.time_zone,
        form=form,
        page=page,
        parts=parts_of(text),
        sign=_sign_here(form, page.language) if page.has_pin else "",
    )
    return shown, status_of(form)


def _sign_here(form: SignForm, language: str) -> Markup:
    with using_language(language):
        problem = pin_problem(form)
    return part_in(language, "papers/_sign.html", form=form, problem=problem)


def _sign(form: SignForm, page: AgreementPage, text: str) -> int:
    signed_on: date | None = form.signed_on.data if form.is_paper else page.today
    if signed_on is None:
        raise BadInput("Enter the day that stands on the paper.", "signed_on")
    return sign_agreement(
        db.session(),
        enrollment_id=page.enrollment_id,
        version_id=page.version_id,
        language=page.language,
        text=text,
        shown=form.shown.data or "",
        confirmation=None if form.is_paper else _confirmed(form, page.client_id),
        signed_on=signed_on,
        witness_id=(form.witness_id.data if form.is_paper else actor().staff_id) or 0,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _confirmed(form: SignForm, client_id: int) -> Confirmation:
    return confirm_pin(
        db.session(),
        client_id=client_id,
        pin=form.pin.data or "",
        how=offers.SCREEN,
        hasher=hasher(),
        limit=limit(),
        actor=actor(),
        now=clock.now(),
        permission="consent:change",
    )


@blueprint.get("/agreements/<id:agreement_id>")
@allow("consent:view")
def show(agreement_id: int) -> str | Response:
    """Show an agreement as it was signed, word by word, to print a copy of it."""
    signed = signed_page(db.session(), actor(), agreement_id)
    return show_paper(
        "clients/signed_agreement.html",
        "agreement",
        language=signed.line.language,
        code=signed.code,
        time_zone=signed.time_zone,
        page=signed,
        signed=signed,
        parts=parts_of(signed.text or ""),
    )


@blueprint.route("/agreements/<id:agreement_id>/withdraw", methods=["GET", "POST"])
@allow("consent:change")
def withdraw(agreement_id: int) -> str | Response | tuple[str, int]:
    """Say that a signature was recorded by mistake."""
    signed = signed_page(db.session(), actor(), agreement_id)
    form = WithdrawForm()
    if form.is_new and signed.line.withdrawn_at is not None:
        return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)
    withdrawn = attempt(
        form,
        lambda: withdraw_signature(
            db.session(),
            agreement_id=agreement_id,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        lambda: check_withdrawal(form.reason.data or ""),
    )
    if withdrawn is not None:
        flash(gettext("The signature does not count any more. The client can sign again."))
        return redirect(url_for("consents.index", client_id=signed.client_id), 303)
    return render_template("clients/withdraw_signature.html", form=form, page=signed), status_of(form)


@blueprint.get("/sites/<id:site_id>/unsigned")
@allow("consent:view")
def unsigned(site_id: int) -> str:
    """List the clients of a site who have not signed for the version that they follow."""
    site = site_of(db.session(), actor(), site_id)
    today = clock.day_at(clock.now(), site.time_zone)
    return render_template("clients/unsigned.html", site=site, clients=unsigned_at(db.session(), site.id, today))
