"""The transactions of the ledger with their entries, newest first."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import CARD
from cm_tracker.domain.ledger.kinds import label_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AccountRow,
    Client,
    EntryRow,
    LogHead,
    LogRow,
    Note,
    Prize,
    Redemption,
    Site,
    Staff,
    Transaction,
)
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.clients.transfers import reaches_record
from cm_tracker.queries.paging import PAGE, ListFilter, Listing, Page, has_more_than, in_days, page_of
from cm_tracker.queries.prizes.cards import digits_of
from cm_tracker.queries.staff.sites import at_sites

_IS_CARD = re.compile(f"{CARD}[0-9]{{1,18}}")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry: its account, what it moved, and the visit that it pays for. `last_four` are digits of a gift card."""

    account: str
    kind: str
    unit: str
    amount: int
    visit_id: int | None
    prize_name: str | None
    last_four: str | None


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """A transaction with its entries.

    `seq` is its number in the log. `because` names the record for which it was posted, such as `visit:17`.
    """

    id: int
    seq: int
    kind: str
    recorded_at: datetime
    client_id: int | None
    client_code: str | None
    site_name: str
    time_zone: str
    staff_name: str | None
    via: str
    redemption_id: int | None
    undoes_id: int | None
    because: str | None
    note: str | None
    entries: tuple[EntryLine, ...]

    @property
    def label(self) -> str:
        """The word that people read for its kind."""
        return label_of(self.kind)

    @property
    def visit_id(self) -> int | None:
        """The id of the visit record for which it was posted."""
        kind, _, number = (self.because or "").partition(":")
        return int(number) if kind == "visit" else None

    @property
    def unit(self) -> str:
        """Return the unit that is shown on a client's page: draws where the transaction moved any, else points."""
        return "draws" if self.moved("draws") else "points"

    def moved(self, unit: str) -> int:
        """Return what it moved into the client's account in a unit; negative for out of it.

        A merge moves from one account of a person to another: what the main record got counts.
        """
        amounts = [entry.amount for entry in self.entries if entry.kind == "client" and entry.unit == unit]
        return sum(amount for amount in amounts if amount > 0 or self.kind != "merge")


