"""ID cards of clients: issue them, print them in sheets, and replace a lost one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.clients.id_cards import A4, MOST_PRINTED, PAPERS, PER_PAGE
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.clients.id_cards import CardsForm, LostCardForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.id_cards import card_holders, cards_to_print, valid_card
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.qr_codes import qr_code

blueprint = Blueprint("id_cards", __name__)

SEPARATOR = "-"


@blueprint.route("/id-cards", methods=["GET", "POST"])
@allow("card:issue")
def index() -> str | Response | tuple[str, int]:
    """Choose the clients whose cards are printed, and issue a card to those who have none."""
    sites = sites_of(db.session(), actor())
    site = next((site for site in sites if str(site.id) == request.args.get("site", "")), sites[0] if sites else None)
    if site is None:
        return render_template("day/no_site.html")
    holders = card_holders(db.session(), actor(), site.id)
    form = CardsForm()
    form.client_ids.choices = choices((one.client_id, one.code) for one in holders)

    def save() -> bool:
        for client_id in form.client_ids.data:
            issue_card(
                db.session(),
                client_id=client_id,
                key=f"{form.key.data}-{client_id}",
                actor=actor(),
                now=clock.now(),
            )
        return True

    if attempt(form, save):
        return redirect(_sheet(form.client_ids.data, form.paper.data), 303)
    page = render_template(
        "clients/id_cards.html", form=form, holders=holders, site=site, sites=sites, most=MOST_PRINTED
    )
    return page, status_of(form)


@blueprint.get("/id-cards/print")
@allow("card:issue")
def sheet() -> str:
    """Show valid cards as they are printed, eight to a page."""
    ids = [id_in(text) for text in request.args.get("clients", "").split(SEPARATOR)]
    client_ids = [one for one in ids if one is not None]
    if len(client_ids) < len(ids) or len(ids) > MOST_PRINTED:
        abort(404)
    paper = request.args.get("paper", A4)
    cards = cards_to_print(db.session(), actor(), client_ids)
    pages = [cards[first : first + PER_PAGE] for first in range(0, len(cards), PER_PAGE)]
    return render_template(
        "clients/id_card_sheet.html", pages=pages, n=len(cards), paper=paper if paper in PAPERS else A4, qr=qr_code
    )


@blueprint.route("/clients/<id:client_id>/id-card", methods=["GET", "POST"])
@allow("card:issue")
def of_client(client_id: int) -> str | Response | tuple[str, int]:
    """Show whether a client has a card, issue one, and replace a lost one: the old one stops at once."""
    client = client_name(db.session(), actor(), client_id)
    card = valid_card(db.session(), client.id)
    form = LostCardForm()
    if form.is_new:
        form.shown.data = card.id if card else 0
    card_id = attempt(
        form,
        lambda: issue_card(
            db.session(),
            client_id=client.id,
            instead_of=form.shown.data or None,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if card_id is not None:
        flash(
            gettext("The card is issued. Print it now.")
            if not form.shown.data
            else gettext("The old card has stopped. Print this one.")
        )
        return redirect(_sheet([client.id], A4), 303)
    return render_template("clients/id_card.html", form=form, client=client, card=card), status_of(form)


def _sheet(client_ids: list[int], paper: str) -> str:
    return url_for("id_cards.sheet", clients=SEPARATOR.join(map(str, client_ids)), paper=paper)
