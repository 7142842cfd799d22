"""With a one-time code, somebody sets a password that nobody else knows."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    BadInput,
    CodeRefused,
    MakersBrowser,
    NotAllowed,
    NotFound,
    Refused,
    SignInRefused,
    SignInWaits,
    WeakPassword,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.staff.sign_ins import NOWHERE, Where, address_source, sign_in_limit
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.change_password import change_password
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.operations.staff.redeem_code import redeem_code
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.codes import PasswordSet, passwords_set_lately
from cm_tracker.queries.staff.staff import signed_in
from tests import cast
from tests.operations.steps.test_post_transaction import run_at_once

HASHER = Hasher(64, 1)
LIMIT = sign_in_limit(5, timedelta(minutes=10))
NOW = cast.NOW
DESK, PHONE = "198.51.100.1", "203.0.113.7"
NEW = "four words that fit"


def nia(session: Session, actor: Actor = cast.miriam) -> int:
    """Open an account at Harbor Street, without a password."""
    return save_staff(
        session, username="nia", display_name="Nia", roles={"coordinator"}, site_ids=(cast.HARBOR,), is_active=True, actor=actor,
        now=NOW,
    )  # fmt: skip


def code(session: Session, staff_id: int, actor: Actor = cast.miriam, *, at: datetime = NOW) -> str:
    return make_code(session, staff_id=staff_id, hasher=HASHER, actor=actor, now=at).code


def redeem(
    session: Session,
    typed: str,
    username: str = "nia",
    new: str = NEW,
    *,
    browser: str | None = None,
    address: str = PHONE,
    at: datetime = NOW,
) -> StartedSession:
    return redeem_code(
        session, username=username, code=typed, new=new, browser=browser, place=address_source(address),
        where=Where(address, "Safari on iPhone"), hasher=HASHER, limit=LIMIT, now=at,
    )  # fmt: skip


def enter(session: Session, username: str, password: str, *, browser: str | None = None) -> StartedSession:
    return sign_in(
        session, username=username, password=password, browser=browser, place=address_source(DESK), hasher=HASHER,
        limit=LIMIT, now=NOW,
    )  # fmt: skip


def test_a_new_account_has_no_password_until_its_person_sets_one(session: Session) -> None:
    typed = code(session, nia(session))
    for guess in ("", "None", typed, NEW):
        with pytest.raises(SignInRefused):
            enter(session, "nia", guess)
    started = redeem(session, typed)
    person = signed_in(session, started.token, NOW, timedelta(minutes=20))
    assert person is not None and (person.display_name, person.roles) == ("Nia", {"coordinator"})
    session.rollback()
    assert enter(session, "nia", NEW).token != started.token


def test_a_code_may_be_typed_in_small_letters_and_without_hyphens(session: Session) -> None:
    typed = code(session, nia(session))
    assert redeem(session, f" {typed[:4]}-{typed[4:]} ".lower(), " NIA ").token


def test_only_a_hash_of_a_code_is_stored(session: Session) -> None:
    typed = code(session, nia(session))
    stored = session.execute(text("SELECT code_hash FROM one_time_code")).scalar_one()
    assert stored.startswith("$argon2id$") and typed not in stored
    session.rollback()


def test_a_code_works_once(session: Session) -> None:
    typed = code(session, nia(session))
    redeem(session, typed)
    with pytest.raises(CodeRefused):
        redeem(session, typed, new="other words for it")
    assert enter(session, "nia", NEW).token


def test_a_code_works_for_a_day(session: Session) -> None:
    staff_id = nia(session)
    typed = code(session, staff_id)
    with pytest.raises(CodeRefused):
        redeem(session, typed, at=NOW + timedelta(hours=24))
    assert redeem(session, typed, at=NOW + timedelta(hours=23, minutes=59)).token


def test_another_code_ends_the_earlier_one(session: Session) -> None:
    staff_id = nia(session)
    first, second = code(session, staff_id), code(session, staff_id)
    with pytest.raises(CodeRefused):
        redeem(session, first)
    redeem(session, second)
    with pytest.raises(CodeRefused):
        redeem(session, first)


def test_a_code_opens_no_other_account(session: Session) -> None:
    typed = code(session, nia(session))
    for username in ("rosa", "leo", "nobody"):
        with pytest.raises(CodeRefused):
            redeem(session, typed, username)


def test_a_reset_voids_the_old_password_and_ends_every_session_at_once(session: Session) -> None:
    before = enter(session, "rosa", cast.PASSWORD)
    typed = code(session, cast.ROSA)
    assert signed_in(session, before.token, NOW, timedelta(minutes=20)) is None
    session.rollback()
    with pytest.raises(SignInRefused):
        enter(session, "rosa", cast.PASSWORD, browser=before.browser)
    redeem(session, typed, "rosa")
    assert enter(session, "rosa", NEW).token


class MakesACode(Hasher):
    """Hash as always, and let a lead make a code at that moment."""

    def __init__(self, session: Session) -> None:
        super().__init__(64, 1)
        self.session = session

    def hash(self, secret: str) -> str:
        self.session.rollback()
        code(self.session, cast.ROSA)
        return super().hash(secret)


def test_an_old_password_that_was_voided_meanwhile_changes_nothing(session: Session) -> None:
    started = enter(session, "rosa", cast.PASSWORD)
    with pytest.raises(BadInput, match="not your current password"):
        change_password(
            session, old=cast.PASSWORD, new=NEW, token=started.token, hasher=MakesACode(session), limit=LIMIT,
            actor=cast.rosa, now=NOW,
        )  # fmt: skip
    with pytest.raises(SignInRefused):
        enter(session, "rosa", NEW)


def test_a_weak_password_is_refused_and_the_code_stays_and_nothing_is_counted(session: Session) -> None:
    typed = code(session, cast.ROSA)
    for weak in ["short"] * 7 + ["rosa plants four trees"]:
        with pytest.raises(WeakPassword) as refused:
            redeem(session, typed, "rosa", weak)
        assert refused.value.field == "new"
    assert redeem(session, typed, "rosa").token


def test_wrong_codes_are_counted_as_wrong_passwords_are(session: Session) -> None:
    typed = code(session, nia(session))
    for _ in range(3):
        with pytest.raises(CodeRefused):
            redeem(session, "ACDE-FGHJ-KMNP", address=DESK)
    for _ in range(2):
        with pytest.raises(SignInRefused):
            enter(session, "nia", "a wrong password")
    with pytest.raises(SignInWaits):
        redeem(session, typed, address=DESK)
    assert redeem(session, typed, address=PHONE).token, "another source has tries of its own"
    tags = session.execute(text("SELECT tag FROM audit_event WHERE tag LIKE '%refused' ORDER BY id"))
    assert list(tags.scalars()) == ["staff:code-refused"] * 3 + ["staff:sign-in-refused"] * 2
    session.rollback()


def test_a_closed_account_is_not_opened_by_its_code(session: Session) -> None:
    staff_id = nia(session)
    typed = code(session, staff_id)
    save_staff(
        session, username="nia", display_name="Nia", roles={"coordinator"}, site_ids=(cast.HARBOR,), is_active=False,
        actor=cast.miriam, now=NOW, staff_id=staff_id,
    )  # fmt: skip
    with pytest.raises(CodeRefused):
        redeem(session, typed)
    with pytest.raises(BadInput, match="closed"):
        code(session, staff_id)


def test_a_code_is_refused_in_the_browser_of_its_maker(session: Session) -> None:
    makers = enter(session, "miriam", cast.PASSWORD).browser
    typed = code(session, nia(session))
    for _ in range(7):
        with pytest.raises(MakersBrowser):
            redeem(session, typed, browser=makers)
    shared = enter(session, "leo", cast.PASSWORD, browser=makers).browser
    assert shared == makers
    assert redeem(session, typed, browser=shared).token, "others sign in there as well"


@pytest.mark.parametrize(
    ("actor", "staff_id", "refusal"),
    [
        (cast.rosa, cast.LEO, NotAllowed),
        (cast.grace, cast.LEO, NotAllowed),
        (cast.miriam, cast.ANNA, NotFound),  # of another site
        (cast.miriam, cast.GRACE, NotAllowed),  # an auditor
        (cast.miriam, cast.MIRIAM, NotAllowed),
        (cast.sam, cast.SAM, BadInput),  # an unlocked screen is not enough to take its account
        (cast.sam, 99, NotFound),
    ],
)
def test_who_may_not_make_a_code(session: Session, actor: Actor, staff_id: int, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        code(session, staff_id, actor)
    assert session.execute(text("SELECT COUNT(*) FROM one_time_code")).scalar_one() == 0
    session.rollback()
    assert enter(session, "leo", cast.PASSWORD).token, "no password was voided"


def test_the_trail_says_who_made_a_code_and_where_it_was_used(session: Session) -> None:
    typed = code(session, cast.LEO, cast.sam)
    redeem(session, typed, "leo")
    lines = session.execute(
        text("SELECT tag, staff_id, detail FROM audit_event WHERE subject = 'staff:2' ORDER BY id DESC LIMIT 3")
    ).all()
    assert [tuple(line) for line in reversed(lines)] == [
        ("staff:code-issued", cast.SAM, '{"had_password":true}'),
        (
            "staff:code-used",
            cast.LEO,
            '{"address":"203.0.113.7","browser":"Safari on iPhone","made_by":5}',
        ),
        ("staff:signed-in", cast.LEO, "{}"),
    ]
    session.rollback()


def test_leads_are_told_who_set_a_password_with_a_code_of_somebody_else(session: Session) -> None:
    redeem(session, code(session, nia(session, cast.sam), cast.sam))
    redeem(session, code(session, cast.ANNA, command()), "anna", at=NOW + timedelta(minutes=1))
    redeem(session, code(session, cast.LEO, cast.miriam), "leo", at=NOW + timedelta(minutes=2))
    soon = NOW + timedelta(days=7)
    by_sam = PasswordSet("Nia", NOW, "Sam")
    assert passwords_set_lately(session, cast.miriam, NOW) == (by_sam,), "neither Mill Road's, nor with her own code"
    told = passwords_set_lately(session, cast.sam, NOW)
    assert [(one.staff_name, one.maker_name) for one in told] == [("Leo", "Miriam"), ("Anna", None)]
    assert passwords_set_lately(session, cast.miriam, soon) == ()
    session.rollback()


def test_leads_are_told_of_an_admin_too_who_has_no_site(session: Session) -> None:
    staff_id = save_staff(
        session,
        username="gus",
        display_name="Gus",
        roles={"admin"},
        site_ids=(),
        is_active=True,
        actor=cast.sam,
        now=NOW,
    )
    redeem(session, code(session, staff_id, cast.sam), "gus")
    assert passwords_set_lately(session, cast.miriam, NOW) == (PasswordSet("Gus", NOW, "Sam"),)
    session.rollback()


def test_only_the_demonstration_has_passwords_that_somebody_else_knows(session: Session) -> None:
    for actor in (cast.miriam, cast.sam, command()):
        with pytest.raises(NotAllowed):
            add_demonstration_account(
                session, username="nia", display_name="Nia", roles={"coordinator"}, site_ids=(cast.HARBOR,), password=NEW,
                hasher=HASHER, actor=actor, now=NOW,
            )  # fmt: skip


def test_of_many_who_use_a_code_at_once_one_sets_the_password(app: Flask, session: Session) -> None:
    typed = code(session, nia(session))
    # Each has an address of its own, and so tries of its own. The hashes have turns enough for all of them.
    several = Hasher(64, 1, waiting=8)

    def use(s: Session, n: int) -> StartedSession:
        return redeem_code(
            s, username="nia", code=typed, new=f"four words that fit {n}", browser=None,
            place=address_source(f"203.0.113.{n}"), where=NOWHERE, hasher=several, limit=LIMIT, now=NOW,
        )  # fmt: skip

    results = run_at_once(app, use, 4)
    assert sum(isinstance(one, StartedSession) for one in results) == 1, results
    assert sum(isinstance(one, CodeRefused) for one in results) == 3, results
    assert session.execute(text("SELECT COUNT(*) FROM staff_session")).scalar_one() == 1
