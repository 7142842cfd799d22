"""Reports on pages: the sentence, the chart, the table, who may see clients, and the files."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from cm_tracker.queries.reports import enrolled
from cm_tracker.queries.reports.definitions import REPORTS
from tests import cast
from tests.web.audit.test_viewings import cells
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]


def test_the_checklist(person: People) -> None:
    check(person, "/reports", allowed=("miriam", "grace"))
    check(person, "/reports/negatives", allowed=("miriam", "grace"), unknown="/reports/nothing")
    check(person, "/reports/clients", allowed=("miriam",))
    check(person, "/reports/negatives/groups/0", allowed=("miriam",), unknown="/reports/negatives/groups/99")
    for kind in ("csv", "xlsx"):
        check(person, f"/reports/negatives/report.{kind}", allowed=("miriam", "grace"))


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if not report.names_clients])
def test_every_report_has_its_definition_and_says_so_where_there_is_nothing(person: People, name: str) -> None:
    page = text(person("grace").get(f"/reports/{name}"))
    assert REPORTS[name].definition in page and "No client’s name or code is in it." in page


def test_the_title_says_the_result_and_each_group_is_a_row(miriam: Person, given: Given) -> None:
    for day in (0, 2):
        given(cast.visit, day)
    given(cast.visit, 4, cast.positive())
    answer = miriam.get("/reports/negatives?since=2026-03-02&until=2026-03-08")
    # Three tests a week are expected of Amir, who has no plan.
    assert "66.7% of the expected tests were negative" in text(answer)
    assert [row[:2] for row in cells(answer)] == [["Harbor Street", "1"], ["All", "1"]]
    assert "Bar chart: Negative of expected." in answer.get_data(as_text=True)


def test_a_row_opens_its_clients_for_those_who_may_see_them(miriam: Person, person: People, given: Given) -> None:
    given(cast.visit, 0)
    days = "since=2026-03-02&until=2026-03-08"
    page = miriam.get(f"/reports/negatives?{days}").get_data(as_text=True)
    link = re.search(r'href="(/reports/negatives/groups/1[^"]*)"', page)
    assert link is not None
    assert [row[0] for row in cells(miriam.get(link[1].replace("&amp;", "&")))] == ["HS-1", "Harbor Street"]
    assert "/groups/" not in person("grace").get(f"/reports/negatives?{days}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2026-03-08&until=2026-03-02", "The last day is before the first. Change one of the two."),
        ("since=tomorrow", "day"),
        ("since=2020-01-01&until=2026-01-01", "A report has at most"),
        ("site_id=2", "This is not in the list any more. Choose another one."),
        ("by=name", "This is not in the list any more. Choose another one."),
    ],
)
def test_a_wrong_filter_is_said_at_its_field(miriam: Person, query: str, sentence: str) -> None:
    answer = miriam.get(f"/reports/negatives?{query}")
    assert answer.status_code == 422 and sentence in text(answer)
    assert miriam.get(f"/reports/negatives/report.csv?{query}").status_code == 422


def test_the_files_have_the_same_numbers_and_the_trail_names_them(miriam: Person, given: Given) -> None:
    given(cast.visit, 0)
    query = "since=2026-03-02&until=2026-03-08"
    page = cells(miriam.get(f"/reports/negatives?{query}"))
    sent = miriam.get(f"/reports/negatives/report.csv?{query}")
    assert "negatives-2026-03-02-2026-03-08.csv" in sent.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(sent.get_data().decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == [row[0] for row in page] == ["Harbor Street", "All"]
    workbook = load_workbook(io.BytesIO(miriam.get(f"/reports/negatives/report.xlsx?{query}").get_data()))
    assert [cell.value for cell in workbook["Report"]["A"]][1:] == ["Harbor Street", "All"]
    assert workbook["Report"].freeze_panes == "A2" and workbook["Definitions"]["B4"].value
    trail = text(miriam.get("/audit"))
    assert "Miriam downloaded the report negatives as an XLSX file, from Mar 2, 2026, to Mar 8, 2026." in trail
    assert "Miriam downloaded the report negatives as a CSV file, from Mar 2, 2026, to Mar 8, 2026." in trail


def test_a_report_takes_as_many_queries_for_many_clients(miriam: Person, given: Given, statements: list[str]) -> None:
    def queries() -> int:
        statements.clear()
        miriam.get("/reports/negatives")
        return len([one for one in statements if one.startswith("SELECT")])

    given(cast.visit, 0)
    few = queries()
    for number in range(8):
        given(another, number)
    assert queries() == few > 0


def another(session: Any, number: int) -> None:
    """Open another client at Harbor Street, enroll them, and record a visit."""
    client = cast.open_client(
        session, code=f"HS-9{number}", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    enrollment = cast.enroll_client(
        session, client_id=client, schedule_version_id=cast.HIGGINS, starts_on=cast.START, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    cast.visit(session, number % 3, enrollment_id=enrollment)


def test_the_days_are_the_last_twelve_weeks_until_others_are_chosen(miriam: Person) -> None:
    page = miriam.get("/reports/negatives").get_data(as_text=True)
    first = cast.NOW.date() - timedelta(weeks=11)
    assert f'value="{first.isoformat()}"' in page and 'value="2026-03-16"' in page


def offered(page: str) -> list[str]:
    select = re.search(r'<select[^>]*name="by".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>([^<]*)<", select[0]) if select else []


def test_service_and_staff_are_offered_where_a_report_can_be_divided(miriam: Person) -> None:
    groups = ["site", "schedule", "counselor", "language"]
    page = miriam.get("/reports/attendance").get_data(as_text=True)
    assert offered(page) == [*groups, "service", "staff"]
    assert offered(miriam.get("/reports/retention").get_data(as_text=True)) == groups
    assert offered(miriam.get("/reports/laboratory").get_data(as_text=True)) == []


@pytest.mark.parametrize("by", ["service", "staff"])
def test_a_report_of_whole_courses_refuses_to_be_divided(miriam: Person, by: str) -> None:
    answer = miriam.get(f"/reports/retention?by={by}")
    assert answer.status_code == 422
    assert "This report counts whole courses, which belong to no one service or member of staff." in text(answer)
    assert miriam.get(f"/reports/retention/report.csv?by={by}").status_code == 422


def test_a_report_by_service_says_where_things_count_and_opens_its_clients(miriam: Person, given: Given) -> None:
    given(cast.visit, 0)
    answer = miriam.get("/reports/negatives?by=service&since=2026-03-02&until=2026-03-08")
    assert "By service: everything counts under the service in whose slot it stood" in text(answer)
    assert [row[:3] for row in cells(answer)] == [["–", "1", "3"], ["All", "1", "3"]]
    link = re.search(r'href="(/reports/negatives/groups/1[^"]*)"', answer.get_data(as_text=True))
    assert link is not None
    assert [row[0] for row in cells(miriam.get(link[1].replace("&amp;", "&")))] == ["HS-1", "–"]


def test_a_report_whose_rows_are_no_groups_of_clients_opens_none(miriam: Person) -> None:
    assert "/groups/" not in miriam.get("/reports/laboratory").get_data(as_text=True)
    assert miriam.get("/reports/laboratory/groups/0").status_code == 404


def test_what_is_left_out_is_said_before_the_numbers(miriam: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolled, "MOST", 0)
    page = text(miriam.get("/reports/negatives"))
    assert page.index("1 enrollments could run in these days") < page.index("The numbers")
    sent = miriam.get("/reports/negatives/report.csv").get_data(as_text=True)
    assert sent.splitlines()[-1].startswith('"1 enrollments could run')
