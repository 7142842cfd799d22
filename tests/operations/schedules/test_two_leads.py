"""Two leads publish: who may decide, what a waiting draft refuses, what is sealed, and a program with one lead."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AlreadyEnrolled,
    BadInput,
    ChangedMeanwhile,
    DraftNotSent,
    DraftWaits,
    NotAllowed,
    NotFound,
    ReasonMissing,
    ScheduleExists,
    SecondLeadIsThere,
    SecondLeadPublishes,
    VersionNotYet,
)
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import LogRow, ScheduleRow, ScheduleVersion
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.clients.move_enrollment import move_enrollment
from cm_tracker.operations.schedules.decide_draft import decide_draft
from cm_tracker.operations.schedules.discard_draft import discard_draft
from cm_tracker.operations.schedules.publish_alone import publish_alone
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.revoke_statement import revoke_statement
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.send_draft import send_draft
from cm_tracker.operations.schedules.state_one_lead import state_one_lead
from cm_tracker.operations.schedules.take_back_draft import take_back_draft
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.queries.clients.event_previews import preview_move
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.schedules import draft, newest_versions, version_card, waiting_drafts
from cm_tracker.queries.schedules.statements import statement_that_holds
from tests import cast
from tests.domain.schedules.documents import document
from tests.operations.steps.test_post_transaction import run_at_once

TODAY = date(2026, 3, 16)
WORDS = "Until the position is filled, I am the only lead."


def a_lead(session: Session, username: str = "daniel", *, is_active: bool = True, staff_id: int | None = None) -> Actor:
    found = save_staff(
        session,
        username=username,
        display_name=username.capitalize(),
        roles={"lead"},
        site_ids=[cast.MILL],
        is_active=is_active,
        staff_id=staff_id,
        actor=command(),
        now=cast.NOW,
    )
    return Actor(found, frozenset({"lead"}), frozenset({cast.MILL}), "web")


def a_draft(session: Session, **changes: Any) -> int:
    """Copy the voucher ladder and change it."""
    changed = {**preset("higgins-voucher"), "corrections": "replay", **changes}  # type: ignore[dict-item]
    return save_draft(session, document=changed, based_on_id=cast.HIGGINS, actor=cast.miriam, now=cast.NOW)


def shown(session: Session, draft_id: int) -> str:
    return fingerprint(draft(session, draft_id).document)


def send(session: Session, draft_id: int, actor: Actor = cast.miriam, **changes: Any) -> int:
    given = {"next_of_id": 1, "starts_on": TODAY, "note": "Agreed", "shown": shown(session, draft_id), **changes}
    return send_draft(session, draft_id=draft_id, key=cast.key(), actor=actor, now=cast.NOW, **given)


def decide(session: Session, draft_id: int, actor: Actor, decision: str = "approved", **changes: Any) -> int:
    given = {"starts_on": TODAY, "note": "", "shown": shown(session, draft_id), "number_shown": 2, **changes}
    return decide_draft(
        session, draft_id=draft_id, decision=decision, key=cast.key(), actor=actor, now=cast.NOW, **given
    )


def alone(session: Session, draft_id: int, **changes: Any) -> int:
    given = {"next_of_id": 1, "starts_on": TODAY, "note": "Agreed", "shown": shown(session, draft_id), **changes}
    return publish_alone(session, draft_id=draft_id, key=cast.key(), actor=cast.miriam, now=cast.NOW, **given)


def sealed(session: Session, version_id: int) -> dict[str, Any]:
    row = session.execute(select(LogRow.body).where(LogRow.record == f"schedule_version:{version_id}")).scalar_one()
    body: dict[str, Any] = json.loads(bytes(row))
    return body


def test_the_second_lead_publishes_and_both_are_sealed(session: Session) -> None:
    daniel = a_lead(session)
    draft_id = a_draft(session)
    send(session, draft_id)
    assert [line.id for line in waiting_drafts(session, daniel)] == [draft_id]
    assert waiting_drafts(session, cast.miriam) == ()
    version_id = decide(session, draft_id, daniel)
    body = sealed(session, version_id)
    assert body["sent_by_id"] == cast.MIRIAM and body["staff_id"] == daniel.staff_id
    assert body["starts_on"] == "2026-03-16" and body["preset"] == "higgins-voucher" and body["number"] == 2
    assert body["name"] == "Voucher ladder for cocaine, 12 weeks (changed)"
    assert "statement_digest" not in body
    line = version_card(session, cast.rosa, version_id, TODAY).line
    assert (line.schedule_id, line.sent_by, line.staff_name) == (1, "Miriam", "Daniel")
    assert line.schedule_name == "Voucher ladder for cocaine, 12 weeks"
    with pytest.raises(NotFound):
        draft(session, draft_id)
    assert verify_ledger(session).findings == []


def test_what_a_command_publishes_seals_what_it_sealed_before(session: Session) -> None:
    body = sealed(session, cast.HIGGINS)
    assert set(body) == {
        "document", "id", "number", "recorded_at", "schedule_id", "staff_id", "type", "v", "via",
    }  # fmt: skip


def test_whoever_sent_it_does_not_decide(session: Session) -> None:
    a_lead(session)
    draft_id = send(session, a_draft(session))
    for decision in ("approved", "sent_back"):
        with pytest.raises(SecondLeadPublishes):
            decide(session, draft_id, cast.miriam, decision, note="A good reason")


def test_one_lead_publishes_nothing_by_a_direct_call(session: Session) -> None:
    with pytest.raises(SecondLeadPublishes):
        publish_schedule(
            session, document=preset("va-prize"), reason="x", key=cast.key(), actor=cast.miriam, now=cast.NOW
        )
    with pytest.raises(SecondLeadPublishes):
        alone(session, a_draft(session))


def test_a_command_is_no_second_lead(session: Session) -> None:
    draft_id = a_draft(session)
    with pytest.raises(NotAllowed):
        send(session, draft_id, command())
    send(session, draft_id)
    with pytest.raises(NotAllowed):
        decide(session, draft_id, command())


def test_a_draft_that_waits_refuses_every_change(session: Session) -> None:
    daniel = a_lead(session)
    draft_id = send(session, a_draft(session))
    seen = shown(session, draft_id)
    with pytest.raises(DraftWaits):
        save_draft(session, document=document(), draft_id=draft_id, shown=seen, actor=daniel, now=cast.NOW)
    with pytest.raises(DraftWaits):
        discard_draft(session, draft_id=draft_id, shown=seen, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(DraftWaits):
        send(session, draft_id, daniel)
    with pytest.raises(BadInput, match="Only the lead who sent it"):
        take_back_draft(session, draft_id=draft_id, actor=daniel, now=cast.NOW)
    take_back_draft(session, draft_id=draft_id, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(DraftNotSent):
        take_back_draft(session, draft_id=draft_id, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(DraftNotSent):
        decide(session, draft_id, daniel)


def test_a_draft_goes_back_with_a_note(session: Session) -> None:
    daniel = a_lead(session)
    draft_id = send(session, a_draft(session))
    with pytest.raises(BadInput, match="Say what has to change"):
        decide(session, draft_id, daniel, "sent_back", note="no")
    with pytest.raises(BadInput, match="Choose whether"):
        decide(session, draft_id, daniel, "declined", note="A good reason")
    assert decide(session, draft_id, daniel, "sent_back", note="Please stop at 80 points.") == draft_id
    line = draft(session, draft_id)
    assert (line.waits, line.returned_by, line.returned_note) == (False, "Daniel", "Please stop at 80 points.")
    send(session, draft_id)
    line = draft(session, draft_id)
    assert (line.waits, line.returned_note, line.note) == (True, None, "Agreed")


def test_what_was_read_has_to_be_what_is_published(session: Session) -> None:
    daniel = a_lead(session)
    draft_id = a_draft(session)
    with pytest.raises(ChangedMeanwhile):
        send(session, draft_id, shown="another")
    with pytest.raises(ReasonMissing):
        send(session, draft_id, note="  ")
    send(session, draft_id)
    with pytest.raises(ChangedMeanwhile):
        decide(session, draft_id, daniel, shown="another")
    # Meanwhile a version was published, so the differences that were read are those from an older one.
    publish_schedule(
        session,
        document={**preset("higgins-voucher"), "source": "Again"},  # type: ignore[dict-item]
        reason="x",
        key=cast.key(),
        actor=command(),
        now=cast.NOW,
    )
    with pytest.raises(ChangedMeanwhile):
        decide(session, draft_id, daniel)
    assert sealed(session, decide(session, draft_id, daniel, number_shown=3))["number"] == 3


def test_a_draft_becomes_what_was_chosen_whatever_its_name_is(session: Session) -> None:
    daniel = a_lead(session)
    renamed = send(session, a_draft(session, name="Our ladder"))
    version_id = decide(session, renamed, daniel)
    line = version_card(session, cast.rosa, version_id, TODAY).line
    assert (line.schedule_id, line.number, line.name) == (1, 2, "Our ladder")
    separate = a_draft(session, name="Another ladder")
    send(session, separate, next_of_id=None)
    line = version_card(session, cast.rosa, decide(session, separate, daniel, number_shown=1), TODAY).line
    assert (line.schedule_id, line.number, line.schedule_name) == (3, 1, "Another ladder")


@pytest.mark.parametrize("name", ["Attendance points, 12 weeks", "Our ladder"])
@pytest.mark.parametrize("next_of_id", [None, 1])
def test_no_two_schedules_have_one_name(session: Session, name: str, next_of_id: int | None) -> None:
    daniel = a_lead(session)
    second = save_draft(
        session,
        document={**preset("attendance-points"), "name": "Our ladder"},  # type: ignore[dict-item]
        based_on_id=cast.ATTENDANCE,
        actor=cast.miriam,
        now=cast.NOW,
    )
    decide(session, send(session, second, next_of_id=2), daniel)
    with pytest.raises(ScheduleExists):
        send(session, a_draft(session, name=name), next_of_id=next_of_id)


def test_a_schedule_that_is_not_there_has_no_next_version(session: Session) -> None:
    with pytest.raises(NotFound):
        send(session, a_draft(session), next_of_id=99)


@pytest.mark.parametrize("starts_on", [TODAY - timedelta(days=1), TODAY + timedelta(days=367)])
def test_the_first_day_is_today_or_within_a_year(session: Session, starts_on: date) -> None:
    daniel = a_lead(session)
    draft_id = a_draft(session)
    with pytest.raises(BadInput):
        send(session, draft_id, starts_on=starts_on)
    send(session, draft_id)
    with pytest.raises(BadInput):
        decide(session, draft_id, daniel, starts_on=starts_on)


def test_today_is_the_earliest_day_of_all_sites(session: Session) -> None:
    """At 15:00 UTC it is Tuesday already on Kiritimati, and Monday in New York."""
    daniel = a_lead(session)
    add_site(session, name="Far away", time_zone="Pacific/Kiritimati", actor=command(), now=cast.NOW)
    draft_id = send(session, a_draft(session), starts_on=TODAY)
    version_id = decide(session, draft_id, daniel, starts_on=TODAY)
    assert version_id in [line.id for line in newest_versions(session, cast.miriam, TODAY)]


def test_nobody_is_enrolled_in_a_version_before_its_first_day(session: Session) -> None:
    daniel = a_lead(session)
    later = TODAY + timedelta(days=7)
    version_id = decide(session, send(session, a_draft(session)), daniel, starts_on=later)
    assert [line.id for line in newest_versions(session, cast.miriam, TODAY)] == [cast.ATTENDANCE, cast.HIGGINS]
    assert [line.id for line in newest_versions(session, cast.miriam, later)] == [cast.ATTENDANCE, version_id]
    enrolling: dict[str, Any] = {
        "client_id": cast.AMIR, "schedule_version_id": version_id, "starts_on": date(2026, 9, 1), "actor": cast.rosa,
    }  # fmt: skip
    with pytest.raises(VersionNotYet) as refused:
        enroll_client(session, key=cast.key(), now=cast.NOW, **enrolling)
    assert refused.value.field == "schedule_version_id"
    with pytest.raises(VersionNotYet):
        import_client(
            session, code="HS-77", enrolled_on=cast.START, site_id=cast.HARBOR, schedule_version_id=version_id,
            actor=command("import"), now=cast.NOW,
        )  # fmt: skip
    with pytest.raises(VersionNotYet):
        preview_move(session, cast.miriam, 1, version_id, TODAY, cast.NOW)
    with pytest.raises(VersionNotYet):
        move_enrollment(
            session, enrollment_id=1, schedule_version_id=version_id, from_day=TODAY, note="x", shown="",
            key=cast.key(), actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
    # On the day itself it takes enrollments; only the running one stands against it.
    with pytest.raises(AlreadyEnrolled):
        enroll_client(session, key=cast.key(), now=cast.NOW + timedelta(days=7), **{**enrolling, "starts_on": later})


def test_two_leads_who_approve_at_once_publish_one_version(app: Flask, session: Session) -> None:
    leads = [a_lead(session, f"lead-{n}") for n in range(4)]
    draft_id = send(session, a_draft(session))
    seen = shown(session, draft_id)
    session.commit()

    def approve(s: Session, n: int) -> int:
        return decide_draft(
            s, draft_id=draft_id, decision="approved", starts_on=TODAY, note="", shown=seen, number_shown=2,
            key=cast.key(), actor=leads[n], now=cast.NOW,
        )  # fmt: skip

    results = run_at_once(app, approve, hands=4)
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 3
    versions = select(func.count()).select_from(ScheduleVersion).where(ScheduleVersion.schedule_id == 1)
    assert session.execute(versions).scalar_one() == 2


def test_an_approval_and_a_taking_back_at_once_have_one_winner(app: Flask, session: Session) -> None:
    daniel = a_lead(session)
    draft_id = send(session, a_draft(session))
    seen = shown(session, draft_id)
    session.commit()

    def act(s: Session, n: int) -> object:
        if n:
            return take_back_draft(s, draft_id=draft_id, actor=cast.miriam, now=cast.NOW)
        return decide_draft(
            s, draft_id=draft_id, decision="approved", starts_on=TODAY, note="", shown=seen, number_shown=2,
            key=cast.key(), actor=daniel, now=cast.NOW,
        )  # fmt: skip

    results = run_at_once(app, act, hands=2)
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert {type(result) for result in results if isinstance(result, Exception)} <= {NotFound, DraftNotSent}


# -- one lead ------------------------------------------------------------------------------------------


def test_the_only_lead_publishes_alone_under_a_statement(session: Session) -> None:
    statement_id = state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    assert (
        state_one_lead(session, words="Once more, I am the only one.", actor=cast.miriam, now=cast.NOW) == statement_id
    )
    version_id = alone(session, a_draft(session))
    body = sealed(session, version_id)
    digest = session.execute(text("SELECT note_digest FROM lead_statement")).scalar_one()
    assert body["statement_digest"] == bytes(digest).hex() and "sent_by_id" not in body
    card = version_card(session, cast.rosa, version_id, TODAY)
    assert card.line.is_alone and card.statement == WORDS
    detail = session.execute(text("SELECT detail FROM audit_event WHERE tag = 'schedule:published' AND staff_id = 3"))
    assert json.loads(detail.scalar_one()) == {"alone": True, "number": 2, "starts_on": "2026-03-16"}
    assert verify_ledger(session).findings == []


def test_a_second_lead_ends_the_statement_for_good(session: Session) -> None:
    state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    daniel = a_lead(session)
    assert statement_that_holds(session, cast.miriam) is None
    with pytest.raises(SecondLeadPublishes):
        alone(session, a_draft(session))
    with pytest.raises(SecondLeadIsThere):
        state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    a_lead(session, is_active=False, staff_id=daniel.staff_id)
    with pytest.raises(SecondLeadPublishes):
        alone(session, a_draft(session))
    state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    assert statement_that_holds(session, cast.miriam) is not None
    a_lead(session, staff_id=daniel.staff_id)
    assert statement_that_holds(session, cast.miriam) is None
    reasons = session.execute(text("SELECT end_reason FROM lead_statement ORDER BY id")).scalars().all()
    assert reasons == ["second_lead", "second_lead"]


def test_a_closed_second_account_or_another_role_ends_nothing(session: Session) -> None:
    state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    a_lead(session, is_active=False)
    assert statement_that_holds(session, cast.miriam) is not None


def test_a_statement_ends_with_the_leads_account(session: Session) -> None:
    state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    a_lead(session, "miriam", is_active=False, staff_id=cast.MIRIAM)
    assert session.execute(text("SELECT end_reason FROM lead_statement")).scalar_one() == "closed"


def test_a_statement_is_revoked_once(session: Session) -> None:
    state_one_lead(session, words=WORDS, actor=cast.miriam, now=cast.NOW)
    assert revoke_statement(session, actor=cast.miriam, now=cast.NOW)
    assert not revoke_statement(session, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(SecondLeadPublishes):
        alone(session, a_draft(session))


def test_a_statement_says_something(session: Session) -> None:
    with pytest.raises(BadInput):
        state_one_lead(session, words="  me   ", actor=cast.miriam, now=cast.NOW)


# -- presets -------------------------------------------------------------------------------------------


def test_a_preset_that_nobody_changed_keeps_its_name(session: Session) -> None:
    original = preset("higgins-voucher")
    draft_id = save_draft(session, document=original, preset_name="higgins-voucher", actor=cast.miriam, now=cast.NOW)
    line = draft(session, draft_id)
    assert line.document == original and line.preset == "higgins-voucher"


def test_what_was_copied_from_a_preset_under_its_name_counts_as_made_from_it(session: Session) -> None:
    changed = {**preset("va-prize"), "corrections": "replay"}  # type: ignore[dict-item]
    line = draft(session, save_draft(session, document=changed, actor=cast.miriam, now=cast.NOW))
    assert line.preset == "va-prize"
    assert line.name == "Prize draws for stimulants, 12 weeks (changed)"
    assert line.document["source"].startswith("Changed from US Department of Veterans Affairs national rollout")
    assert line.document["source"].endswith(": 1 rule differs.")


def test_the_name_of_the_schedule_does_not_change_with_its_versions(session: Session) -> None:
    daniel = a_lead(session)
    decide(session, send(session, a_draft(session)), daniel)
    names = session.execute(select(ScheduleRow.name).order_by(ScheduleRow.id)).scalars().all()
    assert names == ["Voucher ladder for cocaine, 12 weeks", "Attendance points, 12 weeks"]
