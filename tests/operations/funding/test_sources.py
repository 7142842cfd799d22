"""Leads enter sources of money, change their terms from a day on, and choose who pays for an enrollment."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, SeveralRefused, Taken
from cm_tracker.domain.funding.sources import Terms
from cm_tracker.models import AuditEvent
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.funding.sources import (
    enrollment_sources,
    entered_sources,
    open_sources,
    source_of,
    sources,
    terms_lines,
)
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, funding

TODAY = date(2026, 3, 16)


def tags(session: Session) -> list[str]:
    return list(session.execute(select(AuditEvent.tag).order_by(AuditEvent.id.desc()).limit(3)).scalars())


def test_a_source_is_entered_with_its_first_terms(session: Session) -> None:
    assert funding.source(session) == funding.GRANT
    line = source_of(session, funding.GRANT)
    assert (line.name, line.kind, line.first_day) == ("State opioid response grant", "grant", (9, 30))
    assert line.terms == (Terms(1, date(2025, 9, 30), 10_000, 50_000, "No cash."),)
    assert line.terms_on(date(2025, 9, 29)).client_cents is None, "before the first terms there is no limit"
    assert tags(session)[0] == "funding:added"


def test_a_changed_limit_is_one_more_row(session: Session) -> None:
    funding.source(session)
    funding.terms(session, client_cents=75_000, from_on=date(2026, 4, 1))
    line = source_of(session, funding.GRANT)
    assert line.terms_on(date(2026, 3, 31)).client_cents == 10_000
    assert line.terms_on(date(2026, 4, 1)).client_cents == 75_000
    shown = terms_lines(session, funding.GRANT)
    assert [(one.terms.client_cents, one.staff_name) for one in shown] == [(75_000, "Miriam"), (10_000, "Miriam")]
    assert tags(session)[0] == "funding:changed"


def test_a_closed_source_cannot_be_chosen_any_more(session: Session) -> None:
    funding.source(session)
    funding.donations(session)
    funding.terms(session, is_closed=True)
    assert [line.name for line in open_sources(session, date(2026, 3, 15))] == [
        "Donations", "State opioid response grant",
    ]  # fmt: skip
    assert [line.name for line in open_sources(session, TODAY)] == ["Donations"]
    with pytest.raises(BadInput, match="This source is closed"):
        funding.choose(session)


def test_two_sources_have_two_names_and_one_form_is_one_source(session: Session) -> None:
    key = cast.key()
    assert funding.source(session, key=key) == funding.source(session, key=key)
    with pytest.raises(Taken):
        funding.source(session, " State opioid response grant ")
    with pytest.raises(SeveralRefused):
        funding.source(session, "", kind="lottery", client_cents=-1)
    assert len(sources(session)) == 1


def test_who_pays_for_an_enrollment_is_chosen_from_a_day_on_with_a_reason(session: Session) -> None:
    funding.source(session)
    funding.donations(session)
    funding.choose(session)
    funding.choose(session, funding.DONATIONS, from_on=date(2026, 3, 10), reason="The grant has ended")
    found = enrollment_sources(session, cast.AMIR, TODAY)
    assert found.now is not None and found.now.name == "Donations"
    assert [(line.name, line.reason) for line in found.lines] == [
        ("Donations", "The grant has ended"), ("State opioid response grant", "As the grant says"),
    ]  # fmt: skip
    assert enrollment_sources(session, cast.AMIR, date(2026, 3, 9)).now == found.lines[1]
    funding.choose(session, None, from_on=TODAY)
    assert enrollment_sources(session, cast.AMIR, TODAY).now is None
    assert tags(session)[0] == "funding:set"


def test_what_may_not_be_chosen(session: Session) -> None:
    funding.source(session)
    with pytest.raises(BadInput, match="The enrollment begins later"):
        funding.choose(session, from_on=date(2026, 3, 1))
    with pytest.raises(BadInput, match="Say in a few words"):
        funding.choose(session, reason="no")
    with pytest.raises(BadInput, match="This source is closed"):
        funding.choose(session, 99)
    with pytest.raises(NotFound):
        funding.choose(session, enrollment_id=99)
    with pytest.raises(NotFound):
        funding.choose(session, enrollment_id=cast.BEA)
    with pytest.raises(NotFound):
        funding.terms(session, 99)


def test_only_leads_enter_sources_and_choose_them(session: Session) -> None:
    funding.source(session)
    for actor in (cast.rosa, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            funding.source(session, "Another", actor=actor)
        with pytest.raises(NotAllowed):
            funding.terms(session, actor=actor)
        with pytest.raises(NotAllowed):
            funding.choose(session, actor=actor)
    with pytest.raises(NotFound):
        source_of(session, 99)


def test_a_source_is_chosen_at_enrolling(session: Session) -> None:
    funding.source(session)
    client_id = open_client(
        session, code="HS-2", preferred_name="Dee", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    enrollment_id = enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=TODAY, source_id=funding.GRANT,
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    entered = entered_sources(session, [enrollment_id])[enrollment_id]
    assert [(one.from_on, one.source_id) for one in entered] == [(TODAY, funding.GRANT)]
    assert entered_sources(session) == {enrollment_id: entered}, "old enrollments name none"
    assert verify_ledger(session).findings == []


def test_a_closed_source_enrolls_nobody(session: Session) -> None:
    funding.source(session)
    funding.terms(session, is_closed=True)
    client_id = open_client(
        session, code="HS-2", preferred_name="Dee", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    with pytest.raises(BadInput):
        enroll_client(
            session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=TODAY, source_id=funding.GRANT,
            key=cast.key(), actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
