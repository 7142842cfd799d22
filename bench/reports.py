"""The reports of a large program: 2,000 clients with 100,000 visits and their plans, on both databases.

What is measured is the time that the program and its database take, without a network. The reports are of a whole year,
so that they count every visit. Each figure is the fastest of several runs: whatever else the machine does only adds.
The first run of each is printed, too, because some of what it works out is kept. It prints a table and exits with 1 when a bound is missed: `python -m bench.reports`.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from functools import partial
from itertools import count
from time import perf_counter
from uuid import uuid4

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from cm_tracker import clock, create_app
from cm_tracker.db import db, table
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Enrollment, PlanItemRow, PlanRow
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.negatives import negatives_by_week
from cm_tracker.queries.reports.registry import table_of
from tests import big_ledger, cast
from tests.conftest import KINDS, Databases
from tests.domain.schedules.documents import document, phase, track

CLIENTS, WEEKS, RUNS = 2_000, 17, 5
WEEKDAYS = ("024", "135", "013", "124")
MOST_MS = 1_000
ACTOR = command("demonstration")
# The chances of an outcome after a negative and after another one: a negative is likelier after a negative.
OUTCOMES = ("met", "positive", "unexcused", "excused")
CHANCES = {True: (80, 6, 10, 4), False: (45, 22, 28, 5)}


def courses(today: date) -> Iterator[big_ledger.Course]:
    """Yield random clients who began within the last year, each with up to 50 visits on three days a week."""
    dice = random.Random(7)
    for number in range(CLIENTS):
        starts_on = today - timedelta(days=7 * WEEKS + dice.randrange(365 - 7 * WEEKS))
        weekdays = {int(day) for day in WEEKDAYS[number % len(WEEKDAYS)]}
        days = (starts_on + timedelta(days=day) for day in range(7 * WEEKS))
        is_negative, visits = True, []
        for day in [day for day in days if day.weekday() in weekdays][:50]:
            [outcome] = dice.choices(OUTCOMES, CHANCES[is_negative])
            is_negative = outcome == "met"
            visits.append((day, outcome))
        yield big_ledger.Course(starts_on, visits)


def fill(session: Session) -> int:
    """Enter the program. Return the number of its visits."""
    now = clock.now()
    today = clock.day_at(now, "America/New_York")
    ladder = document(
        track(phase((1, WEEKS), visits_per_week=3, run_bonus={"every": 3, "amount": 40}), behavior="cocaine-negative"),
        name="A ladder of seventeen weeks",
    )
    version_id = publish_schedule(session, document=ladder, reason="Bench", key=str(uuid4()), actor=ACTOR, now=now)
    since = today - timedelta(days=400)
    service_id = save_service(
        session, site_id=cast.HARBOR, name="Urine tests", kind="test_visit", leader_id=None, place="Room 1",
        capacity=None, meetings=[Meeting(weekday, time(9), 20, since) for weekday in range(7)], from_on=since,
        key=str(uuid4()), actor=ACTOR, now=now,
    )  # fmt: skip
    made = list(courses(today))
    big_ledger.add_clients(session, made, site_id=cast.HARBOR, version_id=version_id, via="web")
    rows = session.execute(
        select(Enrollment.id, Enrollment.starts_on)
        .where(Enrollment.schedule_version_id == version_id)
        .order_by(Enrollment.id)
    ).all()
    plan_ids = count(1)
    plans = [
        {"id": next(plan_ids), "enrollment_id": row.id, "site_id": cast.HARBOR, "from_on": row.starts_on,
         "level": "outpatient", "hours_required": 3, "reason": "first", "recorded_at": now}
        for row in rows
    ]  # fmt: skip
    items = [
        {"plan_id": plan["id"], "service_id": service_id, "weekdays": WEEKDAYS[number % len(WEEKDAYS)],
         "behavior": "cocaine-negative", "is_drawn": False, "hours_between": 0}
        for number, plan in enumerate(plans)
    ]  # fmt: skip
    session.execute(insert(table(PlanRow)), plans)
    session.execute(insert(table(PlanItemRow)), items)
    session.commit()
    return sum(len(course.visits) for course in made)


def timed(action: Callable[[], object]) -> list[float]:
    """Return the milliseconds of several runs of an action."""
    found = []
    for _ in range(RUNS):
        began = perf_counter()
        action()
        found.append((perf_counter() - began) * 1000)
    return found


def measure(databases: Databases, kind: str) -> list[float]:
    """Print the time of every report on a database. Return the times."""
    database = databases.copy(kind, with_cast=True)
    # The bulk writer sets sequences, as only the owner of the tables may.
    with create_app(databases.settings(kind, database, as_owner=True)).app_context():
        visits = fill(db.session())
        if kind == "postgresql":
            db.session.execute(db.text("ANALYZE"))
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    app = create_app(databases.settings(kind, database))
    found = []
    with app.app_context():
        print(f"{kind}: {CLIENTS:,} clients, {visits:,} visits", flush=True)
        now = clock.now()
        sent: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
        today = clock.day_at(now, "America/New_York")
        days = {"first_day": today - timedelta(days=365), "last_day": today, "now": now}
        reports: dict[str, Callable[[], object]] = {
            "the first page's 12 weeks": lambda: negatives_by_week(db.session(), ACTOR, None, now)
        }
        for name in REPORTS:
            reports[name] = partial(table_of, db.session(), ACTOR, name, **days)
        for name, run in reports.items():
            runs = timed(run)
            print(
                f"  {name:28} {min(runs):7.0f} ms   first {runs[0]:6.0f} ms   {len(sent) // RUNS:3} statements   "
                f"at most {MOST_MS} ms",
                flush=True,
            )
            sent.clear()
            found.append(min(runs))
        db.session.remove()
        db.engine.dispose()
    return found


def on_both(measured: Callable[[Databases, str], list[float]]) -> int:
    """Measure both databases, or those that are named in the command. Return the exit code."""
    databases = Databases()
    try:
        databases.admin  # noqa: B018  # the first use starts PostgreSQL
        databases.make_durable()
        times = [one for kind in (sys.argv[1:] or KINDS) for one in measured(databases, kind)]
    finally:
        databases.close()
    return 0 if all(one <= MOST_MS for one in times) else 1


if __name__ == "__main__":
    sys.exit(on_both(measure))
