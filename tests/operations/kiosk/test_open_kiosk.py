"""Guesses at a PIN are slowed down at each tablet by itself, and a right PIN makes nobody wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import KioskRefused, TooManyTries
from cm_tracker.models import KioskDevice, KioskSession, Throttle
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.clients.unlock_client import unlock_client
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.kiosk.release_device import release_device
from cm_tracker.operations.kiosk.revoke_device import revoke_device
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.kiosk.devices import device_list, stopped_devices
from cm_tracker.queries.kiosk.locks import locked_until
from tests import cast

HASHER = Hasher(64, 1)
LIMIT = Limit(2, timedelta(minutes=10))
NOW = cast.NOW


def tries(session: Session, pin: str, *, at: datetime = NOW, code: str = "HS-1", device: int = cast.TABLET) -> str:
    """Open a card: `open`, `refused`, or how many minutes to wait."""
    try:
        open_kiosk(
            session,
            code=code,
            pin=pin,
            device_id=device,
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


def another_tablet(session: Session, number: int = 1, *, site_id: int = cast.HARBOR) -> int:
    return cast.pair(session, site_id, f"Tablet {number}", f"token {number} of {site_id}")


def stops(session: Session) -> int:
    return int(session.execute(text("SELECT COUNT(*) FROM audit_event WHERE tag = 'device:stopped'")).scalar_one())


def locked(session: Session, at: datetime = NOW) -> datetime | None:
    return locked_until(session, site_id=cast.HARBOR, code="HS-1", tries=2, wait=LIMIT.wait, now=at)


# -- whose cards open where ----------------------------------------------------------------------------------


def test_a_card_opens_only_at_a_tablet_of_the_clients_site(session: Session) -> None:
    assert tries(session, cast.PIN, device=cast.MILL_TABLET) == "refused"
    assert tries(session, cast.PIN, code="MR-1") == "refused"
    assert tries(session, cast.PIN, code="MR-1", device=cast.MILL_TABLET) == "open"
    assert tries(session, cast.PIN) == "open"


def test_a_transferred_client_opens_their_card_at_the_new_site(session: Session) -> None:
    cast.transfer(session)
    assert tries(session, cast.PIN) == "refused"
    assert tries(session, cast.PIN, device=cast.MILL_TABLET) == "open"


def test_a_revoked_tablet_opens_nothing_and_its_open_card_closes(session: Session) -> None:
    assert tries(session, cast.PIN) == "open"
    other = another_tablet(session)
    revoke_device(session, device_id=cast.TABLET, actor=cast.miriam, now=NOW)
    assert session.execute(select(KioskSession.id)).all() == []
    assert tries(session, cast.PIN) == "refused"
    assert tries(session, "9999", code="XX-1") == "refused"
    assert tries(session, cast.PIN, device=other) == "open"


# -- one client ----------------------------------------------------------------------------------------------


def test_wrong_pins_at_another_tablet_do_not_lock_the_clients_own(session: Session) -> None:
    other = another_tablet(session)
    assert [tries(session, "0000", device=other) for _ in range(3)] == ["refused", "refused", "10 min"]
    assert tries(session, cast.PIN, device=other) == "10 min"
    assert tries(session, cast.PIN) == "open"
    assert tries(session, cast.PIN, device=other) == "10 min", "who guesses there waits on"


def test_one_client_is_guessed_at_over_many_tablets_no_more_than_eight_times(session: Session) -> None:
    """Twice at each of four tablets; the fifth takes no guess, and neither does the client's right PIN there."""
    tablets = [another_tablet(session, number) for number in range(5)]
    for tablet in tablets[:4]:
        assert [tries(session, "0000", device=tablet) for _ in range(2)] == ["refused", "refused"]
    assert tries(session, "0000", device=tablets[4]) == "10 min"
    assert tries(session, cast.PIN, device=tablets[4]) == "10 min"
    assert tries(session, cast.PIN, device=tablets[4], at=minutes(10)) == "open"


def test_guesses_over_many_tablets_do_not_keep_a_client_from_a_tablet_that_knows_them(session: Session) -> None:
    assert tries(session, cast.PIN) == "open"
    for number in range(4):
        tablet = another_tablet(session, number)
        assert [tries(session, "0000", device=tablet, at=minutes(1)) for _ in range(2)] == ["refused", "refused"]
    assert tries(session, cast.PIN, at=minutes(1)) == "open"


