"""A lead saves a report, changes it, and removes it: what is kept, who may, and what the audit trail says."""

from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, KeyReused, NotAllowed, NotFound, Taken
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import AuditEvent, SavedReport, SavedReportSite
from cm_tracker.operations.reports.retire_report import retire_report
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.reports.saved import saved_report, saved_reports
from tests import billing, cast

BOTH = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
OF_MILL = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
LINES = ["client", "day", "units"]


def tags(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(AuditEvent.tag, AuditEvent.subject).where(AuditEvent.tag.like("report:%")).order_by(AuditEvent.id)
    )
    return [(row.tag, row.subject) for row in rows]


def test_a_report_is_saved_changed_and_removed_and_each_is_on_the_trail(session: Session) -> None:
    number = billing.save(session, name="  Lines ", report="visit-lines", days="month", columns=LINES)
    saved = saved_report(session, cast.miriam, number)
    assert (saved.name, saved.days, saved.columns, saved.maker) == ("Lines", "month", tuple(LINES), "Miriam")
    assert [site.name for site in saved.sites] == ["Harbor Street"]
    billing.save(
        session, saved_id=number, name="Lines of spring", report="visit-lines", days="fixed",
        first_day=date(2026, 3, 1), last_day=date(2026, 5, 31), columns=["units", "day"],
    )  # fmt: skip
    saved = saved_report(session, cast.miriam, number)
    assert (saved.first_day, saved.last_day, saved.columns) == (date(2026, 3, 1), date(2026, 5, 31), ("units", "day"))
    assert retire_report(session, saved_id=number, actor=cast.miriam, now=cast.NOW) == "Lines of spring"
    assert saved_reports(session, cast.miriam) == ()
    for again in (
        lambda: saved_report(session, cast.miriam, number),
        lambda: retire_report(session, saved_id=number, actor=cast.miriam, now=cast.NOW),
        lambda: billing.save(session, saved_id=number),
    ):
        with pytest.raises(NotFound):
            again()
    session.rollback()
    assert session.execute(select(SavedReport.name, SavedReport.retired_at)).one() == ("Lines of spring", cast.NOW)
    assert tags(session) == [
        ("report:saved", f"saved_report:{number}"), ("report:changed", f"saved_report:{number}"),
        ("report:removed", f"saved_report:{number}"),
    ]  # fmt: skip
    assert verify_ledger(session).findings == []


def test_days_that_are_not_fixed_are_not_kept(session: Session) -> None:
    number = billing.save(session, days="year", first_day=date(2026, 3, 1), last_day=date(2026, 1, 1))
    saved = saved_report(session, cast.miriam, number)
    assert (saved.first_day, saved.last_day) == (None, None)


def test_verification_finds_a_saved_report_or_a_site_of_it_that_somebody_changed_behind_the_program(
    session: Session,
) -> None:
    number = billing.save(session)
    added = {"saved_report_id": number, "site_id": cast.MILL}
    session.execute(insert(SavedReportSite).values(added))
    session.commit()
    [finding] = verify_ledger(session).findings
    assert f"saved_report:{number}" in str(finding)
    session.execute(delete(SavedReportSite).where(SavedReportSite.site_id == cast.MILL))
    session.commit()
    assert verify_ledger(session).findings == []


def test_whoever_has_all_of_its_sites_sees_it_and_nobody_else(session: Session) -> None:
    harbor = billing.save(session, name="Harbor")
    both = billing.save(session, name="Both", actor=BOTH, site_ids=[cast.HARBOR, cast.MILL])
    mill = billing.save(session, name="Mill", actor=OF_MILL, site_ids=[cast.MILL])

    def seen(actor: Actor) -> list[int]:
        return [one.id for one in saved_reports(session, actor)]

    assert (seen(cast.miriam), seen(OF_MILL), seen(BOTH)) == ([harbor], [mill], [both, harbor, mill])
    assert seen(cast.grace) == seen(command()) == [both, harbor, mill]
    for number in (both, mill):
        with pytest.raises(NotFound):
            billing.save(session, saved_id=number, name="Mine")
        with pytest.raises(NotFound):
            retire_report(session, saved_id=number, actor=cast.miriam, now=cast.NOW)
    with pytest.raises(NotFound):
        billing.save(session, saved_id=harbor, site_ids=[cast.HARBOR, cast.MILL])


def test_an_auditor_does_not_see_one_with_the_codes_of_clients(session: Session) -> None:
    number = billing.save(session, report="visit-lines", columns=LINES)
    assert saved_reports(session, cast.grace) == ()
    with pytest.raises(NotFound):
        saved_report(session, cast.grace, number)
    assert saved_report(session, cast.miriam, number).id == number


@pytest.mark.parametrize("actor", [cast.rosa, cast.grace, cast.sam])
def test_only_a_lead_saves_and_removes(session: Session, actor: Actor) -> None:
    number = billing.save(session)
    with pytest.raises(NotAllowed):
        billing.save(session, name="Another", actor=actor)
    with pytest.raises(NotAllowed):
        retire_report(session, saved_id=number, actor=actor, now=cast.NOW)


def test_a_name_is_taken_only_by_what_the_lead_can_see(session: Session) -> None:
    number = billing.save(session)
    with pytest.raises(Taken):
        billing.save(session, name="counts for THE state")
    billing.save(session, saved_id=number, name="counts for THE state")
    billing.save(session, actor=OF_MILL, site_ids=[cast.MILL])  # another site has its own names
    retire_report(session, saved_id=number, actor=cast.miriam, now=cast.NOW)
    assert billing.save(session) != number


def test_what_is_wrong_is_refused_and_nothing_is_written(session: Session) -> None:
    for wrong in (
        {"name": ""},
        {"site_ids": []},
        {"days": "always"},
        {"columns": ["units"]},
        {"report": "visit-lines", "columns": []},
        {"days": "fixed", "first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)},
    ):
        with pytest.raises(BadInput):
            billing.save(session, **wrong)
    with pytest.raises(NotFound):
        billing.save(session, report="nothing")
    number = billing.save(session)
    with pytest.raises(NotFound):
        billing.save(session, saved_id=number, report="negatives")  # the report itself stays
    assert session.execute(select(func.count()).select_from(SavedReport)).scalar_one() == 1


def test_a_form_that_is_sent_twice_saves_one_report(session: Session) -> None:
    key = cast.key()
    assert billing.save(session, key=key) == billing.save(session, key=key)
    with pytest.raises(KeyReused):
        billing.save(session, key=key, name="Another")


def test_a_report_and_a_column_that_a_later_program_does_not_have_are_left_out(session: Session) -> None:
    number = billing.save(session)
    session.execute(
        insert(SavedReport).values(
            name="Weather", report="weather", grouped_by="site", days="month", column_names="", created_at=cast.NOW
        )
    )
    session.execute(
        insert(SavedReport).values(
            name="Old lines", report="visit-lines", grouped_by="site", days="month", column_names="units rain day",
            created_at=cast.NOW,
        )
    )  # fmt: skip
    of_site = [{"saved_report_id": number + more, "site_id": cast.HARBOR} for more in (1, 2)]
    session.execute(insert(SavedReportSite), of_site)
    found = saved_reports(session, cast.miriam)
    assert [(one.name, one.columns) for one in found] == [("Counts for the state", ()), ("Old lines", ("units", "day"))]
    session.rollback()
