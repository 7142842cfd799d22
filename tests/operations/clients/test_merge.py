"""Merging two records of one person: one lead asks, another approves, and both histories are one client's."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import (
    AlreadyEnrolled,
    AtTwoSites,
    BadInput,
    BookedSince,
    BothEnrolled,
    ChangedMeanwhile,
    KioskRefused,
    MergeDecided,
    NotAllowed,
    NotFound,
    NotReadyToMerge,
    SecondLeadNeeded,
    SeveralRefused,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.corrections import UNDO, VOID
from cm_tracker.models import Client, ClientMerge, EntryRow, Transaction
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.trade_up import trade_up
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.prizes.withdraw_offer import withdraw_offer
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollment_cards import current_enrollment
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.clients.received import received_in_year
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.kiosk.visitors import kiosk_visitor
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.visits.corrections import is_newest_of_client
from cm_tracker.queries.visits.importing import enrollments_by_code
from tests import cast, drawing, merging
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import confirmed, redeem_at_once


def have(session: Session, client_id: int) -> dict[str, int]:
    return {unit: balance for unit, balance in balances_of(session, client_id).items() if balance}


def two_histories(session: Session) -> int:
    """Amir has 85 points; his second record earned 10 and 15 in an enrollment that is over. Return the second's id."""
    cast.rich(session)
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-03-02")
    for day in (0, 2):
        cast.visit(session, day, enrollment_id=enrollment)
    cast.end(session, enrollment, "2026-03-10")
    return second


def test_nothing_moves_until_a_second_lead_approves_and_then_all_of_it_does(session: Session) -> None:
    second = two_histories(session)
    request = merging.ask(session, second)
    assert (have(session, cast.AMIR), have(session, second)) == ({"points": 85}, {"points": 25})
    merging.decide(session, request)
    assert (have(session, cast.AMIR), have(session, second)) == ({"points": 110}, {})
    merge = session.execute(select(ClientMerge)).scalar_one()
    assert (merge.from_client_id, merge.into_client_id, merge.requested_by_id, merge.staff_id) == (
        second,
        cast.AMIR,
        cast.MIRIAM,
        cast.LEO,
    )
    transaction = session.execute(select(Transaction).where(Transaction.kind == "merge")).scalar_one()
    assert (transaction.because, transaction.client_id) == (f"client_merge:{merge.id}", cast.AMIR)
    amounts = select(EntryRow.amount).where(EntryRow.transaction_id == transaction.id).order_by(EntryRow.position)
    assert session.execute(amounts).scalars().all() == [-25, 25]
    assert verify_ledger(session).findings == []


def test_what_was_received_adds_up_and_the_merge_itself_is_no_receipt(session: Session) -> None:
    second = two_histories(session)
    before = received_in_year(session, cast.AMIR, 2026), received_in_year(session, second, 2026)
    assert before == (85 * 25, 25 * 25)
    merging.merge(session, second)
    assert received_in_year(session, cast.AMIR, 2026) == 110 * 25


def test_a_record_without_anything_is_merged_without_a_transaction(session: Session) -> None:
    merging.merge(session, merging.second_record(session))
    assert session.execute(select(Transaction.id).where(Transaction.kind == "merge")).all() == []
    assert verify_ledger(session).findings == []


def test_draws_and_slips_move_as_well(session: Session) -> None:
    dora = drawing.dora(session, draws=3)
    shelf = drawing.shelved(session, "small")
    enrollment = current_enrollment(session, dora, cast.NOW.date())
    assert enrollment is not None
    cast.end(session, enrollment.id, "2026-03-16")
    merging.merge(session, dora)
    assert have(session, cast.AMIR) == {"draws": 3}
    for number in (1, 2, 3):
        commit_draw(session, client_id=dora, actor=drawing.KIOSK, now=cast.NOW)
        drawing.draw(session, cast.AMIR, number)
    assert have(session, cast.AMIR).get("draws") is None
    won = have(session, cast.AMIR).get("tier/small", 0)
    for _ in range(won):
        drawing.choose(session, cast.AMIR, shelf, "small")
    assert verify_ledger(session).findings == []


