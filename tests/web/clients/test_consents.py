"""Consents, the agreement and disclosures on pages: what a disclosure rests on is asked, and the notice is printed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.models import Disclosure
from cm_tracker.operations.clients.change_client import change_client
from tests import cast
from tests.operations.clients.test_consents import agreement, consent, disclosed
from tests.web.audit.test_viewings import cells
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
CARE = ("rosa", "miriam")
FORM = {"recipient": "Dr. Weiss", "what": "Attendance", "purpose": "Treatment"}


def test_the_pages_pass_the_checklist(person: People, given: Given) -> None:
    given(consent)
    given(disclosed, "audit")
    for path in ("/clients/1/consents", "/clients/1/disclosures/print"):
        check(person, path, allowed=CARE, unknown=path.replace("1", "99"), elsewhere=path)
    for path in ("/clients/1/consents/new", "/clients/1/agreement/new", "/clients/1/disclosures/new"):
        check(person, path, allowed=CARE, unknown=path.replace("1", "99"), elsewhere=path, writes=True)
    check(
        person, "/consents/1/revoke", allowed=CARE, unknown="/consents/99/revoke", elsewhere="/consents/1/revoke",
        writes=True,
    )  # fmt: skip
    check(person, "/disclosures/1", allowed=CARE, unknown="/disclosures/99", elsewhere="/disclosures/1")


def test_a_consent_is_recorded_and_taken_back(rosa: Person) -> None:
    told = rosa.told("/clients/1/consents/new", **FORM, signed_on="2026-03-02", until="2026-06-30")
    assert "The consent is recorded." in told and "In force" in told
    told = rosa.told("/consents/1/revoke", revoked_on="2026-03-16")
    assert "Not in force" in told and "taken back Mar 16, 2026" in told
    assert "/consents/1/revoke" not in rosa.get("/clients/1/consents").get_data(as_text=True)
    assert rosa.send("/consents/1/revoke", revoked_on="2026-03-16").status_code == 422


def test_every_problem_of_a_form_is_said_at_once(rosa: Person) -> None:
    answer = rosa.send("/clients/1/consents/new", recipient="", what="", purpose="", signed_on="tomorrow")
    assert answer.status_code == 422
    page = text(answer)
    for sentence in ("Say who gets it", "Say what is told", "Say what it is for."):
        assert sentence in page


def test_an_agreement_is_recorded_with_its_witness(rosa: Person) -> None:
    told = rosa.told("/clients/1/agreement/new", version="March 2026", signed_on="2026-03-02", witness_id=str(cast.LEO))
    assert "March 2026 Mar 2, 2026 Leo Rosa" in told


def test_a_disclosure_asks_what_it_rests_on_and_leads_to_the_notice(rosa: Person, given: Given) -> None:
    given(consent)
    page = rosa.get("/clients/1/disclosures/new").get_data(as_text=True)
    assert re.search(r'value="consent"[^>]*checked|checked[^>]*value="consent"', page)
    answer = rosa.send("/clients/1/disclosures/new", **FORM, basis="consent", consent_id="1", disclosed_on="2026-03-16")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/disclosures/1")
    sheet = text(rosa.get("/disclosures/1"))
    assert "This record which has been disclosed to you is protected by Federal confidentiality rules" in sheet
    assert "The client’s written consent (42 CFR 2.31)" in sheet
    assert "Dr. Weiss may be told: Attendance since March, for: Treatment." in sheet
    assert "42 CFR 2.32(a)(1)" in sheet


def test_without_a_consent_nothing_is_chosen_and_the_page_says_so(rosa: Person) -> None:
    page = rosa.get("/clients/1/disclosures/new").get_data(as_text=True)
    assert "None is in force" in page and "checked" not in page
    answer = rosa.send("/clients/1/disclosures/new", **FORM, disclosed_on="2026-03-16")
    assert answer.status_code == 422 and "Choose what the disclosure rests on." in text(answer)
    answer = rosa.send("/clients/1/disclosures/new", **FORM, basis="consent", consent_id="", disclosed_on="2026-03-16")
    assert answer.status_code == 422 and "Choose the consent, or record it first." in text(answer)


def test_the_account_is_printed_in_the_clients_language(rosa: Person, given: Given) -> None:
    given(disclosed, "audit")
    given(
        change_client, client_id=cast.AMIR, preferred_name="Amir", language="es", shown="", actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    answer = rosa.get("/clients/1/disclosures/print")
    assert cells(answer) == [["16 mar 2026", "Dr. Weiss", "Attendance since March Treatment", "42 CFR 2.53"]]
    assert "Lo que dijimos a otros sobre usted" in text(answer)


def test_the_account_has_all_of_six_years_and_the_page_says_what_it_leaves_out(rosa: Person, given: Given) -> None:
    def many(session: Session) -> None:
        disclosed(session, "audit")
        row = session.execute(select(*[c for c in Disclosure.__table__.columns if c.name != "id"])).one()
        session.execute(insert(Disclosure), [dict(row._mapping)] * 209)
        session.commit()

    given(many)
    assert len(cells(rosa.get("/clients/1/disclosures/print"))) == 210
    page = text(rosa.get("/clients/1/consents"))
    assert "The newest 200 are shown here. The list to print has all of six years." in page


def test_the_page_of_a_client_leads_to_it(rosa: Person) -> None:
    assert 'href="/clients/1/consents"' in rosa.get("/clients/1").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/clients/1/consents", "/clients/1/disclosures/new", "/clients/1/disclosures/print"])
def test_more_lines_need_no_more_queries(rosa: Person, given: Given, statements: list[str], path: str) -> None:
    def queries() -> int:
        statements.clear()
        assert rosa.get(path).status_code == 200
        return len([statement for statement in statements if statement.startswith("SELECT")])

    given(consent)
    given(disclosed, "audit")
    few = queries()
    for _ in range(6):
        given(consent)
        given(disclosed, "audit")
        given(agreement)
    assert queries() == few > 0


def test_no_name_is_in_an_address_or_a_title(rosa: Person, given: Given) -> None:
    given(disclosed, "audit")
    page = rosa.get("/disclosures/1").get_data(as_text=True)
    assert "Amir" not in page.partition("<title>")[2].partition("</title>")[0]
