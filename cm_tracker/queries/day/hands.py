"""What of earlier days needs a hand at a site: clients to call, and closed days that nobody has finished."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calls import LIST_FOR, Call
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.day.calls import calls_between, to_call
from cm_tracker.queries.day.closed_day_pages import Unsettled, to_tell, unsettled_days
from cm_tracker.queries.staff.sites import SiteLine


@dataclass(frozen=True, slots=True)
class Hands:
    """What of earlier days needs a hand.

    `to_call` counts the clients who did not come and were not reached yet. `calls` has the newest word about the call to
    a client who is missing today, by the enrollment. `closed_days` are those whose excused visits are not recorded yet.
    `to_tell` are clients who are told of a closed day when they come, with the day, by the enrollment.
    """

    to_call: int
    calls: Mapping[int, Call]
    closed_days: tuple[Unsettled, ...]
    to_tell: Mapping[int, date]


def hands_of(session: Session, actor: Actor, site: SiteLine, now: datetime) -> Hands:
    """Return what of earlier days needs a hand at one of the actor's sites. The number of statements is constant."""
    today = day_at(now, site.time_zone)
    calls = calls_between(session, site.id, today - LIST_FOR, today)
    return Hands(
        to_call(session, site.id, today, calls),
        {number: call for (number, day), call in calls.items() if day == today},
        unsettled_days(session, actor, site.id, today),
        to_tell(session, site.id, today),
    )
