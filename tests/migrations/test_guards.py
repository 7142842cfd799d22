"""The database itself refuses plain SQL that would break the ledger."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner


SEALED = (
    "log",
    "ledger_transaction",
    "entry",
    "visit",
    "visit_result",
    "enrollment",
    "schedule_version",
    "audit_event",
)
COLUMN = {
    "log": "record = 'x:1'",
    "ledger_transaction": "kind = 'gift'",
    "entry": "amount = 1000",
    "visit": "outcome = 'met'",
    "visit_result": "result = 'negative'",
    "enrollment": "starts_on = '2020-01-01'",
    "schedule_version": "document = '{}'",
    "audit_event": "tag = 'nothing:happened'",
}


@pytest.mark.parametrize("table", SEALED)
def test_a_sealed_row_cannot_be_changed_or_deleted(session: Session, table: str) -> None:
    cast.rich(session)
    assert "written once" in refuses(session, f"UPDATE {table} SET {COLUMN[table]}")
    assert refuses(session, f"DELETE FROM {table}")


def test_a_row_cannot_be_replaced(session: Session, kind: str) -> None:
    cast.rich(session)
    insert = "INSERT OR REPLACE INTO" if kind == "sqlite" else "INSERT INTO"
    refuses(session, f"{insert} log SELECT * FROM log WHERE seq = 1")
    refuses(session, f"{insert} visit_result SELECT * FROM visit_result")
    refuses(session, f"{insert} account SELECT * FROM account")


@pytest.mark.parametrize("same", ["enrollment_id, behavior, happened_on, day_place", "site_id, specimen_id"])
def test_a_visit_cannot_be_replaced_by_a_row_with_another_id(session: Session, kind: str, same: str) -> None:
    """A row with a new id is the same visit if it has the same day and track, or the same specimen."""
    cast.visit(session, 0, specimen_id="U1")
    values = {
        "enrollment_id": "2", "site_id": "2", "behavior": "'other'", "happened_on": "'2026-03-09'", "day_place": "2",
        "outcome": "'met'", "specimen_id": "'U2'", "recorded_at": "recorded_at", "via": "'web'",
    }  # fmt: skip
    values.update({name: name for name in same.split(", ")})
    insert = "INSERT OR REPLACE INTO" if kind == "sqlite" else "INSERT INTO"
    refuses(
        session, f"{insert} visit ({', '.join(values)}) SELECT {', '.join(values.values())} FROM visit WHERE id = 1"
    )
    assert session.execute(text("SELECT COUNT(*) FROM visit WHERE id = 1")).scalar_one() == 1


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_no_table_can_be_emptied_at_once(session: Session) -> None:
    cast.rich(session)
    for table in (*SEALED, "account", "log_head", "audit_head", "audit_anchor"):
        assert "written once" in refuses(session, f"TRUNCATE {table} CASCADE")


def test_a_balance_changes_only_by_an_entry(session: Session) -> None:
    cast.rich(session)
    assert "only by an entry" in refuses(session, "UPDATE account SET balance = 1000 WHERE kind = 'client'")
    assert "only by an entry" in refuses(
        session, "UPDATE account SET balance = balance + 10, last_entry_id = last_entry_id + 1 WHERE kind = 'client'"
    )
    assert refuses(session, "DELETE FROM account WHERE kind = 'client'")


def test_an_account_starts_at_zero(session: Session) -> None:
    insert = "INSERT INTO account (key, kind, unit, balance) VALUES ('client:9:points', 'client', 'points', {})"
    assert "starts at zero" in refuses(session, insert.format(5))
    assert refuses(session, insert.format("NULL"))


def test_an_entry_cannot_be_added_to_a_sealed_transaction(session: Session) -> None:
    cast.rich(session)
    assert "sealed" in refuses(
        session,
        "INSERT INTO entry (transaction_id, position, account_id, unit, amount) "
        "SELECT MAX(transaction_id), 9, MAX(account_id), 'points', 5 FROM entry",
    )


def test_a_result_cannot_be_added_to_a_sealed_visit(session: Session) -> None:
    cast.visit(session, 0)
    assert "sealed" in refuses(
        session, "INSERT INTO visit_result (visit_id, analyte, result) SELECT MAX(id), 'thc', 'negative' FROM visit"
    )


NEW = (
    "INSERT INTO ledger_transaction (id, kind, site_id, recorded_at, via) "
    "VALUES (900, 'gift', 1, '2026-03-16 15:00:00', 'web')"
)


def log_row(record: str, seq: str = "(SELECT size + 1 FROM log_head)", octets: int = 32) -> str:
    hexa = "00" * octets
    return (
        f"INSERT INTO log (seq, record, body, leaf, hash) SELECT {seq}, '{record}', "
        f"{{b}}'{hexa}'{{e}}, {{b}}'{hexa}'{{e}}, {{b}}'{hexa}'{{e}}"
    )


def blob(statement: str, kind: str) -> str:
    return statement.format(b="X", e="") if kind == "sqlite" else statement.format(b="decode(", e=", 'hex')")


def entry(amount: int, position: int, account: str = "client") -> str:
    return (
        "INSERT INTO entry (transaction_id, position, account_id, unit, amount) "
        f"SELECT 900, {position}, id, unit, {amount} FROM account WHERE kind = '{account}' AND unit = 'points' LIMIT 1"
    )


def test_a_commit_without_a_seal_is_refused(session: Session) -> None:
    cast.rich(session)
    assert refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"))


def test_a_seal_needs_two_entries_that_sum_to_zero(session: Session, kind: str) -> None:
    cast.rich(session)
    seal = blob(log_row("transaction:900"), kind)
    assert "at least two entries" in refuses(session, NEW, seal)
    assert "sums to zero" in refuses(session, NEW, entry(5, 1), entry(-4, 2, "issued"), seal)


def test_a_seal_must_have_the_next_number(session: Session, kind: str) -> None:
    cast.rich(session)
    for wrong in ("(SELECT size + 2 FROM log_head)", "(SELECT size FROM log_head)", "0"):
        assert refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"), blob(log_row("transaction:900", wrong), kind))


def test_a_hash_has_32_bytes(session: Session, kind: str) -> None:
    cast.rich(session)
    seal = blob(log_row("transaction:900", octets=31), kind)
    assert "32 bytes" in refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"), seal)


def test_a_line_of_the_audit_trail_follows_the_newest_one(session: Session, kind: str) -> None:
    now, zeros = (
        ("now()", "decode(repeat('00', 32), 'hex')") if kind == "postgresql" else ("'2026-03-16'", "zeroblob(32)")
    )
    insert = (
        "INSERT INTO audit_event (id, at, tag, via, subject, detail, hash) "
        f"VALUES ({{}}, {now}, 'nothing:happened', 'web', 'visit:1', '{{{{}}}}', {{}})"
    )
    newest = session.execute(text("SELECT last_id FROM audit_head")).scalar_one()
    for number in (newest, newest + 2, 0):
        assert refuses(session, insert.format(number, zeros))
    assert "32 bytes" in refuses(session, insert.format(newest + 1, "NULL"))


def test_the_head_of_the_audit_trail_changes_only_with_a_line(session: Session) -> None:
    assert "only with the trail" in refuses(session, "UPDATE audit_head SET last_id = last_id + 1, size = size + 1")
    assert refuses(session, "DELETE FROM audit_head")


def test_an_answer_to_a_form_is_kept_once(session: Session) -> None:
    cast.rich(session)
    assert "first answer" in refuses(session, "UPDATE idempotency_key SET answer = answer + 1")
    assert "first answer" in refuses(session, "DELETE FROM idempotency_key")


def test_a_note_is_never_changed_only_erased(session: Session) -> None:
    cast.visit(session, 0, note="a quiet day")
    assert "only erased" in refuses(session, "UPDATE note SET text = 'a loud day'")
    assert "only erased" in refuses(session, "DELETE FROM note")


def test_the_head_changes_only_with_the_log(session: Session) -> None:
    cast.rich(session)
    assert "only with the log" in refuses(session, "UPDATE log_head SET size = size + 1")
    assert refuses(session, "DELETE FROM log_head")


def test_an_entry_is_never_zero_and_a_balance_never_negative(session: Session) -> None:
    cast.rich(session)
    assert refuses(session, NEW, entry(0, 1))
    assert refuses(session, NEW, entry(-1000, 1))


def test_the_database_refuses_the_same_visit_twice(session: Session) -> None:
    cast.visit(session, 0, specimen_id="U1")
    columns = "enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimen_id, recorded_at, via"
    message = refuses(session, f"INSERT INTO visit ({columns}) SELECT {columns} FROM visit")
    assert "unique" in message.lower() or "another visit stands" in message


COPIED = "enrollment_id, site_id, behavior, outcome, recorded_at, via"


def test_a_correction_stays_in_its_enrollment_and_track(session: Session) -> None:
    cast.visit(session, 0)
    copy = (
        "INSERT INTO visit (enrollment_id, site_id, behavior, outcome, recorded_at, via, happened_on, day_place, "
        "corrects_id, correction) SELECT {}, {}, outcome, recorded_at, via, happened_on, day_place, id, 'corrected' "
        "FROM visit WHERE id = 1"
    )
    for values in (("2, site_id", "behavior"), ("enrollment_id, site_id", "'other'")):
        assert "its enrollment and track" in refuses(session, copy.format(*values))


def test_a_correction_cannot_take_the_day_of_another_visit(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2)
    message = refuses(
        session,
        f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
        f"SELECT {COPIED}, '2026-03-02', 1, id, 'corrected' FROM visit WHERE id = 2",
    )
    assert "unique" in message.lower() or "another visit stands" in message


def test_an_unknown_correction_is_refused(session: Session) -> None:
    cast.visit(session, 0)
    assert refuses(
        session,
        f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
        f"SELECT {COPIED}, happened_on, 1, id, 'because I say so' FROM visit WHERE id = 1",
    )


def adjustment_request(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO adjustment_request (client_id, site_id, unit, amount, note_digest, requested_at, staff_id) "
            "SELECT 1, 1, 'points', 5, digest, '2026-03-16 15:00:00', 3 FROM note LIMIT 1"
        )
    )
    with_a_line(session, "adjustment:requested")


def with_a_line(session: Session, tag: str) -> None:
    """Commit with a line of the audit trail, as an operation does."""
    keep_states(session, "adjustment_request:1")
    note_audit(session, tag, "adjustment_request:1", actor=cast.miriam, now=cast.NOW)
    session.commit()


def test_an_adjustment_is_decided_once_by_a_second_person(session: Session) -> None:
    adjustment_request(session)
    decide = "UPDATE adjustment_request SET decision = 'approved', decided_by_id = {}"
    assert refuses(session, decide.format(3))
    assert "decided once" in refuses(session, "UPDATE adjustment_request SET amount = 500, decision = 'declined'")
    session.execute(text("UPDATE adjustment_request SET decision = 'declined', decided_by_id = 1"))
    with_a_line(session, "adjustment:decided")
    assert "decided once" in refuses(session, decide.format(2))
    assert refuses(session, "DELETE FROM adjustment_request")
