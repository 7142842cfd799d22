"""Counts of the cabinet: what has to be counted, and what was counted."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.prizes.counts import CountLine, shrinkage_entries
from cm_tracker.domain.staff.roles import LEAD, Actor
from cm_tracker.models import (
    AccountRow,
    CountCheck,
    CountRound,
    CountSignature,
    EntryRow,
    LogRow,
    Note,
    Prize,
    Site,
    Staff,
    StockCount,
    Transaction,
)
from cm_tracker.queries.prizes.catalog import of_site
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.staff.staff import has_role
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
class ShownLine:
    """One prize of a count as people see it. `expected` is None until two people stand behind a count of the round.

    `cents` is the retail value of one piece on that day, or None in counts from before there were rounds.
    """

    prize_id: int
    counted: int
    expected: int | None
    cents: int | None
    missing_cards: tuple[int, ...]

    @property
    def difference(self) -> int | None:
        """Return how many more were counted than the ledger held, or None while this is hidden."""
        return None if self.expected is None else self.counted - self.expected

    @property
    def difference_cents(self) -> int | None:
        """Return the retail value of the difference, or None while it is hidden or unknown."""
        return None if self.difference is None or self.cents is None else self.difference * self.cents


@dataclass(frozen=True, slots=True)
class CountCard:
    """A count of a site's cabinet.

    `is_shown` says whether the ledger's numbers may be seen. `is_newest` says that its round has no newer count.
    `ended` is how its round ended (see `CountRound`), None while it is open. `checked_by` and `signed_by` are None
    until a second person has checked this count, and somebody has signed it.
    """

    id: int
    round_id: int | None
    site_id: int
    site_name: str
    time_zone: str
    recorded_at: datetime
    staff_id: int | None
    staff_name: str | None
    lines: tuple[ShownLine, ...]
    is_shown: bool
    is_newest: bool
    ended: str | None
    limit_cents: int
    has_lead: bool
    checked_at: datetime | None
    checked_by: str | None
    is_counted_twice: bool
    signed_at: datetime | None
    signed_by: str | None
    transaction_id: int | None
    note: str | None

    @property
    def is_open(self) -> bool:
        """Return whether its round goes on; a count from before there were rounds is over."""
        return self.round_id is not None and self.ended is None

    @property
    def waits_for_check(self) -> bool:
        """Return whether a second person has to look into the cabinet."""
        return self.is_open and self.is_newest and not self.is_shown

    @property
    def waits_for_signature(self) -> bool:
        """Return whether it is checked, and its difference is not booked yet."""
        return self.is_open and self.checked_at is not None

    @property
    def waits_for_lead(self) -> bool:
        """Return whether only a lead who did not count may sign it.

        Something is missing, and it is worth more than the site's limit, or no lead counted or checked.
        """
        is_small = (self.lost_cents or 0) <= self.limit_cents
        return self.waits_for_signature and bool(self.missing) and not (is_small and self.has_lead)

    @property
    def missing(self) -> int:
        """Return the number of items that the ledger holds and the count misses, as far as it is shown."""
        return sum(-line.difference for line in self.lines if line.difference is not None and line.difference < 0)

    @property
    def surplus(self) -> int:
        """Return the number of items that were counted and the ledger does not hold, as far as it is shown."""
        return sum(line.difference for line in self.lines if line.difference is not None and line.difference > 0)

    @property
    def lost_cents(self) -> int | None:
        """Return the retail value of what is missing; None while it is hidden, and in counts from before rounds."""
        cents = [line.difference_cents for line in self.lines]
        return None if None in cents else sum(-one for one in cents if one is not None and one < 0)


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
    """Return the newest counts of the actor's sites, newest first; at most 50."""
    return _counts(session, at_sites(StockCount.site_id, actor))


def count_card(session: Session, actor: Actor, count_id: int) -> CountCard:
    """Return one count of the actor's sites. Raise `NotFound`."""
    cards = _counts(session, at_sites(StockCount.site_id, actor), StockCount.id == count_id)
    if not cards:
        raise NotFound(what="count")
    return cards[0]


def counts_of_round(session: Session, card: CountCard) -> tuple[CountCard, ...]:
    """Return every count of a count's round, the oldest first; at most the newest 50."""
    if card.round_id is None:
        return (card,)
    return tuple(reversed(_counts(session, StockCount.round_id == card.round_id)))


def waiting_losses(session: Session, actor: Actor) -> tuple[CountCard, ...]:
    """Return the counts of the actor's sites whose loss waits for a lead; a site has one at most."""
    waiting = _counts(
        session, at_sites(StockCount.site_id, actor), CountRound.ended_at.is_(None), CountCheck.id.is_not(None)
    )
    return tuple(card for card in waiting if card.waits_for_lead)


