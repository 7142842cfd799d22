"""Count a try at a tablet: for the client's code there, for the client elsewhere, and for the tablet."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import KioskRefused
from cm_tracker.domain.kiosk.tries import ALL_DEVICES, DEVICE_CODES, failures_of, guesses_at, guesses_from
from cm_tracker.models import KioskDevice
from cm_tracker.operations.steps.count_try import CountedTry, Limit, check_wait, count_try, forget_tries, take_back


class KioskTry(NamedTuple):
    """A try that was counted. `at_device` is None where the code has failed here before, and counted already."""

    guesses: str
    from_here: str
    device: str
    at_device: CountedTry | None

    @property
    def stops_device(self) -> bool:
        """Return whether this is the last different code that may fail at the tablet."""
        return self.at_device is not None and self.at_device.failures[self.device] == DEVICE_CODES


def count_kiosk_try(
    session: Session, *, device_id: int, code: str, client: Any, limit: Limit, now: datetime
) -> KioskTry:
    """Count a try before the PIN is looked at. `client` is the row of `client_at_tablet`, or None.

    A code that fails several times counts once for the tablet. Where the client is known at the tablet, what fails
    elsewhere does not count here. Raise `TooManyTries` where the code or the tablet has to wait, and `KioskRefused` for
    a tablet that was revoked.
    """
    if client is None:
        site_id = session.execute(
            select(KioskDevice.site_id).where(KioskDevice.id == device_id, KioskDevice.revoked_at.is_(None))
        ).scalar_one_or_none()
        if site_id is None:
            raise KioskRefused
    else:
        # Guesses count for the client, whichever of their codes is typed after two records were merged.
        site_id, code = client.site_id, client.code
    guesses = guesses_at(site_id, code)
    from_here, device = guesses_from(guesses, device_id), failures_of(device_id)
    subjects = [(from_here, limit)]
    if client is None or not client.is_known:
        subjects.append((guesses, Limit(limit.tries * ALL_DEVICES, limit.wait)))
    device_limit = Limit(DEVICE_CODES, limit.wait)
    failures = count_try(session, subjects=subjects, now=now).failures[from_here]
    # The rows of clients are always locked before the tablet's, so that two tries never wait for each other.
    if failures > 1:
        check_wait(session, device, device_limit, now)
        return KioskTry(guesses, from_here, device, None)
    return KioskTry(guesses, from_here, device, count_try(session, subjects=[(device, device_limit)], now=now))


def end_kiosk_try(session: Session, counted: KioskTry) -> None:
    """Forget what failed for the client here: the PIN was right. Other codes that failed at the tablet stay counted."""
    forget_tries(session, counted.from_here, counted.guesses)
    if counted.at_device is not None:
        take_back(session, counted.at_device, [counted.device])
