"""Random days at a clinic are compared with a simple model in memory: both agree after every step.

The model has no accounts, seals or settlements. It keeps a list of visits, computes with the engine what each one earns,
and adds up what a record changes. The ledger is verified after every step, too.
"""

import os
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.domain.errors import BookedSince, CannotTake, NotEnoughPoints, NotEnoughStock, OwnEntry, SameVisit
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.expire_points import expire_points
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import catalog
from cm_tracker.queries.prizes.redemptions import set_aside
from cm_tracker.queries.visits.previews import preview_correction
from tests import cast
from tests.conftest import Databases
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once

EXAMPLES = int(os.environ.get("TORTURE_ROUNDS", "6"))
DAYS = st.integers(0, 12)
NEGATIVE, POSITIVE = (
    Test({"cocaine": "negative"}, temperature="in_range"),
    Test({"cocaine": "positive"}, temperature="in_range"),
)
PENDING = Test({"cocaine": "pending"}, temperature="in_range")
EVIDENCE: dict[str, Evidence] = {
    "met": NEGATIVE, "positive": POSITIVE, "pending": PENDING, "unexcused": Absence(None), "excused": Absence("illness"),
}  # fmt: skip
NADIA = Actor(cast.LEO, "lead", frozenset({cast.HARBOR}), "web")


class Model:
    """The visits, points and prizes of one client, as somebody would keep them on paper.

    For each visit: what it is worth, and what the ceiling cut. For each day: what records about that day left with the
    client as the program's loss.
    """

    def __init__(self, doc: dict[str, Any]) -> None:
        self.schedule = parse(doc)
        self.takes_back = doc["corrections"] == "replay"
        self.limit = doc["ceilings"][0]["cents"] // 25 if doc["ceilings"] else 10**6
        # visit id: (day, outcome), or None after the visit was voided or undone
        self.visits: dict[int, tuple[int, str] | None] = {}
        self.day_of: dict[int, int] = {}
        self.worth: dict[int, int] = {}
        self.cut: dict[int, int] = {}
        self.lost: dict[int, int] = {}
        self.adjusted = 0
        self.spent = 0
        self.points = 0
        self.mugs = 5
        self.set_aside: dict[int, int] = {}  # redemption id: mugs that are set aside and not handed over

    def replay(self) -> dict[int, int]:
        lines = sorted((day, id_, outcome) for id_, visit in self.visits.items() if visit for day, outcome in [visit])
        visits = [
            engine.Visit(cast.START + timedelta(days=day), "cocaine-negative", outcome, ref=id_)
            for day, id_, outcome in lines
        ]
        return {result.ref: result.paid for result in engine.replay(self.schedule, cast.START, visits).results}

    def room(self) -> int:
        return max(self.limit - sum(self.worth.values()) - sum(self.lost.values()) - self.adjusted, 0)

    def settle(self, day: int) -> None:
        """Add up what a record about a day changes for all visits, and pay the sum, or leave it, or take it back."""
        earned, before = self.replay(), sum(self.worth.values()) + self.lost.pop(day, 0)
        in_order = sorted(self.day_of, key=lambda id_: (self.day_of[id_], id_))
        self.worth = {id_: min(self.worth.get(id_, 0), earned.get(id_, 0)) for id_ in in_order}
        for id_ in in_order:
            wanted = earned.get(id_, 0) - self.worth[id_] - self.cut.get(id_, 0)
            self.worth[id_] += min(max(wanted, 0), self.room())
        for id_ in in_order:
            # What the ceiling cut earlier is made up only out of what this very sum would take away.
            taken_away = max(before - sum(self.worth.values()), 0)
            self.worth[id_] += min(earned.get(id_, 0) - self.worth[id_], taken_away, self.room())
        self.cut = {id_: earned.get(id_, 0) - self.worth[id_] for id_ in in_order}
        total = sum(self.worth.values()) - before
        if total >= 0:
            self.points += total
        else:
            taken_back = min(-total, self.points) if self.takes_back else 0
            self.points -= taken_back
            self.lost[day] = -total - taken_back


