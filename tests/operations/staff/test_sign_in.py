"""Wrong passwords slow down whoever types them, and keep nobody else out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed, NotFound, SignInRefused, SignInWaits
from cm_tracker.domain.staff.sign_ins import NOWHERE, address_source, sign_in_limit
from cm_tracker.operations.staff.lift_account import lift_account
from cm_tracker.operations.staff.lift_source import lift_source
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.operations.staff.redeem_code import redeem_code
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.waits import AccountWait, SourceWait, waiting_accounts, waiting_sources
from tests import cast

HASHER = Hasher(64, 1)
LIMIT = sign_in_limit(5, timedelta(minutes=10))
NOW = cast.NOW
CLINIC, STRANGER = "198.51.100.1", "203.0.113.7"
NAMES = [name for name, _, _ in cast.STAFF]


def signs_in(
    session: Session,
    username: str = "rosa",
    password: str = cast.PASSWORD,
    *,
    at: datetime = NOW,
    browser: str | None = None,
    address: str = CLINIC,
) -> str:
    """Sign in: `in`, `refused`, or how many minutes to wait."""
    try:
        sign_in(
            session, username=username, password=password, browser=browser, place=address_source(address),
            hasher=HASHER, limit=LIMIT, now=at,
        )  # fmt: skip
    except SignInRefused:
        return "refused"
    except SignInWaits as wait:
        return f"{wait.minutes} min"
    return "in"


def wrong(session: Session, username: str = "rosa", **more: object) -> str:
    return signs_in(session, username, "a wrong password", **more)  # type: ignore[arg-type]


def own_browser(session: Session, username: str = "rosa", *, at: datetime = NOW, browser: str | None = None) -> str:
    """Return the token of a browser in which somebody has signed in."""
    return sign_in(
        session, username=username, password=cast.PASSWORD, browser=browser, place=address_source(CLINIC),
        hasher=HASHER, limit=LIMIT, now=at,
    ).browser  # fmt: skip


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def tags(session: Session, tag: str) -> list[str]:
    found = session.execute(text("SELECT detail FROM audit_event WHERE tag = :tag ORDER BY id"), {"tag": tag})
    return list(found.scalars())


def test_the_waits_of_an_account_at_one_address_grow(session: Session) -> None:
    assert [wrong(session) for _ in range(6)] == ["refused"] * 5 + ["1 min"]
    assert signs_in(session) == "1 min", "the right password is not even looked at"
    assert wrong(session, at=minutes(1)) == "refused"
    assert wrong(session, at=minutes(1)) == "2 min"
    assert wrong(session, at=minutes(3)) == "refused"
    assert wrong(session, at=minutes(3)) == "4 min"
    assert signs_in(session, at=minutes(7)) == "in"
    assert [wrong(session, at=minutes(7)) for _ in range(5)] == ["refused"] * 5, "what failed before is forgotten"


def test_strangers_do_not_keep_anybody_out_of_the_browser_where_they_signed_in(session: Session) -> None:
    """72 wrong passwords once locked all accounts of a clinic for ten minutes."""
    browsers = {name: own_browser(session, name) for name in NAMES}
    for number in range(180):
        wrong(session, NAMES[number % 6], address=f"203.0.113.{number % 30}")
    assert signs_in(session, address="192.0.2.1") == "1 min"
    assert {name: signs_in(session, name, browser=browsers[name]) for name in NAMES} == dict.fromkeys(NAMES, "in")


def test_one_address_does_not_keep_an_account_from_signing_in_at_another(session: Session) -> None:
    for _ in range(50):
        wrong(session, address=STRANGER)
    assert signs_in(session, address=STRANGER) == "1 min"
    assert signs_in(session) == "in"


def test_guesses_from_many_addresses_stop_after_twenty_and_the_own_browser_goes_on(session: Session) -> None:
    browser = own_browser(session)
    answers = [wrong(session, address=f"203.0.113.{number}") for number in range(24)]
    assert answers == ["refused"] * 20 + ["1 min"] * 4
    assert signs_in(session, address="192.0.2.1") == "1 min"
    assert signs_in(session, "leo", address="192.0.2.1") == "in", "another account is not kept out"
    assert signs_in(session, browser=browser) == "in"
    assert signs_in(session, address="192.0.2.1") == "1 min", "signing in at home does not let the guesser go on"


def test_a_spray_over_many_accounts_stops_its_address_and_no_account(session: Session) -> None:
    browser = own_browser(session, "leo")
    answers = [wrong(session, f"nobody{number}", address=STRANGER) for number in range(10)]
    assert answers == ["refused"] * 8 + ["1 min"] * 2
    assert signs_in(session, address=STRANGER) == "1 min", "an account that was not tried cannot be tried there either"
    assert signs_in(session) == "in"
    assert signs_in(session, "leo", address=STRANGER, browser=browser) == "in", "a known browser works behind it, too"
    assert tags(session, "source:stopped") == ['{"source":"address:203.0.113.7"}']


def test_a_browser_of_the_clinic_is_not_stopped_with_its_address(session: Session) -> None:
    """Leo has never signed in at Rosa's computer. Somebody in the waiting room guesses from the same address."""
    browser = own_browser(session)
    for number in range(9):
        wrong(session, f"nobody{number}")
    assert signs_in(session, "leo") == "1 min"
    assert signs_in(session, "leo", browser=browser) == "in"


