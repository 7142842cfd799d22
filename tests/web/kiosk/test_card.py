"""The card: how many statements it takes, what comes next by the plan, and what a ceiling leaves of it."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.enrollment_cards import current_enrollment
from cm_tracker.queries.kiosk.card import kiosk_card
from tests import cast, week
from tests.domain.schedules.documents import document, phase, track
from tests.drawing import dora
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
URINE = "cocaine-negative"


def planned(session: Session) -> None:
    """Amir has a test on Mondays, Wednesdays and Fridays at nine. Today is a Monday, eleven o'clock."""
    week.plan(session, week.item(week.tests(session), "024", URINE))


def selects(statements: list[str], client: Person, path: str) -> int:
    client.get(path)  # whatever is compiled or read only once
    statements.clear()
    assert client.get(path).status_code == 200
    return len([one for one in statements if one.lstrip().startswith("SELECT")])


def test_the_card_takes_eight_queries_however_long_the_history_is(
    app: Flask, given: Given, statements: list[str]
) -> None:
    given(planned)
    client = opened(app)
    # Which tablet, whose card, enrollments, visits, plan, calendar, prizes, what the client said at the kiosk.
    assert selects(statements, client, "/kiosk/card") == 8
    given(cast.rich)
    for day in (7, 9, 11):
        given(cast.visit, day)
    assert selects(statements, client, "/kiosk/card") == 8


def test_the_history_takes_as_many_queries_for_a_long_one_as_for_a_short_one(
    app: Flask, given: Given, statements: list[str]
) -> None:
    client = opened(app)
    given(cast.visit, 0)
    few = selects(statements, client, "/kiosk/history")
    for day in (2, 4, 7, 9, 11):
        given(cast.visit, day)
    # Which tablet, whose card, enrollments, visits, prizes, what was put right.
    assert selects(statements, client, "/kiosk/history") == few == 6


def test_the_next_visits_are_those_of_the_plan_with_what_each_earns(app: Flask, given: Given) -> None:
    given(planned)
    given(cast.rich)
    given(cast.visit, 14)
    # After today's visit the next ones earn 30, then 35 with a flag, then 40.
    content = text(opened(app).get("/kiosk/card"))
    assert "Wed 18 Wednesday, 9:00 AM 30 points for your visit Fri 20 35 +40 Mon 23 40" in content


def at_one(session: Session) -> None:
    """Amir has a test on Mondays, Wednesdays and Fridays at one, two hours from now."""
    held = week.meetings("024", time(13), 20)
    week.plan(session, week.item(week.service(session, "Tests", "test_visit", held, leader_id=None), "024", URINE))


def test_todays_visit_is_next_until_it_is_over(app: Flask, given: Given, clock: Any) -> None:
    given(at_one)
    assert "Today, 1:00 PM 10 points for your visit Wed 18 15 Fri 20 20 +40" in text(opened(app).get("/kiosk/card"))
    clock.shift(timedelta(hours=3))
    assert "Wednesday, 1:00 PM 10 points for your visit Fri 20 15 Mon 23" in text(opened(app).get("/kiosk/card"))


def test_a_day_that_the_program_draws_is_never_shown(app: Flask, given: Given) -> None:
    given(
        lambda session: week.plan(
            session, week.item(week.tests(session), "01234", URINE, is_drawn=True, hours_between=48)
        )
    )
    content = text(opened(app).get("/kiosk/card"))
    assert "We will tell you when. 10 points for your visit" in content
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Mon ", "Tue ", "Wed ", "Thu ", "Fri "):
        assert day not in content, day