def test_a_correction_of_the_merged_records_visit_pays_the_main_record(session: Session) -> None:
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-03-02")
    wrong = cast.visit(session, 0, cast.positive(), enrollment_id=enrollment)
    cast.visit(session, 2, enrollment_id=enrollment)  # 10 points
    cast.end(session, cast.AMIR, "2026-03-10")
    merging.merge(session, second)
    # Negative after all: 10 for the first, and the second is the second in a row: 15.
    cast.put_right(session, wrong, "correct", cast.negative())
    assert (have(session, cast.AMIR), have(session, second)) == ({"points": 25}, {})
    cast.put_right(session, wrong, VOID, actor=merging.daniel)
    assert verify_ledger(session).findings == []


def test_the_enrollment_of_the_merged_record_goes_on_as_the_main_records(session: Session) -> None:
    second = merging.second_record(session)
    running = merging.enroll(session, second, "2026-03-02")
    cast.visit(session, 0, enrollment_id=running)
    cast.end(session, cast.AMIR, "2026-03-10")
    merging.merge(session, second)
    card = current_enrollment(session, cast.AMIR, cast.NOW.date())
    assert card is not None and card.id == running, "the one that still runs, and not the one that ended"
    cast.visit(session, 2, enrollment_id=running)
    assert have(session, cast.AMIR) == {"points": 25}
    with pytest.raises(AlreadyEnrolled):
        merging.enroll(session, cast.AMIR, "2026-03-17")
    assert verify_ledger(session).findings == []


def test_an_enrollment_after_a_merge_begins_after_the_last_day_of_both(session: Session) -> None:
    second = two_histories(session)
    cast.end(session, cast.AMIR, "2026-03-12")
    merging.merge(session, second)
    with pytest.raises(AlreadyEnrolled):
        merging.enroll(session, cast.AMIR, "2026-03-10")
    merging.enroll(session, cast.AMIR, "2026-03-12")
    assert verify_ledger(session).findings == []


def test_a_redemption_of_the_merged_record_is_undone_to_the_main_record(session: Session) -> None:
    second = two_histories(session)
    redemption = redeem_at_once(session, client_id=second)
    merging.merge(session, second)
    assert have(session, cast.AMIR) == {"points": 90}
    undo = undo_redemption(
        session,
        redemption_id=redemption,
        is_back=True,
        reason="Broken",
        key=cast.key(),
        actor=cast.miriam,
        now=cast.NOW,
    )
    assert session.get_one(Transaction, undo).kind == "undo"
    assert (have(session, cast.AMIR), have(session, second)) == ({"points": 110}, {})
    assert verify_ledger(session).findings == []


def test_a_record_is_merged_again_and_all_of_it_follows(session: Session) -> None:
    second = two_histories(session)
    third = merging.second_record(session, code="HS-3", name="Amir B")
    redemption = redeem_at_once(session, client_id=second)
    cast.end(session, cast.AMIR, "2026-03-10")
    merging.merge(session, second, third)
    assert have(session, third) == {"points": 5}
    merging.merge(session, third, cast.AMIR)
    mains = session.execute(select(Client.merged_into_id).where(Client.id.in_([second, third]))).scalars().all()
    assert mains == [cast.AMIR, cast.AMIR]
    undo_redemption(
        session,
        redemption_id=redemption,
        is_back=True,
        reason="Broken",
        key=cast.key(),
        actor=cast.miriam,
        now=cast.NOW,
    )
    assert have(session, cast.AMIR) == {"points": 110}
    assert verify_ledger(session).findings == []


