"""The card that the kiosk shows to a client. It has no name, no substance and no result.

It is read in as few statements as it needs, however long the client's history is: whose card it is with what they have,
their enrollments, the visits of the current one, the plan, the calendar of the site, and the prizes. Everything else is
asked for only where the first statement said that there is something.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.kiosk.bar import Bar, bar_of
from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.domain.kiosk.moments import Moment
from cm_tracker.domain.kiosk.path import Path, Stone, path_of
from cm_tracker.domain.ledger.expiry import NOTICE
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.trading import SLIPS_PER_TRADE
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.visits.settling import ceiling_uses
from cm_tracker.models import AccountRow, EntryRow, Transaction
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.day.closed_day_pages import TOLD_FOR
from cm_tracker.queries.kiosk.enrolled import Enrolled, enrolled
from cm_tracker.queries.kiosk.moments import moment_of
from cm_tracker.queries.kiosk.opened import SHOW_CORRECTIONS_FOR, Opened, opened_card
from cm_tracker.queries.kiosk.plan import next_slots_of
from cm_tracker.queries.kiosk.said import Said, said_by
from cm_tracker.queries.kiosk.shelf import ShelfPrize, shelf_of
from cm_tracker.queries.ledger.expiry import spend_by
from cm_tracker.queries.prizes.draws import won_of
from cm_tracker.queries.prizes.offers import OfferCard, offers_lately
from cm_tracker.queries.prizes.redemptions import Receipt, set_aside
from cm_tracker.queries.prizes.trades import TradeUp, trade_up

MOST_CORRECTIONS = 5


@dataclass(frozen=True, slots=True)
class KioskTrack:
    """A track on the card.

    `slots` are its next planned visits, in the order of `path.coming`; `is_told` is false where the program draws their
    days. `left` is how many points the ceilings leave for the next visit, None without one that counts it. `opens_on` is
    the first day of the next paid visit if the paid visits of now are complete.
    """

    track: Track
    state: LadderState
    path: Path
    slots: tuple[Slot, ...]
    is_told: bool
    left: int | None
    opens_on: date | None

    @property
    def next(self) -> Stone | None:
        """Return the next step that is paid."""
        return self.path.next

    @property
    def is_complete(self) -> bool:
        """Return whether its weeks are over."""
        return self.state.next_due is None

    @property
    def promised(self) -> int:
        """Return what the next step earns in all, as far as the ceilings leave it."""
        due = self.next.amount + self.next.bonus if self.next is not None else 0
        return due if self.left is None else min(due, self.left)

    @property
    def is_cut(self) -> bool:
        """Return whether a ceiling leaves less than the next step is worth."""
        return self.next is not None and self.promised < self.next.amount + self.next.bonus

    @property
    def coming(self) -> tuple[tuple[Slot, int, int], ...]:
        """Return the next planned visits, each with what it earns by the ladder and beyond it."""
        if not self.path.coming:
            return tuple((slot, 0, 0) for slot in self.slots)
        return tuple((slot, one.amount, one.bonus) for slot, one in zip(self.slots, self.path.coming, strict=True))


@dataclass(frozen=True, slots=True)
class PaidCorrection:
    """What a correction of earlier visits paid to the client, and on which day."""

    on: date
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class KioskCard:
    """What a client sees: what they have, their path, what comes next, and the prizes.

    `is_practice`: the client is one to practice with. `currency` is the program's, in which all is worth what the
    card says. `earned` is by unit what the visits of the
    enrollment paid since `joined_on`, and `earned_today` those of today; `met` is how many visits met their target. `tracks`
    are in the order in which their next visits come. `shelf` are the prizes by price, `bar` the nearest ones. `won` is the
    number of slips of each tier whose prize is not chosen yet. `spend_by` is the last day on which their points can be
    spent, if it is near or the enrollment has ended. `pause` is the pause of today, and `has_ended` says whether staff ended
    the enrollment. `offers` are open or were answered at the kiosk a few minutes ago. `set_aside` are prizes that were not
    handed over yet. `closed_on` is a closed day of the last week for which the client was excused. `said` is what they said at
    the kiosk, and `moment` what the kiosk is glad about with them now.
    """

    is_practice: bool
    time_zone: str
    today: date
    points: int
    point_value_cents: int
    currency: str
    draws: int
    won: Mapping[str, int]
    look: Look
    seconds_left: int
    joined_on: date | None
    earned: Mapping[str, int]
    earned_today: Mapping[str, int]
    met: int
    tracks: tuple[KioskTrack, ...]
    pause: Pause | None
    has_ended: bool
    shelf: tuple[ShelfPrize, ...]
    bar: Bar
    paid_corrections: tuple[PaidCorrection, ...]
    ceilings: tuple[CeilingUse, ...]
    spend_by: date | None
    offers: tuple[OfferCard, ...]
    set_aside: tuple[Receipt, ...]
    trade: TradeUp | None
    closed_on: date | None = None
    said: Said | None = None
    moment: Moment | None = None

    @property
    def has_open_offer(self) -> bool:
        """Return whether there is an offer that the client can confirm or decline."""
        return self.first_open_offer_id is not None

    @property
    def first_open_offer_id(self) -> int | None:
        """Return the id of the first open offer, or None. Its button is the primary one of the page."""
        return next((offer.id for offer in self.offers if offer.is_unanswered), None)

    @property
    def waiting_slips(self) -> tuple[OfferCard, ...]:
        """Return the open offers for slips: one PIN confirms all of them."""
        return tuple(offer for offer in self.offers if offer.tier and offer.is_unanswered)

    @property
    def can_trade_at_once(self) -> bool:
        """Return whether five small slips can be traded up without handing anything back."""
        return self.trade is not None and self.trade.is_enough and not self.trade.to_hand_back

    @property
    def is_away(self) -> bool:
        """Return whether no visit can be paid now, because the program is paused or over."""
        return self.pause is not None or self.has_ended

    @property
    def collects_points(self) -> bool:
        """Return whether points matter to this client: they have some, or a track pays points."""
        return bool(self.points) or not self.tracks or any(line.state.unit == "points" for line in self.tracks)

    @property
    def goal(self) -> ShelfPrize | None:
        """Return the prize that the client saves for."""
        return self.shelf[self.bar.goal.place] if self.bar.goal is not None else None

    @property
    def reachable(self) -> int:
        """Return how many prizes the client can have now."""
        return sum(prize.price_points <= self.points for prize in self.shelf)


def kiosk_card(session: Session, token: str, now: datetime) -> KioskCard | None:
    """Return the card of the kiosk session with this token, or None if the session has ended."""
    opened = opened_card(session, token, now)
    if opened is None:
        return None
    current = enrolled(session, opened)
    has_ended = current is not None and current.history.span.end is not None
    pause = current.history.timeline.pause_on(opened.today) if current is not None and not has_ended else None
    is_away = has_ended or pause is not None
    slots = next_slots_of(session, opened, current, now) if current is not None and not is_away else {}
    shelf = shelf_of(session, opened)
    points = opened.balances["points"]
    said = said_by(session, opened.client_id, opened.today)
    wish = next((place for place, prize in enumerate(shelf) if prize.id == said.wish), None)
    is_reached = wish is not None and shelf[wish].price_points <= points
    can_trade = opened.settings.trade_days and any(
        count >= SLIPS_PER_TRADE for unit, count in opened.balances.items() if unit.startswith(tier_unit(""))
    )
    return KioskCard(
        is_practice=opened.is_practice,
        time_zone=opened.time_zone,
        today=opened.today,
        points=points,
        point_value_cents=opened.point_value_cents,
        currency=opened.currency,
        draws=opened.balances.get("draws", 0),
        won=won_of(opened.balances),
        look=opened.look,
        seconds_left=opened.seconds_left,
        joined_on=current.history.starts_on if current is not None else None,
        earned={unit: current.received(unit) for unit in ("points", "draws")} if current is not None else {},
        earned_today=_earned_on(current, opened.today),
        met=sum(result.outcome == outcomes.MET for result in current.replay.results) if current is not None else 0,
        tracks=_in_order(_tracks(current, opened, slots, is_away=is_away)) if current is not None else (),
        pause=pause,
        has_ended=has_ended,
        shelf=shelf,
        bar=bar_of([prize.price_points for prize in shelf], points, wish),
        paid_corrections=_paid_corrections(session, opened, now) if opened.has_corrections else (),
        ceilings=_near(current, opened.today) if current is not None and not has_ended else (),
        spend_by=_spend_by(session, opened, current, has_ended=has_ended),
        offers=offers_lately(session, opened.client_id, now, opened.settings.offer_minutes)
        if opened.has_offers
        else (),
        set_aside=set_aside(session, opened.actor, client_id=opened.client_id) if opened.has_set_aside else (),
        trade=trade_up(session, opened.actor, opened.client_id, opened.today) if can_trade else None,
        closed_on=_closed_lately(current, opened.today),
        said=said,
        moment=None if is_away else moment_of(current, opened.today, said, is_reached),
    )


def _tracks(
    current: Enrolled, opened: Opened, slots: Mapping[str, tuple[Slot, ...] | None], *, is_away: bool
) -> Iterator[KioskTrack]:
    history, today = current.history, opened.today
    for track in history.timeline.tracks_on(today):
        state = current.replay.state(track.behavior, today)
        told = slots.get(track.behavior, ())
        # The result of a week of hours comes when the week is over, whatever days the client comes on.
        days = [slot.on_day for slot in told or ()] if track.evidence != "hours" else []
        path = path_of(history, current.replay, track, today, days)
        next_day = path.next.day if path.next is not None else None
        opens_on = None
        if state.opens_week > history.timeline.week_of(today) and state.next_due is not None:
            opens_on = history.timeline.first_day_of(state.opens_week)
        yield KioskTrack(
            track,
            state,
            path,
            told or (),
            told is not None,
            _left(current, state, next_day or opens_on or today),
            opens_on,
        )


def _in_order(tracks: Iterator[KioskTrack]) -> tuple[KioskTrack, ...]:
    """Return the track with the next visit first; those whose weeks are complete come last."""
    return tuple(
        sorted(
            tracks,
            key=lambda one: (
                one.is_complete,
                not one.slots,
                one.slots[0].begins_at.timestamp() if one.slots else 0.0,
            ),
        )
    )


def _left(current: Enrolled, state: LadderState, day: date) -> int | None:
    """Return how many points the ceilings leave for a visit of a day, None where no ceiling counts it."""
    if state.unit != "points":
        return None
    cents = current.history.timeline.schedule_on(day).point_value_cents
    uses = ceiling_uses(current.history, current.ledger_state, day)
    return min((max(use.cents - use.used_cents, 0) // cents for use in uses), default=None)


def _near(current: Enrolled, today: date) -> tuple[CeilingUse, ...]:
    return tuple(use for use in ceiling_uses(current.history, current.ledger_state, today) if use.is_near)


def _earned_on(current: Enrolled | None, day: date) -> dict[str, int]:
    """Return by unit what the visits of a day earned."""
    days = {visit.id: visit.happened_on for visit in current.history.visits} if current is not None else {}
    earned: dict[str, int] = {}
    for result in current.replay.results if current is not None else ():
        if days[result.ref] == day:
            earned[result.unit] = earned.get(result.unit, 0) + result.paid
    return earned


def _closed_lately(current: Enrolled | None, today: date) -> date | None:
    """Return the last closed day for which the client was excused, as long as the client is told of it."""
    days = [
        visit.happened_on
        for visit in (current.history.visits if current is not None else ())
        if visit.excuse == "clinic_closed"
        and visit.outcome == outcomes.EXCUSED
        and today - TOLD_FOR <= visit.happened_on < today
    ]
    return max(days, default=None)


def _spend_by(session: Session, opened: Opened, current: Enrolled | None, *, has_ended: bool) -> date | None:
    """Return the last day on which the points can be spent, if it is near or the enrollment has ended."""
    if opened.settings.expiry_weeks is None or not opened.balances["points"] or current is None:
        return None
    # Nobody is warned earlier than this, so until then nothing is asked for.
    weeks = timedelta(weeks=opened.settings.expiry_weeks)
    if not has_ended and (current.last_day == date.max or opened.today < current.last_day + weeks - NOTICE):
        return None
    return spend_by(session, opened.client_id, opened.today, always=has_ended)


def _paid_corrections(session: Session, opened: Opened, now: datetime) -> tuple[PaidCorrection, ...]:
    """Return what corrections of the last two weeks paid to the client, newest first."""
    rows = session.execute(
        select(Transaction.recorded_at, EntryRow.unit, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.transaction_id == Transaction.id)
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(
            Transaction.client_id.in_(records_of(opened.client_id)),
            Transaction.kind == "correction",
            Transaction.recorded_at > now - SHOW_CORRECTIONS_FOR,
            AccountRow.kind == "client",
        )
        .group_by(Transaction.id, Transaction.recorded_at, EntryRow.unit)
        .having(func.sum(EntryRow.amount) > 0)
        .order_by(Transaction.id.desc())
        .limit(MOST_CORRECTIONS)
    )
    return tuple(
        PaidCorrection(on=day_at(at, opened.time_zone), amount=int(amount), unit=unit) for at, unit, amount in rows
    )
