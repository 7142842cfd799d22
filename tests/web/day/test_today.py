"""The first page of staff: who is expected today, who came, who is missing, and one stroke for each."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from cm_tracker.operations.day.note_slot import note_slot
from tests import cast, week
from tests.operations.clients.test_sign_agreement import sign
from tests.web.checklist import check
from tests.web.conftest import Person, text

URINE = "cocaine-negative"
People = Callable[..., Person]
GROUP, TESTS = 1, 2


@pytest.fixture
def services(given: Callable[..., Any]) -> None:
    """A group at one and a test at nine, on Amir's plan for today."""

    def enter(session: Any) -> None:
        group, tests = week.group(session), week.tests(session)
        week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))

    given(enter)


def slot(person: Person, way: str, service_id: int = TESTS, **fields: Any) -> TestResponse:
    """Press a button in Amir's row."""
    page = person.get("/").get_data(as_text=True)
    seen = re.search(rf'name="service_id" value="{service_id}">.*?name="seen" value="(\d+)"', page, re.S)
    return person.send(
        "/day/slots",
        shown_at="/",
        **{
            "enrollment_id": cast.AMIR,
            "service_id": service_id,
            "on_day": "2026-03-16",
            "seen": seen.group(1) if seen else "0",
            "way": way,
            **fields,
        },
    )


def test_the_checklist(person: People, services: None) -> None:
    check(person, "/day", allowed=("rosa", "miriam"))


def test_the_first_page_says_who_is_missing_and_who_comes_later(rosa: Person, services: None) -> None:
    content = text(rosa.get("/"))
    assert "Monday, March 16" in content
    assert "2 open of 2" in content and "1 missing" in content and "1 later" in content
    assert "HS-1 Amir" in content and "2 h late" in content
    assert "Skills group 1 person · Rosa · Room 1 · 1 later" in content
    assert "cocaine" not in content.lower()


def test_somebody_without_a_plan_is_seen(rosa: Person) -> None:
    content = text(rosa.get("/"))
    assert "Nobody is expected today" in content
    assert "1 client has no plan HS-1 Amir" in content


def test_another_site_sees_nothing_of_it(person: People, services: None) -> None:
    content = text(person("anna").get("/"))
    assert "Amir" not in content and "Skills group" not in content


def test_arrived_is_one_stroke_and_can_be_taken_back(rosa: Person, services: None) -> None:
    answer = slot(rosa, "arrived")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/#slot-1-2")
    content = text(rosa.get("/"))
    assert "1 here" in content and "0 missing" in content and "just came" in content
    slot(rosa, "open")
    assert "1 missing" in text(rosa.get("/"))


def test_the_last_thing_can_be_undone_beside_it(rosa: Person, person: People, services: None) -> None:
    slot(rosa, "arrived")
    content = text(rosa.get("/"))
    assert "HS-1 Amir , Urine tests: here, noted at 11:00 AM" in content and "Undo until 11:15 AM" in content
    assert "Undo until" not in text(person("leo").get("/")), "it stands only with whoever did it"
    slot(rosa, "open")
    assert "Undo until" not in text(rosa.get("/"))
    visit = slot(rosa, "negative").headers["Location"]
    page = rosa.get("/").get_data(as_text=True)
    assert f'href="{visit}/undo"' in page and "Undo" in page


def test_negative_is_one_stroke_and_leads_to_what_was_earned(rosa: Person, services: None) -> None:
    answer = slot(rosa, "negative")
    assert answer.status_code == 303
    assert "10 points" in text(rosa.get(answer.headers["Location"]))
    content = text(rosa.get("/"))
    assert "1 open of 2" in content and "1 done" in content


def test_where_a_number_decides_it_is_entered(rosa: Person, given: Callable[..., Any]) -> None:
    given(week.a_breath_test)
    content = text(rosa.get("/"))
    assert "Enter the number… : HS-1" in content and "Negative" not in content
    assert 'href="/enrollments/1/0/visits/new"' in rosa.get("/").get_data(as_text=True)


