"""The pages of the audit trail for leads, auditors and admins: sentences, links, filters, and the CSV file."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.audit.downloads import CSV
from cm_tracker.domain.staff.sign_ins import NOWHERE
from cm_tracker.exports import export
from cm_tracker.operations.steps.start_session import start_session
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.viewing import noted

People = Callable[..., Person]
Given = Callable[..., object]


def sentences(page: str) -> list[str]:
    """Return the sentences on a page of the audit trail, without the reasons."""
    # A run of lines that are alike has its first line as its title, too.
    told = re.sub(r"<summary>.*?</summary>", "", page, flags=re.S)
    found = re.findall(r'<span class="says[^>]*>(.*?)</span>', told, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", one)).split()) for one in found]


def read_trail(person: Person, query: str = "") -> list[str]:
    answer = person.get(f"/audit?{query}")
    assert answer.status_code == 200
    return sentences(answer.get_data(as_text=True))


def rows_of(answer: object) -> list[list[str]]:
    body = answer.get_data()  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf"), "Excel recognizes UTF-8 by this mark"
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", ["/audit", "/audit/trail.csv"])
def test_both_addresses_pass_the_checklist(person: People, path: str) -> None:
    check(person, path, allowed=("miriam", "grace", "sam"))


def test_the_trail_says_who_voided_which_visit_and_why(person: People, given: Given) -> None:
    visit_id = given(cast.visit, 2)
    given(cast.put_right, visit_id, "void", reason="It was somebody else")
    lines_read = read_trail(person("grace"))
    assert lines_read[0] == "Grace signed in."
    assert lines_read[1].startswith("Miriam voided the visit of HS-1 on Mar 4, 2026")
    assert lines_read[2] == "Rosa recorded a visit of HS-1 on Mar 4, 2026: 10 points."
    assert "“It was somebody else”" in text(person("grace").get("/audit"))


def test_lines_that_are_alike_are_folded_and_those_with_a_reason_are_not(person: People, given: Given) -> None:
    for day in (0, 2, 4, 7):
        given(cast.visit, day)
    page = person("grace").get("/audit?kind=visits").get_data(as_text=True)
    assert page.count("<summary>") == 1 and "and 3 more like this" in page
    assert len(sentences(page)) == 4, "every line is there"
    for visit_id in (1, 2, 3):
        given(cast.put_right, visit_id, "void", reason="It was somebody else")
    page = person("grace").get("/audit?kind=corrections").get_data(as_text=True)
    assert "<summary>" not in page and page.count("“It was somebody else”") == 3


def test_a_day_has_its_title_and_each_line_its_time(person: People, given: Given) -> None:
    given(cast.visit, 0)
    page = person("miriam").get("/audit?kind=visits")
    assert "Today, Monday, March 16 Mar 16, 2026, 11:00 AM 11:00 AM Rosa recorded a visit of HS-1" in text(page)


def test_the_line_of_a_redemption_names_the_prize_and_its_points(person: People, rosa: Person, given: Given) -> None:
    given(cast.rich)
    assert rosa.redeem(prize="1:20", quantity="2").status_code == 303
    lines_read = read_trail(person("grace"), "kind=prizes")
    assert lines_read == [
        "Rosa redeemed 2 × Travel mug for HS-1: 40 points, without the client’s PIN.",
        "Rosa offered 2 × Travel mug to HS-1: 40 points.",
    ]


def test_the_lines_of_a_command_read_as_sentences(person: People) -> None:
    """The cast was added by the command for the demonstration. The oldest line comes last: the program's one row of money."""
    lines_read = read_trail(person("sam"))
    assert lines_read[-5:] == [
        "The demonstration added the account of Leo as a coordinator.",
        "The demonstration added the account of Rosa as a coordinator.",
        "The demonstration added the site Mill Road.",
        "The demonstration added the site Harbor Street.",
        "An update began to watch 1 row of program.",
    ]
    assert "The demonstration recorded a delivery at Harbor Street: 5 × Travel mug." in lines_read
    assert "The demonstration published version 1 of a schedule." in lines_read


