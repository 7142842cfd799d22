"""The paper sheet for when the program is down: printing it, typing it afterwards, and the second signature."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from cm_tracker.db import db
from cm_tracker.models import DowntimeLine
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.catalog import prize_line
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

DAY = "/sites/1/downtime/2026-03-16"
LINE = "/enrollments/1/downtime/2026-03-16"
MUG = f"{cast.MUG}:20"
"""The mug, at the price that the page shows."""


@pytest.fixture
def expected(app: Flask) -> None:
    """Amir has a test on Mondays, Wednesdays and Fridays."""
    with app.app_context():
        week.plan(db.session(), week.item(week.tests(db.session()), "024", "cocaine-negative"))
        db.session.remove()


def points(app: Flask) -> int:
    with app.app_context():
        return balances_of(db.session(), cast.AMIR).get("points", 0)


CAME = {
    "t0_happened": "came", "t0_result_cocaine": "negative", "t0_temperature": "in_range", "t0_specimen_id": "HS-77",
    "t0_specimen": "given", "time": "09:10", "initials": "RB / LM",
}  # fmt: skip


@pytest.mark.parametrize("path", [DAY, f"{DAY}/print", LINE])
def test_the_checklist(person: Callable[..., Person], expected: None, path: str) -> None:
    elsewhere = path
    unknown = path.replace("/1/", "/99/")
    check(person, path, allowed={"rosa", "miriam"}, unknown=unknown, elsewhere=elsewhere, writes=path == LINE)


def test_no_day_is_not_found(person: Callable[..., Person]) -> None:
    for path in ("/sites/1/downtime/soon", "/sites/1/downtime/soon/print", "/enrollments/1/downtime/soon"):
        assert person("rosa").get(path).status_code == 404


def test_the_printed_sheet_says_what_a_visit_does(app: Flask, person: Callable[..., Person], expected: None) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    page = text(person("rosa").get(f"{DAY}/print"))
    for words in (
        "HS-1 Amir",
        "Has 85 points ($21.25)",
        "Comes next: Wednesday, March 18, 9:00 AM",
        "Negative: It earns 25 points.",
        "Positive, refused or missed without an excuse: The ladder goes back to the start. What was earned stays.",
        "Printed by Rosa",
        "Second initials",
    ):
        assert words in page, words


def test_a_line_is_typed_by_its_code_and_signed_by_somebody_else(
    app: Flask, person: Callable[..., Person], expected: None
) -> None:
    rosa = person("rosa")
    found = rosa.get(f"{DAY}?code=hs-1")
    assert (found.status_code, found.headers["Location"]) == (303, LINE)
    saved = rosa.send(LINE, **CAME, prize="")
    assert (saved.status_code, saved.headers["Location"]) == (303, DAY)
    assert points(app) == 10
    page = text(rosa.get(DAY))
    assert "1 line you typed yourself" in page and "I compared them" not in page
    leo = person("leo")
    page = text(leo.get(DAY))
    assert "I compared them, and sign 1 line" in page and "Met, specimen HS-77" in page
    assert leo.send(DAY, line="1").status_code == 303
    page = text(leo.get(DAY))
    assert "Typed" in page and "by Rosa, initials RB / LM" in page and "by Leo" in page and "Signed" in page
    with app.app_context():
        assert db.session().execute(select(DowntimeLine.signed_by_id)).scalars().all() == [cast.LEO]


def test_a_line_of_a_client_who_has_moved_is_signed_at_the_old_site(
    app: Flask, person: Callable[..., Person], expected: None
) -> None:
    person("rosa").send(LINE, **CAME)
    with app.app_context():
        cast.transfer(db.session())
        db.session.remove()
    leo = person("leo")
    answer = leo.get(DAY)
    page = text(answer)
    assert "Typed, and not a client of this day any more" in page and "I compared them, and sign 1 line" in page
    assert "Met, specimen HS-77" in page and "/visits/1" not in answer.get_data(as_text=True)
    assert leo.send(DAY, line="1").status_code == 303
    assert "I compared them" not in text(leo.get(DAY))


def test_nobody_signs_their_own(app: Flask, person: Callable[..., Person]) -> None:
    rosa = person("rosa")
    rosa.send(LINE, **CAME)
    answer = rosa.send(DAY, line="1")
    assert answer.status_code == 422 and "Somebody else has to compare it with the paper" in text(answer)
    assert rosa.send(DAY).status_code == 422
    assert person("leo").send(DAY, line="x").status_code == 422


def test_a_signature_asks_again_who_somebody_is_after_ten_minutes(
    person: Callable[..., Person], clock: time_machine.Traveller
) -> None:
    person("rosa").send(LINE, **CAME)
    leo = person("leo")
    clock.shift(timedelta(minutes=11))
    answer = leo.send(DAY, line="1")
    assert answer.status_code == 401 and "Is it you?" in text(answer)


def test_what_the_program_bears_is_shown_before_it_is_saved(app: Flask, person: Callable[..., Person]) -> None:
    rosa = person("rosa")
    form = CAME | {"prize": MUG, "quantity": "1"}
    shown = rosa.send(LINE, **form)
    page = text(shown)
    assert shown.status_code == 200 and "Nothing is saved yet" in page
    assert "the program bears 10 points ($2.50)" in page
    assert points(app) == 0
    assert rosa.client.post(LINE, data={**hidden(shown.get_data(as_text=True)), **form}).status_code == 303
    assert points(app) == 0


def price(app: Flask, cents: int) -> None:
    with app.app_context():
        save_prize(
            db.session(), prize_id=cast.MUG, name="Travel mug", name_es="Vaso", category="household", price_cents=cents,
            retail_cents=cents, is_active=True, actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
        db.session.remove()


def sent(whom: Person, page: str, **form: str) -> TestResponse:
    """Send the form of a page that was loaded before."""
    return whom.client.post(LINE, data={**hidden(page), **form})


def test_a_price_that_has_changed_is_refused_and_the_line_shown_again(
    app: Flask, person: Callable[..., Person], expected: None
) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    rosa = person("rosa")
    page = rosa.client.get(LINE).get_data(as_text=True)
    price(app, 1500)
    form = {"prize": MUG, "quantity": "2", "initials": "RB / LM"}
    answer = sent(rosa, page, **form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "The price has changed to 60 points" in text(answer)
    assert '<option selected value="1:60">' in page and 'value="1:20"' not in page
    assert 'value="2"' in page and 'value="RB / LM"' in page
    assert points(app) == 85
    assert sent(rosa, page, **(form | {"prize": f"{cast.MUG}:60", "quantity": "1"})).status_code == 303
    assert points(app) == 25
    for wrong in (str(cast.MUG), "1:x", "99:20", ":", "1:60:1"):
        assert rosa.send(LINE, **(form | {"prize": wrong})).status_code in (404, 422), wrong
    assert points(app) == 25


def test_a_paper_that_two_people_type_is_shown_before_its_prize_is_booked_twice(
    app: Flask, person: Callable[..., Person], expected: None
) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    rosa, leo = person("rosa"), person("leo")
    form = {"prize": MUG, "quantity": "1", "time": "09:10", "initials": "RB"}
    page = leo.client.get(LINE).get_data(as_text=True)  # before Rosa has saved
    assert rosa.send(LINE, **form).status_code == 303
    shown = sent(leo, page, **form)
    words = text(shown)
    assert shown.status_code == 200 and "Nothing is saved yet" in words
    assert "This prize is typed for this client and day already: 1, typed" in words and "by Rosa." in words
    assert "The client’s balance does not change" not in words
    assert points(app) == 65
    assert sent(leo, shown.get_data(as_text=True), **form).status_code == 303
    assert points(app) == 45


@pytest.mark.parametrize(("answer", "left"), [("was_missing", 4), ("was_there", 3)])
def test_a_count_between_giving_and_typing_is_asked_about(
    app: Flask, person: Callable[..., Person], expected: None, answer: str, left: int
) -> None:
    with app.app_context():
        cast.rich(db.session())
        counts = [
            count_stock(
                db.session(), site_id=cast.HARBOR, counted={cast.MUG: 4, cast.CARD: 1}, key=cast.key(), actor=actor,
                now=cast.NOW,
            )
            for actor in (cast.rosa, cast.leo)
        ]  # fmt: skip
        sign_count(db.session(), count_id=counts[0], reason="One", key=cast.key(), actor=cast.miriam, now=cast.NOW)
        db.session.remove()
    rosa = person("rosa")
    of_wednesday = LINE.replace("-16", "-11")
    form = {"prize": MUG, "quantity": "1", "initials": "RB"}
    shown = rosa.send(of_wednesday, **form)
    assert "and 1 was missing. Was it this one?" in text(shown)
    page = hidden(shown.get_data(as_text=True))
    asked = rosa.client.post(of_wednesday, data={**page, **form})
    assert asked.status_code == 422 and "Say whether the prize was missing" in text(asked)
    page["shown"] = hidden(shown.get_data(as_text=True))["shown"]
    assert rosa.client.post(of_wednesday, data={**page, **form, answer: "x"}).status_code == 303
    with app.app_context():
        assert prize_line(db.session(), cast.rosa, cast.MUG).left_at(cast.HARBOR) == left


def test_what_is_wrong_is_said_at_its_field(app: Flask, person: Callable[..., Person]) -> None:
    rosa = person("rosa")
    for form, words in (
        ({}, "Nothing is entered."),
        ({"t0_happened": "came"}, "Enter the time that stands on the paper."),
        ({"t0_happened": "came", "time": "09:00"}, "Give a result for"),
        ({"t0_happened": "absent", "t0_result_cocaine": "negative"}, "but not that the client came"),
        ({"t0_happened": "excused"}, "Choose a reason."),
        ({"prize": MUG, "quantity": ""}, "Enter how many were given."),
        ({"prize": MUG, "quantity": "500"}, "Give a quantity from 1 to 100."),
        (CAME | {"time": "23:59"}, "is in the future"),
    ):
        answer = rosa.send(LINE, **form)
        assert answer.status_code == 422 and words in text(answer), (form, text(answer)[:600])
    assert points(app) == 0
    rosa.send(LINE, **CAME)
    again = rosa.send(LINE, **(CAME | {"t0_specimen_id": "HS-78"}))
    assert again.status_code == 409 and "Go to the visit that is recorded" in text(again)


def test_the_page_finds_codes_and_other_days(person: Callable[..., Person]) -> None:
    rosa = person("rosa")
    assert rosa.get(f"{DAY}?code=HS-404").status_code == 422
    other = rosa.get(f"{DAY}?day=2026-03-13")
    assert (other.status_code, other.headers["Location"]) == (303, "/sites/1/downtime/2026-03-13")
