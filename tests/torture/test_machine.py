"""Random days at a clinic are compared with a simple model in memory: both agree after every step.

The model has no accounts, seals or settlements. It keeps the enrollments with their visits, pauses and moves, computes
with the engine what each visit earns, and adds up what a record changes. The ledger is verified after every step, too.
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
from cm_tracker.domain.errors import (
    BadInput,
    BookedSince,
    CannotTake,
    DayPaused,
    NotEnoughPoints,
    NotEnoughStock,
    OwnEntry,
    PrizesSetAside,
    SameVisit,
    VisitInPause,
)
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.schedules.timeline import Move, Pause
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Test
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.request_merge import request_merge
from cm_tracker.operations.clients.transfer_client import transfer_client
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
TODAY = 14
NEGATIVE, POSITIVE = (
    Test({"cocaine": "negative"}, temperature="in_range"),
    Test({"cocaine": "positive"}, temperature="in_range"),
)
PENDING = Test({"cocaine": "pending"}, temperature="in_range")
EVIDENCE: dict[str, Evidence] = {
    "met": NEGATIVE, "positive": POSITIVE, "pending": PENDING, "unexcused": Absence(None), "excused": Absence("illness"),
}  # fmt: skip
# They work at both sites, between which the client is transferred.
SITES = frozenset({cast.HARBOR, cast.MILL})
ROSA = Actor(cast.ROSA, frozenset({"coordinator"}), SITES, "web")
MIRIAM = Actor(cast.MIRIAM, frozenset({"lead"}), SITES, "web")
NADIA = Actor(cast.LEO, frozenset({"lead"}), SITES, "web")


class Enrolled:
    """One enrollment, as somebody would keep it on paper. Days are counted from `cast.START`.

    For each visit: what it is worth, and what the ceiling cut. `lost` has what records left with the client as the
    program's loss, each with what the record was about: days, and events by their ids.
    """

    def __init__(self, id: int, starts: int, schedule: Schedule) -> None:
        self.id = id
        self.starts = starts
        self.schedule = schedule
        self.last_day: int | None = None
        self.moves: dict[int, tuple[int, Schedule]] = {}  # event id: first day, version
        self.pauses: dict[int, tuple[int, int]] = {}  # event id: first and last day
        # visit id: (day, outcome), or None after the visit was voided or undone
        self.visits: dict[int, tuple[int, str] | None] = {}
        self.day_of: dict[int, int] = {}
        self.worth: dict[int, int] = {}
        self.cut: dict[int, int] = {}
        self.lost: list[tuple[frozenset[str], int]] = []

    def runs_on(self, day: int) -> bool:
        return self.starts <= day and (self.last_day is None or day <= self.last_day)

    def is_paused(self, day: int) -> bool:
        return any(first <= day <= last for first, last in self.pauses.values())

    def version_on(self, day: int) -> Schedule:
        schedule = self.schedule
        for first, version in self.moves_by_day():
            if first <= day:
                schedule = version
        return schedule

    def moves_by_day(self) -> list[tuple[int, Schedule]]:
        """Return the moves in the order of their days; of two for one day, the one recorded later comes last."""
        return [self.moves[id_] for id_ in sorted(self.moves, key=lambda id_: (self.moves[id_][0], id_))]

    def taken(self) -> list[tuple[int, int, str]]:
        """Return the visits that count, by day: day, id and outcome."""
        return sorted((visit[0], id_, visit[1]) for id_, visit in self.visits.items() if visit)

    def replay(self) -> dict[int, int]:
        visits = [engine.Visit(on(day), "cocaine-negative", outcome, ref=id_) for day, id_, outcome in self.taken()]
        moves = [Move(on(first), version) for first, version in self.moves_by_day()]
        pauses = [Pause(on(first), on(last)) for first, last in self.pauses.values()]
        results = engine.replay(self.schedule, on(self.starts), visits, moves=moves, pauses=pauses).results
        return {result.ref: result.paid for result in results}


class Model:
    """The enrollments, points and prizes of one client."""

    def __init__(self, doc: dict[str, Any], other: dict[str, Any]) -> None:
        self.versions = [parse(doc), parse(other)]
        self.takes_back = doc["corrections"] == "replay"
        self.limit = doc["ceilings"][0]["cents"] // 25 if doc["ceilings"] else 10**6
        self.enrolled: list[Enrolled] = []
        self.adjusted = 0
        self.spent = 0
        self.expired = 0
        self.points = 0
        self.site = cast.HARBOR
        self.mugs = 5  # at Harbor Street
        self.set_aside: dict[int, int] = {}  # redemption id: mugs that are set aside and not handed over

    @property
    def now(self) -> Enrolled:
        return self.enrolled[-1]

    def of(self, visit_id: int) -> Enrolled:
        return next(enrolled for enrolled in self.enrolled if visit_id in enrolled.visits)

    def room(self, of: Enrolled) -> int:
        kept = sum(amount for _, amount in of.lost)
        adjusted = self.adjusted if of.runs_on(TODAY) else 0
        return max(self.limit - sum(of.worth.values()) - kept - adjusted, 0)

    def settle(self, of: Enrolled, *subjects: object) -> None:
        """Add up what a record changes for all visits, and pay the sum, or leave it, or take it back."""
        about = frozenset(str(subject) for subject in subjects)
        back = [(of_record, amount) for of_record, amount in of.lost if of_record & about]
        of.lost = [(of_record, amount) for of_record, amount in of.lost if not of_record & about]
        earned, before = of.replay(), sum(of.worth.values()) + sum(amount for _, amount in back)
        in_order = sorted(of.day_of, key=lambda id_: (of.day_of[id_], id_))
        of.worth = {id_: min(of.worth.get(id_, 0), earned.get(id_, 0)) for id_ in in_order}
        for id_ in in_order:
            wanted = earned.get(id_, 0) - of.worth[id_] - of.cut.get(id_, 0)
            of.worth[id_] += min(max(wanted, 0), self.room(of))
        for id_ in in_order:
            # What the ceiling cut earlier is made up only out of what this very sum would take away.
            taken_away = max(before - sum(of.worth.values()), 0)
            of.worth[id_] += min(earned.get(id_, 0) - of.worth[id_], taken_away, self.room(of))
        of.cut = {id_: earned.get(id_, 0) - of.worth[id_] for id_ in in_order}
        total = sum(of.worth.values()) - before
        if total >= 0:
            self.points += total
            return
        taken_back = min(-total, self.points) if self.takes_back else 0
        self.points -= taken_back
        if -total - taken_back:
            of.lost.append((about.union(*(of_record for of_record, _ in back)), -total - taken_back))


def on(day: int) -> date:
    return cast.START + timedelta(days=day)


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
        self.merged: list[int] = []

    def teardown(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.context.pop()
        self.databases.drop(self.kind, self.name)

    def key(self) -> str:
        return f"machine-{next(self.keys):06}"

    @initialize(
        corrections=st.sampled_from(["keep", "replay"]),
        restores=st.booleans(),
        limit=st.sampled_from([0, 1500, 4000]),
        first_days=st.lists(st.sampled_from(["met", "met", "met", "positive", "unexcused"]), min_size=4, max_size=8),
    )
    def open(self, corrections: str, restores: bool, limit: int, first_days: list[str]) -> None:
        restore = {"after": 2, "takes_effect": "next", "to": "last_paid"} if restores else None
        ladders: list[dict[str, Any]] = [
            {"run_bonus": {"every": 3, "amount": 7}},
            {"base": 4, "step": 1, "cap": 8, "rises": "week"},
        ]
        self.docs = [
            document(
                track(phase((1, 8), visits_per_week=7, **ladder), behavior="cocaine-negative", restore=restore),
                corrections=corrections,
                ceilings=[{"scope": "enrollment", "cents": limit}] if limit else [],
                name=f"Ladder {n}",
            )
            for n, ladder in enumerate(ladders)
        ]
        self.versions = [
            publish_schedule(db.session(), document=doc, reason="x", key=self.key(), actor=command(), now=cast.NOW)
            for doc in self.docs
        ]
        self.client = open_client(
            db.session(), code="HS-8", preferred_name="", site_id=1, language="en", actor=ROSA, now=cast.NOW
        )
        self.model = Model(*self.docs)
        self.enroll(0, 0)
        for day, outcome in enumerate(first_days):
            self.record(day, outcome)

    def enroll(self, day: int, version: int) -> None:
        id_ = enroll_client(
            db.session(), client_id=self.client, schedule_version_id=self.versions[version], starts_on=on(day),
            key=self.key(), actor=ROSA, now=cast.NOW,
        )  # fmt: skip
        self.model.enrolled.append(Enrolled(id_, day, self.model.versions[version]))

    # -- visits ------------------------------------------------------------------------------------

    @rule(day=DAYS, outcome=st.sampled_from(sorted(EVIDENCE)))
    def record(self, day: int, outcome: str) -> None:
        """Record a visit, which may be earlier than visits that are recorded already."""
        of = next((of for of in self.model.enrolled if of.runs_on(day)), None)
        if of is None:
            return
        taken = any(taken == day for taken, _, _ in of.taken())
        visit = NewVisit("cocaine-negative", on(day), EVIDENCE[outcome])
        try:
            id_ = record_visit(db.session(), enrollment_id=of.id, visit=visit, key=self.key(), actor=ROSA, now=cast.NOW)
        except SameVisit:
            assert taken
        except DayPaused:
            assert of.is_paused(day)
        else:
            assert not taken
            assert not of.is_paused(day)
            self.corrected_by.pop(id_, None)  # a voided visit was recorded again, so no lead has corrected it yet
            of.visits[id_] = (day, outcome)
            of.day_of[id_] = day
            self.model.settle(of, day)

    def state(self, *outcomes: str) -> list[int]:
        return sorted(
            id_ for of in self.model.enrolled for _, id_, outcome in of.taken() if not outcomes or outcome in outcomes
        )

    def put_right(self, id_: int, way: str, outcome: str | None, actor: Actor) -> None:
        of = self.model.of(id_)
        recorded = of.visits[id_]
        assert recorded is not None
        visit = NewVisit("cocaine-negative", on(recorded[0]), EVIDENCE[outcome]) if outcome else None
        shown = preview_correction(db.session(), actor, id_, way, visit, cast.NOW).fingerprint
        correct_visit(
            db.session(), visit_id=id_, way=way, visit=visit, reason="As the paper says", shown=shown, key=self.key(),
            actor=actor, now=cast.NOW,
        )  # fmt: skip
        if "lead" in actor.roles:
            self.corrected_by[id_] = actor
        if way != "undo":
            of.visits[id_] = (recorded[0], outcome) if outcome else None
            self.model.settle(of, recorded[0])

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
        self.put_right(id_, way, outcome, NADIA if last == MIRIAM else MIRIAM)

    @precondition(lambda self: self.state("pending"))
    @rule(pick=st.integers(0, 100), outcome=st.sampled_from(["met", "positive"]))
    def answer(self, pick: int, outcome: str) -> None:
        ids = self.state("pending")
        self.put_right(ids[pick % len(ids)], "answer", outcome, ROSA)

    @precondition(lambda self: self.state("unexcused"))
    @rule(pick=st.integers(0, 100))
    def excuse(self, pick: int) -> None:
        ids = self.state("unexcused")
        self.put_right(ids[pick % len(ids)], "excuse", "excused", ROSA)

    @precondition(lambda self: self.state())
    @rule(pick=st.integers(0, 100))
    def void(self, pick: int) -> None:
        ids = self.state()
        self.by_a_lead(ids[pick % len(ids)], "void", None)

    @rule(day=DAYS, outcome=st.sampled_from(["met", "positive"]))
    def record_and_undo(self, day: int, outcome: str) -> None:
        """Record a visit and undo it at once, which leaves everything as before, also what was kept or came back."""
        before, known = deepcopy(self.model), self.state()
        self.record(day, outcome)
        for id_ in set(self.state()) - set(known):
            self.put_right(id_, "undo", None, ROSA)
            number = self.model.enrolled.index(self.model.of(id_))
            self.model = before
            self.model.enrolled[number].visits[id_] = None
            self.model.enrolled[number].day_of[id_] = day

    @precondition(lambda self: self.state())
    @rule(day=DAYS)
    def undo_too_late(self, day: int) -> None:
        """Nothing is undone after something else was booked for the client."""
        known = self.state()
        self.record(day, "met")
        for id_ in set(self.state()) - set(known):
            self.adjust(1)
            with pytest.raises(BookedSince):
                self.put_right(id_, "undo", None, ROSA)

    # -- the enrollment ----------------------------------------------------------------------------

    @rule(first=DAYS, days=st.integers(0, 4), comes_back=st.booleans(), is_withdrawn=st.booleans())
    def pause(self, first: int, days: int, comes_back: bool, is_withdrawn: bool) -> None:
        """Pause the enrollment for some days, or from a day on, and resume it later. Absences there are voided."""
        of = self.model.now
        first = max(first, of.starts)
        tests = [day for day, _, outcome in of.taken() if outcome not in ("excused", "unexcused") and day >= first]
        if tests and comes_back:
            with pytest.raises(VisitInPause):
                cast.pause(db.session(), of.id, on(first).isoformat(), actor=ROSA)
            first, tests = tests[-1] + 1, []
        if first in tests:
            with pytest.raises(VisitInPause):
                cast.pause(db.session(), of.id, on(first).isoformat(), on(first + days).isoformat(), actor=ROSA)
            return
        last = min([first + days, *(day - 1 for day in tests)])
        voided = [(id_, day) for day, id_, _ in of.taken() if day >= first and (comes_back or day <= last)]
        last_day = None if comes_back else on(last).isoformat()
        id_ = cast.pause(db.session(), of.id, on(first).isoformat(), last_day, actor=ROSA)
        for visit_id, _ in voided:
            of.visits[visit_id] = None
        of.pauses[id_] = (first, 10**4 if comes_back else last)
        self.model.settle(of, f"event {id_}", *(day for _, day in voided))
        if comes_back:
            self.they_agree()
            cast.resume(db.session(), of.id, on(last + 1).isoformat(), actor=ROSA)
            of.pauses[id_] = (first, last)
            self.model.settle(of, f"event {id_}")
        if is_withdrawn:
            self.they_agree()
            self.withdrawn(id_)

    @rule(first=DAYS, is_withdrawn=st.booleans())
    def move(self, first: int, is_withdrawn: bool) -> None:
        """Move the enrollment to the other version, from a day that may lie before visits that were paid."""
        of = self.model.now
        first = max(first, of.starts)
        holds = self.model.versions.index(of.version_on(first))
        day = on(first).isoformat()
        with pytest.raises(BadInput):
            cast.move(db.session(), of.id, self.versions[holds], day, actor=MIRIAM)
        version = 1 - holds
        id_ = cast.move(db.session(), of.id, self.versions[version], day, actor=MIRIAM)
        of.moves[id_] = (first, self.model.versions[version])
        self.model.settle(of, f"event {id_}")
        if is_withdrawn:
            self.they_agree()
            self.withdrawn(id_)

    @precondition(lambda self: self.model.now.moves or self.model.now.pauses)
    @rule(pick=st.integers(0, 100))
    def withdraw(self, pick: int) -> None:
        ids = sorted([*self.model.now.moves, *self.model.now.pauses])
        self.withdrawn(ids[pick % len(ids)])

    def withdrawn(self, id_: int) -> None:
        of = self.model.now
        cast.withdraw(db.session(), of.id, id_, actor=MIRIAM)
        of.moves.pop(id_, None)
        of.pauses.pop(id_, None)
        self.model.settle(of, f"event {id_}")

    @rule(last=st.integers(0, 13), days=st.integers(0, 3), version=st.integers(0, 1), is_withdrawn=st.booleans())
    def end(self, last: int, days: int, version: int, is_withdrawn: bool) -> None:
        """End the enrollment and enroll again, or withdraw the end. A day that both have is the next one's."""
        of = self.model.now
        visits = [day for day, _, _ in of.taken()]
        last = max([of.starts, last, *visits])
        again = last + days
        if again in visits or again == of.starts or again > TODAY:
            return
        id_ = cast.end(db.session(), of.id, on(last).isoformat(), actor=ROSA)
        self.model.settle(of, f"event {id_}")
        if is_withdrawn:
            cast.withdraw(db.session(), of.id, id_, actor=MIRIAM)
            self.model.settle(of, f"event {id_}")
            return
        of.last_day = last - 1 if again == last else last
        self.enroll(again, version)

    @rule(outcomes=st.lists(st.sampled_from(["met", "met", "positive"]), max_size=4))
    def merge(self, outcomes: list[str]) -> None:
        """Merge a second record of the person, who was enrolled earlier under another code."""
        if len(self.merged) == 2:
            return
        n = len(self.merged) + 1
        starts = -30 * n
        other = open_client(
            db.session(), code=f"HS-8{n}", preferred_name="", site_id=self.model.site, language="en", actor=ROSA,
            now=cast.NOW,
        )  # fmt: skip
        of = Enrolled(
            enroll_client(
                db.session(), client_id=other, schedule_version_id=self.versions[0], starts_on=on(starts),
                key=self.key(), actor=ROSA, now=cast.NOW,
            ),
            starts, self.model.versions[0],
        )  # fmt: skip
        alone = Model(self.docs[0], self.docs[1])
        for day, outcome in enumerate(outcomes, starts):
            visit = NewVisit("cocaine-negative", on(day), EVIDENCE[outcome])
            id_ = record_visit(db.session(), enrollment_id=of.id, visit=visit, key=self.key(), actor=ROSA, now=cast.NOW)
            of.visits[id_], of.day_of[id_] = (day, outcome), day
            alone.settle(of, day)
        cast.end(db.session(), of.id, on(starts + 10).isoformat(), actor=ROSA)
        of.last_day = starts + 10
        request = request_merge(
            db.session(), from_client_id=other, into_client_id=self.client, reason="The same date of birth",
            key=self.key(), actor=MIRIAM, now=cast.NOW,
        )  # fmt: skip
        decide_merge(db.session(), request_id=request, decision="approved", key=self.key(), actor=NADIA, now=cast.NOW)
        self.merged.append(other)
        self.model.enrolled.insert(0, of)
        self.model.points += alone.points

    @rule()
    def transfer(self) -> None:
        """Transfer the client to the other site. Prizes that are set aside are handed over first."""
        other = cast.MILL if self.model.site == cast.HARBOR else cast.HARBOR
        if self.model.set_aside:
            with pytest.raises(PrizesSetAside):
                self.transfer_to(other)
            return
        self.transfer_to(other)
        self.model.site = other

    def transfer_to(self, site_id: int) -> None:
        transfer_client(
            db.session(), client_id=self.client, to_site_id=site_id, first_day=on(TODAY), note="Moved house",
            key=self.key(), actor=MIRIAM, now=cast.NOW,
        )  # fmt: skip

    # -- prizes and points -------------------------------------------------------------------------

    @rule(quantity=st.integers(1, 3), is_set_aside=st.booleans())
    def redeem(self, quantity: int, is_set_aside: bool) -> None:
        if self.model.site != cast.HARBOR:
            return
        try:
            id_ = redeem_at_once(
                db.session(), client_id=self.client, prize_id=1, price_points=20, quantity=quantity,
                is_set_aside=is_set_aside, key=self.key(), actor=ROSA, now=cast.NOW,
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
        hand_over(db.session(), redemption_id=id_, confirmation=None, key=self.key(), actor=NADIA, now=cast.NOW)
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
            # Who handed it out does not book it as lost.
            actor=ROSA if is_back else MIRIAM,
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
                key=self.key(), actor=MIRIAM, now=cast.NOW,
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
        """Expire points: all of them from six weeks after the eight weeks of the last schedule, and none before."""
        of = self.model.now
        paused = {day for first, last in of.pauses.values() for day in range(first, last + 1)}
        days = [day for day in range(of.starts, of.starts + 200) if day not in paused][: 8 * 7]
        end = on(days[-1] + 1) + timedelta(weeks=6)
        night = datetime.combine(end + timedelta(weeks=weeks_after), time(12), UTC)
        cast.set_site(db.session(), site_id=self.model.site, actor=MIRIAM, expiry_weeks=6)
        expired = expire_points(db.session(), client_id=self.client, actor=command(), now=night)
        assert expired == (self.model.points if weeks_after >= 0 else 0)
        self.model.points -= expired
        self.model.expired += expired

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        session = db.session()
        assert balances_of(session, self.client)["points"] == self.model.points
        mug = next(prize for prize in catalog(session, ROSA, only_active=True) if prize.id == 1)
        assert mug.left_at(1) == self.model.mugs
        waiting = {one.id: one.quantity for one in set_aside(session, ROSA)}
        assert waiting == self.model.set_aside
        lost = session.execute(
            db.text(
                "SELECT COALESCE(SUM(e.amount), 0) FROM entry e JOIN account a ON a.id = e.account_id "
                "WHERE a.kind = 'program_loss'"
            )
        ).scalar_one()
        kept = sum(amount for of in self.model.enrolled for _, amount in of.lost)
        assert -int(lost) == kept
        expired_points = session.execute(
            db.text(
                "SELECT COALESCE(SUM(amount), 0) FROM entry JOIN account a ON a.id = account_id WHERE a.kind = 'expired'"
            )
        ).scalar_one()
        assert int(expired_points) == self.model.expired
        # Visits after ceilings, what was kept, adjustments, less what was redeemed and what has expired: the balance.
        visits = 0
        for of in self.model.enrolled:
            replay = enrollment_history(session, of.id).replay()
            paid = {result.ref: result.paid for result in replay.results if result.paid}
            assert paid == {id_: worth for id_, worth in of.worth.items() if worth}
            visits += replay.total("points")
        outgoing = self.model.spent + self.model.expired
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
