"""Which names and user names an account may have."""

import pytest

from cm_tracker.domain.staff.credentials import check_display_name, clean_username
from tests.domain.refused import all_refused, refused

NO_USERNAME = ("A user name has 2 to 40 small letters, digits, dots and hyphens.", "username")


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
