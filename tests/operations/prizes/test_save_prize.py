"""The catalog: pictures, prizes of one site, and limits for each client."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, LimitReached, NotFound, PrizeToCheck
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, PrizePicture
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.prizes.catalog import catalog, catalog_at, had_of
from tests import cast
from tests.redeeming import redeem_at_once
from tests.test_pictures import sent

elena = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.MILL}), "web")


def save(session: Session, *, actor: Actor = cast.miriam, **more: Any) -> int:
    facts = {
        "name": "Travel mug", "name_es": "", "category": "household", "price_cents": 500, "retail_cents": 500,
        "is_active": True, "prize_id": cast.MUG, **more,
    }  # fmt: skip
    return save_prize(session, actor=actor, now=cast.NOW, **facts)


def pictures(session: Session) -> int:
    return len(session.execute(select(PrizePicture.digest)).all())


def mug(session: Session, *, now: Any = cast.NOW) -> int:
    return redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=now
    )


def test_a_picture_stays_until_it_is_replaced_or_removed(session: Session) -> None:
    save(session, picture=sent("PNG"))
    first = session.execute(select(Prize.picture).where(Prize.id == 1)).scalar_one()
    save(session, price_cents=525)
    assert session.execute(select(Prize.picture).where(Prize.id == 1)).scalar_one() == first
    save(session, picture=sent("PNG", (30, 30)))
    assert session.execute(select(Prize.picture).where(Prize.id == 1)).scalar_one() != first
    assert pictures(session) == 1
    save(session, drops_picture=True)
    assert pictures(session) == 0


def test_two_prizes_may_have_the_same_picture(session: Session) -> None:
    save(session, picture=sent("PNG"))
    save(session, name="Grocery card", prize_id=cast.CARD, picture=sent("PNG"))
    assert pictures(session) == 1
    save(session, drops_picture=True)
    assert pictures(session) == 1


def test_a_bad_picture_saves_nothing(session: Session) -> None:
    with pytest.raises(BadInput) as refused:
        save(session, price_cents=550, picture=b"GIF89a")
    assert refused.value.field == "upload"
    assert session.execute(select(Prize.price_cents).where(Prize.id == 1)).scalar_one() == 500


def test_a_prize_of_one_site_is_not_found_at_another(session: Session) -> None:
    save(session, site_id=cast.HARBOR)
    assert [prize.id for prize in catalog_at(session, cast.rosa, cast.HARBOR)] == [1, 2]
    assert [prize.id for prize in catalog_at(session, cast.anna, cast.MILL)] == [2]
    assert [prize.id for prize in catalog(session, cast.anna, only_active=False)] == [2]
    for day in (0, 2, 4):
        cast.visit(session, day, enrollment_id=cast.BEA, actor=cast.anna)
    with pytest.raises(NotFound):
        redeem_at_once(
            session, client_id=cast.BEA, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.anna,
            now=cast.NOW,
        )  # fmt: skip
    with pytest.raises(NotFound):
        deliver_stock(
            session, site_id=cast.MILL, prize_id=1, quantity=1, note="x", key=cast.key(), actor=elena, now=cast.NOW
        )
    with pytest.raises(NotFound):
        save(session, actor=elena)


def test_a_prize_that_was_delivered_to_another_site_cannot_be_given_to_this_one(session: Session) -> None:
    with pytest.raises(BadInput, match="were delivered to another site"):
        save(session, site_id=cast.MILL, actor=elena)


def test_a_lead_gives_no_prize_to_a_site_that_is_not_theirs(session: Session) -> None:
    with pytest.raises(NotFound):
        save(session, site_id=cast.MILL)


def test_a_limit_holds_until_its_days_are_over(session: Session) -> None:
    cast.rich(session)
    save(session, limit_count=2, limit_days=7)
    mug(session)
    mug(session)
    with pytest.raises(LimitReached) as refused:
        mug(session, now=cast.NOW + timedelta(days=6))
    assert (refused.value.count, refused.value.left) == (2, 0)
    mug(session, now=cast.NOW + timedelta(days=7))


def test_what_was_given_back_does_not_count_towards_the_limit(session: Session) -> None:
    cast.rich(session)
    save(session, limit_count=1)
    first = mug(session)
    with pytest.raises(LimitReached):
        mug(session)
    undo_redemption(
        session, redemption_id=first, is_back=True, reason="Wrong one", key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    assert had_of(session, 1, "America/New_York") == {}
    mug(session)


@pytest.mark.parametrize(
    "facts", [{"limit_days": 7}, {"limit_count": 0}, {"description": "x" * 301}, {"description_es": "x" * 301}]
)
def test_each_bad_field_is_named(session: Session, facts: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        save(session, **facts)


def price_of_mug(session: Session) -> int:
    return session.execute(select(Prize.price_cents).where(Prize.id == 1)).scalar_one()


@pytest.mark.parametrize(("price_cents", "retail_cents"), [(399, 500), (601, 500), (500, 0), (1, 100)])
def test_a_price_far_from_the_retail_value_is_saved_only_once_somebody_has_checked_it(
    session: Session, price_cents: int, retail_cents: int
) -> None:
    with pytest.raises(PrizeToCheck) as refused:
        save(session, price_cents=price_cents, retail_cents=retail_cents)
    assert (refused.value.is_far, refused.value.words) == (True, ())
    assert price_of_mug(session) == 500
    save(session, price_cents=price_cents, retail_cents=retail_cents, is_checked=True)
    assert price_of_mug(session) == price_cents
    # The same prize is not asked about again.
    save(session, price_cents=price_cents, retail_cents=retail_cents, description="Blue")


@pytest.mark.parametrize("price_cents", [400, 600])
def test_a_price_within_a_fifth_of_the_retail_value_is_saved(session: Session, price_cents: int) -> None:
    save(session, name_es="Vaso térmico", price_cents=price_cents)
    assert price_of_mug(session) == price_cents


def test_a_forbidden_word_in_either_name_is_asked_about(session: Session) -> None:
    for names in ({"name": "Root Beer, six pack"}, {"name_es": "Copa de vino"}):
        with pytest.raises(PrizeToCheck) as refused:
            save(session, **names)
        assert not refused.value.is_far
        assert refused.value.words in (("beer",), ("vino",))
    save(session, name="Root Beer, six pack", is_checked=True)


@pytest.mark.parametrize("price_cents", [0, -1, 1_000_001])
def test_a_price_is_one_cent_to_ten_thousand_dollars(session: Session, price_cents: int) -> None:
    with pytest.raises(BadInput) as refused:
        save(session, price_cents=price_cents)
    assert refused.value.field == "price"
