"""Who is enrolled under a version of a schedule, counted by site."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.affected import SiteCount, enrolled_by_site
from cm_tracker.queries.schedules.presets import preset
from tests import cast

TODAY = cast.NOW.date()
BOTH = command("demonstration")


def another_client(session: Session, code: str, *, is_practice: bool = False) -> None:
    client_id = open_client(
        session, code=code, preferred_name="Kim", site_id=cast.HARBOR, language="en", is_practice=is_practice,
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=TODAY, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def newer_version(session: Session) -> int:
    document = {**preset("higgins-voucher"), "corrections": "replay"}  # type: ignore[dict-item]
    return publish_schedule(session, document=document, reason="x", key=cast.key(), actor=command(), now=cast.NOW)


def test_clients_are_counted_at_the_sites_of_who_asks(session: Session) -> None:
    another_client(session, "HS-2")
    assert enrolled_by_site(session, BOTH, cast.HIGGINS, TODAY) == (
        SiteCount("Harbor Street", 2),
        SiteCount("Mill Road", 1),
    )
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, TODAY) == (SiteCount("Harbor Street", 2),)
    assert enrolled_by_site(session, BOTH, 2, TODAY) == ()


def test_who_was_moved_counts_for_the_other_version_from_that_day_on(session: Session) -> None:
    newer = newer_version(session)
    cast.move(session, 1, newer, "2026-03-18")
    assert enrolled_by_site(session, cast.rosa, newer, TODAY) == ()
    assert enrolled_by_site(session, cast.rosa, newer, date(2026, 3, 18)) == (SiteCount("Harbor Street", 1),)
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, date(2026, 3, 18)) == ()


def test_who_has_ended_who_is_over_and_who_practices_counts_for_none(session: Session) -> None:
    another_client(session, "HS-3", is_practice=True)
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, TODAY) == (SiteCount("Harbor Street", 1),)
    # Twelve weeks from March 2 on end on May 24.
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, date(2026, 5, 24)) == (SiteCount("Harbor Street", 1),)
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, date(2026, 5, 25)) == ()
    cast.end(session, 1, (TODAY - timedelta(days=1)).isoformat())
    assert enrolled_by_site(session, cast.rosa, cast.HIGGINS, TODAY) == ()
