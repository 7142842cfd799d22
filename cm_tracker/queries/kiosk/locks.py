"""Until when a client has to wait after wrong PINs."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.kiosk.tries import ALL_DEVICES, guesses_at
from cm_tracker.models import Throttle


def locked_until(
    session: Session, *, site_id: int, code: str, tries: int, wait: timedelta, now: datetime
) -> datetime | None:
    """Return until when a client has to wait, at one tablet at least or on the screens of staff, or None.

    `tries` is how many wrong PINs stand before a wait, and `wait` is how long it lasts.
    """
    guesses = guesses_at(site_id, code)
    last: datetime | None = session.execute(
        select(func.max(Throttle.last_failed_at)).where(
            or_(
                Throttle.subject.startswith(f"{guesses}:") & (Throttle.failures >= tries),
                (Throttle.subject == guesses) & (Throttle.failures >= tries * ALL_DEVICES),
            ),
            Throttle.last_failed_at > now - wait,
            Throttle.last_failed_at <= now,
        )
    ).scalar_one()
    return None if last is None else last + wait
