"""The page after a visit: what staff say to the client, and what they do next."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast, week
from tests.web.conftest import Person, text

Given = Callable[..., Any]
URINE = "cocaine-negative"
TODAY = 14
"""The day of `cast.NOW`, counted from the enrollment's first day."""


def planned(session: Session, **more: Any) -> int:
    """Tests on Mondays and Wednesdays at nine for Amir: service 2."""
    week.group(session)
    service_id = week.tests(session)
    week.plan(session, week.item(service_id, "02", URINE, **more))
    return service_id


def visited(given: Given, day: int, *evidence: Any, **more: Any) -> str:
    """Record a visit. Return the address of its page."""
    return f"/visits/{given(cast.visit, day, *evidence, **more)}"


def test_staff_read_out_what_was_earned_why_and_when_the_next_one_is(rosa: Person, given: Given) -> None:
    given(planned)
    given(cast.rich)
    url = visited(given, TODAY)
    content = text(rosa.get(url))
    assert (
        "Amir earned 25 points worth $6.25 Why 25 points for a negative test, the 4th in a row. Next visit" in content
    )
    assert "Wednesday, March 18 9:00 AM, Urine tests 30 points" in content
    assert (
        "“Well done, Amir. 4 in a row took real work. "
        "Please come on Wednesday, March 18 at 9:00 AM: that visit can earn 30 points.”" in content
    )


def test_the_bonus_of_the_next_visit_is_said_apart(rosa: Person, given: Given) -> None:
    """The third in a row earns 20, and 40 more."""
    visited(given, 0)
    url = visited(given, 2)
    content = text(rosa.get(url))
    assert "60 points 20 points, and 40 more as a bonus." in content


def test_a_next_visit_beyond_the_paid_ones_of_its_week_promises_nothing(rosa: Person, given: Given) -> None:
    """The schedule pays two groups a week. The client's weeks begin on Saturdays: Sunday and today are this week's two."""

    def attended(session: Session) -> int:
        group = week.group(session)
        of = week.newcomer(session, "HS-20", starts_on=date(2026, 3, 14))
        week.plan(session, week.item(group, "024", "attendance"), enrollment_id=of, from_on=date(2026, 3, 14))
        visit_id = 0
        for day in (15, 16):
            visit_id = record_visit(
                session,
                enrollment_id=of,
                visit=NewVisit("attendance", date(2026, 3, day), Presence()),
                key=cast.key(),
                actor=cast.rosa,
                now=cast.NOW,
            )
        return visit_id

    content = text(rosa.get(f"/visits/{given(attended)}"))
    assert "Wednesday, March 18 1:00 PM, Skills group 0 points" in content
    assert "Please come on Wednesday, March 18 at 1:00 PM. Nothing is paid for your next visit." in content


def test_a_drawn_day_is_not_said_before_it_comes(rosa: Person, given: Given) -> None:
    given(planned, is_drawn=True)
    url = visited(given, TODAY)
    page = rosa.get(url).get_data(as_text=True)
    content = text(rosa.get(url))
    assert "We will tell you when The program draws the days of this test. Say none of them." in content
    assert "Your next visit can earn 15 points. We will tell you when.”" in content
    days = set(re.findall(r"Mar(?:ch)? \d+", page))
    assert days == {"March 16", "Mar 16"}, "no day of this or the next weeks is on the page"


def test_after_a_positive_test_the_sentence_is_kind_and_shows_the_way_back_up(rosa: Person, given: Given) -> None:
    given(planned)
    given(cast.rich)
    url = visited(given, TODAY, cast.positive())
    page = rosa.get(url).get_data(as_text=True)
    content = text(rosa.get(url))
    assert "Today pays nothing. Glad you are here. 0 points" in content
    assert "Wednesday, March 18 9:00 AM, Urine tests 10 points" in content
    assert (
        "“Thank you for coming, Amir. Please come on Wednesday, March 18 at 9:00 AM: that visit can earn 10 points. "
        "After 5 visits in a row that meet your goal you are back where you were.”" in content
    )
    assert 'class="after nothing"' in page and "bad" not in page


