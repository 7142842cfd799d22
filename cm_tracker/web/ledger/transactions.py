"""The ledger for leads and auditors: a filtered list as a page and as a CSV file, and one transaction with its seal."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.forms.base import choices
from cm_tracker.forms.ledger.ledger import LedgerFilterForm
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.ledger.transactions import (
    LedgerFilter,
    TransactionLine,
    head,
    ledger_is_longer_than,
    program_losses,
    transaction,
    transactions,
)
from cm_tracker.queries.paging import BATCH
from cm_tracker.queries.staff.sites import sites_of, zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.csv_download import MOST_LINES, TOO_MANY, csv_download, instant, lines_of_list
from cm_tracker.web.form_answers import cursor_from

blueprint = Blueprint("ledger", __name__, url_prefix="/ledger")


@blueprint.get("")
@allow("ledger:view")
def index() -> str:
    """Show the transactions, newest first."""
    return _page(_form())


@blueprint.get("/transactions.csv")
@allow("ledger:view", fresh=True)
def download() -> Response | tuple[str, int]:
    """Send every transaction that matches the filter as a CSV file, one row per entry, so that sums can be checked."""
    form = _form()
    chosen = _filter(form)
    if not form.errors and ledger_is_longer_than(db.session(), actor(), chosen, MOST_LINES):
        form.since.errors = [TOO_MANY]
    if form.errors:
        return _page(form), 422
    who, zone = actor(), chosen.time_zone
    note_download(
        db.session(),
        list_name="ledger",
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=who,
        now=clock.now(),
    )
    lines = lines_of_list(lambda before: transactions(db.session(), who, chosen, before=before, size=BATCH))
    columns = (
        f"When ({zone})", "Seal", "Kind", "Site", "Client code", "By", "Account", "Amount", "Unit", "Prize",
        "Card ends in", "For visit", "Why",
    )  # fmt: skip
    return csv_download(f"ledger-{clock.day_at(clock.now(), zone)}", columns, _rows(lines, zone))


def _rows(lines: Iterator[TransactionLine], zone: str) -> Iterator[tuple[object, ...]]:
    for line in lines:
        for entry in line.entries:
            yield (
                instant(line.recorded_at, zone),
                line.seq,
                line.kind,
                line.site_name,
                line.client_code,
                line.staff_name or line.via,
                entry.account,
                entry.amount,
                entry.unit,
                entry.prize_name,
                entry.last_four,
                entry.visit_id,
                line.note,
            )


def _form() -> LedgerFilterForm:
    form = LedgerFilterForm(request.args)
    sites = sites_of(db.session(), actor())
    form.kind.choices = choices([("", "All"), *((kind.name, kind.label) for kind in KINDS.values())])
    form.site_id.choices = choices([("", "All my sites"), *((str(site.id), site.name) for site in sites)])
    form.validate()
    return form


def _filter(form: LedgerFilterForm) -> LedgerFilter:
    site_id = form.chosen_id("site_id")
    return LedgerFilter(
        kind=form.chosen("kind") or "",
        client_code=form.chosen("client_code") or "",
        site_id=site_id,
        since=form.chosen("since"),
        until=form.chosen("until"),
        time_zone=zone_of_list(db.session(), actor(), site_id),
    )


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
