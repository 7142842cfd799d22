"""What clients got for visits, amount by amount: one line for each, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, EntryRow, LogRow, Site, Transaction, VisitRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.paging import ListFilter, in_days, listing
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class AwardLine:
    """An amount of a unit that a client got for a visit; negative where a correction took it back.

    `visit` is the visit's first record, `visit_on` its day there, and `seal` the transaction's number in the log.
    """

    id: int
    seal: int
    recorded_at: datetime
    kind: str
    client_code: str
    site: str
    visit: int
    visit_on: date
    track: str
    amount: int
    unit: str


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the awards at the actor's sites, without those of practice clients."""
    statement = (
        select(
            EntryRow.id,
            LogRow.seq.label("seal"),
            Transaction.recorded_at,
            Transaction.kind,
            Client.code.label("client_code"),
            Site.name.label("site"),
            EntryRow.visit_id.label("visit"),
            VisitRow.happened_on.label("visit_on"),
            VisitRow.behavior.label("track"),
            EntryRow.amount,
            EntryRow.unit,
        )
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(Record, Record.id == AccountRow.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Transaction.site_id)
        .where(
            AccountRow.kind == "client",
            Transaction.kind.in_(("award", "correction")),
            at_sites(Transaction.site_id, actor),
            in_days(Transaction.recorded_at, chosen.since, chosen.until, chosen.time_zone),
            counted_clients(),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(Transaction.site_id == chosen.site_id)
    if chosen.client_code:
        statement = statement.where(Record.id.in_(records_with_code(chosen.client_code)))
    return statement


AWARDS = listing(_asked, AwardLine)
"""The awards of visits, the newest entry first."""
