"""What cabinets got and lost, and what was bought for them, row by row."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from tests import cast, funding, purchasing
from tests.redeeming import redeem_at_once
from tests.web.conftest import Person, text
from tests.web.reports.test_lists import rows

Given = Callable[..., Any]
VOUCHER = 3
NOW = "2026-03-16T11:00:00-04:00"
OPENED = "2026-03-01T10:00:00-05:00"
# What is the same in most rows of stock.
PLAIN = {
    "at": NOW, "site": "Harbor Street", "prize": "Travel mug", "category": "household", "tier": "", "card_ends_in": "",
    "unit_cost": "", "cost": "", "purchase": "",
}  # fmt: skip
CARDS = {
    **PLAIN, "kind": "delivered", "prize": "Voucher", "category": "gift_card", "quantity": "1", "unit_cost": "4.50",
    "cost": "4.50", "by": "Miriam", "note": "Corner Store, 1182",
}  # fmt: skip


def a_cabinet_with_everything(session: Session) -> None:
    """Three of four mugs arrive by a purchase, one does not come back, a count misses one and the next one finds it."""
    cast.rich(session)
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session)
    purchasing.decide(session, purchase_id, actor=daniel)
    purchasing.receive(session, purchase_id, actor=daniel, quantity=3)
    undo_redemption(
        session, redemption_id=redeem_at_once(session), is_back=False, reason="It broke", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    counted(session, 6, "Nobody knows")
    counted(session, 7, "Behind the box")
    save_prize(
        session, name="Voucher", name_es="", category="gift_card", price_cents=500, retail_cents=500, is_active=True,
        is_serial=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    deliver(session, VOUCHER, 2, last_fours=("4821", "0007"), unit_cents=450, note="Corner Store, 1182")
    deliver(session, cast.MUG, 9, site_id=cast.MILL, actor=command())


def counted(session: Session, mugs: int, reason: str) -> None:
    """Rosa counts the mugs, Leo checks, and Grace signs the difference."""
    count_id = count_stock(
        session, site_id=cast.HARBOR, counted={cast.MUG: mugs, cast.CARD: 1}, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    check_count(session, count_id=count_id, key=cast.key(), actor=cast.leo, now=cast.NOW)
    sign_count(session, count_id=count_id, reason=reason, key=cast.key(), actor=cast.grace, now=cast.NOW)


def deliver(session: Session, prize_id: int, quantity: int, *, actor: Actor = cast.miriam, **more: Any) -> None:
    deliver_stock(
        session, prize_id=prize_id, quantity=quantity, key=cast.key(), actor=actor, now=cast.NOW,
        **{"site_id": cast.HARBOR, "note": "Corner Store", **more},
    )  # fmt: skip


def test_every_movement_that_is_no_handover_is_one_row(miriam: Person, given: Given) -> None:
    given(a_cabinet_with_everything)
    found = rows(miriam, "stock")
    seals = [int(row.pop("seal")) for row in found]
    assert seals == sorted(seals, reverse=True) and len(set(seals)) == 7  # two cards came at once
    assert found == [
        {**CARDS, "card_ends_in": "0007"},
        {**CARDS, "card_ends_in": "4821"},
        {**PLAIN, "kind": "found", "quantity": "1", "by": "Grace", "note": "Behind the box"},
        {**PLAIN, "kind": "missing", "quantity": "-1", "by": "Grace", "note": "Nobody knows"},
        {**PLAIN, "kind": "not_back", "quantity": "-1", "by": "Miriam", "note": "It broke"},
        {**PLAIN, "kind": "delivered", "quantity": "3", "unit_cost": "4.25", "cost": "12.75", "purchase": "1",
         "by": "Daniel", "note": "Corner Store"},
        {**PLAIN, "at": OPENED, "kind": "delivered", "prize": "Grocery card", "category": "gift_card", "quantity": "1",
         "by": "demonstration", "note": "First order"},
        {**PLAIN, "at": OPENED, "kind": "delivered", "quantity": "5", "by": "demonstration", "note": "First order"},
    ]  # fmt: skip


def test_stock_is_narrowed_to_sites_and_days(person: Callable[..., Person], given: Given) -> None:
    given(a_cabinet_with_everything)
    grace = person("grace")

    def movements(query: str = "") -> list[tuple[str, str]]:
        return [(row["site"], row["quantity"]) for row in rows(grace, "stock", query)]

    assert movements("site_id=2") == [("Mill Road", "9")]
    assert movements("until=2026-03-01") == [("Harbor Street", "1"), ("Harbor Street", "5")]
    assert movements("since=2026-03-17") == []
    assert len(movements()) == 9
    # A list without clients is not narrowed to one, and does not offer it.
    assert "Client code" not in text(grace.get("/lists/stock")) and "Client code" in text(grace.get("/lists/awards"))
    assert len(movements("client_code=MR-1")) == 9


def four_purchases(session: Session) -> None:
    """One purchase was authorized and came in part, one was declined, one waits, and one will not arrive."""
    daniel = cast.another_lead(session)
    source_id = funding.source(session)
    first = purchasing.ask(session, source_id=source_id)
    purchasing.decide(session, first, actor=daniel)
    purchasing.receive(session, first, actor=daniel, quantity=3)
    second = purchasing.ask(session, prize_id=cast.CARD, quantity=1, unit_cents=2_000, reason="One more card")
    purchasing.decide(session, second, "declined", actor=daniel, reason="We have enough")
    purchasing.ask(session)
    fourth = purchasing.ask(session)
    purchasing.decide(session, fourth, actor=daniel)
    purchasing.end(session, fourth, actor=cast.miriam)


# What is the same in every row of purchases that waits.
WAITS = {
    "purchase": "3", "requested_at": NOW, "site": "Harbor Street", "prize": "Travel mug", "category": "household",
    "quantity": "4", "unit_cost": "4.25", "amount": "17.00", "source": "", "purpose": "The shelf is empty",
    "requested_by": "Miriam", "decision": "", "decided_at": "", "decided_by": "", "why_decided": "", "received_at": "",
    "received_by": "", "received_quantity": "", "received_amount": "", "ended_at": "",
    "why_ended": "",
}  # fmt: skip


@pytest.mark.parametrize("username", ["rosa", "miriam", "grace"])
def test_a_purchase_is_one_row_with_what_became_of_it(app: Flask, given: Given, username: str) -> None:
    given(four_purchases)
    assert rows(Person(app, username), "purchases") == [
        {
            **WAITS, "purchase": "4", "decision": "authorized", "decided_at": NOW, "decided_by": "Daniel",
            "ended_at": NOW, "why_ended": "The store has none left",
        },
        WAITS,
        {
            **WAITS, "purchase": "2", "prize": "Grocery card", "category": "gift_card", "quantity": "1",
            "unit_cost": "20.00", "amount": "20.00", "purpose": "One more card", "decision": "declined",
            "decided_at": NOW, "decided_by": "Daniel", "why_decided": "We have enough",
        },
        {
            **WAITS, "purchase": "1", "source": "State opioid response grant", "decision": "authorized",
            "decided_at": NOW, "decided_by": "Daniel", "received_at": NOW, "received_by": "Daniel",
            "received_quantity": "3", "received_amount": "12.75",
        },
    ]  # fmt: skip
    assert rows(Person(app, "anna"), "purchases") == []
    assert rows(Person(app, username), "purchases", "until=2026-03-15") == []


def test_the_page_of_purchases_leads_to_its_files(rosa: Person, given: Given) -> None:
    given(purchasing.ask)
    page = rosa.get("/purchases").get_data(as_text=True)
    for path in ("/lists/purchases/list.csv", "/lists/purchases/list.xlsx", "/lists/purchases/list.print"):
        assert f'href="{path}"' in page and rosa.get(path).status_code == 200
    assert "Asked for (America/New_York) Site Prize Quantity Amount Asked by Decision Decided by Received" in text(
        rosa.get("/lists/purchases/list.print")
    )
