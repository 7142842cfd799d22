"""A client's consents, the agreement about the program, and the account of what was told to whom."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.clients.disclosures import BASES, CONSENT, NOTICE, NOTICE_SOURCE, check_texts
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.clients.consents import AgreementForm, ConsentForm, DisclosureForm, RevokeForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.record_agreement import record_agreement
from cm_tracker.operations.clients.record_consent import record_consent
from cm_tracker.operations.clients.record_disclosure import record_disclosure
from cm_tracker.operations.clients.revoke_consent import revoke_consent
from cm_tracker.queries.clients.agreements import signed_of, unsigned_of
from cm_tracker.queries.clients.clients import ClientName, client_name
from cm_tracker.queries.clients.consents import (
    MOST,
    MOST_OF_ACCOUNT,
    agreements_of,
    consent_page,
    consents_of,
    disclosure_sheet,
    disclosures_of,
)
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.staff.staff import counselors_at
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.papers import show_paper

blueprint = Blueprint("consents", __name__)

# A client may ask for the account of the last six years (45 CFR 164.528).
YEARS = 6


def _client(client_id: int) -> tuple[ClientName, date]:
    """Return a client with the day that it is at their site."""
    client = client_name(db.session(), actor(), client_id)
    return client, clock.day_at(clock.now(), client.time_zone)


def _index_url(client_id: int) -> str:
    return url_for("consents.index", client_id=client_id)


@blueprint.get("/clients/<id:client_id>/consents")
@allow("consent:view")
def index(client_id: int) -> str:
    """Show a client's agreement, consents and disclosures."""
    client, today = _client(client_id)
    return render_template(
        "clients/consents.html",
        client=client,
        consents=consents_of(db.session(), client.id, today),
        agreements=agreements_of(db.session(), client.id),
        signed=signed_of(db.session(), client.id),
        unsigned=unsigned_of(db.session(), client.id, today),
        disclosures=disclosures_of(db.session(), client.id),
        most=MOST,
        bases=BASES,
    )


@blueprint.route("/clients/<id:client_id>/consents/new", methods=["GET", "POST"])
@allow("consent:change")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Record a consent that was signed on paper."""
    client, today = _client(client_id)
    form = ConsentForm()
    if form.is_new:
        form.signed_on.data = today
    saved = attempt(
        form,
        lambda: record_consent(
            db.session(),
            client_id=client.id,
            recipient=form.recipient.data or "",
            what=form.what.data or "",
            purpose=form.purpose.data or "",
            signed_on=form.signed_on.data,
            until=form.until.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: _check_texts(form),
    )
    if saved is not None:
        flash(gettext("The consent is recorded. Keep the paper."))
        return redirect(_index_url(client.id), 303)
    return render_template("clients/new_consent.html", form=form, client=client), status_of(form)


def _check_texts(form: ConsentForm | DisclosureForm) -> None:
    check_texts(recipient=form.recipient.data or "", what=form.what.data or "", purpose=form.purpose.data or "")


@blueprint.route("/consents/<id:consent_id>/revoke", methods=["GET", "POST"])
@allow("consent:change")
def revoke(consent_id: int) -> str | Response | tuple[str, int]:
    """Record that the client took a consent back."""
    page = consent_page(db.session(), actor(), consent_id, clock.now())
    form = RevokeForm()
    if form.is_new:
        form.revoked_on.data = page.today
    saved = attempt(
        form,
        lambda: revoke_consent(
            db.session(),
            consent_id=consent_id,
            revoked_on=form.revoked_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The consent is taken back. Nothing more may be told by it."))
        return redirect(_index_url(page.client_id), 303)
    return render_template("clients/revoke_consent.html", form=form, page=page), status_of(form)


@blueprint.route("/clients/<id:client_id>/agreement/new", methods=["GET", "POST"])
@allow("consent:change")
def agreement(client_id: int) -> str | Response | tuple[str, int]:
    """Record that the client signed the agreement about the program."""
    client, today = _client(client_id)
    form = AgreementForm()
    form.witness_id.choices = choices(counselors_at(db.session(), client.site_id).items())
    if form.is_new:
        form.signed_on.data, form.witness_id.data = today, actor().staff_id
    saved = attempt(
        form,
        lambda: record_agreement(
            db.session(),
            client_id=client.id,
            version=form.version.data or "",
            signed_on=form.signed_on.data,
            witness_id=form.witness_id.data or 0,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if saved is not None:
        flash(gettext("The agreement is recorded. Keep the paper."))
        return redirect(_index_url(client.id), 303)
    return render_template("clients/new_agreement.html", form=form, client=client), status_of(form)


@blueprint.route("/clients/<id:client_id>/disclosures/new", methods=["GET", "POST"])
@allow("disclosure:record")
def disclose(client_id: int) -> str | Response | tuple[str, int]:
    """Ask what a disclosure rests on, record it, and lead to the sheet with the notice that goes with it."""
    client, today = _client(client_id)
    form = DisclosureForm()
    in_force = [line for line in consents_of(db.session(), client.id, today) if line.holds]
    form.basis.choices = choices((word, f"{gettext(basis.words)} ({basis.source})") for word, basis in BASES.items())
    named = [(str(line.id), f"{line.recipient}: {line.what}") for line in in_force]
    form.consent_id.choices = choices(
        [("", gettext("Choose a consent") if named else gettext("None is in force")), *named]
    )
    if form.is_new:
        form.disclosed_on.data = today
        form.basis.data = CONSENT if named else None
    saved = attempt(
        form,
        lambda: record_disclosure(
            db.session(),
            client_id=client.id,
            basis=form.basis.data or "",
            consent_id=id_in(form.consent_id.data),
            recipient=form.recipient.data or "",
            what=form.what.data or "",
            purpose=form.purpose.data or "",
            disclosed_on=form.disclosed_on.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: _check_texts(form),
    )
    if saved is not None:
        return redirect(url_for("consents.sheet", disclosure_id=saved), 303)
    return render_template("clients/new_disclosure.html", form=form, client=client), status_of(form)


@blueprint.get("/disclosures/<id:disclosure_id>")
@allow("consent:view")
def sheet(disclosure_id: int) -> str | Response:
    """Show the sheet that goes with a disclosure, to print: what it rests on, and the notice."""
    of = disclosure_sheet(db.session(), actor(), disclosure_id)
    return show_paper(
        "clients/disclosure_sheet.html",
        "disclosed",
        language="en",  # as the notice, which is the law's own wording
        code=of.code,
        time_zone=current_user.time_zone,
        client=of,
        basis=BASES[of.basis],
        notice=NOTICE,
        source=NOTICE_SOURCE,
    )


@blueprint.get("/clients/<id:client_id>/disclosures/print")
@allow("consent:view")
def account(client_id: int) -> str | Response:
    """Show the account of disclosures of six years in the client's language, to print."""
    client, today = _client(client_id)
    since = today.replace(year=today.year - YEARS, day=min(today.day, 28))
    site = site_of(db.session(), actor(), client.site_id)
    lines = disclosures_of(db.session(), client.id, since=since, most=MOST_OF_ACCOUNT)
    return show_paper(
        "clients/account_of_disclosures.html",
        "disclosures",
        language=client.language,
        code=client.code,
        time_zone=client.time_zone,
        client=client,
        site=site,
        lines=lines,
        bases=BASES,
        first=since,
        last=today,
    )
