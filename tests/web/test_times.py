"""A list shows every time in one zone and says which, though the sites of a program lie in several."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
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
SAYS_UTC = "Times in UTC, the same for all sites"
SAYS_NEW_YORK = "Times in New York (America/New_York)"
SAYS_LOS_ANGELES = "Times in Los Angeles (America/Los_Angeles)"


def open_shore(session: Session) -> None:
    """A third site opens, in Los Angeles: Omar works there, Grace audits it too, and the client SA-1 came once."""
    machine = command()
    shore = add_site(
        session, name="Shore Avenue", time_zone="America/Los_Angeles", actor=machine, now=cast.NOW - timedelta(days=1)
    )
    accounts = (("omar", "staff", (shore,), None), ("grace", "auditor", (cast.HARBOR, cast.MILL, shore), cast.GRACE))
    for username, role, sites, staff_id in accounts:
        save_staff(
            session,
            username=username,
            display_name=username.capitalize(),
            role=role,
            site_ids=sites,
            password=cast.PASSWORD,
            is_active=True,
            hasher=Hasher(64, 1),
            actor=machine,
            now=cast.NOW,
            staff_id=staff_id,
        )
    client_id = open_client(
        session, code="SA-1", preferred_name="", site_id=shore, language="en", actor=machine, now=cast.NOW
    )
    enrollment_id = enroll_client(
        session,
        client_id=client_id,
        schedule_version_id=cast.HIGGINS,
        starts_on=cast.START,
        key=cast.key(),
        actor=machine,
        now=cast.NOW,
    )
    cast.visit(session, 0, enrollment_id=enrollment_id, actor=Actor(7, "staff", frozenset({shore}), "web"))


@pytest.fixture
def two_zones(given: Given) -> None:
    given(cast.visit, 0)
    given(open_shore)


def times(page: str) -> set[str]:
    """Which of the three ways to tell NOW a page holds."""
    return {told for told in (IN_UTC, IN_NEW_YORK, IN_LOS_ANGELES) if told in page}


@pytest.mark.parametrize("path", ["/ledger", "/ledger?kind=award", "/audit"])
def test_a_list_over_two_zones_is_in_utc_and_says_so(person: People, two_zones: None, path: str) -> None:
    said = text(person("grace").get(path))
    assert "HS-1" in said and "SA-1" in said
    assert SAYS_UTC in said and times(said) == {IN_UTC}


@pytest.mark.parametrize("path", ["/ledger", "/audit"])
@pytest.mark.parametrize(
    ("site", "says", "told"), [(1, SAYS_NEW_YORK, IN_NEW_YORK), (3, SAYS_LOS_ANGELES, IN_LOS_ANGELES)]
)
def test_a_list_of_one_site_is_in_the_zone_of_that_site(
    person: People, two_zones: None, path: str, site: int, says: str, told: str
) -> None:
    said = text(person("grace").get(f"{path}?site_id={site}"))
    assert says in said and times(said) == {told}


@pytest.mark.parametrize("path", ["/ledger", "/audit"])
def test_a_lead_of_one_site_reads_its_time(person: People, two_zones: None, path: str) -> None:
    said = text(person("miriam").get(path))
    assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}


def test_an_admin_reads_the_time_that_all_sites_share(person: People, given: Given) -> None:
    sam = person("sam")
    said = text(sam.get("/audit"))
    assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}
    given(open_shore)
    said = text(sam.get("/audit"))
    assert SAYS_UTC in said and times(said) == {IN_UTC}


def deliver_late(session: Session) -> None:
    """Miriam books a delivery in at 11 in the evening in New York, which is 3 in the morning in UTC."""
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
def test_the_days_of_a_filter_are_days_in_the_zone_of_the_list(
    person: People, given: Given, two_zones: None, path: str, query: str, is_there: bool
) -> None:
    given(deliver_late)
    assert ("7 × Travel mug" in text(person("grace").get(f"{path}?{query}"))) == is_there


def test_verifications_are_in_the_zone_of_whoever_reads(person: People, two_zones: None) -> None:
    miriam = person("miriam")
    miriam.send("/ledger/checks").get_data()
    said = text(miriam.get("/ledger/checks"))
    assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}
    said = text(person("grace").get("/ledger/checks"))
    assert SAYS_UTC in said and times(said) == {IN_UTC}


def test_adjustments_and_counts_of_two_zones_are_in_utc(person: People, two_zones: None) -> None:
    miriam, grace = person("miriam"), person("grace")
    fields = {"unit": "points", "direction": "give", "amount": "5", "reason": "As agreed with the second lead"}
    assert miriam.send("/clients/1/adjust", **fields).status_code == 303
    assert person("rosa").send("/counts/new/1", prize_1="5", prize_2="1").status_code == 303
    for path in ("/adjustments", "/counts"):
        said = text(grace.get(path))
        assert SAYS_UTC in said and times(said) == {IN_UTC}, path
        said = text(miriam.get(path))
        assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}, path
    # One record is told in the time of its own site, and says so.
    assert "Mar 16, 2026, 11:00 AM (New York)" in text(grace.get("/adjustments/1"))
    assert "Mar 16, 2026, 11:00 AM (New York)" in text(grace.get("/counts/1"))


def test_what_is_set_aside_at_two_zones_is_in_utc(person: People, given: Given, two_zones: None) -> None:
    given(cast.visit, 2)
    rosa = person("rosa")
    assert rosa.redeem(prize="1:20", quantity="1", is_set_aside="y").status_code == 303
    said = text(person("grace").get("/prizes/set-aside"))
    assert SAYS_UTC in said and times(said) == {IN_UTC}
    said = text(rosa.get("/prizes/set-aside"))
    assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}
    said = text(rosa.get("/clients/1/receipts"))
    assert SAYS_NEW_YORK in said and times(said) == {IN_NEW_YORK}


def test_the_pages_of_a_client_are_in_the_zone_of_their_site(person: People, two_zones: None) -> None:
    said = text(person("omar").get("/clients/3"))
    assert SAYS_LOS_ANGELES in said and times(said) == {IN_LOS_ANGELES}


def test_a_transaction_is_told_in_the_time_of_its_site(person: People, two_zones: None) -> None:
    assert "Mar 16, 2026, 8:00 AM (Los Angeles)" in text(person("grace").get("/ledger/4"))
