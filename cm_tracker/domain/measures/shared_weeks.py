"""The slots of many enrollments at once.

In a program week in which nothing changes for a client, everybody with the same plan has the same slots. They are worked
out once, by the same function as the day's board. A week that begins late, is paused, or in which the plan or the version
changes is worked out for its enrollment alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from cm_tracker.domain.day.plans import Plan, PlanItem, plan_on
from cm_tracker.domain.day.slots import Planned, SiteWeek, Slot, slots_on
from cm_tracker.domain.days import days_between
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.timeline import Timeline

DaySlots = tuple[date, tuple[Slot, ...]]
_Tracks = tuple[tuple[str, bool, int | None], ...]
_SIX_DAYS = timedelta(days=6)


class SharedWeeks:
    """The slots of one site's enrollments, with the weeks that several of them share."""

    def __init__(self, week: SiteWeek) -> None:
        self.week = week
        self._make_up_days = [one.make_up_on for one in week.calendar.closures if one.make_up_on is not None]
        self._shared: dict[tuple[int, date, int], tuple[DaySlots, ...]] = {}
        self._items: dict[tuple[PlanItem, ...], int] = {}
        self._tracks: dict[_Tracks, int] = {}
        self._of_weeks: dict[int, tuple[Schedule, tuple[int | None, ...]]] = {}

    def weeks(self, planned: Planned, first_day: date, last_day: date) -> Iterator[tuple[int, Sequence[DaySlots]]]:
        """Yield the program weeks of an enrollment with the slots of their days, from a day to a day.

        The slots of a shared week name another enrollment and another program week: those that are yielded count.
        """
        timeline = planned.timeline
        first = max(first_day, timeline.starts_on, planned.at_site_from)
        last = min(day for day in (last_day, planned.span.last_day, planned.at_site_until) if day is not None)
        if first > last or not planned.plans:
            return
        number = timeline.week_of(first)
        steady = self._steady(planned)
        while (begins := timeline.first_day_of(number)) is not None and begins <= last:
            days: Sequence[DaySlots] | None = None
            if steady is not None:
                of_plan, of_weeks = steady
                tracks = of_weeks[number - 1] if number <= len(of_weeks) else None
                days = None if tracks is None else self._shared.get((of_plan, begins, tracks))
            if days is not None and first <= begins and begins + _SIX_DAYS <= last:
                yield number, days
                number += 1
                continue
            ends = timeline.last_day_of(number)
            if days is None:
                days = self._of_week(planned, timeline, number, begins, ends)
            if days is None:
                of_days = days_between(max(begins, first), min(ends or last, last))
                days = _by_day([slot for day in of_days for slot in slots_on(self.week, planned, day)])
            if begins < first or ends is None or ends > last:
                days = [one for one in days if first <= one[0] <= last]
            yield number, days
            number += 1

    def _steady(self, planned: Planned) -> tuple[int, tuple[int | None, ...]] | None:
        """Return what the weeks of an enrollment in which nothing ever changes are known by, or None for another one."""
        timeline, plan = planned.timeline, planned.plans[0]
        if (
            timeline.pauses
            or timeline.moves
            or len(planned.plans) > 1
            or self._make_up_days
            or plan.site_id != self.week.site_id
            or max(plan.from_on, planned.at_site_from) > timeline.starts_on
        ):
            return None
        return self._number_of(plan), self._tracks_of(timeline.schedule)

    def _of_week(
        self, planned: Planned, timeline: Timeline, number: int, begins: date, ends: date | None
    ) -> tuple[DaySlots, ...] | None:
        """Return the slots of a week in which nothing changes, or None for another week.

        A last day within the week changes none of the days before it.
        """
        if ends is None or ends != begins + _SIX_DAYS or begins < planned.at_site_from:
            return None
        if timeline.pauses and any(
            pause.first_day <= ends and begins <= (pause.last_day or ends) for pause in timeline.pauses
        ):
            return None
        if timeline.moves and any(begins < move.from_day <= ends for move in timeline.moves):
            return None
        plans = planned.plans
        if (len(plans) > 1 and any(begins < plan.from_on <= ends for plan in plans)) or begins < plans[
            0
        ].from_on <= ends:
            return None
        # What is made up for on a day follows from the week of the closed day.
        if self._make_up_days and any(begins <= day <= ends for day in self._make_up_days):
            return None
        of_weeks = self._tracks_of(timeline.schedule_on(begins))
        tracks = of_weeks[number - 1] if number <= len(of_weeks) else None
        if tracks is None:
            return None
        plan = plan_on(plans, begins) if len(plans) > 1 or plans[0].from_on > begins else plans[0]
        if plan is None or plan.site_id != self.week.site_id:
            return ()
        key = (self._number_of(plan), begins, tracks)
        found = self._shared.get(key)
        if found is None:
            as_if = Planned(planned.enrollment_id, planned.span, planned.plans, planned.at_site_from)
            found = _by_day([slot for day in days_between(begins, ends) for slot in slots_on(self.week, as_if, day)])
            if planned.span.last_day is None or planned.span.last_day >= ends:
                self._shared[key] = found
        return found

    def _number_of(self, plan: Plan) -> int:
        return self._items.setdefault(plan.items, len(self._items))

    def _tracks_of(self, schedule: Schedule) -> tuple[int | None, ...]:
        """Return for each program week of a version the number of what its slots depend on.

        It is None where a period is longer than a week.
        """
        known = self._of_weeks.get(id(schedule))
        if known is None:
            numbers = tuple(self._tracks_in(schedule, number) for number in range(1, schedule.last_week + 1))
            # The schedule is kept, so that no other one can get its id.
            known = self._of_weeks[id(schedule)] = (schedule, numbers)
        return known[1]

    def _tracks_in(self, schedule: Schedule, number: int) -> int | None:
        phases = [(track.in_week(number), track.phase_in(number)) for track in schedule.tracks]
        if any(phase is not None and phase.period_weeks > 1 for _, phase in phases):
            return None
        tracks = tuple(
            (track.behavior, track.is_test, phase.visits_per_week if phase else None) for track, phase in phases
        )
        return self._tracks.setdefault(tracks, len(self._tracks))


def _by_day(slots: Sequence[Slot]) -> tuple[DaySlots, ...]:
    return tuple((day, tuple(of_day)) for day, of_day in groupby(slots, key=lambda slot: slot.on_day))
