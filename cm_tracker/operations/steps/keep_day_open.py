"""Keep a day of a site open while something of it is noted."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.closing import check_is_open
from cm_tracker.models import Site
from cm_tracker.queries.day.closed_days import closed_at


def keep_day_open(session: Session, site_id: int, on_day: date) -> None:
    """Keep anybody from closing a day until the commit. Raise `BadInput` for one that is closed.

    Many may note at the same time, and whoever closes the day waits for all of them.
    """
    session.execute(select(Site.id).where(Site.id == site_id).with_for_update(read=True))
    check_is_open(closed_at(session, site_id, on_day) is not None, on_day)
