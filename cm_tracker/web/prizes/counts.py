"""Counts of the cabinet. The person who counts does not see the ledger's numbers, and a second person signs."""

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.prizes.counts import SignForm, cards_of, count_form, counted_of
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.queries.prizes.cards import digits_of
from cm_tracker.queries.prizes.counts import count_card, counts, prize_names, to_count
from cm_tracker.queries.staff.sites import site_of, sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("counts", __name__, url_prefix="/counts")


@blueprint.get("")
@allow("prize:view")
def index() -> str:
    """List the newest counts, and link to a new one."""
    return render_template(
        "prizes/counts.html", counts=counts(db.session(), actor()), sites=sites_of(db.session(), actor())
    )


@blueprint.route("/new/<id:site_id>", methods=["GET", "POST"])
@allow("stock:count")
def new(site_id: int) -> str | Response | tuple[str, int]:
    """Enter a count. The ledger's numbers are not shown before the count is saved."""
    site = site_of(db.session(), actor(), site_id)
    prizes = to_count(db.session(), site_id)
    form = count_form((prize.prize_id, prize.name, prize.is_serial) for prize in prizes)
    cards = cards_of(form, [prize.prize_id for prize in prizes if prize.is_serial])
    count_id = attempt(
        form,
        lambda: count_stock(
            db.session(),
            site_id=site_id,
            counted=counted_of(form, [prize.prize_id for prize in prizes if not prize.is_serial]),
            cards=cards,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if count_id is not None:
        flash("The count is saved. A colleague has to check the cabinet and sign.")
        return redirect(url_for("counts.show", count_id=count_id), 303)
    tiers = [
        (tier, [form[f"prize_{prize.prize_id}"] for prize in group])
        for tier, group in groupby(prizes, lambda prize: prize.tier)
    ]
    return render_template("prizes/new_count.html", form=form, site=site, tiers=tiers), status_of(form)


@blueprint.route("/<id:count_id>", methods=["GET", "POST"])
@allow("prize:view")
def show(count_id: int) -> str | Response | tuple[str, int]:
    """Show what was counted next to the ledger's numbers. The second person signs here."""
    card = count_card(db.session(), actor(), count_id)
    form = SignForm()
    signed = attempt(
        form,
        lambda: sign_count(
            db.session(),
            count_id=count_id,
            reason=form.reason.data or "",
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if signed is not None:
        flash("Signed. The ledger now has the counted numbers.")
        return redirect(url_for("counts.show", count_id=count_id), 303)
    return (
        render_template(
            "prizes/count.html",
            card=card,
            names=prize_names(db.session(), card),
            digits=digits_of(db.session(), [card_id for line in card.lines for card_id in line.missing_cards]),
            form=form,
            is_own=card.staff_id == current_user.person.actor.staff_id,
        ),
        status_of(form),
    )
