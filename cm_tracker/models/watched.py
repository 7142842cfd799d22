"""Rows that change, and of which the audit trail keeps every state: prices, roles, codes, requests, offers.

They are not sealed. Whoever writes an event about a change names the row (`note_audit(..., states=...)`), and the event
holds the digest of these columns as they are after it. Verification compares the newest one with the present row. A
column that is added to a table is watched without another line of code; one that is left out has its reason here.
"""

from typing import NamedTuple

from sqlalchemy import Table

from cm_tracker.db import Base, table
from cm_tracker.models.clients import Client, MergeRequest
from cm_tracker.models.day import DowntimeLine
from cm_tracker.models.ledger.adjustments import AdjustmentRequest
from cm_tracker.models.ledger.checkpoints import CheckpointRow, LedgerCheck
from cm_tracker.models.prizes.catalog import Prize
from cm_tracker.models.prizes.redemptions import Offer
from cm_tracker.models.reports import SavedReport, SavedReportSite
from cm_tracker.models.schedules import LeadStatement, Program, ScheduleRow
from cm_tracker.models.staff.sites import Site
from cm_tracker.models.staff.staff import Staff, StaffSite


class Parts(NamedTuple):
    """Rows that belong to a watched row: their name in its state, their table, its owner's column, and what counts."""

    name: str
    table: Table
    owner: str
    column: str


class Watched(NamedTuple):
    """A table whose rows are watched.

    `left_out` are the columns that are no part of a state. `has_names` says that the row has the name of a person, so
    its digest is salted.
    """

    model: type[Base]
    left_out: frozenset[str] = frozenset()
    has_names: bool = False
    parts: Parts | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a state."""
        return tuple(c.name for c in table(self.model).columns if c.name not in self.left_out)


WATCHED: dict[str, Watched] = {
    # The PIN and the language are the client's own; `plain_code` follows from the code.
    "client": Watched(Client, frozenset({"pin_hash", "language", "plain_code"}), has_names=True),
    # A password may be hashed again at a sign-in, and the language is the person's own.
    "staff": Watched(
        Staff,
        frozenset({"password_hash", "language"}),
        has_names=True,
        parts=Parts("sites", table(StaffSite), "staff_id", "site_id"),
    ),
    "site": Watched(Site),
    "prize": Watched(Prize),
    "offer": Watched(Offer),
    "program": Watched(Program),
    "schedule": Watched(ScheduleRow),
    "lead_statement": Watched(LeadStatement),
    "adjustment_request": Watched(AdjustmentRequest),
    "merge_request": Watched(MergeRequest),
    "downtime_line": Watched(DowntimeLine),
    "checkpoint": Watched(CheckpointRow),
    "ledger_check": Watched(LedgerCheck),
    "saved_report": Watched(SavedReport, parts=Parts("sites", table(SavedReportSite), "saved_report_id", "site_id")),
}
