"""The catalog, deliveries, and redemptions."""

import re
from decimal import Decimal

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from cm_tracker import clock, sentences
from cm_tracker.db import db
from cm_tracker.domain.corrections import check_redemption_undo
from cm_tracker.domain.errors import AlreadyReturned, NotFound
from cm_tracker.forms.corrections import RedemptionUndoForm
from cm_tracker.forms.prizes import DeliveryForm, InventoryForm, PrizeForm, RedeemForm
from cm_tracker.forms.shape import choices
from cm_tracker.i18n import moment
from cm_tracker.operations.deliver_stock import deliver_stock
from cm_tracker.operations.redeem_prize import redeem_prize
from cm_tracker.operations.save_prize import save_prize
from cm_tracker.operations.undo_redemption import undo_redemption
from cm_tracker.pictures import MEDIA_TYPE
from cm_tracker.queries.clients import balances_of, client_name
from cm_tracker.queries.draws import tiers
from cm_tracker.queries.inventory import inventory
from cm_tracker.queries.prizes import catalog, catalog_at, had_of, picture, prize_line, receipt
from cm_tracker.queries.sites import site_of, sites_of
from cm_tracker.web.access import PUBLIC, actor, allow
from cm_tracker.web.asking import attempt, status_of

room = Blueprint("prizes", __name__)


@room.get("/prizes")
@allow("prize:view")
def list() -> str:
    """The catalog with what is on each shelf."""
    return render_template(
        "prizes/list.html",
        prizes=catalog(db.session(), actor(), only_active=False),
        sites=sites_of(db.session(), actor()),
    )