def test_a_tablet_forgets_after_ninety_days_whom_it_knows(session: Session) -> None:
    assert tries(session, cast.PIN, at=NOW - timedelta(days=90)) == "open"
    for number in range(4):
        tablet = another_tablet(session, number)
        assert [tries(session, "0000", device=tablet) for _ in range(2)] == ["refused", "refused"]
    assert tries(session, cast.PIN) == "10 min"


def test_codes_of_another_site_are_not_guessed_at_from_here(session: Session) -> None:
    """What is typed at Mill Road counts for nobody at Harbor Street."""
    for number in range(5):
        tablet = another_tablet(session, number, site_id=cast.MILL)
        for _ in range(2):
            tries(session, "0000", device=tablet)
    assert tries(session, cast.PIN) == "open"


def test_a_new_pin_ends_the_wait_of_its_client_at_every_tablet(session: Session) -> None:
    other = another_tablet(session)
    for device in (cast.TABLET, other):
        assert [tries(session, "0000", device=device) for _ in range(3)] == ["refused", "refused", "10 min"]
    set_pin(session, client_id=cast.AMIR, pin="7391", hasher=HASHER, actor=cast.rosa, now=NOW)
    assert [tries(session, "7391", device=device) for device in (cast.TABLET, other)] == ["open", "open"]


def test_staff_see_until_when_a_client_is_locked_and_unlock_at_once(session: Session) -> None:
    assert tries(session, "0000") == "refused"
    assert locked(session) is None
    assert tries(session, "0000", at=minutes(2)) == "refused"
    assert locked(session, minutes(3)) == minutes(12)
    assert locked(session, minutes(12)) is None
    assert tries(session, cast.PIN, at=minutes(3)) == "9 min"
    unlock_client(session, client_id=cast.AMIR, actor=cast.rosa, now=minutes(3))
    assert locked(session, minutes(3)) is None
    assert tries(session, cast.PIN, at=minutes(3)) == "open"


def test_staff_see_the_lock_of_a_client_who_was_guessed_at_over_many_tablets(session: Session) -> None:
    for number in range(4):
        tries(session, "0000", device=another_tablet(session, number))
    assert locked(session) is None
    for number in range(4, 8):
        tries(session, "0000", device=another_tablet(session, number), at=minutes(1))
    assert locked(session, minutes(1)) == minutes(11), "eight wrong PINs, one at each tablet"


def test_a_right_pin_ends_the_count(session: Session) -> None:
    for _ in range(5):
        assert tries(session, "0000") == "refused"
        assert tries(session, cast.PIN) == "open"


# -- one tablet ----------------------------------------------------------------------------------------------


def test_one_pin_over_many_codes_stops_at_the_tablet_after_eight(session: Session) -> None:
    for n in range(8):
        assert tries(session, "2580", code=f"XX-{n}") == "refused"
    assert [tries(session, "2580", code=f"XX-{n}") for n in range(8, 40)] == ["10 min"] * 32
    assert tries(session, cast.PIN) == "10 min", "the tablet takes no code at all"
    assert tries(session, cast.PIN, device=another_tablet(session)) == "open", "and another one does"


def test_codes_that_exist_and_codes_that_do_not_stop_the_tablet_alike(session: Session) -> None:
    for n in range(8):
        open_client(
            session,
            code=f"HS-2{n}",
            preferred_name="",
            site_id=cast.HARBOR,
            language="en",
            actor=cast.rosa,
            now=NOW,
        )
        assert tries(session, "2580", code=f"HS-2{n}") == "refused"
    assert tries(session, "2580", code="HS-29") == "10 min"


def test_a_stopped_tablet_is_noted_once_and_shown_until_a_lead_has_looked_into_it(session: Session) -> None:
    for n in range(8):
        assert stopped_devices(session, cast.miriam) == ()
        tries(session, "2580", code=f"XX-{n}")
    for actor in (cast.miriam, cast.grace, cast.sam):
        assert [(one.id, one.site_name) for one in stopped_devices(session, actor)] == [(1, "Harbor Street")]
    assert stopped_devices(session, cast.anna) == (), "nobody of another site"
    for n in range(8):  # the same incident goes on
        tries(session, "2580", code=f"YY-{n}", at=minutes(10))
    assert stops(session) == 1
    lines = session.execute(text("SELECT subject, detail FROM audit_event WHERE tag = 'device:stopped'")).all()
    assert [tuple(line) for line in lines] == [("device:1", '{"device":1}')]
    assert [one.waits_until for one in device_list(session, cast.miriam, LIMIT.wait, minutes(11))] == [minutes(20)]
    release_device(session, device_id=cast.TABLET, actor=cast.miriam, now=minutes(11))
    assert stopped_devices(session, cast.miriam) == ()
    assert [one.waits_until for one in device_list(session, cast.miriam, LIMIT.wait, minutes(11))] == [None]
    assert tries(session, cast.PIN, at=minutes(11)) == "open"


