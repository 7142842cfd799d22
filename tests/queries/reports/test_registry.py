"""Every report asks as many statements for many clients as for few, and shows only the sites of the actor."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.measures.tables import KINDS, TEXT, Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports import enrolled
from cm_tracker.queries.reports.registry import REPORTS, table_of
from cm_tracker.report_files import as_csv, as_json, as_text, as_xlsx
from tests import cast, week

FIRST, LAST = cast.START, week.TODAY
URINE = "cocaine-negative"


def report(session: Session, name: str, actor: Actor = cast.zoe, by: str = "site") -> Table:
    return table_of(session, actor, name, first_day=FIRST, last_day=LAST, now=cast.NOW, by=by)


@pytest.fixture
def planned(session: Session) -> int:
    """Amir has tests three times a week, and earned something. Return the service."""
    tests = week.tests(session)
    week.plan(session, week.item(tests, "024", URINE))
    cast.rich(session)
    return tests


@pytest.mark.parametrize("name", REPORTS)
def test_more_clients_need_as_many_statements(session: Session, planned: int, name: str) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    report(session, name)
    few = len(sent)
    for number in range(20, 24):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(planned, "024", URINE), enrollment_id=enrollment_id)
        cast.visit(session, 0, enrollment_id=enrollment_id)
    sent.clear()
    report(session, name)
    assert len(sent) == few > 0


@pytest.mark.parametrize("name", REPORTS)
def test_a_table_has_a_cell_of_its_kind_in_each_place(session: Session, planned: int, name: str) -> None:
    table = report(session, name)
    assert {column.kind for column in table.columns} <= set(KINDS)
    assert len({column.name for column in table.columns}) == len(table.columns)
    assert all(len(row) == len(table.columns) for row in table.rows)
    for column in table.columns:
        if column.kind == TEXT:
            assert all(isinstance(cell, str) for cell in table.column(column.name))
    assert table.chart is None or table.chart in [column.name for column in table.columns]
    assert table.definition.endswith(".") and table.source


def test_groups_by_schedule_language_and_counselor(session: Session, planned: int) -> None:
    assert [row[:2] for row in report(session, "negatives", by="language").rows] == [
        ("en", "under 5"), ("es", "under 5"), ("All", 2),
    ]  # fmt: skip
    assert [row[0] for row in report(session, "negatives", by="schedule").rows] == [
        "Voucher ladder for cocaine, 12 weeks", "All",
    ]  # fmt: skip
    assert [row[0] for row in report(session, "negatives", by="counselor").rows] == ["–", "All"]


@pytest.mark.parametrize("by", ["service", "staff"])
@pytest.mark.parametrize("name", [name for name, of in REPORTS.items() if "staff" in of.groups])
def test_by_service_and_by_staff_more_clients_need_as_many_statements(
    session: Session, planned: int, name: str, by: str
) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    report(session, name, by=by)
    few = len(sent)
    for number in range(20, 24):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(planned, "024", URINE), enrollment_id=enrollment_id)
        cast.visit(session, 0, enrollment_id=enrollment_id)
    sent.clear()
    report(session, name, by=by)
    assert len(sent) == few > 0


def test_only_the_sites_of_the_actor_are_counted(session: Session, planned: int) -> None:
    assert report(session, "negatives", cast.anna).rows[-1][1] == 1
    assert [row[0] for row in report(session, "clients", cast.miriam).rows] == ["HS-1"]
    with pytest.raises(NotFound):
        table_of(session, cast.miriam, "negatives", first_day=FIRST, last_day=LAST, now=cast.NOW, site_id=cast.MILL)


def test_what_is_no_report_is_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        report(session, "nothing")
    with pytest.raises(BadInput):
        report(session, "negatives", by="weather")
    with pytest.raises(BadInput):
        table_of(session, cast.zoe, "negatives", first_day=LAST, last_day=FIRST, now=cast.NOW)


def test_an_enrollment_that_was_entered_by_mistake_is_not_counted(session: Session, planned: int) -> None:
    bea = cast.BEA
    cast.end(session, bea, "2026-03-02", "mistake", actor=cast.anna)
    assert [row[0] for row in report(session, "clients").rows] == ["HS-1"]


def test_enrollments_beyond_the_most_that_are_counted_are_said(
    session: Session, planned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20, 24):
        week.newcomer(session, f"HS-{number}", starts_on=cast.START + timedelta(days=1))
    assert report(session, "negatives").left_out == ""
    monkeypatch.setattr(enrolled, "MOST", 4)
    table = report(session, "attendance")
    # Amir and Bea began a day earlier than the other four.
    assert table.rows[-1][1] == 4
    assert table.left_out == (
        "6 enrollments could run in these days, which is more than one report counts. It counts the 4 of them that began "
        "last. The other 2 are in none of these numbers."
    )
    assert report(session, "shrinkage").left_out == ""
    assert as_text(table).endswith(table.left_out)
    assert as_csv(table).splitlines()[-1] == f'"{table.left_out}"'
    assert json.loads(as_json(table))["left_out"] == table.left_out
    about = load_workbook(BytesIO(as_xlsx(table)))["Definitions"]
    assert ("Left out", table.left_out) in [(row[0].value, row[1].value) for row in about.rows]
    monkeypatch.setattr(enrolled, "MOST", 6)
    assert report(session, "attendance").left_out == ""
