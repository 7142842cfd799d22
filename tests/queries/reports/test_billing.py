"""Visit lines for billing, typed by hand: minutes, units, codes, staff and funding; practice, scope and formulas."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, time
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.tables import Cell, Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.reports.saved import saved_report, saved_table
from cm_tracker.report_files import as_csv, as_xlsx, title_of
from tests import billing, cast, week

BOTH = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
GRANT = "State opioid response grant"


def lines(session: Session, actor: Actor = cast.miriam, **more: Any) -> Table:
    return table_of(
        session, actor, "visit-lines",
        **{"first_day": cast.START, "last_day": week.TODAY, "now": cast.NOW, **more},
    )  # fmt: skip


def of(day: int, service: str, *cells: Cell) -> tuple[Cell, ...]:
    return (date(2026, 3, day), "Harbor Street", "HS-1", service, *cells)


def test_a_line_for_each_visit_with_its_minutes_units_and_who_pays(session: Session) -> None:
    tests, group = billing.two_weeks(session)
    billing.codes(session, tests, "H0050", positive="R82.998", negative="Z71.51")
    billing.codes(session, group, "H0005")
    table = lines(session)
    # 20 minutes are one unit; 97 (of 120, she left at 2:37 pm) are six; 120 are eight.
    assert table.rows == (
        of(2, "Skills group", "H0005", 6, 97, "Noted", "", "Rosa", ""),
        of(2, "Urine tests", "H0050", 1, 20, "Planned", "Z71.51", "Rosa", ""),
        of(4, "Urine tests", "H0050", 1, 20, "Planned", "R82.998", "Leo", ""),
        of(9, "Skills group", "H0005", 8, 120, "Planned", "", "Rosa", GRANT),
        of(9, "Urine tests", "H0050", 1, 20, "Planned", "Z71.51", "Rosa", GRANT),
    )
    assert title_of(table.title) == "5 visits were attended, with 17 units of 15 minutes."


def test_no_code_is_there_unless_a_lead_sets_it(session: Session) -> None:
    billing.two_weeks(session)
    table = lines(session)
    assert {*table.column("procedure"), *table.column("diagnosis")} == {""}


def test_a_result_that_waits_has_no_code_until_it_is_known(session: Session) -> None:
    tests, _ = billing.two_weeks(session)
    billing.codes(session, tests, "", positive="R82.998")
    cast.visit(session, 9, replace(cast.positive(), results={"cocaine": "pending"}))
    billing.codes(session, tests, "", positive="R82.998", negative="Z71.51")
    [row] = [row for row in lines(session, first_day=date(2026, 3, 11)).rows]
    assert row == of(11, "Urine tests", "", 1, 20, "Planned", "", "Rosa", GRANT)


def test_a_test_beyond_the_plan_has_no_minutes(session: Session) -> None:
    tests, _ = billing.two_weeks(session)
    billing.codes(session, tests, "H0050")
    cast.visit(session, 8)  # a Tuesday
    [row] = lines(session, first_day=date(2026, 3, 10)).rows
    assert row == of(10, "", "", None, None, "", "", "Rosa", GRANT)


def test_a_correction_changes_its_line(session: Session) -> None:
    tests, _ = billing.two_weeks(session)
    billing.codes(session, tests, "H0050", positive="R82.998", negative="Z71.51")
    visit = cast.visit(session, 11)
    cast.put_right(session, visit, "correct", cast.positive())
    [row] = lines(session, first_day=date(2026, 3, 13)).rows
    assert row == of(13, "Urine tests", "H0050", 1, 20, "Planned", "R82.998", "Rosa", GRANT)


def test_practice_clients_never_appear(session: Session) -> None:
    tests, _ = billing.two_weeks(session)
    practice = week.newcomer(session, "HS-50", version_id=cast.HIGGINS, is_practice=True)
    week.plan(session, week.item(tests, "024", billing.URINE), enrollment_id=practice)
    cast.visit(session, 0, enrollment_id=practice)
    assert set(lines(session).column("client")) == {"HS-1"}


def test_only_the_sites_of_the_actor_and_of_a_saved_report_are_listed(session: Session) -> None:
    billing.two_weeks(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    assert set(lines(session, BOTH).column("client")) == {"HS-1", "MR-1"}
    assert set(lines(session, BOTH, site_id=cast.MILL).column("client")) == {"MR-1"}
    assert set(lines(session).column("client")) == {"HS-1"}
    columns = ["units", "client", "day"]
    number = billing.save(session, report="visit-lines", days="year", columns=columns, name="Harbor")
    # Whoever opens it, it counts its own sites, with its columns in their order.
    table = saved_table(session, BOTH, saved_report(session, BOTH, number), cast.NOW)
    assert [column.name for column in table.columns] == columns
    assert (table.first_day, table.last_day) == (date(2026, 1, 1), date(2026, 3, 16))
    assert table.rows[0] == (6, "HS-1", date(2026, 3, 2))
    assert set(table.column("client")) == {"HS-1"}
    both = billing.save(
        session, name="Both", report="visit-lines", days="year", columns=columns, actor=BOTH,
        site_ids=[cast.HARBOR, cast.MILL],
    )  # fmt: skip
    of_both = saved_table(session, BOTH, saved_report(session, BOTH, both), cast.NOW)
    assert set(of_both.column("client")) == {"HS-1", "MR-1"}


def test_a_day_begins_where_it_is_the_earliest_among_its_sites(session: Session) -> None:
    number = billing.save(session, days="month")
    saved = saved_report(session, cast.miriam, number)
    # Still March 31 in New York.
    assert saved.days_on(datetime(2026, 4, 1, 3, 59, tzinfo=UTC)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert saved.days_on(datetime(2026, 4, 1, 4, 0, tzinfo=UTC)) == (date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@sum", "-2"])
def test_no_file_runs_the_name_of_a_service_or_a_source(session: Session, name: str) -> None:
    tests = week.service(session, name, "test_visit", week.meetings("01234", time(9), 20), leader_id=None)
    week.plan(session, week.item(tests, "024", billing.URINE))
    cast.visit(session, 0)
    table = lines(session)
    [row] = list(csv.DictReader(StringIO(as_csv(table))))
    assert row["service"] == f"'{name}"
    cell = load_workbook(BytesIO(as_xlsx(table)))["Report"]["D2"]
    assert (cell.value, cell.data_type) == (name, "s")
