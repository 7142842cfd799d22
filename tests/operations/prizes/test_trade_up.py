"""Trading up: five slips of recent draws become one of the next tier. Prizes chosen for them are handed back first."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NoHeadroom, NotAllowed, NotEnoughToTrade, NotFound, TooManyHandedBack
from cm_tracker.domain.prizes.draws import slip_at, slip_number
from cm_tracker.domain.prizes.offers import SCREEN, unconfirmed
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import AccountRow, Trade
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.trade_up import trade_up
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes import trades
from cm_tracker.queries.prizes.draws import headrooms_of, open_draw, won_by
from cm_tracker.queries.prizes.stock import owed_to
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.drawing import KIOSK, choose, dora, draw, shelved
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import confirmed

TODAY = cast.NOW.date()
BOWL = [{"tier": "small", "count": 3, "cents": 100}, {"tier": "large", "count": 1, "cents": 2000}]


def allow(session: Session, days: int | None = 14) -> None:
    cast.set_site(session, trade_days=days)


def drawn(session: Session, count: int, **more: object) -> int:
    """Return the client Dora, who drew this many small slips today."""
    # `more` are the keys of Dora's schedule that a test sets itself.
    client = dora(session, slips=BOWL, draws=count, **more)  # type: ignore[arg-type]
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    for number in range(1, count + 1):
        draw(session, client, number, small_part(session, client))
    assert won_by(session, client) == {"small": count}
    return client


def small_part(session: Session, client: int) -> str:
    """Return a touch that draws a small slip. Somebody who can read the database can work it out, as the docs say."""
    waiting = open_draw(session, client)
    assert waiting is not None
    touches = (f"touch {x},0" for x in range(1000))
    return next(
        part
        for part in touches
        if slip_at(waiting.bowl, slip_number(waiting.secret, part, waiting.number, 4)).tier == "small"
    )


@pytest.fixture
def six(session: Session) -> int:
    """The client Dora with six small slips, at a site that allows trading up within two weeks."""
    allow(session)
    return drawn(session, 6)


def trade(session: Session, client: int, *back: int, **more: object) -> int:
    parameters = {"confirmation": confirmed(client), "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more}
    # `more` are the parameters that a test sets itself.
    return trade_up(session, client_id=client, handed_back=back, **parameters)  # type: ignore[arg-type]


def shelf(session: Session, prize: int) -> int | None:
    return session.execute(select(AccountRow.balance).where(AccountRow.key == f"cabinet:1:items/{prize}")).scalar_one()


def test_five_slips_become_one_of_the_next_tier(session: Session, six: int) -> None:
    row = session.get_one(Trade, trade(session, six))
    assert won_by(session, six) == {"small": 1, "large": 1}
    assert (row.tier, row.to_tier, row.cents, row.confirmed) == ("small", "large", 1500, SCREEN)
    assert json.loads(row.draws) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_trade_is_right_by_the_bowl_from_which_the_client_drew_then(session: Session, six: int, when: str) -> None:
    other = document(
        track(phase((1, 8), base=3, step=0), behavior="cocaine-negative", pays="draws"),
        name="A bowl with a jumbo slip",
        bowl={"name": "Jumbo", "slips": [BOWL[0], {"tier": "jumbo", "count": 1, "cents": 5000}]},
    )
    version = publish_schedule(session, document=other, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    if when == "after":
        trade(session, six)
    cast.move(session, spans_of(session, [six])[0].enrollment_id, version, "2026-03-16")
    if when == "before":
        trade(session, six)
    assert won_by(session, six) == {"small": 1, ("jumbo" if when == "before" else "large"): 1}
    assert verify_ledger(session).findings == []


def test_what_is_left_is_not_enough_for_a_second_trade(session: Session, six: int) -> None:
    trade(session, six)
    with pytest.raises(NotEnoughToTrade) as refused:
        trade(session, six)
    assert (refused.value.has, refused.value.needed) == (1, 5)


def test_a_prize_is_chosen_for_the_larger_slip_as_for_any_other(session: Session, six: int) -> None:
    trade(session, six)
    owed = {one.tier: one for one in owed_to(session, six, won_by(session, six))}
    assert (owed["large"].count, owed["large"].since) == (1, TODAY)
    prize = shelved(session, "large")
    choose(session, six, prize, "large")
    assert won_by(session, six) == {"small": 1}


def test_prizes_that_were_handed_out_are_handed_back_first(session: Session, six: int) -> None:
    prize = shelved(session, "small", 6)
    receipts = [choose(session, six, prize, "small") for _ in range(3)]
    assert (shelf(session, prize), won_by(session, six)) == (3, {"small": 3})
    with pytest.raises(NotEnoughToTrade):
        trade(session, six, receipts[0])
    assert shelf(session, prize) == 3, "nothing has moved"
    trade(session, six, *receipts[:2])
    assert (shelf(session, prize), won_by(session, six)) == (5, {"large": 1})
    possible = trades.trade_up(session, cast.rosa, six, TODAY)
    assert possible is not None and [receipt.id for receipt in possible.handed_out] == [receipts[2]]


def test_no_more_prizes_are_handed_back_than_needed(session: Session, six: int) -> None:
    """Else a trade would undo more redemptions than it needs, which only a lead may do."""
    prize = shelved(session, "small", 6)
    receipt = choose(session, six, prize, "small")
    with pytest.raises(TooManyHandedBack, match="No more than 0 of them have to come back"):
        trade(session, six, receipt)
    receipts = [choose(session, six, prize, "small") for _ in range(3)]
    with pytest.raises(TooManyHandedBack, match="No more than 3 of them"):
        trade(session, six, receipt, *receipts)
    trade(session, six, receipt, *receipts[:2])


def test_what_was_drawn_from_an_older_bowl_keeps_its_value(session: Session) -> None:
    """The small slips of the first bowl were worth $1, those of the second are worth $4."""
    allow(session, 60)
    client = drawn(session, 5)
    dearer = [{"tier": "small", "count": 3, "cents": 400}, {"tier": "large", "count": 1, "cents": 2000}]
    doc = document(
        track(phase((1, 8), base=1, step=0), behavior="cocaine-negative", pays="draws"),
        bowl={"name": "Dearer", "slips": dearer}, ceilings=[{"scope": "enrollment", "cents": 1400}],
    )  # fmt: skip
    starts_on, now = cast.START + timedelta(weeks=8), cast.NOW + timedelta(weeks=7)
    version = publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=now)
    enroll_client(
        session, client_id=client, schedule_version_id=version, starts_on=starts_on, key=cast.key(), actor=cast.rosa,
        now=now,
    )  # fmt: skip
    with pytest.raises(NoHeadroom):
        trade(session, client, now=now)


def test_a_prize_is_handed_back_once(session: Session, six: int) -> None:
    prize = shelved(session, "small", 6)
    receipts = [choose(session, six, prize, "small") for _ in range(5)]
    trade(session, six, *receipts[:4])
    with pytest.raises(BadInput, match="cannot be handed back any more"):
        trade(session, six, receipts[0])


def test_another_clients_prize_is_not_handed_back(session: Session, six: int) -> None:
    with pytest.raises(BadInput):
        trade(session, six, 999)


def test_what_was_drawn_too_long_ago_does_not_count(session: Session, six: int) -> None:
    with pytest.raises(NotEnoughToTrade) as refused:
        trade(session, six, now=cast.NOW + timedelta(days=14))
    assert refused.value.has == 0
    trade(session, six, now=cast.NOW + timedelta(days=13))


def test_without_a_rule_nothing_is_traded_up(session: Session) -> None:
    client = drawn(session, 5)
    with pytest.raises(BadInput, match="the site's lead has not allowed it"):
        trade(session, client)
    allow(session)
    allow(session, None)
    with pytest.raises(BadInput):
        trade(session, client)


def test_a_ceiling_counts_slips_as_they_were_drawn_and_no_trade(session: Session) -> None:
    allow(session)
    client = drawn(session, 5, ceilings=[{"scope": "enrollment", "cents": 3000}])
    enrollment = trades.trade_up(session, cast.rosa, client, TODAY)
    assert enrollment is not None
    assert headrooms_of(session, enrollment.enrollment_id, TODAY) == [(2500, "enrollment")]
    trade(session, client)
    assert headrooms_of(session, enrollment.enrollment_id, TODAY) == [(2500, "enrollment")]


def test_a_trade_that_gains_more_than_a_ceiling_leaves_is_refused(session: Session) -> None:
    allow(session)
    client = drawn(session, 5, ceilings=[{"scope": "enrollment", "cents": 1900}])
    with pytest.raises(NoHeadroom) as refused:
        trade(session, client)
    assert str(refused.value) == (
        "Under the ceiling for the enrollment there is no room for a larger prize now. "
        "What was drawn stays the client's."
    )
    assert won_by(session, client) == {"small": 5}


def test_the_client_confirms_or_staff_say_why_not(session: Session, six: int) -> None:
    with pytest.raises(NotFound):
        trade(session, six, confirmation=confirmed(cast.AMIR))
    row = session.get_one(Trade, trade(session, six, confirmation=unconfirmed(six, "Broken hand")))
    assert row.confirmed == "nobody" and row.note_digest is not None


def test_who_may_not_trade_up(session: Session, six: int) -> None:
    with pytest.raises(NotFound):
        trade(session, six, actor=cast.anna)
    with pytest.raises(NotAllowed):
        trade(session, six, actor=cast.grace)


def test_the_same_form_sent_twice_trades_once(session: Session, six: int) -> None:
    once = cast.key()
    assert trade(session, six, key=once) == trade(session, six, key=once)


def test_eight_trades_at_once_trade_six_slips_once(app: Flask, session: Session, six: int) -> None:
    session.commit()

    def hand(_: int) -> str:
        with app.app_context():
            try:
                trade(db.session(), six)
            except NotEnoughToTrade:
                return "too few"
            else:
                return "traded"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as hands:
        assert sorted(hands.map(hand, range(8))) == [*["too few"] * 7, "traded"]


@pytest.mark.owner
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("draws = '[1,2,3,4,4]'", "does not hand back 5 slips"),
        ("draws = '[1,2,3,4,99]'", "does not hand back 5 slips"),
        ("to_tier = 'jumbo'", "is no step of the bowl"),
        ("cents = 0", "says another value than the client gained"),
        ("draws = '5'", "does not hand back 5 slips"),
        ("draws = '[true,2,3,4,5]'", "does not hand back 5 slips"),
        ("draws = '[1,2,3,4,99999999999999999999]'", "does not hand back 5 slips"),
        ("draws = '[[[[[[[[[[[['", "does not hand back 5 slips"),
        ("enrollment_id = 1", "counts against another client's ceilings"),
    ],
)
def test_a_trade_that_was_changed_is_found_at_level_4(app: Flask, kind: str, change: str, says: str) -> None:
    with app.app_context():
        session: Session = db.session()
        allow(session)
        trade(session, drawn(session, 5))
        drop_guards(session, kind)
        session.execute(text(f"UPDATE trade SET {change}"))
        session.commit()
        sentences = [finding.says for finding in verify_ledger(session).findings if finding.level == 4]
        put_guards_back(session, kind)
    assert any(says in sentence for sentence in sentences), sentences
