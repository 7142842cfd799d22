"""Retiring a schedule: it takes no new enrollment, and whoever is enrolled goes on."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound, ReasonMissing, ScheduleRetired
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import AuditEvent, Note
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.retire_schedule import retire_schedule
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.schedules import newest_versions, versions
from tests import cast


def retire(session: Session, *, is_retired: bool = True, schedule_id: int = 1, reason: str = "Replaced") -> bool:
    return retire_schedule(
        session, schedule_id=schedule_id, is_retired=is_retired, reason=reason, actor=cast.miriam, now=cast.NOW
    )


def enroll(session: Session, version_id: int, starts_on: date = date(2026, 9, 7)) -> int:
    return enroll_client(
        session,
        client_id=cast.AMIR,
        schedule_version_id=version_id,
        starts_on=starts_on,
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW.replace(month=9),
    )


def test_no_version_of_a_retired_schedule_takes_a_new_enrollment(session: Session) -> None:
    newer = publish_schedule(
        session,
        document={**preset("higgins-voucher"), "source": "Again"},  # type: ignore[dict-item]
        reason="x",
        key=cast.key(),
        actor=command(),
        now=cast.NOW,
    )
    assert retire(session)
    for version in (cast.HIGGINS, newer):
        with pytest.raises(ScheduleRetired) as refused:
            enroll(session, version)
        assert refused.value.field == "schedule_version_id"
    with pytest.raises(ScheduleRetired):
        import_client(
            session,
            code="HS-77",
            enrolled_on=cast.START,
            site_id=cast.HARBOR,
            schedule_version_id=newer,
            actor=command("import"),
            now=cast.NOW,
        )
    assert [line.name for line in newest_versions(session, cast.rosa, cast.NOW.date())] == [
        "Attendance points, 12 weeks"
    ]
    assert {
        line.number: line.is_retired for line in versions(session, cast.rosa, cast.NOW.date()) if line.schedule_id == 1
    } == {
        1: True,
        2: True,
    }


def test_whoever_is_enrolled_in_a_retired_schedule_goes_on(session: Session) -> None:
    retire(session)
    cast.visit(session, 0)
    assert balances_of(session, cast.AMIR)["points"] == 10


def test_a_schedule_that_is_brought_back_takes_enrollments_again(session: Session) -> None:
    retire(session)
    assert retire(session, is_retired=False, reason="Funded again")
    assert enroll(session, cast.HIGGINS)


def test_retiring_twice_changes_nothing_and_the_trail_has_both_reasons(session: Session) -> None:
    assert retire(session)
    assert not retire(session)
    assert retire(session, is_retired=False, reason="Funded again")
    assert not retire(session, is_retired=False)
    rows = session.execute(
        select(AuditEvent.tag, AuditEvent.subject, Note.text)
        .join(Note, Note.digest == AuditEvent.note_digest)
        .where(AuditEvent.tag.in_(("schedule:retired", "schedule:reopened")))
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("schedule:retired", "schedule_version:1", "Replaced"),
        ("schedule:reopened", "schedule_version:1", "Funded again"),
    ]


def test_a_reason_and_a_known_schedule_are_needed(session: Session) -> None:
    with pytest.raises(ReasonMissing):
        retire(session, reason="  ")
    with pytest.raises(NotFound):
        retire(session, schedule_id=99)
