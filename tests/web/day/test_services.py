"""The week of a site, its list of services, and the forms of a service."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.retire_service import retire_service
from cm_tracker.operations.staff.save_staff import save_staff
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., Any]
SERVICES = "/sites/1/services"
NEW = f"{SERVICES}/new"
GROUP = {
    "name": "Evening group",
    "kind": "group",
    "leader_id": str(cast.ROSA),
    "place": "Room 2",
    "capacity": "12",
    "day_0": "y",
    "time_0": "5:30 pm",
    "day_3": "y",
    "time_3": "18",
    "minutes": "1.5 h",
    "from_on": "2026-03-16",
    "until_on": "",
}


def planned(session: Session) -> int:
    """Add a group on Mondays, Wednesdays and Fridays that is in Amir's plan."""
    number = week.group(session)
    week.plan(session, week.item(number, "024"))
    return number


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found is not None, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def ticked(page: str) -> list[str]:
    return re.findall(r'<input checked[^>]*name="(day_\d)"', page)


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        (SERVICES, ("rosa", "miriam"), "/sites/99/services", False),
        (NEW, ("miriam",), "/sites/99/services/new", True),
        ("/services/1/change", ("miriam",), "/services/99/change", True),
        ("/services/1/retire", ("miriam",), "/services/99/retire", True),
        (f"{SERVICES}/sample", ("miriam",), "/sites/99/services/sample", True),
    ],
)
def test_the_pages_of_services_pass_the_checklist(
    person: People, given: Given, path: str, allowed: tuple[str, ...], unknown: str, writes: bool
) -> None:
    given(week.group)
    check(person, path, allowed=allowed, unknown=unknown, writes=writes, elsewhere=None if writes else path)


def both_sites(session: Session) -> None:
    save_staff(
        session, staff_id=cast.LEO, username="leo", display_name="Leo", roles={"coordinator"},
        site_ids=(cast.HARBOR, cast.MILL), is_active=True, actor=command(),
        now=cast.NOW,
    )  # fmt: skip


def test_the_menu_leads_to_the_week_of_the_only_site(rosa: Person, person: People, given: Given) -> None:
    assert 'href="/week"' in rosa.get("/clients").get_data(as_text=True)
    answer = rosa.get("/week")
    assert (answer.status_code, answer.headers["Location"]) == (302, SERVICES)
    assert person("grace").get("/week").status_code == person("sam").get("/week").status_code == 403
    given(both_sites)
    page = person("leo").get("/week").get_data(as_text=True)
    assert 'href="/sites/1/services"' in page and 'href="/sites/2/services"' in page


def test_a_site_without_services_offers_a_sample_week(miriam: Person, rosa: Person) -> None:
    page = text(miriam.get(SERVICES))
    assert "No service yet." in page and "Begin with a sample week" in page
    page = text(rosa.get(SERVICES))
    assert "A lead enters them." in page and "sample" not in page


def test_a_lead_adds_a_service_with_times_as_people_write_them(miriam: Person, rosa: Person) -> None:
    added = miriam.send(NEW, **GROUP)
    assert (added.status_code, added.headers["Location"]) == (303, SERVICES), text(added)
    page = text(rosa.get(SERVICES))
    assert "Mar 16, 2026 to Mar 22, 2026" in page
    assert "Mon, Mar 16 Today 5:30 PM 1 h 30 min Evening group Rosa · Room 2" in page.replace("\xa0", " ")
    assert "Thu, Mar 19 6:00 PM" in page and "Tue, Mar 17 Nothing" in page
    assert "Sat, " not in page
    assert "Mon at 5:30 PM, 1 h 30 min Thu at 6:00 PM, 1 h 30 min" in page.replace("\xa0", " ")
    assert "Change" not in page, "staff only read it"


def test_everything_that_is_wrong_is_said_at_its_field_and_what_was_typed_comes_back(miriam: Person) -> None:
    wrong = {
        **GROUP,
        "name": "",
        "kind": "yoga",
        "leader_id": "99",
        "capacity": "many",
        "time_0": "soon",
        "time_3": "1:30",
        "day_4": "y",
        "time_4": "",
        "time_6": "9:00",
        "minutes": "long",
        "from_on": "March",
        "until_on": "2026-02-30",
    }
    answer = miriam.send(NEW, **wrong)
    assert answer.status_code == 422
    page, said = answer.get_data(as_text=True), text(answer)
    for field, sentence in {
        "name": "Give the service a name that clients know it by.",
        "kind": "Choose the kind of the service from the list.",
        "leader_id": "Choose somebody who works at this site.",
        "capacity": "Enter the number of places as a whole number, or leave it empty.",
        "time_0": "Write the time as 9:30, 1 pm or 13:00.",
        "time_3": "Write am or pm after the time, such as 1 pm.",
        "time_4": "Enter the time on Friday, such as 9:30 or 1 pm.",
        "time_6": "Tick Sunday too, or empty its time.",
        "minutes": "Write the length as 2 h, 1 h 30 min or 45 min.",
        "from_on": "Write the day as YYYY-MM-DD, such as 2026-03-02.",
        "until_on": "The calendar has no such day. Check the month and the day.",
    }.items():
        assert sentence in said, field
        assert f'id="{field}-problem"' in page, field
    assert [value_of(page, name) for name in ("time_0", "time_3", "time_6", "minutes", "capacity", "until_on")] == [
        "soon",
        "1:30",
        "9:00",
        "long",
        "many",
        "2026-02-30",
    ]
    assert ticked(page) == ["day_0", "day_3", "day_4"]


