"""`cm-tracker report NAME` prints every report as text, CSV, JSON or a workbook, all of the same numbers."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.definitions import REPORTS
from tests import billing, cast, week
from tests.cli.conftest import Run, runner

DAYS = ("--from", "2026-03-02", "--to", "2026-03-15")


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """Run commands in a clinic in which Amir had three tests: two negative ones and a positive one."""
    tests = week.tests(session)
    week.plan(session, week.item(tests, "024", "cocaine-negative"))
    cast.visit(session, 0)
    cast.visit(session, 2)
    cast.visit(session, 4, cast.positive())
    session.commit()
    return runner(app)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_the_same_cells_in_each_form(run: Run, name: str) -> None:
    found = json.loads(run("report", name, *DAYS, "--json").stdout)
    names = [column["name"] for column in found["columns"]]
    lines = list(csv.reader(StringIO(run("report", name, *DAYS, "--csv").stdout)))
    assert lines[0] == names
    assert len(lines) == len(found["rows"]) + 1
    book = load_workbook(BytesIO(run("report", name, *DAYS, "--xlsx").stdout_bytes))
    sheet, about = book["Report"], book["Definitions"]
    assert [cell.value for cell in sheet[1]] == [column["title"] for column in found["columns"]]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == len(found["rows"]) + 1
    assert found["definition"] in [row[1].value for row in about.rows]
    text = run("report", name, *DAYS).stdout
    assert text.startswith(found["title"])
    assert found["definition"] in text


def test_cells_of_a_workbook_are_typed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "weeks.xlsx"
    assert run("report", "negatives-by-week", *DAYS, "--xlsx", "--output", str(file)).exit_code == 0
    rows = list(load_workbook(file)["Report"].rows)
    assert [cell.value for cell in rows[1]][1:4] == [6, 2, 0]
    assert rows[1][0].value.date() == date(2026, 3, 2)
    assert (rows[1][4].value, rows[1][4].number_format) == (0.333, "0.0%")


def test_the_title_says_the_result(run: Run) -> None:
    shown = run("report", "negatives-by-week", *DAYS, "--site", "Harbor Street").stdout.splitlines()
    assert shown[:2] == ["2 of 6 expected tests were negative.", "Mar 2, 2026 – Mar 15, 2026"]
    assert shown[4].split() == ["Mar", "2,", "2026", "3", "2", "0", "66.7%", "3", "66.7%"]


def test_a_site_is_named_or_numbered(run: Run) -> None:
    by_name = run("report", "negatives", *DAYS, "--site", "mill road", "--json").stdout
    assert by_name == run("report", "negatives", *DAYS, "--site", "2", "--json").stdout
    assert json.loads(by_name)["rows"][-1]["expected"] == 6


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--site", "Nowhere"), "--site: there is no site 'Nowhere'. The sites are: Harbor Street, Mill Road.\n"),
        (
            ("--from", "2026-03-15", "--to", "2026-03-02"),
            "The last day is before the first one. Correct one of the two.\n",
        ),
        (("--from", "2020-01-01", "--to", "2026-03-02"), "A report has at most 1,098 days. Choose fewer.\n"),
    ],
)
def test_what_cannot_be_reported_is_said(run: Run, options: tuple[str, ...], says: str) -> None:
    result = run("report", "negatives", *options)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", says)


def test_a_day_that_is_none_is_refused(run: Run) -> None:
    result = run("report", "negatives", "--from", "Monday")
    assert result.exit_code == 2
    assert result.stderr.startswith("--from: 'Monday' is not a day.")


def test_a_report_by_service_and_by_staff(run: Run) -> None:
    rows = json.loads(run("report", "negatives", *DAYS, "--by", "service", "--json").stdout)["rows"]
    assert [(row["service"], row["expected"]) for row in rows] == [
        ("Urine tests", "hidden"),
        ("–", "hidden"),
        ("All", 12),
    ]
    shown = run("report", "attendance", *DAYS, "--by", "staff").stdout
    assert "By staff: who recorded the visit first" in shown


def test_whole_courses_are_not_divided(run: Run) -> None:
    result = run("report", "abstinence", *DAYS, "--by", "staff")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "This report counts whole courses, which belong to no one service or member of staff. Choose other groups.\n"
    )


def test_a_saved_report_is_printed_by_its_name_or_its_number_with_current_days(run: Run, session: Session) -> None:
    assert run("report", "saved").stdout == ""
    days = {"days": "fixed", "first_day": date(2026, 3, 2), "last_day": date(2026, 3, 8)}
    number = billing.save(session, name="Lines of a week", report="visit-lines", columns=["units", "day"], **days)
    billing.save(session)
    session.commit()
    listed = run("report", "saved").stdout.splitlines()
    assert f"{number}  Lines of a week: visit-lines, 2026-03-02 to 2026-03-08, Harbor Street" in listed
    assert len(listed) == 2
    by_name = run("report", "saved", "lines of a WEEK", "--csv").stdout
    # Three specimens were given at visits of 20 minutes.
    assert by_name.splitlines() == ["units,day", "1,2026-03-02", "1,2026-03-04", "1,2026-03-06"]
    assert run("report", "saved", str(number), "--csv").stdout == by_name
    assert json.loads(run("report", "saved", "Counts for the state", "--json").stdout)["report"] == "state"


def test_a_saved_report_that_there_is_not_or_that_has_its_name_twice_is_refused(run: Run, session: Session) -> None:
    refused = run("report", "saved", "Nothing")
    assert refused.exit_code == 2 and "There is no saved report 'Nothing'." in refused.stderr
    of_mill = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    first, second = billing.save(session), billing.save(session, actor=of_mill, site_ids=[cast.MILL])
    session.commit()
    refused = run("report", "saved", "Counts for the state")
    assert refused.exit_code == 2 and f"Name one by its number: {first}, {second}." in refused.stderr
    assert run("report", "saved", str(second)).exit_code == 0
