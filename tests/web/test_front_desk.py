"""The front desk: names, times and who came, on every page that it may open, and never what was found or earned."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.operations.day.note_call import note_call
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, week
from tests.web.conftest import Person, text

Given = Callable[..., Any]
GROUP, TESTS = 1, 2
FRIDAY = date(2026, 3, 13)
URINE = "cocaine-negative"

# What no page of the front desk says: substances, outcomes, points, prizes and reasons of an excuse.
FORBIDDEN = (
    "cocaine", "higgins", "negative", "positive", "laboratory", "lab ", "refused", "urine drug", "times in a row", "level",
    "points", "point ", "draw", "earn", "prize", "balance", "ladder", "schedule", "court", "reading", "specimen",
)  # fmt: skip
# The pages that the front desk may open, typed by hand. Whatever else there is answers 403.
OPEN = {
    "/", "/day", "/account", "/account/training", "/password", "/clients", "/clients/1", "/clients/3", "/services/1/sheet", "/services/2/sheet",
    "/id-cards", "/id-cards/print?clients=1", "/clients/1/id-card", "/week", "/sites/1/services", "/sites/1/calendar",
    "/day/changes", "/day/slots", "/sites/1/calls", "/services/1/sheet/print", "/services/2/sheet/print",
}  # fmt: skip
# One of each kind is there, so that a page that leaked would have something to show.
IDS = {"client_id": 1, "enrollment_id": 1, "visit_id": 1, "service_id": 2, "site_id": 1}


@pytest.fixture
def nora(app: Flask, given: Given) -> Person:
    """Nora at the front desk. Amir has four visits with results, a group and a test today; his test waits for the lab.

    On Friday he was absent from the group, without an excuse.

    HS-11 (client 3, enrollment 3) is excused today because of a court date.
    """

    def enter(session: Session) -> None:
        cast.front_desk(session)
        group, tests = week.group(session), week.tests(session)
        week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=group, on_day=FRIDAY, way="absent", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
        other = week.newcomer(session, "HS-11", version_id=cast.HIGGINS)
        week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE), enrollment_id=other)
        cast.rich(session)
        cast.visit(session, 7, cast.positive())
        for enrollment_id, way, excuse in ((cast.AMIR, "negative", None), (other, "excused", "court")):
            record_slot(
                session, enrollment_id=enrollment_id, service_id=tests, on_day=week.TODAY, way=way, excuse=excuse,
                key=cast.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip

    given(enter)
    return Person(app, "nora")


def pages(app: Flask) -> list[str]:
    """Every page that can be opened with GET, with ids of what there is."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            with app.test_request_context():
                adapter = app.url_map.bind("")
                values: dict[str, Any] = {name: IDS.get(name, 1) for name in rule.arguments}
                values |= {"name": "higgins-voucher", "digest": "0" * 64, "way": "undo", "filename": "x", "kind": "csv"}
                is_file = rule.endpoint.endswith((".download", ".tax_year_file"))
                way = "csv" if is_file else {"schedules.retire": "retire"}.get(rule.endpoint, "undo")
                values = {name: way if name == "way" else values[name] for name in rule.arguments}
                found.append(adapter.build(rule.endpoint, values))
    found[found.index("/id-cards/print")] += "?clients=1"
    return sorted({*found, *OPEN})


def said(page: str) -> str:
    """What a page says and what it holds unseen: attributes, hidden fields and URLs as well."""
    body = page.partition("<body")[2].lower() or page.lower()  # the poll answers with parts of a page
    return re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", body)


FOR_PROGRAMS = ("/healthz", "/readyz", "/metrics")


def test_no_page_of_the_front_desk_holds_a_result(app: Flask, nora: Person) -> None:
    opened = set()
    for path in pages(app):
        if path.startswith(("/kiosk", "/sign-in", "/prizes/pictures", "/styleguide", "/second-factor", *FOR_PROGRAMS)):
            continue  # they need no sign-in, or show nothing of a client
        answer = nora.client.get(path, follow_redirects=True)
        if answer.status_code == 403:
            continue
        assert answer.status_code == 200, path
        opened.add(path)
        page = said(answer.get_data(as_text=True))
        assert [word for word in FORBIDDEN if word in page] == [], path
    assert opened == OPEN


