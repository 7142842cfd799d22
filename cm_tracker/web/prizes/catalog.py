"""The catalog: prizes and their pictures, deliveries, and the inventory of a site."""

import re

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound, PrizeToCheck
from cm_tracker.domain.prizes.catalog import check_cards, check_reward
from cm_tracker.forms.base import choices, id_in
from cm_tracker.forms.prizes.catalog import DeliveryForm, InventoryForm, PrizeForm
from cm_tracker.i18n import gettext, money, number
from cm_tracker.labels.counting import tier_name
from cm_tracker.labels.prizes import BEING_COUNTED, categories_to_choose
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.pictures import MEDIA_TYPE
from cm_tracker.queries.prizes.catalog import PrizeLine, catalog, catalog_at, picture, prize_line
from cm_tracker.queries.prizes.draws import tiers
from cm_tracker.queries.prizes.inventory import inventory
from cm_tracker.queries.prizes.purchases import purchase_line
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.staff.sites import site_of, sites_of
from cm_tracker.web.access import PUBLIC, actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("prizes", __name__)


@blueprint.get("/prizes")
@allow("stock:view")
def index() -> str:
    """List the prizes, and how many of each are in the cabinet of each site."""
    return render_template(
        "prizes/list.html",
        prizes=catalog(db.session(), actor(), only_active=False),
        sites=sites_of(db.session(), actor()),
    )


