"""Draws: the program commits itself first, a slip is drawn once, and a prize of its tier is chosen from the shelf."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import (
    AlreadyDrawn,
    BadInput,
    KeyReused,
    NoDraws,
    NotAllowed,
    NotEnoughStock,
    NotFound,
    NothingWon,
    Refused,
    SealBroken,
)
from cm_tracker.domain.prizes.draws import commitment, slip_at, slip_number
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.draws import draw_line, draws_of, open_draw
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.drawing import KIOSK, choose, dora, draw, enrolled_in, shelved, won
from tests.queries.ledger.guards import drop_guards, put_guards_back


def test_a_commitment_is_made_before_the_draw_and_never_replaced(session: Session) -> None:
    client = dora(session)
    assert commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW) == 1
    first = open_draw(session, client)
    assert first is not None and commitment(first.secret, first.identity) == first.digest
    assert commit_draw(session, client_id=client, actor=cast.rosa, now=cast.NOW) == 1
    assert open_draw(session, client) == first
    sealed = session.execute(text("SELECT body FROM log WHERE record LIKE 'commitment:%'")).scalar_one()
    assert first.digest.hex().encode() in bytes(sealed) and first.secret.hex().encode() not in bytes(sealed)


def test_a_slip_follows_from_the_secret_and_the_clients_part(session: Session) -> None:
    client = dora(session)
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    open_ = open_draw(session, client)
    assert open_ is not None
    line = draw_line(session, cast.rosa, draw(session, client, 1, "word river"))
    assert line.slip == slip_number(open_.secret, "word river", 1, 6)
    assert line.tier == slip_at(open_.bowl, line.slip).tier
    assert (line.secret, line.digest, line.number) == (open_.secret, open_.digest, 1)
    balances = balances_of(session, client)
    assert balances["draws"] == 2
    assert sum(amount for unit, amount in balances.items() if unit.startswith("tier/")) == (line.cents > 0)
    # The next commitment is made already, with another secret.
    following = open_draw(session, client)
    assert following is not None and following.number == 2 and following.secret != open_.secret
    assert verify_ledger(session).findings == []


def test_draws_end_when_none_are_left(session: Session) -> None:
    client = dora(session)
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    for number in (1, 2, 3):
        draw(session, client, number)
    assert balances_of(session, client)["draws"] == 0
    assert open_draw(session, client) is None
    with pytest.raises(NoDraws):
        draw(session, client, 4)
    with pytest.raises(NoDraws):
        commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    assert [line.number for line in draws_of(session, cast.rosa, client)] == [3, 2, 1]
    assert verify_ledger(session).findings == []


def test_the_same_touch_sent_twice_draws_once(session: Session) -> None:
    client = dora(session)
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    once = cast.key()
    first = draw(session, client, 1, once=once)
    assert draw(session, client, 1, once=once) == first
    with pytest.raises(KeyReused):
        draw(session, client, 1, "word lamp", once=once)
    with pytest.raises(AlreadyDrawn):
        draw(session, client, 1)
    assert balances_of(session, client)["draws"] == 2


@pytest.mark.parametrize("left", [1, 3])
def test_eight_touches_at_once_make_one_draw_once(app: Flask, left: int) -> None:
    with app.app_context():
        client = dora(db.session(), draws=left)
        commit_draw(db.session(), client_id=client, actor=KIOSK, now=cast.NOW)
        db.session.remove()

    def touch(n: int) -> str:
        with app.app_context():
            try:
                draw(db.session(), client, 1, f"touch {n},0")
            except Refused as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "drawn"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(touch, range(8)))
    assert answers == ["AlreadyDrawn" if left > 1 else "NoDraws"] * 7 + ["drawn"]
    with app.app_context():
        assert balances_of(db.session(), client)["draws"] == left - 1
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_draws_are_adjusted_only_where_there_is_a_bowl(session: Session) -> None:
    def ask(client: int) -> int:
        return request_adjustment(
            session, client_id=client, unit="draws", amount=1, reason="The machine stood still", key=cast.key(),
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip

    with pytest.raises(BadInput, match="no bowl to draw from"):
        ask(cast.AMIR)
    client = dora(session)
    nadia = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.HARBOR}), "web")
    decide_adjustment(session, request_id=ask(client), decision="approved", key=cast.key(), actor=nadia, now=cast.NOW)
    assert balances_of(session, client)["draws"] == 4


def test_who_may_draw(session: Session) -> None:
    client = dora(session)
    for actor, refusal in ((cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(refusal):
            commit_draw(session, client_id=client, actor=actor, now=cast.NOW)


def test_a_ceiling_replaces_the_slip_and_both_are_recorded(session: Session) -> None:
    slips = [{"tier": "large", "count": 1, "cents": 2000}, {"tier": "jumbo", "count": 999, "cents": 10000}]
    client = dora(session, slips=slips, draws=4, ceilings=[{"scope": "calendar_year", "cents": 4500}])
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    # Almost every slip is a jumbo of 10,000 cents, over the ceiling of 4,500: twice a large fits under it, then nothing.
    lines = [draw_line(session, cast.rosa, draw(session, client, number)) for number in (1, 2, 3, 4)]
    assert [(line.given_tier, line.given_cents) for line in lines] == [("large", 2000)] * 2 + [(None, 0)] * 2
    assert {line.cut_by for line in lines if line.tier == "jumbo"} == {"calendar_year"}
    assert balances_of(session, client) == {"points": 0, "draws": 0, "tier/large": 2}
    assert verify_ledger(session).findings == []


def test_a_ceiling_of_the_enrollment_counts_what_was_drawn(session: Session) -> None:
    slips = [{"tier": "large", "count": 1, "cents": 2000}]
    client = dora(session, slips=slips, draws=3, ceilings=[{"scope": "enrollment", "cents": 4000}])
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    lines = [draw_line(session, cast.rosa, draw(session, client, number)) for number in (1, 2, 3)]
    assert [line.given_cents for line in lines] == [2000, 2000, 0]
    assert lines[2].cut_by == "enrollment"


def test_a_prize_of_the_tier_is_chosen_and_leaves_the_shelf(session: Session) -> None:
    client = won(session)
    prize = shelved(session, "small")
    redemption = choose(session, client, prize, "small")
    assert balances_of(session, client)["tier/small"] == 0
    with pytest.raises(NothingWon):
        choose(session, client, prize, "small")
    row = session.execute(
        text("SELECT price_points, price_cents, quantity, tier FROM redemption WHERE id = :id"), {"id": redemption}
    )
    assert tuple(row.one()) == (0, None, 1, "small")
    assert verify_ledger(session).findings == []


def test_a_prize_of_another_tier_is_refused(session: Session) -> None:
    client = won(session)
    with pytest.raises(BadInput, match="another tier"):
        choose(session, client, shelved(session, "large"), "small")
    with pytest.raises(BadInput, match="another tier"):
        choose(session, client, cast.MUG, "small")
    assert balances_of(session, client)["tier/small"] == 1


def test_an_empty_shelf_leaves_the_slip_with_the_client(session: Session) -> None:
    client = won(session)
    with pytest.raises(NotEnoughStock):
        choose(session, client, shelved(session, "small", 0), "small")
    assert balances_of(session, client)["tier/small"] == 1


def test_a_chosen_prize_is_undone_and_chosen_again(session: Session) -> None:
    client = won(session)
    prize = shelved(session, "small", 1)
    redemption = choose(session, client, prize, "small")
    undo_redemption(
        session,
        redemption_id=redemption,
        is_back=True,
        reason="Wrong one",
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )
    assert balances_of(session, client)["tier/small"] == 1
    choose(session, client, prize, "small")
    assert balances_of(session, client)["tier/small"] == 0
    assert verify_ledger(session).findings == []


def test_two_members_of_staff_hand_out_the_last_item_once(app: Flask) -> None:
    with app.app_context():
        client = won(db.session(), 2)
        prize = shelved(db.session(), "small", 1)
        db.session.remove()

    def hand(actor: Actor) -> str:
        with app.app_context():
            try:
                choose(db.session(), client, prize, "small", actor=actor)
            except Refused as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "handed out"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(hand, (cast.rosa, cast.leo))) == ["NotEnoughStock", "handed out"]


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE draw SET slip = CASE slip WHEN 1 THEN 2 ELSE 1 END", "does not follow"),
        ("UPDATE draw SET client_part = 'word summer2'", "does not follow"),
        ("UPDATE draw SET given_tier = 'large', given_cents = 2000, cents = 2000, tier = 'large'", "of another tier"),
        ("UPDATE commitment SET digest = (SELECT hash FROM log WHERE seq = 1)", "not the one that was committed to"),
    ],
)
def test_a_draw_that_was_changed_is_found(app: Flask, kind: str, statement: str, says: str) -> None:
    with app.app_context():
        session: Session = db.session()
        # So many slips that another secret or part practically never draws the same one.
        slips = [{"tier": "good_job", "count": 99_999, "cents": 0}, {"tier": "large", "count": 1, "cents": 2000}]
        client = dora(session, slips=slips)
        commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
        draw(session, client, 1)
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        findings = verify_ledger(session).findings
        assert {finding.level for finding in findings} == {3, 4}
        assert any(finding.table == "draw" and says in finding.says for finding in findings if finding.level == 4)
        put_guards_back(session, kind)
        db.session.remove()


def test_a_ceiling_of_the_enrollment_holds_for_draws_and_points_together(session: Session) -> None:
    doc = document(
        track(phase((1, 8), base=1, step=0), behavior="cocaine-negative", pays="draws"),
        track(
            phase((1, 8), base=1000, step=0),
            behavior="attended",
            evidence="attendance",
            target=[],
            reset_on=["unexcused"],
        ),
        bowl={"name": "One large", "slips": [{"tier": "large", "count": 1, "cents": 2000}]},
        ceilings=[{"scope": "enrollment", "cents": 2500}],
    )
    client, enrollment = enrolled_in(session, doc)
    cast.visit(session, 0, enrollment_id=enrollment)
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    draw(session, client, 1)
    record_visit(
        session, enrollment_id=enrollment, visit=NewVisit("attended", cast.START, Presence()), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    # Twenty dollars were drawn, so five are left: twenty points of a quarter dollar.
    assert balances_of(session, client) == {"points": 20, "draws": 0, "tier/large": 1}
    assert verify_ledger(session).findings == []


@pytest.mark.owner
@pytest.mark.parametrize(
    "statement", ["DELETE FROM draw_secret", "UPDATE draw_secret SET secret = (SELECT hash FROM log WHERE seq = 1)"]
)
def test_a_secret_that_was_deleted_or_changed_stops_the_draw(app: Flask, kind: str, statement: str) -> None:
    with app.app_context():
        session: Session = db.session()
        client = dora(session)
        commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        assert commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW) == 1
        with pytest.raises(SealBroken):
            draw(session, client, 1)
        assert balances_of(session, client)["draws"] == 3
        assert {(f.level, f.table) for f in verify_ledger(session).findings} == {(4, "commitment")}
        put_guards_back(session, kind)
        db.session.remove()
