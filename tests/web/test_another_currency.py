"""A whole program that pays in pounds or in Canadian dollars: every page, export and check says its currency."""

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.schedules.set_currency import set_currency
from cm_tracker.operations.staff.set_up_clinic import FirstAccount, set_up_clinic
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.cli.conftest import runner
from tests.web.conftest import Person, text
from tests.web.schedules.test_schedules import a_draft, save

CODES = {"GBP": "£", "CAD": "CAD "}
A_TEST = {
    "happened_on": "2026-03-16", "collected_time": "10:00", "read_time": "10:06", "specimen": "given",
    "specimen_id": "U1", "temperature": "in_range", "result_cocaine": "negative",
}  # fmt: skip


class Program:
    """A program of one lead, in a currency whose amounts begin with `sign`. `get` reads a page that names no dollars."""

    def __init__(self, app: Flask, currency: str) -> None:
        self.app, self.currency, self.sign = app, currency, CODES[currency]
        with app.app_context():
            set_currency(db.session(), currency=currency, actor=command(), now=cast.NOW)
            set_up_clinic(
                db.session(),
                site_name="Bridge Road",
                time_zone="America/New_York",
                lead=FirstAccount("Mo", "mo", cast.PASSWORD),
                admin=FirstAccount("Sam", "sam", cast.PASSWORD),
                hasher=app.extensions["cm_hasher"],
                actor=command(),
                now=cast.NOW,
            )
            db.session.remove()
        self.mo = Person(app, "mo")
        assert self.mo.send("/schedules/one-lead", words="I am the only lead of this program.").status_code == 303

    def get(self, path: str, person: Person | None = None) -> str:
        page = text((person or self.mo).get(path))
        assert "$" not in page and "dollar" not in page
        return page

    def sent(self, path: str, **fields: str) -> str:
        """Send a form. Return the address to which the program leads from there."""
        answer = self.mo.send(path, **fields)
        assert answer.status_code == 303, text(answer)
        return answer.headers["Location"]

    def publish(self, name: str = "higgins-voucher") -> str:
        draft_url = a_draft(self.mo, name)
        page = self.mo.get(f"{draft_url}/publish").get_data(as_text=True)
        shown = {key: unescape(value) for key, value in re.findall(r'name="(shown)"[^>]*value="([^"]*)"', page)}
        return self.sent(f"{draft_url}/publish", becomes="new", starts_on="2026-03-16", note="We begin today.", **shown)

    def open_client(self, language: str = "en") -> None:
        """Open a client who can sign in at the kiosk. A command enrolls them, because it needs no checklist of the site."""
        client_url = self.sent("/clients/new", code="BR-1", preferred_name="Kim", site_id="1", language=language)
        self.sent(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
        with self.app.app_context():
            enroll_client(
                db.session(), client_id=1, schedule_version_id=1, starts_on=date(2026, 3, 16), key=cast.key(),
                actor=command(), now=cast.NOW,
            )  # fmt: skip
            db.session.remove()

    def stock(self, price: str) -> None:
        """Add a prize and its delivery."""
        names = {"name": "Tea", "name_es": "Té", "category": "food"}
        delivery = self.sent("/prizes/new", **names, price=price, retail=price, is_active="y")
        self.sent(delivery, site_id="1", quantity="4", unit_cost="1.80", note="Corner Store, 12")

    def card(self) -> str:
        """Return the client's card at the kiosk."""
        with self.app.app_context():
            token = f"tablet of {cast.key()}"
            cast.pair(db.session(), 1, "Front room tablet", token)
            db.session.remove()
        client = Person(self.app)
        client.pair(token)
        assert client.opens("BR-1", cast.PIN)
        return self.get("/kiosk/card", client)

    def verified(self) -> list[object]:
        with self.app.app_context():
            found: list[object] = list(verify_ledger(db.session(), level=4).findings)
            db.session.remove()
        return found


@pytest.fixture(params=sorted(CODES))
def program(bare_app: Flask, request: pytest.FixtureRequest) -> Iterator[Program]:
    yield Program(bare_app, request.param)


def test_a_preset_in_dollars_is_shown_in_dollars_and_says_what_its_draft_will_be(program: Program) -> None:
    preset = text(program.mo.get("/schedules/presets/higgins-voucher"))
    assert "3,990 points at $0.25" in preset and "$997.50" in preset
    code = program.currency
    assert (
        f"Its amounts are in USD, and this program pays in {code}. A draft of it has the same numbers in {code}"
        in preset
    )
    draft_url = a_draft(program.mo)
    for page in ("", "/document", "/publish"):
        assert f"The amounts of this draft were written in USD, and this program pays in {code}." in text(
            program.mo.get(draft_url + page)
        )
    assert f"Currency {code} The same in the whole program." in text(program.mo.get(draft_url))
    differs = text(program.mo.get(f"{draft_url}/difference"))
    assert f"Its money is {code} instead of USD. The program exchanges no amount." in differs
    published = text(program.mo.get(program.publish()))
    assert f"{program.sign}997.50" in published and f"3,990 points at {program.sign}0.25" in published


def test_a_blank_draft_is_in_the_programs_currency_and_nothing_is_to_exchange(program: Program) -> None:
    draft_url = program.mo.send("/schedules/drafts", shown_at="/schedules").headers["Location"]
    page = program.get(draft_url)
    assert "Nothing was exchanged" not in page and f"Currency {program.currency}" in page
    save(program.mo, draft_url, "add:ceilings")
    sign = program.sign.strip()
    save(program.mo, draft_url, **{"ceilings[0].scope": "calendar_year", "ceilings[0].cents": f"{sign} 750"})
    assert re.search(r'value="750.00"', program.mo.get(draft_url).get_data(as_text=True))
    save(program.mo, draft_url, **{"ceilings[0].cents": "$750"})
    assert f"must be money from {sign}" in program.get(f"{draft_url}?checked=1").replace("$750", "")


def test_a_document_that_says_another_currency_keeps_its_numbers_and_says_so(program: Program) -> None:
    draft_url = program.mo.send("/schedules/drafts", shown_at="/schedules").headers["Location"]
    page = program.mo.get(f"{draft_url}/document").get_data(as_text=True)
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found is not None
    document = {**json.loads(unescape(found[1])), "currency": "EUR", "name": "Ours", "source": "Our committee"}
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    assert shown is not None
    program.sent(f"{draft_url}/document", document=json.dumps(document), shown=unescape(shown[1]))
    assert "The amounts of this draft were written in EUR" in program.get(draft_url)


def test_a_program_in_another_currency_from_the_first_visit_to_the_last_check(program: Program) -> None:
    sign = program.sign
    version_url = program.publish()
    program.stock(f"{sign}2.50")
    program.open_client()
    visit_url = program.sent("/enrollments/1/0/visits/new", **A_TEST)
    assert "10 points for a negative test." in program.get(visit_url)
    # 10 points of 0.25 are 2.50, and the prize costs as much.
    assert f"{sign}2.50" in program.card()
    offer_url = program.sent("/clients/1/redeem", prize="1:10", quantity="1")
    assert f"10 points ({sign}2.50)" in program.get(offer_url)
    # Whoever set the PIN today does not hand out what it confirms.
    receipt_url = program.sent(offer_url, how="nobody", why="The first day")
    receipt = program.get(receipt_url)
    assert f"−10 points ({sign}2.50)" in receipt and f"0 points ({sign}0.00)" in receipt
    for path, shown in (
        (version_url, f"{sign}997.50"),
        ("/prizes", f"{sign}2.50"),
        ("/prizes/1/edit", "Price in " + {"GBP": "pounds", "CAD": "CAD"}[program.currency]),
        ("/sites/1/inventory?since=2026-03-01&until=2026-03-31", f"Total cost: {sign}7.20"),
        ("/sites/1/settings", {"GBP": "in pounds", "CAD": "in CAD"}[program.currency]),
        ("/audit", f"price {sign}2.50"),
        ("/clients/1", f"0 points {sign}0.00"),
    ):
        assert shown in program.get(path), path
    trail = program.mo.get("/audit/trail.csv").get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")
    assert f"price {sign}2.50" in trail and "$" not in trail
    exported = runner(program.app)("ledger", "export").stdout
    sealed = [json.loads(json.loads(line)["body"]) for line in exported.splitlines()]
    documents = [json.loads(body["document"]) for body in sealed if isinstance(body, dict) and "document" in body]
    assert [document["currency"] for document in documents] == [program.currency]
    assert program.verified() == []


def test_the_kiosk_says_the_currency_in_spanish_too(program: Program) -> None:
    program.publish()
    program.stock("3")
    program.open_client("es")
    program.sent("/enrollments/1/0/visits/new", **A_TEST)
    # Tea costs 12 points. The client has 10 of 0.25 and needs 2 more.
    card = program.card()
    assert f"10 puntos = {program.sign}2.50" in card and "faltan 2 puntos" in card


def test_the_currency_needs_no_query_of_its_own(program: Program) -> None:
    program.publish()
    with program.app.app_context():
        engine = db.engine
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    program.open_client()
    program.sent("/enrollments/1/0/visits/new", **A_TEST)
    assert f"{program.sign}997.50" in program.get("/schedules/versions/1")
    assert f"10 points = {program.sign}2.50" in program.card()
    assert len(sent) > 10
    assert [
        one for one in sent if re.match(r"SELECT program\.currency|SELECT .*program\.currency \nFROM program$", one)
    ] == []
