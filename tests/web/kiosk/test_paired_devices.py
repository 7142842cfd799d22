"""Only a paired tablet opens the kiosk. A lead pairs it with a code that works once, and revokes it at once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.models import KioskDevice, KioskPairing, KioskSession
from cm_tracker.web.access import KIOSK
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
CODE = re.compile(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b")


def code_of(lead: Person, name: str = "Quiet room", site: int = cast.HARBOR) -> str:
    """Make a pairing code on the lead's page, and return it as it is shown."""
    answer = lead.send("/devices/new", site_id=str(site), name=name, language="es")
    assert answer.status_code == 200, text(answer)
    found = CODE.search(text(answer))
    assert found, text(answer)
    return found.group(1)


def paired(app: Flask, code: str) -> Person:
    tablet = Person(app, tablet=None)
    answer = tablet.send("/kiosk/pair", code=code)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk"), text(answer)
    return tablet


def count(session: Session, model: type) -> int:
    return len(session.execute(select(model)).scalars().all())


# -- a browser that is not paired ----------------------------------------------------------------------------


def test_a_browser_that_is_not_paired_reads_so_and_has_one_field_for_the_code(app: Flask) -> None:
    stranger = Person(app, tablet=None)
    answer = stranger.get("/kiosk")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/pair")
    page = stranger.get("/kiosk/pair")
    assert "This tablet is not set up yet" in text(page) and "Pairing code" in text(page)
    assert len(re.findall(r"<input(?![^>]*hidden)", page.get_data(as_text=True))) == 1
    assert "Esta tableta todavía no está lista" in text(stranger.get("/kiosk/pair?lang=es"))


def test_no_page_of_the_kiosk_opens_in_a_browser_that_is_not_paired(app: Flask) -> None:
    """Neither with no cookie, nor with one that was made up, nor with the cookie of an open card."""
    card = opened(app).client.get_cookie("cm_kiosk", path="/kiosk")
    assert card is not None
    for token in (None, "made up", ""):
        stranger = Person(app, tablet=None)
        stranger.client.set_cookie("cm_kiosk", card.value, path="/kiosk")
        if token is not None:
            stranger.pair(token)
        adapter, seen = app.url_map.bind("clinic"), 0
        for rule in app.url_map.iter_rules():
            if getattr(app.view_functions[rule.endpoint], "access", None) != KIOSK:
                continue
            path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method=min(rule.methods or ()))
            for method in (rule.methods or set()) & {"GET", "POST"}:
                seen += 1
                answer = stranger.get(path) if method == "GET" else stranger.send(path, shown_at="/kiosk/pair")
                assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/pair"), path
        assert seen > 10
    assert Person(app).client.get("/kiosk").status_code == 200


def test_a_card_opens_only_at_the_tablet_where_it_was_opened(app: Flask, given: Given) -> None:
    client = opened(app)
    cookie = client.client.get_cookie("cm_kiosk", path="/kiosk")
    assert cookie is not None
    given(cast.pair, cast.HARBOR, "Second tablet", "the-second-token")
    thief = Person(app, tablet=None)
    thief.pair("the-second-token")
    thief.client.set_cookie("cm_kiosk", cookie.value, path="/kiosk")
    answer = thief.get("/kiosk/card")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk")
    assert thief.client.get_cookie("cm_kiosk", path="/kiosk") is None
    assert client.get("/kiosk/card").status_code == 200


def test_in_a_real_clinic_nobody_pairs_as_the_demonstration_does(app: Flask, given: Given) -> None:
    stranger = Person(app, tablet=None)
    assert stranger.get("/kiosk/demonstration/1").status_code == 404
    assert stranger.client.get_cookie("cm_device", path="/kiosk") is None
    assert given(count, KioskDevice) == 2
    assert "demonstration" not in stranger.get("/kiosk/pair").get_data(as_text=True)


def test_in_the_demonstration_one_touch_pairs_the_browser_with_a_site(app: Flask) -> None:
    app.config["DEMONSTRATION"] = True
    visitor = Person(app, tablet=None)
    links = re.findall(r'href="(/kiosk/demonstration/\d+)"', visitor.get("/kiosk/pair").get_data(as_text=True))
    assert links == ["/kiosk/demonstration/1", "/kiosk/demonstration/2"]
    assert visitor.get(links[0]).headers["Location"] == "/kiosk"
    assert visitor.opens("HS-1", cast.PIN)
    assert visitor.get(links[1]).headers["Location"] == "/kiosk"
    assert not visitor.opens("HS-1", cast.PIN)
    assert visitor.opens("MR-1", cast.PIN)
    assert visitor.get("/kiosk/demonstration/9").status_code == 404


# -- pairing -------------------------------------------------------------------------------------------------


