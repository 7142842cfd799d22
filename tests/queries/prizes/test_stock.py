"""Tiers that are short at a site: those of the bowls from which its clients draw today."""

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.prizes.stock import short_tiers
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.drawing import enrolled_in

TODAY = cast.NOW.date()


def bowl_of(tier: str) -> dict[str, object]:
    slips = [{"tier": tier, "count": 1, "cents": 100}]
    return document(
        track(phase((1, 8), base=5, step=0), behavior="cocaine-negative", pays="draws"),
        name=f"A bowl of {tier}",
        bowl={"name": tier, "slips": slips},
    )


def test_the_tiers_are_those_of_the_version_that_enrollments_follow_today(session: Session) -> None:
    _, enrollment = enrolled_in(session, bowl_of("small"))
    cast.visit(session, 0, enrollment_id=enrollment)
    assert [one.stock.tier for one in short_tiers(session, cast.rosa, TODAY)] == ["small"]
    version = publish_schedule(
        session, document=bowl_of("large"), reason="x", key=cast.key(), actor=command(), now=cast.NOW
    )
    cast.move(session, enrollment, version, "2026-03-16")
    assert [one.stock.tier for one in short_tiers(session, cast.rosa, TODAY)] == ["large"]
