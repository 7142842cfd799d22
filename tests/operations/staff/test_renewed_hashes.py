"""A password or a PIN that is typed right is hashed anew where its hash is from before the pepper."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import KioskRefused, SignInRefused, WrongPin
from cm_tracker.domain.staff.sign_ins import sign_in_limit
from cm_tracker.models import Client, Staff
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.operations.steps.renew_password import renew_password
from cm_tracker.operations.steps.renew_pin import renew_pin
from cm_tracker.passwords import Hasher, pepper_name
from cm_tracker.queries.staff.peppers import used_peppers
from tests import cast

PEPPERED = Hasher(64, 1, "a pepper")
NAME = pepper_name("a pepper")
LIMIT = sign_in_limit(5, timedelta(minutes=10))


def signs_in(session: Session, password: str = cast.PASSWORD) -> None:
    sign_in(
        session, username="rosa", password=password, browser=None, place="address:192.0.2.1", hasher=PEPPERED,
        limit=LIMIT, now=cast.NOW,
    )  # fmt: skip


def opens(session: Session, pin: str = cast.PIN) -> None:
    open_kiosk(
        session, code="HS-1", pin=pin, device_id=cast.TABLET, hasher=PEPPERED, limit=LIMIT,
        lasts=timedelta(minutes=1), now=cast.NOW,
    )  # fmt: skip


def confirms(session: Session, pin: str = cast.PIN) -> None:
    confirm_pin(
        session, client_id=cast.AMIR, pin=pin, how="screen", hasher=PEPPERED, limit=LIMIT, actor=cast.rosa, now=cast.NOW
    )


def password_hash(session: Session) -> str:
    return str(session.execute(select(Staff.password_hash).where(Staff.id == cast.ROSA)).scalar_one())


def pin_hash(session: Session) -> str:
    return str(session.execute(select(Client.pin_hash).where(Client.id == cast.AMIR)).scalar_one())


def test_a_password_is_hashed_anew_at_the_next_sign_in(session: Session) -> None:
    before = password_hash(session)
    with pytest.raises(SignInRefused):
        signs_in(session, "a wrong password")
    assert password_hash(session) == before
    signs_in(session)
    renewed = password_hash(session)
    assert renewed.startswith(f"{NAME}:")
    signs_in(session)
    assert password_hash(session) == renewed, "once is enough"


@pytest.mark.parametrize(("use", "refusal"), [(opens, KioskRefused), (confirms, WrongPin)])
def test_a_pin_is_hashed_anew_when_it_is_used(session: Session, use: object, refusal: type[Exception]) -> None:
    assert callable(use)
    before = pin_hash(session)
    with pytest.raises(refusal):
        use(session, "9999")
    assert pin_hash(session) == before
    use(session)
    assert pin_hash(session).startswith(f"{NAME}:")
    use(session)


def test_a_secret_that_was_changed_meanwhile_stays(session: Session) -> None:
    password, pin = password_hash(session), pin_hash(session)
    renew_password(session, staff_id=cast.ROSA, stored="another", renewed="x")
    renew_pin(session, client_id=cast.AMIR, stored="another", renewed="x")
    assert (password_hash(session), pin_hash(session)) == (password, pin)


def test_the_peppers_of_stored_hashes_are_known_by_name(session: Session) -> None:
    assert used_peppers(session) == frozenset()
    signs_in(session)
    opens(session)
    assert used_peppers(session) == {NAME}
    session.execute(text("UPDATE client SET pin_hash = NULL"))
    assert used_peppers(session) == {NAME}