def test_a_lead_pairs_a_tablet_and_clients_of_its_site_open_their_cards_there(app: Flask, miriam: Person) -> None:
    tablet = paired(app, code_of(miriam))
    assert "Su código" in text(tablet.get("/kiosk/sign-in")), "it asks in its language"
    greeting = text(tablet.get("/kiosk"))
    assert greeting.index("Qué gusto verle") < greeting.index("Good to see you"), "its language comes first"
    assert tablet.opens("HS-1", cast.PIN)
    assert tablet.get("/kiosk/card").status_code == 200
    assert tablet.get("/kiosk/pair").headers["Location"] == "/kiosk"
    page = text(miriam.get("/devices"))
    assert "Quiet room" in page and "Español" in page and "Mar 16, 2026, 11:00 AM, Miriam" in page


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:4]} {code[5:]} "]
)
def test_a_code_may_be_typed_in_small_letters_without_its_hyphen_and_with_spaces(
    app: Flask, miriam: Person, typed: Callable[[str], str]
) -> None:
    paired(app, typed(code_of(miriam)))


def test_a_code_works_once_and_for_ten_minutes(
    app: Flask, miriam: Person, given: Given, clock: time_machine.Traveller
) -> None:
    code = code_of(miriam)
    paired(app, code)
    refused = Person(app, tablet=None).send("/kiosk/pair", code=code)
    assert refused.status_code == 422 and "This code is not right, or its ten minutes are over." in text(refused)
    late = code_of(miriam, "Hall")
    clock.shift(timedelta(minutes=10))
    assert Person(app, tablet=None).send("/kiosk/pair", code=late).status_code == 422
    assert given(count, KioskDevice) == 3


def test_a_second_code_for_the_same_tablet_ends_the_first_one(app: Flask, miriam: Person) -> None:
    first, second = code_of(miriam), code_of(miriam)
    assert Person(app, tablet=None).send("/kiosk/pair", code=first).status_code == 422
    paired(app, second)


def test_the_code_and_the_token_are_stored_as_hashes_and_stand_in_no_line_of_the_audit_trail(
    app: Flask, miriam: Person, given: Given
) -> None:
    code = code_of(miriam).replace("-", "")

    def stored(session: Session) -> str:
        tables = ("kiosk_pairing", "kiosk_device", "audit_event")
        return str([tuple(row) for table in tables for row in session.execute(sql(f"SELECT * FROM {table}"))])

    assert code not in given(stored)
    cookie = paired(app, code).client.get_cookie("cm_device", path="/kiosk")
    assert cookie is not None and cookie.http_only and len(cookie.value) > 40
    assert cookie.value not in given(stored)
    assert given(count, KioskPairing) == 0


def test_guesses_at_a_pairing_code_are_limited(app: Flask, miriam: Person, clock: time_machine.Traveller) -> None:
    code = code_of(miriam)
    for n in range(20):
        assert Person(app, tablet=None).send("/kiosk/pair", code=f"GUESS-{n}").status_code == 422
    answer = Person(app, tablet=None).send("/kiosk/pair", code=code)
    assert answer.status_code == 429 and "Too many tries. Wait 10 minutes" in text(answer)
    clock.shift(timedelta(minutes=10))
    paired(app, code_of(miriam, "Hall"))


def test_guesses_from_one_network_of_ipv6_are_counted_together(app: Flask, miriam: Person) -> None:
    code = code_of(miriam)

    def tried(address: str, code: str) -> int:
        stranger = Person(app, tablet=None)
        stranger.client.environ_base["REMOTE_ADDR"] = address
        return stranger.send("/kiosk/pair", code=code).status_code

    for n in range(20):
        assert tried(f"2001:db8:0:1::{n:x}", f"GUESS-{n}") == 422
    assert tried("2001:db8:0:1:ffff::1", code) == 429
    assert tried("2001:db8:0:2::1", code) == 303


def test_a_name_that_is_in_use_is_refused_and_so_is_none(miriam: Person) -> None:
    answer = miriam.send("/devices/new", site_id="1", name=" Front  room tablet", language="en")
    assert answer.status_code == 422 and "is already in use" in text(answer)
    assert miriam.send("/devices/new", site_id="1", name=" ", language="en").status_code == 422
    assert miriam.send("/devices/new", site_id="2", name="Hall", language="en").status_code == 422, "not her site"


# -- revoking ------------------------------------------------------------------------------------------------


def test_a_revoked_tablet_is_led_to_pairing_at_once_and_its_open_card_closes(
    app: Flask, miriam: Person, given: Given
) -> None:
    client = opened(app)
    assert client.get("/kiosk/card").status_code == 200
    assert miriam.send("/devices/1/revoke", shown_at="/devices").headers["Location"] == "/devices"
    assert client.get("/kiosk/card").headers["Location"] == "/kiosk/pair"
    assert given(count, KioskSession) == 0
    assert "Front room tablet" not in text(miriam.get("/devices"))
    assert miriam.send("/devices/1/revoke", shown_at="/devices/new").status_code == 404
    paired(app, code_of(miriam, "Front room tablet"))


def test_a_lead_revokes_no_tablet_of_another_site(miriam: Person, given: Given) -> None:
    assert "Mill Road" not in text(miriam.get("/devices"))
    for path in ("/devices/2/revoke", "/devices/2/release", "/devices/99/revoke"):
        assert miriam.send(path, shown_at="/devices").status_code == 404
    assert given(lambda session: session.get_one(KioskDevice, 2).revoked_at) is None


