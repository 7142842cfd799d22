"""Hashes of the audit trail and digests of states, against bytes that are written out here."""

import hashlib

import pytest

from cm_tracker.domain.ledger.audit_chain import GENESIS, answer_digest, line_hash, state_digest

LINE = {
    "id": 3, "at": "2026-03-16T15:00:00.000000Z", "tag": "prize:changed", "staff_id": 3, "via": "web", "site_id": None,
    "client_id": None, "subject": "prize:5", "detail": '{"price_cents":500}', "note_digest": None,
}  # fmt: skip
BODY = (
    b'{"at":"2026-03-16T15:00:00.000000Z","client_id":null,"detail":"{\\"price_cents\\":500}","id":3,"note_digest":null,'
    b'"site_id":null,"staff_id":3,%s"subject":"prize:5","tag":"prize:changed","type":"audit_event","v":1,"via":"web"}'
)


def hashed(body: bytes) -> bytes:
    leaf = hashlib.sha256(b"\x00" + body).digest()
    return hashlib.sha256(b"cm-audit/1\x00" + b"\x00\x00\x00\x00\x00\x00\x00\x03" + bytes(32) + leaf).digest()


def test_the_hash_of_a_line_covers_its_number_the_one_before_and_all_columns() -> None:
    assert line_hash(GENESIS, LINE, None) == hashed(BODY % b"")


def test_the_hash_of_a_line_covers_the_states_that_it_keeps() -> None:
    kept = b'"states":"{\\"prize:5\\":\\"ab\\"}",'
    assert line_hash(GENESIS, LINE, '{"prize:5":"ab"}') == hashed(BODY % kept)


@pytest.mark.parametrize("name", LINE)
def test_a_change_of_any_column_changes_the_hash(name: str) -> None:
    assert line_hash(GENESIS, {**LINE, name: 4 if name == "id" else "other"}, None) != line_hash(GENESIS, LINE, None)


def test_a_state_is_over_the_salt_the_name_and_the_columns_that_hold_something() -> None:
    """printf 'cm-state/1\\0salt{"code":"HS-1","record":"client:1","site_id":1}' | sha256sum"""
    row = {"code": "HS-1", "site_id": 1, "merged_into_id": None}
    digest = hashlib.sha256(b'cm-state/1\x00salt{"code":"HS-1","record":"client:1","site_id":1}').hexdigest()
    assert state_digest("client:1", row, b"salt") == digest
    assert state_digest("client:1", row) != digest


def test_an_answer_is_over_the_key_and_what_it_was_used_for() -> None:
    written_out = (
        b'cm-state/1\x00{"answer":7,"fingerprint":"00ff","operation":"record_visit","record":"idempotency_key:k-1"}'
    )
    assert answer_digest("k-1", "record_visit", b"\x00\xff", 7) == hashlib.sha256(written_out).hexdigest()
