"""What needs the hand of a lead: each kind appears for whom it waits, and goes away once it is done."""

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import DayClosing, ScheduleDraft, SlotNote
from cm_tracker.operations.day.reopen_day import reopen_day
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.funding.money import money_page
from cm_tracker.queries.funding.near import clients_near
from cm_tracker.queries.reports.hands import KINDS, UNSIGNED, Hand, hands
from cm_tracker.signing import Signer
from tests import cast, drawing, funding, merging, purchasing, week
from tests.domain.schedules.documents import document
from tests.operations.clients.test_sign_agreement import sign
from tests.operations.prizes import test_trade_up as trades
from tests.web.clients.test_transfers import adjusted

TODAY = date(2026, 3, 16)
# So many statements, typed by hand: where no source limits what a client receives, and where one does.
WITHOUT_A_LIMIT, WITH_A_LIMIT = 15, 29


@pytest.fixture(autouse=True)
def signed(session: Session) -> None:
    """Let Amir sign the agreement, so that nothing waits at first."""
    sign(session)


def of(session: Session, actor: Actor) -> list[tuple[str, int, str, str]]:
    """What waits, without the agreements of clients who are enrolled for other tests."""
    return [(one.kind, one.count, one.name, one.more) for one in hands(session, actor, TODAY) if one.kind != UNSIGNED]


def test_who_has_not_signed_is_counted_by_site(session: Session) -> None:
    assert hands(session, cast.miriam, TODAY) == (), "Amir has signed"
    merging.enroll(session, merging.second_record(session), "2026-03-02")
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    assert hands(session, both, TODAY) == (
        Hand("unsigned", 1, more="Harbor Street", id=cast.HARBOR), Hand("unsigned", 1, more="Mill Road", id=cast.MILL),
    )  # fmt: skip


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


def test_clients_near_the_limit_of_their_source_are_counted_from_80_percent_on(session: Session) -> None:
    cast.rich(session)  # 21.25
    funding.source(session, client_cents=2_657)
    funding.choose(session)
    assert of(session, cast.miriam) == [], "79.98 %"
    funding.terms(session, client_cents=2_656)
    assert of(session, cast.miriam) == [("near_limit", 1, "", "")]
    assert of(session, cast.rosa) == []
    elsewhere = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    assert of(session, elsewhere) == []
    # Of another source they received nothing.
    funding.choose(session, None)
    assert of(session, cast.miriam) == []


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_who_is_near_is_who_the_money_page_names(session: Session, seed: int) -> None:
    """The desk leaves clients out by their sums first; the money page reads every award of everybody."""
    chance = random.Random(seed)
    actor = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    cast.set_site(session, trade_days=14)
    trades.trade(session, trades.drawn(session, 5))
    adjusted(session)
    sources = [funding.source(session, f"Source {n}", client_cents=chance.choice([400, 900, 2_000])) for n in range(2)]
    people = [merging.second_record(session, code=f"HS-5{n}") for n in range(4)]
    for client_id in people:
        enrollment_id = merging.enroll(session, client_id, "2026-03-02")
        visits = [cast.visit(session, day, enrollment_id=enrollment_id) for day in range(14) if chance.random() < 0.4]
        for visit_id in visits[:1]:
            cast.put_right(session, visit_id, "void")
        funding.choose(session, chance.choice(sources), enrollment_id=enrollment_id)
    funding.choose(session, sources[0], enrollment_id=3)
    page = money_page(session, actor, cast.NOW)
    assert clients_near(session, actor, TODAY) == {one.client_id for one in page.near}
    assert page.near, "the seeds are chosen so that somebody is near"


def test_training_is_named_at_a_site_that_records_it(session: Session) -> None:
    everything = ("core", "tests", "incentives", "documentation", "supervision")
    learn(session, cast.ROSA, *everything)
    # Leo and Miriam have nothing on record.
    assert hands(session, cast.miriam, TODAY) == (Hand("training", 2, more="Harbor Street", id=cast.HARBOR),)
    learn(session, cast.LEO, *everything)
    learn(session, cast.MIRIAM, *everything)
    assert of(session, cast.miriam) == []
    cast.set_site(session, tests_months=1)
    assert hands(session, cast.miriam, date(2026, 4, 1)) == ()
    assert hands(session, cast.miriam, date(2026, 4, 2)) == (
        Hand("training", 3, more="Harbor Street", id=cast.HARBOR),
    )  # fmt: skip