def test_the_trail_never_shows_a_name_a_substance_or_a_result(person: People, rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive(), note="told me about her sister")
    rosa.redeem(prize="1:20", quantity="1")
    for username in ("grace", "sam", "miriam"):
        reader = person(username)
        for content in (text(reader.get("/audit")), reader.get("/audit/trail.csv").get_data(as_text=True)):
            for word in ("amir", "bea", "cocaine", "positive", "negative", "sister", "visit:"):
                if word == "visit:" and content.startswith("\ufeff"):
                    continue  # the file has a column for the tag
                assert word not in content.lower(), (username, word)


# Links


def test_for_a_lead_each_line_links_to_its_record_and_client(miriam: Person, rosa: Person, given: Given) -> None:
    given(cast.rich)
    rosa.redeem(prize="1:20", quantity="1")
    page = miriam.get("/audit").get_data(as_text=True)
    for link in (
        "/clients/1",
        "/visits/1",
        "/redemptions/1",
        "/prizes/1/edit",
        "/schedules/versions/1",
        "/staff/1/edit",
    ):
        assert f'href="{link}"' in page, link
        assert miriam.get(link).status_code == 200, link


@pytest.mark.parametrize("username", ["miriam", "grace", "sam"])
def test_everybody_who_sees_a_link_can_open_it(
    person: People, miriam: Person, rosa: Person, given: Given, username: str
) -> None:
    given(cast.rich)
    rosa.redeem(prize="1:20", quantity="1", is_set_aside="y")
    rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    miriam.send("/clients/1/adjust", unit="points", direction="give", amount="5", reason="As agreed with Nadia")
    miriam.send("/ledger/checks").get_data()
    reader = person(username)
    page = reader.get("/audit").get_data(as_text=True)
    links = set(re.findall(r'href="(/[^"?]+/\d+[^"]*)"', page.partition('<ol class="trail">')[2]))
    assert len(links) > 3
    for link in links:
        assert reader.get(link).status_code == 200, link


def test_auditors_and_admins_read_a_records_name_where_they_may_not_open_it(person: People, given: Given) -> None:
    given(cast.visit, 0)
    for username in ("grace", "sam"):
        page = person(username).get("/audit").get_data(as_text=True)
        assert "Visit no. 1" in page
        assert "/visits/" not in page and 'href="/clients' not in page.partition("<main")[2]


# Who sees what


def test_the_trail_does_not_show_a_visits_note(person: People, given: Given) -> None:
    given(cast.visit, 0, note="told me about her sister")
    for username in ("grace", "sam", "miriam"):
        assert "sister" not in text(person(username).get("/audit"))


def test_the_trail_says_why_a_version_was_published(person: People) -> None:
    assert "Opening" in text(person("grace").get("/audit"))


def test_a_lead_does_not_see_the_names_of_another_sites_staff(person: People) -> None:
    """All leads see that a command added an account. Only leads of the site see whose it is."""
    person("anna")
    content = text(person("miriam").get("/audit"))
    assert "Anna" not in content
    assert "The demonstration added an account as a coordinator." in content
    assert "Anna signed in." in text(person("grace").get("/audit"))


def test_a_lead_sees_only_lines_of_their_sites(person: People, given: Given) -> None:
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    for path in ("/audit", "/audit/trail.csv", "/audit?client_code=MR-1", "/audit?site_id=2"):
        assert "of MR-1" not in text(person("miriam").get(path)), path
    assert "Anna recorded a visit of MR-1 on Mar 2, 2026: 10 points." in read_trail(person("grace"))


