"""Undoing a redemption: the points return, and the item goes back on the shelf or is booked as lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.errors import (
    AlreadyReturned,
    HandedOutByYou,
    NotFound,
    ReasonMissing,
    SomebodyElses,
    TooLateToUndo,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.labels.prizes import given_for
from cm_tracker.models import AccountRow, AuditEvent, EntryRow, Redemption, Transaction
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.handed_out import HANDED_OUT, HandedOutFilter
from tests import cast
from tests.operations.day.test_record_downtime import typed
from tests.redeeming import redeem_at_once

LATER = cast.NOW + timedelta(minutes=16)


def two_mugs(session: Session, actor: Actor = cast.rosa) -> int:
    """Redeem two of five mugs for 40 of 85 points, and return the redemption's id."""
    cast.rich(session)
    return redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=2, key=cast.key(), actor=actor, now=cast.NOW
    )


def undo(
    session: Session, redemption_id: int, *, is_back: bool = True, actor: Actor = cast.rosa, **more: object
) -> int:
    parameters = {"reason": "Handed out to the wrong person", "key": cast.key(), "now": cast.NOW, **more}
    return undo_redemption(session, redemption_id=redemption_id, is_back=is_back, actor=actor, **parameters)  # type: ignore[arg-type]


def shelf(session: Session) -> int | None:
    return session.execute(select(AccountRow.balance).where(AccountRow.key == "cabinet:1:items/1")).scalar_one()


def gone(session: Session) -> int:
    return session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0)).join(AccountRow).where(AccountRow.kind == "shrinkage")
    ).scalar_one()


def test_what_the_program_bore_was_not_paid_and_does_not_come_back(session: Session) -> None:
    cast.visit(session, 0)
    # Amir has 10 points. A mug of 20 was given to him by hand.
    typed(session, PaperLine(date(2026, 3, 11), (), PaperPrize(cast.MUG, 1, 20), None))
    [line] = HANDED_OUT.page(session, cast.miriam, HandedOutFilter()).lines
    assert given_for(line) == "10 points"
    redemption = session.execute(select(func.max(Redemption.id))).scalar_one()
    undo(session, redemption)
    assert balances_of(session, cast.AMIR)["points"] == 10
    detail = session.execute(select(AuditEvent.detail).where(AuditEvent.tag == "redemption:undone")).scalar_one()
    assert json.loads(detail)["points"] == 10


def test_the_points_return_and_the_item_is_on_the_shelf_again(session: Session) -> None:
    redemption = two_mugs(session)
    assert (balances_of(session, 1)["points"], shelf(session)) == (45, 3)
    undo(session, redemption)
    assert (balances_of(session, 1)["points"], shelf(session), gone(session)) == (85, 5, 0)


def test_an_item_that_is_not_back_is_booked_as_lost(session: Session) -> None:
    undo(session, two_mugs(session), is_back=False, actor=cast.miriam)
    assert (balances_of(session, 1)["points"], shelf(session), gone(session)) == (85, 3, 2)


def test_who_handed_it_out_does_not_book_it_as_lost(session: Session) -> None:
    """They could keep it: the client has the points again, and no count misses it."""
    redemption = two_mugs(session)
    with pytest.raises(HandedOutByYou):
        undo(session, redemption, is_back=False)
    assert (balances_of(session, 1)["points"], shelf(session), gone(session)) == (45, 3, 0)


def test_a_lead_who_handed_over_what_was_set_aside_does_not_take_it_back(session: Session) -> None:
    cast.rich(session)
    redemption = redeem_at_once(session, is_set_aside=True)
    hand_over(
        session, redemption_id=redemption, confirmation=None, key=cast.key(), actor=cast.miriam, now=cast.NOW
    )  # fmt: skip
    for is_back in (True, False):
        with pytest.raises(HandedOutByYou):
            undo(session, redemption, is_back=is_back, actor=cast.miriam, now=LATER)
    undo(session, redemption, is_back=False, actor=cast.another_lead(session), now=LATER)
    assert (balances_of(session, 1)["points"], gone(session)) == (85, 1)


def test_the_undo_names_what_it_undoes_and_why(session: Session) -> None:
    undo_id = undo(session, two_mugs(session))
    row = session.get_one(Transaction, undo_id)
    first = session.get_one(Transaction, row.undoes_id)
    assert (row.kind, row.because, first.kind) == ("undo", "redemption:1", "redemption")
    assert row.note_digest is not None


def test_a_redemption_is_undone_once(session: Session) -> None:
    redemption = two_mugs(session)
    undo(session, redemption)
    with pytest.raises(AlreadyReturned):
        undo(session, redemption, actor=cast.miriam)
    assert balances_of(session, 1)["points"] == 85


def test_the_person_who_handed_it_out_undoes_it_within_15_minutes_and_then_only_a_lead_who_did_not(
    session: Session,
) -> None:
    redemption = two_mugs(session, cast.miriam)
    with pytest.raises(SomebodyElses):
        undo(session, redemption, actor=cast.rosa)
    with pytest.raises(TooLateToUndo):
        undo(session, redemption, actor=cast.miriam, now=LATER)
    undo(session, redemption, actor=cast.miriam)
    assert balances_of(session, 1)["points"] == 85


def test_a_lead_undoes_what_staff_handed_out_at_any_time(session: Session) -> None:
    undo(session, two_mugs(session), actor=cast.miriam, now=LATER + timedelta(days=30))
    assert balances_of(session, 1)["points"] == 85


def test_a_reason_is_needed_and_a_redemption_of_another_site_is_not_found(session: Session) -> None:
    redemption = two_mugs(session)
    with pytest.raises(ReasonMissing):
        undo(session, redemption, reason=" ")
    with pytest.raises(NotFound):
        undo(session, redemption, actor=cast.anna)
    with pytest.raises(NotFound):
        undo(session, 99)


def test_two_who_undo_at_once_undo_once(app: Flask) -> None:
    with app.app_context():
        redemption = two_mugs(db.session())
        db.session.remove()

    def one(actor: Actor) -> bool:
        with app.app_context():
            try:
                undo(db.session(), redemption, actor=actor)
            except AlreadyReturned:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, [cast.rosa, cast.miriam] * 4)) == [False] * 7 + [True]
    with app.app_context():
        assert (balances_of(db.session(), 1)["points"], shelf(db.session())) == (85, 5)
        db.session.remove()
