"""The demonstration's cabinet: its prizes and deliveries, and how a client takes one home."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from cm_tracker.cli.demo.pictures import picture
from cm_tracker.db import db
from cm_tracker.domain.prizes.offers import SCREEN, Confirmation
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.queries.prizes.cards import cards_on_shelf
from cm_tracker.queries.prizes.catalog import catalog
from cm_tracker.queries.prizes.redemptions import receipt_card
from cm_tracker.queries.schedules.program import point_value


class _Prize(NamedTuple):
    """A prize of the demonstration, whose price is its retail value. `arrives` is how many are delivered to each site."""

    name: str
    name_es: str
    category: str
    cents: int
    arrives: int
    tier: str | None
    about: str = ""
    about_es: str = ""
    is_serial: bool = False
    limit: tuple[int, int] | None = None


# What the slips of a bowl are worth: small prizes around $1, large ones $20, jumbo ones $80 to $100.
PRIZES = (
    _Prize("Granola bar", "Barra de granola", "food", 100, 60, "small", "Oat and honey", "Avena y miel"),
    _Prize("Toothbrush", "Cepillo de dientes", "hygiene", 150, 60, "small"),
    _Prize("Warm socks", "Calcetines abrigados", "clothing", 250, 40, "small"),
    _Prize("Travel mug", "Vaso térmico", "household", 500, 12, None, "Steel, with a lid", "De acero, con tapa"),
    _Prize("Bus day pass", "Pase de autobús de un día", "transport", 750, 30, None, limit=(4, 30)),
    _Prize("Paperback of your choice", "Libro a elegir", "books_and_media", 1000, 10, None),
    _Prize("Movie tickets for two", "Entradas de cine para dos", "family", 2000, 8, "large"),
    _Prize("Grocery card, $20", "Tarjeta de supermercado, $20", "gift_card", 2000, 24, "large", "Buys no alcohol, tobacco or lottery tickets", "No sirve para comprar alcohol, tabaco ni lotería", is_serial=True),
    _Prize("Headphones", "Audífonos", "other", 8000, 3, "jumbo"),
    _Prize("Bicycle helmet and lock", "Casco y candado de bicicleta", "health", 10000, 0, "jumbo"),
)  # fmt: skip


def stock(site_ids: Iterable[int], lead: Actor, purchaser: Actor, now: datetime) -> list[tuple[int, int]]:
    """Fill the cabinets. Return (prize id, price in points) of each prize."""
    prizes = []
    worth = point_value(db.session())
    for n, prize in enumerate(PRIZES):
        prize_id = save_prize(
            db.session(), name=prize.name, name_es=prize.name_es, category=prize.category, price_cents=prize.cents,
            retail_cents=prize.cents, is_active=True, tier=prize.tier, description=prize.about,
            description_es=prize.about_es, is_serial=prize.is_serial,
            limit_count=prize.limit[0] if prize.limit else None, limit_days=prize.limit[1] if prize.limit else None,
            picture=picture(n), actor=lead, now=now,
        )  # fmt: skip
        prizes.append((prize_id, points_for(prize.cents, worth)))
        for site_id in site_ids if prize.arrives else ():
            cards = [f"{(4821 + 613 * card + 97 * site_id + n) % 10_000:04}" for card in range(prize.arrives)]
            deliver_stock(
                db.session(), site_id=site_id, prize_id=prize_id, quantity=prize.arrives,
                last_fours=cards if prize.is_serial else (), note="Corner Supply, first order", key=str(uuid4()),
                actor=purchaser, now=now + timedelta(minutes=20),
            )  # fmt: skip
    return prizes


def count(site_id: int, counter: Actor, checker: Actor, now: datetime, *, missing: str) -> int:
    """Count a cabinet in which one piece of a prize is missing, and let a second person check it. Return the count's id."""
    lines = catalog(db.session(), counter, only_active=False)
    cards = cards_on_shelf(db.session(), site_id)
    count_id = count_stock(
        db.session(),
        site_id=site_id,
        counted={
            line.id: max(line.left_at(site_id) - (line.name == missing), 0) for line in lines if not line.is_serial
        },
        cards={line.id: [card.last_four for card in cards.get(line.id, ())] for line in lines if line.is_serial},
        key=str(uuid4()),
        actor=counter,
        now=now,
    )
    check_count(db.session(), count_id=count_id, key=str(uuid4()), actor=checker, now=now)
    return count_id


def take(
    client_id: int,
    prize_id: int,
    price: int,
    actor: Actor,
    now: datetime,
    *,
    tier: str | None = None,
    is_set_aside: bool = False,
) -> int:
    """Let a client confirm a prize and, unless it `is_set_aside`, take it home. Return the redemption's id.

    Raise what `offer_prize` raises.
    """
    offer_id = offer_prize(
        db.session(), client_id=client_id, prize_id=prize_id, price_points=0 if tier else price, quantity=1, tier=tier,
        is_set_aside=is_set_aside, key=str(uuid4()), actor=actor, now=now,
    )  # fmt: skip
    confirmation = Confirmation(client_id, SCREEN)
    redemption_id = redeem_prize(db.session(), offer_id=offer_id, confirmation=confirmation, actor=actor, now=now)
    if not is_set_aside and receipt_card(db.session(), actor, redemption_id).receipt.waits:
        hand_over(db.session(), redemption_id=redemption_id, confirmation=None, key=str(uuid4()), actor=actor, now=now)
    return redemption_id
