"""A second factor: what it takes to sign in with one, and that no code and no signature is taken twice."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.authenticators import address_for_app, code_at, step_of
from cm_tracker.domain.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    ProofRefused,
    SecretsKeyMissing,
    SignInWaits,
    StepOver,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.staff.second_factor import HalfSignedIn
from cm_tracker.domain.staff.sign_ins import address_source, sign_in_limit
from cm_tracker.operations.staff.change_password import change_password
from cm_tracker.operations.staff.finish_sign_in import finish_sign_in
from cm_tracker.operations.staff.prove_again import prove_again
from cm_tracker.operations.staff.remove_app import remove_app
from cm_tracker.operations.staff.remove_passkey import remove_passkey
from cm_tracker.operations.staff.rename_passkey import rename_passkey
from cm_tracker.operations.staff.renew_recovery_codes import renew_recovery_codes
from cm_tracker.operations.staff.set_up_app import set_up_app
from cm_tracker.operations.staff.sign_in import sign_in
from cm_tracker.operations.staff.sign_in_with_passkey import sign_in_with_passkey
from cm_tracker.operations.staff.take_away_factor import take_away_factor
from cm_tracker.operations.steps.check_factor import Proof
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.passkeys import Place, SignedChallenge
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.factors import factor_due, factors_of, taken_away_lately
from cm_tracker.queries.staff.staff import signed_in
from cm_tracker.secret_box import FILE, SecretBox
from tests import authenticator, cast
from tests.authenticator import CHALLENGE, PLACE, SECRET, Key, with_app, with_passkey

HASHER = Hasher(64, 1)
LIMIT = sign_in_limit(5, timedelta(minutes=10))
NOW = cast.NOW
PLACE_OF_CLINIC = address_source("198.51.100.1")
DAY = timedelta(days=1)


@pytest.fixture
def box(tmp_path: Path) -> SecretBox:
    return SecretBox(tmp_path)


def first(
    session: Session, username: str = "rosa", *, at: datetime = NOW, password: str = cast.PASSWORD
) -> StartedSession | HalfSignedIn:
    return sign_in(
        session, username=username, password=password, browser=None, place=PLACE_OF_CLINIC, hasher=HASHER, limit=LIMIT, now=at
    )  # fmt: skip


def second(
    session: Session, box: SecretBox, code: str = "", *, at: datetime = NOW, half: HalfSignedIn | None = None,
    signed: SignedChallenge | None = None,
) -> StartedSession:  # fmt: skip
    if half is None:
        found = first(session, at=at)
        assert isinstance(found, HalfSignedIn)
        half = found
    return finish_sign_in(
        session, half=half, proof=Proof(code, signed), browser=None, place=PLACE_OF_CLINIC, box=box, limit=LIMIT, now=at
    )  # fmt: skip


def is_refused(session: Session, box: SecretBox, code: str = "", **more: object) -> bool:
    try:
        second(session, box, code, **more)  # type: ignore[arg-type]
    except ProofRefused:
        return True
    return False


def signed(key: Key, made_at: datetime = NOW, **more: object) -> SignedChallenge:
    return SignedChallenge(key.signed(**more), CHALLENGE, made_at, PLACE)  # type: ignore[arg-type]


def tags(session: Session) -> list[str]:
    return list(
        session.execute(text("SELECT tag FROM audit_event WHERE at >= :at ORDER BY id"), {"at": NOW - DAY}).scalars()
    )


# The examples of RFC 6238, appendix B, with its secret of 20 bytes; the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    secret, at = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", datetime.fromtimestamp(seconds, UTC)
    assert code_at(secret, at) == code
    assert step_of(secret, code, at) == seconds // 30
    assert step_of(secret, code, at + timedelta(seconds=30)) == seconds // 30
    assert step_of(secret, code, at + timedelta(seconds=90)) is None


def test_an_app_reads_whose_secret_it_is() -> None:
    address = address_for_app(SECRET, username="rosa", program="Contingency Management")
    assert address == f"otpauth://totp/Contingency%20Management:rosa?secret={SECRET}&issuer=Contingency%20Management"


def test_without_a_second_factor_the_password_is_enough(session: Session) -> None:
    assert isinstance(first(session), StartedSession)


def test_with_an_app_the_password_signs_nobody_in_and_the_code_does(session: Session, box: SecretBox) -> None:
    codes = with_app(session, box, cast.rosa)
    assert len(set(codes)) == 10
    half = first(session)
    assert isinstance(half, HalfSignedIn) and half.staff_id == cast.ROSA
    assert session.execute(text("SELECT count(*) FROM staff_session")).scalar_one() == 0
    started = second(session, box, code_at(SECRET, NOW), half=half)
    person = signed_in(session, started.token, NOW, DAY)
    assert person is not None and (person.staff_id, person.proved_at, person.is_for_set_up) == (cast.ROSA, NOW, False)


def test_a_code_works_once_and_none_before_it_works_later(session: Session, box: SecretBox) -> None:
    with_app(session, box, cast.rosa)
    code = code_at(SECRET, NOW)
    assert not is_refused(session, box, f"{code[:3]} {code[3:]}")
    assert is_refused(session, box, code)
    assert is_refused(session, box, code_at(SECRET, NOW - timedelta(seconds=30)))
    assert not is_refused(session, box, code_at(SECRET, NOW + timedelta(seconds=30)))


def test_the_code_that_set_the_app_up_signs_nobody_in(session: Session, box: SecretBox) -> None:
    set_up_app(session, secret=SECRET, code=code_at(SECRET, NOW), box=box, actor=cast.rosa, now=NOW)
    assert is_refused(session, box, code_at(SECRET, NOW))


def test_an_app_with_another_secret_is_not_set_up(session: Session, box: SecretBox) -> None:
    with pytest.raises(BadInput):
        set_up_app(session, secret=SECRET, code="000000", box=box, actor=cast.rosa, now=NOW)
    assert not factors_of(session, cast.ROSA).has_any


def test_a_recovery_code_works_once_however_it_is_typed(session: Session, box: SecretBox) -> None:
    codes = with_app(session, box, cast.rosa)
    assert not is_refused(session, box, codes[3].upper().replace("-", " "))
    assert is_refused(session, box, codes[3])
    assert factors_of(session, cast.ROSA).codes_left == 9
    assert "staff:recovery-code-used" in tags(session)


def test_recovery_codes_are_somebodys_own_and_new_ones_replace_the_old(session: Session, box: SecretBox) -> None:
    old, of_leo = with_app(session, box, cast.rosa), with_app(session, box, cast.leo)
    assert is_refused(session, box, of_leo[0])
    new = renew_recovery_codes(session, actor=cast.rosa, now=NOW)
    assert is_refused(session, box, old[0])
    assert not is_refused(session, box, new[0])
    with pytest.raises(NotFound):
        renew_recovery_codes(session, actor=cast.anna, now=NOW)


def test_wrong_codes_wait_as_wrong_passwords_do_and_the_password_between_them_does_not_help(
    session: Session, box: SecretBox
) -> None:
    with_app(session, box, cast.rosa)
    for _ in range(5):
        assert is_refused(session, box, "000000")
    with pytest.raises(SignInWaits) as wait:
        first(session)
    assert wait.value.minutes == 1
    half = HalfSignedIn(cast.ROSA, "")
    found = first(session, at=NOW + timedelta(minutes=1))
    assert isinstance(found, HalfSignedIn)
    half = found
    assert is_refused(session, box, "000000", half=half, at=NOW + timedelta(minutes=1))
    with pytest.raises(SignInWaits) as longer:
        second(session, box, code_at(SECRET, NOW), half=half, at=NOW + timedelta(minutes=1))
    assert longer.value.minutes == 2
    assert tags(session).count("staff:sign-in-refused") == 6


def test_who_gets_the_password_right_four_times_and_no_code_makes_nobody_wait(session: Session, box: SecretBox) -> None:
    with_app(session, box, cast.rosa)
    for _ in range(12):
        assert isinstance(first(session), HalfSignedIn)


def test_a_new_password_ends_what_was_half_done(session: Session, box: SecretBox) -> None:
    with_app(session, box, cast.rosa)
    half = first(session)
    assert isinstance(half, HalfSignedIn)
    change_password(
        session, old=cast.PASSWORD, new="quite another long one", token="none", hasher=HASHER, limit=LIMIT, actor=cast.rosa,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(StepOver):
        second(session, box, code_at(SECRET, NOW), half=half)


def test_a_passkey_is_a_second_step_and_signs_once(session: Session, box: SecretBox) -> None:
    key = with_passkey(session, cast.rosa)
    answer = signed(key)
    assert not is_refused(session, box, signed=answer)
    assert is_refused(session, box, signed=answer), "the same signature again"
    assert is_refused(session, box, signed=signed(key, NOW)), "another signature of a challenge of the same moment"
    assert not is_refused(session, box, signed=signed(key, NOW + timedelta(seconds=1)))


def test_a_passkey_of_somebody_else_is_no_second_step(session: Session, box: SecretBox) -> None:
    with_passkey(session, cast.rosa)
    assert is_refused(session, box, signed=signed(with_passkey(session, cast.leo)))
    assert is_refused(session, box, signed=signed(Key()))


@pytest.mark.parametrize("how", ["another page", "nobody asked for a finger", "another challenge", "no JSON"])
def test_a_signature_that_is_not_right_is_refused(session: Session, box: SecretBox, how: str) -> None:
    key = with_passkey(session, cast.rosa)
    answers = {
        "another page": key.signed(origin="https://evil.example"),
        "nobody asked for a finger": key.signed(flags=0x01),
        "another challenge": key.signed(b"another one"),
        "no JSON": "{",
    }
    assert is_refused(session, box, signed=authenticator.challenge(credential=answers[how]))


def test_a_copied_passkey_is_noticed_by_its_count(session: Session, box: SecretBox) -> None:
    key = with_passkey(session, cast.rosa)
    key.uses = 6
    assert not is_refused(session, box, signed=signed(key))
    key.uses = 2
    assert is_refused(session, box, signed=signed(key, NOW + timedelta(seconds=1)))


def test_a_waiting_account_signs_in_with_a_passkey_alone(session: Session, box: SecretBox) -> None:
    key = with_passkey(session, cast.rosa)
    for _ in range(5):
        assert is_refused(session, box, "000000")
    with pytest.raises(SignInWaits):
        first(session)
    started = sign_in_with_passkey(session, signed=signed(key), browser=None, now=NOW)
    person = signed_in(session, started.token, NOW, DAY)
    assert person is not None and person.staff_id == cast.ROSA
    with pytest.raises(ProofRefused):
        sign_in_with_passkey(session, signed=signed(key), browser=None, now=NOW)


def test_a_closed_account_has_no_passkey_that_opens(session: Session) -> None:
    key = with_passkey(session, cast.rosa)
    from cm_tracker.operations.staff.save_staff import save_staff

    save_staff(
        session, username="rosa", display_name="Rosa", roles={"coordinator"}, site_ids=(cast.HARBOR,), is_active=False,
        actor=cast.sam, now=NOW, staff_id=cast.ROSA,
    )  # fmt: skip
    with pytest.raises(ProofRefused):
        sign_in_with_passkey(session, signed=signed(key), browser=None, now=NOW)


def test_passkeys_are_named_and_removed_by_their_owner_alone(session: Session, box: SecretBox) -> None:
    key = with_passkey(session, cast.rosa)
    (line,) = factors_of(session, cast.ROSA).passkeys
    for act in (
        lambda: rename_passkey(session, passkey_id=line.id, name="Mine", actor=cast.leo, now=NOW),
        lambda: remove_passkey(session, passkey_id=line.id, actor=cast.leo, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    rename_passkey(session, passkey_id=line.id, name=" Blue key ", actor=cast.rosa, now=NOW)
    assert [one.name for one in factors_of(session, cast.ROSA).passkeys] == ["Blue key"]
    remove_passkey(session, passkey_id=line.id, actor=cast.rosa, now=NOW)
    factors = factors_of(session, cast.ROSA)
    assert (factors.has_any, factors.codes_left) == (False, 0)
    with pytest.raises(ProofRefused):
        sign_in_with_passkey(session, signed=signed(key), browser=None, now=NOW)


def test_a_removed_app_leaves_the_passkey_and_its_recovery_codes(session: Session, box: SecretBox) -> None:
    with_app(session, box, cast.rosa)
    with_passkey(session, cast.rosa)
    remove_app(session, actor=cast.rosa, now=NOW)
    factors = factors_of(session, cast.ROSA)
    assert (factors.app_since, len(factors.passkeys), factors.codes_left) == (None, 1, 10)


# Grace.


def test_a_lead_has_the_days_of_the_site_and_then_sets_it_up_first(session: Session, box: SecretBox) -> None:
    cast.set_site(session, factor_grace_days=3)

    def is_open(at: datetime) -> bool:
        started = first(session, "miriam", at=at)
        assert isinstance(started, StartedSession)
        person = signed_in(session, started.token, at, DAY)
        assert person is not None
        return not person.is_for_set_up

    assert factor_due(session, cast.miriam) is None, "nobody has told her yet"
    assert is_open(NOW)
    assert factor_due(session, cast.miriam) == NOW + 3 * DAY
    assert is_open(NOW + 3 * DAY - timedelta(seconds=1))
    assert not is_open(NOW + 3 * DAY)


def test_setting_it_up_opens_every_page(session: Session, box: SecretBox) -> None:
    cast.set_site(session, factor_grace_days=0)
    started = first(session, "miriam")
    assert isinstance(started, StartedSession)
    at = NOW + timedelta(minutes=5)
    with_app(session, box, cast.miriam, at=at)
    person = signed_in(session, started.token, at, DAY)
    assert person is not None and not person.is_for_set_up
    assert factor_due(session, cast.miriam) is None


@pytest.mark.parametrize(("username", "needs_it"), [("rosa", False), ("miriam", True), ("grace", True), ("sam", True)])
def test_leads_auditors_and_admins_need_one_and_an_admin_has_the_shortest_grace_of_all_sites(
    session: Session, username: str, needs_it: bool
) -> None:
    # Grace works at both sites and Sam for all of them, so Harbor Street's days hold for both.
    cast.set_site(session, factor_grace_days=0)
    started = first(session, username)
    assert isinstance(started, StartedSession)
    person = signed_in(session, started.token, NOW, DAY)
    assert person is not None and person.is_for_set_up == needs_it


def test_a_demonstration_asks_nobody(session: Session) -> None:
    cast.set_site(session, factor_grace_days=0)
    started = sign_in(
        session, username="miriam", password=cast.PASSWORD, browser=None, place=PLACE_OF_CLINIC, hasher=HASHER, limit=LIMIT,
        now=NOW, needs_factor=False,
    )  # fmt: skip
    assert isinstance(started, StartedSession)
    person = signed_in(session, started.token, NOW, DAY)
    assert person is not None and not person.is_for_set_up


# Taking it away.


def test_a_lead_takes_away_the_second_factor_of_staff_and_reads_of_it(session: Session, box: SecretBox) -> None:
    codes = with_app(session, box, cast.rosa)
    key = with_passkey(session, cast.rosa)
    token = second(session, box, code_at(SECRET, NOW)).token
    take_away_factor(session, staff_id=cast.ROSA, actor=cast.miriam, now=NOW)
    assert signed_in(session, token, NOW, DAY) is None, "whoever has the phone is signed out"
    assert isinstance(first(session), StartedSession)
    with pytest.raises(ProofRefused):
        sign_in_with_passkey(session, signed=signed(key), browser=None, now=NOW)
    (line,) = taken_away_lately(session, cast.miriam, NOW + 6 * DAY)
    assert (line.name, line.by_name, line.taken_away_at) == ("Rosa", "Miriam", NOW)
    assert taken_away_lately(session, cast.miriam, NOW + 8 * DAY) == ()
    assert taken_away_lately(session, Actor(None, "lead", frozenset({cast.MILL}), "web"), NOW) == ()
    assert "staff:factor-removed" in tags(session)
    with_app(session, box, cast.rosa, at=NOW + DAY)
    assert is_refused(session, box, codes[0], at=NOW + DAY)


def test_only_who_may_change_the_account_takes_it_away_and_nobody_for_themselves(
    session: Session, box: SecretBox
) -> None:
    for actor in (cast.rosa, cast.miriam, cast.sam, cast.anna):
        with_app(session, box, actor)
    for staff_id, actor, refusal in (
        (cast.ROSA, cast.leo, NotAllowed),
        (cast.SAM, cast.miriam, NotAllowed),
        (cast.ANNA, cast.miriam, NotFound),
        (cast.MIRIAM, cast.miriam, NotAllowed),
        (cast.SAM, cast.sam, BadInput),
        (cast.LEO, cast.sam, BadInput),
    ):
        with pytest.raises(refusal):
            take_away_factor(session, staff_id=staff_id, actor=actor, now=NOW)
    take_away_factor(session, staff_id=cast.MIRIAM, actor=cast.sam, now=NOW)
    take_away_factor(session, staff_id=cast.SAM, actor=command(), now=NOW)
    lines = taken_away_lately(session, cast.sam, NOW)
    assert {(line.name, line.by_name) for line in lines} == {("Miriam", "Sam"), ("Sam", None)}


# Proving again.


def prove(session: Session, box: SecretBox, token: str, *, at: datetime, password: str = "", code: str = "") -> None:
    prove_again(
        session, token=token, password=password, proof=Proof(code), browser=None, place=PLACE_OF_CLINIC, hasher=HASHER,
        box=box, limit=LIMIT, actor=cast.rosa, now=at,
    )  # fmt: skip


def proved_at(session: Session, token: str, at: datetime) -> datetime | None:
    person = signed_in(session, token, at, DAY)
    assert person is not None
    return person.proved_at


def test_a_password_proves_who_has_nothing_else(session: Session, box: SecretBox) -> None:
    started, later = first(session), NOW + timedelta(hours=1)
    assert isinstance(started, StartedSession)
    with pytest.raises(ProofRefused):
        prove(session, box, started.token, at=later, password="another one")
    assert proved_at(session, started.token, later) == NOW
    prove(session, box, started.token, at=later, password=cast.PASSWORD)
    assert proved_at(session, started.token, later) == later
    assert "staff:proof-refused" in tags(session)


def test_who_has_a_second_factor_proves_that_and_the_password_does_not(session: Session, box: SecretBox) -> None:
    with_app(session, box, cast.rosa)
    token, later = second(session, box, code_at(SECRET, NOW)).token, NOW + timedelta(hours=1)
    with pytest.raises(ProofRefused):
        prove(session, box, token, at=later, password=cast.PASSWORD)
    prove(session, box, token, at=later, code=code_at(SECRET, later))
    assert proved_at(session, token, later) == later


def test_wrong_proofs_wait(session: Session, box: SecretBox) -> None:
    started = first(session)
    assert isinstance(started, StartedSession)
    for _ in range(5):
        with pytest.raises(ProofRefused):
            prove(session, box, started.token, at=NOW, password="a wrong one")
    with pytest.raises(SignInWaits):
        prove(session, box, started.token, at=NOW, password=cast.PASSWORD)


# The key of the secrets.


def test_the_key_is_made_once_for_its_owner_alone_and_the_database_has_no_secret(
    session: Session, box: SecretBox, tmp_path: Path
) -> None:
    assert not (tmp_path / FILE).exists()
    with_app(session, box, cast.rosa)
    key = (tmp_path / FILE).read_bytes()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    stored = session.execute(text("SELECT secret FROM second_factor WHERE staff_id = 1")).scalar_one()
    assert SECRET.encode() not in bytes(stored) and box.open(bytes(stored)) == SECRET
    with_app(session, box, cast.leo)
    assert (tmp_path / FILE).read_bytes() == key


@pytest.mark.parametrize("how", ["lost", "another", "broken"])
def test_a_lost_key_is_never_made_anew_and_recovery_codes_still_work(
    session: Session, box: SecretBox, tmp_path: Path, how: str
) -> None:
    codes = with_app(session, box, cast.rosa)
    (tmp_path / FILE).unlink()
    if how != "lost":
        other = SecretBox(tmp_path / "other")
        other.seal("x", is_first=True)
        text_of_key = (tmp_path / "other" / FILE).read_bytes() if how == "another" else b"no key"
        (tmp_path / FILE).write_bytes(text_of_key)
    with pytest.raises(SecretsKeyMissing):
        second(session, box, code_at(SECRET, NOW))
    if how == "lost":
        with pytest.raises(SecretsKeyMissing):
            with_app(session, box, cast.leo)
        assert not (tmp_path / FILE).exists()
    assert not is_refused(session, box, codes[0])


def test_a_bare_address_has_no_passkeys() -> None:
    assert Place.of("192.0.2.7:8000") is None
    assert Place.of("[::1]:8000") is None
    assert Place.of("Clinic.example.org") == Place("clinic.example.org", "https://clinic.example.org")
    assert Place.of("localhost:8000") == Place("localhost", "http://localhost:8000")
