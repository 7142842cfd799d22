"""What needs the hand of a lead: each kind appears for whom it waits, and goes away once it is done."""

from datetime import date
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.reports.hands import KINDS, Hand, hands
from tests import cast, drawing, merging, purchasing
from tests.domain.schedules.documents import document

TODAY = date(2026, 3, 16)


def of(session: Session, actor: Actor) -> list[tuple[str, int, str, str]]:
    return [(one.kind, one.count, one.name, one.more) for one in hands(session, actor, TODAY)]


def draft(session: Session, **values: Any) -> int:
    row = ScheduleDraft(name="Ladder", document="{}", updated_at=cast.NOW, staff_id=cast.MIRIAM, **values)
    session.add(row)
    session.commit()
    return row.id


def test_nothing_waits_at_first(session: Session) -> None:
    assert of(session, cast.miriam) == []


def test_a_draft_that_came_back_waits_for_whoever_wrote_it(session: Session) -> None:
    daniel = cast.another_lead(session)
    number = draft(session, returned_at=cast.NOW, returned_by_id=daniel.staff_id)
    assert hands(session, cast.miriam, TODAY) == (Hand("returned", name="Ladder", more="Daniel", id=number),)
    assert of(session, daniel) == []


def test_a_draft_that_was_sent_waits_for_the_other_lead(session: Session) -> None:
    daniel = cast.another_lead(session)
    # It was sent back once and sent again since.
    draft(session, returned_at=cast.NOW, returned_by_id=daniel.staff_id, sent_at=cast.NOW, sent_by_id=cast.MIRIAM)
    assert of(session, cast.miriam) == []
    assert of(session, daniel) == [("to_decide", 1, "Ladder", "Miriam")]


def test_requests_wait_for_a_second_lead_of_the_site(session: Session) -> None:
    daniel = cast.another_lead(session)
    request_id = request_adjustment(
        session, client_id=cast.AMIR, unit="points", amount=5, reason="Found a coat", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    merging.ask(session, merging.second_record(session, code="HS-90"))
    assert of(session, cast.miriam) == []
    assert of(session, daniel) == [("adjustments", 1, "", ""), ("merges", 1, "", "")]
    elsewhere = Actor(daniel.staff_id, daniel.roles, frozenset({cast.MILL}), "web")
    assert of(session, elsewhere) == []
    decide_adjustment(session, request_id=request_id, decision="approved", key=cast.key(), actor=daniel, now=cast.NOW)
    assert of(session, daniel) == [("merges", 1, "", "")]


def test_a_purchase_waits_for_everybody_but_whoever_asked_for_it(session: Session) -> None:
    daniel = cast.another_lead(session)
    purchase_id = purchasing.ask(session)
    assert of(session, cast.miriam) == []
    assert hands(session, daniel, TODAY) == (Hand("purchases", cents=1700),)
    purchasing.decide(session, purchase_id, actor=daniel)
    assert of(session, daniel) == []


def test_a_tier_of_which_nothing_is_left_has_to_be_ordered(session: Session) -> None:
    drawing.dora(session)
    drawing.shelved(session, "small", 9)
    # Three draws of a bowl where one slip of six is large: one prize is needed.
    assert of(session, cast.miriam) == [("empty_tier", 1, "large", "Harbor Street")]
    assert of(session, cast.rosa) == [], "a coordinator orders nothing"
    drawing.shelved(session, "large", 1)
    assert of(session, cast.miriam) == []


def test_the_statements_do_not_depend_on_what_waits(session: Session) -> None:
    daniel = cast.another_lead(session)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    hands(session, daniel, TODAY)
    few = len(sent)
    assert few >= len(KINDS)
    for _ in range(3):
        draft(session, sent_at=cast.NOW, sent_by_id=cast.MIRIAM)
    merging.ask(session, merging.second_record(session, code="HS-90"))
    sent.clear()
    assert len(hands(session, daniel, TODAY)) == 4
    assert len(sent) == few


def test_whoever_may_decide_nothing_has_no_hands(session: Session) -> None:
    drawing.enrolled_in(session, document())
    assert of(session, cast.front_desk(session)) == []
