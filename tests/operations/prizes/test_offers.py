"""A prize is offered, the client confirms it with their PIN, and it is handed out or set aside."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import (
    AlreadyReturned,
    BadInput,
    ChangedMeanwhile,
    KioskRefused,
    NoPin,
    NotEnoughPoints,
    NotEnoughStock,
    NotFound,
    NothingToHandOver,
    OfferIsOld,
    OfferTaken,
    OfferWithdrawn,
    PriceChanged,
    TooManyTries,
    WrongPin,
)
from cm_tracker.domain.prizes.offers import KIOSK, NOBODY, SCREEN, Confirmation, unconfirmed
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Note, Redemption
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.prizes.withdraw_offer import withdraw_offer
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.offers import offer_card, offers_lately
from cm_tracker.queries.prizes.redemptions import receipt_card, receipts_of, set_aside
from tests import cast
from tests.redeeming import confirmed, redeem_at_once

HASHER = Hasher(64, 1)
LIMIT = Limit(3, timedelta(minutes=10))
AT_KIOSK = Actor(None, frozenset(), frozenset({cast.HARBOR}), "kiosk")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def rich(session: Session) -> Session:
    """Amir has 85 points, and five mugs are on the shelf."""
    cast.rich(session)
    return session


def offer(session: Session, *, quantity: int = 1, actor: Actor = cast.rosa, **more: object) -> int:
    parameters = {
        "client_id": cast.AMIR,
        "prize_id": cast.MUG,
        "price_points": 20,
        "key": cast.key(),
        "now": cast.NOW,
        **more,
    }
    # `more` are the parameters that a test sets itself.
    return offer_prize(session, quantity=quantity, actor=actor, **parameters)  # type: ignore[arg-type]


def redeem(session: Session, offer_id: int, **more: object) -> int:
    parameters = {"confirmation": confirmed(cast.AMIR), "actor": cast.rosa, "now": cast.NOW, **more}
    # `more` are the parameters that a test sets itself.
    return redeem_prize(session, offer_id=offer_id, **parameters)  # type: ignore[arg-type]


def confirm(
    session: Session,
    pin: str = cast.PIN,
    *,
    client_id: int = cast.AMIR,
    actor: Actor = cast.rosa,
    device_id: int | None = None,
) -> Confirmation:
    return confirm_pin(
        session,
        client_id=client_id,
        pin=pin,
        how=SCREEN,
        hasher=HASHER,
        limit=LIMIT,
        actor=actor,
        now=cast.NOW,
        device_id=device_id,
    )


def balance(session: Session, key: str) -> int | None:
    return session.execute(select(AccountRow.balance).where(AccountRow.key == key)).scalar_one_or_none()


def points(session: Session) -> int:
    return balances_of(session, cast.AMIR)["points"]


def mugs(session: Session) -> int | None:
    return balance(session, "cabinet:1:items/1")


# -- the offer ---------------------------------------------------------------------------------------------


def test_an_offer_moves_nothing(rich: Session) -> None:
    offer(rich, quantity=2)
    assert (points(rich), mugs(rich)) == (85, 5)


def test_a_confirmed_offer_becomes_a_redemption(rich: Session) -> None:
    offer_id = offer(rich, quantity=2)
    redemption_id = redeem(rich, offer_id)
    assert (points(rich), mugs(rich)) == (45, 3)
    assert redeem(rich, offer_id) == redemption_id, "a second call returns the same id"
    assert (points(rich), mugs(rich)) == (45, 3)


def test_what_cannot_be_handed_out_is_not_offered(rich: Session) -> None:
    with pytest.raises(NotEnoughPoints) as poor:
        offer(rich, quantity=5)
    assert (poor.value.balance, poor.value.cost) == (85, 100)
    redeem_at_once(rich, prize_id=cast.CARD, price_points=80)
    for day in (7, 9, 11):
        cast.visit(rich, day)
    with pytest.raises(NotEnoughStock):
        offer(rich, prize_id=cast.CARD, price_points=80)
    with pytest.raises(PriceChanged):
        offer(rich, price_points=19)


def test_an_offer_that_was_open_too_long_cannot_be_confirmed(rich: Session) -> None:
    offer_id = offer(rich)
    with pytest.raises(OfferIsOld) as old:
        redeem(rich, offer_id, now=cast.NOW + timedelta(minutes=10, seconds=1))
    assert str(old.value) == "This offer is more than 10 minutes old. Choose the prize again."
    redeem(rich, offer_id, now=cast.NOW + timedelta(minutes=10))


def test_an_offer_is_withdrawn_once_and_not_after_it_was_confirmed(rich: Session) -> None:
    offer_id, taken = offer(rich), offer(rich)
    for _ in range(2):
        withdraw_offer(rich, offer_id=offer_id, actor=cast.rosa, now=cast.NOW)
    with pytest.raises(OfferWithdrawn):
        redeem(rich, offer_id)
    redeem(rich, taken)
    with pytest.raises(OfferTaken):
        withdraw_offer(rich, offer_id=taken, actor=cast.rosa, now=cast.NOW)


def test_what_changed_since_it_was_offered_is_looked_at_again(rich: Session) -> None:
    first, second = offer(rich, quantity=4), offer(rich, quantity=4)
    redeem(rich, first)
    with pytest.raises(NotEnoughPoints) as poor:
        redeem(rich, second)
    assert poor.value.balance == 5


def test_a_price_that_changed_meanwhile_is_not_charged(rich: Session) -> None:
    offer_id = offer(rich)
    save_prize(
        rich, name="Travel mug", name_es="", category="household", price_cents=750, retail_cents=750, is_active=True,
        actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
    )  # fmt: skip
    with pytest.raises(PriceChanged):
        redeem(rich, offer_id)


def test_a_price_in_money_that_changed_meanwhile_is_not_sealed(rich: Session) -> None:
    """$4.90 is 20 points, too, but the receipt would say another price than the catalog of that moment."""
    offer_id = offer(rich)
    save_prize(
        rich, name="Travel mug", name_es="Vaso térmico", category="household", price_cents=490, retail_cents=500,
        is_active=True, actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhile):
        redeem(rich, offer_id)


def test_a_name_that_changed_meanwhile_is_not_what_was_confirmed(rich: Session) -> None:
    offer_id = offer(rich)
    save_prize(
        rich, name="Pencil", name_es="", category="household", price_cents=500, retail_cents=500, is_active=True,
        actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhile):
        redeem(rich, offer_id)


@pytest.mark.parametrize("actor", [cast.anna, Actor(None, frozenset(), frozenset({cast.MILL}), "kiosk")])
def test_an_offer_of_another_site_is_not_found(rich: Session, actor: Actor) -> None:
    offer_id = offer(rich)
    with pytest.raises(NotFound):
        redeem(rich, offer_id, actor=actor)
    with pytest.raises(NotFound):
        withdraw_offer(rich, offer_id=offer_id, actor=actor, now=cast.NOW)
    with pytest.raises(NotFound):
        offer_card(rich, actor, offer_id)


def test_another_client_cannot_confirm_an_offer(rich: Session) -> None:
    with pytest.raises(NotFound):
        redeem(rich, offer(rich), confirmation=confirmed(cast.BEA))


def test_a_redemption_at_the_kiosk_names_the_person_who_made_the_offer(rich: Session) -> None:
    offer_id = offer(rich, actor=cast.leo)
    assert [card.id for card in offers_lately(rich, cast.AMIR, cast.NOW, 10)] == [offer_id]
    redemption_id = redeem(rich, offer_id, confirmation=confirmed(cast.AMIR, KIOSK), actor=AT_KIOSK)
    row = rich.get_one(Redemption, redemption_id)
    assert (row.staff_id, row.via, row.confirmed) == (cast.LEO, "kiosk", "kiosk")
    assert [card.redemption_id for card in offers_lately(rich, cast.AMIR, cast.NOW, 10)] == [redemption_id]
    undo_redemption(
        rich, redemption_id=redemption_id, is_back=True, reason="x", key=cast.key(), actor=cast.leo, now=cast.NOW
    )
    assert offers_lately(rich, cast.AMIR, cast.NOW, 10) == ()


def test_the_kiosk_shows_an_offer_once_that_was_made_twice(rich: Session) -> None:
    first, second = offer(rich), offer(rich)
    assert [card.id for card in offers_lately(rich, cast.AMIR, cast.NOW, 10)] == [second]
    redeem(rich, second, confirmation=confirmed(cast.AMIR, KIOSK), actor=AT_KIOSK)
    assert [card.redemption_id for card in offers_lately(rich, cast.AMIR, cast.NOW, 10)] == [1], f"{first} stays unseen"


def test_eight_who_confirm_one_offer_at_once_confirm_it_once(app: Flask, rich: Session) -> None:
    offer_id = offer(rich)
    rich.commit()

    def hand(_: int) -> int:
        with app.app_context():
            try:
                return redeem(db.session(), offer_id)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as hands:
        assert len(set(hands.map(hand, range(8)))) == 1
    assert (points(rich), mugs(rich)) == (65, 4)


# -- the confirmation --------------------------------------------------------------------------------------


def test_the_right_pin_confirms(rich: Session) -> None:
    assert confirm(rich) == Confirmation(cast.AMIR, "screen")


def test_a_wrong_pin_is_refused_and_audited_and_locks_the_screen_and_no_tablet(rich: Session) -> None:
    for left in (2, 1, 0):
        with pytest.raises(WrongPin) as wrong:
            confirm(rich, "9999")
        assert wrong.value.left == left
    with pytest.raises(TooManyTries):
        confirm(rich)
    tags = rich.execute(text("SELECT COUNT(*) FROM audit_event WHERE tag = 'pin:refused'")).scalar_one()
    assert tags == 3
    tablet = {"device_id": cast.TABLET, "hasher": HASHER, "limit": LIMIT, "lasts": MINUTE, "now": cast.NOW}
    assert open_kiosk(rich, code="HS-1", pin=cast.PIN, **tablet)  # type: ignore[arg-type]


def test_wrong_pins_at_the_kiosks_sign_in_and_at_an_offer_there_count_together(rich: Session) -> None:
    tablet = {"device_id": cast.TABLET, "hasher": HASHER, "limit": LIMIT, "lasts": MINUTE, "now": cast.NOW}
    with pytest.raises(KioskRefused):
        open_kiosk(rich, code="HS-1", pin="9999", **tablet)  # type: ignore[arg-type]
    for left in (1, 0):
        with pytest.raises(WrongPin) as wrong:
            confirm(rich, "9999", device_id=cast.TABLET)
        assert wrong.value.left == left
    with pytest.raises(TooManyTries):
        open_kiosk(rich, code="HS-1", pin=cast.PIN, **tablet)  # type: ignore[arg-type]
    assert confirm(rich) == Confirmation(cast.AMIR, "screen")


def test_a_right_pin_clears_the_count(rich: Session) -> None:
    for _ in range(4):
        with pytest.raises(WrongPin):
            confirm(rich, "9999")
        confirm(rich)


def test_a_client_without_a_pin_confirms_nothing(rich: Session) -> None:
    nia = open_client(
        rich, code="HS-7", preferred_name="Nia", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    with pytest.raises(NoPin):
        confirm(rich, "", client_id=nia)


def test_without_a_pin_the_receipt_keeps_the_reason(rich: Session) -> None:
    with pytest.raises(BadInput, match="say why they do not"):
        unconfirmed(cast.AMIR, "  ")
    redemption_id = redeem(rich, offer(rich), confirmation=unconfirmed(cast.AMIR, " Broken hand "))
    receipt = receipt_card(rich, cast.rosa, redemption_id).receipt
    assert (receipt.confirmed, receipt.why_unconfirmed) == (NOBODY, "Broken hand")
    body = rich.execute(
        text("SELECT body FROM log WHERE record = :r"), {"r": f"redemption:{redemption_id}"}
    ).scalar_one()
    assert b"Broken hand" not in bytes(body) and b'"confirmed":"nobody"' in bytes(body)
    assert rich.execute(select(Note.text)).scalars().all().count("Broken hand") == 1


# -- set aside ---------------------------------------------------------------------------------------------


def set_two_aside(session: Session, quantity: int = 2) -> int:
    return redeem_at_once(session, quantity=quantity, is_set_aside=True)


def over(session: Session, redemption_id: int, **more: object) -> int:
    parameters = {"confirmation": None, "key": cast.key(), "actor": cast.leo, "now": cast.NOW, **more}
    # `more` are the parameters that a test sets itself.
    return hand_over(session, redemption_id=redemption_id, **parameters)  # type: ignore[arg-type]


def test_what_is_set_aside_belongs_to_the_client_and_is_off_the_shelf(rich: Session) -> None:
    redemption_id = set_two_aside(rich)
    assert (points(rich), mugs(rich), balance(rich, "held:1:items/1")) == (45, 3, 2)
    assert [one.id for one in set_aside(rich, cast.rosa)] == [redemption_id]
    assert set_aside(rich, cast.anna) == ()


def test_what_is_set_aside_is_handed_over_once(rich: Session) -> None:
    redemption_id = set_two_aside(rich)
    over(rich, redemption_id)
    assert balance(rich, "held:1:items/1") == 0
    assert set_aside(rich, cast.rosa) == ()
    receipt = receipt_card(rich, cast.rosa, redemption_id).receipt
    assert (receipt.staff_name, receipt.handed_over_by, receipt.handover_confirmed, receipt.waits) == (
        "Rosa",
        "Leo",
        SCREEN,
        False,
    )
    with pytest.raises(NothingToHandOver):
        over(rich, redemption_id)


def test_the_same_form_twice_hands_over_once(rich: Session) -> None:
    redemption_id, once = set_two_aside(rich), cast.key()
    assert over(rich, redemption_id, key=once) == over(rich, redemption_id, key=once)


def test_what_went_to_the_client_at_once_is_not_handed_over(rich: Session) -> None:
    with pytest.raises(NothingToHandOver):
        over(rich, redeem_at_once(rich))


def test_after_15_minutes_the_client_confirms_again(rich: Session) -> None:
    redemption_id = set_two_aside(rich)
    sixteen_minutes_later = cast.NOW + timedelta(minutes=16)
    with pytest.raises(BadInput) as refused:
        over(rich, redemption_id, now=sixteen_minutes_later)
    assert refused.value.field == "why"
    with pytest.raises(NotFound):
        over(rich, redemption_id, now=sixteen_minutes_later, confirmation=confirmed(cast.BEA))
    over(rich, redemption_id, now=sixteen_minutes_later, confirmation=confirmed(cast.AMIR))


def test_an_unconfirmed_redemption_is_confirmed_when_it_is_handed_over(rich: Session) -> None:
    redemption_id = redeem_at_once(rich, is_set_aside=True, confirmation=unconfirmed(cast.AMIR, "On the telephone"))
    with pytest.raises(BadInput):
        over(rich, redemption_id)
    over(rich, redemption_id, confirmation=unconfirmed(cast.AMIR, "His mother fetched it"))
    receipt = receipt_card(rich, cast.rosa, redemption_id).receipt
    assert (receipt.why_unconfirmed, receipt.why_handover_unconfirmed) == ("On the telephone", "His mother fetched it")


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize(("is_back", "left"), [(True, 5), (False, 3)])
def test_an_undo_returns_the_points_before_and_after_the_handover(
    rich: Session, is_over: bool, is_back: bool, left: int
) -> None:
    redemption_id = set_two_aside(rich)
    if is_over:
        over(rich, redemption_id)
    undo_redemption(
        rich,
        redemption_id=redemption_id,
        is_back=is_back,
        reason="Wrong",
        key=cast.key(),
        actor=cast.rosa if is_back else cast.miriam,
        now=cast.NOW,
    )
    assert (points(rich), mugs(rich), balance(rich, "held:1:items/1")) == (85, left, 0)
    assert set_aside(rich, cast.rosa) == ()
    with pytest.raises(NothingToHandOver):
        over(rich, redemption_id)
    with pytest.raises(AlreadyReturned):
        undo_redemption(
            rich, redemption_id=redemption_id, is_back=True, reason="x", key=cast.key(), actor=cast.rosa, now=cast.NOW
        )


def test_receipts_are_listed_newest_first(rich: Session) -> None:
    ids = [redeem_at_once(rich) for _ in range(3)]
    assert [one.id for one in receipts_of(rich, cast.rosa, cast.AMIR).lines] == ids[::-1]
    assert [one.id for one in receipts_of(rich, cast.rosa, cast.AMIR, before=ids[2]).lines] == ids[1::-1]
    assert receipts_of(rich, cast.anna, cast.AMIR).lines == ()


def test_what_is_set_aside_at_another_site_is_not_found(rich: Session) -> None:
    redemption_id = set_two_aside(rich)
    for do in (
        lambda: over(rich, redemption_id, actor=cast.anna),
        lambda: receipt_card(rich, cast.anna, redemption_id),
    ):
        with pytest.raises(NotFound):
            do()
