"""Visit lines with names: only whoever may be told about is in them, and each client's account says so."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, KeyReused, NotAllowed, NotFound, Refused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, Client, Disclosure
from cm_tracker.operations.reports.disclose_lines import DisclosedLines, disclose_lines
from cm_tracker.operations.reports.retire_report import retire_report
from cm_tracker.queries.clients.consents import disclosures_of
from tests import billing, cast, merging, week
from tests.operations.clients.test_consents import consent, revoke

COUNTY = {"recipient": "County Health", "what": "Visits", "purpose": "Payment"}
COLUMNS = ["day", "client", "units"]
OF_MILL = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")


@pytest.fixture
def saved(session: Session) -> int:
    """Visit lines of this year: five of Amir, and one of HS-50, who has no plan."""
    billing.two_weeks(session)
    cast.visit(session, 0, enrollment_id=week.newcomer(session, "HS-50", version_id=cast.HIGGINS))
    return billing.save(session, name="Lines", report="visit-lines", days="year", columns=COLUMNS)


def give(session: Session, saved_id: int, **more: Any) -> DisclosedLines:
    return disclose_lines(
        session,
        **{
            "saved_id": saved_id, "basis": "consent", "recipient": "County Health", "purpose": "Payment",
            "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def count(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Disclosure)).scalar_one()


def test_by_consent_only_those_who_agreed_are_told_and_the_others_are_counted(session: Session, saved: int) -> None:
    consent_id = consent(session, **COUNTY)
    given = give(session, saved, recipient="  county HEALTH ")
    assert [column.name for column in given.table.columns] == ["day", "client", "name", "units"]
    assert given.table.rows[0] == (date(2026, 3, 2), "HS-1", "Amir", 6)
    assert {row[1] for row in given.table.rows} == {"HS-1"} and len(given.table.rows) == 5
    assert (given.told, given.left_out) == (1, 1)
    [line] = disclosures_of(session, cast.AMIR)
    assert (line.basis, line.recipient, line.purpose, line.disclosed_on, line.staff_name) == (
        "consent", "county HEALTH", "Payment", week.TODAY, "Miriam",
    )  # fmt: skip
    assert line.what == "Visit lines for billing, 2026-01-01 to 2026-03-16"
    row = session.execute(select(Disclosure.client_id, Disclosure.consent_id, Disclosure.site_id)).one()
    assert tuple(row) == (cast.AMIR, consent_id, cast.HARBOR)
    noted = session.execute(
        select(AuditEvent.client_id, AuditEvent.detail).where(AuditEvent.tag == "disclosure:recorded")
    ).all()
    assert [tuple(one) for one in noted] == [(cast.AMIR, '{"basis":"consent"}')]


@pytest.mark.parametrize(
    "spoils",
    [
        lambda session: consent(session, **COUNTY, until=date(2026, 3, 15)),
        lambda session: consent(session, **COUNTY | {"recipient": "County"}),
        lambda session: revoke(session, consent(session, **COUNTY)),
    ],
)
def test_a_consent_that_is_over_or_taken_back_or_for_somebody_else_is_none(
    session: Session, saved: int, spoils: Callable[[Session], object]
) -> None:
    spoils(session)
    with pytest.raises(BadInput, match="No client of these lines has a consent"):
        give(session, saved)
    assert count(session) == 0


def test_by_an_exception_everybody_is_told(session: Session, saved: int) -> None:
    given = give(session, saved, basis="service_organization", recipient="Billing service")
    assert (given.told, given.left_out) == (2, 0)
    assert {row[1] for row in given.table.rows} == {"HS-1", "HS-50"}
    rows = session.execute(select(Disclosure.basis, Disclosure.consent_id)).all()
    assert [tuple(row) for row in rows] == [("service_organization", None)] * 2


def test_a_form_that_is_sent_twice_tells_once_and_gives_the_same_file(session: Session, saved: int) -> None:
    consent(session, **COUNTY)
    key = cast.key()
    assert give(session, saved, key=key) == give(session, saved, key=key)
    assert count(session) == 1
    with pytest.raises(KeyReused):
        give(session, saved, key=key, purpose="Research")


def test_a_form_that_is_sent_again_tells_nobody_who_took_the_consent_back(session: Session, saved: int) -> None:
    consent_id, key = consent(session, **COUNTY), cast.key()
    consent(session, client_id=session.scalars(select(Client.id).where(Client.code == "HS-50")).one(), **COUNTY)
    assert give(session, saved, key=key).told == 2
    revoke(session, consent_id)
    again = give(session, saved, key=key)
    assert (again.told, again.left_out) == (1, 1) and {row[1] for row in again.table.rows} == {"HS-50"}


def test_a_form_that_is_sent_again_when_nobody_agrees_any_more_gives_nothing(session: Session, saved: int) -> None:
    consent_id, key = consent(session, **COUNTY), cast.key()
    give(session, saved, key=key)
    revoke(session, consent_id)
    with pytest.raises(BadInput, match="No client of these lines has a consent"):
        give(session, saved, key=key)


def test_a_form_that_is_sent_again_on_another_day_gives_no_other_days(session: Session, saved: int) -> None:
    consent(session, **COUNTY)
    key = cast.key()
    give(session, saved, key=key)
    with pytest.raises(KeyReused):
        give(session, saved, key=key, now=cast.NOW + timedelta(days=1))
    assert count(session) == 1


def test_a_consent_of_a_merged_record_counts_for_the_main_one(session: Session, saved: int) -> None:
    second = merging.second_record(session, code="HS-90")
    consent(session, client_id=second, **COUNTY)
    merging.merge(session, second)
    assert give(session, saved).told == 1


@pytest.mark.parametrize(
    "wrong", [{"basis": "client"}, {"basis": "court"}, {"basis": "because"}, {"recipient": " "}, {"purpose": ""}]
)  # fmt: skip
def test_what_is_missing_is_refused(session: Session, saved: int, wrong: dict[str, str]) -> None:
    consent(session, **COUNTY)
    with pytest.raises(Refused):
        give(session, saved, **wrong)
    assert count(session) == 0


def test_days_without_lines_have_nothing_to_give(session: Session) -> None:
    number = billing.save(session, name="Lines", report="visit-lines", columns=COLUMNS)
    with pytest.raises(BadInput, match="There are no lines in these days"):
        give(session, number, basis="audit")


def test_only_a_lead_of_its_sites_gives_visit_lines(session: Session, saved: int) -> None:
    for actor in (cast.rosa, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            give(session, saved, actor=actor)
    with pytest.raises(NotFound):
        give(session, saved, actor=OF_MILL)
    with pytest.raises(NotFound):
        give(session, billing.save(session), basis="audit")  # counts for a state have no lines of visits
    retire_report(session, saved_id=saved, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(NotFound):
        give(session, saved)


def test_practice_clients_and_who_has_moved_away_are_not_told_about(session: Session, saved: int) -> None:
    practice = week.newcomer(session, "HS-51", version_id=cast.HIGGINS, is_practice=True)
    cast.visit(session, 0, enrollment_id=practice)
    cast.transfer(session, cast.AMIR)
    given = give(session, saved, basis="audit")
    assert {row[1] for row in given.table.rows} == {"HS-50"}
    assert (given.told, given.left_out) == (1, 1)
