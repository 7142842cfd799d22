"""Visits under a schedule of the second format: periods, the most paid visits, and ceilings of other years.

Worked out by hand. A negative test pays 10 points of 25 cents, and 5 more after each. March 2, 2026 is a Monday.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import MostWerePaid, NothingMissed
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Ceiling
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Evidence, NewVisit
from cm_tracker.models import CeilingCut
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollment_cards import enrollment_card
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import document, phase, track

TODAY = date(2026, 3, 16)


def published(session: Session, *phases: dict[str, Any], ceilings: object = (), **more: Any) -> int:
    doc = document(track(*phases, **more), format="cm-schedule/2", ceilings=list(ceilings))  # type: ignore[call-overload]
    return publish_schedule(session, document=doc, reason="New", key=cast.key(), actor=command(), now=cast.NOW)


def a_client(session: Session) -> int:
    return open_client(
        session, code="HS-7", preferred_name="Ida", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )


def enrolled(session: Session, client_id: int, version: int, day: str) -> int:
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version, starts_on=date.fromisoformat(day), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def recorded(session: Session, enrollment_id: int, day: str, evidence: Evidence | None = None) -> int:
    visit = NewVisit("goal", date.fromisoformat(day), evidence or cast.negative())
    return record_visit(
        session, enrollment_id=enrollment_id, visit=visit, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )


def earned(session: Session, enrollment_id: int) -> list[tuple[int, int, str]]:
    """What was due and paid for each visit, and why, the oldest first."""
    card = enrollment_card(session, enrollment_id, TODAY)
    return [(line.result.due, line.result.paid, line.result.why) for line in reversed(card.visits)]


def test_a_full_period_of_two_weeks_pays_its_bonus_and_then_opens_with_the_next_one(session: Session) -> None:
    version = published(session, phase((1, 4), visits_per_week=3, period_weeks=2, week_bonus=20))
    client_id = a_client(session)
    of = enrolled(session, client_id, version, "2026-03-09")
    for day in ("2026-03-09", "2026-03-11", "2026-03-16"):
        recorded(session, of, day)
    assert earned(session, of) == [(10, 10, "paid"), (15, 15, "paid"), (40, 40, "paid")]
    assert balances_of(session, client_id)["points"] == 10 + 15 + 20 + 20
    [line] = enrollment_card(session, of, TODAY).tracks
    assert (line.state.next_due, line.opens_on, line.is_period) == (25, date(2026, 3, 23), True)
    with pytest.raises(NothingMissed) as refused:
        recorded(session, of, "2026-03-12", cast.ABSENT)
    assert (refused.value.week, refused.value.last_week, refused.value.places) == (1, 2, 3)
    assert verify_ledger(session).findings == []


def test_after_the_most_paid_visits_a_visit_earns_nothing_and_an_absence_is_refused(session: Session) -> None:
    version = published(session, phase((1, 4), visits_per_week=1), most_paid=1)
    client_id = a_client(session)
    of = enrolled(session, client_id, version, "2026-03-02")
    recorded(session, of, "2026-03-02")
    with pytest.raises(MostWerePaid):
        recorded(session, of, "2026-03-10", cast.ABSENT)
    recorded(session, of, "2026-03-11")
    assert earned(session, of) == [(10, 10, "paid"), (0, 0, "extra")]
    [line] = enrollment_card(session, of, TODAY).tracks
    assert (line.state.next_due, balances_of(session, client_id)["points"]) == (0, 10)


@pytest.mark.parametrize(
    ("begins", "paid", "cuts", "used"),
    [
        # Both enrollments lie in the year that began on July 1, 2025: 600 cents are 24 points.
        ("07-01", 0, [("year_from", 10)], 600),
        # A new year begins with the second enrollment.
        ("03-09", 10, [], 250),
    ],
)
def test_a_year_of_its_own_counts_both_enrollments_of_a_client(
    session: Session, begins: str, paid: int, cuts: list[tuple[str, int]], used: int
) -> None:
    ceiling = {"scope": "year_from", "from": begins, "cents": 600}
    version = published(session, phase((1, 4)), ceilings=[ceiling])
    client_id = a_client(session)
    first = enrolled(session, client_id, version, "2026-03-02")
    for day in ("2026-03-02", "2026-03-04"):
        recorded(session, first, day)
    assert earned(session, first) == [(10, 10, "paid"), (15, 14, "paid")]
    cast.end(session, first, "2026-03-08")
    second = enrolled(session, client_id, version, "2026-03-09")
    recorded(session, second, "2026-03-09")
    assert earned(session, second) == [(10, paid, "paid")]
    assert balances_of(session, client_id)["points"] == 24 + paid
    assert session.execute(select(CeilingCut.scope, CeilingCut.points)).all() == cuts
    month, day_of_month = (int(part) for part in begins.split("-"))
    card = enrollment_card(session, second, TODAY)
    assert card.ceilings == (CeilingUse(Ceiling("year_from", 600, first_day=(month, day_of_month)), used),)
    assert bool(card.near_ceilings) == (used == 600)
    assert verify_ledger(session).findings == []


def test_a_rolling_ceiling_counts_the_days_before_and_a_lifetime_ceiling_everything(session: Session) -> None:
    """Two days may pay 400 cents (16 points), all enrollments 1,000 cents (40 points)."""
    ceilings = [{"scope": "rolling", "days": 2, "cents": 400}, {"scope": "lifetime", "cents": 1000}]
    version = published(session, phase((1, 4), visits_per_week=7), ceilings=ceilings)
    of = enrolled(session, a_client(session), version, "2026-03-09")
    for day in ("2026-03-09", "2026-03-10", "2026-03-12", "2026-03-14"):
        recorded(session, of, day)
    card = enrollment_card(session, of, TODAY)
    assert [(line.result.due, line.result.paid, line.result.cut_by) for line in reversed(card.visits)] == [
        (10, 10, None), (15, 6, "rolling"), (20, 16, "rolling"), (25, 8, "lifetime"),
    ]  # fmt: skip
    assert [use.used_cents for use in card.ceilings] == [0, 1000]