# Filters


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("kind=visits", 4),
        ("kind=visits&site_id=1", 3),
        ("kind=visits&site_id=2", 1),
        ("kind=visits&staff_id=1", 3),
        ("kind=visits&staff_id=6", 1),
        ("kind=visits&client_code=mr-1", 1),
        ("kind=visits&client_code=mr+1", 1),
        ("kind=visits&client_code=MR1", 1),
        ("kind=visits&client_code=--", 0),
        ("kind=visits&client_code=nobody", 0),
        ("kind=visits&since=2026-03-16&until=2026-03-16", 4),
        ("kind=visits&since=2026-03-17", 0),
        ("kind=visits&until=2026-03-15", 0),
        ("kind=sites", 2),
        ("until=2026-03-01&kind=schedules", 2),
        # A value that is not valid does not filter; an error is shown at its field.
        ("kind=visits&site_id=99", 4),
        ("kind=visits&staff_id=x", 4),
        ("kind=visits&since=yesterday", 4),
        ("kind=visits&since=2026-W10", 4),
        ("kind=visits&until=9999-12-31", 4),
        ("kind=visits&since=2026-03-17&until=2026-03-16", 0),
        ("kind=visits&before=-1", 4),
        ("kind=visits&before=" + "9" * 30, 4),
        ("kind=visits&endpoint=x&_method=POST&_external=1", 4),
    ],
)
def test_each_filter_lists_the_expected_number_of_lines(person: People, given: Given, query: str, lines: int) -> None:
    given(cast.rich)
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    assert len(read_trail(person("grace"), query)) == lines


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("since=yesterday", "Write the day as YYYY-MM-DD, such as 2026-03-02."),
        ("since=2026-02-30", "The calendar has no such day. Check the month and the day."),
        ("until=0026-03-02", "Give a day between the years 1900 and 2199, with all four digits of the year."),
        ("since=2026-03-17&until=2026-03-16", "The last day is before the first. Change one of the two."),
        ("kind=visit:recorded", "This is not in the list any more. Choose another one."),
        ("site_id=99", "This is not in the list any more. Choose another one."),
        ("client_code=" + "9" * 21, "A code has up to 20 characters."),
    ],
)
@pytest.mark.parametrize("path", ["/audit", "/ledger"])
def test_a_wrong_filter_has_its_message_at_the_field_and_stops_the_download(
    person: People, path: str, query: str, message: str
) -> None:
    grace = person("grace")
    answer = grace.get(f"{path}?{query}")
    assert answer.status_code == 200 and message in text(answer)
    file = {"/audit": "/audit/trail.csv", "/ledger": "/ledger/transactions.csv"}[path]
    answer = grace.get(f"{file}?{query}")
    assert answer.status_code == 422 and message in text(answer)
    assert "Content-Disposition" not in answer.headers


def test_an_unknown_person_in_the_filter_has_its_message_at_the_field(person: People) -> None:
    grace = person("grace")
    assert "This is not in the list any more. Choose another one." in text(grace.get("/audit?staff_id=99"))
    assert grace.get("/audit/trail.csv?staff_id=99").status_code == 422


def test_the_link_to_older_lines_keeps_the_filter(person: People, given: Given) -> None:
    given(sign_in_often, 51)
    grace = person("grace")
    first = grace.get("/audit?kind=sign-ins&staff_id=1&since=2026-03-16").get_data(as_text=True)
    assert len(sentences(first)) == 50
    older_url = unescape(re.search(r'href="(/audit\?[^"]*before=[^"]*)"', first)[1])  # type: ignore[index]
    assert "kind=sign-ins" in older_url and "staff_id=1" in older_url and "since=2026-03-16" in older_url
    assert read_trail(grace, older_url.partition("?")[2]) == ["Rosa signed in."]


def sign_in_often(session: Session, times: int) -> None:
    for _ in range(times):
        one_transaction(start_session)(
            session, staff_id=cast.ROSA, roles={"coordinator"}, browser=None, where=NOWHERE, now=cast.NOW
        )


def test_more_lines_do_not_need_more_queries(person: People, given: Given, statements: list[str]) -> None:
    grace = person("grace")

    def queries(path: str) -> int:
        statements.clear()
        grace.get(path).get_data()
        return len([statement for statement in statements if statement.startswith("SELECT")])

    given(cast.visit, 0)
    few = queries("/audit"), queries("/audit/trail.csv")
    for day in range(2, 14):
        given(cast.visit, day)
    assert (queries("/audit"), queries("/audit/trail.csv")) == few


