"""An auditor opens a name, the lead reads of it, and a disclosure asks what it rests on, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from cm_tracker.web.viewings import view_log
from tests import cast
from tests.browser.conftest import Visitor
from tests.operations.clients import test_consents as consents

pytestmark = pytest.mark.browser
Given = Callable[..., Any]
WHY = "The paper chart has no code"


def test_a_name_is_opened_with_a_reason_and_the_lead_reads_it(
    visitor: Visitor, given: Given, live: tuple[Flask, str], at: str, kind: str
) -> None:
    given(cast.rich)
    visitor.sign_in("grace")
    visitor.go("/identities/open")
    visitor.page.get_by_label("Client code").fill("HS-1")
    visitor.page.get_by_label("Why do you need to know who this is?").fill(WHY)
    visitor.click("Open the name")
    visitor.sees("Who this is", "Amir", "Harbor Street")
    assert view_log(live[0]).flush()

    visitor.page.context.clear_cookies()
    visitor.sign_in("miriam")
    visitor.sees("Names of clients were opened for an audit in the last 7 days")
    visitor.go("/identities")
    visitor.sees("Grace", WHY, "HS-1")
    visitor.go("/viewings")
    visitor.sees("Grace", "HS-1", "Name, for an audit")
    visitor.go("/clients/1/viewings")
    visitor.sees("Grace", WHY)
    visitor.go("/clients/1/viewings/print")
    visitor.sees("Who has looked at your record", "Grace")


def test_a_disclosure_asks_what_it_rests_on_and_prints_the_notice(
    visitor: Visitor, given: Given, at: str, kind: str
) -> None:
    given(consents.consent)
    given(consents.agreement)
    visitor.sign_in("rosa")
    visitor.go("/clients/1/consents")
    visitor.sees("In force", "Dr. Weiss", "March 2026")
    for path in ("/clients/1/consents/new", "/clients/1/agreement/new", "/consents/1/revoke"):
        visitor.go(path)
    visitor.go("/clients/1/disclosures/new")
    visitor.page.get_by_label("Which consent?").select_option(label="Dr. Weiss: Attendance since March")
    visitor.page.get_by_label("Who gets it?").fill("Dr. Weiss")
    visitor.page.get_by_label("What do they get?").fill("A letter")
    visitor.page.get_by_label("What for?").fill("Treatment")
    visitor.click("Record it, and print the notice")
    visitor.sees("protected by Federal confidentiality rules", "42 CFR 2.31", "Dr. Weiss may be told")
    visitor.go("/clients/1/disclosures/print")
    visitor.sees("What we told others about you", "A letter")
