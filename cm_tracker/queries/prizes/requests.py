"""A client's request for a prize, as staff see it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Prize, PrizeRequest, Site
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.program import point_value_column
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class RequestCard:
    """A client's request for a prize. `ended` is how it ended, or None."""

    id: int
    client_id: int
    client_code: str
    client_name: str
    prize_id: int
    prize_name: str
    price_cents: int
    point_value_cents: int
    on_day: date
    asked_at: datetime
    ended: str | None
    time_zone: str

    @property
    def price_points(self) -> int:
        """Return the price in points."""
        return points_for(self.price_cents, self.point_value_cents)

    def is_open(self, now: datetime) -> bool:
        """Return whether it still waits: nothing ended it, and its day is not over."""
        return self.ended is None and self.on_day == day_at(now, self.time_zone)


def request_card(session: Session, actor: Actor, request_id: int) -> RequestCard:
    """Return a request of a client of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            PrizeRequest.id,
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Client.preferred_name.label("client_name"),
            PrizeRequest.prize_id,
            Prize.name.label("prize_name"),
            Prize.price_cents,
            point_value_column().label("point_value_cents"),
            PrizeRequest.on_day,
            PrizeRequest.asked_at,
            PrizeRequest.ended,
            Site.time_zone,
        )
        .join(Record, Record.id == PrizeRequest.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Prize, Prize.id == PrizeRequest.prize_id)
        .join(Site, Site.id == Client.site_id)
        .where(PrizeRequest.id == request_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="request")
    return view_of(RequestCard, row)
