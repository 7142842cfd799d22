"""Enrollments for tests of the domain: a schedule of two visits a week, 10 points and 5 more after each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.outcomes import LETTERS
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory, history_of
from cm_tracker.domain.visits.settling import LedgerState
from tests.domain.schedules.documents import document

START = date(2026, 3, 2)  # a Monday
NOW = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)  # a Monday two weeks later, 11 in the morning in New York
ROSA, MIRIAM = 1, 3
rosa = Actor(ROSA, frozenset({"coordinator"}), frozenset({1}), "web")
miriam = Actor(MIRIAM, frozenset({"lead"}), frozenset({1}), "web")
NEGATIVE = Test({"cocaine": "negative"})


def a_visit(record_id: int, day: int, letter: str = "N", **more: object) -> CurrentVisit:
    """A visit `day` days after the first one, recorded by Rosa on its day."""
    happened_on = START + timedelta(days=day)
    visit = CurrentVisit(
        id=record_id,
        newest_id=record_id,
        behavior="goal",
        happened_on=happened_on,
        day_place=1,
        outcome=LETTERS[letter],
        excuse=None,
        specimen=None if letter in "MXE" else "given",
        temperature=None,
        specimen_id=None,
        collected_at=None,
        read_at=None,
        correction=None,
        recorded_at=datetime.combine(happened_on, datetime.min.time(), UTC) + timedelta(hours=15),
        staff_id=ROSA,
        makers=frozenset({ROSA}),
        results={} if letter in "MXE" else {"cocaine": "negative"},
    )
    return replace(visit, **more)  # type: ignore[arg-type]  # `more` are whatever fields a test names


def enrollment(
    *visits: CurrentVisit, records: dict[int, Sequence[CurrentVisit]] | None = None, **more: object
) -> EnrollmentHistory:
    """The enrollment of client 7 at site 1 in New York, with visits that have one record each unless told."""
    return history_of(
        id=1,
        client_id=7,
        site_id=1,
        time_zone="America/New_York",
        settings=SiteSettings(),
        first_version_id=1,
        span=EnrollmentSpan(START, parse(document(**more))),
        records=records or {visit.id: [visit] for visit in visits},
    )


def paid(*amounts: int, balance: int | None = None) -> LedgerState:
    """A ledger that issued each visit from 1 on its amount, all of it received; the balance is their sum unless told."""
    by_visit = {n: Paid(amount, amount) for n, amount in enumerate(amounts, 1)}
    return LedgerState({"points": by_visit}, {"points": sum(amounts) if balance is None else balance})


def new(day: int, evidence: object = NEGATIVE, **more: object) -> NewVisit:
    """What staff enter for a day."""
    return NewVisit("goal", START + timedelta(days=day), evidence, **more)  # type: ignore[arg-type]
