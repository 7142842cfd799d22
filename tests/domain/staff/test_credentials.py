"""Which PINs, passwords and user names an account and a client may have."""

import pytest

from cm_tracker.domain.errors import SeveralRefused, WeakPassword, WeakPin
from cm_tracker.domain.staff.credentials import (
    check_account,
    check_display_name,
    check_password,
    check_pin,
    clean_username,
)
from tests.domain.refused import all_refused, refused

NO_USERNAME = ("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")


@pytest.mark.parametrize("pin", ["2580", "12346", "1122", "90871234", "0124"])
def test_a_pin_has_four_to_eight_digits(pin: str) -> None:
    assert check_pin(pin) == pin


@pytest.mark.parametrize(
    "pin", ["", "258", "258025802", "25a0", "2580\n", "٢٥٨٠", "7777", "77777777", "1234", "9876", "8909", "0123456"]
)
def test_a_pin_that_is_easily_guessed_is_refused(pin: str) -> None:
    with pytest.raises(WeakPin):
        check_pin(pin)


def test_a_password_has_twelve_characters_and_is_not_the_user_name() -> None:
    assert check_password("twelve chars", "rosa") == "twelve chars"
    for password in ("eleven char", "ROSA.MARTINEZ"):
        with pytest.raises(WeakPassword) as caught:
            check_password(password, "rosa.martinez")
        assert (caught.value.least, caught.value.field) == (12, "password")


@pytest.mark.parametrize(
    ("entered", "username"),
    [(" Rosa ", "rosa"), ("r2", "r2"), ("0.a-b_c", "0.a-b_c"), ("a" * 40, "a" * 40)],
)
def test_a_user_name_is_kept_in_small_letters(entered: str, username: str) -> None:
    assert clean_username(entered) == username


@pytest.mark.parametrize("entered", ["", "r", ".rosa", "-rosa", "rosa m", "rosá", "a" * 41])
def test_what_is_no_user_name(entered: str) -> None:
    with all_refused(NO_USERNAME):
        clean_username(entered)


def test_the_name_of_a_person_has_up_to_120_characters() -> None:
    assert check_display_name("  Rosa Martínez ") == "Rosa Martínez"
    assert check_display_name("a" * 120) == "a" * 120
    for name in ("", "   ", "a" * 121):
        with refused("An account needs a name of up to 120 characters.", "display_name"):
            check_display_name(name)


def test_a_new_account_needs_a_password_and_one_that_is_there_keeps_its_own() -> None:
    assert check_account(" Rosa ", "twelve chars", is_new=True) == "rosa"
    assert check_account("rosa", None, is_new=False) == "rosa"
    with refused("A new account needs a password.", "password"):
        check_account("rosa", None, is_new=True)


def test_everything_that_is_wrong_with_an_account_is_said_at_once() -> None:
    with all_refused(NO_USERNAME, ("A new account needs a password.", "password")):
        check_account("r", None, is_new=True)
    with pytest.raises(SeveralRefused) as caught:
        check_account("r", "short", is_new=False)
    assert [type(one).__name__ for one in caught.value.refusals] == ["BadInput", "WeakPassword"]
    with pytest.raises(WeakPassword):
        check_account("Rosa.Martinez", "rosa.martinez", is_new=True)
