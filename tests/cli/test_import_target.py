"""Where `cm-tracker import` puts a file's rows: whom a dry run keeps waiting, and which day it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.cli.import_target import target_of
from cm_tracker.db import db
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.staff.roles import command
from cm_tracker.imports.run import ImportRun
from cm_tracker.imports.words import words_of
from cm_tracker.models import Client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.tables.reading import read_table
from tests import cast, week

# Ten in the evening of March 16 in New York.
LATE = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
HIGGINS = "Voucher ladder for cocaine, 12 weeks"
ROSTER = "client_code,enrolled_on\nHS-31,2026-03-02\nHS-32,2026-03-02\n"


def run_of(
    session: Session, kind: str, text: str, *, now: datetime = cast.NOW, advance: Callable[[int], object] = int
) -> ImportRun:
    table = read_table("a.csv", text.encode(), text.splitlines()[0].split(","))
    return ImportRun(session, kind, table, actor=command("import"), now=now, dry_run=True, advance=advance)


def test_others_write_while_a_dry_run_goes_on(app: Flask) -> None:
    enrolled: list[int] = []

    def enroll_another() -> None:
        with app.app_context():
            enrolled.append(week.newcomer(db.session(), f"HS-7{len(enrolled)}"))
            db.session.remove()

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        run = run_of(db.session(), "roster", ROSTER, advance=lambda rows: pool.submit(enroll_another).result())
        with target_of(run, HIGGINS, "Harbor Street", "UTC") as target:
            run.carry_out(words_of(Reading()), *target)
        assert run.added == 2 and len(enrolled) >= 2
        codes = set(db.session().execute(select(Client.code)).scalars())
        assert {"HS-70", "HS-71"} <= codes and not {"HS-31", "HS-32"} & codes
        db.session.remove()


def test_the_version_is_the_one_that_holds_on_the_day_of_the_site(session: Session) -> None:
    document = preset("higgins-voucher")
    document["source"] = "Of this clinic"
    newer = publish_schedule(
        session,
        document=document,
        reason="x",
        key=cast.key(),
        actor=command(),
        now=cast.NOW,
        starts_on=date(2026, 3, 17),
    )
    for now, version_id in ((LATE, cast.HIGGINS), (datetime(2026, 3, 17, 4, 0, tzinfo=UTC), newer)):
        with target_of(run_of(session, "roster", ROSTER, now=now), HIGGINS, "Harbor Street", "UTC") as target:
            assert target.version_id == version_id


def test_a_plan_is_read_by_the_version_of_its_first_day(session: Session) -> None:
    """From March 17 on, Amir's version pays for no tests. In New York it is still March 16."""
    week.tests(session)
    cast.move(session, cast.AMIR, cast.ATTENDANCE, "2026-03-17")
    for from_on, refused in (("2026-03-16", 0), ("2026-03-17", 1)):
        row = f"HS-1,{from_on},outpatient,Urine tests,Mon,yes"
        run = run_of(session, "plans", f"client_code,from_on,level,service,weekdays,pays_for\n{row}\n", now=LATE)
        with target_of(run, HIGGINS, "Harbor Street", "UTC") as target:
            run.carry_out(words_of(Reading()), *target)
        assert (len(run.rejects), run.added) == (refused, 1 - refused)
