"""Counts of the cabinet. Nobody sees the ledger's numbers before a second person has checked, and then one signs."""

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import Form
from cm_tracker.forms.prizes.counts import CheckForm, SignForm, cards_of, count_form, counted_of
from cm_tracker.i18n import gettext
from cm_tracker.operations.prizes.begin_count import begin_count
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.repeat_count import repeat_count
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.stop_count import stop_count
from cm_tracker.queries.prizes.cards import digits_of
from cm_tracker.queries.prizes.counts import (
    CountCard,
    count_card,
    counts,
    counts_of_round,
    moved_since,
    prize_names,
    to_count,
)
from cm_tracker.queries.prizes.rounds import open_rounds
from cm_tracker.queries.staff.sites import SiteLine, site_of, sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("counts", __name__, url_prefix="/counts")


@blueprint.get("")
@allow("stock:view")
def index() -> str:
    """List the newest counts, and link to a new one."""
    return render_template(
        "prizes/counts.html",
        counts=counts(db.session(), actor()),
        sites=sites_of(db.session(), actor()),
        rounds=open_rounds(db.session(), actor()),
    )


@blueprint.route("/begin/<id:site_id>", methods=["GET", "POST"])
@allow("stock:count")
def begin(site_id: int) -> str | Response | tuple[str, int]:
    """Begin to count: from then on no page shows how many prizes should be there."""
    site = site_of(db.session(), actor(), site_id)
    form = Form()
    if attempt(form, lambda: begin_count(db.session(), site_id=site_id, actor=actor(), now=clock.now())) is not None:
        return redirect(url_for("counts.new", site_id=site_id), 303)
    return render_template("prizes/begin_count.html", form=form, site=site), status_of(form)


@blueprint.post("/stop/<id:site_id>")
@allow("stock:count")
def stop(site_id: int) -> Response:
    """Stop a count in which nobody has entered numbers."""
    site_of(db.session(), actor(), site_id)
    stop_count(db.session(), site_id=site_id, actor=actor(), now=clock.now())
    flash(gettext("Nobody counts now. The numbers are shown again."))
    return redirect(url_for("counts.index"), 303)


@blueprint.route("/new/<id:site_id>", methods=["GET", "POST"])
@allow("stock:count")
def new(site_id: int) -> str | Response | tuple[str, int]:
    """Enter a count. Without an open round, begin one first."""
    site = site_of(db.session(), actor(), site_id)
    open_round = open_rounds(db.session(), actor()).get(site_id)
    prizes = to_count(db.session(), site_id)
    form = count_form((prize.prize_id, prize.name, prize.is_serial) for prize in prizes)
    if not form.is_submitted() and (open_round is None or open_round.is_checked):
        return redirect(url_for("counts.begin", site_id=site_id))
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
        flash(gettext("The count is saved."))
        return redirect(url_for("counts.show", count_id=count_id), 303)
    tiers = [
        (tier, [form[f"prize_{prize.prize_id}"] for prize in group])
        for tier, group in groupby(prizes, lambda prize: prize.tier)
    ]
    page = render_template("prizes/new_count.html", form=form, site=site, tiers=tiers, open_round=open_round)
    return page, status_of(form)


@blueprint.get("/<id:count_id>")
@allow("stock:view")
def show(count_id: int) -> str:
    """Show every count of a round. The ledger's numbers are beside them once two people stand behind a count."""
    card = count_card(db.session(), actor(), count_id)
    return _page(card, CheckForm() if card.waits_for_check else SignForm())


@blueprint.post("/<id:count_id>/check")
@allow("stock:count")
def check(count_id: int) -> Response | tuple[str, int]:
    """Say that one found in the cabinet what was counted. Then the ledger's numbers are shown."""
    form = CheckForm()
    checked = attempt(
        form,
        lambda: check_count(db.session(), count_id=count_id, key=form.key.data, actor=actor(), now=clock.now()),
    )
    card = count_card(db.session(), actor(), count_id)
    if checked is None:
        return _page(card, form), status_of(form)
    if card.signed_at:
        flash(gettext("Signed: the cabinet and the ledger agree."))
    else:
        flash(gettext("Checked. This is what the ledger says."))
    return redirect(url_for("counts.show", count_id=count_id), 303)


@blueprint.post("/<id:count_id>/sign")
@allow("count:sign")
def sign(count_id: int) -> Response | tuple[str, int]:
    """Sign the difference of a checked count, or, as a lead, have the cabinet counted again."""
    form, is_repeated = SignForm(), "again" in request.form

    def save() -> bool:
        reason = form.reason.data or ""
        if is_repeated:
            repeat_count(db.session(), count_id=count_id, reason=reason, actor=actor(), now=clock.now())
        else:
            sign_count(
                db.session(), count_id=count_id, reason=reason, key=form.key.data, actor=actor(), now=clock.now()
            )
        return True

    if attempt(form, save) is None:
        return _page(count_card(db.session(), actor(), count_id), form), status_of(form)
    if is_repeated:
        flash(gettext("Nothing is booked. The cabinet can be counted again."))
    else:
        flash(gettext("Signed. The ledger now has the counted numbers."))
    return redirect(url_for("counts.show", count_id=count_id), 303)


def _page(card: CountCard, form: Form) -> str:
    others = [one for one in counts_of_round(db.session(), card) if one.id != card.id]
    site: SiteLine = site_of(db.session(), actor(), card.site_id)
    return render_template(
        "prizes/count.html",
        card=card,
        others=others,
        names=prize_names(db.session(), card),
        digits=digits_of(db.session(), [card_id for line in card.lines for card_id in line.missing_cards]),
        moved=moved_since(db.session(), card) if card.waits_for_check else {},
        form=form,
        limit=site.settings.count_loss_cents,
        is_own=card.staff_id == current_user.person.actor.staff_id,
    )
