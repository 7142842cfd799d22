"""Who has a key of which place, and who had one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KeyHolding, KeyReturn, Site, Staff
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class KeyLine:
    """Somebody has a key of a place of a site from a day on, until a day, or still (None); and who entered it."""

    id: int
    site_id: int
    site_name: str
    time_zone: str
    place: str
    holder: str
    from_on: date
    until_on: date | None
    recorded_at: datetime
    staff_name: str | None


def _lines(actor: Actor) -> Any:
    holder, by = aliased(Staff), aliased(Staff)
    return (
        select(
            KeyHolding.id,
            KeyHolding.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            KeyHolding.place,
            holder.display_name.label("holder"),
            KeyHolding.from_on,
            KeyReturn.until_on,
            KeyHolding.recorded_at,
            by.display_name.label("staff_name"),
        )
        .join(Site, Site.id == KeyHolding.site_id)
        .join(holder, holder.id == KeyHolding.holder_id)
        .outerjoin(KeyReturn, KeyReturn.holding_id == KeyHolding.id)
        .outerjoin(by, by.id == KeyHolding.staff_id)
        .where(at_sites(KeyHolding.site_id, actor))
        # Keys that somebody has now come first.
        .order_by(
            KeyReturn.id.is_not(None), Site.name, KeyHolding.place, KeyHolding.from_on.desc(), KeyHolding.id.desc()
        )
        .limit(MOST)
    )


def keys(session: Session, actor: Actor) -> tuple[KeyLine, ...]:
    """Return who has keys at the actor's sites, and then who had them; at most 500."""
    return tuple(view_of(KeyLine, row) for row in session.execute(_lines(actor)))


def key_line(session: Session, actor: Actor, holding_id: int) -> KeyLine:
    """Return one entry of the actor's sites. Raise `NotFound`."""
    row = session.execute(_lines(actor).where(KeyHolding.id == holding_id)).one_or_none()
    if row is None:
        raise NotFound(what="key")
    return view_of(KeyLine, row)
