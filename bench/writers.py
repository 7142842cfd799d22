"""Staff who record visits until they are told to stop, and what became of every form: for `bench.several` and `.failover`.

A form that gets no answer, or one that says that something failed, is sent again with the same key, as a person does who
goes back and presses the button once more. It is acknowledged when the program leads to the visit's page.
"""

import http.client
import threading
import time
from datetime import date
from itertools import cycle
from typing import NamedTuple
from uuid import uuid4

from cm_tracker.db import db, snapshot
from cm_tracker.queries.ledger.verify import verify_ledger
from tests.torture.visitor import Visitor

AGAIN_SECONDS = 0.5


class Sent(NamedTuple):
    """One form: its specimen, when it was first sent and acknowledged, and the answers before that (0: none came)."""

    specimen: str
    began: float
    ended: float
    failed: list[int]


class Writers:
    """So many staff, each with a connection and clients of their own, who record a visit every `pause` seconds."""

    def __init__(self, staff: Visitor, count: int, enrollments: list[int], days: list[date], pause: float) -> None:
        self.sent: list[Sent] = []
        self.refused: list[str] = []
        self._stops = threading.Event()
        self._pause = pause
        self._threads = [
            threading.Thread(target=self._work, args=(staff.another(), enrollments[n::count], days))
            for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish the form in their hands."""
        self._stops.set()
        for thread in self._threads:
            thread.join()

    def _work(self, visitor: Visitor, enrollments: list[int], days: list[date]) -> None:
        for day, enrollment in ((day, one) for day in days for one in enrollments):
            if self._stops.is_set():
                return
            self._record(visitor, enrollment, day)
            time.sleep(self._pause)
        self.refused.append("a member of staff ran out of clients")

    def _record(self, visitor: Visitor, enrollment: int, day: date) -> None:
        specimen, key, failed, began = uuid4().hex[:20], str(uuid4()), list[int](), time.monotonic()
        for _ in cycle([None]):
            try:
                answer = visitor.post(
                    f"/enrollments/{enrollment}/0/visits/new", happened_on=day.isoformat(), collected_time="09:00",
                    specimen="given", specimen_id=specimen, temperature="in_range", result_cocaine="negative", key=key,
                )  # fmt: skip
            except (OSError, http.client.HTTPException):
                failed.append(0)
            else:
                if answer.status == 303:
                    self.sent.append(Sent(specimen, began, time.monotonic(), failed))
                    return
                failed.append(answer.status)
                if answer.status < 500:
                    self.refused.append(f"{answer.status} {answer.text[:200]}")
                    return
            time.sleep(AGAIN_SECONDS)

    def gap(self, after: float, before: float) -> float:
        """Return the longest time without an acknowledgment between two moments."""
        moments = sorted(one.ended for one in self.sent if after <= one.ended <= before)
        return max(b - a for a, b in zip([after, *moments], [*moments, before], strict=True))

    def errors(self, after: float, before: float) -> list[int]:
        """Return the answers that somebody saw instead of a page, to forms that were first sent between two moments."""
        return [status for one in self.sent if after <= one.began <= before for status in one.failed]


class Found(NamedTuple):
    """What is in the database afterwards: acknowledged and missing, recorded twice, and what verification says."""

    lost: int
    twice: int
    findings: int
    records: int


def found(specimens: list[str]) -> Found:
    """Look for every acknowledged visit, and verify the whole ledger at all levels: level 4 finds what was paid twice."""
    from sqlalchemy import func, select

    from cm_tracker.models import VisitRow

    with snapshot(db.engine) as session:
        rows = session.execute(select(VisitRow.specimen_id, func.count()).group_by(VisitRow.specimen_id)).all()
        counts = {str(name): int(count) for name, count in rows if name is not None}
        verification = verify_ledger(session, level=4)
    lost = sum(name not in counts for name in specimens)
    twice = sum(count > 1 for count in counts.values())
    return Found(lost, twice, len(verification.findings), verification.size)
