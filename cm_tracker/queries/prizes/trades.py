"""What a client may trade up, and a check of all trades."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.trading import SLIPS_PER_TRADE, TierStep, tier_step_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import (
    AccountRow,
    Client,
    Draw,
    Enrollment,
    EnrollmentEventRow,
    EntryRow,
    ScheduleVersion,
    Site,
    Trade,
)
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.prizes.draws import bowl_of
from cm_tracker.queries.prizes.redemptions import Receipt, in_hand
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.staff.site_settings import settings_from

MOST = 1000
# A JSON list of five ids, as the operation writes it; 18 digits always fit the database's integers.
_IDS = re.compile(r"\[[0-9]{1,18}(,[0-9]{1,18}){4}\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class TradeUp:
    """What a client may trade up.

    `draws` are the draws since a day that gave a small slip and were not traded yet: their cents by draw id. `waiting`
    is how many of these slips the client still has; the prizes in `handed_out` were given for others and can be handed
    back.
    """

    enrollment_id: int
    step: TierStep
    since: date
    draws: Mapping[int, int]
    waiting: int
    handed_out: tuple[Receipt, ...]

    @property
    def to_hand_back(self) -> int:
        """Return how many prizes the client has to hand back, beside the slips that they still have."""
        return max(SLIPS_PER_TRADE - self.waiting, 0)

    @property
    def is_enough(self) -> bool:
        """Return whether slips and prizes are enough for a trade."""
        return len(self.draws) >= SLIPS_PER_TRADE and len(self.handed_out) >= self.to_hand_back


def trade_up(session: Session, actor: Actor, client_id: int, today: date) -> TradeUp | None:
    """Return what a client may trade up today, or None where their site or their bowl has no trading up."""
    stored = session.execute(
        select(Site.settings).join(Client, Client.site_id == Site.id).where(Client.id == client_id)
    ).scalar_one_or_none()
    days = settings_from(stored).trade_days if stored else None
    place = bowl_of(session, client_id, today) if days else None
    step = tier_step_of(place.bowl) if place else None
    if days is None or place is None or step is None:
        return None
    since = today - timedelta(days=days - 1)
    traded = set(_traded(session, client_id))
    drawn = session.execute(
        select(Draw.id, Draw.given_cents)
        .where(Draw.client_id.in_(records_of(client_id)), Draw.given_tier == step.small.tier, Draw.happened_on >= since)
        .order_by(Draw.id)
        .limit(MOST)
    )
    return TradeUp(
        enrollment_id=place.enrollment_id,
        step=step,
        since=since,
        draws={draw_id: cents for draw_id, cents in drawn if draw_id not in traded},
        waiting=balances_of(session, client_id).get(tier_unit(step.small.tier), 0),
        handed_out=in_hand(session, actor, client_id, step.small.tier, since),
    )


def _traded(session: Session, client_id: int) -> Iterator[int]:
    for draws in session.execute(select(Trade.draws).where(Trade.client_id.in_(records_of(client_id)))).scalars():
        yield from ids_of(draws)


def wrong_trades(session: Session) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with trades, as (record, sentence). Records of one person that were merged are one client.

    A trade does not say which version held when it was made, and a move may be entered later for an earlier day. So the
    bowl of any version that the enrollment ever had is good enough.
    """
    owner, moved_to = aliased(Client), _moved_to(session)
    rows: Any = session.execute(
        select(Trade, ScheduleVersion.document, main_of(Record).label("client_id"), main_of(owner).label("main_id"))
        .join(Enrollment, Enrollment.id == Trade.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(owner, owner.id == Trade.client_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .order_by(Trade.id)
        .execution_options(yield_per=500)
    )
    seen: set[int] = set()
    for trade, document, client_id, main_id in rows:
        bowls = [schedule_of(text).bowl for text in (document, *moved_to.get(trade.enrollment_id, ()))]
        steps = [step for bowl in bowls if bowl and (step := tier_step_of(bowl)) is not None]
        larger = [one.large.cents for one in steps if (one.small.tier, one.large.tier) == (trade.tier, trade.to_tier)]
        if client_id != main_id:
            yield trade.record, "counts against another client's ceilings"
        if not larger:
            yield trade.record, "is no step of the bowl"
        ids = set(ids_of(trade.draws))
        worth = (
            session.execute(
                select(Draw.given_cents).where(
                    Draw.id.in_(ids),
                    Draw.client_id.in_(records_of(main_id)),
                    Draw.given_tier == trade.tier,
                    Draw.happened_on <= trade.happened_on,
                )
            )
            .scalars()
            .all()
        )
        if len(worth) != SLIPS_PER_TRADE or seen & ids:
            yield trade.record, f"does not hand back {SLIPS_PER_TRADE} slips that were drawn, each of them once"
        elif larger and trade.cents + sum(worth) not in larger:
            yield trade.record, "says another value than the client gained"
        seen |= ids
        entries = session.execute(
            select(EntryRow.unit, EntryRow.amount)
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .where(
                EntryRow.transaction_id == trade.transaction_id,
                AccountRow.kind == "client",
                AccountRow.client_id == trade.client_id,
            )
        )
        if {unit: amount for unit, amount in entries} != {
            tier_unit(trade.tier): -SLIPS_PER_TRADE,
            tier_unit(trade.to_tier): 1,
        }:
            yield trade.record, "moved something else"


def _moved_to(session: Session) -> dict[int, list[str]]:
    """Return the documents of all versions to which enrollments with trades were ever moved, by enrollment."""
    documents: dict[int, list[str]] = {}
    for enrollment_id, document in session.execute(
        select(EnrollmentEventRow.enrollment_id, ScheduleVersion.document)
        .join(ScheduleVersion, ScheduleVersion.id == EnrollmentEventRow.schedule_version_id)
        .where(EnrollmentEventRow.enrollment_id.in_(select(Trade.enrollment_id)))
    ):
        documents.setdefault(enrollment_id, []).append(document)
    return documents


def ids_of(text: str) -> tuple[int, ...]:
    """Return the ids of draws from the text in a trade's record; none for a text that the program never writes."""
    return tuple(int(number) for number in text[1:-1].split(",")) if _IDS.fullmatch(text) else ()
