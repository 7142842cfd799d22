"""A client's history at the kiosk: visits, prizes, and what a lead put right, the newest first.

Its statements are as many for a long history as for a short one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.domain.languages import in_language
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.corrections import NO_CORRECTION
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.models import Adjustment, Prize, Redemption, Transaction
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.prize_names import NAME_ES
from cm_tracker.queries.kiosk.enrolled import Enrolled, enrolled
from cm_tracker.queries.kiosk.opened import Opened, opened_card
from cm_tracker.queries.prizes.by_hand import BORNE, HANDED_AT

LINES = 8
MOST_PAGES = 50
VISIT, REWARD, PUT_RIGHT = "visit", "reward", "put_right"


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit. `result` is None for one that was entered by mistake, of which the client kept something.

    `kept` is what the client keeps beyond what it earns. `put_right` says how it was put right last, and `put_right_on` the
    day of that; both are None for a visit that stands as it was entered.
    """

    day: date
    visit: CurrentVisit
    track: Track
    result: Result | None
    kept: int
    unit: str
    put_right: str | None
    put_right_on: date | None

    kind = VISIT


@dataclass(frozen=True, slots=True)
class RewardLine:
    """A prize with its receipt. With a `tier` the client paid with slips, else with points."""

    day: date
    id: int
    name: str
    name_es: str | None
    quantity: int
    points: int
    tier: str | None
    was_undone: bool

    kind = REWARD

    def name_in(self, language: str) -> str:
        """Return the prize's name in a language, or in English where it has none."""
        return in_language(language, self.name, es=self.name_es)


@dataclass(frozen=True, slots=True)
class PutRightLine:
    """Points or draws that a lead added or took away. Why is the staff's own note, which is not shown here."""

    day: date
    amount: int
    unit: str

    kind = PUT_RIGHT


Line = VisitLine | RewardLine | PutRightLine


@dataclass(frozen=True, slots=True)
class KioskHistory:
    """A page of a client's history. `earlier` is the number of the page after it, None on the last one."""

    look: Look
    currency: str
    point_value_cents: int
    seconds_left: int
    lines: tuple[Line, ...]
    page: int
    earlier: int | None

    @property
    def later(self) -> int | None:
        """Return the number of the page before it, None on the first one."""
        return self.page - 1 if self.page > 1 else None


def kiosk_history(session: Session, token: str, page: int, now: datetime) -> KioskHistory | None:
    """Return a page of the history of the client whose card is open, or None if the session has ended."""
    opened = opened_card(session, token, now)
    if opened is None:
        return None
    page = min(max(page, 1), MOST_PAGES)
    most = page * LINES + 1
    current = enrolled(session, opened)
    lines: list[Line] = [
        *(_visits(current, opened) if current is not None else ()),
        *_rewards(session, opened, most),
        *_put_right(session, opened, most),
    ]
    # Python's sort keeps the order of one day: visits, then prizes, then what was put right.
    lines.sort(key=lambda line: line.day, reverse=True)
    shown = lines[(page - 1) * LINES : page * LINES]
    return KioskHistory(
        look=opened.look,
        currency=opened.currency,
        point_value_cents=opened.point_value_cents,
        seconds_left=opened.seconds_left,
        lines=tuple(shown),
        page=page,
        earlier=page + 1 if len(lines) > page * LINES and page < MOST_PAGES else None,
    )


def _visits(current: Enrolled, opened: Opened) -> Iterator[VisitLine]:
    history = current.history
    results = {result.ref: result for result in current.replay.results}
    for visit in reversed(history.in_order()):
        result = results.get(visit.id)
        track = history.track_of(visit)
        unit = result.unit if result is not None else track.pays
        paid = current.ledger_state.paid.get(unit, {}).get(visit.id)
        kept = (paid.received if paid is not None else 0) - (result.paid if result is not None else 0)
        if result is None and kept <= 0:
            continue
        is_right = visit.correction in NO_CORRECTION
        yield VisitLine(
            day=visit.happened_on,
            visit=visit,
            track=track,
            result=result,
            kept=max(kept, 0),
            unit=unit,
            put_right=None if is_right else visit.correction,
            put_right_on=None if is_right else day_at(visit.recorded_at, opened.time_zone),
        )


def _rewards(session: Session, opened: Opened, most: int) -> Iterator[RewardLine]:
    undo = aliased(Transaction)
    for row in session.execute(
        select(
            Redemption.id,
            HANDED_AT.label("at"),
            Redemption.prize_name,
            NAME_ES.label("name_es"),
            Redemption.quantity,
            Redemption.price_points,
            BORNE.label("borne"),
            Redemption.tier,
            exists().where(undo.undoes_id == Redemption.transaction_id).label("was_undone"),
        )
        .join(Prize, Prize.id == Redemption.prize_id)
        .where(Redemption.client_id.in_(records_of(opened.client_id)))
        .order_by(Redemption.id.desc())
        .limit(most)
    ):
        yield RewardLine(
            day=day_at(row.at, opened.time_zone),
            id=row.id,
            name=row.prize_name,
            name_es=row.name_es,
            quantity=row.quantity,
            points=row.price_points * row.quantity - row.borne,
            tier=row.tier,
            was_undone=bool(row.was_undone),
        )


def _put_right(session: Session, opened: Opened, most: int) -> Iterator[PutRightLine]:
    for row in session.execute(
        select(Adjustment.recorded_at, Adjustment.amount, Adjustment.unit)
        .where(Adjustment.client_id.in_(records_of(opened.client_id)))
        .order_by(Adjustment.id.desc())
        .limit(most)
    ):
        yield PutRightLine(day_at(row.recorded_at, opened.time_zone), row.amount, row.unit)
