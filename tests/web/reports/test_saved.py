"""Saved reports on pages: saved by a lead with the days as a kind, opened with current days, changed and removed."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.save_staff import save_staff
from tests import billing, cast
from tests.web.audit.test_viewings import cells
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.day.test_services import value_of

People = Callable[..., Person]
Given = Callable[..., Any]
LINES = {
    "name": "Lines for the county", "days": "year", "site_id": "1", "by": "site", "column_day": "y", "place_day": "2",
    "column_client": "y", "place_client": "1", "column_units": "y", "place_units": "3", "column_procedure": "y",
}  # fmt: skip


def test_the_checklist(person: People, given: Given) -> None:
    given(billing.save)
    leads = ("miriam",)
    check(person, "/reports/state/save", allowed=leads, unknown="/reports/nothing/save", writes=True)
    check(
        person, "/reports/saved/1", allowed=("miriam", "grace"), unknown="/reports/saved/99"
    )  # fmt: skip
    for kind in ("csv", "xlsx"):
        check(
            person,
            f"/reports/saved/1/report.{kind}",
            allowed=("miriam", "grace"),
            unknown=f"/reports/saved/99/report.{kind}",
        )
    check(person, "/reports/saved/1/change", allowed=leads, unknown="/reports/saved/99/change", writes=True)
    check(person, "/reports/saved/1/remove", allowed=leads, unknown="/reports/saved/99/remove", writes=True)


def test_a_lead_saves_a_report_with_the_columns_in_their_order(miriam: Person, given: Given) -> None:
    given(billing.two_weeks)
    assert 'href="/reports/visit-lines/save?' in miriam.get("/reports/visit-lines").get_data(as_text=True)
    page = miriam.get("/reports/visit-lines/save").get_data(as_text=True)
    assert [value_of(page, f"place_{name}") for name in ("day", "site", "funding")] == ["1", "2", "11"]
    saved = miriam.send("/reports/visit-lines/save", **LINES)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/reports/saved/1"), text(saved)
    answer = miriam.get("/reports/saved/1")
    page = text(answer)
    assert "The report is saved." in page
    assert "5 visits were attended, with 17 units of 15 minutes." in page
    assert "Lines for the county : Visit lines for billing, this year so far: Jan 1, 2026 to Mar 16, 2026" in page
    assert "at Harbor Street. Saved by Miriam." in page
    # The one without a place comes last.
    assert cells(answer)[0] == ["HS-1", "Mar 2, 2026", "6", ""]
    rows = list(csv.reader(io.StringIO(miriam.get("/reports/saved/1/report.csv").get_data().decode("utf-8-sig"))))
    assert rows[:2] == [["client", "day", "units", "procedure"], ["HS-1", "2026-03-02", "6", ""]]
    book = load_workbook(io.BytesIO(miriam.get("/reports/saved/1/report.xlsx").get_data()))
    assert [cell.value for cell in book["Report"][1]] == ["Client", "Day", "Units of 15 minutes", "Procedure code"]
    trail = text(miriam.get("/audit"))
    assert "Miriam saved the report visit-lines." in trail
    assert "Miriam downloaded the report visit-lines as an XLSX file, from Jan 1, 2026, to Mar 16, 2026." in trail


def test_it_stands_at_the_top_of_the_reports_for_whoever_may_see_it(
    miriam: Person, person: People, given: Given
) -> None:
    given(billing.save)
    given(billing.save, name="Lines", report="visit-lines", columns=["day"])
    page = text(miriam.get("/reports"))
    saved = "Counts for a state or a payer, the last quarter that is over: Oct 1, 2025 to Dec 31, 2025, Harbor Street"
    assert page.index("Counts for the state") < page.index(saved) < page.index("Lines") < page.index("All reports")
    auditor = text(person("grace").get("/reports"))
    assert saved in auditor and "visit lines" not in auditor.lower()
    assert person("grace").get("/reports/saved/2").status_code == 404
    assert "Change" not in text(person("grace").get("/reports/saved/1"))


@pytest.mark.parametrize(
    ("days", "offered"),
    [
        ("", "weeks"),
        ("since=2025-10-01&until=2025-12-31", "quarter"),
        ("since=2026-02-01&until=2026-02-28", "month"),
        ("since=2026-01-01&until=2026-03-16", "year"),
    ],
)
def test_the_kind_of_the_days_of_its_page_is_offered(miriam: Person, days: str, offered: str) -> None:
    page = miriam.get(f"/reports/state/save?{days}").get_data(as_text=True)
    assert re.findall(r'<input checked[^>]* value="([a-z]*)">', page) == [offered]


def test_other_days_of_its_page_are_offered_as_fixed_ones(miriam: Person) -> None:
    page = miriam.get("/reports/state/save?since=2026-01-05&until=2026-02-01&by=schedule").get_data(as_text=True)
    assert [value_of(page, name) for name in ("first_day", "last_day")] == ["2026-01-05", "2026-02-01"]
    assert '<input checked id="days-4" name="days" type="radio" value="fixed">' in page
    assert '<option selected value="schedule">' in page


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": ""}, "name", "Give the report a name."),
        ({"days": "fixed"}, "first_day", "Enter the first day as a date."),
        ({"days": "fixed", "first_day": "2026-03-02", "last_day": "2026-03-01"}, "last_day", "The last day is before"),
        ({"place_day": "12"}, "place_day", "Enter a place from 1 to 11."),
        (
            {"column_day": "", "column_client": "", "column_units": "", "column_procedure": ""},
            "columns",
            "Tick at least",
        ),
        ({"site_id": "2"}, "site_id", "Choose one from the list."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(miriam: Person, wrong: dict[str, str], field: str, sentence: str) -> None:
    sent = {name: value for name, value in {**LINES, **wrong}.items() if value or name == "name"}
    answer = miriam.send("/reports/visit-lines/save", **sent)
    assert answer.status_code == 422
    assert sentence in text(answer) and f'id="{field}-problem"' in answer.get_data(as_text=True)


def test_it_is_changed_and_removed(miriam: Person, given: Given) -> None:
    given(billing.save)
    page = miriam.get("/reports/saved/1/change").get_data(as_text=True)
    assert value_of(page, "name") == "Counts for the state" and "column_" not in page
    sent = {"name": "Counts of last month", "days": "month", "site_id": "1", "by": "schedule"}
    assert miriam.send("/reports/saved/1/change", **sent).status_code == 303
    page = text(miriam.get("/reports/saved/1"))
    assert "the last month that is over: Feb 1, 2026 to Feb 28, 2026, at Harbor Street, by schedule." in page
    assert "It opens no more" in text(miriam.get("/reports/saved/1/remove"))
    gone = miriam.send("/reports/saved/1/remove")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/reports")
    page = text(miriam.get("/reports"))
    assert "“Counts of last month” is removed." in page and "All reports" not in page
    assert miriam.get("/reports/saved/1").status_code == 404
    trail = text(miriam.get("/audit"))
    assert "Miriam changed the saved form of the report state." in trail
    assert "Miriam removed the saved form of the report state." in trail


def test_a_lead_of_several_sites_chooses_and_keeps_them(miriam: Person, given: Given) -> None:
    given(both_sites)
    page = text(miriam.get("/reports/state/save"))
    assert "All my sites: Harbor Street and Mill Road" in page
    assert miriam.send("/reports/state/save", name="Both", days="quarter", site_id="", by="site").status_code == 303
    assert "at Harbor Street and Mill Road, by site." in text(miriam.get("/reports/saved/1"))
    page = miriam.get("/reports/saved/1/change").get_data(as_text=True)
    assert '<option selected value="same">As it is: Harbor Street and Mill Road</option>' in page
    assert miriam.send("/reports/saved/1/change", name="B", days="month", site_id="same", by="site").status_code == 303
    assert "at Harbor Street and Mill Road" in text(miriam.get("/reports/saved/1"))
    given(one_site)
    for page in ("", "/change", "/remove", "/report.csv"):
        assert miriam.get(f"/reports/saved/1{page}").status_code == 404
    assert "Both" not in text(miriam.get("/reports"))


def _sites(session: Any, *site_ids: int) -> None:
    save_staff(
        session, staff_id=cast.MIRIAM, username="miriam", display_name="Miriam", roles={"lead"}, site_ids=site_ids,
        is_active=True, actor=command(), now=cast.NOW,
    )  # fmt: skip


def both_sites(session: Any) -> None:
    _sites(session, cast.HARBOR, cast.MILL)


def one_site(session: Any) -> None:
    _sites(session, cast.HARBOR)
