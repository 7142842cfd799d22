"""What a client had, got and used in some days, as the ledger has it, for a paper that they take along.

Four statements, whatever the days. The lines sum to what lies between the two balances, because both are sums of the
same entries: nothing is worked out a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at, day_begins
from cm_tracker.domain.languages import in_language
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Enrollment,
    EntryRow,
    Note,
    Prize,
    Redemption,
    Transaction,
    VisitRow,
)
from cm_tracker.queries.clients.clients import ClientName
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.prize_names import NAME_ES, spanish_of

UNITS = ("points", "draws")
# A client of a year has a few hundred.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one transaction moved in one unit, or the draws of a day together. `visit_on` is the day of the visit that it pays for, if it pays for one.

    A redemption and its undo name the prize. With a `tier` it was paid with a slip, and `amount` is zero. `correction` says
    how the visit was put right, and `why` is what a lead wrote for an adjustment.
    """

    day: date
    kind: str
    unit: str
    amount: int
    visit_on: date | None
    prize_name: str | None
    prize_name_es: str | None
    tier: str | None
    correction: str | None = None
    why: str | None = None

    def name_in(self, language: str) -> str:
        """Return the prize's name in a language, or in English where it has none."""
        return in_language(language, self.prize_name or "", es=self.prize_name_es)


@dataclass(frozen=True, slots=True)
class Statement:
    """Some days: their lines, the oldest first, and the balances before and after them by unit.

    Where it is cut, the days have more lines than `MOST_LINES`, and the lines do not sum to what lies between.
    """

    lines: tuple[StatementLine, ...]
    before: dict[str, int]
    after: dict[str, int]
    is_cut: bool

    def came_in(self, unit: str) -> int:
        """Return how much of a unit came in, of whatever kind."""
        return sum(line.amount for line in self.lines if line.unit == unit and line.amount > 0)

    def went_out(self, unit: str) -> int:
        """Return how much of a unit went out."""
        return -sum(line.amount for line in self.lines if line.unit == unit and line.amount < 0)

    @property
    def has_draws(self) -> bool:
        """Return whether the client had or moved any draws."""
        return any(line.unit == "draws" for line in self.lines) or bool(self.before["draws"] or self.after["draws"])


def statement(session: Session, client: ClientName, first: date, end: date) -> Statement:
    """Return what moved from the day `first` to before the day `end`, days at the client's site.

    It includes what was recorded for records that were merged into the client's; a merge itself moves nothing of theirs.
    Whoever calls it has read `client` in their own sites.
    """
    begins, ends = day_begins(first, client.time_zone), day_begins(end, client.time_zone)
    before = _balances(session, client.id, begins)
    moved = _moved(session, client, begins, ends)
    after = {unit: before[unit] + sum(line.amount for _, line in moved if line.unit == unit) for unit in UNITS}
    lines = sorted([*moved, *_with_slips(session, client, begins, ends)], key=lambda pair: pair[0])
    return Statement(_folded(line for _, line in lines), before, after, len(moved) > MOST_LINES)


def first_enrolled(session: Session, client_id: int) -> date | None:
    """Return the first day of a client's first enrollment, or None."""
    return session.execute(
        select(func.min(Enrollment.starts_on)).where(Enrollment.client_id.in_(records_of(client_id)))
    ).scalar_one()


def _folded(lines: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """Return the lines with the draws that follow one another on a day as one line."""
    found: list[StatementLine] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and last.kind == line.kind == "draw" and last.day == line.day:
            found[-1] = replace(last, amount=last.amount + line.amount)
        else:
            found.append(line)
    return tuple(found)


def _mine(client_id: int) -> ColumnElement[bool]:
    return (AccountRow.kind == "client") & AccountRow.client_id.in_(records_of(client_id))


def _balances(session: Session, client_id: int, until: datetime) -> dict[str, int]:
    found: Any = session.execute(
        select(EntryRow.unit, func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .where(_mine(client_id), EntryRow.unit.in_(UNITS), Transaction.recorded_at < until)
        .group_by(EntryRow.unit)
    )
    return {**dict.fromkeys(UNITS, 0), **{unit: int(amount) for unit, amount in found}}


_Line = tuple[tuple[datetime, int], StatementLine]


def _moved(session: Session, client: ClientName, begins: datetime, ends: datetime) -> list[_Line]:
    undone = aliased(Redemption)
    prize_name = func.coalesce(Redemption.prize_name, undone.prize_name)
    found = session.execute(
        select(
            Transaction.id,
            Transaction.recorded_at,
            Transaction.kind,
            EntryRow.unit,
            func.sum(EntryRow.amount).label("amount"),
            VisitRow.happened_on,
            VisitRow.correction,
            prize_name.label("prize_name"),
            spanish_of(prize_name).label("name_es"),
            Note.text.label("why"),
        )
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .outerjoin(VisitRow, VisitRow.id == EntryRow.visit_id)
        .outerjoin(Redemption, Redemption.transaction_id == Transaction.id)
        .outerjoin(undone, undone.transaction_id == Transaction.undoes_id)
        .outerjoin(Prize, Prize.id == func.coalesce(Redemption.prize_id, undone.prize_id))
        .outerjoin(Adjustment, Adjustment.transaction_id == Transaction.id)
        .outerjoin(Note, Note.digest == Adjustment.note_digest)
        .where(
            _mine(client.id),
            EntryRow.unit.in_(UNITS),
            Transaction.recorded_at >= begins,
            Transaction.recorded_at < ends,
        )
        .group_by(
            Transaction.id, Transaction.recorded_at, Transaction.kind, EntryRow.unit, VisitRow.happened_on,
            VisitRow.correction, Redemption.prize_name,
            undone.prize_name, Prize.name, Prize.name_es, Note.text,
        )
        .having(func.sum(EntryRow.amount) != 0)
        .limit(MOST_LINES + 1)
    )  # fmt: skip
    return [
        (
            (row.recorded_at, row.id),
            StatementLine(
                day=day_at(row.recorded_at, client.time_zone),
                kind=row.kind,
                unit=row.unit,
                amount=int(row.amount),
                visit_on=row.happened_on,
                prize_name=row.prize_name,
                prize_name_es=row.name_es,
                tier=None,
                correction=row.correction if row.kind == "correction" else None,
                why=row.why,
            ),
        )
        for row in found
    ]


def _with_slips(session: Session, client: ClientName, begins: datetime, ends: datetime) -> list[_Line]:
    undo = aliased(Transaction)
    found = session.execute(
        select(
            Redemption.transaction_id,
            Redemption.recorded_at,
            Redemption.prize_name,
            NAME_ES.label("name_es"),
            Redemption.tier,
        )
        .join(Prize, Prize.id == Redemption.prize_id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(
            Redemption.client_id.in_(records_of(client.id)),
            Redemption.tier.is_not(None),
            undo.id.is_(None),
            Redemption.recorded_at >= begins,
            Redemption.recorded_at < ends,
        )
    )
    return [
        (
            (row.recorded_at, row.transaction_id),
            StatementLine(
                day=day_at(row.recorded_at, client.time_zone),
                kind="redemption",
                unit="points",
                amount=0,
                visit_on=None,
                prize_name=row.prize_name,
                prize_name_es=row.name_es,
                tier=row.tier,
            ),
        )
        for row in found
    ]
