"""The pages of reviews."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.models import ReviewRow
from tests import cast
from tests import goals as here
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
BOTH = ("rosa", "miriam")
INDEX, NEW, SHOW = "/enrollments/1/goals", "/enrollments/1/reviews/new", "/reviews/1"


def test_staff_and_leads_of_the_site_may_open_them(person: People, given: Given) -> None:
    given(here.review)
    check(person, NEW, allowed=BOTH, unknown="/enrollments/99/reviews/new", writes=True, elsewhere=NEW)
    check(person, SHOW, allowed=BOTH, unknown="/reviews/99", writes=True, elsewhere=SHOW)


def test_a_review_is_set_and_done(rosa: Person, given: Given) -> None:
    assert "every week" not in text(rosa.get(NEW))
    assert rosa.send(NEW, kind="check_in", due_on="2026-03-17").status_code == 303
    assert "Check-in Due tomorrow" in text(rosa.get(INDEX))
    assert "Check-in of HS-1" in text(rosa.get(SHOW))
    answer = rosa.send(SHOW, seen="0", way="done", due_on="", note="Sleeps better")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{INDEX}#reviews")
    page = text(rosa.get(INDEX))
    assert "No review is due." in page and "Check-in Done" in page and "Done on Mar 16, 2026: Sleeps better" in page
    assert rosa.get(SHOW).status_code == 303


def test_a_review_that_repeats_for_years_can_still_be_opened(rosa: Person, given: Given) -> None:
    """Reviews that follow one another are not counted as new ones: there can be more than the page lists."""

    def enter(session: Session) -> None:
        first = {
            "enrollment_id": 1,
            "site_id": 1,
            "kind": "check_in",
            "due_on": date(2026, 3, 17),
            "recorded_at": cast.NOW,
        }
        session.execute(insert(ReviewRow), [first] * 299)
        session.commit()
        here.review(session, repeats=True, actor=cast.miriam)

    given(enter)
    assert rosa.send("/reviews/300", seen="0", way="done", due_on="", note="").status_code == 422, "another word stands"
    assert rosa.send("/reviews/300", seen="1", way="done", due_on="", note="").status_code == 303
    assert "Weekly review" in text(rosa.get("/reviews/301"))
    assert 'href="/reviews/301"' in rosa.get(INDEX).get_data(as_text=True)
    assert rosa.get("/reviews/1").status_code == 200


def test_what_is_wrong_stands_at_its_field(rosa: Person, given: Given) -> None:
    given(here.review)
    assert here.wrong_fields(rosa.send(NEW, kind="party", due_on="x")) == {"kind", "due_on"}
    assert here.wrong_fields(rosa.send(SHOW, seen="0", way="moved", due_on="", note="")) == {"due_on"}
    assert here.wrong_fields(rosa.send(SHOW, seen="0", way="dropped", due_on="", note="")) == {"note"}


def test_a_lead_lets_a_weekly_review_repeat_and_ends_it(rosa: Person, miriam: Person, given: Given) -> None:
    given(here.review)
    assert "Let it come again" not in text(rosa.get(SHOW))
    assert rosa.send("/reviews/1/repeat", shown_at=SHOW).status_code == 403
    assert "Let it come again every week" in text(miriam.get(SHOW))
    assert miriam.send("/reviews/1/repeat", shown_at=SHOW).status_code == 303
    assert "Weekly review every week Due today" in text(rosa.get(INDEX))
    rosa.send(SHOW, seen="1", way="done", due_on="", note="")
    assert "Weekly review every week Due Mar 23, 2026" in text(rosa.get(INDEX))
    miriam.send("/reviews/2/repeat", shown_at="/reviews/2")
    assert not given(here.reviews)[0].standing.repeats


def test_a_lead_sets_a_review_that_repeats(miriam: Person, given: Given) -> None:
    assert miriam.send(NEW, kind="weekly", due_on="2026-03-16", repeats="y").status_code == 303
    assert given(here.reviews)[0].standing.repeats
    answer = miriam.send(NEW, kind="transition", due_on="2026-03-16", repeats="y")
    assert answer.status_code == 422 and "Only a weekly review can repeat." in text(answer)
