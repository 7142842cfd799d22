"""A purchase is asked for by one person, authorized by another, and received by a third where there is one."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, SecondLeadNeeded
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.queries.funding.purchased import budget_uses
from cm_tracker.queries.funding.sources import source_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from cm_tracker.queries.prizes.purchases import (
    Waiting,
    cards_in_hand,
    cards_there,
    purchase_line,
    purchases,
    waiting_purchases,
)
from tests import cast, funding, purchasing


def serial(session: Session) -> int:
    """Add a prize of serial cards."""
    return save_prize(
        session, name="Grocery card 25", name_es="", category="gift_card", price_cents=2_500, retail_cents=2_500,
        is_active=True, is_serial=True, actor=command(), now=cast.NOW,
    )  # fmt: skip


def test_three_people_buy(session: Session) -> None:
    funding.source(session)
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session, source_id=funding.GRANT)
    assert waiting_purchases(session, cast.grace) == Waiting(1, 1_700)
    with pytest.raises(BadInput, match="not authorized"):
        purchasing.receive(session, purchase_id, actor=daniel)
    purchasing.decide(session, purchase_id, actor=daniel)
    assert waiting_purchases(session, cast.grace) == Waiting(0, 0)
    before = prize_line(session, cast.miriam, cast.MUG).left_at(cast.HARBOR)
    purchasing.receive(session, purchase_id, actor=command())
    assert prize_line(session, cast.miriam, cast.MUG).left_at(cast.HARBOR) == before + 4
    line = purchase_line(session, cast.grace, purchase_id)
    assert (line.requested_by, line.decided_by, line.decision, line.source_name, line.cents, line.reason) == (
        "Miriam", "Daniel", "authorized", "State opioid response grant", 1_700, "The shelf is empty",
    )  # fmt: skip
    assert line.received_at == cast.NOW and line.transaction_id is not None
    assert verify_ledger(session).findings == []


def test_a_third_person_receives_where_there_is_one(session: Session) -> None:
    daniel = cast.another_lead(session)
    first, second = purchasing.ask(session), purchasing.ask(session)
    for purchase_id in (first, second):
        purchasing.decide(session, purchase_id, actor=daniel)
    purchasing.receive(session, first, actor=daniel)  # two people book deliveries here, and there is no third
    paula = cast._one_more(session, "paula", "purchaser")
    for actor in (daniel, cast.miriam):
        with pytest.raises(BadInput, match="Let somebody else book"):
            purchasing.receive(session, second, actor=actor)
    purchasing.receive(session, second, actor=paula)
    assert purchase_line(session, cast.miriam, second).received_by == "Paula"


def test_nobody_authorizes_their_own_and_each_is_decided_and_received_once(session: Session) -> None:
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session)
    with pytest.raises(SecondLeadNeeded):
        purchasing.decide(session, purchase_id, actor=cast.miriam)
    with pytest.raises(BadInput, match="Only whoever asked"):
        purchasing.decide(session, purchase_id, "withdrawn", actor=daniel)
    with pytest.raises(BadInput, match="Say why it is declined"):
        purchasing.decide(session, purchase_id, "declined", actor=daniel)
    with pytest.raises(BadInput, match="Choose whether"):
        purchasing.decide(session, purchase_id, "maybe", actor=daniel)
    purchasing.decide(session, purchase_id, actor=daniel)
    with pytest.raises(BadInput, match="decided already"):
        purchasing.decide(session, purchase_id, "declined", actor=daniel, reason="Too late")
    purchasing.receive(session, purchase_id, actor=daniel)
    with pytest.raises(BadInput, match="recorded already"):
        purchasing.receive(session, purchase_id, actor=daniel)


def test_the_database_refuses_an_authorization_of_ones_own(session: Session) -> None:
    purchase_id = purchasing.ask(session)
    with pytest.raises(DBAPIError, match="second_person_authorizes"):
        session.execute(
            text(
                "INSERT INTO purchase_decision (id, purchase_id, decision, requested_by_id, staff_id, recorded_at) "
                "SELECT 1, id, 'authorized', staff_id, staff_id, requested_at FROM purchase WHERE id = :id"
            ),
            {"id": purchase_id},
        )
    session.rollback()


def test_a_declined_or_withdrawn_purchase_brings_nothing(session: Session) -> None:
    daniel = cast.another_lead(session)
    first, second = purchasing.ask(session), purchasing.ask(session)
    purchasing.decide(session, first, "declined", actor=daniel, reason="There are enough")
    purchasing.decide(session, second, "withdrawn", actor=cast.miriam)
    for purchase_id in (first, second):
        with pytest.raises(BadInput, match="not authorized"):
            purchasing.receive(session, purchase_id, actor=daniel)
    assert [line.decision for line in purchases(session, cast.miriam).lines] == ["withdrawn", "declined"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"unit_cents": 0}, "unit_cost"),
        ({"reason": "no"}, "reason"),
        ({"source_id": 9}, "source_id"),
    ],
)
def test_what_may_not_be_asked_for(session: Session, more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        purchasing.ask(session, **more)
    assert refused.value.field == field


def test_a_site_keeps_few_cards(session: Session) -> None:
    cards = serial(session)
    cast.set_site(session, most_cards=3)
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=cards, quantity=1, last_fours=["1234"], unit_cents=0, note="A gift",
        key=cast.key(), actor=command(), now=cast.NOW,
    )  # fmt: skip
    purchasing.ask(session, prize_id=cards, quantity=2)
    assert cards_in_hand(session, cast.HARBOR) == 3
    with pytest.raises(BadInput, match="at most 3 gift cards"):
        purchasing.ask(session, prize_id=cards, quantity=1)
    purchasing.ask(session, quantity=50)  # mugs are no cards
    purchasing.decide(session, 1, "declined", actor=cast.another_lead(session), reason="Too dear")
    assert cards_in_hand(session, cast.HARBOR) == 1
    purchasing.ask(session, prize_id=cards, quantity=2)


def test_an_authorized_purchase_that_will_not_arrive_frees_its_place_and_its_money(session: Session) -> None:
    cards = serial(session)
    daniel = cast.another_lead(session)
    funding.source(session, budget_cents=10_000)
    cast.set_site(session, most_cards=2)
    purchase_id = purchasing.ask(session, prize_id=cards, quantity=2, unit_cents=2_500, source_id=funding.GRANT)
    with pytest.raises(BadInput, match="not authorized"):
        purchasing.end(session, purchase_id, actor=cast.miriam)
    purchasing.decide(session, purchase_id, actor=daniel)
    source = source_of(session, funding.GRANT)
    assert cards_in_hand(session, cast.HARBOR) == 2
    assert budget_uses(session, [source], cast.NOW.date())[funding.GRANT].used_cents == 5_000
    with pytest.raises(BadInput, match="Say why") as refused:
        purchasing.end(session, purchase_id, actor=cast.miriam, reason=" ")
    assert refused.value.field == "reason"
    key = cast.key()
    ended = purchasing.end(session, purchase_id, actor=cast.miriam, key=key)
    assert purchasing.end(session, purchase_id, actor=cast.miriam, key=key) == ended
    line = purchase_line(session, cast.grace, purchase_id)
    assert (line.is_on_its_way, line.ended_by, line.ended_at, line.why_ended) == (
        False, "Miriam", cast.NOW, "The store has none left",
    )  # fmt: skip
    assert cards_in_hand(session, cast.HARBOR) == 0
    assert budget_uses(session, [source], cast.NOW.date())[funding.GRANT].used_cents == 0
    with pytest.raises(BadInput, match="has ended"):
        purchasing.end(session, purchase_id, actor=daniel)
    with pytest.raises(BadInput, match="has ended"):
        purchasing.receive(
            session,
            purchase_id,
            actor=daniel,
            prize_id=cards,
            quantity=2,
            unit_cents=2_500,
            last_fours=["4411", "4412"],
        )


def test_who_may_not_end_a_purchase(session: Session) -> None:
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session)
    purchasing.decide(session, purchase_id, actor=daniel)
    with pytest.raises(NotAllowed):
        purchasing.end(session, purchase_id, actor=cast.rosa)
    for unknown, actor in ((99, cast.miriam), (purchase_id, cast.anna)):
        with pytest.raises(NotFound):
            purchasing.end(session, unknown, actor=actor)
    purchasing.receive(session, purchase_id, actor=daniel)
    with pytest.raises(BadInput, match="recorded already"):
        purchasing.end(session, purchase_id, actor=cast.miriam)


def card_arrives(session: Session, prize_id: int, *last_fours: str, **more: Any) -> int:
    """Book gift cards that were given to Harbor Street. Return the transaction's id."""
    return deliver_stock(
        session,
        **{
            "site_id": cast.HARBOR, "prize_id": prize_id, "quantity": len(last_fours), "last_fours": last_fours,
            "unit_cents": 0, "note": "A gift", "key": cast.key(), "actor": command(), "now": cast.NOW, **more,
        },
    )  # fmt: skip


