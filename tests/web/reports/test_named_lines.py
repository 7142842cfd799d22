"""Visit lines with names: the page that asks, and the file with the notice of the law."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests import billing
from tests.operations.clients.test_consents import consent
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
PAGE = "/reports/saved/1/names"


def lines(session: Session) -> None:
    """Save Amir's visit lines of this year; he agreed that the county gets them."""
    billing.two_weeks(session)
    billing.save(session, name="Lines", report="visit-lines", days="year", columns=["day", "client", "units"])
    consent(session, recipient="County Health", what="Visits", purpose="Payment")


def test_the_checklist(person: People, given: Given) -> None:
    given(lines)
    given(billing.save, name="No lines")
    check(person, PAGE, allowed=("miriam",), unknown="/reports/saved/99/names", writes=True)
    assert person("miriam").get("/reports/saved/2/names").status_code == 404


def test_a_lead_gives_the_lines_with_names_and_the_notice(miriam: Person, given: Given) -> None:
    given(lines)
    assert f'href="{PAGE}"' in miriam.get("/reports/saved/1").get_data(as_text=True)
    assert "County Health: 1 client of 1" in text(miriam.get(PAGE))
    sent = miriam.send(PAGE, basis="consent", consented="County Health", recipient="", purpose="Payment", is_read="y")
    assert sent.status_code == 200, text(sent)
    assert 'filename="visit-lines-names-2026-01-01-2026-03-16.xlsx"' in sent.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(sent.get_data()))
    assert book.sheetnames == ["Notice", "Report", "Definitions"]
    notice = {row[0].value: row[1].value for row in book["Notice"].rows if row[0].value}
    assert (notice["To"], notice["For"], notice["Rests on"]) == (
        "County Health", "Payment", "The client’s written consent (42 CFR 2.31)",
    )  # fmt: skip
    assert notice["Clients"] == "1 client. Left out: 0 clients."
    assert notice["Notice"].startswith("This record which has been disclosed to you is protected by Federal")
    assert [cell.value for cell in book["Report"][1]] == ["Day", "Client", "Name", "Units of 15 minutes"]
    assert [cell.value for cell in book["Report"][2]][1:] == ["HS-1", "Amir", 6]
    page = text(miriam.get("/clients/1/consents"))
    assert "Visit lines for billing, 2026-01-01 to 2026-03-16" in page
    assert "Miriam downloaded the report visit-lines as an XLSX file" in text(miriam.get("/audit"))


def test_what_is_missing_is_said_and_nothing_is_recorded(miriam: Person, given: Given) -> None:
    given(lines)
    answer = miriam.send(PAGE, basis="consent", consented="", recipient="", purpose="Payment")
    assert answer.status_code == 422 and "Read what it covers first, and tick this." in text(answer)
    assert "Choose who gets it. Where no consent is in force, record one first." in text(answer)
    answer = miriam.send(PAGE, basis="consent", consented="Somebody", recipient="", purpose="Payment", is_read="y")
    assert answer.status_code == 422 and "has a consent for this recipient that holds today" in text(answer)
    answer = miriam.send(PAGE, basis="audit", consented="", recipient="", purpose="", is_read="y")
    page = text(answer)
    assert answer.status_code == 422 and "Say who gets it" in page and "Say what it is for." in page
    assert "Visit lines" not in text(miriam.get("/clients/1/consents"))
