"""The day of a large clinic: the board with 500 expected clients, what a board that looks after itself is sent when one
row changed, and a sheet of 50 people in one save.

Both run in this process on SQLite, without a network: what is measured is the program's own time. Each figure is the
median of several runs. It prints a table and exits with 1 when a bound is missed.
"""

import re
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date, time, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from cm_tracker import clock, create_app
from cm_tracker.db import db, make_database
from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.schedules.presets import preset

CLIENTS, PEOPLE, RUNS = 500, 50, 9
BOARD_MS, SHEET_MS, CHANGED_KB = 150, 130, 60
PASSWORD = "correct horse battery"
ACTOR = command("demonstration")
EVERY_DAY = frozenset(range(7))
_codes = count(1)


def service(session: Session, name: str, kind: str, at: time, minutes: int, today: date) -> int:
    since = today - timedelta(days=60)
    return save_service(
        session, site_id=1, name=name, kind=kind, leader_id=None, place="Room 1", capacity=None,
        meetings=[Meeting(weekday, at, minutes, since) for weekday in range(7)], from_on=since, key=str(uuid4()),
        actor=ACTOR, now=clock.now(),
    )  # fmt: skip


def client(session: Session, version_id: int, items: list[PlanItem], today: date) -> None:
    """Open a client, enroll them from today on, and set their plan."""
    now = clock.now()
    client_id = open_client(
        session, code=f"HS-{next(_codes)}", preferred_name="Kim", site_id=1, language="en", actor=ACTOR, now=now
    )
    enrollment_id = enroll_client(
        session, client_id=client_id, schedule_version_id=version_id, starts_on=today, key=str(uuid4()), actor=ACTOR,
        now=now,
    )  # fmt: skip
    set_plan(
        session, enrollment_id=enrollment_id, from_on=today, level="outpatient", hours_required=3, reason="first",
        items=items, key=str(uuid4()), actor=ACTOR, now=now,
    )  # fmt: skip


def fill(app: Flask) -> None:
    """Enter a site with 450 clients who come for a test, and a group of 50."""
    session, now = db.session(), clock.now()
    add_site(session, name="Harbor Street", time_zone="America/New_York", actor=ACTOR, now=now)
    add_demonstration_account(
        session, username="rosa", display_name="Rosa", roles={"coordinator"}, site_ids=(1,), password=PASSWORD,
        hasher=app.extensions["cm_hasher"], actor=ACTOR, now=now,
    )  # fmt: skip
    for name in ("higgins-voucher", "attendance-points"):
        publish_schedule(session, document=preset(name), reason="Opening", key=str(uuid4()), actor=ACTOR, now=now)
    today = clock.day_at(now, "America/New_York")
    tests = service(session, "Urine tests", "test_visit", time(0), 20, today)
    group = service(session, "Skills group", "skills", time(0), 60, today)
    for number in range(CLIENTS):
        if number < PEOPLE:
            client(session, 2, [PlanItem(group, EVERY_DAY, "attendance")], today)
        else:
            client(session, 1, [PlanItem(tests, EVERY_DAY, "cocaine-negative")], today)
    session.close()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*name="(csrf_token|key|seen-\d+)"[^>]*value="([^"]*)"', page))


def sign_in(app: Flask) -> FlaskClient:
    browser = app.test_client()
    fields = hidden(browser.get("/sign-in").get_data(as_text=True))
    answer = browser.post("/sign-in", data={**fields, "username": "rosa", "password": PASSWORD})
    assert answer.status_code == 302, answer.status
    return browser


def timed(action: Callable[[], object]) -> float:
    """Return the milliseconds that an action takes."""
    began = perf_counter()
    action()
    return (perf_counter() - began) * 1000


def board(browser: FlaskClient) -> float:
    """Return the median time of the first page."""
    page = browser.get("/").get_data(as_text=True)
    assert f"open of {CLIENTS}" in page, "everybody is expected"
    return statistics.median(timed(lambda: browser.get("/")) for _ in range(RUNS))


def changed(browser: FlaskClient) -> int:
    """Return how many bytes a page that looks after itself is sent when one row changed."""
    page = browser.get("/").get_data(as_text=True)
    marks = re.findall(r'data-row="([0-9a-f]+)"', page)
    assert len(marks) >= 30, len(marks)
    headers = {"X-Poll": "1", "X-Seen": "", "X-Known": ",".join(marks[1:])}
    answer = browser.get("/day/changes", headers=headers)
    assert answer.status_code == 200, answer.status
    return len(answer.get_data())


def sheet(browser: FlaskClient) -> float:
    """Return the time of one save of everybody in the group. It can be saved once only."""
    page = browser.get("/services/2/sheet").get_data(as_text=True)
    people = re.findall(r'name="here" value="(\d+)"', page)
    assert len(people) == PEOPLE, len(people)
    taken = timed(lambda: browser.post("/services/2/sheet", data={**hidden(page), "here": people}))
    assert not re.findall(r'name="here"', browser.get("/services/2/sheet").get_data(as_text=True)), (
        "everybody is settled"
    )
    return taken


def main() -> int:
    """Print both figures with their bounds. Return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "SECRET_KEY": "bench",
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
                "HASH_MEMORY_KIB": 64,
                "HASH_PASSES": 1,
                "INSTANCE_PATH": folder,
            }
        )
        with app.app_context():
            make_database(db.engine)
            upgrade()
            fill(app)
        browser = sign_in(app)
        figures = [
            (f"board with {CLIENTS} expected clients", board(browser), BOARD_MS, "ms"),
            ("sent when one row changed", changed(browser) / 1000, CHANGED_KB, "kB"),
            (f"sheet of {PEOPLE} people saved", sheet(browser), SHEET_MS, "ms"),
        ]
    for what, found, most, unit in figures:
        print(f"{what:38} {found:8.0f} {unit}   at most {most} {unit}")
    return 0 if all(found <= most for _, found, most, _ in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
