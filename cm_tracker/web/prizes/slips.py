"""All slips of a client at once: a prize for each of them, and one confirmation with the PIN.

Each slip stays a record of its own, with its own receipt. One that cannot be handed out keeps its offer, and so does
every one that was not reached: the page shows what is left, and goes on from there.
"""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, draw_sentences, sentences
from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed, NotFound, OfferWithdrawn, Refused, WrongPin
from cm_tracker.domain.prizes import offers
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.offers import (
    ConfirmSlipsForm,
    KioskConfirmSlipsForm,
    ShownOffersForm,
    SlipsForm,
    slips_form,
)
from cm_tracker.i18n import gettext, set_language
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.prizes.offer_slips import MOST_SLIPS, SlipChoice, offer_slips
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.withdraw_offer import withdraw_offer
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at
from cm_tracker.queries.prizes.draws import won_by
from cm_tracker.queries.prizes.offers import OfferCard, slip_offers
from cm_tracker.web.access import KIOSK, actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.kiosk import visitors
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import tell
from cm_tracker.web.prizes.choices import left_of, shown_left
from cm_tracker.web.prizes.offers import confirm_by_pin, confirmation_of, pin_problem

blueprint = Blueprint("slips", __name__)


@blueprint.route("/clients/<id:client_id>/slips", methods=["GET", "POST"])
@allow("prize:redeem")
def choose(client_id: int) -> str | Response | tuple[str, int]:
    """Choose a prize with the client for each slip that they drew."""
    client = client_name(db.session(), actor(), client_id)
    won = won_by(db.session(), client.id)
    tiers = [tier for tier, count in won.items() for _ in range(count)][:MOST_SLIPS]
    prizes = catalog_at(db.session(), actor(), client.site_id)
    form = slips_form(len(tiers))()
    for tier, field in zip(tiers, form.chosen, strict=True):
        field.label.text = draw_sentences.tier(tier).capitalize()
        field.choices = _choices(prizes, tier, client.site_id)
    offer_id = attempt(
        form,
        lambda: offer_slips(
            db.session(),
            client_id=client.id,
            chosen=_chosen(form, tiers),
            is_set_aside=form.is_set_aside.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if offer_id is not None:
        return redirect(url_for("slips.confirm", client_id=client.id), 303)
    if not tiers and not form.is_submitted():
        return redirect(url_for("draws.of_client", client_id=client.id), 303)
    page = render_template("prizes/slips.html", form=form, client=client, count=sum(won.values()), shown=len(tiers))
    return page, status_of(form)


def _choices(prizes: Sequence[PrizeLine], tier: str, site_id: int) -> list[object]:
    """Return the prizes of a tier that are on the shelf, after a choice for later."""
    fitting = [prize for prize in prizes if prize.tier == tier and shown_left(prize, site_id) != 0]
    named = ((str(prize.id), f"{prize.name} ({left_of(shown_left(prize, site_id))})") for prize in fitting)
    return choices([("", gettext("Later")), *named])


def _chosen(form: SlipsForm, tiers: Sequence[str]) -> list[SlipChoice]:
    return [SlipChoice(tier, int(field.data)) for tier, field in zip(tiers, form.chosen, strict=True) if field.data]


@blueprint.route("/clients/<id:client_id>/slips/confirm", methods=["GET", "POST"])
@allow("prize:redeem")
def confirm(client_id: int) -> str | Response | tuple[str, int]:
    """Let the client confirm all offers for their slips with one PIN, and show what was handed out."""
    client = client_name(db.session(), actor(), client_id)
    form = ConfirmSlipsForm()
    refused: list[tuple[OfferCard, Refused]] = []

    def save() -> bool | None:
        offered = _shown(slip_offers(db.session(), actor(), client.id, clock.now()), form)
        refused.extend(_redeem(offered, confirmation_of(form, client.id), actor()))
        return None if refused else True

    if attempt(form, save):
        return redirect(url_for("slips.confirm", client_id=client.id), 303)
    found = slip_offers(db.session(), actor(), client.id, clock.now())
    if not found:
        return redirect(url_for("draws.of_client", client_id=client.id), 303)
    set_language(client.language)
    waiting = _open(found)
    page = render_template(
        "prizes/confirm_slips.html",
        form=form,
        client=client,
        waiting=waiting,
        has_pin=found[0].has_pin,
        minutes=found[0].minutes,
        done=[one for one in found if one.redemption_id is not None],
        refused=refused,
        problem=pin_problem(form),
    )
    return page, 409 if refused else status_of(form)


@blueprint.post("/kiosk/slips")
@allow(KIOSK)
def confirm_at_kiosk() -> Response:
    """Take the client's answer at the kiosk to all offers for their slips: yes with one PIN, or no."""
    token = request.cookies.get(CARD_COOKIE, "")
    visitor = visitors.visitor()
    if visitor is None:
        return redirect(url_for("kiosk.start"), 303)
    form, problem = KioskConfirmSlipsForm(), None
    try:
        offered = _shown(slip_offers(db.session(), visitor.actor, visitor.client_id, clock.now()), form)
        if "no" in request.form:
            for offer in offered:
                withdraw_offer(db.session(), offer_id=offer.id, actor=visitor.actor, now=clock.now())
        elif not form.validate():
            # A PIN that cannot be one is not checked, and no try is counted for it.
            raise WrongPin
        else:
            confirmation = confirm_by_pin(visitor.client_id, form.pin.data or "", offers.KIOSK, lambda: visitor.actor)
            for _offer, error in _redeem(offered, confirmation, visitor.actor):
                problem = sentences.refused_offer(error)
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        problem = sentences.refused_offer(error)
    extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    card = url_for("kiosk_cards.show")
    return redirect(card, 303) if problem is None else tell(card, problem=problem)


def _open(found: Sequence[OfferCard]) -> list[OfferCard]:
    now = clock.now()
    return [one for one in found if one.is_open(now)]


def _shown(found: Sequence[OfferCard], form: ShownOffersForm) -> list[OfferCard]:
    """Return the offers that the page showed and that are still open. Others wait until the client has seen them.

    Raise `OfferWithdrawn` where none of those that were shown is open or was handed out.
    """
    of_page = [one for one in found if one.id in form.shown]
    offered = _open(of_page)
    if not offered and not any(one.redemption_id is not None for one in of_page):
        raise OfferWithdrawn
    return offered


def _redeem(waiting: Sequence[OfferCard], confirmation: Confirmation, who: Actor) -> list[tuple[OfferCard, Refused]]:
    """Hand out the offers one after the other, each in a transaction of its own. Return those that were refused."""
    refused: list[tuple[OfferCard, Refused]] = []
    for offer in waiting:
        try:
            redeem_prize(db.session(), offer_id=offer.id, confirmation=confirmation, actor=who, now=clock.now())
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            refused.append((offer, error))
    return refused
