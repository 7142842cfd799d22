"""What needs the hand of a lead beside the day itself: one query for each kind, and one list of them.

A new kind is one function here, a line in `KINDS`, and its words in `labels.desk.HANDS`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.prizes.shelf import OUT
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import CheckpointRow, LogHead, ScheduleDraft, Site, Staff
from cm_tracker.queries.clients.agreements import unsigned_for
from cm_tracker.queries.clients.merging import waiting_merges
from cm_tracker.queries.day.left_open import days_left_open
from cm_tracker.queries.fidelity.training import training_at
from cm_tracker.queries.funding.near import clients_near
from cm_tracker.queries.ledger.adjustments import waiting_adjustments
from cm_tracker.queries.prizes.counts import waiting_losses
from cm_tracker.queries.prizes.purchases import waiting_purchases
from cm_tracker.queries.prizes.stock import short_tiers
from cm_tracker.queries.schedules.schedules import waiting_drafts
from cm_tracker.queries.staff.sites import at_sites

MOST_DRAFTS = 20
OLD_CHECKPOINT = timedelta(days=2)
RETURNED, TO_DECIDE, ADJUSTMENTS, MERGES, PURCHASES, LOSSES, EMPTY_TIER, NEAR_LIMIT, TRAINING, UNSIGNED, OPEN_DAY, CHECKPOINT = (
    "returned", "to_decide", "adjustments", "merges", "purchases", "losses", "empty_tier", "near_limit", "training",
    "unsigned", "open_day", "checkpoint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """Something that needs a hand: its kind, and how many of it.

    `name` is what it is about, such as a draft, and `more` who is behind it or where it is. `id` names it in the address.
    `cents` is what it is worth, and `on_day` the day that it is about, where they are known.
    """

    kind: str
    count: int = 1
    name: str = ""
    more: str = ""
    id: int | None = None
    cents: int | None = None
    on_day: date | None = None


def hands(session: Session, actor: Actor, today: date) -> tuple[Hand, ...]:
    """Return what needs the actor's hand at all of their sites, in the order of `KINDS`. The number of statements is constant."""
    return tuple(
        hand for permission, query in KINDS if actor.may(permission) for hand in query(session, actor, today)
    )  # fmt: skip


def _returned(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield the actor's own drafts that another lead has sent back, the newest first."""
    by = aliased(Staff)
    rows = session.execute(
        select(ScheduleDraft.id, ScheduleDraft.name, by.display_name.label("by"))
        .outerjoin(by, by.id == ScheduleDraft.returned_by_id)
        .where(
            ScheduleDraft.returned_at.is_not(None),
            ScheduleDraft.sent_at.is_(None),
            ScheduleDraft.staff_id == actor.staff_id,
        )
        .order_by(ScheduleDraft.returned_at.desc())
        .limit(MOST_DRAFTS)
    )
    for row in rows:
        yield Hand(RETURNED, name=row.name, more=row.by or "", id=row.id)


def _to_decide(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    for draft in waiting_drafts(session, actor):
        yield Hand(TO_DECIDE, name=draft.name, more=draft.sent_by or "", id=draft.id)


def _adjustments(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    count = waiting_adjustments(session, actor)
    if count:
        yield Hand(ADJUSTMENTS, count)


def _merges(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    count = waiting_merges(session, actor)
    if count:
        yield Hand(MERGES, count)


def _purchases(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield the purchases that somebody else has asked for."""
    waiting = waiting_purchases(session, actor, not_of=actor.staff_id)
    if waiting.count:
        yield Hand(PURCHASES, waiting.count, cents=waiting.cents)


def _losses(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    for card in waiting_losses(session, actor):
        yield Hand(LOSSES, card.missing, more=card.site_name, id=card.id, cents=card.lost_cents)


def _empty_tiers(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield the tiers of which no prize is left. While a cabinet is being counted, nothing is said of it."""
    for one in short_tiers(session, actor, today):
        if one.stock.state == OUT and not one.is_being_counted:
            yield Hand(EMPTY_TIER, one.stock.needed, one.stock.tier, one.site_name)


def _near_limit(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield how many clients have 80 % of what a source allows."""
    count = len(clients_near(session, actor, today))
    if count:
        yield Hand(NEAR_LIMIT, count)


def _training(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield the sites where training is due. A site that has never recorded one is not asked."""
    for one in training_at(session, at_sites(Site.id, actor), today=today):
        if one.untrained and one.has_records:
            yield Hand(TRAINING, len(one.untrained), more=one.site_name, id=one.site_id)


def _unsigned(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield at which sites how many clients have not signed the agreement."""
    counts = Counter((one.site_name, one.site_id) for one in unsigned_for(session, actor, today))
    for (name, site_id), count in sorted(counts.items()):
        yield Hand(UNSIGNED, count, more=name, id=site_id)


def _open_days(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    for one in days_left_open(session, actor, today):
        yield Hand(OPEN_DAY, one.days, more=one.site_name, id=one.site_id, on_day=one.first)


def _checkpoint(session: Session, actor: Actor, today: date) -> Iterator[Hand]:
    """Yield that the newest checkpoint is old although records came since. A ledger that failed stands above the page."""
    row = session.execute(
        select(CheckpointRow.taken_at, CheckpointRow.size, LogHead.size.label("now"))
        .join(LogHead, LogHead.id == 1)
        .order_by(CheckpointRow.id.desc())
        .limit(1)
    ).one_or_none()
    if row is not None and row.size < row.now and row.taken_at.date() < today - OLD_CHECKPOINT:
        yield Hand(CHECKPOINT, on_day=row.taken_at.date())


_Query = Callable[[Session, Actor, date], Iterable[Hand]]
# The permission that a kind needs, and its query, in the order of the page.
KINDS: tuple[tuple[str, _Query], ...] = (
    ("schedule:edit", _returned),
    ("schedule:publish", _to_decide),
    ("adjustment:decide", _adjustments),
    ("merge:decide", _merges),
    ("purchase:decide", _purchases),
    ("loss:sign", _losses),
    ("prize:manage", _empty_tiers),
    ("money:view", _near_limit),
    ("training:record", _training),
    ("consent:change", _unsigned),
    ("day:close", _open_days),
    ("ledger:verify", _checkpoint),
)
