"""Guesses at a PIN are slowed down for the code and for the device, and a right PIN makes nobody wait."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import KioskRefused, TooManyTries
from cm_tracker.models import Throttle
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from tests import cast

HASHER = Hasher(64, 1)
LIMIT = Limit(2, timedelta(minutes=10))  # a device may fail eight times
NOW = cast.NOW


def tries(session: Session, pin: str, *, at: datetime = NOW, code: str = "HS-1", device: str = "kiosk") -> str:
    """Open a card: `open`, `refused`, or how many minutes to wait."""
    try:
        open_kiosk(
            session,
            code=code,
            pin=pin,
            device=device,
            hasher=HASHER,
            limit=LIMIT,
            lasts=timedelta(minutes=1),
            now=at,
        )
    except KioskRefused:
        return "refused"
    except TooManyTries as error:
        return f"{error.minutes} min"
    return "open"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def test_a_new_pin_ends_the_wait_of_its_client(session: Session) -> None:
    assert [tries(session, "0000") for _ in range(3)] == ["refused", "refused", "10 min"]
    assert tries(session, cast.PIN) == "10 min"
    set_pin(session, client_id=cast.AMIR, pin="7391", hasher=HASHER, actor=cast.rosa, now=NOW)
    assert tries(session, "7391") == "open"


def test_a_new_pin_does_not_end_the_wait_of_the_device(session: Session) -> None:
    for n in range(8):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    set_pin(session, client_id=cast.AMIR, pin="7391", hasher=HASHER, actor=cast.rosa, now=NOW)
    assert tries(session, "7391") == "10 min"


def test_a_right_pin_does_not_lengthen_the_wait_of_a_device(session: Session) -> None:
    """Seven failed at noon and one client was right at 12:09: what failed at noon is forgotten at 12:10."""
    for n in range(7):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    assert tries(session, cast.PIN, at=minutes(9)) == "open"
    assert tries(session, "0000", code="XX-8", at=minutes(10)) == "refused"
    failures = session.execute(select(Throttle.failures).where(Throttle.subject.like("device:%"))).scalar_one()
    assert failures == 1, "the eight that failed before are over, so a new count has begun"


def test_a_right_pin_is_taken_back_from_the_count_of_its_device(session: Session) -> None:
    for n in range(7):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    for _ in range(4):
        assert tries(session, cast.PIN, at=minutes(1)) == "open"
    assert tries(session, "0000", code="XX-8", at=minutes(2)) == "refused"
    assert tries(session, cast.PIN, at=minutes(2)) == "10 min"


def test_a_failure_beside_a_right_pin_keeps_its_own_time(session: Session) -> None:
    """The wait counts from the last failure, also where somebody was right after it."""
    assert tries(session, "0000", code="XX-0") == "refused"
    assert tries(session, "0000", code="XX-1", at=minutes(5)) == "refused"
    assert tries(session, cast.PIN, at=minutes(8)) == "open"
    last = session.execute(select(Throttle.last_failed_at).where(Throttle.subject.like("device:%"))).scalar_one()
    assert last == minutes(5)
