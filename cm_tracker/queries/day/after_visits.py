"""What staff say and do after a visit: when the client comes next, how long the reward took, and who waits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.next_visit import NextVisit, next_visit
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.day.states import ARRIVED
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import UNDO
from cm_tracker.queries.day.client_weeks import planned_client
from cm_tracker.queries.day.lines import SlotLine, arrived_at, day_lines
from cm_tracker.queries.day.notes import notes_of
from cm_tracker.queries.prizes.catalog import catalog_at, had_of
from cm_tracker.queries.visits.visits import VisitCard


@dataclass(frozen=True, slots=True)
class AfterVisit:
    """What follows a visit that was recorded today.

    `comes` is None where no plan says when, and `service` is the service of that visit. `state` is where the client
    stands then: `next_due` is None where the schedule has no more weeks. `can_redeem` says that the client can have some
    prize now. `site_id` is the client's site, `waiting` the client who waits longest there. `undo_until` is set while the actor may undo it.
    """

    comes: NextVisit | None
    service: str
    state: LadderState
    can_redeem: bool
    site_id: int
    waiting: SlotLine | None
    undo_until: datetime | None


def after_visit(session: Session, actor: Actor, card: VisitCard, now: datetime) -> AfterVisit | None:
    """Return what follows a visit that the actor may see, or None where it was not recorded today.

    The number of statements does not depend on how many clients the site has.
    """
    recorded_at = card.records[0].visit.recorded_at
    if card.result is None or day_at(recorded_at, card.time_zone) != card.today:
        return None
    client = planned_client(session, actor, card.enrollment_id, now)
    comes = next_visit(
        client.week, client.planned, card.visit.behavior, visited_on=card.visit.happened_on, today=card.today, now=now
    )
    slot = comes.slot if comes is not None else None
    return AfterVisit(
        comes,
        client.week.services[slot.service_id].name if slot is not None else "",
        _state_at(card, slot),
        card.may_redeem and _can_redeem(session, actor, card, client.week.site_id),
        client.week.site_id,
        longest_waiting(session, client.week.site_id, card.today, now, but=client.client_id),
        recorded_at + timedelta(minutes=card.undo_minutes) if UNDO in card.ways else None,
    )


def _state_at(card: VisitCard, slot: Slot | None) -> LadderState:
    """Return where the client stands at the next slot, which pays nothing where its week's paid visits are complete."""
    if slot is None:
        return card.state
    state = card.state_on(slot.on_day)
    is_paid = state.next_due is None or state.opens_week <= slot.week
    return state if is_paid else state._replace(next_due=0, next_bonus=0)


def longest_waiting(session: Session, site_id: int, day: date, now: datetime, *, but: int) -> SlotLine | None:
    """Return the slot of the client who has waited longest at a site, leaving out one client; None where nobody waits.

    Who is here for a group waits for nobody. The caller checks whether the actor may see the site.
    """
    if not any(note.status == ARRIVED for note in notes_of(session, site_id, day).values()):
        return None
    waiting = (
        (since, line)
        for line in day_lines(session, site_id, day, now)
        if (since := arrived_at(line)) is not None and line.person.client_id != but and not line.service.is_together
    )
    first = min(waiting, key=lambda one: one[0], default=None)
    return first[1] if first is not None else None


def _can_redeem(session: Session, actor: Actor, card: VisitCard, site_id: int) -> bool:
    """Return whether some prize is on the shelf that the client can pay for and may still have."""
    prizes = [
        prize
        for prize in catalog_at(session, actor, site_id)
        if prize.price_points <= card.balance and (prize.is_counted_at(site_id) or prize.left_at(site_id))
    ]
    if not prizes or any(prize.limit is None for prize in prizes):
        return bool(prizes)
    had = had_of(session, card.client_id, card.time_zone)
    return any(prize.limit and prize.limit.left(had.get(prize.id, []), card.today) for prize in prizes)
