"""Two members of staff at one client, one sheet or one day: neither overwrites the other, and both see what happened."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.queries.day.board import board
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests.torture.conftest import ROUNDS
from tests.torture.visitor import Answer, Visitor

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2
ON = "2026-03-16"
CHANGED = "Somebody else has changed this in the meantime."
SHEET, CLOSE = f"/services/{GROUP}/sheet", f"/sites/{cast.HARBOR}/close-day"
SLOT = {"enrollment_id": cast.AMIR, "service_id": TESTS, "on_day": week.TODAY}


@pytest.fixture
def clinic(app: Flask) -> Iterator[Flask]:
    """Yield a clinic with a group of four people at nine, and a test of Amir and of seven others. Verify it afterwards."""
    with app.app_context():
        week.a_group_of_four(db.session())
        week.tests(db.session())
        week.plan(db.session(), week.item(GROUP, "024"), week.item(TESTS, "024", URINE), reason="services",
                  from_on=week.TODAY)  # fmt: skip
        week.many_more(db.session(), 38, 44)
        db.session.remove()
    yield app
    with app.app_context():
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.fixture
def staff(clinic: Flask, port: int) -> Iterator[tuple[Visitor, Visitor]]:
    """Yield Rosa's and Leo's connections."""
    visitors = Visitor(port).sign_in("rosa"), Visitor(port).sign_in("leo")
    yield visitors
    for visitor in visitors:
        visitor.close()


def at_once(sends: list[Callable[[], Any]]) -> list[Any]:
    """Do everything at the same moment. Return what each returned."""
    gate = threading.Barrier(len(sends))

    def send_at_the_gate(send: Callable[[], Any]) -> Any:
        gate.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send_at_the_gate, sends))


def press(visitor: Visitor, way: str, enrollment_id: int = cast.AMIR, service_id: int = TESTS) -> Answer:
    """Press a button in a row of a first page on which nothing was noted yet."""
    return visitor.post(
        "/day/slots", enrollment_id=str(enrollment_id), service_id=str(service_id), on_day=ON, seen="0", way=way,
        key=cast.key(),
    )  # fmt: skip


def rows(app: Flask, statement: str, **parameters: object) -> list[Any]:
    with app.app_context():
        found = db.session().execute(text(statement), parameters).all()
        db.session.remove()
    return list(found)


def visits_of(app: Flask, enrollment_id: int) -> list[str]:
    found = rows(
        app, "SELECT outcome FROM visit WHERE enrollment_id = :of AND happened_on = :on", of=enrollment_id, on=ON
    )
    return [outcome for (outcome,) in found]


# -- over HTTP, as fast as they can ------------------------------------------------------------------


def test_both_record_one_test_and_one_of_them_is_told(clinic: Flask, staff: tuple[Visitor, Visitor]) -> None:
    people = [one.another() for one in staff * 8]
    answers = at_once([lambda one=one: press(one, "negative") for one in people])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {303: 1, 422: 15}
    for answer in answers:
        assert answer.status == 303 or CHANGED in answer.text
    assert visits_of(clinic, cast.AMIR) == ["met"]
    for one in staff:
        assert "HS-1 Amir" in one.get("/?show=done").text
    for one in people:
        one.close()


@pytest.mark.parametrize("ways", [("arrived", "absent"), ("negative", "absent"), ("arrived", "negative")])
def test_they_say_different_things_of_one_client_and_the_first_stands(
    clinic: Flask, staff: tuple[Visitor, Visitor], ways: tuple[str, str]
) -> None:
    answers = at_once([lambda n=n: press(staff[n], ways[n]) for n in (0, 1)])  # type: ignore[misc]
    assert sorted(answer.status for answer in answers) == [303, 422]
    won, lost = (0, 1) if answers[0].status == 303 else (1, 0)
    assert CHANGED in answers[lost].text
    noted = [status for (status,) in rows(clinic, "SELECT status FROM slot_note")]
    assert noted == [{"negative": "attended"}.get(ways[won], ways[won])]
    outcome = {"arrived": [], "absent": ["unexcused"], "negative": ["met"]}[ways[won]]
    assert visits_of(clinic, cast.AMIR) == outcome


def test_a_test_is_recorded_on_the_clients_page_and_on_the_board(clinic: Flask, staff: tuple[Visitor, Visitor]) -> None:
    """A form that was open before knows nothing of the board, and the visit of the day stands once."""
    form = {
        "happened_on": ON, "collected_time": "10:00", "specimen": "given", "temperature": "in_range",
        "result_cocaine": "positive", "key": cast.key(),
    }  # fmt: skip
    answers = at_once(
        [lambda: press(staff[0], "negative"), lambda: staff[1].post("/enrollments/1/0/visits/new", **form)]
    )
    won = [answer.status == 303 for answer in answers]
    assert won.count(True) == 1
    assert visits_of(clinic, cast.AMIR) == (["met"] if won[0] else ["positive"])
    lost = answers[won.index(False)]
    assert "already recorded" in lost.text


def filled(visitor: Visitor, path: str) -> dict[str, str]:
    """Return the hidden fields of the rows on a page, and its key."""
    visitor.get(path)
    return dict(re.findall(r'name="((?:seen-|key)[\d-]*)"[^>]*value="([^"]+)"', visitor.page))


def test_both_save_one_sheet_and_each_row_is_saved_once(clinic: Flask, staff: tuple[Visitor, Visitor]) -> None:
    fields = [filled(one, SHEET) for one in staff]
    excused = {f"excuse-{row}": "court" for row in (3, 4, 5)}
    answers = at_once([
        lambda: staff[0].post(SHEET, here=["3", "4", "5"], **fields[0]),
        lambda: staff[1].post(SHEET, **fields[1], **excused),
    ])  # fmt: skip
    outcomes = [visits_of(clinic, row) for row in (3, 4, 5)]
    assert all(outcome in (["met"], ["excused"]) for outcome in outcomes)
    saved = (outcomes.count(["met"]), outcomes.count(["excused"]))
    for answer, mine in zip(answers, saved, strict=True):
        if mine == 3:
            assert answer.status == 303
        else:
            assert answer.status == 409
            assert f"{3 - mine} {'person was' if mine == 2 else 'people were'} not saved" in answer.text
            assert answer.text.count(CHANGED) >= 3 - mine


@pytest.mark.parametrize("round_", range(max(ROUNDS // 4, 1)))
def test_one_records_while_one_closes_the_day(clinic: Flask, staff: tuple[Visitor, Visitor], round_: int) -> None:
    """Each of eight clients has one visit: Rosa's, or the absence that Leo saw on his page. Nobody is open on a closed day."""
    with clinic.app_context():
        for row in (cast.AMIR, 3, 4, 5):
            record_slot(db.session(), enrollment_id=row, service_id=GROUP, on_day=week.TODAY, way="attended",
                        key=cast.key(), actor=cast.rosa, now=cast.NOW)  # fmt: skip
        db.session.remove()
    fields = filled(staff[1], CLOSE)
    clients = [cast.AMIR, *range(7, 14)]
    assert len([name for name in fields if name.startswith("seen-")]) == len(clients)
    people = [staff[0].another() for _ in clients]
    *pressed, closed = at_once(
        [lambda n=n: press(people[n], "negative", clients[n]) for n in range(len(clients))]  # type: ignore[misc]
        + [lambda: staff[1].post(CLOSE, **fields)]
    )
    for one in people:
        one.close()
    for client, answer in zip(clients, pressed, strict=True):
        assert visits_of(clinic, client) == (["met"] if answer.status == 303 else ["unexcused"]), answer.text
        assert answer.status == 303 or CHANGED in answer.text or "is closed. A lead can open it again." in answer.text
    came = sum(answer.status == 303 for answer in pressed)
    is_closed = bool(rows(clinic, "SELECT 1 FROM day_closing"))
    assert is_closed == (closed.status == 303)
    assert is_closed or (closed.status == 409 and came)
    page = staff[1].get("/").text
    assert f"0 open of {4 + len(clients)}" in page


