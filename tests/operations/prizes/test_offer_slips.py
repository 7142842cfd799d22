"""Offers for all slips of a client at once: each an offer of its own, and none of it moves anything."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotEnoughStock, NothingWon
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Offer
from cm_tracker.operations.prizes.offer_slips import SlipChoice, offer_slips
from cm_tracker.queries.prizes.draws import won_by
from tests import cast
from tests.drawing import shelved, won


def offered(
    session: Session, client: int, prize: int, count: int, *, key: str | None = None, actor: Actor = cast.rosa
) -> int:
    return offer_slips(
        session, client_id=client, chosen=[SlipChoice("small", prize)] * count, is_set_aside=False,
        key=key or cast.key(), actor=actor, now=cast.NOW,
    )  # fmt: skip


def open_offers(session: Session) -> list[int]:
    return list(session.execute(select(Offer.id).where(Offer.withdrawn_at.is_(None))).scalars())


def test_each_slip_gets_an_offer_of_its_own_and_stays_the_clients(session: Session) -> None:
    client, prize = won(session, 3), shelved(session, "small")
    assert offered(session, client, prize, 3) == 3
    assert open_offers(session) == [1, 2, 3]
    assert won_by(session, client) == {"small": 3}


def test_a_new_choice_withdraws_the_one_before(session: Session) -> None:
    client, prize = won(session, 3), shelved(session, "small")
    offered(session, client, prize, 3)
    offered(session, client, prize, 2)
    assert open_offers(session) == [4, 5]


def test_the_same_form_offers_once(session: Session) -> None:
    client, prize, key = won(session, 3), shelved(session, "small"), cast.key()
    assert offered(session, client, prize, 3, key=key) == offered(session, client, prize, 3, key=key)
    assert session.execute(select(func.count()).select_from(Offer)).scalar_one() == 3


def test_what_cannot_be_handed_out_is_refused_for_all_slips_of_a_prize_together(session: Session) -> None:
    client, prize = won(session, 3), shelved(session, "small", 2)
    with pytest.raises(NotEnoughStock) as refused:
        offered(session, client, prize, 3)
    assert (refused.value.wanted, refused.value.left) == (3, 2)
    with pytest.raises(NothingWon):
        offered(session, client, prize, 4)
    assert open_offers(session) == []


@pytest.mark.parametrize("count", [0, 13])
def test_none_or_too_many_are_refused(session: Session, count: int) -> None:
    client, prize = won(session, 3), shelved(session, "small")
    with pytest.raises(BadInput):
        offered(session, client, prize, count)


def test_an_auditor_offers_nothing(session: Session) -> None:
    client, prize = won(session), shelved(session, "small")
    with pytest.raises(NotAllowed):
        offered(session, client, prize, 1, actor=cast.grace)
