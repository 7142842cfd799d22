"""A slip of a community meeting: accepting it pays what the slot pays, declining it pays nothing and says why."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import AbsenceRecorded, AlreadySettled, InTheFuture
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Presence
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.goals.decide_slip import decide_slip
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.day.board import board
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week
from tests import goals as here
from tests.domain.refused import refused

MONDAY, FRIDAY = here.TODAY, here.FRIDAY
CLIENT = 3  # HS-11's enrollment
# When Friday was over: the meeting began at seven in the evening.
FRIDAY_NIGHT = datetime.fromisoformat("2026-03-14T02:00:00+00:00")


@pytest.fixture
def meeting(session: Session) -> int:
    return here.meeting(session)


def decide(session: Session, slip_id: int, decision: str, reason: str = "", **more: Any) -> int | None:
    return decide_slip(
        session,
        **{
            "slip_id": slip_id, "decision": decision, "reason": reason, "key": cast.key(), "actor": cast.leo,
            "now": cast.NOW, **more,
        },
    )  # fmt: skip


def attend(session: Session, day: date, evidence: Any = None) -> int:
    return record_visit(
        session, enrollment_id=CLIENT, visit=NewVisit("attendance", day, evidence or Presence()), key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def state(session: Session, day: date = FRIDAY) -> list[tuple[str, str]]:
    lines = board(session, cast.rosa, cast.HARBOR, cast.NOW, day).lines
    return [(line.service.name, line.state) for line in lines]


def test_an_accepted_slip_pays_what_the_slot_pays(session: Session, meeting: int) -> None:
    slip_id = here.slip(session, meeting)
    assert here.paid(session, CLIENT) == []
    assert state(session) == [("Evening meeting", "missing")]
    visit_id = decide(session, slip_id, "accepted")
    (line,) = here.slips(session)
    assert (line.decision, line.decided_by, line.visit_id, line.meeting, line.signer) == (
        "accepted", "Leo", visit_id, "St. Mark's hall", "Jo B.",
    )  # fmt: skip
    # Points for attendance: 4 for the first time.
    assert here.paid(session, CLIENT) == [("met", 4)]
    assert state(session) == [("Evening meeting", "attended")]
    assert verify_ledger(session).findings == []


def test_a_slip_can_be_accepted_as_it_is_handed_in(session: Session, meeting: int) -> None:
    here.slip(session, meeting, decision="accepted")
    assert [line.decision for line in here.slips(session)] == ["accepted"]
    assert here.paid(session, CLIENT) == [("met", 4)]


def test_a_declined_slip_pays_nothing_and_says_why(session: Session, meeting: int) -> None:
    slip_id = here.slip(session, meeting)
    with refused("Say why you do not accept it. The client may ask.", "reason"):
        decide(session, slip_id, "declined", " ")
    assert decide(session, slip_id, "declined", "Nobody signed for that day") is None
    (line,) = here.slips(session)
    assert (line.decision, line.reason, line.visit_id) == ("declined", "Nobody signed for that day", None)
    assert here.paid(session, CLIENT) == []
    assert state(session) == [("Evening meeting", "missing")]


def test_a_slip_is_decided_once(session: Session, meeting: int) -> None:
    slip_id, key = here.slip(session, meeting), cast.key()
    first = decide(session, slip_id, "accepted", key=key)
    assert decide(session, slip_id, "accepted", key=key) == first
    for decision in ("accepted", "declined"):
        with pytest.raises(AlreadySettled):
            decide(session, slip_id, decision, "x")
    assert here.paid(session, CLIENT) == [("met", 4)]


def test_a_meeting_has_one_slip_until_it_is_declined(session: Session, meeting: int) -> None:
    slip_id = here.slip(session, meeting)
    said = "There is a slip of this meeting already. Look at it on the client's page."
    with refused(said, "on_day"):
        here.slip(session, meeting)
    decide(session, slip_id, "declined", "Not signed")
    decide(session, here.slip(session, meeting), "accepted")
    with refused(said, "on_day"):
        here.slip(session, meeting)


def test_a_slip_is_handed_in_within_fourteen_days(session: Session, meeting: int) -> None:
    here.slip(session, meeting, now=cast.NOW + timedelta(days=11))  # March 27, fourteen days after the meeting
    with refused("A slip is handed in within 14 days of the meeting. This one is too old.", "on_day"):
        here.slip(session, meeting, on_day=date(2026, 3, 6), now=cast.NOW + timedelta(days=5))
    with pytest.raises(InTheFuture):
        here.slip(session, meeting, on_day=date(2026, 3, 20))


def test_a_slip_is_for_a_community_meeting_on_a_day_on_which_it_is_held(session: Session, meeting: int) -> None:
    group = week.group(session)
    with refused("Choose one of the site's community meetings.", "service_id"):
        here.slip(session, group)
    with refused("Choose one of the site's community meetings.", "service_id"):
        here.slip(session, 99)
    with refused("The meeting is not held on that day, or the client does not take part. Check the day.", "on_day"):
        here.slip(session, meeting, on_day=date(2026, 3, 12))
    with refused("Copy it from the slip.", "signer"):
        here.slip(session, meeting, signer=" ")


def test_a_meeting_that_counts_for_no_track_is_noted_without_pay(session: Session) -> None:
    service_id = week.service(session, "Evening meeting", "community_meeting", week.meetings("4", time(19)))
    week.plan(session, week.item(service_id, "4"))
    slip_id = here.slip(session, service_id, enrollment_id=cast.AMIR)
    assert decide(session, slip_id, "accepted") is None
    assert state(session) == [("Evening meeting", "attended")]
    assert here.paid(session, cast.AMIR) == []


def test_a_visit_that_staff_recorded_on_the_clients_page_is_the_slips(session: Session, meeting: int) -> None:
    visit_id = attend(session, FRIDAY)
    assert decide(session, here.slip(session, meeting), "accepted") == visit_id
    assert here.paid(session, CLIENT) == [("met", 4)]


def test_a_group_of_the_same_day_keeps_its_visit_and_the_meeting_pays_nothing_more(session: Session) -> None:
    service_id = here.meeting(session)
    group = week.group(session)
    record_slot(
        session, enrollment_id=CLIENT, service_id=group, on_day=FRIDAY, way="attended", key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    assert decide(session, here.slip(session, service_id), "accepted") is None
    assert here.paid(session, CLIENT) == [("met", 4)]
    assert state(session) == [("Skills group", "attended"), ("Evening meeting", "attended")]


def test_a_slip_of_a_recorded_absence_waits_for_the_lead_who_corrects_it(session: Session, meeting: int) -> None:
    slip_id, visit_id = here.slip(session, meeting), attend(session, FRIDAY, Absence())
    with pytest.raises(AbsenceRecorded) as error:
        decide(session, slip_id, "accepted")
    assert error.value.visit_id == visit_id
    cast.put_right(session, visit_id, "correct", Presence())
    assert decide(session, slip_id, "accepted") == visit_id
    assert here.paid(session, CLIENT) == [("met", 4)]


def test_a_late_slip_counts_for_a_day_that_is_closed_by_now(session: Session) -> None:
    service_id = week.service(session, "Evening meeting", "community_meeting", week.meetings("4", time(19)))
    week.plan(session, week.item(service_id, "4"))
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=service_id, on_day=FRIDAY, way="absent", key=cast.key(),
        actor=cast.rosa, now=FRIDAY_NIGHT,
    )  # fmt: skip
    close_day(session, site_id=cast.HARBOR, day=FRIDAY, actor=cast.rosa, now=FRIDAY_NIGHT)
    assert state(session) == [("Evening meeting", "absent")]
    here.slip(session, service_id, enrollment_id=cast.AMIR, decision="accepted")
    assert state(session) == [("Evening meeting", "attended")]


def test_a_day_is_closed_while_a_slip_may_still_come(session: Session, meeting: int) -> None:
    close_day(session, site_id=cast.HARBOR, day=FRIDAY, actor=cast.rosa, now=FRIDAY_NIGHT)
    assert state(session) == [("Evening meeting", "missing")]
    here.slip(session, meeting, decision="accepted")
    assert here.paid(session, CLIENT) == [("met", 4)] and state(session) == [("Evening meeting", "attended")]


@pytest.mark.parametrize("days, is_closed", [(14, True), (15, False)])
def test_a_meeting_of_which_no_slip_can_come_has_to_be_settled(
    session: Session, meeting: int, days: int, is_closed: bool
) -> None:
    closed = {"site_id": cast.HARBOR, "day": FRIDAY, "actor": cast.rosa, "now": FRIDAY_NIGHT + timedelta(days=days)}
    if is_closed:
        assert close_day(session, **closed) > 0
    else:
        with refused("Open slots of the day: 1. Say of each what happened."):
            close_day(session, **closed)


def test_nobody_waits_for_the_slip_of_a_client_who_said_that_they_do_not_go(session: Session, meeting: int) -> None:
    note_slot(
        session, enrollment_id=CLIENT, service_id=meeting, on_day=FRIDAY, status="not_coming", excuse="illness",
        key=cast.key(), actor=cast.rosa, now=FRIDAY_NIGHT,
    )  # fmt: skip
    with refused("Open slots of the day: 1. Say of each what happened."):
        close_day(session, site_id=cast.HARBOR, day=FRIDAY, actor=cast.rosa, now=FRIDAY_NIGHT)


def test_a_late_slip_that_changes_later_visits_is_entered_on_the_clients_page(session: Session, meeting: int) -> None:
    attend(session, MONDAY)
    slip_id = here.slip(session, meeting)
    with refused(
        "This is entered late and changes later visits. Record it on the client's page, which shows how, and then come "
        "back here: nothing is paid a second time.",
    ):
        decide(session, slip_id, "accepted")
    assert [line.decision for line in here.slips(session)] == [None]
    attend(session, FRIDAY)
    decide(session, slip_id, "accepted")
    assert len(here.paid(session, CLIENT)) == 2


def test_the_audit_trail_does_not_say_who_signed(session: Session, meeting: int) -> None:
    here.slip(session, meeting, decision="declined", reason="Jo B. denies it")
    lines = session.execute(text("SELECT tag, subject, detail FROM audit_event")).all()
    told = " ".join(f"{line.tag} {line.subject} {line.detail}" for line in lines)
    assert "slip:handed-in meeting_slip:1" in told and "slip:declined meeting_slip:1" in told
    assert "Jo" not in told and "hall" not in told
