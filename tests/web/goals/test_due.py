"""The page of what is due at a site."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests import goals as here
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
DUE = "/sites/1/due"


def some(session: Session) -> None:
    here.kim(session)
    here.goal(session, "Find a flat", due_on=here.TODAY)
    here.goal(session, "Begin a job", kind="work", due_on=here.TODAY + timedelta(days=2))
    here.review(session)


def test_staff_and_leads_may_open_it(person: People, given: Given) -> None:
    given(some)
    check(person, DUE, allowed=("rosa", "miriam"), unknown="/sites/99/due", elsewhere=DUE)
    assert person("rosa").get("/due").headers["Location"] == DUE
    assert person("grace").get("/due").status_code == 403


def test_it_lists_what_is_due_today_and_what_comes(rosa: Person, given: Given) -> None:
    assert "Nothing is due" in text(rosa.get(DUE))
    given(some)
    page = text(rosa.get(DUE))
    assert "Today 2 HS-1 Amir Weekly review Due today HS-7 Kim Housing: Find a flat Due today" in page
    assert "In the next seven days 1 HS-7 Kim Work: Begin a job Due Wednesday, March 18" in page


def test_it_lists_slips_that_wait(rosa: Person, given: Given) -> None:
    given(lambda session: here.slip(session, here.meeting(session)))
    assert "Slips to look at 1 HS-11 Evening meeting, Friday, March 13" in text(rosa.get(DUE))
