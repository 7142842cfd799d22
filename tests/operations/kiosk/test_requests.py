"""Asking for a prize at the kiosk: it moves nothing, waits for the day, and ends in one of four ways."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AskedEnough,
    BadInput,
    LimitReached,
    NotAllowed,
    NotEnoughPoints,
    NotEnoughStock,
    NotFound,
    RequestEnded,
)
from cm_tracker.domain.prizes.offers import SCREEN, Confirmation
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import PrizeRequest
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.kiosk.ask_for_prize import ask_for_prize
from cm_tracker.operations.kiosk.set_wish import set_wish
from cm_tracker.operations.kiosk.take_back_request import take_back_request
from cm_tracker.operations.prizes.decline_request import decline_request
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.day.asked import asked_at
from cm_tracker.queries.kiosk.said import said_by
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging
from tests.domain.schedules.documents import document, phase, track
from tests.kiosk import AT_HARBOR, TODAY, TOMORROW, asked


def a_prize(session: Session, name: str, cents: int = 250, stock: int = 3, **more: object) -> int:
    prize_id = save_prize(
        session, name=name, name_es="", category="household", price_cents=cents, retail_cents=cents, is_active=True,
        actor=cast.miriam, now=cast.NOW, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    if stock:
        deliver_stock(
            session, site_id=cast.HARBOR, prize_id=prize_id, quantity=stock, note="n", key=cast.key(),
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
    return prize_id


def redeem(session: Session, prize_id: int = cast.MUG, price_points: int = 20) -> int:
    offer_id = offer_prize(
        session, client_id=cast.AMIR, prize_id=prize_id, quantity=1, price_points=price_points, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    yes = Confirmation(cast.AMIR, SCREEN)
    return redeem_prize(session, offer_id=offer_id, confirmation=yes, actor=cast.rosa, now=cast.NOW)


def ends(session: Session) -> list[str | None]:
    return list(session.execute(select(PrizeRequest.ended).order_by(PrizeRequest.id)).scalars())


def test_a_request_waits_for_staff_and_moves_no_points(session: Session) -> None:
    cast.rich(session)
    request_id = asked(session)
    assert asked(session) == request_id, "a second touch asks once"
    (line,) = asked_at(session, cast.rosa, cast.HARBOR, TODAY)
    assert (line.topic, line.id, line.code, line.prize_name) == ("prize", request_id, "HS-1", "Travel mug")
    assert balances_of(session, cast.AMIR) == {"points": 85}
    assert asked_at(session, cast.anna, cast.MILL, TODAY) == ()
    assert asked_at(session, cast.sam, cast.HARBOR, TODAY) == (), "who works with no clients sees none"


def test_a_request_ends_with_its_day(session: Session) -> None:
    cast.rich(session)
    request_id = asked(session)
    assert asked_at(session, cast.rosa, cast.HARBOR, TODAY + timedelta(days=1)) == ()
    with pytest.raises(RequestEnded):
        decline_request(session, request_id=request_id, reason="soon", actor=cast.rosa, now=TOMORROW)
    assert asked(session, now=TOMORROW) != request_id


def test_a_request_ends_when_the_client_gets_the_prize(session: Session) -> None:
    cast.rich(session)
    asked(session)
    asked(session, cast.CARD)
    redeem(session)
    assert ends(session) == ["redeemed", None]
    # 85 - 20 are 65 points: the card costs 80, but its request waits until staff answer it.
    assert [line.prize_name for line in asked_at(session, cast.rosa, cast.HARBOR, TODAY)] == ["Grocery card"]
    assert verify_ledger(session).findings == []


def test_a_client_takes_a_request_back_and_asks_again(session: Session) -> None:
    cast.rich(session)
    first = asked(session)
    for _ in range(2):
        take_back_request(session, client_id=cast.AMIR, prize_id=cast.MUG, actor=AT_HARBOR, now=cast.NOW)
    assert ends(session) == ["taken_back"]
    assert asked_at(session, cast.rosa, cast.HARBOR, TODAY) == ()
    assert asked(session) == first and ends(session) == [None]


def test_staff_decline_with_a_kind_word_that_the_client_reads_and_cannot_ask_again_that_day(session: Session) -> None:
    cast.rich(session)
    request_id = asked(session)
    with pytest.raises(BadInput):
        decline_request(session, request_id=request_id, reason="no", actor=cast.rosa, now=cast.NOW)
    decline_request(session, request_id=request_id, reason="soon", actor=cast.rosa, now=cast.NOW)
    said = said_by(session, cast.AMIR, TODAY)
    assert said.requests[cast.MUG] == ("declined", "soon")
    for again in (lambda: asked(session), lambda: decline_request(
        session, request_id=request_id, reason="soon", actor=cast.rosa, now=cast.NOW
    )):  # fmt: skip
        with pytest.raises(RequestEnded):
            again()


def test_a_request_whose_prize_is_out_of_stock_is_not_on_the_board(session: Session) -> None:
    """There is one card. Ella asks for it, and then Amir gets it: nobody waits for what is not there."""
    cast.rich(session)
    paid = document(track(phase((1, 8), base=80, step=0), behavior="cocaine-negative"), name="Eighty")
    version = publish_schedule(session, document=paid, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    ella = open_client(
        session, code="HS-8", preferred_name="Ella", site_id=1, language="en", actor=cast.rosa, now=cast.NOW
    )
    enrollment = enroll_client(
        session, client_id=ella, schedule_version_id=version, starts_on=cast.START, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    cast.visit(session, 0, enrollment_id=enrollment)
    asked(session, cast.CARD, client_id=ella)
    assert [line.code for line in asked_at(session, cast.rosa, cast.HARBOR, TODAY)] == ["HS-8"]
    redeem(session, cast.CARD, 80)
    assert ends(session) == [None]
    assert asked_at(session, cast.rosa, cast.HARBOR, TODAY) == ()


def test_a_client_asks_for_what_they_can_have(session: Session) -> None:
    with pytest.raises(NotEnoughPoints) as refused:
        asked(session)
    assert (refused.value.balance, refused.value.cost) == (0, 20)
    cast.rich(session)
    gone = a_prize(session, "Scarf", stock=0)
    with pytest.raises(NotEnoughStock):
        asked(session, gone)
    limited = a_prize(session, "Bus pass", limit_count=1, limit_days=30)
    offer_id = offer_prize(
        session, client_id=cast.AMIR, prize_id=limited, quantity=1, price_points=10, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    yes = Confirmation(cast.AMIR, SCREEN)
    redeem_prize(session, offer_id=offer_id, confirmation=yes, actor=cast.rosa, now=cast.NOW)
    with pytest.raises(LimitReached):
        asked(session, limited)
    with pytest.raises(NotFound):
        asked(session, 99)


def test_three_requests_can_wait_at_once(session: Session) -> None:
    cast.rich(session)
    others = [a_prize(session, name) for name in ("Socks", "Soap", "Brush")]
    for prize_id in others:
        asked(session, prize_id)
    with pytest.raises(AskedEnough) as refused:
        asked(session)
    assert refused.value.most == 3
    take_back_request(session, client_id=cast.AMIR, prize_id=others[0], actor=AT_HARBOR, now=cast.NOW)
    asked(session)


def test_who_may_not_redeem_declines_nothing(session: Session) -> None:
    cast.rich(session)
    request_id = asked(session)
    desk = cast.front_desk(session)
    for actor, error in ((desk, NotAllowed), (cast.grace, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(error):
            decline_request(session, request_id=request_id, reason="soon", actor=actor, now=cast.NOW)
    with pytest.raises(NotFound):
        decline_request(session, request_id=99, reason="soon", actor=cast.rosa, now=cast.NOW)


def test_a_client_saves_for_one_prize(session: Session) -> None:
    for prize_id in (cast.MUG, cast.CARD):
        set_wish(session, client_id=cast.AMIR, prize_id=prize_id, actor=AT_HARBOR, now=cast.NOW)
    assert said_by(session, cast.AMIR, TODAY).wish == cast.CARD
    assert said_by(session, cast.BEA, TODAY).wish is None
    with pytest.raises(NotFound):
        set_wish(session, client_id=cast.AMIR, prize_id=99, actor=AT_HARBOR, now=cast.NOW)


def test_a_kiosk_of_another_site_does_nothing_for_a_client(session: Session) -> None:
    with pytest.raises(NotFound):
        ask_for_prize(session, client_id=cast.BEA, prize_id=cast.MUG, actor=AT_HARBOR, now=cast.NOW)
    with pytest.raises(NotFound):
        set_wish(session, client_id=cast.BEA, prize_id=cast.MUG, actor=AT_HARBOR, now=cast.NOW)


def test_two_records_of_one_person_with_a_request_each_count_as_one(session: Session) -> None:
    """Both records asked for the mug before somebody saw that they are the same person."""
    second = merging.second_record(session)
    cast.rich(session)
    first = asked(session)
    take_back_request(session, client_id=cast.AMIR, prize_id=cast.MUG, actor=AT_HARBOR, now=cast.NOW)
    session.execute(
        insert(PrizeRequest).values(
            client_id=second, site_id=cast.HARBOR, prize_id=cast.MUG, on_day=TODAY, asked_at=cast.NOW
        )
    )
    session.commit()
    merging.merge(session, second)
    assert said_by(session, cast.AMIR, TODAY).requests == {cast.MUG: (None, None)}
    assert asked(session) == first + 1
    (line,) = asked_at(session, cast.rosa, cast.HARBOR, TODAY)
    assert line.code == "HS-1"