def test_what_only_the_whole_form_shows_is_said_too(miriam: Person, given: Given) -> None:
    given(week.group)
    answer = miriam.send(NEW, **{**GROUP, "name": "skills group"})
    assert answer.status_code == 422
    assert "A service of this site has the name already. Choose another one." in text(answer)
    none = {name: value for name, value in GROUP.items() if not name.startswith(("day_", "time_"))}
    assert "Choose at least one weekday, with its time." in text(miriam.send(NEW, **none))
    answer = miriam.send(NEW, **{**GROUP, "minutes": "13 h", "until_on": "2026-03-01"})
    assert "Give a length from 5 minutes to 12 hours." in text(answer)


def test_a_service_changes_from_a_day_on(miriam: Person, given: Given) -> None:
    number = given(week.group)
    path = f"/services/{number}/change"
    page = miriam.get(path).get_data(as_text=True)
    assert ticked(page) == ["day_0", "day_2", "day_4"]
    assert [value_of(page, name) for name in ("time_0", "time_1", "minutes", "from_on")] == [
        "1:00 PM",
        "",
        "2 h",
        "2026-03-16",
    ]
    # The tick of Friday is taken away; its time stays in the field, as the page showed it.
    changed = {**GROUP, "name": "Skills group", "day_3": "", "time_3": "", "day_0": "y", "time_0": "1:00 PM"}
    sent = {**changed, "day_2": "y", "time_2": "3 pm", "time_4": "1:00 PM", "minutes": "2 h", "from_on": "2026-03-18"}
    saved = miriam.send(path, **{name: value for name, value in sent.items() if value})
    assert saved.status_code == 303, text(saved)
    said = text(miriam.get(SERVICES)).replace("\xa0", " ")
    assert "The service is changed from Mar 18, 2026 on." in said
    assert "Wed, Mar 18 3:00 PM" in said and "Fri, Mar 20 Nothing" in said
    # The times that will hold are the ones that the next change begins with.
    page = miriam.get(path).get_data(as_text=True)
    assert (ticked(page), value_of(page, "from_on")) == (["day_0", "day_2"], "2026-03-18")


def test_a_change_says_whom_it_touches(miriam: Person, given: Given) -> None:
    number = given(planned)
    said = text(miriam.get(SERVICES))
    assert "1 client" in said
    page = text(miriam.get(f"/services/{number}/change"))
    assert "1 client has it in the plan: Monday 1, Wednesday 1, Friday 1." in page
    sent = {**GROUP, "name": "Skills group", "kind": "skills", "time_0": "1 pm"}
    miriam.send(f"/services/{number}/change", **sent)
    said = text(miriam.get(SERVICES))
    assert "It is still planned for 1 client on Wednesdays, 1 client on Fridays: change their plans." in said


def test_two_leads_do_not_overwrite_each_other(miriam: Person, given: Given) -> None:
    number = given(week.group)
    path = f"/services/{number}/change"
    shown = hidden(miriam.get(path).get_data(as_text=True))["shown"]
    sent = {**GROUP, "kind": "skills", "shown": shown}
    assert miriam.send(path, **sent).status_code == 303
    late = miriam.send(path, **{**sent, "name": "Another group"})
    assert late.status_code == 422
    assert "Somebody else has changed this in the meantime. Nothing was saved" in text(late)
    assert "Another group" not in text(miriam.get(SERVICES))


def test_a_change_does_not_begin_in_the_past(miriam: Person, given: Given) -> None:
    number = given(week.group)
    answer = miriam.send(f"/services/{number}/change", **{**GROUP, "kind": "skills", "from_on": "2026-03-15"})
    assert answer.status_code == 422
    assert "Past days stay as they were. Choose today or a later day for the change." in text(answer)


def test_who_led_it_and_works_here_no_more_stays_in_the_list(miriam: Person, given: Given) -> None:
    number = given(week.group, leader_id=cast.LEO)
    given(close_account)
    page = miriam.get(f"/services/{number}/change")
    assert "Leo (works here no more)" in text(page)
    answer = miriam.send(f"/services/{number}/change", **{**GROUP, "kind": "skills", "leader_id": str(cast.LEO)})
    assert answer.status_code == 422 and "Choose somebody who works at this site." in text(answer)


