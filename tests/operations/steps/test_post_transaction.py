"""Ceilings across enrollments, corrections of overpayments, and writers who meet."""

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
    """Forty points (10 dollars) a visit, twice a week; no more than 25 dollars a calendar year."""
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


def test_a_new_enrollment_inherits_what_the_year_has_left(session: Session) -> None:
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


def test_last_years_money_does_not_count(session: Session) -> None:
    version, client = program(session), somebody(session)
    first = enroll(session, client, version, date(2025, 12, 22))
    met(session, first, date(2025, 12, 22))
    met(session, first, date(2025, 12, 24))
    second = enroll(session, client, version, date(2026, 3, 9))
    met(session, second, date(2026, 3, 9))
    assert points(session, client) == 120


def test_what_a_visit_earned_stays_when_another_enrollment_is_paid_later(session: Session) -> None:
    """A late entry into the first enrollment sees what the second was paid, and changes nothing of it."""
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


def test_where_the_schedule_says_so_an_overpayment_is_taken_back_from_what_is_unspent(session: Session) -> None:
    """Ladder 10, 15, 20: a miss entered late between the first two makes them worth 10, 10, 15."""
    doc = document(track(phase((1, 4), visits_per_week=3)), corrections="replay", name="Taken back")
    version = publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    client = somebody(session)
    enrollment = enroll(session, client, version, date(2026, 3, 2))
    for day in (2, 4, 6):
        met(session, enrollment, date(2026, 3, day))
    assert points(session, client) == 45
    met(session, enrollment, date(2026, 3, 3), evidence=cast.ABSENT)
    assert points(session, client) == 10 + 10 + 15
    lost = session.execute(
        select(func.coalesce(func.sum(EntryRow.amount), 0))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "program_loss")
    ).scalar_one()
    assert lost == 0


def together(app: Flask, do: Any, hands: int = 8) -> list[Any]:
    """Run something many times at once; what was raised comes back as a value."""

    def once(n: int) -> Any:
        with app.app_context():
            try:
                return do(db.session(), n)
            except Exception as error:  # whatever it was: the test looks at every answer
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(once, range(hands)))


def test_eight_at_once_open_one_client_with_one_code(app: Flask, session: Session) -> None:
    said = together(
        app,
        lambda s, n: open_client(
            s, code="HS-8", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
        ),
    )
    assert sum(isinstance(answer, int) for answer in said) == 1
    assert sum(isinstance(answer, Taken) for answer in said) == 7
    assert session.execute(select(func.count()).select_from(Client).where(Client.code == "HS-8")).scalar_one() == 1


def test_eight_at_once_publish_versions_of_one_new_schedule(app: Flask, session: Session) -> None:
    said = together(
        app,
        lambda s, n: publish_schedule(
            s,
            document=document(point_value_cents=n + 1, name="New"),
            reason="x",
            key=cast.key(),
            actor=command(),
            now=cast.NOW,
        ),
    )
    assert all(isinstance(answer, int) for answer in said), said
    assert (
        session.execute(select(func.count()).select_from(ScheduleRow).where(ScheduleRow.name == "New")).scalar_one()
        == 1
    )


def test_eight_at_once_record_one_visit(app: Flask, session: Session) -> None:
    said = together(app, lambda s, n: cast.visit(s, 0))
    assert sum(isinstance(answer, int) for answer in said) == 1
    assert sum(isinstance(answer, SameVisit) for answer in said) == 7
    assert points(session, cast.AMIR) == 10


def test_one_form_sent_eight_times_at_once_is_recorded_once_and_answered_eight_times(
    app: Flask, session: Session
) -> None:
    once = cast.key()
    said = together(app, lambda s, n: cast.visit(s, 0, once=once))
    assert len(set(map(str, said))) == 1 and isinstance(said[0], int), said
    assert points(session, cast.AMIR) == 10


def test_one_cup_for_two_clients_at_once_is_taken_once(app: Flask, session: Session) -> None:
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

    said = together(app, do)
    assert sum(isinstance(answer, int) for answer in said) == 1, said
    assert sum(isinstance(answer, SameSpecimen) for answer in said) == 7
