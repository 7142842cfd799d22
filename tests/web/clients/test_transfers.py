"""The pages of a transfer and of a corrected code, and what each site reads of a client who was transferred."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, Client
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast
from tests.redeeming import redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]

noor = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")


@pytest.fixture(autouse=True)
def the_day(app: Flask) -> Iterator[None]:
    """Let the pages be opened on the day of the cast, with a lead of each site and one of both."""
    with app.app_context():
        for username, sites in (("zoe", (cast.HARBOR, cast.MILL)), ("noor", (cast.MILL,))):
            add_demonstration_account(
                db.session(), username=username, display_name=username.capitalize(), roles={"lead"}, site_ids=sites,
                password=cast.PASSWORD, hasher=Hasher(64, 1), actor=cast.command("demonstration"),
                now=cast.NOW,
            )  # fmt: skip
        db.session.remove()
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("path", "allowed"), [("/clients/1/transfer", {"miriam"}), ("/clients/1/code", {"rosa", "miriam"})]
)
def test_the_pages_pass_the_checklist(person: People, path: str, allowed: set[str]) -> None:
    unknown = path.replace("/1/", "/99/")
    check(person, path, allowed=allowed, unknown=unknown, writes=True, elsewhere=path if "code" in path else None)


def test_a_lead_of_another_site_does_not_find_the_client(person: People) -> None:
    assert person("noor").get("/clients/1/transfer").status_code == 404


def test_a_lead_of_one_site_is_told_who_can(person: People) -> None:
    page = person("miriam").get("/clients/1/transfer")
    assert "A lead who works at both sites transfers a client" in text(page)
    assert "Transfer the client" not in text(page)


def test_a_lead_of_both_sites_transfers_the_client(person: People, app: Flask) -> None:
    zoe = person("zoe")
    assert "Transfer to another site" in text(zoe.get("/clients/1/edit"))
    answer = zoe.send("/clients/1/transfer", to_site_id="2", first_day="2026-03-16", note="Moved house")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")
    assert "Transferred. HS-1 belongs to Mill Road now." in text(zoe.get("/clients/1"))
    with app.app_context():
        assert db.session().execute(select(Client.site_id).where(Client.id == 1)).scalar_one() == cast.MILL
        db.session.remove()


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(person: People) -> None:
    answer = person("zoe").send("/clients/1/transfer", to_site_id="2", first_day="2026-03-17", note="Moved house")
    assert answer.status_code == 422
    assert "The day is in the future. Enter the transfer once the client has come over." in text(answer)
    assert "Moved house" in text(answer)


def test_all_that_is_wrong_with_the_form_is_said_at_once(person: People) -> None:
    answer = person("zoe").send("/clients/1/transfer", to_site_id="2", first_day="2026-03-17", note="")
    assert answer.status_code == 422
    for sentence in ("The day is in the future.", "Say why, in a few words."):
        assert sentence in text(answer)


def test_a_form_that_was_sent_twice_leads_to_the_client_again(person: People) -> None:
    zoe = person("zoe")
    page = zoe.get("/clients/1/transfer").get_data(as_text=True)
    fields = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]*)"', page))
    sent = {**fields, "to_site_id": "2", "first_day": "2026-03-16", "note": "Moved house"}
    for _ in range(2):
        answer = zoe.client.post("/clients/1/transfer", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")


@pytest.fixture
def moved(given: Given) -> None:
    """Amir had three visits and a mug at Harbor Street. At Mill Road the second visit is voided, and a fourth comes."""
    given(cast.rich)
    given(redeem_at_once)
    given(cast.transfer, first_day="2026-03-07")
    given(cast.put_right, 2, "void", actor=noor)
    given(cast.visit, 9, actor=cast.anna)


# What each person gets of Amir's pages, once he belongs to Mill Road. 303 leads to the page of a client who has left.
SCOPE = {
    "/clients/1": {"rosa": 200, "miriam": 200, "anna": 200, "zoe": 200, "grace": 403},
    "/clients/1/edit": {"rosa": 404, "miriam": 404, "anna": 200, "zoe": 200},
    "/clients/1/pin": {"rosa": 404, "anna": 200},
    "/clients/1/code": {"rosa": 404, "anna": 200},
    "/clients/1/transfer": {"miriam": 404, "noor": 200, "zoe": 200},
    "/clients/1/enroll": {"rosa": 404, "anna": 200},
    "/clients/1/redeem": {"rosa": 404, "anna": 200},
    "/clients/1/receipts": {"rosa": 404, "anna": 200},
    "/clients/1/draws": {"rosa": 404, "anna": 200},
    "/clients/1/adjust": {"miriam": 404, "noor": 200},
    "/enrollments/1": {"rosa": 404, "anna": 200},
    "/enrollments/1/pause": {"rosa": 404, "anna": 200},
    "/enrollments/1/0/visits/new": {"rosa": 404, "anna": 200},
    "/visits/1": {"rosa": 303, "miriam": 303, "anna": 200, "zoe": 200},
    "/visits/1/void": {"miriam": 404, "noor": 200},
    "/visits/5": {"rosa": 404, "anna": 200},
    "/redemptions/1": {"rosa": 200, "anna": 200, "zoe": 200},
    "/redemptions/1/undo": {"miriam": 404, "noor": 404, "zoe": 200},
    "/ledger/3": {"miriam": 200},
}


@pytest.mark.parametrize("path", SCOPE)
def test_who_reaches_what_after_a_transfer(person: People, moved: None, path: str) -> None:
    assert {name: person(name).get(path).status_code for name in SCOPE[path]} == SCOPE[path]


def test_staff_of_a_third_site_find_nothing(person: People, app: Flask, moved: None) -> None:
    with app.app_context():
        site = cast.add_site(db.session(), name="Third Avenue", time_zone="UTC", actor=cast.command(), now=cast.NOW)
        add_demonstration_account(
            db.session(), username="theo", display_name="Theo", roles={"lead"}, site_ids=(site,),
            password=cast.PASSWORD, hasher=Hasher(64, 1), actor=cast.command("demonstration"), now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
    theo = person("theo")
    for path in ("/clients/1", "/clients/1/transfer", "/visits/1", "/redemptions/1", "/enrollments/1"):
        assert theo.get(path).status_code == 404, path
    assert "No client at your sites has this code or name." in text(theo.send("/clients", q="HS-1"))


def test_the_old_site_reads_what_happened_there_until_then_and_nothing_later(person: People, moved: None) -> None:
    content = text(person("rosa").get("/clients/1"))
    assert "This client was transferred to Mill Road, where the first day was Mar 7, 2026." in content
    # 10, 15 and 60 as they were, although the second was voided at Mill Road; the visit there is not shown.
    assert re.search(r"Mar 6, 2026 met.* \+60 .*Mar 4, 2026 met.* \+15 .*Mar 2, 2026 met.* \+10 ", content, re.I), (
        content
    )
    assert "Mar 11" not in content
    assert "Travel mug" in content and "−20" in content
    assert "Amir" not in content, "the name went along"
    page = person("rosa").get("/clients/1").get_data(as_text=True)
    assert "<form" not in page.split("<main")[1], "nothing can be recorded"


def test_the_receipt_shows_the_old_site_no_balance_of_today(person: People, moved: None) -> None:
    assert "Balance now" not in text(person("rosa").get("/redemptions/1"))
    assert "Balance now" in text(person("anna").get("/redemptions/1"))


def adjusted(session: Session) -> int:
    """Give Amir 5 points at Harbor Street."""
    request_id = request_adjustment(
        session, client_id=1, unit="points", amount=5, reason="Promised and never entered", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    return decide_adjustment(
        session, request_id=request_id, decision="approved", key=cast.key(), actor=cast.another_lead(session),
        now=cast.NOW,
    )  # fmt: skip


def test_an_adjustment_of_the_old_site_shows_it_no_balance_of_today(person: People, given: Given) -> None:
    given(adjusted)
    miriam = person("miriam")
    assert "Balance now 5 points" in text(miriam.get("/adjustments/1"))
    given(cast.transfer)
    page = text(miriam.get("/adjustments/1"))
    assert "+5 points" in page and "Balance now" not in page
    assert "+5 points" in text(person("anna").get("/clients/1")), "it is in the client's history at the new site"


def test_the_new_site_reads_everything(person: People, moved: None) -> None:
    content = text(person("anna").get("/clients/1"))
    assert "Amir" in content
    for part in ("Mar 2, 2026", "Mar 6, 2026", "Mar 11, 2026", "−20", "+60"):
        assert part in content, part
    assert "Travel mug" in text(person("anna").get("/clients/1/receipts"))
    visit = text(person("anna").get("/visits/1"))
    assert "Harbor Street" in visit


def test_times_of_a_visit_are_those_of_the_clock_at_its_site(person: People, app: Flask, given: Given) -> None:
    """21:00 in UTC: 4 in the afternoon in New York, where the visit was, and 2 in Denver, where the client is now."""
    given(cast.visit, 0, collected_at=datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
    with app.app_context():
        west = cast.add_site(db.session(), name="West", time_zone="America/Denver", actor=cast.command(), now=cast.NOW)
        add_demonstration_account(
            db.session(), username="wilma", display_name="Wilma", roles={"lead"}, site_ids=(west,),
            password=cast.PASSWORD, hasher=Hasher(64, 1), actor=cast.command("demonstration"), now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
    given(cast.transfer, to_site_id=west, first_day="2026-03-03", actor=cast.command())
    wilma = person("wilma")
    assert "Mar 2, 2026, 4:00 PM" in text(wilma.get("/visits/1"))
    form = wilma.get("/visits/1/correct").get_data(as_text=True)
    assert re.search(r'<input[^>]*name="collected_time"[^>]*value="16:00"', form)


def test_a_code_opens_the_client_at_both_sites_and_a_name_only_at_the_new_one(person: People, moved: None) -> None:
    for name in ("rosa", "anna"):
        assert person(name).send("/clients", q="hs1").headers["Location"] == "/clients/1"
    assert "No client at your sites has this code or name." in text(person("rosa").send("/clients", q="Amir"))
    assert person("anna").send("/clients", q="Amir").headers["Location"] == "/clients/1"
    assert "HS-1" not in text(person("rosa").get("/clients"))
    assert "HS-1" in text(person("anna").get("/clients"))


def test_the_start_page_of_the_old_site_no_longer_shows_the_client(person: People, moved: None) -> None:
    assert "HS-1" not in text(person("rosa").get("/"))
    assert "HS-1" in text(person("anna").get("/"))


def test_ledger_and_audit_trail_of_the_old_site_stay_complete(person: People, moved: None) -> None:
    ledger = text(person("miriam").get("/ledger"))
    assert ledger.count("HS-1") == 4, "three awards and a redemption"
    audit = text(person("miriam").get("/audit"))
    assert "Miriam transferred HS-1 from Harbor Street to Mill Road: first day there Mar 7, 2026." in audit
    assert "recorded a visit of HS-1 on Mar 11" not in audit
    there = text(person("noor").get("/audit"))
    assert "Miriam transferred HS-1 from Harbor Street to Mill Road: first day there Mar 7, 2026." in there


def test_the_name_is_in_no_title_and_no_address(person: People, moved: None) -> None:
    for name, path in (("rosa", "/clients/1"), ("anna", "/clients/1/code"), ("zoe", "/clients/1/transfer")):
        page = person(name).get(path).get_data(as_text=True)
        title = re.search(r"<title>(.*?)</title>", page, re.S)
        assert title and "HS-1 · " in title[1] and "Amir" not in title[1]


def test_the_page_of_a_client_who_left_asks_the_same_number_of_queries_for_any_number_of_visits(
    person: People, given: Given, statements: list[str]
) -> None:
    given(cast.visit, 0)
    given(cast.transfer, first_day="2026-03-07")
    rosa = person("rosa")
    rosa.get("/clients/1")
    statements.clear()
    rosa.get("/clients/1")
    few = len(statements)
    given(cast.transfer, to_site_id=cast.HARBOR, first_day="2026-03-08")
    for day in (7, 8, 9):
        given(cast.visit, day)
    given(cast.transfer, first_day="2026-03-16")
    statements.clear()
    rosa.get("/clients/1")
    assert len(statements) == few


# -- the code ------------------------------------------------------------------------------------


def test_a_nurse_corrects_a_code_and_finds_the_client_by_the_old_one(person: People, app: Flask) -> None:
    rosa = person("rosa")
    answer = rosa.send("/clients/1/code", code="hs-50", reason="A part of the name was in it")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")
    assert "the kiosk takes only the new one" in text(rosa.get("/clients/1"))
    assert rosa.send("/clients", q="HS-1").headers["Location"] == "/clients/1"
    assert "Codes from before: HS-1" in text(rosa.get("/clients/1/code"))
    with app.app_context():
        lines = db.session().execute(select(AuditEvent.detail).where(AuditEvent.tag == "client:code-corrected"))
        assert list(lines.scalars()) == ["{}"]
        db.session.remove()
    assert "Rosa corrected the code of HS-50." in text(person("miriam").get("/audit"))


def test_a_code_of_somebody_else_is_refused_at_its_field(person: People) -> None:
    answer = person("rosa").send("/clients/1/code", code="MR-1", reason="Typed wrongly")
    assert answer.status_code == 422
    assert 'The code "MR-1" is already in use. Choose another one.' in text(answer)