def test_the_pages_of_tablets_pass_the_checklist(person: Callable[..., Person]) -> None:
    check(person, "/devices", allowed=("miriam", "grace", "sam"))
    check(person, "/devices/new", allowed=("miriam", "sam"), writes=True)


@pytest.mark.parametrize(("username", "status"), [("rosa", 403), ("grace", 403)])
def test_who_may_not_manage_tablets_revokes_and_releases_none(
    person: Callable[..., Person], username: str, status: int
) -> None:
    somebody = person(username)
    for path in ("/devices/1/revoke", "/devices/1/release"):
        assert somebody.send(path, shown_at="/password").status_code == status


def test_an_auditor_sees_the_tablets_and_no_button(person: Callable[..., Person]) -> None:
    page = person("grace").get("/devices").get_data(as_text=True)
    assert "Front room tablet" in page and "Revoke" not in page and "/devices/new" not in page


# -- last seen -----------------------------------------------------------------------------------------------


def test_when_a_tablet_was_last_seen_is_written_once_a_minute_at_most(
    app: Flask, miriam: Person, given: Given, clock: time_machine.Traveller, statements: list[str]
) -> None:
    tablet = Person(app)
    tablet.get("/kiosk")
    statements.clear()
    for _ in range(6):
        clock.shift(timedelta(seconds=10))
        tablet.get("/kiosk")
    assert [one for one in statements if one.startswith("UPDATE")] == []
    clock.shift(timedelta(seconds=1))
    tablet.get("/kiosk")
    assert len([one for one in statements if one.startswith("UPDATE kiosk_device")]) == 1
    assert "Mar 16, 2026, 11:01 AM" in text(miriam.get("/devices"))


REFUSES = {
    "sqlite": [
        "CREATE TRIGGER no_touch BEFORE UPDATE ON kiosk_device BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION no_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''the disk is full''; END'",
        "CREATE TRIGGER no_touch BEFORE UPDATE ON kiosk_device FOR EACH ROW EXECUTE FUNCTION no_touch()",
    ],
}


@pytest.mark.owner
def test_a_page_does_not_fail_where_last_seen_cannot_be_written(app: Flask, kind: str) -> None:
    with app.app_context():
        for statement in REFUSES[kind]:
            db.session.execute(sql(statement))
        db.session.commit()
        db.session.remove()
    tablet = Person(app)
    assert tablet.get("/kiosk").status_code == 200
    assert tablet.opens("HS-1", cast.PIN)
    assert tablet.get("/kiosk/card").status_code == 200


# -- the red line --------------------------------------------------------------------------------------------


def test_leads_and_auditors_see_a_red_line_on_their_first_page_until_a_lead_has_looked_into_it(
    app: Flask, person: Callable[..., Person]
) -> None:
    spray = Person(app)
    for n in range(9):
        spray.send("/kiosk/sign-in", code=f"GUESS-{n}", pin="2580")
    sentence = "Too many wrong codes were typed at the kiosk: Front room tablet, Harbor Street."
    for username in ("miriam", "grace", "sam"):
        page = person(username).get("/").get_data(as_text=True)
        assert sentence in " ".join(re.sub("<[^>]+>", " ", page).split())
        assert 'href="/devices#stopped-1"' in page and 'class="notice wrong' in page
        assert 'id="stopped-1"' in person(username).get("/devices").get_data(as_text=True)
    for username in ("rosa", "anna"):
        assert sentence not in text(person(username).get("/"))
    miriam = person("miriam")
    assert miriam.send("/devices/1/release", shown_at="/devices").headers["Location"] == "/devices"
    assert sentence not in text(miriam.get("/"))
    assert spray.opens("HS-1", cast.PIN)
    trail = text(person("grace").get("/audit"))
    assert "Tablet 1 of Harbor Street stopped: too many wrong codes were typed there." in trail
    assert "Miriam looked into the wrong codes at tablet 1 of Harbor Street, and let it go on." in trail
    assert "GUESS" not in trail


# -- a locked client -----------------------------------------------------------------------------------------


def test_staff_see_until_when_a_client_is_locked_and_unlock_at_once(app: Flask, rosa: Person) -> None:
    for _ in range(6):
        Person(app).send("/kiosk/sign-in", code="HS-1", pin="9999")
    assert not Person(app).opens("HS-1", cast.PIN)
    assert "locked until 11:10 AM." in text(rosa.get("/clients/1")).replace("\u202f", " ")
    assert rosa.send("/clients/1/unlock", shown_at="/clients/1").headers["Location"] == "/clients/1"
    page = text(rosa.get("/clients/1"))
    assert "Unlocked. The PIN can be typed again now." in page and "locked until" not in page
    opened(app)


def test_only_who_may_change_a_client_of_the_site_unlocks_them(person: Callable[..., Person]) -> None:
    assert person("anna").send("/clients/1/unlock", shown_at="/password").status_code == 404
    assert person("grace").send("/clients/1/unlock", shown_at="/password").status_code == 403
    assert person("rosa").send_bare("/clients/1/unlock").status_code == 400