def learn(session: Session, person_id: int, *subjects: str) -> None:
    record_training(
        session, person_id=person_id, subjects=subjects, trained_on=cast.START, note="", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def test_a_day_that_was_left_open_is_named_after_more_than_a_day(session: Session) -> None:
    service_id = week.tests(session)
    week.plan(session, week.item(service_id, "01234", "cocaine-negative"))
    for day in (8, 9, 10):  # March 10 to 12
        cast.visit(session, day)
        attended(session, service_id, date(2026, 3, 2 + day))
    assert of(session, cast.miriam) == [], "this site has never closed a day"
    for day in (2, 8):
        closed(session, date(2026, 3, 2 + day))
    assert [(one.count, one.more, one.on_day) for one in hands(session, cast.miriam, date(2026, 3, 14))] == [
        (2, "Harbor Street", date(2026, 3, 11))
    ]
    assert [one.count for one in hands(session, cast.miriam, date(2026, 3, 13))] == [1], "yesterday may be open"
    assert of(session, cast.rosa) == [("open_day", 2, "", "Harbor Street")], "who closes days sees it"
    assert hands(session, cast.miriam, date(2026, 3, 27)) == (), "after two weeks nobody is asked any more"
    closed(session, date(2026, 3, 11))
    closed(session, date(2026, 3, 12))
    assert of(session, cast.miriam) == []
    reopen_day(session, site_id=cast.HARBOR, day=date(2026, 3, 12), actor=cast.miriam, now=cast.NOW)
    assert of(session, cast.miriam) == [("open_day", 1, "", "Harbor Street")]


def attended(session: Session, service_id: int, day: date) -> None:
    session.add(
        SlotNote(
            site_id=cast.HARBOR, enrollment_id=cast.AMIR, service_id=service_id, on_day=day, status="attended",
            recorded_at=cast.NOW, staff_id=cast.ROSA,
        )
    )  # fmt: skip
    session.commit()


def closed(session: Session, day: date) -> None:
    session.add(DayClosing(site_id=cast.HARBOR, on_day=day, closed_at=cast.NOW, staff_id=cast.ROSA))
    session.commit()


def test_a_checkpoint_is_old_after_two_days_in_which_something_was_recorded(session: Session) -> None:
    take_checkpoint(session, signer=Signer(bytes(32)), actor=command(), now=cast.NOW)
    assert hands(session, cast.miriam, date(2026, 3, 19)) == (), "nothing was recorded since"
    cast.visit(session, 0)
    assert hands(session, cast.miriam, date(2026, 3, 18)) == ()
    assert hands(session, cast.miriam, date(2026, 3, 19)) == (Hand("checkpoint", on_day=TODAY),)
    assert hands(session, cast.rosa, date(2026, 3, 19)) == ()


def test_the_statements_do_not_depend_on_what_waits(session: Session) -> None:
    daniel = cast.another_lead(session)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))

    def selects() -> int:
        return len([statement for statement in sent if statement.startswith("SELECT")])

    hands(session, daniel, TODAY)
    assert selects() == WITHOUT_A_LIMIT >= len(KINDS)
    funding.source(session, client_cents=100)
    sent.clear()
    hands(session, daniel, TODAY)
    few = selects()
    assert few == WITH_A_LIMIT
    funding.choose(session)
    cast.rich(session)
    learn(session, cast.ROSA, "core")
    sent.clear()
    assert [one.kind for one in hands(session, daniel, TODAY)] == ["near_limit", "training"]
    assert selects() == few
    for _ in range(3):
        draft(session, sent_at=cast.NOW, sent_by_id=cast.MIRIAM)
    merging.ask(session, merging.second_record(session, code="HS-90"))
    sent.clear()
    assert len(hands(session, daniel, TODAY)) == 6
    assert selects() == few


def test_whoever_may_decide_nothing_has_no_hands(session: Session) -> None:
    drawing.enrolled_in(session, document())
    assert of(session, cast.front_desk(session)) == []
