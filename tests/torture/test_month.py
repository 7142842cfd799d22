"""A month at a clinic is played in two orders of each day, and once with days entered late.

What is entered on a day reaches the same balances in any order. With days that are entered late, nobody has less than
what the final list of their visits is worth. Every time the books add up for each client, and the ledger verifies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.errors import NothingMissed
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Evidence, NewVisit, Presence, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging, week
from tests.conftest import Databases
from tests.redeeming import redeem_at_once
from tests.torture import month
from tests.torture.month import Patient, Visit

SEED = 16
OPENED = cast.NOW - timedelta(days=14, hours=2)  # at nine on the first day
MUG_POINTS = 20
STAFF = (cast.rosa, cast.leo, cast.miriam)
PENDING = Test({"cocaine": "pending"}, temperature="in_range")
TESTS = {"met": cast.negative(), "positive": cast.positive(), "pending": PENDING}
ABSENCES = {"unexcused": cast.ABSENT, "excused": cast.EXCUSED}
WAYS = {"unexcused": "absent", "excused": "excused"}


def on(day: int) -> date:
    return cast.START + timedelta(days=day)


def evidence_of(visit: Visit) -> Evidence:
    if visit.outcome in ABSENCES:
        return ABSENCES[visit.outcome]
    return TESTS[visit.outcome] if visit.service == month.URINE else Presence()


class Answer(NamedTuple):
    """The laboratory says what became of a test that was pending."""

    visit: Visit


class Clinic:
    """The clinic and what it has recorded. `random` decides the order of a day, and who of the staff does what.

    `taken` has for each enrollment the visits that count, in the order of their first entry: day, behavior, outcome.
    """

    def __init__(self) -> None:
        self.random = Random()
        self.now = OPENED
        self.patients = month.patients(SEED)
        self.records: dict[int, list[int]] = defaultdict(list)  # the clients of a patient, the main record last
        self.enrollments: dict[int, list[int]] = defaultdict(list)
        self.taken: dict[int, dict[tuple[int, str], str]] = defaultdict(dict)
        self.spent: Counter[int] = Counter()
        self.adjusted: Counter[int] = Counter()
        self.cut_by: Counter[str] = Counter()
        self.waiting: dict[tuple[int, int], int] = {}

    @property
    def session(self) -> Session:
        """The session of the database on which the clinic is played."""
        return db.session()

    # -- the clinic before its first day -------------------------------------------------------------

    def open(self) -> None:
        """Add the services, the versions and the clients with their plans."""
        self.versions = [
            publish_schedule(
                self.session, document=document, reason="New", key=cast.key(), actor=command(), now=self.now
            )
            for document in month.DOCUMENTS
        ]
        self.services = {
            name: week.service(self.session, name, kind, meetings, leader_id=None, now=self.now)
            for name, (kind, meetings) in month.SERVICES.items()
        }
        deliver_stock(
            self.session, site_id=cast.HARBOR, prize_id=cast.MUG, quantity=1000, note="Order", key=cast.key(),
            actor=cast.miriam, now=self.now,
        )  # fmt: skip
        for patient in self.patients:
            self.enroll(patient, 0)

    def enroll(self, patient: Patient, day: int) -> None:
        """Open a record of a patient, enroll it and set its plan."""
        code = f"M-{patient.number}" + ("B" if day else "")
        client_id = open_client(
            self.session, code=code, preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa,
            now=self.now,
        )  # fmt: skip
        enrollment_id = enroll_client(
            self.session, client_id=client_id, schedule_version_id=self.versions[patient.version], starts_on=on(day),
            key=cast.key(), actor=cast.rosa, now=self.now,
        )  # fmt: skip
        items = [
            PlanItem(self.services[name], frozenset(map(int, weekdays)), month.BEHAVIOR[name])
            for name, weekdays in patient.plan.items()
        ]
        set_plan(
            self.session, enrollment_id=enrollment_id, from_on=on(day), level="outpatient", hours_required=0,
            reason="first", items=items, key=cast.key(), actor=cast.rosa, now=self.now,
        )  # fmt: skip
        self.records[patient.number].append(client_id)
        self.enrollments[patient.number].append(enrollment_id)

    # -- a month -------------------------------------------------------------------------------------

    def play(self, visits: list[Visit], seed: int) -> None:
        """Play the month. The seed orders what is entered on each day, and says who enters it."""
        self.random.seed(seed)
        entered: dict[int, list[Visit]] = defaultdict(list)
        closes: dict[int, list[int]] = defaultdict(list)
        for visit in visits:
            entered[visit.entered].append(visit)
        for day in range(month.DAYS):
            closes[max([day, *(visit.entered for visit in visits if visit.day == day)])].append(day)
        answers = [visit for visit in visits if visit.answer]
        for day in range(month.DAYS):
            self.now = OPENED + timedelta(days=day)
            self.morning(day)
            self.in_any_order([*entered[day], *(self.patients if day == month.MERGED else ())])
            self.in_any_order(
                [Answer(visit) for visit in answers if max(month.sunday(visit.day), visit.entered) == day]
            )
            self.evening(day, closes[day])

    def morning(self, day: int) -> None:
        """Do what is done before anybody comes: closures, pauses, and clients who come back under another code."""
        if day in (month.HOLIDAY - 7, month.WATER_DAMAGE):
            closed, name, make_up_on = (
                (month.WATER_DAMAGE, "Water damage", None)
                if day == month.WATER_DAMAGE
                else (month.HOLIDAY, "County holiday", on(month.MAKE_UP_DAY))
            )
            add_closure(
                self.session, site_id=cast.HARBOR, first_day=on(closed), last_day=on(closed), name=name,
                make_up_on=make_up_on, key=cast.key(), actor=cast.miriam, now=self.now,
            )  # fmt: skip
        for patient in self.patients:
            if patient.is_paused and day == month.PAUSED[0]:
                first, last = (on(one).isoformat() for one in month.PAUSED)
                cast.pause(self.session, self.enrollments[patient.number][0], first, last, now=self.now)
            if patient.has_two_records and day == month.CAME_BACK:
                self.enroll(patient, day)

    def in_any_order(self, acts: "list[Visit | Answer | Patient]") -> None:
        """Enter what happens on a day in the order of the seed."""
        self.random.shuffle(acts)
        for act in acts:
            self.now += timedelta(seconds=20)
            if isinstance(act, Patient):
                self.merge(act)
            elif isinstance(act, Answer):
                self.answer(act.visit)
            else:
                self.record(act)

    def evening(self, day: int, closes: list[int]) -> None:
        """Redeem, adjust, end enrollments and close days, in the same order always."""
        for patient in self.patients:
            client_id = self.records[patient.number][-1]
            comes = day in month.REDEEMING and patient.number % 8 == day % 8
            if comes and balances_of(self.session, client_id).get("points", 0) >= MUG_POINTS:
                redeem_at_once(self.session, client_id=client_id, key=cast.key(), now=self.now)
                self.spent[patient.number] += MUG_POINTS
            if day == month.ADJUSTING and patient.number % 24 == 5:
                self.adjust(patient)
            if patient.has_two_records and day == month.LEFT:
                cast.end(self.session, self.enrollments[patient.number][0], on(day).isoformat(), now=self.now)
        evening = OPENED + timedelta(days=day, hours=12)
        for closed in closes:
            close_day(self.session, site_id=cast.HARBOR, day=on(closed), actor=cast.leo, now=evening)

    # -- what staff enter ----------------------------------------------------------------------------

    def record(self, visit: Visit) -> None:
        """Record what became of a slot, from the board or on the client's page. What is late is on the page."""
        enrollment_id = self.enrollments[visit.client][self.number_of_enrollment(visit)]
        actor, behavior = self.random.choice(STAFF), month.BEHAVIOR[visit.service]
        is_today = visit.entered == visit.day
        slot = {"enrollment_id": enrollment_id, "service_id": self.services[visit.service], "on_day": on(visit.day)}
        if is_today and visit.outcome not in ABSENCES and self.random.random() < 0.1:
            note_slot(self.session, **slot, status="arrived", key=cast.key(), actor=actor, now=self.now)
        came = "negative" if visit.service == month.URINE else "attended"
        way = WAYS.get(visit.outcome, came)
        is_one_stroke = is_today and visit.outcome not in ("positive", "pending") and visit.client % 2 == 0
        is_on_board = behavior is None or is_one_stroke
        excuse = "illness" if visit.outcome == "excused" else None
        try:
            if is_on_board:
                id_ = record_slot(
                    self.session, **slot, way=way, excuse=excuse, key=cast.key(), actor=actor, now=self.now
                )
            else:
                id_ = record_visit(
                    self.session, enrollment_id=enrollment_id, key=cast.key(), actor=actor, now=self.now,
                    visit=NewVisit(behavior, on(visit.day), evidence_of(visit)),
                )  # fmt: skip
        except NothingMissed:
            id_ = record_slot(self.session, **slot, way=way, excuse=excuse, key=cast.key(), actor=actor, now=self.now)
            assert id_ is None
        if id_ is not None:
            self.taken[enrollment_id][visit.day, behavior] = visit.outcome
        if visit.answer:
            self.waiting[visit.client, visit.day] = id_

    def answer(self, visit: Visit) -> None:
        """Enter what the laboratory says of a test."""
        id_ = self.waiting.pop((visit.client, visit.day))
        cast.put_right(self.session, id_, "answer", TESTS[visit.answer], actor=cast.rosa, now=self.now)
        enrollment_id = self.enrollments[visit.client][self.number_of_enrollment(visit)]
        self.taken[enrollment_id][visit.day, month.BEHAVIOR[visit.service]] = visit.answer

    def number_of_enrollment(self, visit: Visit) -> int:
        return int(self.patients[visit.client].has_two_records and visit.day >= month.CAME_BACK)

    def merge(self, patient: Patient) -> None:
        """Merge the record that was opened first into the one of today."""
        if patient.has_two_records:
            first, second = self.records[patient.number]
            request_id = merging.ask(self.session, first, second)
            merging.decide(self.session, request_id, now=self.now)

    def adjust(self, patient: Patient) -> None:
        """Give a patient five points that no rule foresees."""
        request_id = request_adjustment(
            self.session, client_id=self.records[patient.number][-1], unit="points", amount=5, reason="Found a coat",
            key=cast.key(), actor=cast.miriam, now=self.now,
        )  # fmt: skip
        decide_adjustment(
            self.session, request_id=request_id, decision="approved", key=cast.key(), actor=merging.daniel, now=self.now
        )
        self.adjusted[patient.number] += 5

    # -- what came of it -----------------------------------------------------------------------------

    def points(self) -> dict[int, int]:
        """Return the points of each patient."""
        return {
            patient.number: balances_of(self.session, self.records[patient.number][-1])["points"]
            for patient in self.patients
        }

    def worth(self, patient: Patient) -> int:
        """Return what the patient's visits are worth by their schedule, as if they had been entered day by day."""
        pauses = [Pause(*map(on, month.PAUSED))] if patient.is_paused else []
        replays = [
            engine.replay(
                parse(month.DOCUMENTS[patient.version]),
                on(month.CAME_BACK if number else 0),
                [engine.Visit(on(day), behavior, outcome) for (day, behavior), outcome in self.taken[id_].items()],
                pauses=pauses,
            )
            for number, id_ in enumerate(self.enrollments[patient.number])
        ]
        self.cut_by.update(result.cut_by for replay in replays for result in replay.results if result.cut_by)
        return sum(replay.total("points") for replay in replays)

    def left_with_clients(self) -> Counter[int]:
        """Return by enrollment what corrections left with the client."""
        rows = self.session.execute(
            text(
                "SELECT visit.enrollment_id, -SUM(entry.amount) FROM entry "
                "JOIN account ON account.id = entry.account_id JOIN visit ON visit.id = entry.visit_id "
                "WHERE account.kind = 'program_loss' GROUP BY visit.enrollment_id"
            )
        )
        return Counter({int(enrollment_id): int(kept) for enrollment_id, kept in rows})

    def check(self) -> None:
        """Check for each patient that the books add up and that nobody has less than their visits are worth."""
        self.kept, self.balances = self.left_with_clients(), self.points()
        histories = histories_of(self.session, [id_ for ids in self.enrollments.values() for id_ in ids])
        for patient in self.patients:
            number, ids = patient.number, self.enrollments[patient.number]
            stand = sum(histories[id_].replay().total("points") for id_ in ids)
            left = sum(self.kept[id_] for id_ in ids)
            assert stand + left + self.adjusted[number] - self.spent[number] == self.balances[number], number
            assert self.balances[number] + self.spent[number] >= self.worth(patient), number
        assert verify_ledger(self.session, level=4).findings == []


