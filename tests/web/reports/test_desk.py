"""The lead's first page, the list of everybody at risk, and caseloads: who sees them, what they say, and where they lead."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cm_tracker.operations.clients.set_counselor import set_counselor
from tests import cast, week
from tests.operations.clients.test_sign_agreement import sign
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]


@pytest.fixture
def lapsed(given: Given) -> None:
    """Amir lapsed after five negative tests, missed two visits since, and is missing today."""

    def enter(session: Any) -> None:
        week.plan(session, week.item(week.tests(session), "01234", "cocaine-negative"))
        for day in (0, 1, 2, 3, 4):
            cast.visit(session, day)
        cast.visit(session, 7, cast.positive())
        for day in (8, 9):
            cast.visit(session, day, cast.ABSENT)

    given(enter)


def test_the_checklist(person: Callable[..., Person]) -> None:
    check(person, "/at-risk", allowed=("miriam",))
    check(person, "/caseload", allowed=("miriam",))


def test_an_empty_program_says_so_in_words(miriam: Person, given: Callable[..., Any]) -> None:
    given(sign)
    content = text(miriam.get("/"))
    assert "Good morning, Miriam Monday, March 16, 2026." in content
    assert "Enrolled now 1 in the program" in content and "Expected today 0 0 came · 0 later" in content
    assert "Missing 0 Everybody so far is here." in content and "At risk 0 Nobody is at risk." in content
    assert "Spent in March $0.00" in content and "Owed to clients $0.00 0 points · 0 draws" in content
    assert "Nothing waits for you." in content
    assert "Both clinics" not in content, "Miriam has one site"


def test_the_desk_says_who_is_missing_and_at_risk_and_why(miriam: Person, lapsed: None) -> None:
    answer = miriam.get("/")
    content, page = text(answer), answer.get_data(as_text=True)
    assert "Missing 1 not here, not excused" in content and "At risk 1 see the reasons below" in content
    assert "HS-1 Amir 9:00 AM · 3rd visit missed in a row Call : HS-1" in content
    assert "HS-1 Amir Two visits missed in a row · Mar 10, Mar 11" in content
    assert "Lapse after 5 negative in a row · Mar 9" in content
    assert 'href="/sites/1/calls#call-1-2026-03-11"' in page and 'href="/day?site=1&amp;show=missing"' in page
    assert "HS-1 Amir Two visits missed in a row" in text(miriam.get("/at-risk"))


def test_a_title_and_an_address_hold_no_result(miriam: Person, lapsed: None) -> None:
    page = miriam.get("/").get_data(as_text=True)
    assert "<title>Desk · " in page
    assert "negative" not in page[page.index("<title>") : page.index("</title>")]
    assert not any("negative" in part.split('"')[0] for part in page.split('href="')[1:])


@pytest.mark.parametrize("site", ["2", "99", "x", "-1"])
def test_another_site_in_the_address_shows_only_the_own_ones(miriam: Person, lapsed: None, site: str) -> None:
    content = text(miriam.get(f"/?site={site}"))
    assert "HS-1 Amir" in content and "MR-1" not in content


def test_everybody_else_keeps_the_day_and_a_lead_reaches_it_in_one_click(
    rosa: Person, miriam: Person, person: Callable[..., Person], given: Given, lapsed: None
) -> None:
    given(cast.front_desk)
    for one in (rosa, person("nora")):
        answer = one.get("/")
        assert "Monday, March 16 Harbor Street" in text(answer)
        assert "At risk" not in text(answer) and "Lapse" not in text(answer)
        assert one.get("/at-risk").status_code == 403
    assert 'href="/day"' in miriam.get("/").get_data(as_text=True)
    assert "Monday, March 16 Harbor Street" in text(miriam.get("/day"))


def test_a_counselor_sees_their_own_clients(person: Callable[..., Person], given: Given, lapsed: None) -> None:
    paul = given(cast.counselor)
    given(
        lambda session: set_counselor(
            session, client_id=cast.AMIR, counselor_id=paul.staff_id, from_on=date(2026, 3, 2), key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )
    )  # fmt: skip
    first = person("paul").get("/").get_data(as_text=True)
    assert 'href="/caseload"' in first
    content = text(person("paul").get("/caseload"))
    assert "Your clients · 1" in content and "HS-1 Amir Two visits missed in a row · Mar 10, Mar 11" in content
    assert "No run now Mon, Mar 9 Tue, Mar 17, 9:00 AM, Urine tests" in content
    assert "No client has you as their counselor." in text(person("miriam").get("/caseload"))
    assert "Clients of Paul · 1" in text(person("miriam").get(f"/caseload?counselor={paul.staff_id}"))
    assert "Clients without a counselor · 0" in text(person("miriam").get("/caseload?counselor=0"))
    assert person("rosa").get("/caseload").status_code == 403
