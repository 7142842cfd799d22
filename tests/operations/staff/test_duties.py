"""Duties that must not meet in one person: refused at once, or noted where a site has stated that it cannot keep them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BoughtYourself, OwnEntry, PinSetByYou
from cm_tracker.domain.prizes.offers import KIOSK, NOBODY, SCREEN, Confirmation
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.passwords import Hasher
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.staff.duties import NotKept, duties_not_kept
from tests import cast, purchasing

# One person with every role that the program knows but the auditor's: what is refused, is refused whatever the roles.
everything = Actor(
    cast.MIRIAM, frozenset({"lead", "coordinator", "purchaser", "counselor", "technician", "admin"}),
    frozenset({cast.HARBOR}), "web",
)  # fmt: skip


def combined(session: Session) -> list[Any]:
    rows = session.execute(
        text("SELECT staff_id, subject, detail FROM audit_event WHERE tag = 'duty:combined' ORDER BY id")
    )
    return [tuple(row) for row in rows]


def deliver(session: Session, actor: Actor) -> None:
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=cast.MUG, quantity=3, note="Corner Store", key=cast.key(), actor=actor,
        now=cast.NOW,
    )  # fmt: skip


def count(session: Session, mugs: int, actor: Actor) -> int:
    counted = {cast.MUG: mugs, cast.CARD: 1}
    return count_stock(
        session, site_id=cast.HARBOR, counted=counted, cards={}, key=cast.key(), actor=actor, now=cast.NOW
    )


def redeem(session: Session, how: str, actor: Actor, why: str = "") -> int:
    offer_id = offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    return redeem_prize(
        session, offer_id=offer_id, confirmation=Confirmation(cast.AMIR, how, why), actor=actor, now=cast.NOW
    )


def new_pin(session: Session, actor: Actor, days_before: int = 0) -> None:
    set_pin(
        session,
        client_id=cast.AMIR,
        pin="8261",
        hasher=Hasher(64, 1),
        actor=actor,
        now=cast.NOW - timedelta(days=days_before),
    )


# -- who records does not correct --------------------------------------------------------------------------------------


def test_nobody_corrects_what_they_entered_whatever_their_roles(session: Session) -> None:
    visit_id = cast.visit(session, 0, actor=everything)
    with pytest.raises(OwnEntry):
        cast.put_right(session, visit_id, "void", actor=everything)
    assert combined(session) == []


def test_a_site_with_one_lead_states_it_and_the_trail_names_each_time(session: Session) -> None:
    visit_id = cast.visit(session, 0, actor=everything)
    other_id = cast.visit(session, 2)
    cast.set_site(session, corrects_own_entries=True)
    cast.put_right(session, visit_id, "void", actor=everything)
    cast.put_right(session, other_id, "void", actor=everything)  # Rosa entered it, so nothing was combined
    assert combined(session) == [(cast.MIRIAM, "visit:3", '{"duty":"entry"}')]
    assert verify_ledger(session).findings == []


# -- who buys does not count or sign -----------------------------------------------------------------------------------


def test_who_booked_a_delivery_neither_counts_nor_checks_nor_signs(session: Session) -> None:
    deliver(session, everything)
    with pytest.raises(BoughtYourself):
        count(session, 8, everything)
    count_id = count(session, 7, cast.rosa)
    with pytest.raises(BoughtYourself):
        check_count(session, count_id=count_id, key=cast.key(), actor=everything, now=cast.NOW)
    check_count(session, count_id=count_id, key=cast.key(), actor=cast.leo, now=cast.NOW)
    with pytest.raises(BoughtYourself):
        sign_count(session, count_id=count_id, reason="One broke", key=cast.key(), actor=everything, now=cast.NOW)
    # An auditor of the site answers for the loss.
    sign_count(session, count_id=count_id, reason="One broke", key=cast.key(), actor=cast.grace, now=cast.NOW)
    assert verify_ledger(session).findings == []


def test_who_asked_for_a_purchase_does_not_count_what_arrived(session: Session) -> None:
    purchase_id = purchasing.ask(session, actor=everything)
    purchasing.decide(session, purchase_id, actor=cast.another_lead(session))
    # Nothing has arrived yet.
    first_id = count(session, 5, everything)
    check_count(session, count_id=first_id, key=cast.key(), actor=cast.leo, now=cast.NOW)
    purchasing.receive(session, purchase_id, actor=command(), now=cast.NOW + timedelta(hours=1))
    with pytest.raises(BoughtYourself):
        count(session, 9, everything)
    assert count(session, 9, cast.rosa)


def test_after_a_signed_count_whoever_bought_before_counts_again(session: Session) -> None:
    deliver(session, cast.miriam)
    count_id = count(session, 8, cast.rosa)
    check_count(session, count_id=count_id, key=cast.key(), actor=cast.leo, now=cast.NOW)
    assert count(session, 8, cast.miriam)


def test_a_site_without_a_second_person_states_it_and_counts(session: Session) -> None:
    deliver(session, cast.miriam)
    cast.set_site(session, counts_own_purchases=True)
    count(session, 8, cast.miriam)
    round_id = session.execute(text("SELECT id FROM count_round")).scalar_one()
    assert combined(session) == [(cast.MIRIAM, f"count_round:{round_id}", '{"duty":"purchase"}')]


# -- who sets a PIN does not confirm with it ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", [SCREEN, KIOSK])
def test_who_set_the_pin_today_does_not_hand_out_what_it_confirms(session: Session, how: str) -> None:
    cast.rich(session)
    new_pin(session, cast.rosa)
    with pytest.raises(PinSetByYou):
        redeem(session, how, cast.rosa)
    # With the reason why there is no PIN, the receipt says what happened.
    assert redeem(session, NOBODY, cast.rosa, "A new client, and nobody else is here")
    assert combined(session) == []


def test_a_pin_that_somebody_else_set_or_that_is_from_yesterday_confirms(session: Session) -> None:
    cast.rich(session)
    new_pin(session, cast.rosa, days_before=1)
    new_pin(session, cast.leo)
    assert redeem(session, SCREEN, cast.rosa)


def test_a_site_without_a_second_person_states_it_and_hands_out(session: Session) -> None:
    cast.rich(session)
    cast.set_site(session, confirms_with_own_pin=True)
    new_pin(session, cast.rosa)
    assert redeem(session, SCREEN, cast.rosa)
    assert [(staff_id, detail) for staff_id, _, detail in combined(session)] == [(cast.ROSA, '{"duty":"pin"}')]


# -- what an auditor reads ---------------------------------------------------------------------------------------------


def test_an_auditor_reads_what_a_site_does_not_keep_since_when_and_how_often(session: Session) -> None:
    assert duties_not_kept(session, cast.grace) == ()
    cast.set_site(session, corrects_own_entries=True)
    for day in (0, 2):
        cast.put_right(session, cast.visit(session, day, actor=everything), "void", actor=everything)
    stated = NotKept("Harbor Street", "entry", date(2026, 3, 16), 2)
    assert duties_not_kept(session, cast.grace) == (stated,)
    assert duties_not_kept(session, cast.anna) == (), "only the sites of the reader"
    # A duty that is kept again still says how often it was not.
    cast.set_site(session, corrects_own_entries=False)
    assert duties_not_kept(session, cast.grace) == (NotKept("Harbor Street", "entry", None, 2),)