@dataclass(frozen=True, slots=True)
class SealedTransaction:
    """A transaction with its sealed body, leaf and hash."""

    line: TransactionLine
    body: str
    leaf: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the log: the number of its records and the newest hash."""

    size: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter(ListFilter):
    """The filter of the ledger: also the kind of a transaction."""

    kind: str = ""


def _transactions() -> Any:
    return (
        select(
            Transaction.id,
            LogRow.seq,
            Transaction.kind,
            Transaction.recorded_at,
            Transaction.client_id,
            Client.code.label("client_code"),
            Site.name.label("site_name"),
            Site.time_zone,
            Staff.display_name.label("staff_name"),
            Transaction.via,
            Redemption.id.label("redemption_id"),
            Transaction.undoes_id,
            Transaction.because,
            Note.text.label("note"),
        )
        .join(LogRow, LogRow.record == Transaction.record)
        .join(Site, Site.id == Transaction.site_id)
        .outerjoin(Client, Client.id == Transaction.client_id)
        .outerjoin(Staff, Staff.id == Transaction.staff_id)
        .outerjoin(Redemption, Redemption.transaction_id == Transaction.id)
        .outerjoin(Note, Note.digest == Transaction.note_digest)
        .order_by(Transaction.id.desc())
    )


def _lines(session: Session, chosen: Any) -> list[TransactionLine]:
    rows: Any = session.execute(chosen).all()
    entries: dict[int, list[EntryLine]] = {}
    found: Any = session.execute(
        select(
            EntryRow.transaction_id,
            AccountRow.key.label("account"),
            AccountRow.kind,
            EntryRow.unit,
            EntryRow.amount,
            EntryRow.visit_id,
            Prize.name.label("prize_name"),
        )
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .outerjoin(Prize, Prize.id == AccountRow.prize_id)
        .where(EntryRow.transaction_id.in_([row.id for row in rows]))
        .order_by(EntryRow.transaction_id, EntryRow.position)
    )
    found = found.all()
    cards = {row.unit: int(row.unit[len(CARD) :]) for row in found if _IS_CARD.fullmatch(row.unit)}
    digits = digits_of(session, cards.values()) if cards else {}
    for row in found:
        values = dict(row._mapping)
        transaction_id = values.pop("transaction_id")
        line = EntryLine(**values, last_four=digits.get(cards.get(row.unit, 0)))
        entries.setdefault(transaction_id, []).append(line)
    return [TransactionLine(**row._mapping, entries=tuple(entries.get(row.id, ()))) for row in rows]


def transactions_of_client(
    session: Session, actor: Actor, client_id: int, *, limit: int
) -> tuple[TransactionLine, ...]:
    """Return the newest transactions of a client, with those of merged records.

    The client's site reads all of them, and another one its own.
    """
    chosen = _transactions().where(
        Transaction.client_id.in_(records_of(client_id)), reaches_record(Transaction.site_id, actor)
    )
    return tuple(_lines(session, chosen.limit(limit)))


def transactions(
    session: Session, actor: Actor, chosen: LedgerFilter, *, before: int | None = None, size: int = PAGE
) -> Page[TransactionLine]:
    """Return a page of the transactions of the actor's sites, newest first, with ids below `before`.

    A page needs two queries however long it is, three where cards moved.
    """
    asked = _transactions().where(*_conditions(actor, chosen))
    if before is not None:
        asked = asked.where(Transaction.id < before)
    lines = _lines(session, asked.limit(size + 1))
    return page_of(lines, [line.id for line in lines], size)


def ledger_is_longer_than(session: Session, actor: Actor, chosen: LedgerFilter, most: int) -> bool:
    """Return whether more than `most` transactions fit the filter."""
    found = (
        select(Transaction.id)
        .outerjoin(Client, Client.id == Transaction.client_id)
        .where(*_conditions(actor, chosen))
        .order_by(Transaction.id.desc())
    )
    return has_more_than(session, found, most)


LEDGER = Listing(transactions, ledger_is_longer_than)


def _conditions(actor: Actor, chosen: LedgerFilter) -> list[ColumnElement[bool]]:
    found = [
        at_sites(Transaction.site_id, actor),
        in_days(Transaction.recorded_at, chosen.since, chosen.until, chosen.time_zone),
    ]
    if chosen.kind:
        found.append(Transaction.kind == chosen.kind)
    if chosen.client_code:
        found.append(Transaction.client_id.in_(records_with_code(chosen.client_code)))
    if chosen.site_id is not None:
        found.append(Transaction.site_id == chosen.site_id)
    return found


def transaction(session: Session, actor: Actor, transaction_id: int) -> SealedTransaction:
    """Return a transaction of the actor's sites with its body and its hashes. Raise `NotFound`."""
    found = _lines(
        session, _transactions().where(Transaction.id == transaction_id, at_sites(Transaction.site_id, actor))
    )
    if not found:
        raise NotFound(what="transaction")
    row = session.execute(select(LogRow.body, LogRow.leaf, LogRow.hash).where(LogRow.seq == found[0].seq)).one()
    return SealedTransaction(
        line=found[0], body=bytes(row.body).decode(), leaf=bytes(row.leaf).hex(), hash=bytes(row.hash).hex()
    )


def program_losses(session: Session, actor: Actor) -> dict[str, int]:
    """Return by unit what clients keep beyond what the schedules owe: the program bears it, no client owes it."""
    rows = session.execute(
        select(EntryRow.unit, func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "program_loss", at_sites(AccountRow.site_id, actor))
        .group_by(EntryRow.unit)
    )
    # A loss is booked as an amount out of the account, so its sum is negative.
    return {unit: -int(amount) for unit, amount in rows if amount}


def head(session: Session) -> Head:
    """Return the head of the log."""
    row = session.execute(select(LogHead.size, LogHead.hash).where(LogHead.id == 1)).one()
    return Head(size=row.size, hash=bytes(row.hash).hex())