@blueprint.get("/prizes/pictures/<digest>.webp")
@allow(PUBLIC)
def show_picture(digest: str) -> Response:
    """Send a prize's picture by its digest. It is public: the kiosk shows it too, and it holds no personal data."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound(what="picture")
    response = make_response(picture(db.session(), bytes.fromhex(digest)))
    response.content_type = MEDIA_TYPE
    return response


@blueprint.route("/prizes/new", methods=["GET", "POST"])
@allow("prize:manage")
def new() -> str | Response | tuple[str, int]:
    """Add a prize to the catalog."""
    form = PrizeForm()
    _set_choices(form, None)
    prize_id = attempt(form, lambda: _save(form, None), lambda: _check(form))
    if prize_id is not None:
        flash(gettext("The prize is in the catalog. Next, record a delivery."))
        return redirect(url_for("prizes.deliver", prize_id=prize_id), 303)
    return render_template("prizes/new.html", form=form, asks=_asks(form)), status_of(form)


@blueprint.route("/prizes/<id:prize_id>/edit", methods=["GET", "POST"])
@allow("prize:manage")
def edit(prize_id: int) -> str | Response | tuple[str, int]:
    """Change a prize."""
    prize = prize_line(db.session(), actor(), prize_id)
    form = PrizeForm(obj=prize)
    _set_choices(form, prize.tier)
    if form.is_new:
        form.price.data = prize.price_cents
        form.retail.data = prize.retail_cents
    if attempt(form, lambda: _save(form, prize_id), lambda: _check(form)) is not None:
        flash(gettext("Saved."))
        return redirect(url_for("prizes.index"), 303)
    return render_template("prizes/edit.html", form=form, prize=prize, asks=_asks(form)), status_of(form)


def _asks(form: PrizeForm) -> bool:
    """Return whether somebody has to look at the prize again before it is saved."""
    return isinstance(getattr(form, "refusal", None), PrizeToCheck)


def _set_choices(form: PrizeForm, tier: str | None) -> None:
    worth = point_value(db.session())
    form.price.description = gettext(
        "A point is worth %(money)s. Clients pay the next whole number of points.", money=money(worth)
    )
    form.set_choices(
        tiers(db.session()),
        tier,
        [(site.id, site.name) for site in sites_of(db.session(), actor())],
        categories_to_choose(),
        tier_name,
    )


def _check(form: PrizeForm) -> None:
    check_reward(form.category.data or "", form.limit_count.data, form.limit_days.data)


def _save(form: PrizeForm, prize_id: int | None) -> int:
    return save_prize(
        db.session(),
        name=form.name.data,
        name_es=form.name_es.data or "",
        category=form.category.data,
        price_cents=form.price.data,
        retail_cents=form.retail.data,
        is_active=form.is_active.data,
        tier=form.tier.data or None,
        description=form.description.data or "",
        description_es=form.description_es.data or "",
        site_id=int(form.site_id.data) if form.site_id.data else None,
        limit_count=form.limit_count.data,
        limit_days=form.limit_days.data,
        is_serial=form.is_serial.data,
        picture=form.upload.data.read() if form.upload.data else None,
        drops_picture=form.drops_picture.data,
        is_checked=form.is_checked.data,
        actor=actor(),
        now=clock.now(),
        prize_id=prize_id,
    )


@blueprint.route("/prizes/<id:prize_id>/deliver", methods=["GET", "POST"])
@allow("stock:deliver")
def deliver(prize_id: int) -> str | Response | tuple[str, int]:
    """Record a delivery into the cabinet of a site."""
    prize = prize_line(db.session(), actor(), prize_id)
    sites = [site for site in sites_of(db.session(), actor()) if prize.site_id in (None, site.id)]
    purchase_id = id_in(request.args.get("purchase"))
    purchase = purchase_line(db.session(), actor(), purchase_id) if purchase_id else None
    if purchase is not None:
        sites = [site for site in sites if site.id == purchase.site_id]
    form = DeliveryForm().for_prize(prize.is_serial)
    last_fours = form.last_fours()
    form.site_id.choices = choices((site.id, f"{site.name} ({_in_cabinet(prize, site.id)})") for site in sites)
    if form.is_new and len(sites) == 1:
        form.site_id.data = sites[0].id
    if form.is_new and purchase is not None:
        form.unit_cost.data = purchase.unit_cents
        if not prize.is_serial:
            form.quantity.data = purchase.quantity
    delivered = attempt(
        form,
        lambda: deliver_stock(
            db.session(),
            site_id=form.site_id.data,
            prize_id=prize_id,
            quantity=len(last_fours) if prize.is_serial else form.quantity.data,
            last_fours=last_fours,
            unit_cents=form.unit_cost.data,
            note=form.note.data,
            purchase_id=purchase_id,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: check_cards(last_fours, len(last_fours)),
    )
    if delivered is not None:
        flash(gettext("The delivery is recorded."))
        if purchase is not None:
            return redirect(url_for("purchases.show", purchase_id=purchase.id), 303)
        return redirect(url_for("prizes.index"), 303)
    return render_template("prizes/deliver.html", form=form, prize=prize, purchase=purchase), status_of(form)


def _in_cabinet(prize: PrizeLine, site_id: int) -> str:
    if prize.is_counted_at(site_id):
        return str(BEING_COUNTED)
    return gettext("%(number)s in the cabinet now", number=number(prize.left_at(site_id)))


@blueprint.get("/sites/<id:site_id>/prices")
@allow("stock:view")
def price_list(site_id: int) -> str:
    """Show the prices of a site's prizes in points and in money, to print and hang up."""
    return _printed("prizes/price_list.html", site_id)


@blueprint.get("/sites/<id:site_id>/shelf-tags")
@allow("stock:view")
def shelf_tags(site_id: int) -> str:
    """Show a tag with the price of each of a site's prizes, to print and cut out."""
    return _printed("prizes/shelf_tags.html", site_id)


def _printed(template: str, site_id: int) -> str:
    site = site_of(db.session(), actor(), site_id)
    return render_template(
        template,
        site=site,
        prizes=catalog_at(db.session(), actor(), site_id),
        point_value=point_value(db.session()),
        today=clock.day_at(clock.now(), site.time_zone),
    )


@blueprint.get("/sites/<id:site_id>/inventory")
@allow("stock:view")
def report(site_id: int) -> str | tuple[str, int]:
    """Show the inventory of a site between two days, to read and to print. The default is this month."""
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
