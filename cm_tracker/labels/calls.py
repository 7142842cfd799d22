"""Words of the list of clients to call."""

from datetime import datetime
from zoneinfo import ZoneInfo

from cm_tracker.domain.day.calls import EXCUSED, LEFT_WORD, NO_ANSWER, REACHED, STOPPED, Call
from cm_tracker.domain.day.states import ARRIVED
from cm_tracker.i18n import gettext, lazy, time_in, weekday
from cm_tracker.labels.day import waits
from cm_tracker.queries.day.hands import Hands
from cm_tracker.queries.day.lines import SlotLine

OUTCOME_NAMES = {
    REACHED: lazy("reached"),
    EXCUSED: lazy("excused"),
    LEFT_WORD: lazy("left word"),
    NO_ANSWER: lazy("no answer"),
}


def said(call: Call | None, now: datetime, zone: str) -> str:
    """Return the newest word about a call: Tom is calling; called at 2:10 PM, left word. Nothing before the first call."""
    if call is None or call.outcome == STOPPED:
        return ""
    name = call.staff_name or gettext("Somebody")
    if call.is_going_on(now):
        return gettext("%(name)s is calling", name=name)
    outcome = OUTCOME_NAMES.get(call.outcome)
    if outcome is None:
        return ""
    local = ZoneInfo(zone)
    on = call.at.astimezone(local).date()
    at = time_in(call.at, zone)
    if on == now.astimezone(local).date():
        return gettext("%(name)s called at %(time)s: %(outcome)s", name=name, time=at, outcome=outcome)
    return gettext(
        "%(name)s called on %(day)s at %(time)s: %(outcome)s", name=name, day=weekday(on), time=at, outcome=outcome
    )


def note(line: SlotLine, hands: Hands, now: datetime, zone: str) -> str:
    """Return what stands after a name on the first page: how long somebody waits, who calls, what to tell the client."""
    who = line.person.enrollment_id
    first = waits(line, now) if line.state == ARRIVED else said(hands.calls.get(who), now, zone)
    closed = hands.to_tell.get(who)
    tell = gettext("tell: closed on %(day)s, nothing is lost", day=weekday(closed)) if closed is not None else ""
    return " · ".join(part for part in (first, tell) if part)