def test_a_session_is_attended_in_one_stroke(rosa: Person, given: Callable[..., Any], services: None) -> None:
    def enter(session: Any) -> None:
        session_id = week.service(session, "Individual session", "individual", week.meetings("0", time(10)))
        week.plan(session, week.item(session_id, "0"), from_on=week.TODAY, reason="services")

    given(enter)
    answer = slot(rosa, "attended", 3)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/#slot-1-3")
    assert "1 done" in text(rosa.get("/"))


def test_an_absence_is_asked_about_in_its_row(rosa: Person, services: None) -> None:
    content = text(rosa.get("/?ask=absent-1-2"))
    assert "HS-1 does not come." in content and "What they have earned stays theirs" in content
    assert slot(rosa, "excused", excuse="court", asks="absent").status_code == 303
    assert "1 excused" in text(rosa.get("/"))


def test_what_is_missing_is_said_in_the_row_and_nothing_is_lost(rosa: Person, services: None) -> None:
    answer = slot(rosa, "excused", asks="absent", note="Called at ten")
    content = text(answer)
    assert answer.status_code == 422
    assert "Choose the reason for the excuse." in content and "Called at ten" in content
    assert "2 open of 2" in content


def test_later_today_and_another_day_need_their_time_and_day(rosa: Person, services: None) -> None:
    wrong = slot(rosa, "later", asks="later")
    assert (wrong.status_code, "Give the time at which the client comes" in text(wrong)) == (422, True)
    assert slot(rosa, "later", asks="later", at="15:00").status_code == 303
    assert "0 missing 2 later" in text(rosa.get("/"))
    assert slot(rosa, "moved", asks="later", to_day="2026-03-17").status_code == 303
    assert "HS-1 Amir Urine tests" in text(rosa.get("/day?on=2026-03-17"))


def test_what_somebody_else_noted_meanwhile_is_not_overwritten(rosa: Person, person: People, services: None) -> None:
    slot(person("leo"), "arrived")
    answer = slot(rosa, "absent", seen="0")
    assert answer.status_code == 422
    assert "Somebody else has changed this in the meantime." in text(answer)
    assert "1 here" in text(rosa.get("/"))


@pytest.mark.parametrize(("way", "state"), [("negative", "done"), ("absent", "did not come")])
def test_who_comes_second_sees_what_the_first_has_recorded(
    rosa: Person, person: People, services: None, way: str, state: str
) -> None:
    """Also where the row has left the list of those who are open, or the list that is shown."""
    slot(person("leo"), way)
    for shown in ("/day/slots", "/day/slots?show=later"):
        answer = rosa.send(
            shown, shown_at="/", enrollment_id=cast.AMIR, service_id=TESTS, on_day="2026-03-16", seen="0", way="arrived"
        )
        content = text(answer)
        assert answer.status_code == 422
        assert f"HS-1 Amir , Urine tests: now {state}. Somebody else has changed this in the meantime." in content
        assert content.count("Somebody else has changed this") == 1


@pytest.mark.parametrize("way", ["", "dance", "x" * 21])
def test_other_words_are_refused(rosa: Person, services: None, way: str) -> None:
    answer = slot(rosa, way)
    assert answer.status_code == 422
    assert "2 open of 2" in text(answer)


def test_a_filter_shows_only_what_it_says(rosa: Person, services: None) -> None:
    content = text(rosa.get("/?show=missing"))
    assert "Missing 1" in content and "Later 1" not in content


@pytest.mark.parametrize(
    ("path", "status"), [("/day?on=2026-02-30", 404), ("/day?ask=absent-x-1", 200), ("/day?site=99", 200)]
)
def test_odd_addresses(rosa: Person, services: None, path: str, status: int) -> None:
    assert rosa.get(path).status_code == status


