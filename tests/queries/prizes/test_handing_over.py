"""Level 4 of a verification finds redemptions, handovers and cards that contradict their transactions."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.owner


def redeem_cards_and_a_mug(session: Session) -> None:
    """Deliver two cards, set both aside and hand over the first, and hand out a mug."""
    cast.rich(session)
    save_prize(
        session, name="Voucher", name_es="", category="gift_card", price_cents=250, retail_cents=250, is_active=True,
        is_serial=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    deliver_stock(
        session, site_id=1, prize_id=3, quantity=2, last_fours=("4821", "0007"), unit_cents=450, note="x",
        key=cast.key(), actor=command("import"), now=cast.NOW,
    )  # fmt: skip
    first = redeem_at_once(session, prize_id=3, price_points=10)
    hand_over(session, redemption_id=first, confirmation=None, key=cast.key(), actor=cast.rosa, now=cast.NOW)
    redeem_at_once(session, prize_id=3, price_points=10)
    redeem_at_once(session)


@pytest.mark.parametrize(
    ("statement", "sentence_part"),
    [
        (
            "UPDATE redemption SET way = NULL WHERE id = 2",
            "redemption:2 did not go to the client, or was not set aside",
        ),
        ("UPDATE redemption SET way = 'set_aside' WHERE id = 3", "redemption:3 did not go to the client"),
        (
            "UPDATE redemption SET card_id = 1 WHERE id = 2",
            "redemption:2 names another card than the one that it moved",
        ),
        ("UPDATE redemption SET card_id = NULL WHERE id = 1", "redemption:1 names another card"),
        ("UPDATE handover SET redemption_id = 2", "handover:1 did not hand over what its redemption set aside"),
        ("UPDATE handover SET client_id = 2", "handover:1 did not hand over"),
        ("DELETE FROM handover", "is of the kind handover, but no handover names it"),
        (
            "UPDATE gift_card SET prize_id = 2 WHERE id = 1",
            "gift_card:1 is kept as one of another prize or site",
        ),
        ("UPDATE gift_card SET site_id = 2 WHERE id = 2", "gift_card:2 is kept as one of another prize or site"),
        ("DELETE FROM gift_card WHERE id = 2", "cabinet:1:card/2 is the account of a card that does not exist"),
        (
            "UPDATE ledger_transaction SET kind = 'award' WHERE kind = 'delivery'",
            "gift_card:1 was booked in 0 times",
        ),
        (
            "UPDATE ledger_transaction SET kind = 'award' WHERE kind = 'handover'",
            "moves prizes that are set aside, which only these kinds may: redemption, undo, handover",
        ),
    ],
)
def test_a_changed_redemption_handover_or_card_is_found(
    app: Flask, kind: str, statement: str, sentence_part: str
) -> None:
    with app.app_context():
        session: Session = db.session()
        redeem_cards_and_a_mug(session)
        assert verify_ledger(session).findings == []
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        sentences = [finding.says for finding in verify_ledger(session).findings if finding.level == 4]
        put_guards_back(session, kind)
    assert any(sentence_part in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET prize_id = NULL WHERE key = 'given:1:items/1'",
        "UPDATE account SET prize_id = 2 WHERE key = 'cabinet:1:items/1'",
        "UPDATE account SET prize_id = 1 WHERE key = 'issued:1:points'",
        "UPDATE account SET client_id = NULL, site_id = 1 WHERE key = 'client:1:points'",
        "UPDATE account SET site_id = 2 WHERE key = 'client:1:points'",
        "UPDATE account SET prize_id = NULL WHERE key = 'held:1:card/2'",
    ],
)
def test_a_changed_account_is_found(app: Flask, kind: str, statement: str) -> None:
    with app.app_context():
        session: Session = db.session()
        redeem_cards_and_a_mug(session)
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        sentences = [finding.says for finding in verify_ledger(session, level=1).findings]
        put_guards_back(session, kind)
    assert len(sentences) == 1 and sentences[0].endswith("has columns that contradict its key"), sentences


def test_the_signature_of_a_changed_count_is_found(app: Flask, kind: str) -> None:
    with app.app_context():
        session: Session = db.session()
        redeem_cards_and_a_mug(session)
        deliver_stock(
            session, site_id=1, prize_id=3, quantity=2, last_fours=("1111", "2222"), unit_cents=450, note="x",
            key=cast.key(), actor=command("import"), now=cast.NOW,
        )  # fmt: skip
        count_id = count_stock(
            session,
            site_id=1,
            counted={1: 4, 2: 1},
            cards={3: ["2222"]},
            key=cast.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )
        check_count(session, count_id=count_id, key=cast.key(), actor=cast.miriam, now=cast.NOW)
        sign_count(session, count_id=count_id, reason="x", key=cast.key(), actor=cast.leo, now=cast.NOW)
        drop_guards(session, kind)
        lines = session.execute(text("SELECT lines FROM stock_count")).scalar_one()
        for changed in (lines.replace("[3]", "[4]"), "5", "[[", "[[3]]"):
            assert changed != lines
            session.execute(text("UPDATE stock_count SET lines = :lines"), {"lines": changed})
            session.commit()
            sentences = [finding.says for finding in verify_ledger(session).findings if finding.level == 4]
            assert sentences == ["count_signature:1 does not book what was counted"]
        put_guards_back(session, kind)
