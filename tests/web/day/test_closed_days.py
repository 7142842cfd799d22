"""A closed day: the first page says that it waits, one save excuses everybody, and each client is told."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.record_slot import record_slot
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
PATH = "/sites/1/closed-days/2026-03-11"
WEDNESDAY = date(2026, 3, 11)


@pytest.fixture
def closed(given: Given) -> None:
    """Tests on Monday, Wednesday and Friday, and a Wednesday on which the site was closed."""

    def enter(session: Any) -> None:
        tests = week.tests(session)
        week.plan(session, week.item(tests, "024", "cocaine-negative"))
        close(session)

    given(enter)


def close(session: Any) -> None:
    add_closure(
        session, site_id=cast.HARBOR, first_day=WEDNESDAY, last_day=WEDNESDAY, name="Water damage", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def test_the_checklist(person: Callable[..., Person], closed: None) -> None:
    check(
        person, PATH, allowed=("rosa", "miriam"), unknown="/sites/1/closed-days/2026-03-10", writes=True, elsewhere=PATH
    )
    assert person("rosa").get("/sites/1/closed-days/soon").status_code == 404


def test_the_first_page_leads_to_a_closed_day_until_it_is_done(rosa: Person, closed: None) -> None:
    first = rosa.get("/")
    assert "Wednesday, March 11" in text(first) and f'href="{PATH}"' in first.get_data(as_text=True)
    answer = rosa.client.post(PATH, data=hidden(rosa.get(PATH).get_data(as_text=True)))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?site=1")
    after = rosa.get("/")
    assert "1 client is excused. Nobody loses anything." in text(after)
    assert PATH not in after.get_data(as_text=True)
    assert "1 client was excused. Nobody loses anything." in text(rosa.get(PATH))


def test_closing_a_closed_day_is_excusing_everybody(rosa: Person, closed: None) -> None:
    answer = rosa.get("/sites/1/close-day?on=2026-03-11")
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)
    content = text(rosa.get(PATH))
    assert "Harbor Street was closed: Water damage" in content and "Excuse 1 client" in content
    assert "cocaine" not in content


def test_staff_are_asked_to_tell_the_client(rosa: Person, closed: None) -> None:
    said = "The clinic was closed on Wednesday, March 11, and the program has excused it."
    assert said not in text(rosa.get("/clients/1"))
    rosa.client.post(PATH, data=hidden(rosa.get(PATH).get_data(as_text=True)))
    assert said in text(rosa.get("/clients/1"))


def test_an_absence_from_before_the_closure_leads_to_its_correction(rosa: Person, given: Given) -> None:
    def enter(session: Any) -> None:
        tests = week.tests(session)
        week.plan(session, week.item(tests, "024", "cocaine-negative"))
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=tests, on_day=WEDNESDAY, way="absent", key=cast.key(),
            actor=cast.leo, now=cast.NOW,
        )  # fmt: skip
        close(session)

    given(enter)
    page = rosa.get(PATH)
    assert "Recorded as absent before the closure was entered" in text(page)
    link = re.search(r'href="(/visits/\d+/excuse)"', page.get_data(as_text=True))
    assert link is not None
    assert rosa.get(link.group(1)).status_code == 200


def test_the_kiosk_tells_the_client_in_their_language(app: Flask, rosa: Person, closed: None) -> None:
    rosa.client.post(PATH, data=hidden(rosa.get(PATH).get_data(as_text=True)))
    kiosk = opened(app)
    assert "The clinic was closed on Wednesday, March 11. You lose nothing." in text(kiosk.get("/kiosk/card"))
    spanish = text(kiosk.in_language("es"))
    assert "La clínica estuvo cerrada el miércoles 11 de marzo. Usted no pierde nada." in spanish


def test_staff_tell_whoever_comes_next_and_then_no_more(rosa: Person, given: Given, closed: None) -> None:
    rosa.client.post(PATH, data=hidden(rosa.get(PATH).get_data(as_text=True)))
    told = "tell: closed on Wednesday, March 11, nothing is lost"
    assert told in text(rosa.get("/"))
    visit_id = given(cast.visit, 11)  # Friday
    assert told not in text(rosa.get("/"))
    page = text(rosa.get(f"/visits/{visit_id}"))
    assert "The clinic was closed on Wednesday, March 11. You lose nothing." in page


def test_a_closed_day_to_come_is_not_finished(rosa: Person, given: Given) -> None:
    given(week.tests)
    given(
        add_closure, site_id=cast.HARBOR, first_day=date(2026, 3, 18), last_day=date(2026, 3, 18), name="Snow",
        key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    page = text(rosa.get("/sites/1/closed-days/2026-03-18"))
    assert "The day is still to come." in page and "The day is done" not in page