def close_account(session: Session) -> None:
    save_staff(
        session, staff_id=cast.LEO, username="leo", display_name="Leo", roles={"coordinator"}, site_ids=(cast.HARBOR,),
        is_active=False, actor=command(), now=cast.NOW,
    )  # fmt: skip


def test_a_service_is_retired_after_its_last_day(miriam: Person, given: Given) -> None:
    number = given(planned)
    path = f"/services/{number}/retire"
    assert "1 client has it in the plan." in text(miriam.get(path))
    answer = miriam.send(path, last_day="2026-03-15")
    assert answer.status_code == 422 and "Past days stay as they were." in text(answer)
    assert miriam.send(path, last_day="2026-03-18").status_code == 303
    said = text(miriam.get(SERVICES))
    assert "The service meets until Mar 18, 2026. 1 client has it in the plan: change the plans." in said
    assert "1 retired service" in said
    answer = miriam.get(f"/services/{number}/change")
    assert (answer.status_code, answer.headers["Location"]) == (303, SERVICES)


def test_another_week_can_be_looked_at(rosa: Person, given: Given) -> None:
    given(week.group)
    assert "Mar 23, 2026 to Mar 29, 2026" in text(rosa.get(f"{SERVICES}?week=2026-03-25"))
    for odd in ("soon", "2026-02-30", "1900-01-01", "2199-12-31"):
        assert "Mar 16, 2026 to Mar 22, 2026" in text(rosa.get(f"{SERVICES}?week={odd}")), odd


def unusual(session: Session) -> None:
    """Close the site on Friday with Saturday to make up for it; Rosa is away on Monday and Wednesday."""
    week.group(session)
    week.service(
        session, "Family by video", "telehealth", week.meetings("1", time(17)), place="https://video.example/harbor"
    )
    add_closure(
        session, site_id=cast.HARBOR, first_day=date(2026, 3, 20), last_day=date(2026, 3, 20), name="Water damage",
        make_up_on=date(2026, 3, 21), key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    for day, stand_in in ((16, cast.LEO), (18, None)):
        add_away(
            session, site_id=cast.HARBOR, member_id=cast.ROSA, stand_in_id=stand_in, first_day=date(2026, 3, day),
            last_day=date(2026, 3, day), key=cast.key(), actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip


def test_the_week_shows_closed_days_make_up_days_and_who_stands_in(rosa: Person, given: Given) -> None:
    given(unusual)
    page = text(rosa.get(SERVICES))
    assert "Skills group Leo (stands in) · Room 1" in page
    assert "Not held: leader away" in page
    assert "Fri, Mar 20 Closed Water damage" in page
    assert "Sat, Mar 21 1:00 PM" in page and "Makes up for Mar 20, 2026" in page
    assert 'href="https://video.example/harbor"' in rosa.get(SERVICES).get_data(as_text=True)


def test_a_lead_begins_with_a_sample_week(miriam: Person, given: Given) -> None:
    path = f"{SERVICES}/sample"
    assert "Early recovery group: Mon, Wed, Fri at 10:00 AM, 2 h" in text(miriam.get(path)).replace("\xa0", " ")
    added = miriam.send(path, sample="early", from_on="2026-03-16")
    assert (added.status_code, added.headers["Location"]) == (303, SERVICES)
    assert "5 services added." in text(miriam.get(SERVICES))
    assert "name in use: left out" in text(miriam.get(path))
    miriam.send(path, sample="later", from_on="2026-03-16")
    assert "3 services added. 3 names in use already: left out." in text(miriam.get(SERVICES))
    again = miriam.send(path, sample="later", from_on="2026-03-16")
    assert again.status_code == 422
    assert "The site has services with all of these names already. Nothing was added." in text(again)
    odd = miriam.send(path, sample="best", from_on="soon")
    assert odd.status_code == 422 and "Write the day as YYYY-MM-DD, such as 2026-03-02." in text(odd)


def test_a_retired_service_stays_in_the_weeks_before(rosa: Person, given: Given) -> None:
    number = given(week.group)
    given(retire_service, service_id=number, last_day=date(2026, 3, 16), actor=cast.miriam, now=cast.NOW)
    page = text(rosa.get(SERVICES))
    assert "Mon, Mar 16 Today 1:00 PM" in page and "Wed, Mar 18 Nothing" in page


def test_the_page_needs_as_many_queries_for_many_services_as_for_one(
    rosa: Person, given: Given, statements: list[str]
) -> None:
    given(planned)
    rosa.get(SERVICES)
    statements.clear()
    rosa.get(SERVICES)
    before = len(statements)
    for number in range(8):
        given(week.service, f"Group {number}", "group", week.meetings("01234", time(8 + number)))
    statements.clear()
    rosa.get(SERVICES)
    assert len(statements) == before > 0