def test_one_code_that_fails_again_and_again_counts_once_for_the_tablet(session: Session) -> None:
    """One client with a forgotten PIN does not keep the others out."""
    for _ in range(30):
        tries(session, "0000")
    assert session.execute(select(Throttle.failures).where(Throttle.subject == "device:1")).scalar_one() == 1


def test_a_new_pin_and_an_unlocked_client_do_not_end_the_wait_of_the_tablet(session: Session) -> None:
    for n in range(8):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    set_pin(session, client_id=cast.AMIR, pin="7391", hasher=HASHER, actor=cast.rosa, now=NOW)
    unlock_client(session, client_id=cast.AMIR, actor=cast.rosa, now=NOW)
    assert tries(session, "7391") == "10 min"


def test_twenty_slips_in_a_busy_day_stop_no_tablet(session: Session) -> None:
    """Every eight minutes another client mistypes, and is then right: nobody has to wait at any time."""
    for n in range(20):
        at = minutes(8 * n)
        assert tries(session, "0000", code=f"XX-{n}", at=at) == "refused"
        assert tries(session, cast.PIN, at=at + timedelta(minutes=1)) == "open"
    assert stops(session) == 0


def test_a_right_pin_does_not_lengthen_the_wait_of_a_tablet(session: Session) -> None:
    """Seven failed at noon and one client was right at 12:09: what failed at noon is forgotten at 12:10."""
    for n in range(7):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    assert tries(session, cast.PIN, at=minutes(9)) == "open"
    assert tries(session, "0000", code="XX-8", at=minutes(10)) == "refused"
    failures = session.execute(select(Throttle.failures).where(Throttle.subject == "device:1")).scalar_one()
    assert failures == 1, "the eight that failed before are over, so a new count has begun"


def test_a_right_pin_is_taken_back_from_the_count_of_its_tablet(session: Session) -> None:
    for n in range(7):
        assert tries(session, "0000", code=f"XX-{n}") == "refused"
    for _ in range(4):
        assert tries(session, cast.PIN, at=minutes(1)) == "open"
    assert stops(session) == 0
    assert tries(session, "0000", code="XX-8", at=minutes(2)) == "refused"
    assert tries(session, cast.PIN, at=minutes(2)) == "10 min"


def test_a_failure_beside_a_right_pin_keeps_its_own_time(session: Session) -> None:
    assert tries(session, "0000", code="XX-0") == "refused"
    assert tries(session, "0000", code="XX-1", at=minutes(5)) == "refused"
    assert tries(session, cast.PIN, at=minutes(8)) == "open"
    last = session.execute(select(Throttle.last_failed_at).where(Throttle.subject == "device:1")).scalar_one()
    assert last == minutes(5)


# -- the clock -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, 24, 24 * 365])
def test_a_clock_that_is_set_back_makes_nobody_wait_until_it_has_caught_up(session: Session, hours: int) -> None:
    ahead = NOW + timedelta(hours=hours)
    assert [tries(session, "0000", at=ahead) for _ in range(3)] == ["refused", "refused", "10 min"]
    assert locked(session) is None
    assert tries(session, cast.PIN) == "open"


def test_a_clock_that_is_set_back_a_moment_keeps_the_wait_and_does_not_lengthen_it(session: Session) -> None:
    """Two requests of one moment may come in the other order."""
    assert [tries(session, "0000") for _ in range(2)] == ["refused", "refused"]
    assert tries(session, cast.PIN, at=NOW - timedelta(seconds=4)) == "10 min"


def test_a_tablet_that_is_not_there_opens_nothing(session: Session) -> None:
    assert tries(session, cast.PIN, device=99) == "refused"
    assert session.execute(select(KioskDevice.id)).scalars().all() == [cast.TABLET, cast.MILL_TABLET]


# -- many at once --------------------------------------------------------------------------------------------


def test_of_sixteen_codes_that_come_at_once_the_tablet_looks_at_eight(app: Flask, session: Session) -> None:
    session.rollback()

    def try_code(n: int) -> str:
        with app.app_context():
            try:
                return tries(db.session(), "2580", code=f"XX-{n}")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(16) as hands:
        answers = sorted(hands.map(try_code, range(16)))
    assert answers == ["10 min"] * 8 + ["refused"] * 8
    assert stops(session) == 1
