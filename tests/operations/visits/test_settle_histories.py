"""The worked histories of what is paid and kept (`tests/domain/visits/settle.json`), through the real operations."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.schedule import Ceiling
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Evidence, NewVisit, Test
from cm_tracker.domain.visits.settling import client_totals
from cm_tracker.models import AccountRow, EntryRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history, history_and_ledger_state
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.visits.previews import preview_correction
from tests import cast
from tests.redeeming import redeem_at_once

FILE = json.loads((Path(__file__).parents[2] / "domain" / "visits" / "settle.json").read_text(encoding="utf-8"))
AT = datetime(2027, 4, 1, 15, 0, tzinfo=UTC)
NADIA = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.HARBOR}), "web")
EVIDENCE: dict[str, Evidence] = {
    "met": cast.negative(),
    "positive": cast.positive(),
    "pending": Test({"cocaine": "pending"}, temperature="in_range"),
    "excused": cast.EXCUSED,
}


def as_tests(schedule: str) -> dict[str, Any]:
    """Return a schedule of the file with drug tests, because those can also be positive or wait for a laboratory."""
    document: dict[str, Any] = json.loads(json.dumps(FILE["schedules"][schedule]))
    # A program has one value of a point. The one schedule of another value has no ceiling: its points stay the same.
    document["point_value_cents"] = 25
    for track in document["tracks"]:
        track |= {"evidence": "drug_test", "target": ["cocaine"]}
    return document


class Desk:
    """The program, told each event as staff and leads would enter it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ids: dict[str, int] = {}
        self.minutes = count(1)
        self.leads: Iterator[Actor] = cycle([cast.miriam, NADIA])

    def now(self) -> datetime:
        return AT + timedelta(minutes=next(self.minutes))

    def publish(self, schedule: str) -> int:
        return publish_schedule(
            self.session, document=as_tests(schedule), reason="x", key=cast.key(), actor=command(), now=self.now()
        )

    def enroll(self, schedule: str, day: str) -> None:
        self.client = open_client(
            self.session, code="HS-8", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa,
            now=self.now(),
        )  # fmt: skip
        self.enrollment = enroll_client(
            self.session, client_id=self.client, schedule_version_id=self.publish(schedule),
            starts_on=date.fromisoformat(day), key=cast.key(), actor=cast.rosa, now=self.now(),
        )  # fmt: skip

    def visit(self, id: str, day: str, outcome: str, behavior: str = "a") -> None:
        self.ids[id] = record_visit(
            self.session, enrollment_id=self.enrollment,
            visit=NewVisit(behavior, date.fromisoformat(day), EVIDENCE[outcome]), key=cast.key(), actor=cast.rosa,
            now=self.now(),
        )  # fmt: skip

    def correct(self, visit: str, outcome: str | None, way: str = "correct", actor: Actor | None = None) -> None:
        old = enrollment_history(self.session, self.enrollment).visit(self.ids[visit])
        new = NewVisit(old.behavior, old.happened_on, EVIDENCE[outcome]) if outcome is not None else None
        actor, now = actor or next(self.leads), self.now()
        shown = preview_correction(self.session, actor, old.id, way, new, now).fingerprint
        correct_visit(
            self.session, visit_id=old.id, way=way, visit=new, reason="As the paper says", shown=shown,
            key=cast.key(), actor=actor, now=now,
        )  # fmt: skip

    def answer(self, visit: str, outcome: str) -> None:
        self.correct(visit, outcome, "answer", cast.rosa)

    def void(self, visit: str) -> None:
        self.correct(visit, None, "void")

    def pause(self, **days: str) -> None:
        first_day, last_day = days.get("day") or days["from"], days.get("to")
        cast.pause(self.session, self.enrollment, first_day, last_day, now=self.now())

    def resume(self, day: str) -> None:
        cast.resume(self.session, self.enrollment, day, now=self.now())

    def move(self, schedule: str, from_day: str) -> None:
        cast.move(self.session, self.enrollment, self.publish(schedule), from_day, now=self.now())

    def redeem(self, id: str, price_cents: int) -> None:
        quantity, left = divmod(price_cents, 20 * 25)  # a mug is 20 points of 25 cents
        assert not left
        redeem_at_once(
            self.session, client_id=self.client, prize_id=1, price_points=20, quantity=quantity, key=cast.key(),
            actor=cast.rosa, now=self.now(),
        )  # fmt: skip

    def sums(self, kind: str) -> dict[str, int]:
        rows = self.session.execute(
            select(EntryRow.unit, func.sum(EntryRow.amount))
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .where(AccountRow.kind == kind, EntryRow.unit.in_(("points", "draws")))
            .group_by(EntryRow.unit)
        )
        return {unit: int(amount) for unit, amount in rows}


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["id"])
def test_a_worked_history_holds(session: Session, vector: dict[str, Any]) -> None:
    desk = Desk(session)
    for event, expected in zip(vector["events"], vector["expect"], strict=True):
        before = {kind: desk.sums(kind) for kind in ("client", "program_loss")}
        details = {key: value for key, value in event.items() if key != "do"}
        if expected.get("refused"):
            with pytest.raises(Refused):
                getattr(desk, event["do"])(**details)
        else:
            getattr(desk, event["do"])(**details)
        moved = {
            kind: {unit: total - before[kind].get(unit, 0) for unit, total in desk.sums(kind).items()}
            for kind in before
        }
        assert {unit: amount for unit, amount in moved["client"].items() if amount} == expected["posted"], event
        assert {unit: -amount for unit, amount in moved["program_loss"].items() if amount} == expected["kept"], event
        balances = balances_of(session, desk.client)
        assert {unit: balances.get(unit, 0) for unit in expected["balance"]} == expected["balance"], event
        history, ledger_state = history_and_ledger_state(session, desk.enrollment)
        if "kept_cents" in expected:
            kept = -desk.sums("program_loss").get("points", 0)
            assert kept * history.schedule.point_value_cents == expected["kept_cents"], event
        if "counts" in expected:
            counts = dict(expected["counts"])
            day = date.fromisoformat(counts.pop("day"))
            totals = client_totals(history, ledger_state)
            assert {scope: totals.used(Ceiling(scope, 1), history.id, day) for scope in counts} == counts, event
    session.rollback()
    assert verify_ledger(session).findings == []
