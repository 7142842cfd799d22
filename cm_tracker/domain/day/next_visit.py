"""The next visit of a client on a track, and whether the client may be told its day.

A day that the program draws is random only as long as nobody says it. So nothing is said of the next day of a track that
has drawn days in the client's plan, not even of one of its fixed days: whoever hears of a later day knows that none comes
before it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot, slots_on

DAYS_AHEAD = 28
"""So many days ahead the next visit is looked for."""


@dataclass(frozen=True, slots=True)
class NextVisit:
    """When a client comes next on a track. `slot` is None where the client is told on the day itself."""

    slot: Slot | None

    @property
    def is_told(self) -> bool:
        """Return whether the client may be told the day."""
        return self.slot is not None


def next_visit(
    week: SiteWeek, planned: Planned, behavior: str, *, visited_on: date, today: date, now: datetime
) -> NextVisit | None:
    """Return the next visit on a track after a visit of a day, or None where the plan has none within four weeks.

    A slot that the program excuses is left out, and so is every slot of the day of the visit: it has its visit.
    """
    slots = next_slots(week, planned, behavior, visited=(visited_on,), today=today, now=now, most=1)
    if slots is None:
        return NextVisit(None)
    return NextVisit(slots[0]) if slots else None


def next_slots(
    week: SiteWeek,
    planned: Planned,
    behavior: str,
    *,
    visited: Collection[date],
    today: date,
    now: datetime,
    most: int,
) -> tuple[Slot, ...] | None:
    """Return the next slots of a track within four weeks, one a day, or None where their days may not be told.

    A slot that the program excuses is left out, and so are those of the days in `visited`: they have their visit.
    """
    found: list[Slot] = []
    for ahead in range(DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        plan = plan_on(planned.plans, day)
        if plan is not None and any(item.is_drawn for item in plan.items if item.behavior == behavior):
            return tuple(found) or None
        if plan is None or day in visited:
            continue
        slots = slots_on(week, planned, day)
        found += [
            slot for slot in slots if slot.behavior == behavior and slot.excused_by is None and slot.ends_at > now
        ][:1]
        if len(found) >= most:
            break
    return tuple(found)
