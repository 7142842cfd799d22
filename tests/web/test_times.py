"""A list shows every time in one time zone and names it, even if the sites of the program are in several."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.passwords import Hasher
from tests import cast
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]

# NOW is 2026-03-16, 15:00 in UTC: 11 in the morning in New York, 8 in Los Angeles.
IN_UTC = "Mar 16, 2026, 3:00 PM"
IN_NEW_YORK = "Mar 16, 2026, 11:00 AM"
IN_LOS_ANGELES = "Mar 16, 2026, 8:00 AM"
NOTE_UTC = "Times in UTC, the same for all sites"
NOTE_NEW_YORK = "Times in New York (America/New_York)"
NOTE_LOS_ANGELES = "Times in Los Angeles (America/Los_Angeles)"


def open_shore(session: Session) -> None:
    """Add a third site, in Los Angeles, where Omar works, Grace is an auditor, and the client SA-1 has one visit."""
    actor = command()
    shore = add_site(
        session, name="Shore Avenue", time_zone="America/Los_Angeles", actor=actor, now=cast.NOW - timedelta(days=1)
    )
    add_demonstration_account(
        session, username="omar", display_name="Omar", roles={"coordinator"}, site_ids=(shore,), password=cast.PASSWORD,
        hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip
    save_staff(
        session, username="grace", display_name="Grace", roles={"auditor"}, site_ids=(cast.HARBOR, cast.MILL, shore),
        is_active=True, actor=actor, now=cast.NOW, staff_id=cast.GRACE,
    )  # fmt: skip
    client_id = open_client(
        session, code="SA-1", preferred_name="", site_id=shore, language="en", actor=actor, now=cast.NOW
    )
    enrollment_id = enroll_client(
        session,
        client_id=client_id,
        schedule_version_id=cast.HIGGINS,
        starts_on=cast.START,
        key=cast.key(),
        actor=actor,
        now=cast.NOW,
    )
    cast.visit(
        session, 0, enrollment_id=enrollment_id, actor=Actor(7, frozenset({"coordinator"}), frozenset({shore}), "web")
    )


@pytest.fixture
def two_zones(given: Given) -> None:
    given(cast.visit, 0)
    given(open_shore)


def times(page: str) -> set[str]:
    """Return in which of the three zones a page shows NOW."""
    return {time for time in (IN_UTC, IN_NEW_YORK, IN_LOS_ANGELES) if time in page}


@pytest.mark.parametrize("path", ["/ledger", "/ledger?kind=award", "/audit"])
def test_a_list_of_sites_in_two_zones_is_in_utc_and_says_so(person: People, two_zones: None, path: str) -> None:
    content = text(person("grace").get(path))
    assert "HS-1" in content and "SA-1" in content
    assert NOTE_UTC in content and times(content) == {IN_UTC}


@pytest.mark.parametrize("path", ["/ledger", "/audit"])
@pytest.mark.parametrize(
    ("site", "zone_note", "expected_time"), [(1, NOTE_NEW_YORK, IN_NEW_YORK), (3, NOTE_LOS_ANGELES, IN_LOS_ANGELES)]
)
def test_a_list_filtered_by_site_is_in_the_zone_of_that_site(
    person: People, two_zones: None, path: str, site: int, zone_note: str, expected_time: str
) -> None:
    content = text(person("grace").get(f"{path}?site_id={site}"))
    assert zone_note in content and times(content) == {expected_time}


@pytest.mark.parametrize("path", ["/ledger", "/audit"])
def test_a_lead_of_one_site_sees_times_in_its_zone(person: People, two_zones: None, path: str) -> None:
    content = text(person("miriam").get(path))
    assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}


def test_an_admin_sees_utc_once_the_sites_are_in_several_zones(person: People, given: Given) -> None:
    sam = person("sam")
    content = text(sam.get("/audit"))
    assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}
    given(open_shore)
    content = text(sam.get("/audit"))
    assert NOTE_UTC in content and times(content) == {IN_UTC}


def deliver_late(session: Session) -> None:
    """Record a delivery at 11 in the evening in New York, which is 3 in the morning of the next day in UTC."""
    deliver_stock(
        session,
        site_id=cast.HARBOR,
        prize_id=cast.MUG,
        quantity=7,
        note="Late order",
        key=cast.key(),
        actor=cast.miriam,
        now=datetime(2026, 3, 17, 3, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("path", ["/ledger", "/audit"])
@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("since=2026-03-17", True),
        ("until=2026-03-16", False),
        ("site_id=1&since=2026-03-17", False),
        ("site_id=1&since=2026-03-16&until=2026-03-16", True),
    ],
)
def test_a_filter_by_day_uses_the_zone_of_the_list(
    person: People, given: Given, two_zones: None, path: str, query: str, is_there: bool
) -> None:
    given(deliver_late)
    assert ("7 × Travel mug" in text(person("grace").get(f"{path}?{query}"))) == is_there


def test_verifications_are_in_the_zone_of_the_readers_sites(person: People, two_zones: None) -> None:
    miriam = person("miriam")
    miriam.send("/ledger/checks").get_data()
    content = text(miriam.get("/ledger/checks"))
    assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}
    content = text(person("grace").get("/ledger/checks"))
    assert NOTE_UTC in content and times(content) == {IN_UTC}


def test_adjustments_and_counts_at_sites_in_two_zones_are_in_utc(person: People, two_zones: None) -> None:
    miriam, grace = person("miriam"), person("grace")
    fields = {"unit": "points", "direction": "give", "amount": "5", "reason": "As agreed with the second lead"}
    assert miriam.send("/clients/1/adjust", **fields).status_code == 303
    assert person("rosa").send("/counts/begin/1").status_code == 303
    assert person("rosa").send("/counts/new/1", prize_1="5", prize_2="1").status_code == 303
    for path in ("/adjustments", "/counts"):
        content = text(grace.get(path))
        assert NOTE_UTC in content and times(content) == {IN_UTC}, path
        content = text(miriam.get(path))
        assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}, path
    # The page of one record shows the time of its site, and names the zone.
    assert "Mar 16, 2026, 11:00 AM (New York)" in text(grace.get("/adjustments/1"))
    assert "Mar 16, 2026, 11:00 AM (New York)" in text(grace.get("/counts/1"))


def test_prizes_set_aside_at_sites_in_two_zones_are_in_utc(person: People, given: Given, two_zones: None) -> None:
    given(cast.visit, 2)
    rosa = person("rosa")
    assert rosa.redeem(prize="1:20", quantity="1", is_set_aside="y").status_code == 303
    content = text(person("grace").get("/prizes/set-aside"))
    assert NOTE_UTC in content and times(content) == {IN_UTC}
    content = text(rosa.get("/prizes/set-aside"))
    assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}
    content = text(rosa.get("/clients/1/receipts"))
    assert NOTE_NEW_YORK in content and times(content) == {IN_NEW_YORK}


def test_the_pages_of_a_client_are_in_the_zone_of_their_site(person: People, two_zones: None) -> None:
    content = text(person("omar").get("/clients/3"))
    assert NOTE_LOS_ANGELES in content and times(content) == {IN_LOS_ANGELES}


def test_a_transaction_shows_the_time_of_its_site(person: People, two_zones: None) -> None:
    assert "Mar 16, 2026, 8:00 AM (Los Angeles)" in text(person("grace").get("/ledger/4"))
