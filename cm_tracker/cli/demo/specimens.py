"""The demonstration's second specimen: a client whose first cup of the day was too dilute to read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.db import db
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import SPECIMEN
from cm_tracker.domain.visits.evidence import NEGATIVE, NewVisit, Test
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.enrollment_cards import enrollment_card
from cm_tracker.queries.visits.previews import preview_correction

BETWEEN = timedelta(minutes=35)


class Plan(Protocol):
    """What the month knows of a client."""

    @property
    def enrollment(self) -> int: ...
    @property
    def track(self) -> Track: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def actor(self) -> Actor: ...


def give_second_specimen(plans: Sequence[Plan], now: datetime) -> None:
    """Record a dilute specimen and a negative one of the same visit, for a client who can be paid today.

    Nothing is recorded where no client can.
    """
    # A quarter of an hour before now, or early enough that both specimens are of the same day.
    for second_at in (now - timedelta(minutes=15), now - timedelta(minutes=60)):
        first_at = second_at - BETWEEN
        for plan in plans:
            day = first_at.astimezone(plan.zone).date()
            if plan.track.evidence == "drug_test" and day == second_at.astimezone(plan.zone).date():
                card = enrollment_card(db.session(), plan.enrollment, day)
                is_free = all(line.visit.happened_on != day for line in card.visits)
                if card.is_running and is_free and card.tracks[0].opens_on is None:
                    _give(plan, first_at, second_at, now - timedelta(minutes=12))
                    return


def _give(plan: Plan, first_at: datetime, second_at: datetime, now: datetime) -> None:
    day, behavior = first_at.astimezone(plan.zone).date(), plan.track.behavior
    visit_id = record_visit(
        db.session(),
        enrollment_id=plan.enrollment,
        visit=NewVisit(
            behavior,
            day,
            Test(specimen="dilute", temperature="in_range"),
            specimen_id="U4098",
            collected_at=first_at,
            note="Drank a lot of water on the way here",
        ),
        key=str(uuid4()),
        actor=plan.actor,
        now=now,
    )
    results = dict.fromkeys(plan.track.analytes, NEGATIVE)
    second = NewVisit(behavior, day, Test(results, temperature="in_range"), specimen_id="U4099", collected_at=second_at)
    correct_visit(
        db.session(),
        visit_id=visit_id,
        way=SPECIMEN,
        visit=second,
        reason="",
        shown=preview_correction(db.session(), plan.actor, visit_id, SPECIMEN, second, now).fingerprint,
        key=str(uuid4()),
        actor=plan.actor,
        now=now,
    )
