"""Hints before mistakes: they stand above the form before it is filled in."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast, week
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once
from tests.web.conftest import Person, text

Given = Callable[..., Any]
TEST = "/enrollments/1/0/visits/new"


def above(person: Person, path: str = TEST) -> str:
    """The text of a page down to the first field of its form."""
    page = text(person.get(path))
    return page.split("Were two specimens")[0]


def follows(session: Session, doc: dict[str, Any]) -> None:
    """Amir follows another version from today on."""
    publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    cast.move(session, cast.AMIR, 3, "2026-03-10")


def test_a_day_that_is_recorded_already_is_said_with_a_link(rosa: Person, given: Given) -> None:
    visit_id = given(cast.visit, 14)
    assert "the visit of that day is already recorded. See what is recorded" in above(rosa)
    assert f'href="/visits/{visit_id}"' in rosa.get(TEST).get_data(as_text=True)


def test_an_enrollment_that_ended_is_said(rosa: Person, given: Given) -> None:
    given(cast.end, cast.AMIR, "2026-03-13")
    assert "Nothing can be saved for Monday, March 16." in above(rosa)


def test_a_visit_sooner_than_the_track_allows_is_said(rosa: Person, given: Given) -> None:
    soon = document(track(phase((1, 8)), behavior="cocaine-negative", min_hours_between=72))
    given(follows, soon)
    given(cast.visit, 12, collected_at=cast.NOW.replace(day=14))
    said = above(rosa)
    assert "The last paid visit was less than 72 hours before. It earns nothing and changes nothing." in said


def test_paid_visits_that_are_complete_are_said(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.send(TEST, happened_on="2026-03-07", collected_time="10:00", temperature="hot")
    said = text(answer).split("Were two specimens")[0]
    assert "All paid visits of that week took place. It earns nothing and changes nothing." in said


@pytest.mark.parametrize(("cents", "is_near"), [(312, True), (313, False)])
def test_a_ceiling_at_eighty_percent_is_said(rosa: Person, given: Given, cents: int, is_near: bool) -> None:
    """A visit earned 10 points of 25 cents: 250 of 312 cents are more than four fifths, and of 313 fewer."""
    given(cast.visit, 9)
    tight = document(
        track(phase((1, 8)), behavior="cocaine-negative"), ceilings=[{"scope": "enrollment", "cents": cents}]
    )
    given(follows, tight)
    assert ("Tell the client before it is reached." in above(rosa)) is is_near


def test_a_prize_that_may_not_last_the_day_is_said_where_prizes_are_chosen(rosa: Person, given: Given) -> None:
    """Four of five mugs went at three visits, and eleven clients are still expected."""
    given(cast.rich)
    given(redeem_at_once, quantity=4)
    assert "may not last the day" not in text(rosa.get("/clients/1/redeem")), "nobody is expected"
    given(week.group)
    given(week.tests)
    given(week.many_more, 38, 48)
    assert "Travel mug may not last the day" in text(rosa.get("/clients/1/redeem"))


def test_a_similar_name_is_asked_about_before_a_client_is_added(rosa: Person) -> None:
    answer = rosa.send("/clients/new", code="HS-77", preferred_name="Ameer", site_id="1", language="en")
    assert "Nothing is saved yet Is it this person?" in text(answer)
    assert 'href="/clients/1"' in answer.get_data(as_text=True)
