"""The pages of verifications: run one, read its report, release the ledger, and take and compare checkpoints."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text as sql

from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.passwords import Hasher
from cm_tracker.web.ledger import verifications as checks
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text, ticks

People = Callable[..., Person]
Given = Callable[..., object]
ALLOWED = ("miriam", "grace", "sam")


@pytest.fixture(autouse=True)
def own_key(app: Flask, tmp_path: Path) -> Iterator[None]:
    app.instance_path = str(tmp_path)
    yield


def tamper(app: Flask, kind: str) -> None:
    with app.app_context():
        session = db.session()
        off = (
            "DROP TRIGGER account_moves_by_entries" if kind == "sqlite" else "ALTER TABLE account DISABLE TRIGGER USER"
        )
        session.execute(sql(off))
        session.execute(sql("UPDATE account SET balance = balance + 100 WHERE key = 'client:1:points'"))
        session.commit()
        db.session.remove()


def verify(person: Person) -> str:
    answer = person.send("/ledger/checks")
    assert answer.status_code == 200
    return text(answer)


def test_the_pages_of_verifications_and_checkpoints_pass_the_checklist(person: People) -> None:
    check(person, "/ledger/checks", allowed=ALLOWED, writes=True)
    check(person, "/ledger/checkpoint", allowed=ALLOWED, writes=True)
    check(person, "/ledger/compare", allowed=ALLOWED, writes=True)


def test_the_page_grows_while_the_ledger_is_verified(miriam: Person) -> None:
    assert ticks(miriam.send("/ledger/checks")) == 40


def test_times_are_in_the_zone_of_the_readers_sites(person: People, miriam: Person, given: Given) -> None:
    """NOW is 3 PM in UTC and 11 AM in New York. Readers with sites in several zones see UTC."""
    verify(miriam)
    for path in ("/ledger/checks", "/ledger/checks/1", "/audit"):
        assert "Mar 16, 2026, 11:00 AM" in text(miriam.get(path)), path
    assert "Mar 16, 2026, 11:00 AM" in text(person("sam").get("/ledger/checks"))
    chicago = given(add_site, name="Lake Street", time_zone="America/Chicago", actor=command(), now=cast.NOW)
    given(
        add_demonstration_account, username="nadia", display_name="Nadia", roles={"lead"}, site_ids=[cast.HARBOR, chicago],
        password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip
    for username in ("nadia", "sam"):
        assert "Mar 16, 2026, 3:00 PM" in text(person(username).get("/ledger/checks"))
        assert "Mar 16, 2026, 3:00 PM UTC" in text(person(username).get("/ledger/checks/1"))


def test_a_report_says_what_was_looked_at_and_what_no_level_covers(miriam: Person) -> None:
    verify(miriam)
    page = text(miriam.get("/ledger/checks/1"))
    assert "Rows of prize, by the audit trail 2" in " ".join(page.split())
    assert "Passwords, PINs, sign-ins that are open, and the paired tablets." in page


def test_the_page_of_a_report_passes_the_checklist(person: People, miriam: Person) -> None:
    verify(miriam)
    check(person, "/ledger/checks/1", allowed=ALLOWED, unknown="/ledger/checks/99", writes=True)


def test_a_verification_of_a_correct_ledger_has_no_findings(person: People, given: Given) -> None:
    given(cast.rich)
    grace = person("grace")
    page = grace.send("/ledger/checks")
    assert "No findings." in text(page)
    assert page.get_data(as_text=True).count("<span></span>") == 40
    content = text(grace.get("/ledger/checks/1"))
    assert "No findings" in content and "Records 12" in content and "Transactions 5" in content
    assert "No findings" in text(grace.get("/ledger/checks"))


@pytest.mark.owner
def test_with_a_finding_nothing_is_written_until_an_admin_has_looked(
    app: Flask, kind: str, person: People, miriam: Person, given: Given
) -> None:
    given(cast.rich)
    tamper(app, kind)
    assert "1 finding. Nothing can be recorded until an administrator has reviewed it." in verify(miriam)
    assert "the balance of client:1:points is 185, but its entries sum to 85" in text(miriam.get("/ledger/checks/1"))
    assert "The ledger failed verification on" in text(miriam.get("/"))
    with pytest.raises(LedgerInDoubt):
        given(cast.visit, 7)
    rosa = person("rosa")
    refused = rosa.send(
        "/enrollments/1/0/visits/new", happened_on="2026-03-09", collected_time="10:00", specimen="given",
        temperature="in_range", result_cocaine="negative",
    )  # fmt: skip
    assert refused.status_code == 422
    assert "nothing is written until an admin has looked. Keep the record on paper" in text(refused)
    assert rosa.get("/clients/1").status_code == 200, "pages can still be read"
    assert "An administrator has to review this." in text(miriam.get("/ledger/checks/1"))
    assert miriam.send("/ledger/checks/1", reason="I had a good look at it").status_code == 403
    sam = person("sam")
    assert sam.send("/ledger/checks/1", reason="looked").status_code == 422
    assert sam.send("/ledger/checks/1", reason="A repair by hand, see ticket 12").status_code == 303
    assert "A repair by hand" in text(sam.get("/ledger/checks/1"))
    given(cast.visit, 7)
    assert "failed verification" not in text(miriam.get("/"))


def test_a_checkpoint_is_taken_and_compared_by_its_code_or_its_text(miriam: Person, given: Given) -> None:
    given(cast.rich)
    assert "There is no checkpoint yet." in text(miriam.get("/ledger/checkpoint"))
    assert miriam.send("/ledger/checkpoint").status_code == 303
    page = miriam.get("/ledger/checkpoint").get_data(as_text=True)
    assert 'aria-label="The checkpoint as a QR code"' in page and "h1v1h-1z" in page
    code = page.split('short-code code">')[1].split("<")[0]
    assert code.startswith("13-")
    note = page.split("<pre")[1].split(">", 1)[1].split("</pre>")[0]
    given(cast.visit, 7)
    for kept in (code, note, code.lower().replace("-", " "), code.replace("-", "")):
        content = text(miriam.send("/ledger/compare", kept=kept))
        assert "first records match this checkpoint" in content
    other = miriam.send("/ledger/compare", kept="12-AAAQ-EAYE-AUDA-OCAJ")
    assert "This code does not match the first records of this ledger. Compare it with the paper" in text(other)
    assert "neither a short code" in text(miriam.send("/ledger/compare", kept="12-AAAQ-EAYE-AUDA"))
    for time in ("2024-13-45T99:99:99.000000Z", "0000-01-01T00:00:00.000000Z"):
        odd = re.sub(r"time [^\n]*", f"time {time}", unescape(note))
        assert miriam.send("/ledger/compare", kept=odd).status_code == 422
    wrong = miriam.send("/ledger/compare", kept="hello")
    assert wrong.status_code == 422 and "neither a short code" in text(wrong)


def test_a_clock_that_was_set_back_is_reported(
    miriam: Person, person: People, given: Given, clock: time_machine.Traveller
) -> None:
    given(cast.rich)
    clock.move_to(cast.NOW - timedelta(hours=3))
    assert "it shows an earlier time than the newest record. Nothing is lost" in text(person("rosa").get("/"))
    clock.move_to(cast.NOW)
    assert "an earlier time than the newest record" not in text(person("rosa").get("/"))


def test_only_one_verification_runs_at_a_time(miriam: Person, person: People, given: Given) -> None:
    """While one runs, others who start one read that it is running. After it has ended, the next one may run."""
    assert miriam.send("/ledger/checkpoint").status_code == 303
    code = miriam.get("/ledger/checkpoint").get_data(as_text=True).split('short-code code">')[1].split("<")[0]
    with checks._running:
        answer = miriam.send("/ledger/checks")
        assert answer.status_code == 303
        assert "A verification is already running." in text(miriam.get(answer.headers["Location"]))
        refused = person("grace").send("/ledger/compare", kept=code)
        assert (refused.status_code, "A verification is running." in text(refused)) == (422, True)
    assert "No findings." in text(miriam.send("/ledger/checks"))
    assert "first records match this checkpoint" in text(miriam.send("/ledger/compare", kept=code))
    assert not checks._running.locked()


@pytest.mark.owner
def test_the_record_of_a_finding_is_a_link_only_if_the_reader_may_open_it(
    app: Flask, kind: str, person: People, miriam: Person, given: Given
) -> None:
    """A visit and a transaction are changed at each of the two sites."""
    given(cast.visit, 0)
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    with app.app_context():
        for table in ("visit", "ledger_transaction"):
            off = (
                f"DROP TRIGGER {table}_refuses_update"
                if kind == "sqlite"
                else f"ALTER TABLE {table} DISABLE TRIGGER USER"
            )
            db.session.execute(sql(off))
            db.session.execute(sql(f"UPDATE {table} SET via = 'kiosk' WHERE via = 'web'"))
        db.session.commit()
        db.session.remove()
    verify(miriam)
    page = miriam.get("/ledger/checks/1")
    assert "visit:1 differs from its sealed body in: via" in text(page)
    assert "visit:2 differs from its sealed body in: via" in text(page)
    assert links_of(miriam) == {"/visits/1": "visit:1", "/ledger/3": "transaction:3"}, (
        "Miriam does not work at Mill Road"
    )
    assert links_of(person("grace")) == {"/ledger/3": "transaction:3", "/ledger/4": "transaction:4"}
    assert links_of(person("sam")) == {}
    for path in links_of(miriam):
        assert miriam.get(path).status_code == 200


def links_of(reader: Person) -> dict[str, str]:
    """Return the links to records in the first report: the address of each page, and the record's name."""
    page = reader.get("/ledger/checks/1").get_data(as_text=True)
    return dict(re.findall(r'<td class="breaks"><a href="([^"]*)">([^<]*)</a>', page))
