"""Counts of the cabinet: what has to be counted, and what was counted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.prizes.counts import CountLine, shrinkage_entries
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, CountSignature, EntryRow, Note, Prize, Site, Staff, StockCount
from cm_tracker.queries.prizes.catalog import of_site
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 50


@dataclass(frozen=True, slots=True)
class ToCount:
    """A prize to count. How many the ledger holds is left out, so that nobody counts towards it."""

    prize_id: int
    name: str
    tier: str | None
    is_serial: bool


@dataclass(frozen=True, slots=True)
class CountCard:
    """A count of a site's cabinet. `is_newest` says that the site has no newer one; `signed_at` is None until it is signed."""

    id: int
    site_id: int
    site_name: str
    time_zone: str
    recorded_at: datetime
    staff_id: int | None
    staff_name: str | None
    lines: tuple[CountLine, ...]
    is_newest: bool
    signed_at: datetime | None
    signed_by: str | None
    transaction_id: int | None
    note: str | None

    @property
    def has_difference(self) -> bool:
        """Return whether something is missing or extra."""
        return bool(self.missing or self.surplus)

    @property
    def is_unsigned(self) -> bool:
        """Return whether it can still be signed, or counted again."""
        return self.signed_at is None and self.is_newest

    @property
    def missing(self) -> int:
        """Return the number of items that the ledger holds and the count misses."""
        return sum(-line.difference for line in self.lines if line.difference < 0)

    @property
    def surplus(self) -> int:
        """Return the number of items that were counted and the ledger does not hold."""
        return sum(line.difference for line in self.lines if line.difference > 0)


def to_count(session: Session, site_id: int) -> tuple[ToCount, ...]:
    """Return every prize that is in the catalog or on the site's shelf, by tier and name."""
    shelf = select(AccountRow.prize_id).where(
        AccountRow.kind == "cabinet", AccountRow.site_id == site_id, AccountRow.balance > 0
    )
    rows = session.execute(
        select(Prize.id.label("prize_id"), Prize.name, Prize.tier, Prize.is_serial)
        .where(or_(Prize.is_active & of_site(site_id), Prize.id.in_(shelf)))
        .order_by(Prize.tier, Prize.name)
        .limit(1000)
    )
    return tuple(view_of(ToCount, row) for row in rows)


def counts(session: Session, actor: Actor) -> tuple[CountCard, ...]:
    """Return the newest counts of the actor's sites; at most 50."""
    return _counts(session, at_sites(StockCount.site_id, actor))


def count_card(session: Session, actor: Actor, count_id: int) -> CountCard:
    """Return one count of the actor's sites. Raise `NotFound`."""
    cards = _counts(session, at_sites(StockCount.site_id, actor), StockCount.id == count_id)
    if not cards:
        raise NotFound(what="count")
    return cards[0]


def prize_names(session: Session, card: CountCard) -> Mapping[int, str]:
    """Return the names of the counted prizes by prize id."""
    rows = session.execute(select(Prize.id, Prize.name).where(Prize.id.in_([line.prize_id for line in card.lines])))
    return {prize_id: name for prize_id, name in rows}


def lines_of(text: str) -> tuple[CountLine, ...]:
    """Return the lines of a count from the JSON text of its record."""
    return tuple(CountLine(*line[:3], *(tuple(cards) for cards in line[3:])) for line in json.loads(text))


def _counts(session: Session, *where: ColumnElement[bool]) -> tuple[CountCard, ...]:
    counter, signer, other = aliased(Staff), aliased(Staff), aliased(StockCount)
    newest = select(func.max(other.id)).where(other.site_id == StockCount.site_id).scalar_subquery()
    rows: Iterable[Any] = session.execute(
        select(
            StockCount.id,
            StockCount.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            StockCount.recorded_at,
            StockCount.staff_id,
            counter.display_name.label("staff_name"),
            StockCount.lines,
            (StockCount.id == newest).label("is_newest"),
            CountSignature.recorded_at.label("signed_at"),
            signer.display_name.label("signed_by"),
            CountSignature.transaction_id,
            Note.text.label("note"),
        )
        .join(Site, Site.id == StockCount.site_id)
        .outerjoin(counter, counter.id == StockCount.staff_id)
        .outerjoin(CountSignature, CountSignature.count_id == StockCount.id)
        .outerjoin(signer, signer.id == CountSignature.staff_id)
        .outerjoin(Note, Note.digest == CountSignature.note_digest)
        .where(*where)
        .order_by(StockCount.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(CountCard, row, lines=lines_of(row.lines)) for row in rows)


def wrong_signatures(session: Session) -> tuple[str, ...]:
    """Return the records of signatures whose transaction moves something else than the differences of the count."""
    booked: dict[int, dict[str, int]] = {}
    for signature_id, unit, amount in session.execute(
        select(CountSignature.id, AccountRow.unit, EntryRow.amount)
        .join(EntryRow, EntryRow.transaction_id == CountSignature.transaction_id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "cabinet", AccountRow.site_id == CountSignature.site_id)
    ):
        booked.setdefault(signature_id, {})[unit] = amount
    rows = session.execute(
        select(CountSignature.id, CountSignature.record, StockCount.site_id, StockCount.lines).join(
            StockCount, StockCount.id == CountSignature.count_id
        )
    )
    return tuple(
        record
        for signature_id, record, site_id, lines in rows
        if _counted_units(site_id, lines) != booked.get(signature_id, {})
    )


def _counted_units(site_id: int, lines: str) -> dict[str, int] | None:
    """Return what the differences of a count move on the shelf, by unit; None for lines that the program never writes."""
    try:
        entries = shrinkage_entries(site_id, list(lines_of(lines)))
    except (ValueError, TypeError, RecursionError, AttributeError, IndexError):
        return None
    return {entry.account.unit: entry.amount for entry in entries if entry.account.is_guarded}
