"""Clients' plans leave one clinic as a file, and another clinic imports the file as it is."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.visits.importing import enrollments_by_code
from tests import cast, week
from tests.cli.conftest import runner
from tests.conftest import Databases

URINE = "cocaine-negative"
# What a plan says, with the names of its services.
Said = list[tuple[date, str, int, str, set[tuple[object, ...]]]]


def history(session: Session) -> None:
    """Give Amir a plan, another one a week later, and a third one from today on, which was entered twice."""
    tests, group = week.tests(session), week.group(session)
    week.plan(session, week.item(tests, "024", URINE), week.item(group, "024", time_of_day=time(13, 30)))
    week.plan(
        session, week.item(tests, "03", URINE), from_on=date(2026, 3, 9), level="outpatient", hours_required=3,
        reason="step_down", now=datetime(2026, 3, 9, 15, 0, tzinfo=UTC),
    )  # fmt: skip
    for weekdays in ("0", "01234"):
        week.plan(
            session, week.item(tests, weekdays, URINE, is_drawn=True, hours_between=48), from_on=week.TODAY,
            level="outpatient", hours_required=3, reason="times",
        )  # fmt: skip
    practice = week.newcomer(session, "HS-70", version_id=cast.HIGGINS, is_practice=True)
    week.plan(session, week.item(tests, "0", URINE), enrollment_id=practice)


SAID: Said = [
    (date(2026, 3, 2), "intensive_outpatient", 9, "first", {
        ("Urine tests", (0, 2, 4), URINE, None, False, 0), ("Skills group", (0, 2, 4), None, time(13, 30), False, 0),
    }),
    (date(2026, 3, 9), "outpatient", 3, "step_down", {("Urine tests", (0, 3), URINE, None, False, 0)}),
    (date(2026, 3, 16), "outpatient", 3, "times", {("Urine tests", (0, 1, 2, 3, 4), URINE, None, True, 48)}),
]  # fmt: skip


def said(session: Session, services: dict[int, str], enrollment_id: int) -> Said:
    def of(item: PlanItem) -> tuple[object, ...]:
        days = tuple(sorted(item.weekdays))
        return services[item.service_id], days, item.behavior, item.time_of_day, item.is_drawn, item.hours_between

    return [
        (plan.from_on, plan.level, plan.hours_required, plan.reason, {of(item) for item in plan.items})
        for plan in plans_of(session, [enrollment_id])[enrollment_id]
    ]


@pytest.fixture
def another_clinic(databases: Databases, kind: str) -> Iterator[Callable[[], Flask]]:
    """Return a function that leaves the clinic of the test, and goes to one that has nothing yet."""
    made: list[str] = []

    def go() -> Flask:
        made.append(databases.copy(kind, with_cast=False))
        return databases.app(databases.settings(kind, made[0]))

    yield go
    for name in made:
        databases.drop(kind, name)


def test_an_exported_file_makes_the_same_plans_in_another_clinic(
    app: Flask, another_clinic: Callable[[], Flask], tmp_path: Path
) -> None:
    file, roster = tmp_path / "plans.csv", tmp_path / "roster.csv"
    with app.app_context():
        history(db.session())
        db.session.remove()
    given = runner(app)("export", "plans", "--site", "Harbor Street", "--output", str(file))
    assert given.exit_code == 0, given.output
    assert [
        (row["from_on"], row["until_on"], row["service"], row["weekdays"], row["time"], row["is_drawn"])
        for row in csv.DictReader(file.read_text().splitlines())
    ] == [
        ("2026-03-16", "2026-05-24", "Urine tests", "Mon, Tue, Wed, Thu, Fri", "", "true"),
        ("2026-03-09", "2026-03-15", "Urine tests", "Mon, Thu", "", "false"),
        ("2026-03-02", "2026-03-08", "Skills group", "Mon, Wed, Fri", "13:30", "false"),
        ("2026-03-02", "2026-03-08", "Urine tests", "Mon, Wed, Fri", "", "false"),
    ]
    with app.app_context():
        db.engine.dispose()

    run = runner(another_clinic())
    roster.write_text("client_code,enrolled_on\nHS-1,2026-03-02\n")
    there = ("--schedule", "higgins-voucher", "--site", "Lake View", "--time-zone", "America/New_York")
    assert run("import", "roster", str(roster), *there).exit_code == 0
    with app.app_context():
        (site,) = sites_of(db.session(), command())
        ((enrolled,),) = enrollments_by_code(db.session(), "Voucher ladder for cocaine, 12 weeks", site.id).values()
        services = {
            week.group(db.session(), site_id=site.id, leader_id=None, actor=command("demonstration")): "Skills group",
            week.tests(db.session(), site_id=site.id, actor=command("demonstration")): "Urine tests",
        }
        db.session.remove()
    for added, already in ((4, 0), (0, 4)):
        given = run("import", "plans", str(file), *there[:4])
        assert f"{added} rows added, {already} already there, 0 points paid.\n0 rows refused." in given.output
        with app.app_context():
            assert said(db.session(), services, enrolled.enrollment_id) == SAID
            db.session.remove()
    with app.app_context():
        db.engine.dispose()