def test_staff_see_on_the_same_pages_what_the_front_desk_does_not(rosa: Person, nora: Person) -> None:
    for path in ("/", "/clients/1", "/clients"):
        page = said(rosa.get(path).get_data(as_text=True))
        assert [word for word in FORBIDDEN if word in page], path


def test_the_board_has_arrived_absent_and_later_alone(nora: Person) -> None:
    content = text(nora.get("/"))
    assert "HS-1 Amir" in content and "Skills group 2 people" in content
    assert "2 open of 4" in content and "1 done" in content and "1 excused" in content
    page = nora.get("/").get_data(as_text=True)
    assert "Undo" not in page, "what staff recorded, others do not take back"
    assert "/visits/" not in page and "/corrections" not in page


def send(nora: Person, way: str, service_id: int = GROUP, enrollment_id: int = cast.AMIR, **fields: Any) -> Any:
    return nora.send(
        "/day/slots", shown_at="/", enrollment_id=enrollment_id, service_id=service_id, on_day="2026-03-16",
        seen=fields.pop("seen", "0"), way=way, **fields,
    )  # fmt: skip


def test_the_front_desk_notes_who_has_come(nora: Person) -> None:
    assert send(nora, "arrived").status_code == 303
    content = text(nora.get("/services/1/sheet"))
    assert "here HS-1 Amir Here since 11:00 AM" in " ".join(content.split())
    assert "Save the sheet" not in content and "Late, left" not in content


@pytest.mark.parametrize("way", ["attended", "absent", "excused", "negative"])
def test_the_front_desk_records_nothing(nora: Person, way: str) -> None:
    assert send(nora, way, excuse="illness").status_code == 403
    assert nora.send("/services/1/sheet", shown_at="/", here="1").status_code == 403


def test_who_does_not_come_stays_open_for_staff_to_decide(nora: Person, rosa: Person) -> None:
    answer = send(nora, "not_coming", excuse="illness")
    assert answer.status_code == 303
    assert "Skills group: does not come: illness, noted at 11:00 AM" in text(nora.get("/"))
    content = text(rosa.get("/"))
    assert "2 open of 4" in content


def test_the_reason_that_the_client_gave_is_chosen_when_staff_decide(nora: Person, rosa: Person, given: Given) -> None:
    def enter(session: Session) -> None:
        service = week.service(session, "Individual session", "individual", week.meetings("0", week.time(10)))
        week.plan(session, week.item(service, "0"), from_on=week.TODAY, reason="services")

    given(enter)
    assert send(nora, "not_coming", 3, excuse="family").status_code == 303
    assert "Individual session · Rosa · does not come: family or childcare" in text(rosa.get("/"))
    asked = rosa.get("/?ask=absent-1-3").get_data(as_text=True)
    assert re.search(r'<option selected value="family">', asked)
    # The front desk is asked for the reason alone.
    own = nora.get("/?ask=absent-1-3").get_data(as_text=True)
    assert 'value="not_coming"' in own and 'name="way" value="excused"' not in own and "Without excuse" not in own


def test_closing_the_day_proposes_the_reason_that_the_client_gave(nora: Person, rosa: Person, given: Given) -> None:
    def enter(session: Session) -> None:
        service = week.service(session, "Individual session", "individual", week.meetings("0", week.time(10)))
        week.plan(session, week.item(service, "0"), from_on=week.TODAY, reason="services")

    given(enter)
    send(nora, "not_coming", 3, excuse="family")
    page = rosa.get("/sites/1/close-day").get_data(as_text=True)
    assert "Individual session · Rosa · does not come: family or childcare" in page
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["family"]


def test_what_staff_recorded_the_front_desk_does_not_take_back(nora: Person, rosa: Person) -> None:
    assert send(rosa, "attended").status_code == 303
    seen = re.search(
        r'name="service_id" value="1">.*?name="seen" value="(\d+)"', rosa.get("/").get_data(as_text=True), re.S
    )
    assert seen is not None
    answer = send(nora, "open", seen=seen.group(1))
    assert answer.status_code == 422 and "Staff have recorded this. Ask them to change it." in text(answer)