# The file


def test_the_file_contains_the_filtered_lines(person: People, given: Given) -> None:
    given(cast.rich)
    answer = person("grace").get("/audit/trail.csv?kind=visits&client_code=HS-1")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-2026-03-16.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    head, *rows = rows_of(answer)
    assert head == ["at", "by", "says", "kind", "site", "client_code", "record", "reason", "tag"]
    assert len(rows) == 3
    assert rows[-1] == [
        "2026-03-16T11:00:00-04:00", "Rosa", "Rosa recorded a visit of HS-1 on Mar 2, 2026: 10 points.", "Visits",
        "Harbor Street", "HS-1", "visit no. 1", "", "visit:recorded",
    ]  # fmt: skip


def test_a_download_adds_a_line_to_the_trail(person: People) -> None:
    grace = person("grace")
    grace.get("/audit/trail.csv?site_id=1&since=2026-03-01&kind=visits").get_data()
    grace.get("/ledger/transactions.csv").get_data()
    assert read_trail(grace)[:2] == [
        "Grace downloaded the ledger as a CSV file.",
        "Grace downloaded the audit trail as a CSV file, from Mar 1, 2026.",
    ]
    assert read_trail(grace, "kind=downloads&site_id=1") == [
        "Grace downloaded the audit trail as a CSV file, from Mar 1, 2026."
    ]


def test_a_reason_that_looks_like_a_formula_is_made_harmless_in_the_file(person: People, given: Given) -> None:
    visit_id = given(cast.visit, 2)
    given(cast.put_right, visit_id, "void", reason='=HYPERLINK("https://example.org")')
    _, *rows = rows_of(person("grace").get("/audit/trail.csv?kind=corrections"))
    assert rows[0][7] == '\'=HYPERLINK("https://example.org")'


def test_a_file_of_several_batches_contains_every_line_once(
    person: People, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 7)
    given(sign_in_often, 20)
    grace = person("grace")
    _, *rows = rows_of(grace.get("/audit/trail.csv?kind=sign-ins&staff_id=1"))
    assert len(rows) == 20


def test_a_file_that_would_be_too_long_is_refused_with_advice(
    person: People, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(export.MOST_LINES, CSV, 20)
    given(sign_in_often, 20)
    grace = person("grace")
    assert grace.get("/audit/trail.csv?kind=sign-ins&staff_id=1").status_code == 200
    given(sign_in_often, 1)
    answer = grace.get("/audit/trail.csv?kind=sign-ins&staff_id=1")
    assert answer.status_code == 422
    assert "More than 20 lines match. Choose fewer days, and download one part after the other." in text(answer)
    assert read_trail(grace)[0] == "Rosa signed in.", "a refused download is not noted"


def test_the_page_is_in_the_language_of_its_reader_and_a_file_is_in_english(person: People, given: Given) -> None:
    given(cast.visit, 2)
    grace = person("grace")
    grace.told("/account/language", shown_at="/account", language="es")
    assert "Rosa registró una visita de HS-1 del 4 mar 2026: 10 puntos." in read_trail(grace)
    said, kind, record = "Rosa recorded a visit of HS-1 on Mar 4, 2026: 10 points.", "Visits", "visit no. "
    rows = rows_of(grace.get("/audit/trail.csv"))
    in_file = next(row for row in rows if said in row)
    assert kind in in_file and any(cell.startswith(record) for cell in in_file)
    book = load_workbook(io.BytesIO(grace.get("/audit/trail.xlsx").get_data()))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert said in cells and kind in cells and "Rosa registró" not in " ".join(cells)


def test_a_file_of_who_has_looked_is_in_english_for_everybody(person: People) -> None:
    miriam = person("miriam")
    miriam.told("/account/language", shown_at="/account", language="es")
    miriam.get("/clients/1")
    noted(miriam.app)
    assert "Página del cliente" in text(miriam.get("/viewings"))
    rows = rows_of(miriam.get("/viewings/list.csv"))
    assert any("Client’s page" in row for row in rows) and not any("Página del cliente" in row for row in rows)
