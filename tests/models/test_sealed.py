"""The bodies of sealed records, typed by hand: whatever is added to a table, what was sealed stays as it was."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cm_tracker.models.sealed import COLUMNS, IN_EVERY_BODY, LEFT_OUT_IF_EMPTY, SEALED, body, table_of

AT = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
DIGEST = bytes.fromhex("00ff" * 16)

# A row of each kind, as its table was when its first record was sealed, and its body.
FIRST: dict[str, tuple[dict[str, Any], str]] = {
    "schedule_version": (
        {"schedule_id": 2, "number": 1, "document": '{"name":"Higgins"}'},
        r'{"document":"{\"name\":\"Higgins\"}","id":7,"number":1,"recorded_at":"2026-03-16T15:00:00.000000Z",'
        r'"schedule_id":2,"staff_id":4,"type":"schedule_version","v":1,"via":"web"}',
    ),
    "client_transfer": (
        {"client_id": 1, "site_id": 1, "to_site_id": 2, "first_day": date(2026, 3, 16), "note_digest": DIGEST},
        '{"client_id":1,"first_day":"2026-03-16","id":7,"note_digest":"' + "00ff" * 16 + '",'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,"to_site_id":2,'
        '"type":"client_transfer","v":1,"via":"web"}',
    ),
    "code_change": (
        {"client_id": 1, "site_id": 1, "old_code_digest": DIGEST, "note_digest": DIGEST},
        '{"client_id":1,"id":7,"note_digest":"' + "00ff" * 16 + '","old_code_digest":"' + "00ff" * 16 + '",'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,"type":"code_change","v":1,"via":"web"}',
    ),
    "enrollment": (
        {"client_id": 1, "schedule_version_id": 3, "starts_on": date(2026, 3, 2)},
        '{"client_id":1,"id":7,"recorded_at":"2026-03-16T15:00:00.000000Z","schedule_version_id":3,"staff_id":4,'
        '"starts_on":"2026-03-02","type":"enrollment","v":1,"via":"web"}',
    ),
    "enrollment_event": (
        {"enrollment_id": 3, "site_id": 1, "kind": "pause", "from_day": date(2026, 3, 9), "to_day": date(2026, 3, 15),
         "replaces_id": 5, "state": "counts", "note_digest": DIGEST},
        '{"enrollment_id":3,"from_day":"2026-03-09","id":7,"kind":"pause","note_digest":"' + "00ff" * 16 + '",'
        '"reason":null,"recorded_at":"2026-03-16T15:00:00.000000Z","replaces_id":5,"schedule_version_id":null,'
        '"site_id":1,"staff_id":4,"state":"counts","to_day":"2026-03-15","type":"enrollment_event","v":1,"via":"web"}',
    ),
    "signed_agreement": (
        {"enrollment_id": 3, "site_id": 1, "schedule_version_id": 5, "language": "es", "way": "screen",
         "signed_on": date(2026, 3, 2), "witness_id": 4, "note_digest": DIGEST},
        '{"enrollment_id":3,"id":7,"language":"es","note_digest":"' + "00ff" * 16 + '",'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","schedule_version_id":5,"signed_on":"2026-03-02","site_id":1,'
        '"staff_id":4,"type":"signed_agreement","v":1,"via":"web","way":"screen","witness_id":4}',
    ),
    "client_merge": (
        {"site_id": 1, "from_client_id": 3, "into_client_id": 1, "note_digest": DIGEST, "request_id": 2,
         "requested_by_id": 5},
        '{"from_client_id":3,"id":7,"into_client_id":1,"note_digest":"' + "00ff" * 16 + '",'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","request_id":2,"requested_by_id":5,"site_id":1,"staff_id":4,'
        '"type":"client_merge","v":1,"via":"web"}',
    ),
    "visit": (
        {"enrollment_id": 1, "site_id": 1, "behavior": "cocaine-negative", "happened_on": date(2026, 3, 2),
         "day_place": 1, "outcome": "met"},
        '{"behavior":"cocaine-negative","collected_at":null,"corrects_id":null,"day_place":1,"enrollment_id":1,'
        '"excuse":null,"happened_on":"2026-03-02","id":7,"note_digest":null,"outcome":"met","read_at":null,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","results":[],"site_id":1,"specimen":null,"specimen_id":null,'
        '"staff_id":4,"temperature":null,"type":"visit","v":1,"via":"web"}',
    ),
    "transaction": (
        {"kind": "award", "site_id": 1, "client_id": 1},
        '{"client_id":1,"entries":[],"id":7,"kind":"award","note_digest":null,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,"type":"transaction",'
        '"undoes_id":null,"v":1,"via":"web"}',
    ),
    "redemption": (
        {"client_id": 1, "site_id": 1, "prize_id": 2, "prize_name": "Mug", "price_points": 20, "quantity": 1,
         "transaction_id": 5},
        '{"client_id":1,"id":7,"price_points":20,"prize_id":2,"prize_name":"Mug","quantity":1,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,"transaction_id":5,'
        '"type":"redemption","v":1,"via":"web"}',
    ),
    "adjustment": (
        {"client_id": 1, "site_id": 1, "unit": "points", "amount": -5, "note_digest": DIGEST, "request_id": 3,
         "transaction_id": 5},
        f'{{"amount":-5,"client_id":1,"id":7,"note_digest":"{"00ff" * 16}",'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","request_id":3,"requested_by_id":null,"site_id":1,'
        '"staff_id":4,"transaction_id":5,"type":"adjustment","unit":"points","v":1,"via":"web"}',
    ),
    "commitment": (
        {"client_id": 1, "enrollment_id": 1, "site_id": 1, "number": 1, "digest": DIGEST},
        f'{{"client_id":1,"digest":"{"00ff" * 16}","enrollment_id":1,"id":7,"number":1,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,"type":"commitment","v":1,"via":"web"}',
    ),
    "draw": (
        {"commitment_id": 3, "client_id": 1, "site_id": 1, "happened_on": date(2026, 3, 16), "secret": DIGEST,
         "client_part": "word summer", "slip": 12, "tier": "small", "cents": 100, "given_cents": 0,
         "transaction_id": 5},
        '{"cents":100,"client_id":1,"client_part":"word summer","commitment_id":3,"cut_by":null,"given_cents":0,'
        '"given_tier":null,"happened_on":"2026-03-16","id":7,"recorded_at":"2026-03-16T15:00:00.000000Z",'
        f'"secret":"{"00ff" * 16}","site_id":1,"slip":12,"staff_id":4,"tier":"small","transaction_id":5,'
        '"type":"draw","v":1,"via":"web"}',
    ),
    "delivery": (
        {"site_id": 1, "prize_id": 2, "quantity": 5, "unit_cents": 450, "transaction_id": 5},
        '{"id":7,"note_digest":null,"prize_id":2,"quantity":5,"recorded_at":"2026-03-16T15:00:00.000000Z",'
        '"site_id":1,"staff_id":4,"transaction_id":5,"type":"delivery","unit_cents":450,"v":1,"via":"web"}',
    ),
    "gift_card": (
        {"site_id": 1, "prize_id": 2, "last_four": "4821"},
        '{"id":7,"last_four":"4821","prize_id":2,"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,'
        '"staff_id":4,"type":"gift_card","v":1,"via":"web"}',
    ),
    "handover": (
        {"redemption_id": 3, "client_id": 1, "site_id": 1, "confirmed": "screen", "transaction_id": 5},
        '{"client_id":1,"confirmed":"screen","id":7,"note_digest":null,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","redemption_id":3,"site_id":1,"staff_id":4,'
        '"transaction_id":5,"type":"handover","v":1,"via":"web"}',
    ),
    "ceiling_cut": (
        {"visit_id": 3, "site_id": 1, "points": 20, "scope": "calendar_year", "because": "visit:5"},
        '{"because":"visit:5","id":7,"points":20,"recorded_at":"2026-03-16T15:00:00.000000Z","scope":"calendar_year",'
        '"site_id":1,"staff_id":4,"type":"ceiling_cut","v":1,"via":"web","visit_id":3}',
    ),
    "trade": (
        {"client_id": 1, "site_id": 1, "enrollment_id": 1, "happened_on": date(2026, 3, 16), "tier": "small",
         "draws": "[1,2,3,4,5]", "to_tier": "large", "cents": 2000, "confirmed": "screen", "transaction_id": 5},
        '{"cents":2000,"client_id":1,"confirmed":"screen","draws":"[1,2,3,4,5]","enrollment_id":1,'
        '"happened_on":"2026-03-16","id":7,"note_digest":null,"recorded_at":"2026-03-16T15:00:00.000000Z",'
        '"site_id":1,"staff_id":4,"tier":"small","to_tier":"large","transaction_id":5,"type":"trade","v":1,'
        '"via":"web"}',
    ),
    "stock_count": (
        {"site_id": 1, "lines": "[[1,5,4]]"},
        '{"id":7,"lines":"[[1,5,4]]","recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,"staff_id":4,'
        '"type":"stock_count","v":1,"via":"web"}',
    ),
    "count_check": (
        {"count_id": 3, "site_id": 1},
        '{"count_id":3,"id":7,"own_count_id":null,"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,'
        '"staff_id":4,"type":"count_check","v":1,"via":"web"}',
    ),
    "count_signature": (
        {"count_id": 3, "site_id": 1},
        '{"count_id":3,"id":7,"note_digest":null,"recorded_at":"2026-03-16T15:00:00.000000Z","site_id":1,'
        '"staff_id":4,"transaction_id":null,"type":"count_signature","v":1,"via":"web"}',
    ),
    "audit_anchor": (
        {"last_event_id": 41, "events": 40, "audit_hash": DIGEST},
        '{"audit_hash":"' + "00ff" * 16 + '","events":40,"id":7,"last_event_id":41,"previous_digest":null,'
        '"recorded_at":"2026-03-16T15:00:00.000000Z","staff_id":4,"type":"audit_anchor","v":1,"via":"web"}',
    ),
}  # fmt: skip


def row(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """A row with these values and nothing in its other columns."""
    return {**dict.fromkeys(COLUMNS[kind]), "id": 7, "recorded_at": AT, "staff_id": 4, "via": "web", **values}


@pytest.mark.parametrize("kind", SEALED)
def test_a_record_is_sealed_as_it_always_was(kind: str) -> None:
    assert kind in FIRST, f"Add a row of {kind} and its body to this table: docs/ledger.md, “Add a sealed table”."
    values, sealed = FIRST[kind]
    assert body(kind, row(kind, values)).decode() == sealed, (
        f"This would break the seal of every {kind} that is in somebody's ledger. Leave IN_EVERY_BODY as it is: "
        "docs/ledger.md, “Add a column to a sealed record”."
    )


@pytest.mark.parametrize("kind", SEALED)
def test_a_column_that_came_later_may_be_empty(kind: str) -> None:
    for name in LEFT_OUT_IF_EMPTY[kind]:
        column = table_of(kind).columns[name]
        assert column.nullable and column.server_default is None, (
            f"{table_of(kind).name}.{name} gives the records from before it a value that is not in their sealed "
            "bodies. Let it be NULL there: docs/ledger.md, “Add a column to a sealed record”."
        )


@pytest.mark.parametrize("kind", SEALED)
def test_no_column_goes_that_a_body_holds(kind: str) -> None:
    assert set(COLUMNS[kind]) >= IN_EVERY_BODY[kind], f"The bodies of {kind} hold a column that its table has not."


def test_a_later_column_is_sealed_where_it_holds_something() -> None:
    values, sealed = FIRST["transaction"]
    assert body("transaction", row("transaction", {**values, "because": "visit:17"})).decode() == sealed.replace(
        '{"client_id"', '{"because":"visit:17","client_id"'
    )


def test_the_specimens_of_a_visit_are_sealed_as_text() -> None:
    values, sealed = FIRST["visit"]
    assert body("visit", row("visit", {**values, "specimens": '[{"specimen":"dilute"}]'})).decode() == sealed.replace(
        '"staff_id":4', r'"specimens":"[{\"specimen\":\"dilute\"}]","staff_id":4'
    )


def test_parts_are_sealed_with_their_record() -> None:
    values, sealed = FIRST["transaction"]
    entries = [("issued:1:points", "points", -10, 8), ("client:1:points", "points", 10, 8)]
    assert body("transaction", row("transaction", values), entries).decode() == sealed.replace(
        '"entries":[]', '"entries":[["issued:1:points","points",-10,8],["client:1:points","points",10,8]]'
    )
    values, sealed = FIRST["visit"]
    assert body("visit", row("visit", values), [("cocaine", "negative")]).decode() == sealed.replace(
        '"results":[]', '"results":[["cocaine","negative"]]'
    )
