"""Renaming a schedule: what comes has the new name, and what was approved, enrolled or paid stays as it was."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NameTaken, NotAllowed, NotFound, ReasonMissing, ScheduleExists
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import AuditEvent, Note, ScheduleDraft, ScheduleVersion
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.rename_schedule import rename_schedule
from cm_tracker.operations.steps.write_version import check_version
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.schedules import versions
from cm_tracker.queries.visits.importing import newest_version_id
from tests import cast

FIRST = "Voucher ladder for cocaine, 12 weeks"
OURS = "Our ladder"


def rename(
    session: Session,
    name: str = OURS,
    *,
    schedule_id: int = 1,
    reason: str = "What we call it",
    actor: Actor = cast.miriam,
    days: int = 0,
) -> bool:
    return rename_schedule(
        session,
        schedule_id=schedule_id,
        name=name,
        reason=reason,
        actor=actor,
        now=cast.NOW + timedelta(days=days),
    )


def publish(session: Session, name: str, *, days: int) -> int:
    document: dict[str, Any] = {**preset("higgins-voucher"), "name": name, "source": f"Of day {days}"}  # type: ignore[dict-item]
    now = cast.NOW + timedelta(days=days)
    return publish_schedule(session, document=document, reason="x", key=cast.key(), actor=command(), now=now)


def called(session: Session) -> dict[int, tuple[str, str]]:
    """Return what each version of the first schedule and its schedule are called, by number."""
    lines = versions(session, cast.miriam, cast.NOW.date())
    return {line.number: (line.name, line.schedule_name) for line in lines if line.schedule_id == 1}


def test_the_schedule_and_the_versions_that_it_has_are_called_by_the_new_name(session: Session) -> None:
    assert rename(session)
    assert called(session) == {1: (OURS, OURS)}
    [span] = spans_of(session, [cast.AMIR])
    assert span.schedule_name(date(2026, 3, 16)) == OURS


def test_no_document_no_draft_no_version_and_no_balance_changes(session: Session) -> None:
    cast.visit(session, 0)
    before = session.execute(select(ScheduleVersion.document, ScheduleVersion.name).order_by(ScheduleVersion.id)).all()
    rename(session)
    after = session.execute(select(ScheduleVersion.document, ScheduleVersion.name).order_by(ScheduleVersion.id)).all()
    assert after == before and json.loads(after[0].document)["name"] == FIRST
    assert session.execute(select(ScheduleDraft.id)).all() == []
    assert balances_of(session, cast.AMIR)["points"] == 10
    assert verify_ledger(session).findings == []


def test_a_later_version_has_the_name_of_its_document_until_the_schedule_is_renamed_again(session: Session) -> None:
    rename(session)
    publish(session, OURS, days=1)
    assert called(session) == {1: (OURS, OURS), 2: (OURS, OURS)}
    rename(session, "Ladder of 2027", days=3)
    assert called(session) == {1: ("Ladder of 2027",) * 2, 2: ("Ladder of 2027",) * 2}


def test_a_version_of_an_older_name_is_the_next_one_of_the_same_schedule(session: Session) -> None:
    rename(session)
    publish(session, FIRST, days=1)
    assert called(session) == {1: (OURS, OURS), 2: (FIRST, OURS)}


def test_an_import_finds_the_schedule_by_either_name(session: Session) -> None:
    rename(session)
    today = cast.NOW.date()
    assert newest_version_id(session, OURS, today) == newest_version_id(session, FIRST, today) == cast.HIGGINS
    assert newest_version_id(session, "Somebody’s ladder", today) is None


def test_no_two_schedules_share_a_name_also_not_one_of_before(session: Session) -> None:
    with pytest.raises(NameTaken) as refused:
        rename(session, "Attendance points, 12 weeks")
    assert (refused.value.field, refused.value.name) == ("name", "Attendance points, 12 weeks")
    rename(session)
    with pytest.raises(NameTaken):
        rename(session, FIRST, schedule_id=2)
    with pytest.raises(NameTaken):
        rename(session, OURS, schedule_id=2)
    assert rename(session, FIRST, days=1), "its own first name is free for it"
    assert called(session) == {1: (FIRST, FIRST)}


def test_a_draft_of_the_name_of_a_renamed_schedule_cannot_become_a_new_one(session: Session) -> None:
    rename(session)
    for name in (OURS, FIRST):
        with pytest.raises(ScheduleExists):
            check_version(session, {**preset("higgins-voucher"), "name": name}, None)  # type: ignore[dict-item]


def test_the_trail_has_who_and_why_with_both_names(session: Session) -> None:
    rename(session)
    assert not rename(session, f"  {OURS} ")
    rows = session.execute(
        select(AuditEvent.subject, AuditEvent.staff_id, AuditEvent.detail, Note.text)
        .join(Note, Note.digest == AuditEvent.note_digest)
        .where(AuditEvent.tag == "schedule:renamed")
    ).all()
    says = f"“{FIRST}” is now called “{OURS}”: What we call it"
    assert [(row.subject, row.staff_id, row.text) for row in rows] == [("schedule:1", cast.miriam.staff_id, says)]
    assert OURS not in rows[0].detail


def test_it_needs_a_lead_a_schedule_a_name_and_a_reason(session: Session) -> None:
    with pytest.raises(NotAllowed):
        rename(session, actor=cast.rosa)
    with pytest.raises(NotFound):
        rename(session, schedule_id=99)
    for name in (" ", "x" * 121, "Two\x00words"):
        with pytest.raises(BadInput):
            rename(session, name)
    with pytest.raises(ReasonMissing):
        rename(session, reason=" ")
    assert called(session) == {1: (FIRST, FIRST)}
