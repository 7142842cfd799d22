"""What of earlier days needs a hand at a site: closed days that nobody has finished."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.day.closed_day_pages import Unsettled, unsettled_days
from cm_tracker.queries.staff.sites import SiteLine


@dataclass(frozen=True, slots=True)
class Hands:
    """What of earlier days needs a hand. `closed_days` are those whose excused visits are not recorded yet."""

    closed_days: tuple[Unsettled, ...]


def hands_of(session: Session, actor: Actor, site: SiteLine, now: datetime) -> Hands:
    """Return what of earlier days needs a hand at one of the actor's sites. The number of statements is constant."""
    return Hands(unsettled_days(session, actor, site.id, day_at(now, site.time_zone)))
