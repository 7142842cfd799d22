"""A client pays for a prize with points, in one transaction: no more than they have, and no more than is on the shelf."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NotAllowed, NotEnoughPoints, NotEnoughStock, NotFound, PriceChanged
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Redemption
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.queries.clients.clients import balances_of
from tests import cast
from tests.redeeming import redeem_at_once


def redeem(
    session: Session,
    prize_id: int = cast.MUG,
    quantity: int = 1,
    *,
    client_id: int = cast.AMIR,
    actor: Actor = cast.rosa,
    once: str | None = None,
    price: int | None = None,
) -> int:
    price = (20 if prize_id == cast.MUG else 80) if price is None else price
    return redeem_at_once(
        session,
        client_id=client_id,
        prize_id=prize_id,
        price_points=price,
        quantity=quantity,
        key=once or cast.key(),
        actor=actor,
        now=cast.NOW,
    )


def shelf(session: Session, prize_id: int = cast.MUG) -> int:
    key = f"cabinet:{cast.HARBOR}:items/{prize_id}"
    return session.execute(select(AccountRow.balance).where(AccountRow.key == key)).scalar_one() or 0


def test_a_mug_takes_20_points_and_leaves_the_shelf(session: Session) -> None:
    cast.rich(session)
    redeem(session)
    assert balances_of(session, cast.AMIR)["points"] == 65
    assert shelf(session) == 4


def test_not_enough_points_is_refused_with_the_numbers(session: Session) -> None:
    cast.visit(session, 0)
    with pytest.raises(NotEnoughPoints) as refused:
        redeem(session)
    assert (refused.value.balance, refused.value.cost, refused.value.missing) == (10, 20, 10)
    assert (
        str(refused.value) == "This costs 20 points ($5.00) and the client has 10 ($2.50): 10 more are needed ($2.50)."
    )
    assert (balances_of(session, cast.AMIR)["points"], shelf(session)) == (10, 5)


def test_not_enough_stock_is_refused_with_the_numbers(session: Session) -> None:
    cast.rich(session)
    redeem(session, cast.CARD)
    for day in (7, 9, 11):
        cast.visit(session, day)
    with pytest.raises(NotEnoughStock) as refused:
        redeem(session, cast.CARD)
    assert (refused.value.wanted, refused.value.left) == (1, 0)


def test_each_site_has_its_own_shelf(session: Session) -> None:
    for day in (0, 2, 4):
        cast.visit(session, day, enrollment_id=cast.BEA, actor=cast.anna)
    with pytest.raises(NotEnoughStock):
        redeem(session, client_id=cast.BEA, actor=cast.anna)


def test_the_same_form_sent_twice_hands_out_once(session: Session) -> None:
    cast.rich(session)
    once = cast.key()
    assert redeem(session, once=once) == redeem(session, once=once)
    assert shelf(session) == 4


def test_the_receipt_keeps_the_price_of_the_day(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeem(session, quantity=2)
    row = session.execute(select(Redemption).where(Redemption.id == redemption_id)).scalar_one()
    assert (row.prize_name, row.price_points, row.price_cents, row.quantity) == ("Travel mug", 20, 500, 2)


def test_a_price_between_two_points_costs_the_next_whole_point(session: Session) -> None:
    """$4.80 at 25 cents a point is 19.2 points: the client pays 20, and the receipt seals both."""
    cast.rich(session)
    save_prize(
        session, name="Travel mug", name_es="", category="household", price_cents=480, retail_cents=480,
        is_active=True, actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
    )  # fmt: skip
    redemption_id = redeem(session, price=20)
    row = session.execute(select(Redemption).where(Redemption.id == redemption_id)).scalar_one()
    assert (row.price_points, row.price_cents) == (20, 480)
    assert balances_of(session, cast.AMIR)["points"] == 65


@pytest.mark.parametrize("quantity", [0, -1, 101])
def test_a_quantity_out_of_bounds_is_refused(session: Session, quantity: int) -> None:
    cast.rich(session)
    with pytest.raises(BadInput):
        redeem(session, quantity=quantity)


def test_a_price_that_was_not_shown_is_not_charged(session: Session) -> None:
    cast.rich(session)
    with pytest.raises(PriceChanged) as refused:
        redeem(session, price=15)
    assert refused.value.price_points == 20


def test_an_unknown_prize_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        redeem(session, 99)


def test_a_client_of_another_site_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        redeem(session, actor=cast.anna)


def test_an_auditor_redeems_nothing(session: Session) -> None:
    with pytest.raises(NotAllowed):
        redeem(session, actor=cast.grace)


def test_eight_redemptions_at_once_spend_one_balance_once(app: Flask, session: Session) -> None:
    """Four mugs of 20 cost 80 of 85 points. Eight members of staff try two each at the same time."""
    cast.rich(session)
    session.commit()

    def hand(_: int) -> int:
        done = 0
        with app.app_context():
            for _try in range(2):
                try:
                    redeem(db.session())
                    done += 1
                except NotEnoughPoints:
                    pass
            db.session.remove()
        return done

    with ThreadPoolExecutor(8) as hands:
        handed_out = sum(hands.map(hand, range(8)))
    assert handed_out == 4
    assert (balances_of(session, cast.AMIR)["points"], shelf(session)) == (5, 1)
