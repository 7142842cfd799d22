"""The ledger as people read it: transactions, newest first, with their entries."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.accounts import CARD
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
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.prizes.cards import digits_of
from cm_tracker.queries.staff.sites import at_sites

_IS_CARD = re.compile(f"{CARD}[0-9]{{1,18}}")
KINDS = (
    "award",
    "correction",
    "redemption",
    "undo",
    "adjustment",
    "delivery",
    "shrinkage",
    "expiry",
    "draw",
    "handover",
    "trade",
)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: the account, what moved, and the visit that it pays for; of a card its last four digits."""

    account: str
    kind: str
    unit: str
    amount: int
    visit_id: int | None
    prize_name: str | None
    last_four: str | None


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """A transaction; `points`, `draws` are what it moved into the client's account (negative: out of it)."""

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
    def visit_id(self) -> int | None:
        """The visit's record because of which it was posted."""
        kind, _, number = (self.because or "").partition(":")
        return int(number) if kind == "visit" else None

    def moved(self, unit: str) -> int:
        """What went into the client's account in a unit."""
        return sum(entry.amount for entry in self.entries if entry.kind == "client" and entry.unit == unit)


@dataclass(frozen=True, slots=True)
class SealedTransaction:
    """A transaction with its link of the chain."""

    line: TransactionLine
    body: str
    leaf: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How long the log is, and its newest hash."""

    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What an auditor asked for; empty values ask for everything."""

    kind: str = ""
    client_code: str = ""
    site_id: int | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


def _transactions() -> Any:
    return (
        select(
            Transaction.id,
            LogRow.seq,
            Transaction.kind,
            Transaction.recorded_at,
            Transaction.client_id,
            Client.code,
            Site.name,
            Site.time_zone,
            Staff.display_name,
            Transaction.via,
            Redemption.id,
            Transaction.undoes_id,
            Transaction.because,
            Note.text,
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
            AccountRow.key,
            AccountRow.kind,
            EntryRow.unit,
            EntryRow.amount,
            EntryRow.visit_id,
            Prize.name,
        )
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .outerjoin(Prize, Prize.id == AccountRow.prize_id)
        .where(EntryRow.transaction_id.in_([row[0] for row in rows]))
        .order_by(EntryRow.transaction_id, EntryRow.position)
    )
    found = found.all()
    cards = {row.unit: int(row.unit[len(CARD) :]) for row in found if _IS_CARD.fullmatch(row.unit)}
    digits = digits_of(session, cards.values()) if cards else {}
    for transaction_id, *entry in found:
        line = EntryLine(*(*entry, digits.get(cards.get(entry[2], 0))))
        entries.setdefault(transaction_id, []).append(line)
    return [TransactionLine(*(*row, tuple(entries.get(row[0], ())))) for row in rows]


def transactions_of_client(
    session: Session, actor: Actor, client_id: int, *, limit: int
) -> tuple[TransactionLine, ...]:
    """Return the newest transactions of a client at the actor's sites."""
    chosen = _transactions().where(Transaction.client_id == client_id, at_sites(Transaction.site_id, actor))
    return tuple(_lines(session, chosen.limit(limit)))


def transactions(session: Session, actor: Actor, asked: LedgerFilter) -> Page[TransactionLine]:
    """Transactions of the actor's sites, newest first, 50 a page.

    Days are days at each transaction's own site; a page needs two queries however long it is, three where cards moved.
    """
    chosen = _transactions().where(at_sites(Transaction.site_id, actor))
    if asked.kind:
        chosen = chosen.where(Transaction.kind == asked.kind)
    if asked.client_code:
        chosen = chosen.where(Client.code == asked.client_code.strip().upper())
    if asked.site_id is not None:
        chosen = chosen.where(Transaction.site_id == asked.site_id)
    if asked.since or asked.until:
        chosen = chosen.where(_in_days(session, actor, asked.since, asked.until))
    if asked.before is not None:
        chosen = chosen.where(Transaction.id < asked.before)
    lines = _lines(session, chosen.limit(PAGE + 1))
    return page_of(lines, [line.id for line in lines])


def _in_days(session: Session, actor: Actor, since: date | None, until: date | None) -> ColumnElement[bool]:
    """Between two days, each site in its own time zone."""
    zones: dict[str, list[int]] = {}
    for site_id, zone in session.execute(select(Site.id, Site.time_zone).where(at_sites(Site.id, actor))):
        zones.setdefault(zone, []).append(site_id)
    conditions = []
    for zone, site_ids in zones.items():
        condition: ColumnElement[bool] = Transaction.site_id.in_(site_ids)
        if since is not None:
            condition &= Transaction.recorded_at >= datetime.combine(since, time(), ZoneInfo(zone))
        if until is not None:
            condition &= Transaction.recorded_at < datetime.combine(until + timedelta(days=1), time(), ZoneInfo(zone))
        conditions.append(condition)
    return or_(false(), *conditions)


def transaction(session: Session, actor: Actor, transaction_id: int) -> SealedTransaction:
    """One transaction with its body and its hashes. Raises `NotFound`."""
    found = _lines(
        session, _transactions().where(Transaction.id == transaction_id, at_sites(Transaction.site_id, actor))
    )
    if not found:
        raise NotFound(what="transaction")
    row = session.execute(select(LogRow.body, LogRow.leaf, LogRow.hash).where(LogRow.seq == found[0].seq)).one()
    return SealedTransaction(found[0], bytes(row.body).decode(), bytes(row.leaf).hex(), bytes(row.hash).hex())


def program_losses(session: Session, actor: Actor) -> dict[str, int]:
    """What corrections left with clients beyond what they are owed, by unit: the program's, nobody's debt."""
    rows = session.execute(
        select(EntryRow.unit, func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "program_loss", at_sites(AccountRow.site_id, actor))
        .group_by(EntryRow.unit)
    )
    # What a client keeps comes out of the program's own account.
    return {unit: -int(amount) for unit, amount in rows if amount}


def head(session: Session) -> Head:
    """The head of the log."""
    size, newest = session.execute(select(LogHead.size, LogHead.hash).where(LogHead.id == 1)).one()
    return Head(size, bytes(newest).hex())
