"""Closing a day: every slot has its outcome, and nobody notes anything of that day until a lead opens it again.

A slot of a community meeting may stay open: its slip is handed in later, also when the day is closed.
"""

from datetime import date

from cm_tracker.domain.day.expected_visits import ExpectedVisit
from cm_tracker.domain.day.slots import CLOSED as SITE_CLOSED
from cm_tracker.domain.day.states import ABSENT, CLOSED, LATER, MISSING, NOT_COMING, Note
from cm_tracker.domain.errors import AllRefusals, BadInput, InTheFuture
from cm_tracker.domain.goals.slips import COMMUNITY_MEETING, can_be_handed_in


def check_closing(day: date, today: date, open_slots: int) -> None:
    """Raise `InTheFuture` for a day to come, and `BadInput` while somebody of that day is open."""
    refusals = AllRefusals()
    with refusals:
        if day > today:
            raise InTheFuture(day=day)
    with refusals:
        if open_slots:
            raise BadInput("Open slots of the day: %(n)s. Say of each what happened.", n=open_slots)
    refusals.raise_any()


def check_is_open(is_closed: bool, day: date) -> None:
    """Raise `BadInput` for a day that is closed."""
    if is_closed:
        raise BadInput("%(day)s is closed. A lead can open it again.", day=day)


def waits_for_slip(kind: str, state: str, note: Note | None, day: date, today: date) -> bool:
    """Return whether a slot stays open when its day is closed: a slip of that community meeting may still come.

    The meeting is outside of the clinic, so nobody saw whether the client was there. Who said that they do not come is
    not waited for.
    """
    if kind != COMMUNITY_MEETING or state not in (MISSING, LATER):
        return False
    return (note is None or note.status != NOT_COMING) and can_be_handed_in(day, today)


def waits_for_excuse(one: ExpectedVisit) -> bool:
    """Return whether the program still has to excuse a slot of a closed day.

    That is one that counts for a track and has no visit, and one of which staff noted an absence before the closure was
    entered. A recorded absence is a visit, and a correction excuses it (`is_wrong_absence`).
    """
    if one.slot.excused_by != SITE_CLOSED or one.visit is not None:
        return False
    return one.state == ABSENT or (one.state == CLOSED and one.slot.behavior is not None)


def is_wrong_absence(one: ExpectedVisit) -> bool:
    """Return whether a slot of a closed day has an absence without excuse, recorded before the closure was entered."""
    return one.slot.excused_by == SITE_CLOSED and one.visit is not None and one.state == ABSENT
