"""Practice clients on the pages of staff: opened with a tick, and tagged wherever somebody sees one."""

import re
from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from tests import cast, goals, kiosk, week
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened
from tests.whole_clinic import addresses

People = Callable[..., Person]
Given = Callable[..., object]
CODE, TAG = "HS-P1", '<span class="tag pale">Practice</span>'
PRACTICE = 3  # the client and the enrollment that `practicing` opens


def practicing(session: Session) -> None:
    """A practice client with everything that a page may show of them."""
    week.newcomer(session, CODE, is_practice=True)
    group = week.service(session, "Skills group", "skills", week.meetings("024", time(9), 120))
    week.plan(session, week.item(group, "024", "attendance"), enrollment_id=PRACTICE)
    goals.goal(session, enrollment_id=PRACTICE, behavior=None)
    goals.review(session, enrollment_id=PRACTICE)
    kiosk.question(session, client_id=PRACTICE)
    issue_card(session, client_id=PRACTICE, key=cast.key(), actor=cast.miriam, now=cast.NOW)


def test_a_practice_client_is_opened_with_a_tick(rosa: Person) -> None:
    page = rosa.get("/clients/new")
    assert "no prize leaves the cabinet and no report counts them. This cannot be changed later." in text(page)
    rosa.send("/clients/new", code=CODE, preferred_name="", site_id="1", language="en", is_practice="y")
    assert TAG in rosa.get("/clients/3").get_data(as_text=True)
    rosa.send("/clients/new", code="HS-3", preferred_name="", site_id="1", language="en")
    assert TAG not in rosa.get("/clients/4").get_data(as_text=True)


def test_every_page_that_shows_a_practice_client_has_the_tag(app: Flask, person: People, given: Given) -> None:
    """Every address that names a client or an enrollment, and the lists. A page that shows the code shows the tag."""
    given(practicing)
    miriam, seen = person("miriam"), 0
    with app.test_request_context():
        paths = [path for path in addresses(app).values()]
    for rule in app.url_map.iter_rules():
        names = rule.arguments & {"client_id", "enrollment_id"}
        if names and "GET" in (rule.methods or ()) and not rule.rule.startswith("/kiosk"):
            values = {
                name: PRACTICE if name in names else {"number": 0, "way": "missed"}.get(name, 1)
                for name in rule.arguments
            }
            paths.append(app.url_map.bind("clinic").build(rule.endpoint, values))
    untagged = []
    for path in sorted(set(paths)):
        page = miriam.get(path).get_data(as_text=True)
        main = re.sub(r"<title>.*?</title>", "", page, flags=re.S)
        if CODE in main and "</main>" in main:
            seen += 1
            if TAG not in main:
                untagged.append(path)
    # An ID card tells nothing of its client, and a printed list has the codes alone, as its file has.
    assert untagged == ["/id-cards/print?clients=1-3", "/lists/audit/list.print"]
    assert seen > 30


def test_nobody_else_has_the_tag(rosa: Person, given: Given) -> None:
    given(practicing)
    assert TAG not in rosa.get("/clients/1").get_data(as_text=True)


def test_the_last_step_of_an_offer_says_that_it_was_practice(rosa: Person, given: Given) -> None:
    given(week.newcomer, CODE, version_id=cast.HIGGINS, is_practice=True)
    for day in (0, 2, 4):
        given(cast.visit, day, enrollment_id=PRACTICE)
    answer = rosa.redeem("/clients/3/redeem", prize="1:20", quantity="1")
    assert answer.status_code == 422
    assert "This is a practice client, so it ends here. All steps were right." in text(answer)
    assert "85 points" in text(rosa.get("/clients/3"))


@pytest.mark.parametrize(("language", "word"), [("en", "Practice"), ("es", "Práctica"), ("pt", "Prática")])
def test_the_card_at_the_kiosk_has_the_tag_and_is_the_same_else(
    app: Flask, given: Given, language: str, word: str
) -> None:
    def enter(session: Session) -> None:
        week.newcomer(session, CODE, is_practice=True, version_id=cast.HIGGINS)
        set_pin(session, client_id=PRACTICE, pin=cast.PIN, hasher=Hasher(64, 1), actor=cast.miriam, now=cast.NOW)

    given(enter)
    cards = []
    for code in ("HS-1", CODE):
        client = opened(app, code)
        cards.append(text(client.in_language(language)))
    tagged = cards[1].replace(f" {word} ", " ", 1)
    assert tagged == cards[0] != cards[1]
