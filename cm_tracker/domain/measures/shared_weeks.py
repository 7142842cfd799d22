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
        self._shared: dict[tuple[int, date, _Tracks], tuple[DaySlots, ...]] = {}
        self._items: dict[tuple[PlanItem, ...], int] = {}
        self._tracks: dict[tuple[int, int], tuple[Schedule, _Tracks | None]] = {}

    def days(self, planned: Planned, first_day: date, last_day: date) -> Iterator[tuple[int, DaySlots]]:
        """Yield the days with slots of an enrollment from a day to a day, each with its program week.

        The slots of a shared week name another enrollment and another program week: those that are yielded count.
        """
        timeline = planned.timeline
        first = max(first_day, timeline.starts_on, planned.at_site_from)
        last = min(day for day in (last_day, planned.span.last_day, planned.at_site_until) if day is not None)
        if first > last or not planned.plans:
            return
        number = timeline.week_of(first)
        while (begins := timeline.first_day_of(number)) is not None and begins <= last:
            ends = timeline.last_day_of(number)
            days = self._of_week(planned, timeline, number, begins, ends)
            if days is None:
                of_days = days_between(max(begins, first), min(ends or last, last))
                days = _by_day([slot for day in of_days for slot in slots_on(self.week, planned, day)])
            for one in days:
                if first <= one[0] <= last:
                    yield number, one
            number += 1

    def _of_week(
        self, planned: Planned, timeline: Timeline, number: int, begins: date, ends: date | None
    ) -> tuple[DaySlots, ...] | None:
        """Return the slots of a week in which nothing changes, or None for another week.

        A last day within the week changes none of the days before it.
        """
        if ends is None or ends != begins + _SIX_DAYS or begins < planned.at_site_from:
            return None
        if any(pause.first_day <= ends and begins <= (pause.last_day or ends) for pause in timeline.pauses):
            return None
        if any(begins < move.from_day <= ends for move in timeline.moves):
            return None
        if any(begins < plan.from_on <= ends for plan in planned.plans):
            return None
        # What is made up for on a day follows from the week of the closed day.
        if any(begins <= day <= ends for day in self._make_up_days):
            return None
        tracks = self._tracks_in(timeline.schedule_on(begins), number)
        if tracks is None:
            return None
        plan = plan_on(planned.plans, begins)
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

    def _tracks_in(self, schedule: Schedule, number: int) -> _Tracks | None:
        """Return what the slots of a program week depend on in a version, or None where a period is longer than a week."""
        known = self._tracks.get((id(schedule), number))
        if known is None:
            phases = [(track.in_week(number), track.phase_in(number)) for track in schedule.tracks]
            is_longer = any(phase is not None and phase.period_weeks > 1 for _, phase in phases)
            tracks = tuple(
                (track.behavior, track.is_test, phase.visits_per_week if phase else None) for track, phase in phases
            )
            # The schedule is kept, so that no other one can get its id.
            known = self._tracks[id(schedule), number] = (schedule, None if is_longer else tracks)
        return known[1]


def _by_day(slots: Sequence[Slot]) -> tuple[DaySlots, ...]:
    return tuple((day, tuple(of_day)) for day, of_day in groupby(slots, key=lambda slot: slot.on_day))