def test_the_clients_language_is_one_click_away_without_a_script(rosa: Person, given: Given) -> None:
    given(planned)
    given(
        lambda session: change_client(
            session, client_id=cast.AMIR, preferred_name="Amir", language="es", actor=cast.rosa, now=cast.NOW
        )
    )
    url = visited(given, TODAY)
    page = rosa.get(url).get_data(as_text=True)
    assert "<summary>In Spanish</summary>" in page and '<p lang="es">' in page
    content = text(rosa.get(url)).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert "10 puntos por una prueba negativa. Muy bien, Amir. Por favor, venga el miércoles" in content
    assert "18 de marzo a las 9:00" in content and "en esa visita puede ganar 15 puntos." in content


def test_redeem_now_is_the_only_filled_action_after_an_award(rosa: Person, given: Given) -> None:
    given(cast.rich)
    url = visited(given, TODAY)
    page = rosa.get(url).get_data(as_text=True)
    assert "Redeem now · 110 points, $27.50" in text(rosa.get(url))
    assert page.count("btn-primary") == 1
    assert page.index("Redeem now") < page.index("Next client")


def test_nothing_is_redeemed_where_no_prize_can_be_had(rosa: Person, given: Given) -> None:
    """The cheapest prize, a mug, costs 20 points, and one visit earns 10."""
    url = visited(given, TODAY)
    page = rosa.get(url).get_data(as_text=True)
    assert "Redeem now" not in page and page.count("btn-primary") == 1


def test_after_a_positive_test_the_next_client_is_the_first_action(rosa: Person, given: Given) -> None:
    given(cast.rich)
    url = visited(given, TODAY, cast.positive())
    page = rosa.get(url).get_data(as_text=True)
    assert page.count("btn-primary") == 1
    assert "Redeem now" in page, "they can still spend what they have"


def arrives(session: Session, enrollment_id: int, service_id: int, minutes_ago: int) -> None:
    """Somebody is noted as arrived some minutes before now."""
    at = cast.NOW.replace(hour=14, minute=60 - minutes_ago)
    note_slot(
        session, enrollment_id=enrollment_id, service_id=service_id, on_day=week.TODAY, status="arrived", at=at,
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def test_the_next_client_is_the_one_who_waits_longest(rosa: Person, given: Given) -> None:
    given(planned)
    given(week.many_more, 38, 40)
    for enrollment_id, minutes_ago in ((cast.AMIR, 20), (4, 12), (3, 5)):
        given(arrives, enrollment_id, 2, minutes_ago)
    url = visited(given, TODAY)
    page = rosa.get(url)
    assert "Next client HS-39, here for 12" in text(page), "Amir himself waits no longer"
    assert 'href="/?site=1#slot-4-2"' in page.get_data(as_text=True)


def test_where_nobody_waits_next_client_leads_to_the_day(rosa: Person, given: Given) -> None:
    url = visited(given, TODAY)
    assert 'href="/?site=1"' in rosa.get(url).get_data(as_text=True)


def test_the_minutes_from_specimen_to_reward_are_shown(rosa: Person, given: Given) -> None:
    url = visited(given, TODAY, collected_at=cast.NOW.replace(hour=14, minute=54))
    assert "6 minutes from specimen to reward." in text(rosa.get(url))
    url = visited(given, 0, collected_at=cast.NOW.replace(day=2))
    content = text(rosa.get(url))
    assert "14 days from specimen to reward. That is more than 30 minutes." in content


def test_an_old_visit_says_what_it_earned_and_nothing_of_today(
    person: Callable[..., Person], given: Given, clock: Any
) -> None:
    given(planned)
    url = visited(given, TODAY)
    clock.move_to(cast.NOW.replace(day=17))
    content = text(person("rosa").get(url))
    assert "Amir earned 10 points" in content and "March 18" not in content
    assert "Your next visit can earn 15 points." in content


def test_the_statements_do_not_grow_with_the_clients_who_wait(
    rosa: Person, given: Given, statements: list[str]
) -> None:
    given(planned)
    url = visited(given, TODAY)
    given(week.many_more, 38, 39)
    given(arrives, 3, 2, 9)
    rosa.get(url)
    statements.clear()
    rosa.get(url)
    few = len(statements)
    given(week.many_more, 40, 49)
    for enrollment_id in range(4, 12):
        given(arrives, enrollment_id, 2, 30)
    statements.clear()
    rosa.get(url)
    assert len(statements) == few
