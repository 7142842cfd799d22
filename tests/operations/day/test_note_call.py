"""Staff take a call, say what came of it, and nobody calls twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, InTheFuture
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Absence, NewVisit
from cm_tracker.models import AuditEvent, SlotNote, VisitRow
from cm_tracker.operations.day.note_call import note_call
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.queries.day.calls import no_shows
from cm_tracker.queries.day.hands import hands_of
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.visits.previews import preview_correction
from tests import cast, week
from tests.domain.refused import refused

URINE = "cocaine-negative"
GROUP, TESTS = 1, 2
FRIDAY = date(2026, 3, 13)


@pytest.fixture
def absent(session: Session) -> int | None:
    """Amir missed the group, which pays nothing, and his test on Friday. The test's absence is a visit: this one."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "024", URINE))
    say(session, group, FRIDAY)
    return say(session, tests, FRIDAY)


def say(session: Session, service_id: int, day: date, way: str = "absent", **more: Any) -> int | None:
    return record_slot(
        session, enrollment_id=cast.AMIR, service_id=service_id, on_day=day, way=way, key=cast.key(), actor=cast.rosa,
        now=cast.NOW, **more,
    )  # fmt: skip


def call(session: Session, outcome: str, **more: Any) -> int:
    parameters: dict[str, Any] = {
        "enrollment_id": cast.AMIR, "on_day": FRIDAY, "outcome": outcome, "key": cast.key(), "actor": cast.rosa,
        "now": cast.NOW,
    }  # fmt: skip
    return note_call(session, **{**parameters, **more})


def waiting(session: Session, actor: Actor = cast.rosa, site_id: int = cast.HARBOR) -> int:
    return hands_of(session, actor, site_of(session, actor, site_id), cast.NOW).to_call


def test_the_list_names_a_client_once_with_everything_that_was_missed(session: Session, absent: int) -> None:
    shown = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW)
    [one] = shown.open
    assert (one.code, one.day, sorted(one.missed), one.visit_ids) == (
        "HS-1",
        FRIDAY,
        ["Skills group", "Urine tests"],
        (absent,),
    )
    assert waiting(session) == 1
    assert waiting(session, cast.anna, cast.MILL) == 0
    # His test of this morning is missing, too, and nothing is recorded of it.
    assert [(one.code, one.missed) for one in shown.missing] == [("HS-1", ("Urine tests",))]


def test_who_takes_a_call_is_named_and_nobody_else_can_take_it(session: Session, absent: int) -> None:
    taken = call(session, "calling", seen=0)
    [one] = no_shows(session, cast.leo, cast.HARBOR, cast.NOW).open
    assert one.call is not None
    assert (one.call.staff_name, one.call.is_going_on(cast.NOW)) == ("Rosa", True)
    assert not one.call.is_going_on(cast.NOW + timedelta(minutes=30))
    with pytest.raises(ChangedMeanwhile):
        call(session, "calling", seen=0, actor=cast.leo)
    call(session, "left_word", seen=taken)
    assert waiting(session) == 1


def test_a_client_who_was_reached_is_not_called_again(session: Session, absent: int) -> None:
    call(session, "reached")
    shown = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW)
    assert (len(shown.open), len(shown.done)) == (0, 1)
    assert waiting(session) == 0


def test_an_excuse_changes_notes_and_leaves_the_recorded_absence_to_a_correction(session: Session, absent: int) -> None:
    with refused("Choose the reason for the excuse.", "excuse"):
        call(session, "excused")
    with refused("Choose the reason for the excuse.", "excuse"):
        call(session, "excused", excuse="weather")
    call(session, "excused", excuse="transport")
    newest = session.execute(select(SlotNote).order_by(SlotNote.id.desc())).scalars().first()
    assert newest is not None
    assert (newest.service_id, newest.status, newest.excuse) == (GROUP, "excused", "transport")
    assert session.execute(select(VisitRow.outcome)).scalars().all() == ["unexcused"]
    [one] = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW).done
    assert one.visit_ids == (absent,)
    evidence = NewVisit(URINE, FRIDAY, Absence("transport"))
    changes = preview_correction(session, cast.leo, absent, "excuse", evidence, cast.NOW)
    correct_visit(
        session, visit_id=absent, way="excuse", visit=evidence, reason="The bus did not come", shown=changes.fingerprint,
        key=cast.key(), actor=cast.leo, now=cast.NOW,
    )  # fmt: skip
    [one] = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW).done
    assert one.visit_ids == ()


def test_only_who_missed_something_lately_is_called(session: Session, absent: int) -> None:
    with refused("The client did not miss anything on Mar 12, 2026."):
        call(session, "calling", on_day=date(2026, 3, 12))
    with pytest.raises(InTheFuture):
        call(session, "calling", on_day=date(2026, 3, 18))
    with refused("Say what came of the call."):
        call(session, "sang")
    say(session, GROUP, date(2026, 3, 6))
    with refused("Mar 6, 2026 is too long ago for a call."):
        call(session, "calling", on_day=date(2026, 3, 6))
    assert [one.day for one in no_shows(session, cast.rosa, cast.HARBOR, cast.NOW).open] == [FRIDAY]


def test_a_corrected_absence_is_found_by_its_first_record(session: Session) -> None:
    visit_id = cast.visit(session, 11, cast.positive())
    evidence = NewVisit(URINE, FRIDAY, Absence(None))
    changes = preview_correction(session, cast.miriam, visit_id, "correct", evidence, cast.NOW)
    correct_visit(
        session, visit_id=visit_id, way="correct", visit=evidence, reason="The cup was somebody else's",
        shown=changes.fingerprint, key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    [one] = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW).open
    assert (one.visit_ids, one.missed) == ((visit_id,), ())


def test_a_call_is_in_the_audit_trail(session: Session, absent: int) -> None:
    call(session, "left_word")
    [event] = session.execute(select(AuditEvent).where(AuditEvent.tag == "call:noted")).scalars()
    assert (event.subject, event.client_id, event.site_id) == ("enrollment:1", cast.AMIR, cast.HARBOR)