def test_a_closed_day_says_that_nobody_loses_anything(rosa: Person, given: Callable[..., Any], services: None) -> None:
    given(week.closed_today)
    content = text(rosa.get("/"))
    assert "The site is closed: Water damage 1 person was expected. Whoever does not come is excused" in content
    assert "nobody loses anything, and nobody needs to call." in content
    assert re.search(r"Go to \w+day, March \d+ See who was expected", content)
    assert "Did somebody come anyway?" in content and "2 excused" in content


def test_a_long_list_is_shown_in_parts(rosa: Person, given: Callable[..., Any], services: None) -> None:
    given(week.many_more, 100, 235)
    content = text(rosa.get("/"))
    assert "137 missing" in content and "107 more" in content and "HS-129" not in content
    content = text(rosa.get("/?show=missing"))
    assert "HS-198" in content and "HS-199" not in content and "37 more" in content
    content = text(rosa.get("/?show=missing&first=100"))
    assert "HS-199" in content and "HS-235" in content and "HS-198" not in content and " more" not in content
    for odd in ("x", "-1", "9999999"):
        assert rosa.get(f"/?show=missing&first={odd}").status_code == 200


def test_the_number_of_queries_does_not_depend_on_the_number_of_clients(
    rosa: Person, given: Callable[..., Any], services: None, statements: list[str]
) -> None:
    rosa.get("/")
    counts = []
    for more in (None, week.many_more):
        if more is not None:
            given(more)
        statements.clear()
        content = text(rosa.get("/"))
        counts.append(len(statements))
    assert "HS-57" in content
    assert counts[0] == counts[1]


def changes(person: Person, seen: str = "", known: tuple[str, ...] = (), query: str = "") -> TestResponse:
    headers = {"X-Poll": "1", "X-Seen": seen, "X-Known": ",".join(known)}
    return person.client.get(f"/day/changes{query}", headers=headers)


def marks(answer: TestResponse) -> tuple[str, ...]:
    return tuple(re.findall(r'data-row="([0-9a-f]+)"', answer.get_data(as_text=True)))


def test_a_board_that_has_not_changed_is_sent_nothing(rosa: Person, person: People, services: None) -> None:
    seen = changes(rosa).headers["X-Seen"]
    assert f'data-seen="{seen}"' in rosa.get("/").get_data(as_text=True)
    answer = changes(rosa, seen)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    slot(person("leo"), "arrived")
    assert changes(rosa, seen).status_code == 200


def test_only_a_row_that_changed_is_sent_with_its_content(
    rosa: Person, services: None, given: Callable[..., Any]
) -> None:
    given(sign)  # else his name is in what needs a hand, too
    before = rosa.get("/")
    (known,) = marks(before)
    same = changes(rosa, known=(known,))
    assert marks(same) == (known,)
    assert "Amir" not in text(same) and "2 open of 2" in text(same)
    slot(rosa, "arrived")
    changed = changes(rosa, known=(known,))
    assert marks(changed) != (known,) and "Here now 1" in text(changed) and "HS-1 Amir" in text(changed)


def test_looking_on_keeps_nobody_signed_in(rosa: Person, services: None, clock: time_machine.Traveller) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=7))
        answer = changes(rosa)
    assert answer.status_code == 302  # 21 minutes after the last page


def test_changes_are_those_of_the_filter_and_the_site_of_the_page(rosa: Person, person: People, services: None) -> None:
    shown = text(changes(rosa, query="?show=missing"))
    assert "Missing 1" in shown and "Groups 1" in shown and "Here now" not in shown
    assert 'data-part="later"' not in changes(rosa, query="?show=missing").get_data(as_text=True)
    assert "HS-1" not in text(changes(person("anna")))
    assert changes(person()).status_code == 302


FRIDAY = "/day?on=2026-03-13"


