"""Every report asks as many statements for many clients as for few, and shows only the sites of the actor."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.measures.tables import KINDS, TEXT, Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports import enrolled
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.registry import table_of
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


@pytest.fixture
def few(session: Session, planned: int) -> None:
    """Seven clients at Harbor Street, of whom Amir and one more speak English, and one at Mill Road."""
    for number in range(20, 26):
        week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS, language="es" if number > 20 else "en")
    cast.visit(session, 0, cast.positive(), enrollment_id=cast.BEA, actor=cast.anna)


def clients_of(session: Session, name: str, **more: Any) -> list[tuple[object, ...]]:
    asked: dict[str, Any] = {"first_day": FIRST, "last_day": LAST, "now": cast.NOW, "actor": cast.grace, **more}
    return [row[:3] for row in table_of(session, name=name, **asked).rows]


def test_whoever_may_not_see_clients_cannot_ask_for_one(session: Session, few: None) -> None:
    mill = clients_of(session, "negatives", site_id=cast.MILL)
    assert mill == [("Mill Road", "under 5", "hidden"), ("All", "under 5", "hidden")]
    assert [row[1] for row in clients_of(session, "negatives")] == ["hidden", "under 5", 8]
    # The seven of Harbor Street would tell of the one of Mill Road.
    assert [row[1] for row in clients_of(session, "negatives", site_id=cast.HARBOR)] == ["hidden", "hidden"]
    assert [row[1] for row in clients_of(session, "possible", site_id=cast.HARBOR)] == ["hidden", "hidden"]
    assert [row[1] for row in clients_of(session, "negatives", site_id=cast.HARBOR, by="language")] == [
        "under 5", "hidden", "hidden",
    ]  # fmt: skip
    weeks = table_of(
        session, cast.grace, "negatives-by-week", first_day=FIRST, last_day=LAST, now=cast.NOW, site_id=cast.MILL
    )  # fmt: skip
    # In the third week nobody was expected yet.
    assert [set(row[1:]) for row in weeks.rows] == [{"hidden"}, {"hidden"}, {0, None}]
    both = table_of(
        session, cast.grace, "negatives-by-week", first_day=FIRST, last_day=LAST, now=cast.NOW, site_id=cast.HARBOR
    )  # fmt: skip
    assert both.column("negative")[:2] == ("hidden", "hidden")
    assert weeks.title.text == "What would tell about fewer than five clients is hidden."


def test_a_lead_sees_a_lone_group_and_the_sum(session: Session, few: None) -> None:
    # One of three tests of Bea's first week was positive, and two were missed; so were those of the second week.
    assert clients_of(session, "negatives", site_id=cast.MILL, actor=cast.zoe) == [
        ("Mill Road", 1, 6), ("All", 1, 6),
    ]  # fmt: skip
    assert [row[1] for row in clients_of(session, "negatives", actor=cast.zoe)] == ["hidden", "under 5", 8]


def test_a_few_of_many_are_hidden_in_their_row(session: Session, few: None) -> None:
    hidden = table_of(session, cast.grace, "recovery", first_day=FIRST, last_day=LAST, now=cast.NOW)
    # Bea alone had a test that was not negative, which took nothing from her: nobody had a reset.
    assert hidden.column("with_reset")[-1] == 0
    cast.visit(session, 7, cast.positive())
    hidden = table_of(session, cast.grace, "recovery", first_day=FIRST, last_day=LAST, now=cast.NOW)
    assert (hidden.rows[-1][1], *hidden.rows[-1][2:5]) == (8, "under 5", "hidden", "hidden")
    seen = table_of(session, cast.zoe, "recovery", first_day=FIRST, last_day=LAST, now=cast.NOW)
    assert seen.rows[-1][1:5] == (8, 1, 0, 0)


@pytest.mark.parametrize("name", ["laboratory", "prize-fairness", "shrinkage"])
def test_a_report_by_site_alone_has_no_groups_and_no_clients(session: Session, planned: int, name: str) -> None:
    assert REPORTS[name].groups == ()
    tables = [
        table_of(session, cast.zoe, name, first_day=FIRST, last_day=LAST, now=cast.NOW, by=by, of_group=group)
        for by, group in (("site", None), ("language", None), ("site", 1))
    ]
    assert tables[0] == tables[1] == tables[2] and not tables[0].names_clients


def test_only_the_sites_of_the_actor_are_counted(session: Session, planned: int) -> None:
    of_mill = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    assert report(session, "negatives", of_mill).rows[-1][1] == 1
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
