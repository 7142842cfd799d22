"""A client's week: the hours of care in it, its tests beside those that the schedule pays, and what is told beforehand.

Levels of care count the hours of groups and sessions. A test visit gives none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.day.plans import Plan, PlanItem, plan_on
from cm_tracker.domain.day.services import TEST_VISIT, Meeting, Service
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.schedules.schedule import Track


@dataclass(frozen=True, slots=True)
class PaidTests:
    """From a program week on, the schedule pays `count` tests of a track in so many weeks."""

    first_week: int
    count: int
    weeks: int


def meetings_from(service: Service, day: date) -> tuple[Meeting, ...]:
    """Return the meetings of a service that hold on some day from a day on, one for each weekday, in their order.

    Of two that follow each other on a weekday it is the one that is in force first.
    """
    going_on = [one for one in service.meetings if one.until_on is None or one.until_on >= day]
    first: dict[int, Meeting] = {}
    for one in sorted(going_on, key=lambda one: one.from_on):
        first.setdefault(one.weekday, one)
    return tuple(first[weekday] for weekday in sorted(first))


def minutes_of_plan(items: Iterable[PlanItem], services: Mapping[int, Service], day: date) -> int:
    """Return the minutes of care that a plan from a day on gives in a week without a closure."""
    planned = [(services[item.service_id], item.weekdays) for item in items if item.service_id in services]
    return sum(
        meeting.minutes
        for service, weekdays in planned
        if service.kind != TEST_VISIT
        for meeting in meetings_from(service, day)
        if meeting.weekday in weekdays
    )


def minutes_of_slots(slots: Iterable[Slot], services: Mapping[int, Service]) -> int:
    """Return the minutes of care of slots. One that the program excuses is not held, so it gives none."""
    return sum(
        slot.minutes for slot in slots if slot.excused_by is None and services[slot.service_id].kind != TEST_VISIT
    )


def monday_of(day: date) -> date:
    """Return the Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())


def is_drawn(plans: Iterable[Plan], slot: Slot) -> bool:
    """Return whether the program drew the day of a slot, so that nobody tells the client beforehand."""
    plan = plan_on(plans, slot.on_day)
    return plan is not None and any(item.is_drawn for item in plan.items if item.service_id == slot.service_id)


def paid_tests(track: Track, week: int) -> tuple[PaidTests, ...]:
    """Return how many tests of a track are paid from a program week on: first now, then where the number changes.

    Nothing is returned where no phase covers that week or a later one.
    """
    found: list[PaidTests] = []
    for phase in track.phases:
        if phase.last_week < week:
            continue
        paid = PaidTests(max(phase.first_week, week), phase.visits_per_week, phase.period_weeks)
        if not found or (found[-1].count, found[-1].weeks) != (paid.count, paid.weeks):
            found.append(paid)
    return tuple(found)
