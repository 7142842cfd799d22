"""The first client of a site waits until its checklist is complete."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences import sentence
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, SiteNotReady
from cm_tracker.domain.fidelity.readiness import Untrained
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import Site
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from cm_tracker.queries.fidelity.readiness import readiness
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.operations.fidelity import ready
from tests.operations.fidelity.ready import LAKE, kai, noor

TODAY = cast.NOW.date()


def enroll(session: Session, client_id: int = 3, *, actor: Actor = kai, key: str | None = None) -> int:
    return enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=cast.START, key=key or cast.key(),
        actor=actor, now=cast.NOW,
    )  # fmt: skip


def open_of(session: Session) -> tuple[str, ...]:
    return readiness(session, noor, LAKE, TODAY).open


def test_a_new_site_has_everything_open_but_the_schedules_and_leads_of_the_program(session: Session) -> None:
    ready.opened(session)
    assert open_of(session) == ("trained", "kit", "cabinet", "agreement", "waiver", "room", "cover")


def test_the_first_client_waits_for_the_checklist(session: Session) -> None:
    ready.opened(session)
    with pytest.raises(SiteNotReady, match="Lake View is not ready for its first client: 7 points") as refused:
        enroll(session)
    assert (refused.value.site_id, refused.value.count) == (LAKE, 7)
    ready.complete(session)
    assert open_of(session) == ()
    enroll(session)
    assert verify_ledger(session).findings == []


def test_training_that_is_due_again_opens_the_point_on_its_day(session: Session) -> None:
    """Both learned everything on March 2. At this site tests are due again after a month, at no other one."""
    ready.opened(session)
    ready.complete(session)
    cast.set_site(session, site_id=LAKE, actor=noor, tests_months=1)
    assert readiness(session, noor, LAKE, date(2026, 4, 1)).open == ()
    page = readiness(session, noor, LAKE, date(2026, 4, 2))
    assert page.open == ("trained",)
    assert page.facts.untrained == (
        Untrained(ready.KAI, "Kai", (), ("tests",)), Untrained(ready.NOOR, "Noor", (), ("tests",)),
    )  # fmt: skip
    record_training(
        session, person_id=ready.KAI, subjects=["tests"], trained_on=date(2026, 3, 10), note="", key=cast.key(), actor=noor,
        now=cast.NOW,
    )  # fmt: skip
    assert [one.name for one in readiness(session, noor, LAKE, date(2026, 4, 2)).facts.untrained] == ["Noor"]
    assert readiness(session, noor, LAKE, date(2026, 4, 10)).facts.clinical == 2


@pytest.mark.parametrize("item", ["agreement", "waiver", "room", "cover"])
def test_one_point_that_was_taken_back_is_enough_to_wait(session: Session, item: str) -> None:
    ready.opened(session)
    ready.complete(session)
    ready.confirm(session, item, is_done=False)
    with pytest.raises(SiteNotReady, match="1 point of its checklist is open"):
        enroll(session)


def test_a_site_that_has_begun_is_never_stopped(session: Session) -> None:
    ready.opened(session)
    ready.complete(session)
    enroll(session)
    ready.confirm(session, "room", is_done=False)
    enroll(session, ready.client(session, "LV-2"))


def test_a_site_from_before_there_were_checklists_is_never_stopped(session: Session) -> None:
    assert session.execute(select(Site.has_checklist).where(Site.id == cast.MILL)).scalar_one() is None
    assert readiness(session, cast.grace, cast.MILL, TODAY).open != ()


def test_practice_clients_are_enrolled_before_and_begin_nothing(session: Session) -> None:
    ready.opened(session)
    enroll(session, ready.client(session, "LV-91", is_practice=True))
    with pytest.raises(SiteNotReady):
        enroll(session)


def test_a_transfer_is_no_way_around_the_checklist(session: Session) -> None:
    ready.opened(session)
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, LAKE}), "web")
    with pytest.raises(SiteNotReady):
        cast.transfer(session, to_site_id=LAKE, actor=both)
    ready.complete(session)
    cast.transfer(session, to_site_id=LAKE, actor=both)


def test_a_command_brings_the_clients_of_a_clinic_that_has_begun_elsewhere(session: Session) -> None:
    ready.opened(session)
    enroll(session, actor=command("import"))


def test_a_lot_that_has_expired_is_no_kit(session: Session) -> None:
    ready.opened(session)
    ready.kit(session, "2026-03-20")
    assert "kit" not in readiness(session, noor, LAKE, date(2026, 3, 20)).open
    assert "kit" in readiness(session, noor, LAKE, date(2026, 3, 21)).open


def test_everybody_who_works_with_clients_is_trained_and_a_withdrawn_record_is_none(session: Session) -> None:
    ready.opened(session)
    ready.trained(session, ready.NOOR)
    ready.trained(session, ready.KAI, "core", "tests")
    found = readiness(session, noor, LAKE, TODAY).facts.untrained
    assert [(one.name, one.subjects) for one in found] == [("Kai", ("incentives", "documentation"))]


def test_only_a_lead_of_the_site_confirms_and_only_what_the_program_cannot_see(session: Session) -> None:
    ready.opened(session)
    with pytest.raises(NotAllowed):
        ready.confirm(session, "room", actor=kai)
    with pytest.raises(NotFound):
        ready.confirm(session, "room", actor=cast.miriam)
    with pytest.raises(BadInput):
        ready.confirm(session, "trained")
    with pytest.raises(BadInput, match="120 characters"):
        ready.confirm(session, "room", "x" * 121)


def test_marks_stay_with_name_and_words(session: Session) -> None:
    ready.opened(session)
    ready.confirm(session, "waiver", " 05D1234567 ")
    mark = readiness(session, noor, LAKE, TODAY).marks["waiver"]
    assert (mark.is_done, mark.text, mark.staff_name) == (True, "05D1234567", "Noor")
    said = [sentence(line) for line in audit_trail(session, noor, AuditFilter()).lines]
    assert "Noor confirmed on the checklist of Lake View: The waiver for tests is on file." in said
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE readiness_mark SET is_done = false"))
    session.rollback()
