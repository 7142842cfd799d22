"""How a row of a sealed table becomes the body that the chain holds.

A body holds every column of its row except `record` (which is its address), and the row's parts
(a transaction's entries, a visit's results). Writing and verifying both call `body`, so a column
that is added to a table is sealed and checked without another line of code.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table

from cm_tracker.db import Base, table
from cm_tracker.domain.ledger.chain import VERSION, canonical_body
from cm_tracker.models.clients import Enrollment
from cm_tracker.models.ledger.adjustments import Adjustment
from cm_tracker.models.ledger.ledger import Transaction
from cm_tracker.models.prizes.catalog import Delivery, GiftCard
from cm_tracker.models.prizes.counts import CountSignature, StockCount
from cm_tracker.models.prizes.draws import Commitment, Draw
from cm_tracker.models.prizes.redemptions import Handover, Redemption
from cm_tracker.models.prizes.trades import Trade
from cm_tracker.models.schedules import ScheduleVersion
from cm_tracker.models.visits import VisitRow

SEALED: dict[str, type[Base]] = {
    "schedule_version": ScheduleVersion,
    "enrollment": Enrollment,
    "visit": VisitRow,
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
    "count_signature": CountSignature,
}


def table_of(kind: str) -> Table:
    """The table in which records of a kind lie."""
    return table(SEALED[kind])


_COLUMNS = {kind: [c.name for c in table_of(kind).columns if c.name != "record"] for kind in SEALED}
# Columns that came after the first release. Left out of a body where they hold nothing, so that what
# was sealed before them still is its row.
LATER = {
    "visit": ("correction",),
    "transaction": ("because",),
    "redemption": ("tier", "confirmed", "way", "card_id", "note_digest"),
}


def body(kind: str, row: Mapping[str, Any], parts: Sequence[Sequence[Any]] = ()) -> bytes:
    """The canonical body of one row; `parts` are its entries or results in order."""
    record: dict[str, Any] = {name: _plain(row[name]) for name in _COLUMNS[kind]}
    for name in LATER.get(kind, ()):
        if record[name] is None:
            del record[name]
    record["v"] = VERSION
    record["type"] = kind
    if kind == "transaction":
        record["entries"] = parts
    elif kind == "visit":
        record["results"] = parts
    return canonical_body(record)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
