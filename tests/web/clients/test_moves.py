"""A list of moves: what changes for each client is shown, and exactly that is saved, for each client by itself."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.moves import move_list
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., Any]
FLAT = 3
PATH = f"/schedules/versions/{cast.HIGGINS}/move?to={FLAT}&from_day="
TODAY, BEFORE = f"{PATH}2026-03-16", f"{PATH}2026-03-09"


def publish_flat(session: Session, behavior: str = "cocaine-negative", **more: object) -> int:
    """Publish a version that pays 12 points for each of three visits a week."""
    doc = document(
        track(phase((1, 12), visits_per_week=3, base=12, step=0), behavior=behavior, title="Urine test"),
        name="Flat",
        **more,
    )
    return publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=cast.NOW)


def enroll(session: Session, code: str, version: int = cast.HIGGINS, starts_on: date = cast.START) -> int:
    """Open a client at Harbor Street and enroll them."""
    client_id = open_client(
        session, code=code, preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version, starts_on=starts_on, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def choices(page: str) -> dict[str, bool]:
    """Return the boxes of a page: what each sends, and whether it is ticked."""
    return {value: "checked" in rest for value, rest in re.findall(r'name="choice" value="([^"]+)"([^>]*)>', page)}


def send(person: Person, path: str, page: str, chosen: list[str], note: str = "New version") -> TestResponse:
    return person.client.post(path, data={**hidden(page), "choice": chosen, "note": note})


@pytest.fixture
def flat(given: Given) -> None:
    assert given(publish_flat) == FLAT


@pytest.mark.usefixtures("flat")
def test_only_leads_see_the_list(person: People) -> None:
    check(person, TODAY, allowed=("miriam",), unknown="/schedules/versions/99/move", writes=True)


@pytest.mark.usefixtures("flat")
def test_the_list_says_what_changes_and_moves_everybody_who_is_ticked(miriam: Person, given: Given) -> None:
    given(cast.rich)
    given(enroll, "HS-2")
    given(enroll, "HS-3")
    page = miriam.get(TODAY)
    # Amir's fourth visit would earn 25 points; the others' first ones 10.
    assert "HS-1 Amir 3 of 12 Urine test: 25 points now, 12 points then (level 3) –" in text(page)
    assert "HS-2 3 of 12 Urine test: 10 points now, 12 points then (level 0) –" in text(page)
    boxes = choices(page.get_data(as_text=True))
    assert list(boxes.values()) == [True, True, True]
    saved = send(miriam, TODAY, page.get_data(as_text=True), list(boxes)[:2])
    assert saved.status_code == 303 and saved.headers["Location"] == f"/schedules/versions/{FLAT}"
    assert "2 clients moved." in text(miriam.get(f"/schedules/versions/{FLAT}"))
    assert "Move to Flat, version 1 from Mar 16, 2026 on New version Miriam" in text(miriam.get("/enrollments/1"))
    rest = text(miriam.get(TODAY))
    assert "HS-3" in rest and "HS-1" not in rest and "HS-2" not in rest
    # What is listed for the new version are those who were moved to it.
    back = text(miriam.get(f"/schedules/versions/{FLAT}/move?to={cast.HIGGINS}&from_day=2026-03-16"))
    assert "HS-1" in back and "HS-2" in back and "HS-3" not in back


@pytest.mark.usefixtures("flat")
def test_what_visits_from_that_day_on_pay_or_cost_is_shown_and_booked(miriam: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7)
    other = given(enroll, "HS-2")
    given(cast.visit, 7, enrollment_id=other)
    page = miriam.get(BEFORE)
    # Amir's visit of March 9 paid 25 points and is worth 12: he keeps 13. The other one paid 10.
    assert "1 visit worked out anew; 13 points kept, borne by the program" in text(page)
    assert "1 visit worked out anew; 2 points paid" in text(page)
    saved = send(miriam, BEFORE, page.get_data(as_text=True), list(choices(page.get_data(as_text=True))))
    assert saved.status_code == 303
    assert given(balances_of, 1) == {"points": 110} and given(balances_of, 3) == {"points": 12}
    assert given(lambda session: verify_ledger(session).findings) == []


@pytest.mark.usefixtures("flat")
def test_a_client_whose_numbers_changed_stays_and_is_shown_again(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2")
    page = miriam.get(TODAY).get_data(as_text=True)
    given(cast.visit, 7)  # a colleague records a visit of Amir's meanwhile: 10 points, and the next one earns 15
    answer = send(miriam, TODAY, page, list(choices(page)), "New budget")
    shown = text(answer)
    assert answer.status_code == 409
    assert "1 client moved. 1 client stays for now." in shown
    assert "HS-1 Amir changed 3 of 12 Urine test: 15 points now, 12 points then (level 1)" in shown
    assert "New budget" in answer.get_data(as_text=True) and "HS-2" not in shown
    again = answer.get_data(as_text=True)
    assert list(choices(again).values()) == [True]
    assert send(miriam, TODAY, again, list(choices(again)), "New budget").status_code == 303


@pytest.mark.usefixtures("flat")
def test_whoever_stays_after_saving_is_named_where_no_line_is_left(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2")
    page = miriam.get(TODAY).get_data(as_text=True)
    given(cast.end, cast.AMIR, "2026-03-15")
    answer = send(miriam, TODAY, page, list(choices(page)))
    assert (
        "1 client moved. 1 client stays for now. HS-1: This enrollment has ended: its last day was Mar 15, 2026."
        in text(answer)
    )


@pytest.mark.usefixtures("flat")
def test_a_list_that_is_sent_twice_moves_everybody_once(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2")
    page = miriam.get(TODAY).get_data(as_text=True)
    for _ in range(2):
        assert send(miriam, TODAY, page, list(choices(page))).status_code == 303
        assert "2 clients moved." in text(miriam.get("/schedules"))
    assert text(miriam.get("/enrollments/1")).count("Move to Flat") == 1


@pytest.mark.usefixtures("flat")
def test_a_client_of_another_site_is_neither_listed_nor_moved(miriam: Person, given: Given) -> None:
    page = miriam.get(TODAY)
    assert "MR-1" not in text(page) and "Bea" not in text(page)
    box = next(iter(choices(page.get_data(as_text=True))))
    bea = f"{cast.BEA}:{box.split(':')[1]}"
    answer = send(miriam, TODAY, page.get_data(as_text=True), [bea])
    assert "0 clients moved. 1 client stays for now. A client:" in text(answer)
    assert "MR-1" not in text(answer)
    assert given(cast.move, cast.BEA, FLAT, "2026-03-16", actor=command())


@pytest.mark.usefixtures("flat")
@pytest.mark.parametrize(
    ("chosen", "note", "message"),
    [
        ([], "New version", "Choose who is moved."),
        (["1:zz"], "New version", "Load the page again, and choose from its list."),
        (None, "", "Say why, in a few words."),
    ],
)
def test_a_wrong_list_comes_back_with_its_message(
    miriam: Person, chosen: list[str] | None, note: str, message: str
) -> None:
    page = miriam.get(TODAY).get_data(as_text=True)
    answer = send(miriam, TODAY, page, list(choices(page)) if chosen is None else chosen, note)
    assert answer.status_code == 422 and message in text(answer)


@pytest.mark.usefixtures("flat")
def test_the_page_asks_for_the_version_and_the_day_first(miriam: Person) -> None:
    first = text(miriam.get(f"/schedules/versions/{cast.HIGGINS}/move"))
    assert "Show what changes" in first and "HS-1" not in first
    for query, message in (
        ("to=99&from_day=2026-03-16", "This is not in the list any more."),
        (f"to={FLAT}&from_day=", "Enter the first day as a date."),
    ):
        wrong = miriam.get(f"/schedules/versions/{cast.HIGGINS}/move?{query}")
        assert wrong.status_code == 422 and message in text(wrong)
    assert "Move clients…" in text(miriam.get(f"/schedules/versions/{cast.HIGGINS}"))


@pytest.mark.usefixtures("flat")
def test_who_cannot_be_moved_is_listed_with_the_reason(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2", starts_on=date(2026, 3, 20))
    assert (
        "Cannot be moved from this day on HS-2 : Mar 16, 2026 is before the enrollment's first day (Mar 20, 2026)."
        in text(miriam.get(TODAY))
    )


def test_a_track_that_ends_and_a_lower_ceiling_are_warnings(miriam: Person, given: Given) -> None:
    given(cast.rich)  # 85 points of 25 cents
    given(publish_flat, "attendance", ceilings=[{"scope": "enrollment", "cents": 2000}])
    shown = text(miriam.get(TODAY))
    assert "Urine test: new: the first visit earns 12 points" in shown
    assert "Cocaine-negative urine test: ends no visit of it is recorded any more" in shown
    assert "lower ceiling $20.00 in all, $21.25 used: visits earn nothing more" in shown


@pytest.mark.usefixtures("flat")
def test_whose_weeks_are_over_is_listed_and_not_ticked(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2", starts_on=date(2025, 12, 1))  # March 16 is in week 16 of 12
    boxes = choices(miriam.get(TODAY).get_data(as_text=True))
    assert list(boxes.values()) == [True, False]


@pytest.mark.usefixtures("flat")
def test_the_list_needs_no_query_for_each_client(miriam: Person, given: Given, statements: list[str]) -> None:
    def count() -> int:
        statements.clear()
        assert miriam.get(TODAY).status_code == 200
        return len([statement for statement in statements if statement.startswith("SELECT")])

    given(cast.rich)
    few = count()
    for n in range(2, 10):
        given(cast.visit, 0, enrollment_id=given(enroll, f"HS-{n}"))
    assert 0 < count() <= few
    lead: Actor = cast.miriam
    lines = given(lambda session: move_list(session, lead, cast.HIGGINS, FLAT, date(2026, 3, 16), cast.NOW).lines)
    assert [line.client_code for line in lines] == [f"HS-{n}" for n in range(1, 10)]


def page_of(person: Person, path: str) -> str:
    return text(person.get(path))


@pytest.mark.usefixtures("flat")
def test_every_page_names_the_version_that_the_enrollment_follows_today(miriam: Person, given: Given) -> None:
    given(cast.move, cast.AMIR, FLAT, "2026-03-16")
    client = page_of(miriam, "/clients/1")
    assert "Flat, version 1" in client and "Voucher ladder" not in client
    assert "HS-1 Amir Flat" in page_of(miriam, "/clients")
    assert "Flat · since Mar 2, 2026" in page_of(miriam, "/enrollments/1")
    assert 'The client is enrolled in "Flat" until May 24, 2026' in page_of_refusal(miriam)


def page_of_refusal(person: Person) -> str:
    """Return the page after somebody tries to enroll Amir a second time."""
    answer = person.send("/clients/1/enroll", schedule_version_id="2", starts_on="2026-03-16")
    assert answer.status_code == 409
    return text(answer)


@pytest.mark.usefixtures("flat")
def test_a_move_from_a_later_day_on_changes_no_page_before_that_day(miriam: Person, given: Given) -> None:
    given(cast.move, cast.AMIR, FLAT, "2026-03-17")
    client = page_of(miriam, "/clients/1")
    assert "Voucher ladder for cocaine, 12 weeks, version 1" in client and "Flat" not in client
    assert "HS-1 Amir Flat" not in page_of(miriam, "/clients")
    assert enrolled_in(miriam) == {"higgins": "1", "flat": "0"}


def enrolled_in(person: Person) -> dict[str, str]:
    """Return how many enrollments the list of schedules and the page of each version say."""
    found = {}
    for name, version_id in (("higgins", cast.HIGGINS), ("flat", FLAT)):
        (of_list,) = re.findall(
            rf'/versions/{version_id}">.*?data-label="Enrollments"[^>]*>([\d,]+)<',
            person.get("/schedules").get_data(as_text=True),
            re.S,
        )
        assert f"· {of_list} enrollment" in page_of(person, f"/schedules/versions/{version_id}")
        found[name] = of_list
    return found


@pytest.mark.usefixtures("flat")
def test_the_enrollments_of_a_version_are_those_that_follow_it_today(miriam: Person, given: Given) -> None:
    given(enroll, "HS-2")
    assert enrolled_in(miriam) == {"higgins": "2", "flat": "0"}
    there = given(cast.move, cast.AMIR, FLAT, "2026-03-09")
    assert enrolled_in(miriam) == {"higgins": "1", "flat": "1"}
    # He goes back on the same day: the later record stands.
    back = given(cast.move, cast.AMIR, cast.HIGGINS, "2026-03-16")
    assert enrolled_in(miriam) == {"higgins": "2", "flat": "0"}
    given(cast.withdraw, cast.AMIR, back)
    assert enrolled_in(miriam) == {"higgins": "1", "flat": "1"}
    given(cast.withdraw, cast.AMIR, there)
    assert enrolled_in(miriam) == {"higgins": "2", "flat": "0"}


def test_an_enrollment_that_was_entered_by_mistake_counts_for_no_version(miriam: Person, given: Given) -> None:
    given(publish_flat)
    given(cast.end, given(enroll, "HS-2", FLAT), "2026-03-16", "mistake")
    assert enrolled_in(miriam) == {"higgins": "1", "flat": "0"}


@pytest.mark.parametrize("path", ["/schedules", f"/schedules/versions/{FLAT}"])
def test_moves_need_no_more_queries(miriam: Person, given: Given, statements: list[str], path: str) -> None:
    given(publish_flat)

    def queries() -> int:
        statements.clear()
        assert miriam.get(path).status_code == 200
        return len([statement for statement in statements if statement.startswith("SELECT")])

    queries()
    before = queries()
    given(cast.move, cast.AMIR, FLAT, "2026-03-16")
    given(cast.move, given(enroll, "HS-2"), FLAT, "2026-03-16")
    assert queries() == before