def test_prizes_of_the_merged_record_can_be_traded_up(session: Session) -> None:
    slips = [{"tier": "small", "count": 1, "cents": 100}, {"tier": "large", "count": 1, "cents": 2000}]
    dora = drawing.dora(session, slips=slips, draws=40)
    shelf = drawing.shelved(session, "small", 40)
    cast.set_site(session, trade_days=14)
    commit_draw(session, client_id=dora, actor=drawing.KIOSK, now=cast.NOW)
    for number in range(1, 41):
        drawing.draw(session, dora, number)
    assert have(session, dora)["tier/small"] >= 5, "one of a trillion runs would fail"
    back = [drawing.choose(session, dora, shelf, "small") for _ in range(2)]
    while have(session, dora).get("tier/small", 0) > 3:
        drawing.choose(session, dora, shelf, "small")
    cast.end(session, cast.AMIR, "2026-03-10")
    merging.merge(session, dora)
    large = have(session, cast.AMIR).get("tier/large", 0)
    trade_up(
        session, client_id=cast.AMIR, handed_back=back, confirmation=confirmed(cast.AMIR), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    assert have(session, cast.AMIR).get("tier/large") == large + 1
    assert have(session, cast.AMIR).get("tier/small") is None
    assert verify_ledger(session).findings == []


def test_an_entry_from_before_the_merge_is_not_undone_any_more(session: Session) -> None:
    second = merging.second_record(session)
    visit = cast.visit(session, 0)

    def is_newest() -> bool:
        history, _ = history_and_ledger_state(session, cast.AMIR)
        return is_newest_of_client(session, history, history.visit(visit))

    assert is_newest()
    merging.merge(session, second)
    assert not is_newest()
    with pytest.raises(BookedSince):
        cast.put_right(session, visit, UNDO, actor=cast.rosa)


def test_both_codes_open_the_same_card_with_the_main_records_pin(session: Session) -> None:
    hasher, limit, lasts = Hasher(64, 1), Limit(5, timedelta(minutes=10)), timedelta(minutes=2)
    second = merging.second_record(session)
    set_pin(session, client_id=second, pin="8642", hasher=hasher, actor=cast.rosa, now=cast.NOW)

    def opens(code: str, pin: str) -> int:
        token = open_kiosk(
            session, code=code, pin=pin, device_id=cast.TABLET, hasher=hasher, limit=limit, lasts=lasts, now=cast.NOW
        )
        visitor = kiosk_visitor(session, token, cast.NOW)
        assert visitor is not None
        return visitor.client_id

    token = open_kiosk(
        session, code="HS-2", pin="8642", device_id=cast.TABLET, hasher=hasher, limit=limit, lasts=lasts, now=cast.NOW
    )
    merging.merge(session, second)
    assert kiosk_visitor(session, token, cast.NOW) is None, "the card of the merged record was closed"
    assert [opens(code, cast.PIN) for code in ("HS-1", "HS-2", "hs2")] == [cast.AMIR] * 3
    with pytest.raises(KioskRefused):
        opens("HS-2", "8642")


def test_nobody_approves_what_they_requested_and_only_they_withdraw_it(session: Session) -> None:
    request = merging.ask(session, merging.second_record(session))
    for decision in ("approved", "declined"):
        with pytest.raises(SecondLeadNeeded):
            merging.decide(session, request, decision, actor=cast.miriam)
    with pytest.raises(BadInput):
        merging.decide(session, request, "withdrawn")
    merging.decide(session, request, "withdrawn", actor=cast.miriam)
    assert session.execute(select(ClientMerge.id)).all() == []


@pytest.mark.parametrize("first", ["approved", "declined"])
def test_a_merge_is_decided_once(session: Session, first: str) -> None:
    request = merging.ask(session, merging.second_record(session))
    merging.decide(session, request, first, reason="Two people, I know both of them")
    for second in ("approved", "declined"):
        with pytest.raises(MergeDecided):
            merging.decide(session, request, second, reason="Two people, I know both of them")


def test_a_merge_needs_a_reason_and_so_does_declining_it(session: Session) -> None:
    second = merging.second_record(session)
    with pytest.raises(BadInput, match="how you know"):
        merging.ask(session, second, why="same")
    with pytest.raises(BadInput, match="Say why it is declined"):
        merging.decide(session, merging.ask(session, second), "declined", reason="no")


def test_two_records_that_are_both_enrolled_are_not_merged(session: Session) -> None:
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-05-11")
    with pytest.raises(BothEnrolled, match="HS-2 and HS-1 are both enrolled"):
        merging.ask(session, second)
    cast.end(session, enrollment, "2026-05-11", "mistake")
    request = merging.ask(session, second)
    merging.enroll(session, second, "2026-05-11")
    with pytest.raises(BothEnrolled):
        merging.decide(session, request)


def test_records_of_two_sites_and_a_record_with_itself_are_not_merged(session: Session) -> None:
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    cast.end(session, cast.BEA, "2026-03-10", actor=cast.anna)
    with pytest.raises(AtTwoSites, match="MR-1 and HS-1 belong to two sites"):
        merging.ask(session, cast.BEA, actor=both)
    with pytest.raises(BadInput, match="same client"):
        merging.ask(session, cast.AMIR)
    second = merging.second_record(session)
    merging.merge(session, second)
    with pytest.raises(BadInput, match="same client"):
        merging.ask(session, second)


def test_what_is_unfinished_is_finished_before_a_merge(session: Session) -> None:
    cast.end(session, cast.AMIR, "2026-03-10")
    dora = drawing.dora(session, draws=3)
    third = merging.second_record(session, code="HS-3", name="")
    commit_draw(session, client_id=dora, actor=drawing.KIOSK, now=cast.NOW)
    with pytest.raises(NotReadyToMerge, match="HS-9 has begun to draw"):
        merging.ask(session, dora)
    request_adjustment(
        session, client_id=dora, unit="draws", amount=1, reason="Promised in March", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    merging.ask(session, third, dora)
    with pytest.raises(SeveralRefused) as refused:
        merging.ask(session, dora)
    assert [error.unfinished for error in refused.value.refusals if isinstance(error, NotReadyToMerge)] == [
        "draws",
        "adjustment",
        "merge",
    ]


def test_an_open_offer_and_a_prize_that_is_set_aside_stand_against_a_merge(session: Session) -> None:
    second = merging.second_record(session)
    cast.end(session, merging.enroll(session, second, "2026-03-02"), "2026-03-12")
    enrollment = current_enrollment(session, second, cast.NOW.date())
    assert enrollment is not None
    for day in (0, 2, 4):
        cast.visit(session, day, enrollment_id=enrollment.id)
    offer = offer_prize(
        session, client_id=second, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    with pytest.raises(NotReadyToMerge, match="A prize is offered to HS-2"):
        merging.ask(session, second)
    withdraw_offer(session, offer_id=offer, actor=cast.rosa, now=cast.NOW)
    redemption = redeem_at_once(session, client_id=second, is_set_aside=True)
    with pytest.raises(NotReadyToMerge, match="A prize is set aside for HS-2"):
        merging.ask(session, second)
    undo_redemption(
        session, redemption_id=redemption, is_back=True, reason="x", key=cast.key(), actor=cast.miriam, now=cast.NOW
    )
    merging.merge(session, second)
    assert have(session, cast.AMIR) == {"points": 85}


def test_only_leads_of_the_site_request_and_decide(session: Session) -> None:
    second = merging.second_record(session)
    for actor in (cast.rosa, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            merging.ask(session, second, actor=actor)
    with pytest.raises(NotFound):
        merging.ask(session, second, actor=Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web"))
    request = merging.ask(session, second)
    with pytest.raises(NotAllowed):
        merging.decide(session, request, actor=cast.rosa)
    with pytest.raises(NotFound):
        merging.decide(session, request, actor=Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web"))
    with pytest.raises(NotFound):
        merging.decide(session, 99)


def test_who_writes_to_the_merged_record_writes_to_the_main_record(session: Session) -> None:
    second = two_histories(session)
    merging.merge(session, second)
    offer_prize(
        session, client_id=second, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    redeem_at_once(session, client_id=cast.AMIR)
    assert (have(session, cast.AMIR), have(session, second)) == ({"points": 90}, {})
    assert verify_ledger(session).findings == []


def test_a_ceiling_counts_what_both_records_received(session: Session) -> None:
    """Ten points of 25 cents each visit under a ceiling of 30 points a year: the second record received 25 of them."""
    doc = document(
        track(phase(base=10, step=0), behavior="cocaine-negative"),
        name="Under a ceiling",
        ceilings=[{"scope": "calendar_year", "cents": 750}],
    )
    version = publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    second = two_histories(session)
    cast.end(session, cast.AMIR, "2026-03-10")
    third = merging.second_record(session, code="HS-3", name="Dora")
    enrollment = merging.enroll(session, third, "2026-03-16", version)
    merging.merge(session, second, third)
    cast.visit(session, 14, enrollment_id=enrollment)
    assert have(session, third) == {"points": 30}, "25 that moved, and 5 that the ceiling leaves"
    _, state = history_and_ledger_state(session, enrollment)
    assert sum(received.cents for received in state.received_elsewhere) == 25 * 25
    assert verify_ledger(session).findings == []


def test_an_import_by_the_code_of_the_merged_record_reaches_the_main_record(session: Session) -> None:
    second = merging.second_record(session)
    cast.end(session, merging.enroll(session, second, "2026-03-02"), "2026-03-10")
    merging.merge(session, second)
    row: dict[str, Any] = {
        "code": "hs-2",
        "site_id": cast.HARBOR,
        "schedule_version_id": cast.HIGGINS,
        "actor": command("import"),
    }
    assert not import_client(session, enrolled_on=cast.START, now=cast.NOW, **row), "it is there already"
    found = enrollments_by_code(session, schedule_name(session), cast.HARBOR)
    assert set(found) == {"HS-1", "HS-2"} and found["HS-1"] == found["HS-2"]
    assert [one.starts_on for one in found["HS-1"]] == sorted(one.starts_on for one in found["HS-1"])
    assert session.execute(select(Client.id).where(Client.code == "HS-2")).scalars().all() == [second]


def schedule_name(session: Session) -> str:
    return next(of.schedule_name() for of in spans_of(session, [cast.AMIR]))


def test_who_waits_for_a_record_that_is_merged_meanwhile_is_told(app: Flask, kind: str) -> None:
    """PostgreSQL reads the row again after the wait. SQLite has one writer, who then sees the merge from the start."""
    with app.app_context():
        second = merging.second_record(db.session())
        enrollment = merging.enroll(db.session(), second, "2026-03-02")
        cast.end(db.session(), cast.AMIR, "2026-03-10")
        db.session.remove()
        told: list[str] = []

        def visit() -> None:
            with app.app_context():
                try:
                    cast.visit(db.session(), 0, enrollment_id=enrollment)
                    told.append("recorded")
                except ChangedMeanwhile:
                    told.append("changed meanwhile")
                finally:
                    db.session.remove()

        waiting = Thread(target=visit)
        with Session(db.engine) as other:
            other.connection(execution_options={"cm_writes": True})
            other.execute(update(Client).where(Client.id == second).values(merged_into_id=cast.AMIR))
            keep_states(other, f"client:{second}")
            note_audit(other, "merge:decided", "merge_request:1", actor=cast.miriam, now=cast.NOW)
            waiting.start()
            waiting.join(0.5)
            assert not told, "it waits"
            other.commit()
        waiting.join(20)
        assert told == ["recorded" if kind == "sqlite" else "changed meanwhile"]