def test_the_limit_of_cards_holds_when_a_purchase_is_authorized(session: Session) -> None:
    cards = serial(session)
    daniel = cast.another_lead(session)
    cast.set_site(session, most_cards=3)
    purchase_id = purchasing.ask(session, prize_id=cards, quantity=2)
    # Two were given meanwhile: with the two that are asked for, there would be four.
    card_arrives(session, cards, "1234", "5678")
    with pytest.raises(BadInput, match=r"at most 3 gift cards\. With this purchase there would be 4") as refused:
        purchasing.decide(session, purchase_id, actor=daniel)
    assert refused.value.field == "decision"
    assert purchase_line(session, cast.miriam, purchase_id).decision is None
    cast.set_site(session, most_cards=4)
    purchasing.decide(session, purchase_id, actor=daniel)
    assert purchase_line(session, cast.miriam, purchase_id).decision == "authorized"


def test_a_purchase_that_is_too_much_by_now_can_be_declined_and_withdrawn(session: Session) -> None:
    cards = serial(session)
    daniel = cast.another_lead(session)
    first, second = (purchasing.ask(session, prize_id=cards, quantity=2) for _ in range(2))
    cast.set_site(session, most_cards=1)
    purchasing.decide(session, first, "declined", actor=daniel, reason="Too many cards")
    purchasing.decide(session, second, "withdrawn", actor=cast.miriam)
    assert cards_in_hand(session, cast.HARBOR) == 0


