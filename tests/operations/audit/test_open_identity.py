"""An auditor opens who a client is: for an hour, with a reason, and the leads of the site are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, SeveralRefused
from cm_tracker.domain.staff.roles import AUDITOR, Actor
from cm_tracker.models import AuditEvent, IdentityOpening, Note
from cm_tracker.operations.audit.open_identity import open_identity
from cm_tracker.queries.audit.identities import open_identity_of, opened_lately, openings
from tests import cast

WHY = "The paper chart has no code"
HOUR = timedelta(hours=1)


def opened(session: Session, code: str = "HS-1", *, actor: Actor = cast.grace, why: str = WHY, key: str = "") -> int:
    return open_identity(session, code=code, reason=why, key=key or cast.key(), actor=actor, now=cast.NOW)


def test_the_name_is_open_for_an_hour_and_to_nobody_else(session: Session) -> None:
    opening_id = opened(session, "hs1")
    identity = open_identity_of(session, cast.grace, opening_id, cast.NOW)
    assert (identity.code, identity.preferred_name, identity.site_name) == ("HS-1", "Amir", "Harbor Street")
    assert identity.ends_at == cast.NOW + HOUR
    last = cast.NOW + HOUR - timedelta(seconds=1)
    assert open_identity_of(session, cast.grace, opening_id, last).preferred_name == "Amir"
    for now in (cast.NOW + HOUR, cast.NOW - timedelta(seconds=1)):
        with pytest.raises(NotFound):
            open_identity_of(session, cast.grace, opening_id, now)
    other = Actor(99, frozenset({AUDITOR}), frozenset({cast.HARBOR}), "web")
    with pytest.raises(NotFound):
        open_identity_of(session, other, opening_id, cast.NOW)


def test_it_stands_on_the_audit_trail_with_its_reason(session: Session) -> None:
    opening_id = opened(session)
    told = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert (told.tag, told.subject, told.client_id, told.site_id, told.staff_id) == (
        "identity:opened",
        f"identity_opening:{opening_id}",
        cast.AMIR,
        cast.HARBOR,
        cast.GRACE,
    )
    assert session.execute(select(Note.text).where(Note.digest == told.note_digest)).scalar_one() == WHY


def test_a_code_of_nobody_and_a_reason_that_says_nothing_are_said_at_once(session: Session) -> None:
    with pytest.raises(SeveralRefused) as refused:
        opened(session, "HS-99", why="audit")
    assert [one.field for one in refused.value.refusals] == ["code", "reason"]


def test_a_code_of_another_site_is_nobodys(session: Session) -> None:
    auditor = Actor(cast.GRACE, frozenset({AUDITOR}), frozenset({cast.HARBOR}), "web")
    with pytest.raises(BadInput) as refused:
        opened(session, "MR-1", actor=auditor)
    assert refused.value.field == "code"


@pytest.mark.parametrize("actor", [cast.rosa, cast.miriam, cast.sam, cast.anna])
def test_only_an_auditor_opens_a_name(session: Session, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        opened(session, actor=actor)
    assert session.execute(select(IdentityOpening.id)).all() == []


def test_a_form_that_is_sent_twice_opens_once(session: Session) -> None:
    key = cast.key()
    assert opened(session, key=key) == opened(session, key=key)
    assert len(session.execute(select(IdentityOpening.id)).all()) == 1


def test_leads_see_the_openings_of_their_sites_and_auditors_their_own(session: Session) -> None:
    opened(session)
    opened(session, "MR-1")
    lines = openings(session, cast.miriam, cast.NOW).lines
    assert [(line.code, line.staff_name, line.reason, line.is_own) for line in lines] == [("HS-1", "Grace", WHY, False)]
    assert [(line.code, line.is_own) for line in openings(session, cast.grace, cast.NOW).lines] == [
        ("MR-1", True),
        ("HS-1", True),
    ]
    assert [line.is_own for line in openings(session, cast.grace, cast.NOW + HOUR).lines] == [False, False]
    other = Actor(99, frozenset({AUDITOR}), frozenset({cast.HARBOR}), "web")
    assert openings(session, other, cast.NOW).lines == ()


def test_a_lead_is_told_for_a_week(session: Session) -> None:
    opened(session)
    opened(session)
    week = timedelta(days=7)
    assert [tuple(one) for one in opened_lately(session, cast.miriam, cast.NOW)] == [("Grace", 2)]
    assert len(opened_lately(session, cast.miriam, cast.NOW + week - timedelta(seconds=1))) == 1
    assert opened_lately(session, cast.miriam, cast.NOW + week) == ()
    elsewhere = Actor(99, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    assert opened_lately(session, elsewhere, cast.NOW) == ()