class Clinic(RuleBasedStateMachine):
    """The program and the model, on which each rule does the same."""

    databases: Databases
    kind: str

    def __init__(self) -> None:
        super().__init__()
        self.name = self.databases.copy(self.kind, with_cast=True)
        self.app = create_app(self.databases.settings(self.kind, self.name))
        self.context = self.app.app_context()
        self.context.push()
        self.keys = count(1)
        self.redemptions: list[tuple[int, int]] = []
        self.corrected_by: dict[int, Actor] = {}

    def teardown(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.context.pop()
        self.databases.drop(self.kind, self.name)

    def key(self) -> str:
        return f"machine-{next(self.keys):06}"

    @initialize(
        corrections=st.sampled_from(["keep", "replay"]), restores=st.booleans(), limit=st.sampled_from([0, 1500, 4000])
    )
    def open(self, corrections: str, restores: bool, limit: int) -> None:
        restore = {"after": 2, "takes_effect": "next", "to": "last_paid"} if restores else None
        doc = document(
            track(
                phase((1, 8), visits_per_week=7, run_bonus={"every": 3, "amount": 7}),
                behavior="cocaine-negative",
                restore=restore,
            ),
            corrections=corrections,
            ceilings=[{"scope": "enrollment", "cents": limit}] if limit else [],
        )
        version = publish_schedule(
            db.session(), document=doc, reason="x", key=self.key(), actor=command(), now=cast.NOW
        )
        self.client = open_client(
            db.session(), code="HS-8", preferred_name="", site_id=1, language="en", actor=cast.rosa, now=cast.NOW
        )
        self.enrollment = enroll_client(
            db.session(), client_id=self.client, schedule_version_id=version, starts_on=cast.START, key=self.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
        self.model = Model(doc)

    @rule(day=DAYS, outcome=st.sampled_from(sorted(EVIDENCE)))
    def record(self, day: int, outcome: str) -> None:
        """Record a visit, which may be earlier than visits that are recorded already."""
        taken = any(visit and visit[0] == day for visit in self.model.visits.values())
        visit = NewVisit("cocaine-negative", self.day(day), EVIDENCE[outcome])
        try:
            id_ = record_visit(
                db.session(), enrollment_id=self.enrollment, visit=visit, key=self.key(), actor=cast.rosa, now=cast.NOW
            )
        except SameVisit:
            assert taken
            return
        assert not taken
        self.corrected_by.pop(id_, None)  # a voided visit was recorded again, so no lead has corrected it yet
        self.model.visits[id_] = (day, outcome)
        self.model.day_of[id_] = day
        self.model.settle(day)

    def day(self, day: int) -> date:
        return cast.START + timedelta(days=day)

    def state(self, *outcomes: str) -> list[int]:
        return sorted(
            id_ for id_, visit in self.model.visits.items() if visit and (not outcomes or visit[1] in outcomes)
        )

    def put_right(self, id_: int, way: str, outcome: str | None, actor: Actor) -> None:
        recorded = self.model.visits[id_]
        assert recorded is not None
        visit = NewVisit("cocaine-negative", self.day(recorded[0]), EVIDENCE[outcome]) if outcome else None
        shown = preview_correction(db.session(), actor, id_, way, visit, cast.NOW).fingerprint
        correct_visit(
            db.session(), visit_id=id_, way=way, visit=visit, reason="As the paper says", shown=shown, key=self.key(),
            actor=actor, now=cast.NOW,
        )  # fmt: skip
        if actor.role == "lead":
            self.corrected_by[id_] = actor
        if way != "undo":
            self.model.visits[id_] = (recorded[0], outcome) if outcome else None
            self.model.settle(recorded[0])

    @precondition(lambda self: self.state())
    @rule(pick=st.integers(0, 100), outcome=st.sampled_from(sorted(EVIDENCE)))
    def correct(self, pick: int, outcome: str) -> None:
        """Correct a visit as a lead. Only another lead may correct what a lead has corrected."""
        ids = self.state(*(EVIDENCE.keys() - {outcome}))
        if ids:
            self.by_a_lead(ids[pick % len(ids)], "correct", outcome)

    def by_a_lead(self, id_: int, way: str, outcome: str | None) -> None:
        if last := self.corrected_by.get(id_):
            with pytest.raises(OwnEntry):
                self.put_right(id_, way, outcome, last)
        self.put_right(id_, way, outcome, NADIA if last == cast.miriam else cast.miriam)

    @precondition(lambda self: self.state("pending"))
    @rule(pick=st.integers(0, 100), outcome=st.sampled_from(["met", "positive"]))
    def answer(self, pick: int, outcome: str) -> None:
        ids = self.state("pending")
        self.put_right(ids[pick % len(ids)], "answer", outcome, cast.rosa)

    @precondition(lambda self: self.state("unexcused"))
    @rule(pick=st.integers(0, 100))
    def excuse(self, pick: int) -> None:
        ids = self.state("unexcused")
        self.put_right(ids[pick % len(ids)], "excuse", "excused", cast.rosa)

    @precondition(lambda self: self.state())
    @rule(pick=st.integers(0, 100))
    def void(self, pick: int) -> None:
        ids = self.state()
        self.by_a_lead(ids[pick % len(ids)], "void", None)

    @rule(day=DAYS, outcome=st.sampled_from(["met", "positive"]))
    def record_and_undo(self, day: int, outcome: str) -> None:
        """Record a visit and undo it at once, which leaves everything as before, also what was kept or came back."""
        if any(visit and visit[0] == day for visit in self.model.visits.values()):
            return
        before = deepcopy(self.model)
        self.record(day, outcome)
        id_ = next(id_ for id_, visit in self.model.visits.items() if visit and visit[0] == day)
        self.put_right(id_, "undo", None, cast.rosa)
        self.model = before
        self.model.visits[id_] = None
        self.model.day_of[id_] = day

    @precondition(lambda self: self.state())
    @rule(day=DAYS)
    def undo_too_late(self, day: int) -> None:
        """Nothing is undone after something else was booked for the client."""
        if any(visit and visit[0] == day for visit in self.model.visits.values()):
            return
        self.record(day, "met")
        id_ = next(id_ for id_, visit in self.model.visits.items() if visit and visit[0] == day)
        self.adjust(1)
        with pytest.raises(BookedSince):
            self.put_right(id_, "undo", None, cast.rosa)

    @rule(quantity=st.integers(1, 3), is_set_aside=st.booleans())
    def redeem(self, quantity: int, is_set_aside: bool) -> None:
        try:
            id_ = redeem_at_once(
                db.session(), client_id=self.client, prize_id=1, price_points=20, quantity=quantity,
                is_set_aside=is_set_aside, key=self.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip
        except NotEnoughPoints:
            assert self.model.points < 20 * quantity
        except NotEnoughStock:
            assert self.model.mugs < quantity
        else:
            self.model.points -= 20 * quantity
            self.model.spent += 20 * quantity
            self.model.mugs -= quantity
            self.redemptions.append((id_, quantity))
            if is_set_aside:
                self.model.set_aside[id_] = quantity

    @precondition(lambda self: self.model.set_aside)
    @rule(pick=st.integers(0, 100))
    def hand_over(self, pick: int) -> None:
        id_ = sorted(self.model.set_aside)[pick % len(self.model.set_aside)]
        hand_over(db.session(), redemption_id=id_, confirmation=None, key=self.key(), actor=cast.leo, now=cast.NOW)
        del self.model.set_aside[id_]

    @precondition(lambda self: self.redemptions)
    @rule(pick=st.integers(0, 100), is_back=st.booleans())
    def undo_redemption(self, pick: int, is_back: bool) -> None:
        id_, quantity = self.redemptions.pop(pick % len(self.redemptions))
        undo_redemption(
            db.session(),
            redemption_id=id_,
            is_back=is_back,
            reason="Wrong one",
            key=self.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )
        self.model.points += 20 * quantity
        self.model.spent -= 20 * quantity
        self.model.mugs += quantity if is_back else 0
        self.model.set_aside.pop(id_, None)

    @rule(amount=st.integers(-30, 30).filter(bool))
    def adjust(self, amount: int) -> None:
        try:
            request = request_adjustment(
                db.session(), client_id=self.client, unit="points", amount=amount, reason="Nobody could foresee it",
                key=self.key(), actor=cast.miriam, now=cast.NOW,
            )  # fmt: skip
            decide_adjustment(
                db.session(), request_id=request, decision="approved", key=self.key(), actor=NADIA, now=cast.NOW
            )
        except CannotTake:
            assert self.model.points + amount < 0
        else:
            self.model.points += amount
            self.model.adjusted += amount

    @precondition(lambda self: self.model.points)
    @rule(weeks_after=st.integers(-1, 10))
    def expire(self, weeks_after: int) -> None:
        """Expire points: all of them from six weeks after the eight weeks of the schedule, and none before."""
        end = cast.START + timedelta(weeks=8 + 6)
        night = datetime.combine(end + timedelta(weeks=weeks_after), time(12), UTC)
        cast.set_site(db.session(), expiry_weeks=6)
        expired = expire_points(db.session(), client_id=self.client, actor=command(), now=night)
        assert expired == (self.model.points if weeks_after >= 0 else 0)
        self.model.points -= expired
        self.expired = getattr(self, "expired", 0) + expired

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        session = db.session()
        assert balances_of(session, self.client)["points"] == self.model.points
        mug = next(prize for prize in catalog(session, cast.rosa, only_active=True) if prize.id == 1)
        assert mug.left_at(1) == self.model.mugs
        waiting = {one.id: one.quantity for one in set_aside(session, cast.rosa)}
        assert waiting == self.model.set_aside
        lost = session.execute(
            db.text(
                "SELECT COALESCE(SUM(e.amount), 0) FROM entry e JOIN account a ON a.id = e.account_id "
                "WHERE a.kind = 'program_loss'"
            )
        ).scalar_one()
        assert -int(lost) == sum(self.model.lost.values())
        expired_points = session.execute(
            db.text(
                "SELECT COALESCE(SUM(amount), 0) FROM entry JOIN account a ON a.id = account_id WHERE a.kind = 'expired'"
            )
        ).scalar_one()
        assert int(expired_points) == getattr(self, "expired", 0)
        # Visits after ceilings, what was kept, adjustments, less what was redeemed and what has expired: the balance.
        replay = enrollment_history(session, self.enrollment).replay()
        assert {result.ref: result.paid for result in replay.results if result.paid} == {
            id_: worth for id_, worth in self.model.worth.items() if worth
        }
        visits, kept = replay.total("points"), sum(self.model.lost.values())
        outgoing = self.model.spent + getattr(self, "expired", 0)
        assert visits + kept + self.model.adjusted - outgoing == self.model.points
        assert verify_ledger(session).findings == []
        session.rollback()


@pytest.mark.usefixtures("clock")
def test_the_program_agrees_with_the_model_on_random_days(databases: Databases, kind: str) -> None:
    class ClinicHere(Clinic):
        pass

    ClinicHere.databases, ClinicHere.kind = databases, kind
    run_state_machine_as_test(
        ClinicHere,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
