"""The calendar of a site: closed days, holidays, and who is away."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.operations.day.add_closure import add_closure
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
CALENDAR = "/sites/1/calendar"
CLOSE, AWAY, HOLIDAYS = "/sites/1/closures/new", "/sites/1/away/new", "/sites/1/holidays"
MONDAY = date(2026, 3, 16)


def closed(session: Session, first_day: date = MONDAY, last_day: date | None = None, name: str = "Snow") -> int:
    return add_closure(
        session, site_id=cast.HARBOR, first_day=first_day, last_day=last_day or first_day, name=name, key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        (CALENDAR, ("rosa", "miriam"), "/sites/99/calendar", False),
        (CLOSE, ("miriam",), "/sites/99/closures/new", True),
        (AWAY, ("miriam",), "/sites/99/away/new", True),
        (HOLIDAYS, ("miriam",), "/sites/99/holidays", True),
    ],
)
def test_the_pages_of_the_calendar_pass_the_checklist(
    person: People, given: Given, path: str, allowed: tuple[str, ...], unknown: str, writes: bool
) -> None:
    given(closed)
    check(person, path, allowed=allowed, unknown=unknown, writes=writes, elsewhere=None if writes else path)


def test_a_lead_closes_days_and_takes_them_back(miriam: Person, rosa: Person) -> None:
    assert "No closed day is entered from today on." in text(rosa.get(CALENDAR))
    answer = miriam.send(CLOSE, first_day="2026-03-20", last_day="", name="Water damage", make_up_on="2026-03-21")
    assert (answer.status_code, answer.headers["Location"]) == (303, CALENDAR), text(answer)
    page = text(rosa.get(CALENDAR))
    assert "Mar 20, 2026 Water damage Mar 21, 2026" in page and "Withdraw" not in page
    assert rosa.send("/calendar/closure/1/withdraw", shown_at="/password").status_code == 403
    assert miriam.send("/calendar/closure/1/withdraw", shown_at=CALENDAR).status_code == 303
    page = text(miriam.get(CALENDAR))
    assert "The site is open on these days again." in page and "Water damage" not in page
    assert miriam.send("/calendar/closure/99/withdraw", shown_at="/password").status_code == 404


def planned(session: Session) -> None:
    week.plan(session, week.item(week.group(session), "024"))


def test_closed_days_say_how_many_clients_are_expected_on_them(miriam: Person, given: Given) -> None:
    given(planned)
    miriam.send(CLOSE, first_day="2026-03-17", last_day="2026-03-18", name="Snow")
    assert "1 client expected on these days is excused by the program." in text(miriam.get(CALENDAR))
    miriam.send(CLOSE, first_day="2026-03-19", name="Snow")
    assert "No plan has anybody come on these days." in text(miriam.get(CALENDAR))


def test_a_day_can_be_entered_after_the_fact_and_is_among_the_past_ones(miriam: Person, rosa: Person) -> None:
    answer = miriam.send(CLOSE, first_day="2026-03-09", last_day="2026-03-10", name="Snow", make_up_on="")
    assert answer.headers["Location"] == f"{CALENDAR}?past=yes"
    assert "Mar 9, 2026 to Mar 10, 2026 Snow" in text(rosa.get(f"{CALENDAR}?past=yes"))
    page = text(rosa.get(CALENDAR))
    assert "No closed day is entered from today on." in page and "9 closed Snow 10 closed Snow 11" in page


def test_everything_that_is_wrong_with_closed_days_is_said_at_its_field(miriam: Person, given: Given) -> None:
    given(closed)
    answer = miriam.send(CLOSE, first_day="2026-03-16", last_day="2026-03-15", name="", make_up_on="soon")
    assert answer.status_code == 422
    page, said = answer.get_data(as_text=True), text(answer)
    assert 'Say why the site is closed, such as "Labor Day" or "Water damage".' in said
    assert "The last day is before the first one. Correct one of the two." in said
    assert "Write the day as YYYY-MM-DD" in said
    for field in ("name", "last_day", "make_up_on"):
        assert f'id="{field}-problem"' in page
    answer = miriam.send(CLOSE, first_day="2026-03-16", last_day="", name="Again", make_up_on="2026-03-16")
    assert "The site is closed on Mar 16, 2026 already." in text(answer)
    assert "The site is closed on that day, too. Choose another one." in text(answer)


def test_somebody_is_away_and_somebody_stands_in(miriam: Person, rosa: Person) -> None:
    sent = {"member_id": str(cast.ROSA), "stand_in_id": str(cast.LEO), "first_day": "2026-03-17", "last_day": ""}
    assert miriam.send(AWAY, **sent).status_code == 303
    page = text(rosa.get(CALENDAR))
    assert "Rosa Mar 17, 2026 Leo" in page
    answer = miriam.send(AWAY, **{**sent, "stand_in_id": str(cast.ROSA)})
    assert answer.status_code == 422
    assert "Choose somebody else to stand in, or nobody." in text(answer)
    assert "They are away on Mar 17, 2026 already." in text(answer)
    odd = miriam.send(AWAY, **{**sent, "member_id": "x", "stand_in_id": "99", "first_day": "2026-03-18"})
    assert odd.status_code == 422 and text(odd).count("Choose somebody who works at this site.") == 2
    empty = miriam.send(AWAY, member_id="", stand_in_id="", first_day="2026-03-18", last_day="2026-03-17")
    assert "Choose who is away." in text(empty) and "The last day is before the first one." in text(empty)
    assert miriam.send("/calendar/away/1/withdraw", shown_at=CALENDAR).status_code == 303
    assert "Nobody is away from today on." in text(miriam.get(CALENDAR))


def boxes(page: str) -> list[str]:
    return re.findall(r'<input[^>]*name="days"[^>]*value="([0-9-]+)"', page)


def test_the_holidays_of_a_year_are_offered_and_saved_together(miriam: Person, given: Given) -> None:
    given(closed, date(2026, 12, 24), date(2026, 12, 31), "Winter break")
    page = miriam.get(HOLIDAYS)
    offered = boxes(page.get_data(as_text=True))
    assert len(offered) == 10 and "2026-12-25" not in offered
    assert "Christmas Day Friday, December 25, 2026 closed already Winter break" in text(page)
    answer = miriam.send(HOLIDAYS, days=["2026-11-26", "2026-09-07"])
    assert (answer.status_code, answer.headers["Location"]) == (303, CALENDAR)
    page = text(miriam.get(CALENDAR))
    assert "2 holidays added to the calendar." in page
    assert page.index("Labor Day") < page.index("Thanksgiving Day") < page.index("Winter break")
    assert len(boxes(miriam.get(HOLIDAYS).get_data(as_text=True))) == 8


def test_all_holidays_to_come_can_be_ticked_without_a_script(miriam: Person) -> None:
    page = miriam.get(f"{HOLIDAYS}?year=2026&tick=all").get_data(as_text=True)
    chosen = re.findall(r'<input checked[^>]*name="days"[^>]*value="([0-9-]+)"', page)
    assert chosen == [
        "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"
    ]  # fmt: skip


def test_odd_holidays_are_refused(miriam: Person) -> None:
    for odd, said in (
        ([], "Tick at least one holiday."),
        (["2026-12-24"], "Choose holidays of this year from the list."),
        (["soon"], "Write the day as YYYY-MM-DD"),
    ):
        answer = miriam.send(HOLIDAYS, days=odd)
        assert answer.status_code == 422 and said in text(answer), odd
    for odd_year in ("0000", "1899", "٢٠٢٦", "soon", "99999"):
        assert "Federal holidays of 2026" in text(miriam.get(f"{HOLIDAYS}?year={odd_year}")), odd_year
    assert "Federal holidays of 1900" in text(miriam.get(f"{HOLIDAYS}?year=1900"))
    assert "Federal holidays of 2199" in text(miriam.get(f"{HOLIDAYS}?year=2199"))


def test_a_month_shows_closed_days_make_up_days_and_who_is_away(miriam: Person, rosa: Person) -> None:
    miriam.send(CLOSE, first_day="2026-03-20", name="Water damage", make_up_on="2026-03-21")
    miriam.send(AWAY, member_id=str(cast.ROSA), stand_in_id="", first_day="2026-03-30", last_day="2026-04-01")
    page = text(rosa.get(CALENDAR))
    assert "March 2026 February 2026 April 2026" in page
    assert "20 closed Water damage 21 make-up 22" in page
    assert "29 30 1 away 31 1 away 1 1 away 2" in page
    page = text(rosa.get(f"{CALENDAR}?month=2026-04"))
    assert "April 2026 March 2026 May 2026" in page and "30 1 away 31 1 away 1 1 away 2" in page
    for odd in ("2026-13", "soon", "2026-03-01", ""):
        assert "March 2026 February 2026 April 2026" in text(rosa.get(f"{CALENDAR}?month={odd}")), odd
    assert "December 2199 November 2199 Mon" in text(rosa.get(f"{CALENDAR}?month=2199-12"))
    assert "January 1900 February 1900 Mon" in text(rosa.get(f"{CALENDAR}?month=1900-01"))


def test_the_sites_and_their_settings_lead_to_services_and_calendar(miriam: Person) -> None:
    for path in ("/sites", "/sites/1/settings"):
        page = miriam.get(path).get_data(as_text=True)
        assert 'href="/sites/1/services"' in page and f'href="{CALENDAR}"' in page


def test_the_calendar_needs_as_many_queries_for_many_days_as_for_one(
    rosa: Person, given: Given, statements: list[str]
) -> None:
    given(closed)
    rosa.get(CALENDAR)
    statements.clear()
    rosa.get(CALENDAR)
    before = len(statements)
    for number in range(1, 9):
        given(closed, MONDAY + timedelta(days=number))
    statements.clear()
    rosa.get(CALENDAR)
    assert len(statements) == before > 0
