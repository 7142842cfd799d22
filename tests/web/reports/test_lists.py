"""Every list as a file and on paper: who may, which rows, which columns, and what the codebook says."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from cm_tracker.domain.audit.downloads import CSV, PRINT, XLSX
from cm_tracker.domain.staff.roles import ROLES
from cm_tracker.exports import export
from cm_tracker.exports.registry import EXPORTS
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.web.viewings import view_log
from tests import cast, merging
from tests.redeeming import redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.whole_clinic import everything, one_of_each_role, username

People = Callable[..., Person]
Given = Callable[..., Any]

# The columns of every list, typed by hand: a name never changes, so that what reads a file goes on to work.
COLUMNS = {
    "clients": "client_code earlier_codes site opened_at language enrollments schedule starts_on last_on points draws",
    "visits": "visit client_code site enrollment schedule track visit_on place outcome excuse specimens minutes_attended "
    "minutes_excused minutes_expected points draws is_corrected recorded_at by",
    "specimens": "visit place client_code site visit_on track specimen_id specimen temperature results reading "
    "is_observed is_disputed is_deciding collected_at read_at",
    "awards": "seal recorded_at client_code site visit visit_on track kind amount unit",
    "redemptions": "redemption at client_code site prize category quantity points amount tier confirmed is_set_aside "
    "handed_over_at undone_at",
    "handed-out": "at site client_code prize card_ends_in quantity amount given_for issuer authorized_by confirmed "
    "has_promise is_voided",
    "stock": "seal at site kind prize category tier card_ends_in quantity unit_cost cost purchase by note",
    "purchases": "purchase requested_at site prize category quantity unit_cost amount source purpose requested_by decision "
    "decided_at decided_by why_decided received_at received_by received_quantity received_amount "
    "ended_at why_ended",
    "plans": "plan client_code site enrollment schedule from_on until_on level service weekdays pays_for hours_required time "
    "reason is_drawn hours_between recorded_at by",
    "training": "training person name is_active sites subject trained_on note recorded_at recorded_by withdrawn_at "
    "why_withdrawn",
    "observed-sessions": "session session_on site person name result earned next wishes way_back gains praise confidence "
    "empathy listening structure skill rewards manner mean is_well_enough rated_by recorded_at is_corrected note",
    "tax-year": "year client_code site awarded by_source",
    "ledger": "recorded_at seal kind site client_code by account amount unit prize card_ends_in visit note",
    "audit": "at by says kind site client_code record reason tag",
    "viewings": "at by kind page client_code site reason address browser",
}
# front desk, technician, counselor, coordinator, lead, purchaser, auditor, admin
MAY = {
    "clients": "nnnnynnn",
    "visits": "nnnnynnn",
    "specimens": "nnnnynnn",
    "awards": "nnnnynyn",
    "redemptions": "nnnnynyn",
    "handed-out": "nnnnynyn",
    "stock": "nnnnynyn",
    "purchases": "nnyyyyyn",
    "plans": "nnnnynnn",
    "training": "nnnnynyn",
    "observed-sessions": "nnnnynyn",
    "tax-year": "nnnnynyn",
    "ledger": "nnnnynyn",
    "audit": "nnnnynyy",
    "viewings": "nnnnynyy",
}
YEAR = "since=2026-01-01&until=2026-12-31"


def rows(person: Person, name: str, query: str = "") -> list[dict[str, str]]:
    answer = person.get(f"/lists/{name}/list.csv?{query}")
    assert answer.status_code == 200, text(answer)
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def workbook(person: Person, path: str) -> Any:
    answer = person.get(path)
    assert answer.status_code == 200, text(answer)
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert re.fullmatch(r'attachment; filename="[a-z-]+-2026[0-9-]*\.xlsx"', answer.headers["Content-Disposition"])
    return load_workbook(io.BytesIO(answer.get_data()))


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/lists", ("rosa", "leo", "miriam", "grace", "sam", "anna")),
        ("/lists/purchases/list.csv", ("rosa", "leo", "miriam", "grace", "anna")),
        ("/lists/audit", ("miriam", "grace", "sam")),
        ("/lists/audit/codebook.csv", ("miriam", "grace", "sam")),
        ("/lists/audit/list.print", ("miriam", "grace", "sam")),
        ("/lists/viewings/list.csv", ("miriam", "grace", "sam")),
        ("/lists/audit/list.xlsx", ("miriam", "grace", "sam")),
        ("/lists/ledger", ("miriam", "grace")),
        ("/lists/awards/list.csv", ("miriam", "grace")),
        ("/lists/visits", ("miriam",)),
        ("/lists/visits/codebook.csv", ("miriam",)),
        ("/lists/visits/list.csv", ("miriam",)),
    ],
)
def test_the_checklist(person: People, path: str, allowed: tuple[str, ...]) -> None:
    check(person, path, allowed=allowed, unknown="/lists/names/list.csv")


def test_each_list_is_for_these_roles_alone_in_every_way(app: Flask, given: Given) -> None:
    given(everything)
    given(one_of_each_role)
    assert set(MAY) == set(COLUMNS) == set(EXPORTS)
    for place, role in enumerate(ROLES):
        person = Person(app, username(role))
        shown = set(re.findall(r'href="/lists/([a-z-]+)"', person.get("/lists").get_data(as_text=True)))
        # The file for research is for whoever may have the visits.
        research = {"research"} if MAY["visits"][place] == "y" else set()
        assert shown == {name for name, who in MAY.items() if who[place] == "y"} | research, role
        for name, who in MAY.items():
            for way in ("", "/codebook.csv", f"/list.csv?{YEAR}", f"/list.xlsx?{YEAR}", f"/list.print?{YEAR}"):
                expected = 200 if who[place] == "y" else 403
                assert person.get(f"/lists/{name}{way}").status_code == expected, (role, name, way)


def test_at_another_site_no_file_has_a_line_of_this_one(app: Flask, given: Given) -> None:
    given(everything)
    given(one_of_each_role)
    person = Person(app, username("lead", cast.MILL))
    for name in COLUMNS:
        assert "HS-1" not in text(person.get(f"/lists/{name}/list.csv?{YEAR}")), name
        assert "HS-1" not in text(person.get(f"/lists/{name}/list.print?{YEAR}")), name
        cells = [cell.value for row in workbook(person, f"/lists/{name}/list.xlsx?{YEAR}")["List"] for cell in row]
        assert not [cell for cell in cells if isinstance(cell, str) and "HS-1" in cell], name
        refused = person.get(f"/lists/{name}/list.csv?{YEAR}&site_id=1")
        assert refused.status_code == 422 and "This is not in the list any more" in text(refused)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_list_has_these_columns_and_the_same_rows_in_each_way(miriam: Person, given: Given, name: str) -> None:
    given(everything)
    names = COLUMNS[name].split()
    query = "least=1" if name == "tax-year" else YEAR
    path = {"tax-year": "/money/tax-year."}.get(name, f"/lists/{name}/list.")
    # A line about the download itself is newer than all others of these two lists: each way adds one.
    grows = name in ("audit", "viewings")
    file = miriam.get(f"{path}csv?{query}").get_data().decode("utf-8-sig")
    head, *lines = list(csv.reader(io.StringIO(file, newline="")))
    assert head == names and (lines or name == "viewings")
    book = workbook(miriam, f"{path}xlsx?{query}")
    sheet, codebook = book["List"], book["Codebook"]
    assert (sheet.max_column, sheet.freeze_panes) == (len(names), "A2")
    assert sheet.max_row - 1 == len(lines) + grows * (name == "audit") or grows
    texts = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "f"]
    assert texts == [], "no cell is a formula"
    told = [cell.value for cell in codebook["A"]]
    assert told[told.index("Column") + 1 :] == names
    sent = miriam.get(f"/lists/{name}/codebook.csv").get_data().decode("utf-8-sig")
    columns = list(csv.DictReader(io.StringIO(sent, newline="")))
    assert [one["column"] for one in columns] == names
    assert all(one["type"] and one["meaning"].endswith(".") for one in columns)
    page = miriam.get(f"/lists/{name}").get_data(as_text=True)
    assert all(f">{column}</th>" in page for column in names)


def test_no_list_has_a_name_of_a_client(miriam: Person, given: Given) -> None:
    given(everything)
    for name in COLUMNS:
        assert "Amir" not in text(miriam.get(f"/lists/{name}/list.csv?{YEAR}")), name
        assert "Amir" not in text(miriam.get(f"/lists/{name}/list.print?{YEAR}")), name


# The lists by the client's code


def test_a_visit_is_one_row_as_its_newest_record_says(miriam: Person, given: Given) -> None:
    first = given(cast.visit, 0)
    second = given(cast.visit, 2)
    third = given(cast.visit, 4)
    given(cast.put_right, second, "void", reason="It was somebody else")
    given(cast.put_right, third, "correct", cast.positive(), reason="The strip was read wrongly")
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    found = rows(miriam, "visits")
    assert [(row["visit"], row["outcome"], row["points"], row["is_corrected"]) for row in found] == [
        # What was paid stays with the client: the program bears the loss.
        (str(third), "positive", "60", "true"),
        (str(first), "met", "10", "false"),
    ]
    assert found[1] == {
        "visit": "1", "client_code": "HS-1", "site": "Harbor Street", "enrollment": "1",
        "schedule": "Voucher ladder for cocaine, 12 weeks", "track": "cocaine-negative", "visit_on": "2026-03-02",
        "place": "1", "outcome": "met", "excuse": "", "specimens": "1", "minutes_attended": "", "minutes_excused": "",
        "minutes_expected": "", "points": "10", "draws": "0", "is_corrected": "false",
        "recorded_at": "2026-03-16T11:00:00-04:00", "by": "Rosa",
    }  # fmt: skip
    assert [row["visit"] for row in rows(miriam, "visits", "until=2026-03-03")] == [str(first)]
    assert rows(miriam, "visits", "client_code=MR-1") == []


def test_a_specimen_is_one_row_with_its_results(miriam: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, cast.positive())
    assert [
        (row["visit"], row["place"], row["visit_on"], row["specimen"], row["results"], row["is_deciding"])
        for row in rows(miriam, "specimens")
    ] == [
        ("2", "1", "2026-03-04", "given", "cocaine = positive", "true"),
        ("1", "1", "2026-03-02", "given", "cocaine = negative", "true"),
    ]


def test_an_award_is_one_row_and_a_correction_another(person: People, given: Given) -> None:
    given(cast.visit, 0)
    second = given(cast.visit, 2)
    given(cast.put_right, second, "undo", actor=cast.rosa)
    found = rows(person("grace"), "awards")
    assert [(row["kind"], row["visit"], row["visit_on"], row["amount"], row["unit"]) for row in found] == [
        ("correction", "2", "2026-03-04", "-15", "points"),
        ("award", "2", "2026-03-04", "15", "points"),
        ("award", "1", "2026-03-02", "10", "points"),
    ]
    assert {row["client_code"] for row in found} == {"HS-1"}
    points = sum(int(row["amount"]) for row in found)
    (amir,) = [row for row in rows(person("miriam"), "clients") if row["client_code"] == "HS-1"]
    assert int(amir["points"]) == points == 10


def test_a_redemption_is_one_row_also_while_it_waits(person: People, given: Given) -> None:
    given(cast.rich)
    given(redeem_at_once)
    given(redeem_at_once, is_set_aside=True)
    waits, handed = rows(person("grace"), "redemptions")
    assert handed == {
        "redemption": "1", "at": "2026-03-16T11:00:00-04:00", "client_code": "HS-1", "site": "Harbor Street",
        "prize": "Travel mug", "category": "household", "quantity": "1", "points": "20", "amount": "5.00", "tier": "",
        "confirmed": handed["confirmed"], "is_set_aside": "false", "handed_over_at": "2026-03-16T11:00:00-04:00",
        "undone_at": "",
    }  # fmt: skip
    assert (waits["is_set_aside"], waits["handed_over_at"]) == ("true", "")


def test_a_client_is_one_row_with_merged_codes_and_practice_clients_are_left_out(miriam: Person, given: Given) -> None:
    second = given(merging.second_record, code="HS-90")
    given(merging.merge, second)
    given(
        open_client, code="HS-70", preferred_name="Practice", site_id=cast.HARBOR, language="en", is_practice=True,
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    (amir,) = rows(miriam, "clients")
    assert (amir["client_code"], amir["earlier_codes"], amir["starts_on"], amir["last_on"]) == (
        "HS-1", "HS-90", "2026-03-02", "2026-05-24",
    )  # fmt: skip
    assert rows(miriam, "clients", "since=2026-03-02") == []


def test_more_lines_need_no_more_queries(person: People, given: Given, statements: list[str]) -> None:
    miriam = person("miriam")

    def queries(name: str) -> int:
        statements.clear()
        miriam.get(f"/lists/{name}/list.csv").get_data()
        return len([one for one in statements if one.startswith(("SELECT", "WITH"))])

    lists = ("clients", "visits", "specimens", "awards", "redemptions")
    given(cast.visit, 0)
    few = [queries(name) for name in lists]
    for day in (2, 4, 7, 9, 11):
        given(cast.visit, day)
    for _ in range(3):
        given(redeem_at_once)
    assert [queries(name) for name in lists] == few


def test_a_list_of_several_batches_has_every_line_once(
    miriam: Person, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (0, 2, 4, 7, 9, 11, 14):
        given(cast.visit, day)
    whole = {name: rows(miriam, name) for name in ("visits", "specimens", "awards", "ledger")}
    monkeypatch.setattr(export, "BATCH", 2)
    assert {name: rows(miriam, name) for name in whole} == whole
    assert len(whole["visits"]) == 7


# Limits, and what is wrong in a filter


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        (CSV, "More than 2 lines match. Choose fewer days, and download one part after the other."),
        (XLSX, "More than 2 lines match. Choose fewer days, or download CSV."),
        (PRINT, "More than 2 lines match. Choose fewer days, and print one part after the other."),
    ],
)
@pytest.mark.parametrize("path", ["/lists/visits/list", "/lists/awards/list", "/ledger/transactions"])
def test_a_list_that_is_too_long_says_so_and_nothing_is_noted(
    miriam: Person, given: Given, monkeypatch: pytest.MonkeyPatch, path: str, way: str, sentence: str
) -> None:
    for day in (0, 2, 4):
        given(cast.visit, day)
    monkeypatch.setitem(export.MOST_LINES, way, 2)
    refused = miriam.get(f"{path}.{way}")
    assert refused.status_code == 422 and sentence in text(refused)
    assert "downloaded" not in text(miriam.get("/audit")) and "printed" not in text(miriam.get("/audit?kind=downloads"))
    monkeypatch.setitem(export.MOST_LINES, way, 200)
    assert miriam.get(f"{path}.{way}").status_code == 200


def test_the_limits_are_these() -> None:
    assert export.MOST_LINES == {"csv": 50_000, "xlsx": 20_000, "print": 2_000}


def test_a_tax_year_needs_days_of_one_year(miriam: Person) -> None:
    for query in ("", "since=2025-12-31&until=2026-01-01"):
        answer = miriam.get(f"/lists/tax-year/list.csv?{query}")
        assert answer.status_code == 422 and "Choose days of one calendar year." in text(answer)
    assert miriam.get("/lists/tax-year/list.csv?since=2026-01-01").status_code == 200


@pytest.mark.parametrize("way", ["csv", "xlsx", "print"])
def test_a_wrong_filter_is_said_at_its_field(miriam: Person, way: str) -> None:
    answer = miriam.get(f"/lists/visits/list.{way}?since=2026-03-08&until=2026-03-02")
    assert answer.status_code == 422
    assert "The last day is before the first. Change one of the two." in text(answer)
    assert miriam.get("/lists/visits/list.pdf").status_code == 404


def test_whoever_proved_long_ago_who_they_are_is_asked_again(miriam: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    miriam.get("/lists")
    later = cast.NOW + timedelta(minutes=11)
    monkeypatch.setattr("cm_tracker.clock.now", lambda: later)
    for path in (
        "/lists/visits/list.csv", "/lists/visits/list.xlsx", "/lists/visits/list.print", "/audit/trail.xlsx",
        "/money/handed-out.csv", "/money/tax-year.print", "/ledger/transactions.print", "/viewings/list.xlsx",
    ):  # fmt: skip
        answer = miriam.get(path)
        assert answer.status_code == 303 and "again" in answer.headers["Location"], path
    assert miriam.get("/lists/visits").status_code == 200


# Workbooks, and paper


def test_cells_of_a_workbook_are_typed_and_its_times_are_those_of_the_site(person: People, given: Given) -> None:
    visit_id = given(cast.visit, 2)
    given(cast.put_right, visit_id, "void", reason='=HYPERLINK("https://example.org")')
    book = workbook(person("grace"), "/audit/trail.xlsx?kind=corrections&since=2026-03-01&until=2026-03-31&site_id=1")
    head, line = list(book["List"].rows)
    assert [cell.value for cell in head][:3] == ["When (America/New_York)", "Who", "What happened"]
    assert (line[0].value, line[0].number_format) == (datetime(2026, 3, 16, 11), "yyyy-mm-dd hh:mm:ss")  # noqa: DTZ001
    assert (line[7].value, line[7].data_type) == ('=HYPERLINK("https://example.org")', "s")
    about = {row[0].value: row[1].value for row in book["Codebook"].iter_rows(max_row=8)}
    assert about == {
        "List": "Audit trail",
        "A row": "One thing that somebody, a command or the kiosk did. Clients appear with their code only.",
        "Site": "Harbor Street",
        "From": "2026-03-01",
        "To": "2026-03-31",
        "Time zone": "America/New_York",
        "Program": "cm-tracker 0.2.0",
        "Made at": "2026-03-16T11:00:00-04:00",
    }
    assert "Grace downloaded the audit trail as an XLSX file, from Mar 1, 2026, to Mar 31, 2026." in text(
        person("grace").get("/audit?site_id=1")
    )


def test_amounts_and_numbers_of_the_ledger_are_numbers(miriam: Person, given: Given) -> None:
    given(cast.rich)
    sheet = workbook(miriam, "/ledger/transactions.xlsx?kind=award")["List"]
    amounts = [cell for (cell,) in sheet.iter_rows(min_row=2, min_col=8, max_col=8)]
    assert {cell.data_type for cell in amounts} == {"n"} and sum(cell.value for cell in amounts) == 0
    assert {cell.number_format for cell in amounts} == {"#,##0"}


def test_paper_says_what_it_is_who_printed_it_and_when_and_has_every_line(miriam: Person, given: Given) -> None:
    for day in (0, 2, 4):
        given(cast.visit, day)
    answer = miriam.get("/audit/trail.print?kind=visits&since=2026-03-01&site_id=1")
    shown = text(answer)
    assert "Harbor Street, from Mar 1, 2026. 3 rows. Printed by Miriam, Mar 16, 2026, 11:00 AM." in shown
    assert "When (America/New_York) What happened Site Record Why" in shown
    assert "Mar 16, 2026, 11:00 AM Rosa recorded a visit of HS-1 on Mar 6, 2026: 60 points." in shown
    page = answer.get_data(as_text=True)
    assert page.count("<tr>") == 4 and "<thead>" in page and '<header class="top no-print">' in page
    assert "Miriam printed the audit trail, from Mar 1, 2026." in text(miriam.get("/audit?site_id=1"))


@pytest.mark.parametrize(
    ("listed", "files"),
    [
        ("/audit", "/audit/trail"),
        ("/viewings", "/viewings/list"),
        ("/ledger", "/ledger/transactions"),
        ("/money/tax-year?least=1", "/money/tax-year"),
        ("/money/handed-out", "/money/handed-out"),
    ],
)
def test_each_page_of_a_list_links_to_its_files_and_its_codebook(
    app: Flask, miriam: Person, given: Given, listed: str, files: str
) -> None:
    given(everything)
    miriam.get("/clients/1")
    assert view_log(app).flush()
    links = re.findall(r'href="([^"]+)"', miriam.get(listed).get_data(as_text=True))
    for way in ("csv", "xlsx", "print"):
        (link,) = [one for one in links if one.partition("?")[0] == f"{files}.{way}"]
        assert miriam.get(link.replace("&amp;", "&")).status_code == 200
    (codebook,) = [one for one in links if one.startswith("/lists/")]
    assert miriam.get(codebook).status_code == 200
