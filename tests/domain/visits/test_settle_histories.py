"""The worked histories of what is paid and kept, event by event, through the pure domain alone.

A small ledger of this test's own adds the entries up. `tests/operations/visits` runs the same histories through
the real operations.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.errors import DayPaused, Refused
from cm_tracker.domain.ledger.accounts import Entry
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.ceilings import ClientTotals
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule, parse
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.enrollment_events import absences_in
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory, history_of
from cm_tracker.domain.visits.kept import LossEntry, Subject
from cm_tracker.domain.visits.settling import LedgerState, client_totals, settle_record, subjects_of
from tests.domain.visits.histories import a_visit

FILE = json.loads((Path(__file__).parent / "settle.json").read_text(encoding="utf-8"))


def day_of(text: str) -> date:
    return date.fromisoformat(text)


class Books:
    """One client's enrollment and a ledger that knows only entries."""

    def __init__(self) -> None:
        self.transactions: list[tuple[str, str, tuple[Entry, ...]]] = []
        self.history: EnrollmentHistory
        self.ids: dict[str, int] = {}
        self.records = 0

    def balance(self, unit: str) -> int:
        return sum(
            e.amount
            for _, of, entries in self.transactions
            if of == unit
            for e in entries
            if e.account.kind == "client"
        )

    def ledger_state(self) -> LedgerState:
        paid: dict[str, dict[int, Paid]] = {}
        losses = []
        for n, (because, unit, entries) in enumerate(self.transactions):
            for account, amount, visit_id in entries:
                if visit_id is None:
                    continue
                was = paid.setdefault(unit, {}).get(visit_id, Paid())
                if account.kind == "issued":
                    paid[unit][visit_id] = was._replace(issued=was.issued - amount)
                elif account.kind == "client":
                    paid[unit][visit_id] = was._replace(received=was.received + amount)
                else:
                    losses.append(LossEntry(n, because, False, unit, visit_id, -amount))
        return LedgerState(paid, {unit: self.balance(unit) for unit in ("points", "draws")}, losses)

    def enroll(self, schedule: str, day: str) -> None:
        self.first = parse(FILE["schedules"][schedule])
        self.starts_on = day_of(day)
        self.history = history_of(
            id=1, client_id=7, site_id=1, time_zone="America/New_York", settings=SiteSettings(), first_version_id=1,
            span=EnrollmentSpan(self.starts_on, self.first), records={},
        )  # fmt: skip

    def visit(self, id: str, day: str, outcome: str, behavior: str = "a") -> None:
        happened_on = day_of(day)
        if self.history.timeline.is_paused(happened_on):
            raise DayPaused(day=happened_on)
        self.records += 1
        gone = [v for v in self.history.voided if (v.behavior, v.happened_on) == (behavior, happened_on)]
        first = gone[0].id if gone else self.records
        self.ids[id] = first
        self._write(
            replace(
                a_visit(first, 0), newest_id=self.records, behavior=behavior, happened_on=happened_on, outcome=outcome,
                correction="again" if gone else None, recorded_at=datetime.combine(happened_on, time(15), UTC),
            )
        )  # fmt: skip

    def correct(self, visit: str, outcome: str, word: str = "corrected") -> None:
        self.records += 1
        old = self.history.visit(self.ids[visit])
        self._write(replace(old, newest_id=self.records, outcome=outcome, correction=word))

    def answer(self, visit: str, outcome: str) -> None:
        self.correct(visit, outcome, "answered")

    def void(self, visit: str) -> None:
        self.correct(visit, self.history.visit(self.ids[visit]).outcome, "voided")

    def pause(self, **given: str) -> None:
        first_day, last_day = given.get("day") or given["from"], given.get("to")
        assert absences_in(self.history, Pause(day_of(first_day), day_of(last_day) if last_day else None)) == ()
        self._happened("pause", first_day, last_day)

    def resume(self, day: str) -> None:
        pause = self.history.span.open_pause
        assert pause is not None
        self._with(pause._replace(to_day=day_of(day) - timedelta(days=1)))

    def move(self, schedule: str, from_day: str) -> None:
        self._happened("move", from_day, None, parse(FILE["schedules"][schedule]))

    def _happened(self, kind: str, from_day: str, to_day: str | None, schedule: Schedule | None = None) -> None:
        self.records += 1
        id_, last = self.records, day_of(to_day) if to_day else None
        self._with(EnrollmentEvent(id_, id_, kind, day_of(from_day), last, None, id_ if schedule else None), schedule)

    def _with(self, event: EnrollmentEvent, schedule: Schedule | None = None) -> None:
        self.history = replace(self.history, span=self.history.span.with_event(event, schedule))
        record = f"enrollment_event:{event.id}"
        self._settle(record, self.history.subjects_of(record))

    def redeem(self, id: str, price_cents: int) -> None:
        points = -(-price_cents // self.first.point_value_cents)
        spent = self.transactions[0][2][1].account
        assert spent.kind == "client"
        self.transactions.append((id, "points", (Entry(spent, -points),)))

    def _write(self, visit: CurrentVisit) -> None:
        subjects = subjects_of(self.history, [visit])
        self.history = self.history.with_visits([visit])
        self._settle(f"visit:{visit.newest_id}", subjects)

    def _settle(self, because: str, subjects: frozenset[Subject]) -> None:
        settled = settle_record(self.history, self.ledger_state(), subjects)
        self.history = settled.history
        self.transactions += [(because, unit, entries) for unit, entries in settled.entries.items()]
        # What a visit is worth is what was issued for it, after every event.
        worth = {
            (unit, visit): paid.issued
            for unit, of in self.ledger_state().paid.items()
            for visit, paid in of.items()
            if paid.issued
        }
        assert worth == {(r.unit, r.ref): r.paid for r in settled.replay.results if r.paid}

    def totals(self) -> ClientTotals:
        return client_totals(self.history, self.ledger_state())

    def moved(self, since: int, kind: str) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for _, unit, entries in self.transactions[since:]:
            sums[unit] += sum(e.amount for e in entries if e.account.kind == kind)
        return {unit: amount for unit, amount in sums.items() if amount}


@pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["id"])
def test_a_worked_history_holds(vector: dict[str, Any]) -> None:
    books = Books()
    for event, expected in zip(vector["events"], vector["expect"], strict=True):
        since = len(books.transactions)
        details = {key: value for key, value in event.items() if key != "do"}
        if expected.get("refused"):
            with pytest.raises(Refused):
                getattr(books, event["do"])(**details)
        else:
            getattr(books, event["do"])(**details)
        assert books.moved(since, "client") == expected["posted"], event
        assert {unit: -amount for unit, amount in books.moved(since, "program_loss").items()} == expected["kept"], event
        assert {unit: books.balance(unit) for unit in expected["balance"]} == expected["balance"], event
        if "kept_cents" in expected:
            paid = books.ledger_state().paid["points"].values()
            kept = sum(of.received - of.issued for of in paid)
            assert kept * books.first.point_value_cents == expected["kept_cents"], event
        if "counts" in expected:
            counts = dict(expected["counts"])
            day = day_of(counts.pop("day"))
            assert {scope: books.totals().used(Ceiling(scope, 1), 1, day) for scope in counts} == counts, event


def test_every_worked_history_is_there() -> None:
    assert len(FILE["vectors"]) == 11
