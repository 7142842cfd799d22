"""The ledger for leads and auditors: a filtered list as a page, a file and on paper, and one transaction with its seal."""

from flask import Blueprint, render_template, request

from cm_tracker import labels
from cm_tracker.db import db
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.exports.ledger import TRANSACTIONS
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.ledger import LedgerFilterForm
from cm_tracker.i18n import gettext
from cm_tracker.queries.ledger.transactions import (
    LedgerFilter,
    head,
    program_losses,
    transaction,
    transactions,
)
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.list_files import Answer, common_filter, offer_sites, send_list

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")


@blueprint.get("")
@allow("ledger:view")
def index() -> str:
    """Show the transactions, newest first."""
    return _page(_form())


@blueprint.get("/transactions.<any(csv, xlsx, print):way>")
@allow("ledger:view", fresh=True)
def download(way: str) -> Answer:
    """Send every transaction that matches the filter, one row per entry, so that sums can be checked."""
    form = _form()
    return send_list(TRANSACTIONS, way, form, _filter(form), lambda: _page(form))


def _form() -> LedgerFilterForm:
    form = LedgerFilterForm(request.args)
    offer_sites(form)
    form.kind.choices = choices([("", gettext("All")), *((name, labels.ledger.kind(name).text) for name in KINDS)])
    form.validate()
    return form


def _filter(form: LedgerFilterForm) -> LedgerFilter:
    return LedgerFilter(**common_filter(form), kind=form.chosen("kind") or "")


def _page(form: LedgerFilterForm) -> str:
    chosen = _filter(form)
    return render_template(
        "ledger/transactions.html",
        form=form,
        page=transactions(db.session(), actor(), chosen, before=cursor_from(request.args)),
        head=head(db.session()),
        losses=program_losses(db.session(), actor()),
        zone=chosen.time_zone,
        query=form.in_url(),
    )


@blueprint.get("/<id:transaction_id>")
@allow("ledger:view")
def show(transaction_id: int) -> str:
    """Show one transaction with its entries and its seal."""
    return render_template("ledger/transaction.html", sealed=transaction(db.session(), actor(), transaction_id))
