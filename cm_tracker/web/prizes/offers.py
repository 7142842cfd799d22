"""Offers: staff choose a prize with the client. The client confirms it on the staff screen or at the kiosk."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, sentences
from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed, NotFound, Refused, TooManyTries, WrongPin
from cm_tracker.domain.prizes import offers
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.prizes.offers import ConfirmForm, KioskConfirmForm, OfferForm
from cm_tracker.forms.prizes.priced import accept_old_price, id_and_price, priced
from cm_tracker.i18n import gettext, set_language
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.withdraw_offer import withdraw_offer
from cm_tracker.queries.clients.clients import balances_of, ceilings_of, client_name
from cm_tracker.queries.day.shelf_today import may_not_last
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog_at, had_of
from cm_tracker.queries.prizes.offers import offer_card
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.web.access import KIOSK, actor, allow, device, hasher, limit
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.kiosk import visitors
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import tell
from cm_tracker.web.prizes.choices import prize_choices

blueprint = Blueprint("offers", __name__)


@blueprint.route("/clients/<id:client_id>/redeem", methods=["GET", "POST"])
@allow("prize:redeem")
def new(client_id: int) -> str | Response | tuple[str, int]:
    """Choose a prize with the client, for points."""
    client = client_name(db.session(), actor(), client_id)
    balance = balances_of(db.session(), client.id)["points"]
    prizes = catalog_at(db.session(), actor(), client.site_id)
    today = clock.day_at(clock.now(), client.time_zone)
    had = had_of(db.session(), client.id, client.time_zone)
    form = OfferForm()
    form.prize.choices = choices((priced(prize.id, prize.price_points), prize.name) for prize in prizes)
    if form.is_submitted():
        accept_old_price(form.prize)
    if form.is_new:
        form.prize.data = _asked_for(prizes)
    offer_id = attempt(
        form,
        lambda: offer_prize(
            db.session(),
            client_id=client.id,
            prize_id=id_and_price(form.prize.data)[0],
            price_points=id_and_price(form.prize.data)[1],
            quantity=form.quantity.data or 1,
            is_set_aside=form.is_set_aside.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if offer_id is not None:
        return redirect(url_for("offers.show", offer_id=offer_id), 303)
    allowed = {prize.id: prize.limit.left(had.get(prize.id, []), today) for prize in prizes if prize.limit}
    offered = prize_choices(prizes, client.site_id, balance, allowed)
    page = render_template(
        "prizes/new_offer.html",
        form=form,
        client=client,
        balance=balance,
        point_value=point_value(db.session()),
        ceilings=ceilings_of(db.session(), actor(), client.id, clock.now()),
        # The form has one choice more than there are prizes if `accept_old_price` added one.
        rows=list(zip(form.prize, offered, strict=False)),
        short=may_not_last(
            db.session(),
            client.site_id,
            {choice.prize.id: choice.left for choice in offered if choice.left is not None},
            clock.now(),
        ),
        is_any_available=any(choice.is_available for choice in offered),
    )
    return page, status_of(form)


def _asked_for(prizes: Sequence[PrizeLine]) -> str | None:
    """Return the choice of the prize that the URL names, such as one that the client asked for, or None."""
    wanted = id_in(request.args.get("prize"))
    return next((priced(prize.id, prize.price_points) for prize in prizes if prize.id == wanted), None)


@blueprint.route("/offers/<id:offer_id>", methods=["GET", "POST"])
@allow("prize:redeem")
def show(offer_id: int) -> str | Response | tuple[str, int]:
    """Show the offer to the client. They confirm it here or at the kiosk, or staff say why there is no PIN."""
    card = offer_card(db.session(), actor(), offer_id)
    if card.redemption_id is not None:  # an old page from the browser's history, sent again
        return redirect(url_for("redemptions.show", redemption_id=card.redemption_id), 303)
    form = ConfirmForm()
    redemption_id = attempt(
        form,
        lambda: redeem_prize(
            db.session(),
            offer_id=offer_id,
            confirmation=confirmation_of(form, card.client_id),
            actor=actor(),
            now=clock.now(),
        ),
    )
    if redemption_id is not None:
        return redirect(url_for("redemptions.show", redemption_id=redemption_id), 303)
    set_language(card.language)
    problem = pin_problem(form)
    seconds_left = max(int((card.ends_at - clock.now()).total_seconds()), 0)
    page = render_template(
        "prizes/offer.html",
        form=form,
        card=card,
        is_open=card.is_open(clock.now()),
        seconds_left=seconds_left,
        problem=problem,
    )
    return page, status_of(form)


def pin_problem(form: ConfirmForm) -> str | None:
    """Return what is wrong with the PIN in the client's language, or None. Remove the English text from the form."""
    error = getattr(form, "refusal", None)
    if not isinstance(error, WrongPin | TooManyTries) and not form.pin.errors:
        return None
    form.form_errors, form.pin.errors = [], []
    return sentences.refused_offer(error or WrongPin())


def confirmation_of(form: ConfirmForm, client_id: int) -> Confirmation:
    """Return the client's confirmation on the staff screen, or the reason why there is no PIN."""
    if form.how.data == offers.NOBODY:
        return offers.unconfirmed(client_id, form.why.data or "")
    return confirm_by_pin(client_id, form.pin.data or "", offers.SCREEN, actor)


def confirm_by_pin(client_id: int, pin: str, how: str, who: Callable[[], Actor]) -> Confirmation:
    return confirm_pin(
        db.session(),
        client_id=client_id,
        pin=pin,
        how=how,
        hasher=hasher(),
        limit=limit(),
        actor=who(),
        now=clock.now(),
        device_id=device().id if how == offers.KIOSK else None,
    )


@blueprint.post("/offers/<id:offer_id>/withdraw")
@allow("prize:redeem")
def withdraw(offer_id: int) -> Response:
    """Withdraw an offer that the client does not want after all."""
    card = offer_card(db.session(), actor(), offer_id)
    withdraw_offer(db.session(), offer_id=offer_id, actor=actor(), now=clock.now())
    flash(gettext("Nothing was handed out, and nothing was taken."))
    return redirect(url_for("clients.show", client_id=card.client_id), 303)


@blueprint.post("/kiosk/offers/<id:offer_id>")
@allow(KIOSK)
def answer_at_kiosk(offer_id: int) -> Response:
    """Take the client's answer to an offer at the kiosk: yes with their PIN, or no."""
    token = request.cookies.get(CARD_COOKIE, "")
    visitor = visitors.visitor()
    if visitor is None:
        return redirect(url_for("kiosk.start"), 303)
    form, problem = KioskConfirmForm(), None
    if offer_card(db.session(), visitor.actor, offer_id).client_id != visitor.client_id:
        raise NotFound(what="offer")
    try:
        if "no" in request.form:
            withdraw_offer(db.session(), offer_id=offer_id, actor=visitor.actor, now=clock.now())
        else:
            if not form.validate():
                # A PIN that cannot be one is not checked, and no try is counted for it.
                raise WrongPin
            confirmation = confirm_by_pin(visitor.client_id, form.pin.data or "", offers.KIOSK, lambda: visitor.actor)
            redeem_prize(
                db.session(),
                offer_id=offer_id,
                confirmation=confirmation,
                actor=visitor.actor,
                now=clock.now(),
            )
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        problem = sentences.refused_offer(error)
    extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
    card = url_for("kiosk_cards.show")
    return redirect(card, 303) if problem is None else tell(card, problem=problem)
