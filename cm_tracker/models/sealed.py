"""How a row of a sealed table becomes the body that the log holds.

A body holds every column of its row except `record` (which is its name in the log), and the row's parts (a
transaction's entries, a visit's results). Writing and verifying both read the columns from here. So a
column that is added to a table is sealed and checked without another line of code, as long as it may be
NULL: a body leaves out a later column that holds nothing, so records that were sealed before it still
equal their rows. docs/ledger.md has the recipe.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table

from cm_tracker.db import Base, table
from cm_tracker.domain.ledger.chain import VERSION, canonical_body
from cm_tracker.models.clients import (
    ClientMerge,
    ClientTransfer,
    CodeChange,
    Enrollment,
    EnrollmentEventRow,
    SignedAgreement,
)
from cm_tracker.models.ledger.adjustments import Adjustment
from cm_tracker.models.ledger.checkpoints import AuditAnchor
from cm_tracker.models.ledger.ledger import Transaction
from cm_tracker.models.prizes.catalog import Delivery, GiftCard
from cm_tracker.models.prizes.counts import CountCheck, CountSignature, StockCount
from cm_tracker.models.prizes.draws import Commitment, Draw
from cm_tracker.models.prizes.redemptions import Handover, Redemption
from cm_tracker.models.prizes.trades import Trade
from cm_tracker.models.schedules import ScheduleVersion
from cm_tracker.models.visits import CeilingCut, VisitRow

SEALED: dict[str, type[Base]] = {
    "schedule_version": ScheduleVersion,
    "client_transfer": ClientTransfer,
    "code_change": CodeChange,
    "enrollment": Enrollment,
    "enrollment_event": EnrollmentEventRow,
    "signed_agreement": SignedAgreement,
    "client_merge": ClientMerge,
    "visit": VisitRow,
    "ceiling_cut": CeilingCut,
    "transaction": Transaction,
    "redemption": Redemption,
    "adjustment": Adjustment,
    "commitment": Commitment,
    "draw": Draw,
    "delivery": Delivery,
    "gift_card": GiftCard,
    "handover": Handover,
    "trade": Trade,
    "stock_count": StockCount,
    "count_check": CountCheck,
    "count_signature": CountSignature,
    "audit_anchor": AuditAnchor,
}


# The columns that each table had when its first record was sealed. Every body holds them, even where they
# are empty. Never change a line, because the bodies that are sealed do not change. A new table gets a new line.
_OF_ALL = "id recorded_at staff_id via "
IN_EVERY_BODY = {
    kind: frozenset((_OF_ALL + columns).split())
    for kind, columns in {
        "schedule_version": "schedule_id number document",
        "client_transfer": "client_id site_id to_site_id first_day note_digest",
        "code_change": "client_id site_id old_code_digest note_digest",
        "enrollment": "client_id schedule_version_id starts_on",
        "enrollment_event": "enrollment_id site_id kind from_day to_day reason schedule_version_id replaces_id "
        "state note_digest",
        "signed_agreement": "enrollment_id site_id schedule_version_id language way signed_on witness_id note_digest",
        "client_merge": "site_id from_client_id into_client_id note_digest request_id requested_by_id",
        "visit": "enrollment_id site_id behavior happened_on day_place outcome specimen specimen_id temperature "
        "collected_at read_at excuse note_digest corrects_id",
        "ceiling_cut": "visit_id site_id points scope because",
        "transaction": "kind site_id client_id undoes_id note_digest",
        "redemption": "client_id site_id prize_id prize_name price_points quantity transaction_id",
        "adjustment": "client_id site_id unit amount note_digest request_id requested_by_id transaction_id",
        "commitment": "client_id enrollment_id site_id number digest",
        "draw": "commitment_id client_id site_id happened_on secret client_part slip tier cents given_tier given_cents "
        "cut_by transaction_id",
        "delivery": "site_id prize_id quantity unit_cents note_digest transaction_id",
        "gift_card": "site_id prize_id last_four",
        "handover": "redemption_id client_id site_id confirmed note_digest transaction_id",
        "trade": "client_id site_id enrollment_id happened_on tier draws to_tier cents confirmed note_digest "
        "transaction_id",
        "stock_count": "site_id lines",
        "count_check": "count_id site_id own_count_id",
        "count_signature": "count_id site_id note_digest transaction_id",
        "audit_anchor": "last_event_id events audit_hash previous_digest",
    }.items()
}


class Parts(NamedTuple):
    """The rows that belong to a record: their name in its body, their table, and its column that names the record."""

    name: str
    table: str
    owner: str


PARTS = {
    "transaction": Parts("entries", "entry", "transaction_id"),
    "visit": Parts("results", "visit_result", "visit_id"),
}


def table_of(kind: str) -> Table:
    """Return the table that holds the records of a kind."""
    return table(SEALED[kind])


# By kind: the columns of a body, and those among them that it leaves out where they are empty.
COLUMNS = {kind: tuple(c.name for c in table_of(kind).columns if c.name != "record") for kind in SEALED}
LEFT_OUT_IF_EMPTY = {
    kind: tuple(name for name in names if name not in IN_EVERY_BODY[kind]) for kind, names in COLUMNS.items()
}


def body(kind: str, row: Mapping[str, Any], parts: Sequence[Sequence[Any]] = ()) -> bytes:
    """Return the canonical body of a row; `parts` are its entries or results in order."""
    record: dict[str, Any] = {name: plain(row[name]) for name in COLUMNS[kind]}
    for name in LEFT_OUT_IF_EMPTY[kind]:
        if record[name] is None:
            del record[name]
    record["v"] = VERSION
    record["type"] = kind
    if kind in PARTS:
        record[PARTS[kind].name] = parts
    return canonical_body(record)


def plain(value: Any) -> Any:
    """Return a value as a body holds it: instants in UTC, days and digests as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
