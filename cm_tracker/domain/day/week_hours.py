"""The hours of a week from its slots: attended, excused and expected minutes, and what is not known yet.

Hours are those of care: a test visit gives none. Excused minutes count as attended, and so do those of a closed day. Time
on a make-up day takes the place of the closed day's within the week. In another week it counts for nothing, because the
closed day is excused in its own: nobody loses by a closed day, and nothing counts twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.plans import plan_on
from cm_tracker.domain.day.slots import Planned
from cm_tracker.domain.day.states import MISSING, minutes_counted
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.goals.slips import COMMUNITY_MEETING, can_be_handed_in
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import ProgramWeek


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The hours of some days. `open` are the slots of which nobody said yet what happened: their minutes are missing."""

    hours: Hours
    open: tuple[ExpectedVisit, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every slot is settled."""
        return not self.open


def hours_of_days(
    visits: Iterable[ExpectedVisit], planned: Planned, first_day: date, last_day: date, today: date
) -> WeekHours:
    """Return the hours of an enrollment from a day to a day, both included. `visits` may have more than those days.

    A community meeting of which no slip came in time was not attended, and keeps no week open.
    """
    care = [
        one
        for one in visits
        if one.is_care
        and first_day <= one.slot.on_day <= last_day
        and not _is_excused_in_another_week(one, planned, first_day, last_day)
    ]
    minutes = {one.slot: minutes_counted(one.slot, one.note, one.state) for one in care}
    made_up = {(one.slot.service_id, one.slot.makes_up_for): minutes[one.slot][0] for one in care}
    attended = excused = expected = 0
    for one in care:
        attended += minutes[one.slot][0]
        is_instead = one.slot.makes_up_for is not None and planned.runs_on(one.slot.makes_up_for)
        if one.is_expected and not is_instead:
            on_make_up_day = made_up.get((one.slot.service_id, one.slot.on_day), 0)
            excused += max(0, minutes[one.slot][1] - on_make_up_day)
            expected += one.slot.minutes
    still_open = (one for one in care if one.is_open and one.is_expected and not _has_no_slip(one, today))
    return WeekHours(Hours(attended, excused, expected), tuple(still_open))


def _has_no_slip(one: ExpectedVisit, today: date) -> bool:
    is_meeting = one.service.kind == COMMUNITY_MEETING and one.state == MISSING
    return is_meeting and not can_be_handed_in(one.slot.on_day, today)


def _is_excused_in_another_week(one: ExpectedVisit, planned: Planned, first_day: date, last_day: date) -> bool:
    """Return whether a slot makes up for a closed day that lies in another week and was excused there."""
    closed_on = one.slot.makes_up_for
    return closed_on is not None and planned.runs_on(closed_on) and not first_day <= closed_on <= last_day


def check_known(planned: Planned, site_id: int, week: ProgramWeek) -> None:
    """Raise `BadInput` where the slots of a site do not say what a client attended in a program week."""
    if planned.at_site_from > week.first_day:
        raise BadInput("The client came from another site in this week. Enter the hours by hand.", "week")
    plan = plan_on(planned.plans, week.last_day)
    if plan is None or plan.site_id != site_id:
        raise BadInput("No plan held in this week. Enter the hours by hand.", "week")


def check_settled(of_week: WeekHours) -> None:
    """Raise `BadInput` where nobody said yet what happened in some slots of a week."""
    if of_week.open:
        raise BadInput("Open slots of the week: %(n)s. Say of each what happened.", "week", n=len(of_week.open))
