"""Goals in the browser: a goal is set, its step ticked, and it is met with what it earned; and a slip is accepted."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast, week
from tests import goals as here
from tests.browser.conftest import Visitor
from tests.domain.schedules.documents import document, phase, track

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def clinic(session: Session) -> None:
    """HS-7 is enrolled today, with a track of goals and one of attendance, at a site with a meeting every day."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    tracks = [
        track(phase(), evidence="activity", target=[], title="Goals", behavior="goals"),
        track(phase(), evidence="attendance", target=[], title="Groups", behavior="groups"),
    ]
    version_id = publish_schedule(
        session, document=document(*tracks, format="cm-schedule/2", name="Goals"), reason="x", key=cast.key(),
        actor=command(), now=now,
    )  # fmt: skip
    week.newcomer(session, "HS-7", version_id=version_id, starts_on=today, now=now)
    week.service(
        session, "Evening meeting", "community_meeting", week.meetings("0123456", time(0)), now=now,
        from_on=today - timedelta(days=30),
    )  # fmt: skip
    here.listed(session, now=now)


def test_a_goal_is_set_its_step_ticked_and_the_goal_met(visitor: Visitor, given: Given) -> None:
    given(clinic)
    visitor.sign_in("rosa")
    visitor.go("/clients/3")
    visitor.click("Goals and reviews", "link")
    visitor.sees("No open goal")
    visitor.click("Set a goal", "link")
    visitor.page.get_by_label("Goal", exact=True).select_option("Support system: Find a sponsor")
    visitor.page.get_by_label("Steps (optional)").fill("Ask at two meetings\nAgree on a day")
    visitor.click("Set the goal")
    visitor.sees("Find a sponsor", "0 of 2 steps")
    visitor.click("Done : Ask at two meetings")
    visitor.sees("1 of 2 steps")
    visitor.click("Met… Find a sponsor", "link")
    visitor.click("Record it")
    visitor.sees("Write what you saw that shows it")
    visitor.page.get_by_label("What did you see?").fill("The sponsor called")
    visitor.click("Record it")
    visitor.sees("10 points for finishing your goal.")
    visitor.go("/enrollments/3/goals")
    visitor.sees("Find a sponsor", "Met", "The sponsor called")


def test_a_slip_is_accepted_and_a_review_is_due(visitor: Visitor, given: Given) -> None:
    given(clinic)
    visitor.sign_in("miriam")
    visitor.go("/enrollments/3/goals")
    visitor.click("Slip of a meeting", "link")
    visitor.page.get_by_label("At", exact=True).fill("7 pm")
    visitor.page.get_by_label("Which meeting, as the slip says").fill("St. Mark's hall")
    visitor.page.get_by_label("Who signed it").fill("Jo B.")
    visitor.click("Save the slip")
    visitor.sees("10 points")
    visitor.go("/enrollments/3/reviews/new")
    visitor.page.get_by_label("It comes again every week").check()
    visitor.click("Set the review")
    visitor.sees("Weekly review", "every week", "Due today")
    visitor.go("/sites/1/services")
    visitor.click("Goals due", "link")
    visitor.sees("HS-7", "Weekly review")
    visitor.go("/sites/1/goals")
    visitor.sees("Find a sponsor")
    visitor.go("/listed-goals/1")
