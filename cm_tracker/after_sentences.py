"""Sentences that staff say to a client after a visit: praise or thanks, when the next visit is, and the way back up.

They are in the current language (see `i18n`), and address the client by the name that they want to be called.
"""

from cm_tracker.domain.day.next_visit import NextVisit
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import PAID, RESET, LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.i18n import gettext, ngettext, time_in, weekday
from cm_tracker.sentences import amount, next_one, way_back

_ = gettext


def to_say(
    name: str, result: Result, track: Track, state: LadderState, comes: NextVisit | None, time_zone: str
) -> tuple[str, ...]:
    """Return what staff can say to a client after a visit, after what it earned and why.

    `state` is where the client stands at the next visit. `comes` is that visit, None where nobody knows when.
    """
    return (
        *praise(name, result),
        *coming(state, result.unit, track, comes, time_zone),
        *way_back(result, track, state),
    )


def praise(name: str, result: Result) -> tuple[str, ...]:
    """Return praise for a visit that earned something, or thanks for one whose target was not met."""
    if result.why == PAID:
        well_done = _("Well done, %(name)s.", name=name) if name else _("Well done.")
        if result.run < 2:
            return (well_done,)
        return well_done, ngettext("%(n)s in a row took real work.", "%(n)s in a row took real work.", result.run)
    if result.why == RESET and result.outcome != outcomes.UNEXCUSED:
        return (_("Thank you for coming, %(name)s.", name=name) if name else _("Thank you for coming."),)
    return ()


def coming(state: LadderState, unit: str, track: Track, comes: NextVisit | None, time_zone: str) -> tuple[str, ...]:
    """Return when the client comes next and what that can earn. A day that the program draws is not said."""
    earns = next_one(state.next_due, unit, is_hours=track.evidence == "hours", is_goal=track.evidence == "activity")
    if comes is None or state.next_due is None:
        return (earns,)
    if comes.slot is None:
        return earns, _("We will tell you when.")
    when = {"day": weekday(comes.slot.on_day), "time": time_in(comes.slot.begins_at, time_zone)}
    if not state.next_due:
        return _("Please come on %(day)s at %(time)s.", **when), earns
    return (
        _(
            "Please come on %(day)s at %(time)s: that visit can earn %(amount)s.",
            amount=amount(state.next_due, unit),
            **when,
        ),
    )
