"""What needs a hand at a site: clients to call, draws and prizes that wait, and closed days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.calls import LIST_FOR, Call
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client
from cm_tracker.queries.day.asked import AskedLine, asked_at
from cm_tracker.queries.day.calls import calls_between, to_call
from cm_tracker.queries.day.closed_day_pages import Unsettled, to_tell, unsettled_days
from cm_tracker.queries.prizes.redemptions import Receipt, set_aside
from cm_tracker.queries.staff.sites import SiteLine

MOST_NAMED = 5
"""So many clients a line of the page names."""


@dataclass(frozen=True, slots=True)
class DrawsLine:
    """A client who has slips to draw."""

    client_id: int
    code: str
    name: str
    draws: int


@dataclass(frozen=True, slots=True)
class Hands:
    """What needs a hand at a site, beside the day itself.

    `to_call` counts the clients who did not come and were not reached yet. `calls` has the newest word about the call to
    a client who is missing today, by the enrollment. `closed_days` are those whose excused visits are not recorded yet.
    `to_tell` are clients who are told of a closed day when they come, with the day, by the enrollment. `draws` are clients
    who have slips to draw, the first ones, and `to_draw` counts all of them. `set_aside` are prizes that wait for their
    clients. `asked` is what clients asked for at the kiosk: prizes, and questions.
    """

    to_call: int
    calls: Mapping[int, Call]
    closed_days: tuple[Unsettled, ...]
    to_tell: Mapping[int, date]
    to_draw: int = 0
    draws: tuple[DrawsLine, ...] = ()
    set_aside: tuple[Receipt, ...] = ()
    asked: tuple[AskedLine, ...] = ()


def hands_of(session: Session, actor: Actor, site: SiteLine, now: datetime) -> Hands:
    """Return what needs a hand at one of the actor's sites, of what the actor may do. The number of statements is constant."""
    today = day_at(now, site.time_zone)
    calls = calls_between(session, site.id, today - LIST_FOR, today)
    return Hands(
        to_call(session, site.id, today, calls),
        {number: call for (number, day), call in calls.items() if day == today},
        unsettled_days(session, actor, site.id, today, now),
        to_tell(session, site.id, today),
        *(_draws(session, site.id) if actor.may("draw:make") else (0, ())),
        tuple(one for one in set_aside(session, actor) if one.site_id == site.id) if actor.may("prize:redeem") else (),
        asked_at(session, actor, site.id, today),
    )


def _draws(session: Session, site_id: int) -> tuple[int, tuple[DrawsLine, ...]]:
    """Return how many clients of a site have slips to draw, and the first ones by their codes."""
    rows = session.execute(
        select(Client.id, Client.code, Client.preferred_name, AccountRow.balance, func.count().over().label("n"))
        .join(AccountRow, AccountRow.client_id == Client.id)
        .where(
            Client.site_id == site_id,
            Client.merged_into_id.is_(None),
            AccountRow.kind == "client",
            AccountRow.unit == "draws",
            AccountRow.balance > 0,
        )
        .order_by(Client.code)
        .limit(MOST_NAMED)
    ).all()
    lines = tuple(DrawsLine(row.id, row.code, row.preferred_name, row.balance) for row in rows)
    return (rows[0].n if rows else 0), lines
