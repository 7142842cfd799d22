"""A client's plan: the level of care, the hours that it requires a week, and the services that the client comes to.

A plan holds from a day on, until another one of the same enrollment takes its place. It is never edited, so what was
expected on a past day can always be worked out again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from cm_tracker.domain.day.services import TEST_VISIT, Service
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.schedules.schedule import Track

INTENSIVE_OUTPATIENT = "intensive_outpatient"
# From the one with the most care to the one with the least. The hours a week are those of the level where it has them:
# partial hospitalization 10 to 20; intensive outpatient 9 to 20 for adults, and at least 6 for adolescents.
LEVELS = ("detox_referral", "residential", "partial_hospital", INTENSIVE_OUTPATIENT, "outpatient", "aftercare")
HOURS: Mapping[str, tuple[int, int]] = {"partial_hospital": (10, 20), INTENSIVE_OUTPATIENT: (6, 20)}
FEWEST_OF_ADULTS = 9
MOST_HOURS = 60
"""No level of care asks for more hours a week of somebody who lives at home."""

FIRST, STEP_UP, STEP_DOWN, OTHER_SERVICES, OTHER_TIMES = "first", "step_up", "step_down", "services", "times"
REASONS = (FIRST, STEP_UP, STEP_DOWN, OTHER_SERVICES, OTHER_TIMES)

MOST_ITEMS = 30
MOST_HOURS_BETWEEN = 14 * 24


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A service of a plan, the weekdays on which the client comes, and the track that it counts for.

    `time_of_day` is the client's own time, where it is not the service's. The program can draw the days of tests: then
    `weekdays` are those that can be drawn, at least `hours_between` lie between two of them, and `drawn_on` are the days
    that were drawn.
    """

    service_id: int
    weekdays: frozenset[int]
    behavior: str | None = None
    time_of_day: time | None = None
    is_drawn: bool = False
    hours_between: int = 0
    drawn_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a client comes to from a day on, at a site."""

    id: int
    site_id: int
    from_on: date
    level: str
    hours_required: int
    items: tuple[PlanItem, ...]
    reason: str = FIRST


def plan_on(plans: Iterable[Plan], day: date) -> Plan | None:
    """Return the plan that holds on a day, or None. Of two from the same day on, the one entered later holds."""
    begun = [plan for plan in plans if plan.from_on <= day]
    return max(begun, key=lambda plan: (plan.from_on, plan.id), default=None)


def level_since(plans: Iterable[Plan], day: date) -> date | None:
    """Return the day since which the client has had the level of care of a day without a break, or None without one.

    A plan that changes services or times and keeps the level does not begin it anew.
    """
    by_day = {plan.from_on: plan for plan in sorted(plans, key=lambda plan: plan.id) if plan.from_on <= day}
    since: Plan | None = None
    for _, plan in sorted(by_day.items()):
        if since is None or plan.level != since.level:
            since = plan
    return since.from_on if since is not None else None


def check_first_day(from_on: date, starts_on: date, last_day: date | None, today: date, *, is_first: bool) -> None:
    """Raise `BadInput` for a day from which a plan cannot hold.

    The first plan may begin in the past, from the enrollment's first day on. A later one leaves past days as they were.
    `last_day` is the enrollment's, where it is known.
    """
    if from_on < starts_on:
        raise BadInput("The enrollment begins on %(day)s. Choose that day or a later one.", "from_on", day=starts_on)
    if not is_first and from_on < today:
        raise BadInput("Past days stay as they were. Choose today or a later day for the change.", "from_on")
    if last_day is not None and from_on > last_day:
        raise BadInput("The enrollment ends on %(day)s. Choose that day or an earlier one.", "from_on", day=last_day)


def check_plan(
    level: str,
    hours_required: int,
    reason: str,
    items: Sequence[PlanItem],
    *,
    from_on: date,
    services: Mapping[int, Service],
    tracks: Sequence[Track],
    before: Plan | None,
) -> None:
    """Raise everything that is wrong with a plan as it was entered.

    `services` are those of the client's site, `tracks` those of the version that holds from `from_on` on, and `before`
    is the plan that holds on the day before, if there is one.
    """
    refusals = AllRefusals()
    with refusals:
        _check_level(level, hours_required)
    with refusals:
        _check_reason(level, reason, before)
    with refusals:
        if not items:
            raise BadInput("Choose at least one service that the client comes to.", "services")
        if len(items) > MOST_ITEMS:
            raise BadInput("A plan has at most %(most)s services.", "services", most=MOST_ITEMS)
    for item in items:
        with refusals:
            _check_item(item, from_on, services, tracks)
    with refusals:
        _check_days(items, services)
    refusals.raise_any()


def _check_level(level: str, hours_required: int) -> None:
    if level not in LEVELS:
        raise BadInput("Choose the level of care from the list.", "level")
    least, most = HOURS.get(level, (0, MOST_HOURS))
    if not least <= hours_required <= most:
        raise BadInput(
            "This level of care has %(least)s to %(most)s hours a week.", "hours_required", least=least, most=most
        )


def _check_reason(level: str, reason: str, before: Plan | None) -> None:
    if reason not in REASONS:
        raise BadInput("Choose the reason from the list.", "reason")
    if before is None or level not in LEVELS:
        return
    step = LEVELS.index(level) - LEVELS.index(before.level)
    if step < 0 and reason != STEP_UP:
        raise BadInput('This level has more care than the one before. Choose "step up" as the reason.', "reason")
    if step > 0 and reason != STEP_DOWN:
        raise BadInput('This level has less care than the one before. Choose "step down" as the reason.', "reason")
    if step == 0 and reason in (STEP_UP, STEP_DOWN):
        raise BadInput("The level of care stays the same. Choose another reason, or another level.", "reason")


def _check_item(item: PlanItem, from_on: date, services: Mapping[int, Service], tracks: Sequence[Track]) -> None:
    service = services.get(item.service_id)
    if service is None:
        raise BadInput("Choose a service of the client's site.", "services")
    field = f"service_{service.id}"
    if not item.weekdays:
        raise BadInput("%(service)s: choose the weekdays on which the client comes.", field, service=service.name)
    meets = {one.weekday for one in service.meetings if one.until_on is None or one.until_on >= from_on}
    if not item.weekdays <= meets:
        raise BadInput("%(service)s: choose only weekdays on which it meets.", field, service=service.name)
    track = next((one for one in tracks if one.behavior == item.behavior), None)
    if item.behavior is not None and track is None:
        raise BadInput("%(service)s: the schedule has no such track.", field, service=service.name)
    counts = track is None or (track.is_test if service.kind == TEST_VISIT else track.evidence == "attendance")
    if not counts:
        raise BadInput(
            "%(service)s: a test counts at a test visit, and attendance counts at every other service.",
            field,
            service=service.name,
        )
    if item.is_drawn and (track is None or not track.is_test):
        raise BadInput("%(service)s: only the days of tests can be drawn.", field, service=service.name)
    if not 0 <= item.hours_between <= MOST_HOURS_BETWEEN:
        raise BadInput(
            "%(service)s: give 0 to %(most)s hours between two tests.",
            field,
            service=service.name,
            most=MOST_HOURS_BETWEEN,
        )
    if item.is_drawn and track is not None and item.hours_between < fewest_hours_between(track):
        raise BadInput(
            "%(service)s: the schedule asks for %(least)s hours or more between two tests.",
            field,
            service=service.name,
            least=fewest_hours_between(track),
        )


def fewest_hours_between(track: Track) -> int:
    """Return how many hours have to lie between two drawn tests of a track at the least."""
    return min(track.min_hours_between or 0, MOST_HOURS_BETWEEN)


def _check_days(items: Sequence[PlanItem], services: Mapping[int, Service]) -> None:
    """Raise `BadInput` where a service is planned twice for a weekday, or drawn days of a test have days beside them."""
    seen = set()
    for item in items:
        name = services[item.service_id].name if item.service_id in services else ""
        field = f"service_{item.service_id}"
        for weekday in item.weekdays:
            if (item.service_id, weekday) in seen:
                raise BadInput(
                    "%(service)s is planned twice for the same weekday. Remove one of the two.", field, service=name
                )
            seen.add((item.service_id, weekday))
        if item.is_drawn and sum(one.behavior == item.behavior for one in items) > 1:
            raise BadInput(
                "%(service)s: the days of this test are drawn, so no other service can have it.", field, service=name
            )