def test_a_spray_from_a_browser_of_the_clinic_stops_this_browser_for_who_is_new_there(session: Session) -> None:
    browser = own_browser(session)
    answers = [wrong(session, f"nobody{number}", browser=browser) for number in range(9)]
    assert answers == ["refused"] * 8 + ["1 min"]
    assert signs_in(session, "leo", browser=browser) == "1 min"
    assert signs_in(session, browser=browser) == "in"
    assert signs_in(session, "leo") == "in"


def test_a_known_browser_has_five_tries_of_its_own(session: Session) -> None:
    browser = own_browser(session)
    assert [wrong(session, browser=browser) for _ in range(6)] == ["refused"] * 5 + ["1 min"]
    assert signs_in(session, browser=browser) == "1 min"
    assert signs_in(session) == "in", "its failures count for no other source"


def test_a_cookie_that_the_program_has_not_made_is_worth_nothing(session: Session) -> None:
    assert [wrong(session, browser=f"made-up-{number}") for number in range(6)] == ["refused"] * 5 + ["1 min"]
    assert own_browser(session, at=minutes(1), browser="made-up") != "made-up"


def test_a_browser_keeps_its_token_and_is_forgotten_after_ninety_days(session: Session) -> None:
    browser = own_browser(session)
    assert own_browser(session, "leo", browser=browser) == browser
    for day, address, answer in ((89, "198.51.100.89", "in"), (180, "198.51.100.180", "1 min")):
        later = NOW + timedelta(days=day)
        for number in range(24):
            wrong(session, address=f"203.0.113.{number}", at=later)
        assert signs_in(session, browser=browser, address=address, at=later) == answer, day


def test_only_the_hash_of_a_browsers_token_is_stored(session: Session) -> None:
    browser = own_browser(session)
    stored = session.execute(text("SELECT token_hash FROM browser")).scalar_one()
    assert len(bytes(stored)) == 32 and browser.encode() not in bytes(stored)


def test_a_name_that_nobody_has_waits_like_an_account(session: Session) -> None:
    assert [wrong(session, "nobody") for _ in range(6)] == ["refused"] * 5 + ["1 min"]


@pytest.mark.parametrize("days", [-10, 10])
def test_a_clock_that_leaps_makes_nobody_wait(session: Session, days: int) -> None:
    leap = NOW + timedelta(days=days)
    assert [wrong(session, at=leap) for _ in range(6)] == ["refused"] * 5 + ["1 min"]
    assert waiting_accounts(session, cast.sam, LIMIT, NOW) == ()
    assert signs_in(session) == "in"


def test_forty_tries_at_once_do_not_exceed_the_limit(app: Flask) -> None:
    def guess(_: int) -> str:
        with app.app_context():
            try:
                return wrong(db.session())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(40)))
    assert (answers.count("refused"), answers.count("1 min")) == (5, 35)


# -- who sees the waits, and ends them ---------------------------------------------------------------------------


@pytest.fixture
def waits(session: Session) -> Iterator[Session]:
    """Rosa waits at one address, Anna of the other site wherever she is new, and so does an address."""
    for _ in range(5):
        wrong(session, "rosa", address=STRANGER)
    for number in range(20):
        wrong(session, "anna", address=f"192.0.2.{number}")
    for number in range(8):
        wrong(session, f"nobody{number}", address="198.51.100.66")
    yield session


ROSA = AccountWait(cast.ROSA, "Rosa", "rosa", ("address:203.0.113.7",), False, minutes(1))
ANNA = AccountWait(cast.ANNA, "Anna", "anna", (), True, minutes(1))


def test_leads_see_who_waits_at_their_site_and_admins_see_everybody(waits: Session) -> None:
    assert waiting_accounts(waits, cast.miriam, LIMIT, NOW) == (ROSA,)
    assert waiting_accounts(waits, cast.sam, LIMIT, NOW) == (ANNA, ROSA)
    assert waiting_accounts(waits, cast.sam, LIMIT, minutes(1)) == ()
    assert waiting_sources(waits, LIMIT, NOW) == (SourceWait("address:198.51.100.66", minutes(1)),)
    assert waiting_sources(waits, LIMIT, minutes(1)) == ()


