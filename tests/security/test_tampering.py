"""What an auditor relies on, and how somebody with the rights of the database's owner could falsify it.

Each way is found by `cm-tracker ledger verify` with the database alone, in a sentence that an auditor understands. The
twelve of the ledger come first, then what a security review found to be missed: the audit trail, reasons, requests,
codes, sites, prices, roles, offers, checkpoints, answers to forms and the secrets of draws.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.models import VisitRow
from cm_tracker.operations.audit.erase_note import erase_note
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import signer
from tests import cast, drawing, tampering
from tests.tampering import Tampered

pytestmark = pytest.mark.owner


def prepare(session: Session, folder: Path) -> None:
    """Add what the program has besides visits: a request, an open offer, a draw, and an earlier checkpoint."""
    take_checkpoint(session, signer=signer(folder, ()), actor=command(), now=cast.NOW)
    request_adjustment(
        session, client_id=cast.AMIR, unit="points", amount=500, reason="A prize was broken", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, price_points=20, quantity=1, tier=None, is_set_aside=False,
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    dora = drawing.dora(session)
    commit_draw(session, client_id=dora, actor=cast.rosa, now=cast.NOW)
    drawing.draw(session, dora, 1)


@pytest.fixture
def ledger(app: Flask, kind: str, tmp_path: Path) -> Iterator[Tampered]:
    with tampering.tampering(app, kind, tmp_path, lambda session: prepare(session, tmp_path)) as tampered:
        yield tampered


OF_THE_LEDGER: list[tuple[Callable[[Tampered], None], str]] = [
    (tampering.body_edited, "has a leaf that is not the leaf of its body"),
    (tampering.body_and_its_own_link, "has a hash that does not follow from the hash before it"),
    (tampering.middle_deleted, "record 9 is missing"),
    (tampering.two_swapped, "has a hash that does not follow from the hash before it"),
    (tampering.inserted, "transaction:900 is in its table, but was never sealed"),
    (tampering.entries_edited, "differs from its sealed body in: entries"),
    (tampering.entries_and_balance, "differs from its sealed body in: entries"),
    (tampering.balance_alone, "the balance of client:1:points is 130, but its entries sum to 120"),
    (tampering.visits_row_edited, "visit:2 differs from its sealed body in: outcome"),
    (tampering.published_version_edited, "schedule_version:1 differs from its sealed body in: document"),
    (tampering.tail_cut, "its newest records were cut off"),
    (tampering.log_rewritten, "records are not those of a checkpoint"),
]


def lines_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM audit_event WHERE id BETWEEN 5 AND 20")


def newest_lines_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM audit_event WHERE id > 25")


def line_changed(ledger: Tampered) -> None:
    ledger.run(
        "UPDATE audit_event SET staff_id = 2 WHERE id = (SELECT MIN(id) FROM audit_event WHERE tag = 'visit:recorded')"
    )


def trail_rewritten(ledger: Tampered) -> None:
    """Leave out every sign of a visit, and give all other lines correct numbers and hashes."""
    ledger.rewrite_trail(but="visit:recorded")


def reason_erased(ledger: Tampered) -> None:
    ledger.run("UPDATE note SET text = NULL WHERE digest = (SELECT note_digest FROM adjustment_request)")


def reason_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM note WHERE digest = (SELECT note_digest FROM adjustment_request)")


def sealed_reason_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM note WHERE digest IN (SELECT note_digest FROM visit)")


def request_approved(ledger: Tampered) -> None:
    ledger.run("UPDATE adjustment_request SET decision = 'approved', decided_by_id = 4")


def code_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE client SET code = 'HS-77' WHERE id = 1")


def name_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE client SET preferred_name = 'Somebody else' WHERE id = 2")


def client_moved(ledger: Tampered) -> None:
    ledger.run("UPDATE client SET site_id = 2 WHERE id = 1")


def price_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE prize SET price_cents = 1 WHERE id = 1")


def role_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE staff SET roles = 'admin' WHERE username = 'leo'")


def site_added_to_an_account(ledger: Tampered) -> None:
    ledger.run("INSERT INTO staff_site (staff_id, site_id) VALUES (1, 2)")


def account_added(ledger: Tampered) -> None:
    ledger.run(
        "INSERT INTO staff (id, username, display_name, roles, password_hash, is_active, created_at) "
        "SELECT 99, 'ghost', 'Ghost', 'admin', password_hash, is_active, created_at FROM staff WHERE id = 1"
    )


def offer_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE offer SET price_points = 1 WHERE redemption_id IS NULL")


def checkpoint_rewritten(ledger: Tampered) -> None:
    ledger.run("UPDATE checkpoint SET taken_at = '2026-01-01 00:00:00.000000' WHERE id = 1")


def checkpoint_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM checkpoint WHERE id = 1")


def answer_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE idempotency_key SET answer = 900 WHERE operation = 'offer_prize'")


def secret_changed(ledger: Tampered) -> None:
    ledger.run("UPDATE draw_secret SET secret = :other WHERE commitment_id = 1", other=bytes(32))


def secret_deleted(ledger: Tampered) -> None:
    ledger.run("DELETE FROM draw_secret WHERE commitment_id = 1")


MISSED_BEFORE: list[tuple[Callable[[Tampered], None], str]] = [
    (lines_deleted, "lines 5 to 20 of the audit trail: missing, somebody deleted what stood there"),
    (newest_lines_deleted, "the audit trail has 25 lines, but"),
    (line_changed, "of the audit trail was changed after it was written"),
    (trail_rewritten, "audit_anchor:1 names another audit trail: a line before it was changed"),
    (reason_erased, "is gone, and no line of the audit trail says who erased it and why"),
    (reason_deleted, "was deleted: a line of the audit trail names it"),
    (sealed_reason_deleted, "names a note that was deleted"),
    (request_approved, "adjustment_request:1 says that it was approved, but no sealed adjustment is behind it"),
    (request_approved, "adjustment_request:1 was changed outside the program (amount or decision)"),
    (code_changed, "client:1 was changed outside the program (code, site, name or main record)"),
    (name_changed, "client:2 was changed outside the program (code, site, name or main record)"),
    (client_moved, "client:1 was changed outside the program (code, site, name or main record)"),
    (price_changed, "prize:1 was changed outside the program (price, name or rules)"),
    (role_changed, "staff:2 was changed outside the program (name, roles or sites)"),
    (site_added_to_an_account, "staff:1 was changed outside the program (name, roles or sites)"),
    (account_added, "staff:99 was added outside the program: no line tells of it"),
    (offer_changed, "offer:2 was changed outside the program (price or fate)"),
    (checkpoint_rewritten, "checkpoint:1 was changed outside the program (size or signed text)"),
    (checkpoint_deleted, "checkpoint:1 was deleted outside the program"),
    (checkpoint_deleted, "audit_anchor:2 names a checkpoint before it that is missing or was rewritten"),
    (answer_changed, "the answer to a form was changed outside the program"),
    (secret_changed, "draw:1 was drawn with another secret than the one that is kept now"),
    (secret_deleted, "draw:1 was drawn with another secret than the one that is kept now"),
]


def test_there_are_no_findings_before_the_database_is_changed(ledger: Tampered) -> None:
    assert ledger.found(against=True) == set()


@pytest.mark.parametrize(
    ("tamper", "sentence"), OF_THE_LEDGER + MISSED_BEFORE, ids=lambda value: getattr(value, "__name__", "")
)
def test_each_way_to_tamper_is_named(ledger: Tampered, tamper: Callable[[Tampered], None], sentence: str) -> None:
    tamper(ledger)
    assert [one for one in ledger.sentences() if sentence in one]


def test_a_note_that_was_erased_on_the_record_is_named_as_erased_and_no_finding(app: Flask, session: Session) -> None:
    visit = cast.visit(session, 7, note="a quiet day")
    note = note_of(session, visit)
    erase_note(session, digest=note, reason="The client asked for it", actor=cast.sam, now=cast.NOW)
    verification = verify_ledger(session)
    assert verification.findings == []
    [erased] = verification.erased
    assert erased.says.startswith(f"note {note.hex()[:16]} was erased by staff 5 on 2026-03-16; line ")


def test_the_report_says_level_by_level_what_was_looked_at(session: Session) -> None:
    cast.rich(session)
    looked_at = {(one.level, one.what): one.count for one in verify_ledger(session).looked_at}
    assert looked_at[2, "records of the log"] == 2 + 2 + 2 + 3 * 2  # versions, enrollments, deliveries, visits
    assert looked_at[3, "rows of prize, by the audit trail"] == 2
    assert looked_at[3, "rows of staff, by the audit trail"] == 6
    assert looked_at[4, "enrollments, replayed"] == 2
    assert {level for level, _ in looked_at} == {1, 2, 3, 4}


def note_of(session: Session, visit_id: int) -> bytes:
    digest = session.get_one(VisitRow, visit_id).note_digest
    assert digest is not None
    return bytes(digest)
