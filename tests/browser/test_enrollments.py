"""What happens to enrollments, in the browser: a list of clients moves, one pauses, one ends and begins again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Absence, NewVisit
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast
from tests.browser.conftest import Visitor
from tests.domain.schedules.documents import document, phase, track

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
FLAT = 3


def today() -> date:
    return clock.day_at(clock.now(), "America/New_York")


def twelve(session: Session) -> None:
    """Publish a version that pays 12 points for each visit, and enroll twelve clients in the old one ten days ago."""
    flat = track(phase((1, 12), visits_per_week=3, base=12, step=0), behavior="cocaine-negative", title="Urine test")
    publish_schedule(
        session, document=document(flat, name="Flat"), reason="x", key=cast.key(), actor=command(), now=clock.now()
    )
    for n in range(12):
        enrolled(session, f"HS-{20 + n}")


def enrolled(session: Session, code: str) -> int:
    """Enroll a new client ten days before today. Return the client's id."""
    client_id = open_client(
        session, code=code, preferred_name="", site_id=cast.HARBOR, language="en", actor=command(), now=clock.now()
    )
    enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=today() - timedelta(days=10),
        key=cast.key(), actor=command(), now=clock.now(),
    )  # fmt: skip
    return client_id


def absent(session: Session, enrollment_id: int, day: date) -> None:
    """Record an absence without an excuse, at noon of today."""
    record_visit(
        session, enrollment_id=enrollment_id, visit=NewVisit("cocaine-negative", day, Absence(None)), key=cast.key(),
        actor=cast.rosa, now=clock.now(),
    )  # fmt: skip


def test_a_lead_moves_twelve_clients_with_one_list(visitor: Visitor, given: Given) -> None:
    given(twelve)
    visitor.sign_in("miriam")
    visitor.go(f"/schedules/versions/{cast.HIGGINS}")
    visitor.click("Move clients…", "link")
    visitor.page.get_by_label("To which version", exact=True).select_option(label="Flat (version 1)")
    visitor.click("Show what changes")
    visitor.sees("HS-20", "HS-31", "10 points now, 12 points then")
    # The client of the cast stays with the old version. (Today their weeks may be over, and the box is empty then.)
    visitor.page.get_by_role("checkbox", name="HS-1 Amir").uncheck()
    visitor.page.get_by_label("Why, in a few words").fill("The new budget")
    visitor.click("Move 12 clients")
    expect(visitor.page.get_by_role("status")).to_contain_text("12 clients moved.")
    visitor.click("Move clients…", "link")
    visitor.click("Show what changes")
    expect(visitor.page.get_by_role("checkbox")).to_have_count(12)
    visitor.go("/enrollments/3")
    visitor.sees("Move to Flat, version 1", "The new budget")


def test_a_client_is_paused_over_a_week_and_comes_back(visitor: Visitor, given: Given) -> None:
    client_id = given(enrolled, "HS-20")
    given(absent, 3, today() - timedelta(days=6))
    visitor.sign_in("rosa")
    visitor.go(f"/clients/{client_id}")
    visitor.click("Pause, end or change it", "link")
    visitor.click("Pause", "link")
    visitor.page.get_by_label("First day away").fill(str(today() - timedelta(days=7)))
    visitor.page.get_by_label("Why, in a few words").fill("In hospital")
    visitor.click("Pause the enrollment")
    # The absence on a day of the pause is voided, and the page says so before anything is saved.
    visitor.sees("Nothing is saved yet", "Not counted")
    visitor.click("Pause the enrollment")
    visitor.sees("Paused", "No visit is recorded while the enrollment is paused.")
    visitor.click("Pause, end or change it", "link")
    visitor.click("Resume", "link")
    visitor.page.get_by_label("First day back").fill(str(today()))
    visitor.page.get_by_label("Why, in a few words").fill("Back from hospital")
    visitor.click("Resume the enrollment")
    # Three days of the first week had passed before the pause, and none of the pause counts.
    visitor.sees("The enrollment goes on.", "week 1 of 12", "Record a test")


def test_an_enrollment_ends_and_the_client_is_enrolled_again(visitor: Visitor, given: Given) -> None:
    client_id = given(enrolled, "HS-20")
    visitor.sign_in("rosa")
    visitor.go(f"/clients/{client_id}")
    visitor.click("Pause, end or change it", "link")
    visitor.click("End it", "link")
    visitor.page.get_by_label("Left the program").check()
    visitor.page.get_by_label("Last day").fill(str(today() - timedelta(days=1)))
    visitor.page.get_by_label("Why, in a few words").fill("Moved to another town")
    visitor.click("End the enrollment")
    visitor.sees("The enrollment has ended. What the client earned stays.", "Left the program")
    visitor.click("Enroll again", "link")
    visitor.page.get_by_label("Schedule").select_option(value=str(cast.HIGGINS))
    visitor.click("Enroll")
    visitor.sees("Next, the client signs the agreement")
    visitor.click("Later: to the client", "link")
    visitor.sees("week 1 of 12", "Record a test")