class Theater:
    """Play the same clinic again and again, each time on a database of its own."""

    def __init__(self, databases: Databases, kind: str) -> None:
        self.databases, self.kind = databases, kind
        self.name = databases.copy(kind, with_cast=True)
        self.opened = Clinic()
        with self.on(self.name):
            self.opened.open()

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Use a database until the end of the block."""
        with self.databases.app(self.databases.settings(self.kind, name)).app_context():
            yield
            db.session.remove()
            db.engine.dispose()

    def play(self, visits: list[Visit], seed: int) -> Clinic:
        """Play the month, check everything, and return the clinic with its balances."""
        name, clinic = self.databases.copy_of(self.kind, self.name), deepcopy(self.opened)
        with self.on(name):
            clinic.play(visits, seed)
            clinic.check()
        self.databases.drop(self.kind, name)
        return clinic


@pytest.fixture
def theater(databases: Databases, kind: str, clock: object) -> Iterator[Theater]:
    theater = Theater(databases, kind)
    yield theater
    databases.drop(kind, theater.name)


def test_a_month_reaches_the_same_balances_in_any_order_and_nobody_loses_by_a_late_entry(theater: Theater) -> None:
    visits = [visit for patient in theater.opened.patients for visit in patient.visits]
    first, second = theater.play(visits, 1), theater.play(visits, 2)
    assert first.balances == second.balances
    assert first.cut_by.keys() == {"award", "enrollment", "month"}
    # What an absence would have lowered is paid in full where it is entered late, and stays with the client.
    late = theater.play(month.later(visits, 3), 3)
    assert late.kept.total() > first.kept.total()
