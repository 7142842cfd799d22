"""Ceilings across enrollments, corrections of overpayments, and several writers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import AlreadyEnrolled, SameSpecimen, SameVisit, Taken
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.models import AccountRow, Client, EntryRow, ScheduleRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from tests import cast
from tests.domain.schedules.documents import document, phase, track


def program(session: Session, weeks: int = 1, **more: Any) -> int:
    """Publish a schedule: 40 points (10 dollars) a visit, twice a week, at most 25 dollars in a calendar year."""
    doc = document(
        track(phase((1, weeks), base=40, step=0)),
        name=f"Forty for {weeks}",
        **{"ceilings": [{"scope": "calendar_year", "cents": 2500}], **more},
    )
    return publish_schedule(session, document=doc, reason="test", key=cast.key(), actor=command(), now=cast.NOW)


def somebody(session: Session) -> int:
    return open_client(
        session, code="HS-5", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )


def enroll(session: Session, client_id: int, version_id: int, starts_on: date) -> int:
    return enroll_client(
        session,
        client_id=client_id,
        schedule_version_id=version_id,
        starts_on=starts_on,
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )


def met(session: Session, enrollment_id: int, on: date, **more: Any) -> int:
    return record_visit(
        session,
        enrollment_id=enrollment_id,
        visit=NewVisit("goal", on, more.pop("evidence", cast.negative()), **more),
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )


def points(session: Session, client_id: int) -> int:
    return balances_of(session, client_id)["points"]


def test_a_new_enrollment_gets_what_the_ceiling_of_the_year_leaves(session: Session) -> None:
    version, client = program(session), somebody(session)
    first = enroll(session, client, version, date(2026, 3, 2))
    met(session, first, date(2026, 3, 2))
    met(session, first, date(2026, 3, 4))
    assert points(session, client) == 80  # 20 dollars
    second = enroll(session, client, version, date(2026, 3, 9))
    met(session, second, date(2026, 3, 9))
    assert points(session, client) == 80 + 20  # 5 dollars were left
    met(session, second, date(2026, 3, 11))
    assert points(session, client) == 100


def test_what_was_paid_last_year_does_not_count(session: Session) -> None:
    version, client = program(session), somebody(session)
    first = enroll(session, client, version, date(2025, 12, 22))
    met(session, first, date(2025, 12, 22))
    met(session, first, date(2025, 12, 24))
    second = enroll(session, client, version, date(2026, 3, 9))
    met(session, second, date(2026, 3, 9))
    assert points(session, client) == 120


def test_what_a_visit_earned_stays_when_another_enrollment_is_paid_later(session: Session) -> None:
    """A late entry in the first enrollment counts what the second was paid, and changes none of it."""
    version, client = program(session), somebody(session)
    first = enroll(session, client, version, date(2026, 3, 2))
    met(session, first, date(2026, 3, 2))
    second = enroll(session, client, version, date(2026, 3, 9))
    met(session, second, date(2026, 3, 9))
    assert points(session, client) == 80
    met(session, first, date(2026, 3, 4))
    assert points(session, client) == 100
    met(session, second, date(2026, 3, 11))
    assert points(session, client) == 100


def test_two_enrollments_may_not_overlap(session: Session) -> None:
    version, client = program(session, weeks=2), somebody(session)
    enroll(session, client, version, date(2026, 3, 2))
    for starts_on in (date(2026, 2, 20), date(2026, 3, 2), date(2026, 3, 15)):
        with pytest.raises(AlreadyEnrolled):
            enroll(session, client, version, starts_on)
    enroll(session, client, version, date(2026, 3, 16))


def test_with_corrections_replay_an_overpayment_is_taken_back_from_unspent_points(session: Session) -> None:
    """Ladder 10, 15, 20: a positive test entered late between the first two makes them worth 10, 10, 15."""
    doc = document(track(phase((1, 4), visits_per_week=3)), corrections="replay", name="Taken back")
    version = publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    client = somebody(session)
    enrollment = enroll(session, client, version, date(2026, 3, 2))
    for day in (2, 4, 6):
        met(session, enrollment, date(2026, 3, day))
    assert points(session, client) == 45
    met(session, enrollment, date(2026, 3, 3), evidence=cast.positive())
    assert points(session, client) == 10 + 10 + 15
    lost = session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "program_loss")
    ).scalar_one()
    assert lost == 0


def run_at_once(app: Flask, do: Any, hands: int = 8) -> list[Any]:
    """Run `do` several times at once. Return the results; an error that was raised is a result too."""

    def once(n: int) -> Any:
        with app.app_context():
            try:
                return do(db.session(), n)
            except Exception as error:  # Any error is a result, which the test looks at.
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(once, range(hands)))


def test_eight_who_add_a_client_with_one_code_at_once_add_one_client(app: Flask, session: Session) -> None:
    results = run_at_once(
        app,
        lambda s, n: open_client(
            s, code="HS-8", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
        ),
    )
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, Taken) for result in results) == 7
    assert session.execute(select(func.count()).select_from(Client).where(Client.code == "HS-8")).scalar_one() == 1


def test_eight_who_publish_a_new_schedule_at_once_publish_versions_of_one_schedule(
    app: Flask, session: Session
) -> None:
    results = run_at_once(
        app,
        lambda s, n: publish_schedule(
            s,
            document=document(corrections="keep", source=f"The {n}th of eight", name="New"),
            reason="x",
            key=cast.key(),
            actor=command(),
            now=cast.NOW,
        ),
    )
    assert all(isinstance(result, int) for result in results), results
    assert (
        session.execute(select(func.count()).select_from(ScheduleRow).where(ScheduleRow.name == "New")).scalar_one()
        == 1
    )


def test_eight_who_record_one_visit_at_once_record_it_once(app: Flask, session: Session) -> None:
    results = run_at_once(app, lambda s, n: cast.visit(s, 0))
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, SameVisit) for result in results) == 7
    assert points(session, cast.AMIR) == 10


def test_one_form_sent_eight_times_at_once_is_recorded_once_with_eight_equal_results(
    app: Flask, session: Session
) -> None:
    once = cast.key()
    results = run_at_once(app, lambda s, n: cast.visit(s, 0, once=once))
    assert len(set(map(str, results))) == 1 and isinstance(results[0], int), results
    assert points(session, cast.AMIR) == 10


def test_one_specimen_for_two_clients_at_once_is_recorded_once(app: Flask, session: Session) -> None:
    client = somebody(session)
    enroll(session, client, cast.HIGGINS, cast.START)
    session.commit()

    def do(s: Session, n: int) -> int:
        enrollment_id = 3 if n % 2 else cast.AMIR
        return record_visit(
            s,
            enrollment_id=enrollment_id,
            visit=NewVisit("cocaine-negative", cast.START + timedelta(days=n // 2), cast.negative(), specimen_id="U-9"),
            key=cast.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )

    results = run_at_once(app, do)
    assert sum(isinstance(result, int) for result in results) == 1, results
    assert sum(isinstance(result, SameSpecimen) for result in results) == 7