def test_the_limit_of_cards_holds_when_a_delivery_is_booked(session: Session) -> None:
    cards = serial(session)
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session, prize_id=cards, quantity=2, unit_cents=2_500)
    purchasing.decide(session, purchase_id, actor=daniel)
    card_arrives(session, cards, "1234")
    cast.set_site(session, most_cards=2)
    bought = {"prize_id": cards, "quantity": 2, "unit_cents": 2_500, "last_fours": ["4411", "4412"]}
    size = log_size(session)
    with pytest.raises(BadInput, match=r"at most 2 gift cards, and there would be 3\. Nothing was recorded") as refused:
        purchasing.receive(session, purchase_id, actor=daniel, **bought)
    assert refused.value.field == "cards"
    with pytest.raises(BadInput, match="there would be 3"):
        card_arrives(session, cards, "7777", "8888")
    assert log_size(session) == size, "nothing half-written"
    assert (cards_there(session, cast.HARBOR), purchase_line(session, daniel, purchase_id).received_at) == (1, None)
    cast.set_site(session, most_cards=3)
    purchasing.receive(session, purchase_id, actor=daniel, **bought)
    assert cards_there(session, cast.HARBOR) == 3
    assert verify_ledger(session).findings == []


def log_size(session: Session) -> int:
    size = session.execute(text("SELECT size FROM log_head")).scalar_one()
    session.rollback()
    return int(size)


def test_no_more_arrives_than_was_authorized(session: Session) -> None:
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session)
    purchasing.decide(session, purchase_id, actor=daniel)
    with pytest.raises(BadInput, match="Only 4 of these were authorized") as refused:
        purchasing.receive(session, purchase_id, actor=daniel, quantity=5, unit_cents=100)
    assert refused.value.field == "quantity"
    with pytest.raises(BadInput, match=re.escape("Only $17.00 in all were authorized")) as refused:
        purchasing.receive(session, purchase_id, actor=daniel, unit_cents=426)
    assert refused.value.field == "unit_cost"
    # Fewer may cost more each, and fewer may arrive.
    purchasing.receive(session, purchase_id, actor=daniel, quantity=3, unit_cents=566)
    assert purchase_line(session, daniel, purchase_id).received_by == "Daniel"


def test_a_site_may_need_a_purchase_for_what_costs_money(session: Session) -> None:
    cast.set_site(session, needs_purchase=True)

    def deliver(cents: int | None) -> int:
        return deliver_stock(
            session, site_id=cast.HARBOR, prize_id=cast.MUG, quantity=1, unit_cents=cents, note="x", key=cast.key(),
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip

    with pytest.raises(BadInput, match="somebody authorizes a purchase first"):
        deliver(425)
    assert deliver(0)


def test_who_may_ask_decide_and_receive(session: Session) -> None:
    purchase_id = purchasing.ask(session)
    for actor in (cast.rosa, cast.grace):
        with pytest.raises(NotAllowed):
            purchasing.ask(session, actor=actor)
        with pytest.raises(NotAllowed):
            purchasing.decide(session, purchase_id, actor=actor)
    paula = cast._one_more(session, "paula", "purchaser")
    with pytest.raises(NotAllowed):
        purchasing.decide(session, purchase_id, actor=paula)
    own = purchasing.ask(session, actor=paula)
    purchasing.decide(session, own, actor=cast.miriam)
    elsewhere = Actor(9, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    with pytest.raises(NotFound):
        purchasing.decide(session, purchase_id, actor=elsewhere)
    with pytest.raises(NotFound):
        purchase_line(session, elsewhere, purchase_id)
    with pytest.raises(NotFound):
        purchasing.ask(session, actor=elsewhere)
    with pytest.raises(NotFound):
        purchasing.receive(session, 99, actor=cast.miriam)
    with pytest.raises(NotFound):
        purchasing.receive(session, own, actor=cast.miriam, prize_id=cast.CARD)