@room.get("/prizes/pictures/<digest>.webp")
@allow(PUBLIC)
def show_picture(digest: str) -> Response:
    """A prize's picture, by its digest: at the kiosk, too, and it says nothing about anybody."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound(what="picture")
    answer = make_response(picture(db.session(), bytes.fromhex(digest)))
    answer.content_type = MEDIA_TYPE
    return answer


@room.route("/prizes/new", methods=["GET", "POST"])
@allow("prize:manage")
def new() -> str | Response | tuple[str, int]:
    """Put a prize into the catalog."""
    form = PrizeForm()
    _offer(form, None)
    prize_id = attempt(form, lambda: _save(form, None))
    if prize_id is not None:
        flash("The prize is in the catalog. Book in what is on the shelf.")
        return redirect(url_for("prizes.deliver", prize_id=prize_id), 303)
    return render_template("prizes/new.html", form=form), status_of(form)


@room.route("/prizes/<id:prize_id>/edit", methods=["GET", "POST"])
@allow("prize:manage")
def edit(prize_id: int) -> str | Response | tuple[str, int]:
    """Change a prize."""
    prize = prize_line(db.session(), actor(), prize_id)
    form = PrizeForm(obj=prize)
    _offer(form, prize.tier)
    if not form.is_submitted():
        form.retail.data = Decimal(prize.retail_cents) / 100
    if attempt(form, lambda: _save(form, prize_id)) is not None:
        flash("Saved.")
        return redirect(url_for("prizes.list"), 303)
    return render_template("prizes/edit.html", form=form, prize=prize), status_of(form)


def _offer(form: PrizeForm, tier: str | None) -> None:
    form.offer(tiers(db.session()), tier, [(site.id, site.name) for site in sites_of(db.session(), actor())])


def _save(form: PrizeForm, prize_id: int | None) -> int:
    return save_prize(
        db.session(),
        name=form.name.data,
        name_es=form.name_es.data or "",
        category=form.category.data,
        price_points=form.price_points.data,
        retail_cents=form.retail_cents(),
        is_active=form.is_active.data,
        tier=form.tier.data or None,
        description=form.description.data or "",
        description_es=form.description_es.data or "",
        site_id=int(form.site_id.data) if form.site_id.data else None,
        limit_count=form.limit_count.data,
        limit_days=form.limit_days.data,
        picture=form.upload.data.read() if form.upload.data else None,
        drops_picture=form.drops_picture.data,
        actor=actor(),
        now=clock.now(),
        prize_id=prize_id,
    )


@room.route("/prizes/<id:prize_id>/deliver", methods=["GET", "POST"])
@allow("prize:manage")
def deliver(prize_id: int) -> str | Response | tuple[str, int]:
    """Book a delivery into a site's cabinet."""
    prize = prize_line(db.session(), actor(), prize_id)
    sites = [site for site in sites_of(db.session(), actor()) if prize.site_id in (None, site.id)]
    form = DeliveryForm()
    form.site_id.choices = choices((site.id, f"{site.name} ({prize.left_at(site.id)} there now)") for site in sites)
    if not form.is_submitted() and len(sites) == 1:
        form.site_id.data = sites[0].id
    moved = attempt(
        form,
        lambda: deliver_stock(
            db.session(),
            site_id=form.site_id.data,
            prize_id=prize_id,
            quantity=form.quantity.data,
            unit_cents=form.unit_cents(),
            note=form.note.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if moved is not None:
        flash("The delivery is booked in.")
        return redirect(url_for("prizes.list"), 303)
    return render_template("prizes/deliver.html", form=form, prize=prize), status_of(form)


@room.get("/sites/<id:site_id>/inventory")
@allow("prize:view")
def report(site_id: int) -> str | tuple[str, int]:
    """The inventory of a site over a while, to look at and to print: this month, unless another while is asked for."""
    site = site_of(db.session(), actor(), site_id)
    today = clock.day_at(clock.now(), site.time_zone)
    form = InventoryForm(request.args, since=today.replace(day=1), until=today)
    since, until, status = today.replace(day=1), today, 200
    if request.args:
        if form.validate():
            since, until = form.since.data, form.until.data
        else:
            status = 422
    return render_template(
        "prizes/inventory.html", report=inventory(db.session(), actor(), site_id, since, until), form=form
    ), status


@room.route("/clients/<id:client_id>/redeem", methods=["GET", "POST"])
@allow("prize:redeem")
def redeem(client_id: int) -> str | Response | tuple[str, int]:
    """Hand a prize to a client for points."""
    client = client_name(db.session(), actor(), client_id)
    balance = balances_of(db.session(), client_id)["points"]
    prizes = catalog_at(db.session(), actor(), client.site_id)
    today = clock.day_at(clock.now(), client.time_zone)
    had = had_of(db.session(), client_id, client.time_zone)
    form = RedeemForm()
    form.prize.choices = choices((f"{prize.id}:{prize.price_points}", prize.name) for prize in prizes)
    _accept_old_price(form)
    redemption_id = attempt(
        form,
        lambda: redeem_prize(
            db.session(),
            client_id=client_id,
            prize_id=int(form.prize.data.partition(":")[0]),
            price_points=int(form.prize.data.partition(":")[2]),
            quantity=form.quantity.data or 1,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if redemption_id is not None:
        return redirect(url_for("prizes.show_receipt", redemption_id=redemption_id), 303)
    return (
        render_template(
            "prizes/redeem.html",
            form=form,
            client=client,
            balance=balance,
            prizes=prizes,
            left={prize.id: prize.limit.left(had.get(prize.id, []), today) for prize in prizes if prize.limit},
        ),
        status_of(form),
    )


def _accept_old_price(form: RedeemForm) -> None:
    """Let a price that was shown a while ago through to the operation, which says what it is now."""
    sent = form.prize.data or ""
    known = [choice.value for choice in form.prize.choices]
    if form.is_submitted() and re.fullmatch(r"[0-9]{1,15}:[0-9]{1,7}", sent) and sent not in known:
        form.prize.choices = [*form.prize.choices, SelectChoice(value=sent, label="")]


@room.get("/redemptions/<id:redemption_id>")
@allow("prize:redeem")
def show_receipt(redemption_id: int) -> str:
    """The receipt, to show and to print."""
    found = receipt(db.session(), actor(), redemption_id, clock.now())
    return render_template("prizes/receipt.html", receipt=found, sentences=sentences)


@room.route("/redemptions/<id:redemption_id>/undo", methods=["GET", "POST"])
@allow("redemption:undo")
def undo(redemption_id: int) -> str | Response | tuple[str, int]:
    """Take a wrong redemption back."""
    found = receipt(db.session(), actor(), redemption_id, clock.now())
    form = RedemptionUndoForm()
    moved = attempt(
        form,
        lambda: undo_redemption(
            db.session(),
            redemption_id=redemption_id,
            is_back=form.is_back.data == "yes",
            reason=form.reason.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if moved is not None:
        flash("Undone. The slip is back." if found.tier else f"Undone. {found.cost:,} points are back.")
        return redirect(url_for("prizes.show_receipt", redemption_id=redemption_id), 303)
    if not form.is_submitted():
        if found.undone_at is not None:
            raise AlreadyReturned(when=moment(found.undone_at, found.time_zone))
        check_redemption_undo(found.staff_id, found.recorded_at, actor(), clock.now())
    return render_template("prizes/undo.html", form=form, receipt=found, sentences=sentences), status_of(form)