def moved_since(session: Session, card: CountCard) -> Mapping[int, int]:
    """Return by prize id how many items came onto the site's shelf after a count, less those that left it."""
    of_count = select(LogRow.seq).where(LogRow.record == f"stock_count:{card.id}").scalar_subquery()
    rows = session.execute(
        select(AccountRow.prize_id, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .where(AccountRow.kind == "cabinet", AccountRow.site_id == card.site_id, LogRow.seq > of_count)
        .group_by(AccountRow.prize_id)
    )
    # PostgreSQL sums whole numbers to decimals.
    return {prize_id or 0: int(amount) for prize_id, amount in rows if amount}


def prize_names(session: Session, card: CountCard) -> Mapping[int, str]:
    """Return the names of the counted prizes by prize id."""
    rows = session.execute(select(Prize.id, Prize.name).where(Prize.id.in_([line.prize_id for line in card.lines])))
    return {prize_id: name for prize_id, name in rows}


def lines_of(text: str) -> tuple[CountLine, ...]:
    """Return the lines of a count from the JSON text of its record."""
    return tuple(CountLine(*line[:3], *(tuple(cards) for cards in line[3:])) for line in json.loads(text))


def retail_of(lines: Iterable[CountLine], text: str | None) -> dict[int, int]:
    """Return the retail values of a count in cents by prize id, from the JSON text of its record."""
    return {} if text is None else dict(zip((line.prize_id for line in lines), json.loads(text), strict=True))


def _counts(session: Session, *where: ColumnElement[bool]) -> tuple[CountCard, ...]:
    counter, signer, checker, other = aliased(Staff), aliased(Staff), aliased(Staff), aliased(StockCount)
    of_round = select(func.max(other.id)).where(other.round_id == StockCount.round_id).scalar_subquery()
    check_of_round = (
        select(CountCheck.id)
        .join(other, other.id == CountCheck.count_id)
        .where(other.round_id == StockCount.round_id)
        .correlate(StockCount)
        .exists()
    )
    rows: Iterable[Any] = session.execute(
        select(
            StockCount.id,
            StockCount.round_id,
            StockCount.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            Site.settings.label("limit_cents"),
            StockCount.recorded_at,
            StockCount.staff_id,
            counter.display_name.label("staff_name"),
            StockCount.lines,
            StockCount.retail,
            or_(StockCount.round_id.is_(None), check_of_round).label("is_shown"),
            func.coalesce(StockCount.id == of_round, False).label("is_newest"),
            CountRound.ended,
            case((or_(has_role(LEAD, of=counter), has_role(LEAD, of=checker)), 1), else_=0).label("has_lead"),
            CountCheck.recorded_at.label("checked_at"),
            checker.display_name.label("checked_by"),
            CountCheck.own_count_id.is_not(None).label("is_counted_twice"),
            CountSignature.recorded_at.label("signed_at"),
            signer.display_name.label("signed_by"),
            CountSignature.transaction_id,
            Note.text.label("note"),
        )
        .join(Site, Site.id == StockCount.site_id)
        .outerjoin(CountRound, CountRound.id == StockCount.round_id)
        .outerjoin(counter, counter.id == StockCount.staff_id)
        .outerjoin(CountCheck, CountCheck.count_id == StockCount.id)
        .outerjoin(checker, checker.id == CountCheck.staff_id)
        .outerjoin(CountSignature, CountSignature.count_id == StockCount.id)
        .outerjoin(signer, signer.id == CountSignature.staff_id)
        .outerjoin(Note, Note.digest == CountSignature.note_digest)
        .where(*where)
        .order_by(StockCount.id.desc())
        .limit(MOST)
    )
    return tuple(_card(row) for row in rows)


def _card(row: Any) -> CountCard:
    columns = dict(row._mapping)
    lines = lines_of(columns.pop("lines"))
    retail = retail_of(lines, columns.pop("retail"))
    return CountCard(
        **{
            **columns,
            "lines": tuple(
                ShownLine(
                    prize_id=line.prize_id,
                    counted=line.counted,
                    expected=line.expected if row.is_shown else None,
                    cents=retail.get(line.prize_id),
                    missing_cards=line.missing_cards if row.is_shown else (),
                )
                for line in lines
            ),
            "limit_cents": settings_from(row.limit_cents).count_loss_cents,
            "has_lead": bool(row.has_lead),
        }
    )


def wrong_signatures(session: Session) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with signatures, as (record, sentence).

    The transaction of a signature moves the differences of its count, and where a count of a round misses something,
    the lead who answers for it counted, checked or signed.
    """
    booked: dict[int, dict[str, int]] = {}
    for signature_id, unit, amount in session.execute(
        select(CountSignature.id, AccountRow.unit, EntryRow.amount)
        .join(EntryRow, EntryRow.transaction_id == CountSignature.transaction_id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(AccountRow.kind == "cabinet", AccountRow.site_id == CountSignature.site_id)
    ):
        booked.setdefault(signature_id, {})[unit] = amount
    rows = session.execute(
        select(
            CountSignature.id,
            CountSignature.record,
            StockCount.site_id,
            StockCount.lines,
            StockCount.round_id,
            CountSignature.lead_id,
            CountSignature.staff_id,
            StockCount.staff_id.label("counted_by_id"),
            CountCheck.staff_id.label("checked_by_id"),
        )
        .join(StockCount, StockCount.id == CountSignature.count_id)
        .outerjoin(CountCheck, CountCheck.count_id == StockCount.id)
    )
    for row in rows:
        moved = _counted_units(row.site_id, row.lines)
        if moved != booked.get(row.id, {}):
            yield row.record, "does not book what was counted"
            continue
        has_loss = row.round_id is not None and any(amount < 0 for amount in (moved or {}).values())
        people = {row.staff_id, row.counted_by_id, row.checked_by_id} - {None}
        if has_loss and row.lead_id not in people:
            yield row.record, "books a loss for which no lead answers"


def _counted_units(site_id: int, lines: str) -> dict[str, int] | None:
    """Return what the differences of a count move on the shelf, by unit; None for lines that the program never writes."""
    try:
        entries = shrinkage_entries(site_id, list(lines_of(lines)))
    except (ValueError, TypeError, RecursionError, AttributeError, IndexError):
        return None
    return {entry.account.unit: entry.amount for entry in entries if entry.account.is_guarded}
