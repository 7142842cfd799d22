"""Which sites offer a schedule: decided by a lead with a reason, never changed afterwards, and seen at enrolling."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, NotFound, ReasonMissing
from cm_tracker.operations.schedules.set_schedule_sites import set_schedule_sites
from cm_tracker.queries.schedules.offers import not_offered, offered_at
from cm_tracker.queries.schedules.schedules import newest_versions
from tests import cast


def decide(
    session: Session, *site_ids: int, schedule_id: int = 1, reason: str = "No fridge", actor: object = None
) -> int:
    return set_schedule_sites(
        session,
        schedule_id=schedule_id,
        site_ids=site_ids,
        reason=reason,
        actor=actor or cast.miriam,  # type: ignore[arg-type]
        now=cast.NOW,
    )


def test_every_site_offers_a_schedule_until_somebody_decides(session: Session) -> None:
    assert offered_at(session, 1) == {} and not_offered(session, cast.HARBOR) == frozenset()


def test_a_site_that_does_not_offer_it_lists_it_at_no_enrolling(session: Session) -> None:
    assert decide(session) >= 1
    assert not_offered(session, cast.HARBOR) == {1}
    today = cast.NOW.date()
    at_harbor = newest_versions(session, cast.miriam, today, cast.HARBOR)
    assert 1 not in {line.schedule_id for line in at_harbor}
    assert 1 in {line.schedule_id for line in newest_versions(session, cast.miriam, today)}


def test_the_newest_decision_counts_and_every_one_stays(session: Session) -> None:
    decide(session)
    assert decide(session, cast.HARBOR, reason="It came") == 1
    assert decide(session, cast.HARBOR) == 0, "nothing to change"
    assert not_offered(session, cast.HARBOR) == frozenset()
    rows = session.execute(
        text("SELECT is_offered FROM schedule_offer WHERE site_id = :site ORDER BY id"), {"site": cast.HARBOR}
    )
    assert [bool(row.is_offered) for row in rows] == [False, True]
    tags = session.execute(
        text("SELECT tag FROM audit_event WHERE tag LIKE 'schedule:%' AND site_id = :site ORDER BY id"),
        {"site": cast.HARBOR},
    ).scalars()
    assert list(tags) == ["schedule:withdrawn", "schedule:offered"]


def test_it_needs_a_lead_a_reason_and_a_schedule(session: Session) -> None:
    with pytest.raises(NotAllowed):
        decide(session, actor=cast.rosa)
    with pytest.raises(ReasonMissing):
        decide(session, reason=" ")
    with pytest.raises(NotFound):
        decide(session, schedule_id=99)
