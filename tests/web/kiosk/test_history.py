"""The history at the kiosk: lines that look alike, and what each says when it is opened."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.queries.day.downtime import preview_downtime
from tests import cast
from tests.redeeming import redeem_at_once
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
MUG_BY_HAND = PaperLine(cast.NOW.date(), (), PaperPrize(cast.MUG, 1, 20), None)
PENDING = Test({"cocaine": "pending"}, temperature="in_range")


def history(app: Flask, path: str = "/kiosk/history") -> tuple[str, str]:
    page = opened(app).get(path)
    return page.get_data(as_text=True), text(page)


def mug_by_hand(session: Session) -> None:
    """While the program was down, the client got a mug for 20 points, of which they had 10 by then."""
    shown = preview_downtime(session, cast.rosa, 1, MUG_BY_HAND, cast.NOW).fingerprint
    record_downtime(
        session, enrollment_id=1, line=MUG_BY_HAND, key=cast.key(), actor=cast.rosa, now=cast.NOW, shown=shown
    )


def lines(page: str) -> list[str]:
    """Return the lines as they look while they are closed, newest first, without their days."""
    closed = re.findall(r"<summary>(.*?)</summary>", page, re.S)
    return [re.sub(r"\s+", " ", re.sub(r'<span class="day">[^<]*</span>', "", one)).strip() for one in closed]


def test_every_visit_looks_alike_until_it_is_opened(app: Flask, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, cast.positive())
    given(cast.visit, 4, cast.EXCUSED)
    given(cast.visit, 7, PENDING)
    given(cast.visit, 9, cast.ABSENT)
    page, _ = history(app)
    assert len(lines(page)) == 5 and len(set(lines(page))) == 1
    assert "<details open" not in page and page.count('name="line"') == 5


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (cast.negative(), "10 points Counted What"),
        (cast.positive(), "Did not count All you had stays yours. What"),
        (cast.ABSENT, "Did not count We missed you that day. All you had stays yours. What"),
        (cast.EXCUSED, "Excused Your step stays where it was. What"),
        (PENDING, "Not decided yet When we know, it counts for this day. What"),
    ],
    ids=["met", "not met", "absent", "excused", "waits"],
)
def test_an_open_line_says_what_became_of_the_visit(app: Flask, given: Given, evidence: Any, expected: str) -> None:
    given(cast.visit, 0, evidence)
    assert f"Mon, Mar 2 Visit {expected}" in history(app)[1]


def test_a_bonus_stands_apart_from_the_step(app: Flask, given: Given) -> None:
    given(cast.rich)
    assert "Fri, Mar 6 Visit 60 points Counted 20 for your visit 40 extra for the flag" in history(app)[1]


def test_an_answer_of_the_laboratory_and_a_correction_are_said_in_plain_words(app: Flask, given: Given) -> None:
    given(cast.visit, 0, PENDING)
    given(cast.put_right, 1, "answer", cast.negative(), actor=cast.rosa)
    given(cast.visit, 2)
    given(cast.put_right, 3, "correct", cast.positive())
    content = history(app)[1]
    assert "Mon, Mar 2 Visit 10 points Counted We got the answer on Mon, Mar 16." in content
    # 15 points were paid, and the client keeps them.
    assert (
        "Wed, Mar 4 Visit Did not count All you had stays yours. We put it right on Mon, Mar 16. We are sorry. "
        "You keep 15 points that you got for it." in content
    )


def test_a_prize_has_its_receipt_and_what_a_lead_added_is_a_line(app: Flask, given: Given, miriam: Person) -> None:
    given(cast.rich)
    given(redeem_at_once, client_id=cast.AMIR, prize_id=cast.MUG)
    page, content = history(app)
    assert "Mon, Mar 16 Travel mug 20 points ($5.00) Receipt 1" in content
    assert "20 points" not in " ".join(lines(page))


def test_the_four_words_stand_apart_from_any_day(app: Flask) -> None:
    content = history(app)[1]
    assert "Nothing is here yet. It begins with your first visit. What the words mean Counted" in content
    for word in ("Not decided yet We wait for the laboratory.", "Excused", "Did not count"):
        assert word in content


def test_a_prize_that_was_given_by_hand_says_what_the_client_paid_of_it(app: Flask, given: Given) -> None:
    given(cast.visit, 0)
    given(mug_by_hand)
    assert "Travel mug 10 points" in history(app)[1]
    assert "Vaso térmico 10 puntos" in text(opened(app).in_language("es", "/kiosk/history"))


def test_older_days_are_on_further_pages(app: Flask, given: Given) -> None:
    for day in (0, 2, 4, 7, 9, 11, 1, 3, 5, 8):
        given(cast.visit, day)
    page, content = history(app)
    assert len(lines(page)) == 8 and "Show older days" in content and "Show newer days" not in content
    page, content = history(app, "/kiosk/history?page=2")
    assert len(lines(page)) == 2 and "Show newer days" in content and "Show older days" not in content
    assert history(app, "/kiosk/history?page=x")[1].count("Show older days") == 1


def test_the_history_is_in_the_clients_language(app: Flask, given: Given) -> None:
    given(cast.rich)
    content = text(opened(app).in_language("es", "/kiosk/history"))
    assert "vie, 6 mar Visita 60 puntos Contó 20 por su visita 40 extra por la bandera" in content


def test_the_history_says_no_name_no_substance_and_no_result(app: Flask, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    page = history(app)[0].lower()
    for word in ("amir", "hs-1", "cocaine", "urine", "test", "positive", "negative", "in a row", " back "):
        assert word not in page, word


def test_who_has_no_open_card_sees_no_history(app: Flask) -> None:
    answer = Person(app).get("/kiosk/history")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/kiosk")