# -- each waits for the other, on purpose ------------------------------------------------------------


@contextmanager
def held(app: Flask, statement: str) -> Iterator[None]:
    """Lock a row until the end of the block, so that whoever writes about it waits there. On SQLite nothing is locked."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(statement))
        yield
        connection.rollback()


def begin(app: Flask, pool: ThreadPoolExecutor, write: Callable[[Session], Any]) -> "Future[Any]":
    """Begin an operation, and return once it is over or waits for a lock."""

    def run() -> Any:
        with app.app_context():
            try:
                return write(db.session())
            except Refused as error:
                return error
            finally:
                db.session.remove()

    def waiting() -> int:
        if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
            return 0
        return int(rows(app, "SELECT COUNT(*) FROM pg_locks WHERE NOT granted")[0][0])

    before = waiting()
    future = pool.submit(run)
    for _ in range(500):
        if future.done() or waiting() > before:
            return future
        time.sleep(0.01)
    raise AssertionError("the operation neither ended nor waits")


def settle(session: Session) -> None:
    """Record that everybody was there."""
    for line in board(session, cast.rosa, cast.HARBOR, cast.NOW).lines:
        record_slot(
            session, enrollment_id=line.slot.enrollment_id, service_id=line.slot.service_id, on_day=week.TODAY,
            way="negative" if line.service.id == TESTS else "attended", key=cast.key(), actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip


def test_no_note_is_taken_back_on_a_day_that_is_being_closed(clinic: Flask) -> None:
    with clinic.app_context():
        settle(db.session())
        db.session.remove()

    def close(session: Session) -> int:
        return close_day(session, site_id=cast.HARBOR, day=week.TODAY, actor=cast.leo, now=cast.NOW)

    def take_back(session: Session) -> int:
        return note_slot(
            session, enrollment_id=cast.AMIR, service_id=GROUP, on_day=week.TODAY, status="open", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        with held(clinic, f"SELECT 1 FROM service WHERE id = {GROUP} FOR UPDATE"):
            first, second = begin(clinic, pool, take_back), begin(clinic, pool, close)
        noted, closed = first.result(), second.result()
    assert isinstance(noted, int)
    assert isinstance(closed, BadInput)
    with clinic.app_context():
        shown = board(db.session(), cast.rosa, cast.HARBOR, cast.NOW)
        assert (shown.closed_at, sum(line.is_open for line in shown.lines)) == (None, 1)


@pytest.mark.parametrize("is_plan_first", [True, False])
def test_a_plan_is_changed_while_its_test_is_recorded(clinic: Flask, is_plan_first: bool) -> None:
    """Whoever comes first, the visit is recorded and the plan is set: neither undoes the other."""

    def change(session: Session) -> int:
        return set_plan(
            session, enrollment_id=cast.AMIR, from_on=week.TODAY, level="intensive_outpatient", hours_required=9,
            reason="times", items=[week.item(GROUP, "024"), week.item(TESTS, "01", URINE)], shown=None,
            key=cast.key(), actor=cast.leo, now=cast.NOW,
        )  # fmt: skip

    def record(session: Session) -> int | None:
        return record_slot(session, **SLOT, way="negative", seen=0, key=cast.key(), actor=cast.rosa, now=cast.NOW)

    writes: list[Callable[[Session], Any]] = [change, record] if is_plan_first else [record, change]
    with ThreadPoolExecutor(2) as pool:
        with held(clinic, f"SELECT 1 FROM client WHERE id = {cast.AMIR} FOR UPDATE"):
            futures = [begin(clinic, pool, write) for write in writes]
        results = [future.result() for future in futures]
    assert all(isinstance(result, int) for result in results), results
    assert visits_of(clinic, cast.AMIR) == ["met"]
    with clinic.app_context():
        (line,) = [one for one in board(db.session(), cast.rosa, cast.HARBOR, cast.NOW).lines
                   if one.key == (cast.AMIR, TESTS)]  # fmt: skip
        assert line.state == "attended"


def test_two_plans_at_once_and_the_second_is_shown_the_first(clinic: Flask) -> None:
    (newest,) = rows(clinic, "SELECT MAX(id) FROM plan WHERE enrollment_id = 1")[0]

    def change(session: Session, weekdays: str) -> int:
        return set_plan(
            session, enrollment_id=cast.AMIR, from_on=week.TODAY, level="intensive_outpatient", hours_required=9,
            reason="times", items=[week.item(TESTS, weekdays, URINE)], shown=newest, key=cast.key(), actor=cast.leo,
            now=cast.NOW,
        )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        with held(clinic, f"SELECT 1 FROM client WHERE id = {cast.AMIR} FOR UPDATE"):
            futures = [begin(clinic, pool, lambda s, days=days: change(s, days)) for days in ("01", "03")]
        results = [future.result() for future in futures]
    refused = [result for result in results if isinstance(result, Refused)]
    assert len(refused) == 1
    assert "Somebody has set another plan in the meantime." in str(refused[0])