def test_a_visit_beyond_the_paid_ones_of_its_week_promises_nothing(app: Flask, rosa: Person, given: Given) -> None:
    """Two visits a week are paid, and the client comes on three days of groups."""
    version = given(publish_two_a_week)
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id=str(version), starts_on="2026-03-16")
    rosa.send(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
    given(
        lambda session: week.plan(
            session, week.item(week.group(session), "024", "goal"), enrollment_id=3, from_on=cast.NOW.date()
        )
    )
    card = opened(app, "HS-77")
    assert "Today, 1:00 PM 10 points for your visit Wed 18 15 Fri 20 Travel mug: 20" in text(card.get("/kiosk/card"))
    for day in ("2026-03-16",):
        rosa.send("/enrollments/3/0/visits/new", happened_on=day, came_at="09:00")
    assert "Wednesday, 1:00 PM 15 points for your visit Fri 20 Mon 23 20" in text(card.get("/kiosk/card"))


def publish_two_a_week(session: Session) -> int:
    """Publish an attendance schedule of two visits a week. Return its version's id."""
    doc = document(track(phase(), evidence="attendance", target=[]), name="Two a week")
    return publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)


@pytest.mark.parametrize(
    ("cents", "expected", "absent"),
    [
        # $10.00 are 40 points, and 32 are used: 8 are left of 32.
        (1000, "Your next step: 8 points", "32 points for"),
        # Nothing is left.
        (800, "Your visits still count You can still spend 32 points ($8.00).", "for your visit 0"),
    ],
)
def test_a_ceiling_leaves_as_much_as_it_leaves(
    app: Flask, rosa: Person, given: Given, cents: int, expected: str, absent: str
) -> None:
    doc = document(
        track(phase(base=32, step=0), evidence="attendance", target=[]),
        name="Near",
        ceilings=[{"scope": "calendar_year", "cents": cents}],
    )
    version = given(publish_schedule, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id=str(version), starts_on="2026-03-16")
    rosa.send(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
    rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:00")
    content = text(opened(app, "HS-77").get("/kiosk/card"))
    assert expected in content and absent not in content


def test_what_was_earned_does_not_fall_by_a_lapse_or_by_spending(app: Flask, rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    content = text(opened(app).get("/kiosk/card"))
    assert "85 points earned since March 2 3 visits met" in content


def test_draws_are_called_draws(app: Flask, rosa: Person, given: Given) -> None:
    given(dora)
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    content = text(opened(app, "HS-9").get("/kiosk/card"))
    assert "You have 3 draws Draw now 3 draws earned since March 2 1 visit met Your next step: 3 draws" in content
    assert "3 draws for your visit" in content and "points for" not in content


def test_the_card_knows_the_same_enrollment_as_the_page_of_staff(app: Flask, given: Given) -> None:
    """Two readings of one enrollment: that of the card, in few statements, and that of the client's page."""
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    given(cast.visit, 9, once=None)
    given(cast.put_right, 2, "void")
    given(cast.pause, cast.AMIR, "2026-03-12", "2026-03-13")
    client = opened(app)
    cookie = client.client.get_cookie("cm_kiosk", path="/kiosk")
    assert cookie is not None
    with app.app_context():
        card = kiosk_card(db.session(), cookie.value, clock.now())
        page = current_enrollment(db.session(), cast.AMIR, clock.now().date())
        db.session.remove()
    assert card is not None and page is not None
    assert [line.state for line in card.tracks] == [line.state for line in page.tracks]
    # 10, then 15 for the visit that is third now, then 10 after the lapse. What the void took stays with the client.
    assert (card.points, card.earned["points"]) == (95, 95)
    assert card.met == 3


def test_a_closed_day_is_told_for_a_week(app: Flask, given: Given) -> None:
    given(planned)
    given(cast.visit, 11, week_closed())
    content = text(opened(app).get("/kiosk/card"))
    assert "The clinic was closed on Friday, March 13. You lose nothing." in content


def week_closed() -> Any:
    """Return the absence of a day on which the clinic was closed."""
    return type(cast.EXCUSED)("clinic_closed")


def test_the_card_is_as_good_a_week_after_the_last_visit(app: Flask, given: Given, clock: Any) -> None:
    given(planned)
    given(cast.rich)
    clock.shift(timedelta(days=4))
    assert "Mon 23 Monday, 9:00 AM 25 points for your visit" in text(opened(app).get("/kiosk/card"))
