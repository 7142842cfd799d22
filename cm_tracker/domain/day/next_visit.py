"""The next visit of a client on a track, and whether the client may be told its day.

A day that the program draws is random only as long as nobody says it. So nothing is said of the next day of a track that
has drawn days in the client's plan, not even of one of its fixed days: whoever hears of a later day knows that none comes
before it.
"""

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
    for ahead in range(DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        plan = plan_on(planned.plans, day)
        if plan is not None and any(item.is_drawn for item in plan.items if item.behavior == behavior):
            return NextVisit(None)
        for slot in slots_on(week, planned, day):
            if slot.behavior == behavior and slot.excused_by is None and slot.ends_at > now and day != visited_on:
                return NextVisit(slot)
    return None
