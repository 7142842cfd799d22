"""Serial cards: each one is booked in by its last four digits, set aside, and handed over once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, CardsMisread, CountIsOld, NotEnoughStock, StrangeCards
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.prizes.cards import cards_on_shelf, digits_of
from cm_tracker.queries.prizes.catalog import prize_line
from cm_tracker.queries.prizes.counts import count_card
from cm_tracker.queries.prizes.redemptions import receipt_card
from tests import cast
from tests.redeeming import confirmed, redeem_at_once

VOUCHER = 3  # the next prize after the cast's
THREE = ("4821", "0007", "4821")  # Two cards may have the same last four digits.


@pytest.fixture
def shelf(session: Session) -> Session:
    """Amir has 85 points, and three cards for 10 points each are on the shelf of Harbor Street."""
    cast.rich(session)
    facts = {"name": "Voucher", "name_es": "", "category": "gift_card", "price_cents": 250, "retail_cents": 250}
    save_prize(session, **facts, is_active=True, is_serial=True, actor=cast.miriam, now=cast.NOW)  # type: ignore[arg-type]
    deliver(session, THREE)
    return session


def deliver(session: Session, last_fours: tuple[str, ...], *, quantity: int | None = None, prize: int = VOUCHER) -> int:
    count = len(last_fours) if quantity is None else quantity
    return deliver_stock(
        session, site_id=cast.HARBOR, prize_id=prize, quantity=count, last_fours=last_fours, unit_cents=450,
        note="Corner Store, 1182", key=cast.key(), actor=command("import"), now=cast.NOW,
    )  # fmt: skip


def on_shelf(session: Session) -> list[str]:
    return [card.last_four for card in cards_on_shelf(session, cast.HARBOR).get(VOUCHER, ())]


def card(session: Session) -> int:
    return redeem_at_once(session, prize_id=VOUCHER, price_points=10)


def over(session: Session, redemption_id: int) -> int:
    return hand_over(
        session, redemption_id=redemption_id, confirmation=None, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )


def count(session: Session, *seen: str) -> int:
    return count_stock(
        session, site_id=cast.HARBOR, counted={cast.MUG: 5, cast.CARD: 1}, cards={VOUCHER: seen}, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def check(session: Session, count_id: int) -> int:
    return check_count(session, count_id=count_id, key=cast.key(), actor=cast.miriam, now=cast.NOW)


def sign(session: Session, count_id: int) -> int:
    """Sign what a lead has checked."""
    return sign_count(
        session, count_id=count_id, reason="The safe stood open", key=cast.key(), actor=cast.leo, now=cast.NOW
    )


def test_three_cards_are_on_the_shelf_by_their_last_four_digits(shelf: Session) -> None:
    assert on_shelf(shelf) == ["4821", "0007", "4821"]
    assert prize_line(shelf, cast.rosa, VOUCHER).left_at(cast.HARBOR) == 3
    assert cards_on_shelf(shelf, cast.MILL) == {}


@pytest.mark.parametrize(
    ("last_fours", "quantity", "error", "says"),
    [
        (("6011000990139424",), None, CardsMisread, "The whole number never belongs here."),
        (("482",), None, CardsMisread, "only the last four digits"),
        (("48 1",), None, CardsMisread, "only the last four digits"),
        (("482", "4821", "1234567890123456"), None, CardsMisread, "look at number 1 and 3 of your list again"),
        (
            ("48",) * 13,
            None,
            CardsMisread,
            "look at number 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more of your list again",
        ),
        (("４８２１",), None, CardsMisread, "only the last four digits"),
        (("1234",) * 51, None, BadInput, "up to 50 cards at once"),
        ((), 2, BadInput, "Enter the last four digits of each card."),
        (("1234",), 2, BadInput, "Enter the last four digits of each card."),
    ],
)
def test_what_are_no_last_four_digits_is_refused(
    shelf: Session, last_fours: tuple[str, ...], quantity: int | None, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        deliver(shelf, last_fours, quantity=quantity)
    assert len(on_shelf(shelf)) == 3


def test_a_prize_that_is_not_serial_takes_no_last_four_digits(shelf: Session) -> None:
    with pytest.raises(BadInput):
        deliver(shelf, ("1234",), prize=cast.MUG)


def test_a_card_is_set_aside_then_handed_over(shelf: Session) -> None:
    redemption_id = card(shelf)
    assert on_shelf(shelf) == ["0007", "4821"], "the oldest card is handed out first"
    receipt = receipt_card(shelf, cast.rosa, redemption_id).receipt
    assert (receipt.last_four, receipt.waits) == ("4821", True)
    over(shelf, redemption_id)
    assert receipt_card(shelf, cast.rosa, redemption_id).receipt.waits is False
    entries = shelf.execute(
        text(
            "SELECT a.key, e.amount FROM entry e JOIN account a ON a.id = e.account_id "
            "WHERE e.unit = 'card/1' ORDER BY e.id"
        )
    )
    assert [tuple(row) for row in entries] == [
        ("supplier:1:card/1", -1), ("cabinet:1:card/1", 1), ("cabinet:1:card/1", -1), ("held:1:card/1", 1),
        ("held:1:card/1", -1), ("given:1:card/1", 1),
    ]  # fmt: skip


def test_cards_are_handed_out_one_at_a_time(shelf: Session) -> None:
    with pytest.raises(BadInput, match="one at a time"):
        redeem_at_once(shelf, prize_id=VOUCHER, price_points=10, quantity=2)


def test_after_the_last_card_there_is_none(shelf: Session) -> None:
    for _ in THREE:
        card(shelf)
    with pytest.raises(NotEnoughStock) as empty:
        card(shelf)
    assert (empty.value.wanted, empty.value.left) == (1, 0)


def test_eight_redemptions_at_once_take_three_cards_each_one_once(app: Flask, shelf: Session) -> None:
    offers = [
        offer_prize(
            shelf, client_id=cast.AMIR, prize_id=VOUCHER, price_points=10, quantity=1, key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )
        for _ in range(8)
    ]  # fmt: skip
    shelf.commit()

    def hand(offer_id: int) -> str:
        with app.app_context():
            try:
                redemption_id = redeem_prize(
                    db.session(), offer_id=offer_id, confirmation=confirmed(cast.AMIR), actor=cast.rosa, now=cast.NOW
                )
                return receipt_card(db.session(), cast.rosa, redemption_id).receipt.last_four or ""
            except NotEnoughStock:
                return "none"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as hands:
        assert sorted(hands.map(hand, offers)) == ["0007", "4821", "4821", *["none"] * 5]


@pytest.mark.parametrize("is_over", [False, True])
def test_a_card_that_came_back_is_on_the_shelf_again(shelf: Session, is_over: bool) -> None:
    redemption_id = card(shelf)
    if is_over:
        over(shelf, redemption_id)
    undo(shelf, redemption_id, is_back=True)
    assert sorted(on_shelf(shelf)) == ["0007", "4821", "4821"]


def test_a_card_that_did_not_come_back_is_gone(shelf: Session) -> None:
    undo(shelf, card(shelf), is_back=False, actor=cast.miriam)
    assert on_shelf(shelf) == ["0007", "4821"]


def undo(session: Session, redemption_id: int, *, is_back: bool, actor: Actor = cast.rosa) -> None:
    undo_redemption(
        session, redemption_id=redemption_id, is_back=is_back, reason="Wrong", key=cast.key(), actor=actor,
        now=cast.NOW,
    )  # fmt: skip


def test_a_count_names_the_card_that_is_missing(shelf: Session) -> None:
    count_id = count(shelf, "4821", "4821")
    assert count_card(shelf, cast.rosa, count_id).lines[-1].missing_cards == (), "hidden before the check"
    check(shelf, count_id)
    line = count_card(shelf, cast.rosa, count_id).lines[-1]
    assert (line.prize_id, line.counted, line.expected, line.difference) == (VOUCHER, 2, 3, -1)
    assert list(digits_of(shelf, line.missing_cards).values()) == ["0007"]
    sign(shelf, count_id)
    assert on_shelf(shelf) == ["4821", "4821"]


def test_of_two_cards_with_the_same_last_four_digits_one_may_be_missing(shelf: Session) -> None:
    count_id = count(shelf, "0007", "4821")
    check(shelf, count_id)
    sign(shelf, count_id)
    assert sorted(on_shelf(shelf)) == ["0007", "4821"]


def test_a_count_of_every_card_leaves_no_difference(shelf: Session) -> None:
    count_id = count(shelf, "4821", "4821", "0007")
    check(shelf, count_id)
    card_ = count_card(shelf, cast.rosa, count_id)
    assert (card_.missing, card_.signed_by) == (0, "Miriam")
    assert len(on_shelf(shelf)) == 3


def test_a_card_that_nobody_booked_in_is_named(shelf: Session) -> None:
    with pytest.raises(StrangeCards) as strange:
        count(shelf, "4821", "4821", "0007", "9999")
    assert strange.value.field == f"prize_{VOUCHER}"
    assert "No card that ends in 9999 was booked in here." in str(strange.value)
    with pytest.raises(StrangeCards, match="No card that ends in 0008, 4821 or 9999 was booked in here"):
        count(shelf, "4821", "9999", "4821", "0008", "4821")


def test_a_card_that_is_set_aside_is_not_missing(shelf: Session) -> None:
    card(shelf)
    count_id = count(shelf, "0007", "4821")
    check(shelf, count_id)
    assert count_card(shelf, cast.rosa, count_id).signed_by == "Miriam"


def test_a_missing_card_that_was_handed_out_since_has_to_be_counted_again(shelf: Session) -> None:
    count_id = count(shelf, "0007")
    card(shelf)
    check(shelf, count_id)
    with pytest.raises(CountIsOld):
        sign(shelf, count_id)


def test_a_prize_that_was_delivered_stays_serial_or_not(shelf: Session) -> None:
    facts = {"name": "Voucher", "name_es": "", "category": "gift_card", "price_cents": 250, "retail_cents": 250}
    with pytest.raises(BadInput, match="Put a new prize into the catalog instead"):
        save_prize(shelf, **facts, is_active=True, is_serial=False, actor=cast.miriam, now=cast.NOW, prize_id=VOUCHER)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="Put a new prize into the catalog instead"):
        save_prize(
            shelf, name="Travel mug", name_es="", category="household", price_cents=500, retail_cents=500,
            is_active=True, is_serial=True, actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
        )  # fmt: skip


def test_the_log_holds_the_last_four_digits_and_no_more(shelf: Session) -> None:
    body = bytes(shelf.execute(text("SELECT body FROM log WHERE record = 'gift_card:1'")).scalar_one())
    assert b'"last_four":"4821"' in body


def test_a_safe_full_of_cards_is_counted(shelf: Session) -> None:
    """The cards have more accounts than one database statement can name."""
    more = [f"{n:04}" for n in range(1000, 2150)]
    for at in range(0, len(more), 50):
        deliver(shelf, tuple(more[at : at + 50]))
    count_id = count(shelf, "4821", "4821", *more[1:])
    check(shelf, count_id)
    assert count_card(shelf, cast.rosa, count_id).missing == 2
    sign(shelf, count_id)
    assert len(on_shelf(shelf)) == 1151