def test_the_front_desk_finds_a_client_and_sees_their_times(nora: Person) -> None:
    answer = nora.send("/clients", q="HS-1")
    assert answer.headers["Location"] == "/clients/1"
    content = text(nora.get("/clients/1"))
    assert "HS-1 Amir" in content and "Today" in content
    assert "9:00 AM" in content and "1:00 PM" in content
    assert "The next days" in content and "Wednesday, March 18" in content


def test_every_link_of_the_front_desk_leads_to_a_page_that_it_may_open(nora: Person) -> None:
    links = {link for path in sorted(OPEN) for link in links_of(nora, path)}
    assert {"/sites/1/calls", "/clients/1"} <= links
    assert [link for link in sorted(links) if nora.client.get(link, follow_redirects=True).status_code != 200] == []


def links_of(person: Person, path: str) -> set[str]:
    """The pages of the program that a page leads to, without anchors."""
    found = re.findall(r'<a\b[^>]*?href="(/[^"#]*)', person.get(path).get_data(as_text=True))
    return {unescape(link) for link in found}


def call(person: Person, outcome: str, **fields: Any) -> Any:
    page = person.get("/sites/1/calls").get_data(as_text=True)
    seen = re.search(r'name="on_day" value="2026-03-13">\s*<input type="hidden" name="seen" value="(\d+)"', page)
    assert seen is not None
    return person.send(
        "/sites/1/calls", enrollment_id=cast.AMIR, on_day="2026-03-13", outcome=outcome, seen=seen[1], **fields
    )


def test_the_front_desk_calls_clients_and_excuses_nobody(nora: Person, rosa: Person) -> None:
    assert call(nora, "calling").status_code == 303
    page = nora.get("/sites/1/calls").get_data(as_text=True)
    assert "Nora is calling" in page and "Excused" not in page
    assert "Excused for this reason" in rosa.get("/sites/1/calls").get_data(as_text=True)
    assert call(nora, "excused", excuse="court").status_code == 403
    assert call(nora, "left_word").status_code == 303
    assert "left word" in text(rosa.get("/sites/1/calls"))


def test_after_an_excuse_the_front_desk_is_shown_no_absence_to_correct(
    nora: Person, rosa: Person, given: Given
) -> None:
    given(
        record_slot, enrollment_id=3, service_id=TESTS, on_day=FRIDAY, way="absent", key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    given(
        note_call, enrollment_id=3, on_day=FRIDAY, outcome="excused", excuse="court", key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    assert "The absence still counts" in text(rosa.get("/sites/1/calls"))
    page = nora.get("/sites/1/calls").get_data(as_text=True)
    assert "HS-11" in page and "still counts" not in page and "/visits/" not in page


def test_drawn_days_are_not_among_the_next_days(nora: Person, given: Given) -> None:
    def enter(session: Session) -> None:
        week.plan(session, week.item(TESTS, "01234", URINE, is_drawn=True), from_on=week.TODAY, reason="times")

    given(enter)
    assert "Urine tests" not in text(nora.get("/clients/1")).split("The next days")[1]


def test_a_client_who_left_the_site_is_not_found(nora: Person, given: Given) -> None:
    given(lambda session: cast.transfer(session, 2, cast.HARBOR, actor=cast.zoe) and None)
    given(lambda session: cast.transfer(session, 2, cast.MILL, actor=cast.zoe) and None)
    assert nora.get("/clients/2").status_code == 404


def test_notes_of_the_front_desk_come_from_its_own_pages(nora: Person, given: Given) -> None:
    """A stroke on the client's page leads back to it."""
    answer = nora.send(
        "/day/slots?site=1&client=1", shown_at="/clients/1", enrollment_id=cast.AMIR, service_id=GROUP,
        on_day="2026-03-16", seen="0", way="arrived",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")


def test_an_unknown_reason_is_refused(app: Flask, given: Given, nora: Person) -> None:
    from cm_tracker.domain.errors import BadInput

    with pytest.raises(BadInput, match="Choose the reason from the list"):
        given(
            note_slot, enrollment_id=cast.AMIR, service_id=GROUP, on_day=week.TODAY, status="not_coming",
            excuse="sunshine", key=cast.key(), actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
