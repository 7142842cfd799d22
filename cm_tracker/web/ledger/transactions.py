"""The ledger for leads and auditors: filtered lists, and one transaction with its seal."""

from flask import Blueprint, render_template, request
from wtforms import Form

from cm_tracker.db import db
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.ledger import LedgerFilterForm
from cm_tracker.queries.ledger.transactions import KINDS, LedgerFilter, head, program_losses, transaction, transactions
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")


@blueprint.get("")
@allow("ledger:view")
def index() -> str:
    """Transactions, newest first."""
    form = LedgerFilterForm(request.args)
    sites = sites_of(db.session(), actor())
    form.kind.choices = choices([("", "All"), *((kind, kind.capitalize()) for kind in KINDS)])
    form.site_id.choices = choices([("", "All my sites"), *((str(site.id), site.name) for site in sites)])
    form.validate()
    asked = LedgerFilter(
        kind=form.kind.data if not form.kind.errors else "",
        client_code=form.client_code.data or "",
        site_id=int(form.site_id.data) if form.site_id.data and not form.site_id.errors else None,
        since=form.since.data if not form.since.errors else None,
        until=form.until.data if not form.until.errors else None,
        before=cursor_from(request.args),
    )
    return render_template(
        "ledger/transactions.html",
        form=form,
        page=transactions(db.session(), actor(), asked),
        head=head(db.session()),
        losses=program_losses(db.session(), actor()),
        asked=asked_of(form),
    )


@blueprint.get("/<id:transaction_id>")
@allow("ledger:view")
def show(transaction_id: int) -> str:
    """One transaction, its entries, and its link of the chain."""
    return render_template("ledger/transaction.html", sealed=transaction(db.session(), actor(), transaction_id))


def asked_of(form: Form) -> dict[str, str]:
    """The filter as it stood in the URL, for the link to the next page."""
    return {field.name: str(field.data) for field in form if field.data and not field.errors}
