"""Adjustments: one lead requests one, another approves it, and only then something moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AlreadyDecided,
    BadInput,
    CannotTake,
    NotAllowed,
    NotFound,
    SecondLeadNeeded,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Adjustment, Transaction
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.adjustments import adjustment
from tests import cast

# A second lead of both sites; miriam is the first.
daniel = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
REASON = "The machine was down for three days and no schedule knows of it"


def ask(
    session: Session, amount: int = 30, unit: str = "points", actor: Actor = cast.miriam, reason: str = REASON
) -> int:
    return request_adjustment(
        session, client_id=1, unit=unit, amount=amount, reason=reason, key=cast.key(), actor=actor, now=cast.NOW
    )


def decide(
    session: Session, request_id: int, decision: str = "approved", actor: Actor = daniel, reason: str = ""
) -> int:
    return decide_adjustment(
        session,
        request_id=request_id,
        decision=decision,
        reason=reason,
        key=cast.key(),
        actor=actor,
        now=cast.NOW + timedelta(hours=1),
    )


def have(session: Session, unit: str = "points") -> int:
    return balances_of(session, 1).get(unit, 0)


def test_nothing_moves_until_a_second_lead_approves(session: Session) -> None:
    request = ask(session)
    assert have(session) == 0
    decide(session, request)
    assert have(session) == 30
    row = session.execute(select(Adjustment)).scalar_one()
    transaction = session.get_one(Transaction, row.transaction_id)
    assert (row.requested_by_id, row.staff_id, row.amount, transaction.kind) == (
        cast.MIRIAM,
        cast.LEO,
        30,
        "adjustment",
    )
    assert transaction.note_digest is not None and bytes(transaction.note_digest) == bytes(row.note_digest)


def test_no_more_is_taken_away_than_the_client_has(session: Session) -> None:
    cast.rich(session)
    decide(session, ask(session, -80))
    assert have(session) == 5
    with pytest.raises(CannotTake, match="The client has 5 points"):
        ask(session, -6)
    first, second = ask(session, -5), ask(session, -5)
    decide(session, first)
    with pytest.raises(CannotTake, match="The client has 0 points"):
        decide(session, second)
    assert have(session) == 0
    with pytest.raises(BadInput, match="Say why it is declined"):
        decide(session, second, "declined", reason="no")
    decide(session, second, "declined", reason="There is nothing left to take")
    line = adjustment(session, cast.miriam, second)
    assert (line.decision, line.why_decided, line.reason) == ("declined", "There is nothing left to take", REASON)


def test_nobody_approves_what_they_requested(session: Session) -> None:
    request = ask(session)
    for decision in ("approved", "declined"):
        with pytest.raises(SecondLeadNeeded):
            decide(session, request, decision, cast.miriam)
    assert have(session) == 0
    decide(session, request, "withdrawn", cast.miriam)
    assert have(session) == 0


def test_only_the_lead_who_requested_it_withdraws_it(session: Session) -> None:
    with pytest.raises(BadInput):
        decide(session, ask(session), "withdrawn")


@pytest.mark.parametrize("first", ["approved", "declined"])
def test_an_adjustment_is_decided_once(session: Session, first: str) -> None:
    request = ask(session)
    decide(session, request, first, reason="Both of us talked it over")
    for second in ("approved", "declined"):
        with pytest.raises(AlreadyDecided):
            decide(session, request, second)
    assert have(session) == (30 if first == "approved" else 0)


@pytest.mark.parametrize(
    ("amount", "unit", "reason"),
    [(0, "points", REASON), (10_001, "points", REASON), (-10_001, "points", REASON), (5, "items/1", REASON),
     (5, "points", "because")],
)  # fmt: skip
def test_a_bad_request_is_refused(session: Session, amount: int, unit: str, reason: str) -> None:
    with pytest.raises(BadInput):
        ask(session, amount, unit, reason=reason)


def test_only_leads_of_the_site_request_and_decide(session: Session) -> None:
    for actor in (cast.rosa, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            ask(session, actor=actor)
    request = ask(session)
    with pytest.raises(NotAllowed):
        decide(session, request, actor=cast.rosa)
    with pytest.raises(NotFound):
        decide(session, request, actor=Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web"))
    with pytest.raises(NotFound):
        decide(session, 99)