def test_a_lead_ends_the_wait_of_an_account(waits: Session) -> None:
    lift_account(waits, staff_id=cast.ROSA, actor=cast.miriam, now=NOW)
    assert waiting_accounts(waits, cast.miriam, LIMIT, NOW) == ()
    assert signs_in(waits, "rosa", address=STRANGER) == "in"
    lift_account(waits, staff_id=cast.ROSA, actor=cast.miriam, now=NOW)
    assert len(tags(waits, "staff:wait-ended")) == 1, "nothing was there to end the second time"


def test_a_lead_ends_the_wait_of_an_address(waits: Session) -> None:
    assert signs_in(waits, "leo", address="198.51.100.66") == "1 min"
    lift_source(waits, source="address:198.51.100.66", actor=cast.miriam, now=NOW)
    assert signs_in(waits, "leo", address="198.51.100.66") == "in"
    lift_source(waits, source="address:198.51.100.66", actor=cast.miriam, now=NOW)
    assert tags(waits, "source:wait-ended") == ['{"source":"address:198.51.100.66"}']


def test_nobody_else_ends_a_wait(waits: Session) -> None:
    with pytest.raises(NotFound):
        lift_account(waits, staff_id=cast.ANNA, actor=cast.miriam, now=NOW)
    for actor in (cast.rosa, cast.grace):
        with pytest.raises(NotAllowed):
            lift_account(waits, staff_id=cast.ROSA, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            lift_source(waits, source="address:198.51.100.66", actor=actor, now=NOW)
    assert waiting_accounts(waits, cast.sam, LIMIT, NOW) == (ANNA, ROSA)


def test_a_one_time_code_ends_the_wait_of_its_account(waits: Session) -> None:
    code = make_code(waits, staff_id=cast.ROSA, hasher=HASHER, actor=cast.miriam, now=NOW).code
    redeem_code(
        waits, username="rosa", code=code, new="four words that fit", browser=None, place=address_source(STRANGER),
        where=NOWHERE, hasher=HASHER, limit=LIMIT, now=NOW,
    )  # fmt: skip
    assert signs_in(waits, "rosa", "four words that fit", address=STRANGER) == "in"


# What counts no longer is deleted when somebody signs in.


def stored(session: Session, table: str) -> int:
    return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)


def test_old_tries_are_deleted_a_few_at_a_time_and_those_that_count_stay(session: Session) -> None:
    for n in range(150):
        wrong(session, f"nobody{n}", address=f"192.0.2.{n}")
    wrong(session, "leo", at=days(31), address=STRANGER)
    old = stored(session, "throttle")
    assert old > 300
    assert signs_in(session, at=days(30)) == "in"
    assert stored(session, "throttle") >= old, "they are not older than thirty days"
    old = stored(session, "throttle")
    signs_in(session, at=days(31))
    assert stored(session, "throttle") == old - 100
    for _ in range(4):
        signs_in(session, at=days(31))
    rest = session.execute(text("SELECT count(*) FROM throttle WHERE failures > 0")).scalar_one()
    assert rest == 3, "Leo's account, Leo there, and the source"


def test_a_wait_is_never_deleted(session: Session) -> None:
    for _ in range(5):
        wrong(session)
    assert signs_in(session, "leo", at=minutes(0.5), address=STRANGER) == "in"
    assert signs_in(session, at=minutes(0.5)) == "1 min"


def test_browsers_in_which_nobody_has_signed_in_for_months_are_deleted(session: Session) -> None:
    first = own_browser(session)
    second = own_browser(session, "leo", at=days(100))
    assert first != second
    assert own_browser(session, at=days(120), browser=second) == second
    assert (stored(session, "browser"), stored(session, "browser_use")) == (2, 3)
    assert own_browser(session, at=days(121), browser=second) == second
    assert (stored(session, "browser"), stored(session, "browser_use")) == (1, 2)


def test_a_browser_that_may_be_deleted_becomes_a_new_one(session: Session) -> None:
    first = own_browser(session)
    assert own_browser(session, at=days(89), browser=first) == first
    assert own_browser(session, at=days(179), browser=first) != first


def test_one_time_codes_that_are_long_over_are_deleted(session: Session) -> None:
    for n, staff_id in enumerate((cast.LEO, cast.GRACE, cast.ANNA)):
        make_code(session, staff_id=staff_id, hasher=HASHER, actor=cast.sam, now=days(n))
    assert stored(session, "one_time_code") == 3
    signs_in(session, at=days(32.5))
    assert stored(session, "one_time_code") == 1
    assert len(tags(session, "staff:code-issued")) == 3