def test_a_row_of_a_day_that_is_over_leads_to_the_form_of_that_day(rosa: Person, services: None) -> None:
    page = rosa.get(FRIDAY)
    content = text(page)
    assert "Enter the result… : HS-1" in content and "Another day… : HS-1" in content
    assert "Negative" not in content and "Arrived" not in content and "Later… " not in content
    url = "/enrollments/1/0/visits/new?on=2026-03-13"
    assert f'href="{url}"' in page.get_data(as_text=True)
    form = rosa.get(url).get_data(as_text=True)
    assert 'name="happened_on"' in form and 'value="2026-03-13"' in form
    assert re.search(r'name="collected_time"[^>]*value="\d', form) is None, "nobody knows the time but staff"
    assert "Later today" not in text(rosa.get(f"{FRIDAY}&ask=later-1-2"))


def test_the_front_desk_notes_of_a_day_that_is_over_who_did_not_come(
    person: People, given: Callable[..., Any], services: None
) -> None:
    given(cast.front_desk)
    content = text(person("nora").get(FRIDAY))
    assert "Absent… : HS-1" in content and "Another day… : HS-1" in content
    assert "Arrived" not in content and "Enter the result" not in content


def test_nobody_arrives_on_a_day_that_is_over(rosa: Person, services: None) -> None:
    answer = slot(rosa, "arrived", on_day="2026-03-13")
    assert answer.status_code == 422
    assert "Mar 13, 2026 is over. Record what the client did on that day." in text(answer)


def test_an_empty_day_that_is_over_does_not_speak_of_today(rosa: Person, services: None) -> None:
    assert "Nobody was expected on this day" in text(rosa.get("/day?on=2026-03-14"))
    assert "Nobody is expected on this day" in text(rosa.get("/day?on=2026-03-21"))


def test_the_form_of_no_day_is_not_there(rosa: Person, services: None) -> None:
    assert rosa.get("/enrollments/1/0/visits/new?on=yesterday").status_code == 404


def test_who_has_waited_longest_stands_first(rosa: Person, given: Callable[..., Any], services: None) -> None:
    """So Next client leads to a row that the board shows, however many are here."""
    given(week.many_more, 11, 45)
    page = rosa.get("/").get_data(as_text=True)
    people = sorted({int(one) for one in re.findall(r'id="slot-(\d+)-2"', page)} | set(range(3, 38)), reverse=True)
    for minutes, number in enumerate(people):
        given(arrives, number, 60 - minutes)
    here = rosa.get("/").get_data(as_text=True).split('data-part="arrived"', 1)[1].split('data-part="missing"', 1)[0]
    assert [int(one) for one in re.findall(r'id="slot-(\d+)-2"', here)] == people[:30]


def arrives(session: Any, enrollment_id: int, minutes_ago: int) -> None:
    note_slot(
        session, enrollment_id=enrollment_id, service_id=TESTS, on_day=week.TODAY, status="arrived",
        at=cast.NOW - timedelta(minutes=minutes_ago), key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def test_what_is_folded_says_what_it_holds(rosa: Person, services: None) -> None:
    slot(rosa, "attended", GROUP)
    assert "Done 1" in text(rosa.get("/"))
    slot(rosa, "excused", excuse="illness")
    content = text(rosa.get("/"))
    assert "1 done 1 excused" in content and "Done and excused 2" in content
    assert "Excused 1" in text(rosa.get("/?show=excused"))


def test_of_an_earlier_day_nobody_reads_how_late_it_is(rosa: Person, services: None) -> None:
    content = text(rosa.get(FRIDAY))
    assert "2 missing" in content and "h late" not in content and "min late" not in content


def test_the_address_of_a_refused_row_leads_back_to_the_day(rosa: Person, services: None) -> None:
    """A refusal stands at the address of the form. Opened again, it is no dead end."""
    assert slot(rosa, "excused").status_code == 422
    answer = rosa.get("/day/slots?service=2&show=missing")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?show=missing&service=2")
    assert rosa.get("/day/slots?on=2026-03-13").headers["Location"] == "/day?on=2026-03-13"
