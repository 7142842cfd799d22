"""Which passwords staff may choose, and how strong one is."""

import pytest

from cm_tracker.domain.errors import WeakPassword
from cm_tracker.domain.staff.common_passwords import FILE, is_common
from cm_tracker.domain.staff.passwords import check_password, strength


@pytest.mark.parametrize(
    "password",
    [
        *("twelve chars", "correct horse battery", "a whole new sentence", "demonstration-only", "four words that fit"),
        # Neither digits nor capitals nor signs are demanded, and any letter may stand.
        *("viele kleine Wörter", "漢字漢語平仮名片仮名振仮名", "k9#Vq!2zTw7p", "overstuffed sofas"),
    ],
)
def test_a_long_password_may_stand(password: str) -> None:
    assert check_password(password, "rosa.martinez", "Rosa Martínez") == password


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "short"),
        ("eleven char", "short"),
        ("1q2w3e4r5t6y", "common"),
        ("michaeljackson", "common"),
        ("Administrator", "common"),
        ("I love you 2026", "common"),
        ("Password2026!", "common"),
        ("P@ssw0rd!!2026", "common"),
        ("2026-password", "common"),
        ("Sunshine!!!!!", "common"),
        ("rosa.martinez", "name"),
        ("garden of ROSA", "name"),
        ("the martinez family", "name"),
        ("the Martínez family", "name"),
        ("rosamartinez is me", "name"),
        ("horse 12345 battery", "in order"),
        ("horse 98765 battery", "in order"),
        ("battery abcde horse", "in order"),
        ("battery Qwert horse", "in order"),
        ("battery lkjhg horse", "in order"),
        ("horseeee battery", "repeated"),
        ("horse, horse, horse", "repeated"),
        ("k9#Vk9#Vk9#V", "repeated"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password, "rosa.martinez", "Rosa Martínez", field="new")
    assert (refused.value.why, refused.value.least, refused.value.field) == (why, 12, "new")


def test_a_short_name_is_in_too_many_words_to_be_looked_for() -> None:
    assert check_password("banana and bread", "ana", "Ana Li") == "banana and bread"


def test_four_letters_in_order_are_in_ordinary_words() -> None:
    assert check_password("understudies 1234", "leo") == "understudies 1234"


def test_the_list_has_the_passwords_of_its_sources_and_no_others() -> None:
    assert FILE.stat().st_size == 55_868 * 5
    assert all(is_common(one) for one in ("123456", "password", "dragon", "letmein", "zxcvbnm", "1q2w3e4r5t6y"))
    assert not any(is_common(one) for one in ("", "correct horse battery", "tvqk zzpw", "PASSWORD"))


@pytest.mark.parametrize(
    ("password", "how"),
    [
        ("twelve chars", "enough"),
        ("twelve lemons 1", "enough"),
        ("twelve lemons 16", "good"),
        ("nineteen characters", "good"),
        ("twenty of characters", "strong"),
        ("correct horse battery staple", "strong"),
        # The same letter again makes a password no longer.
        ("twenty!!! of chars!!!", "good"),
    ],
)
def test_the_strength_of_a_password_in_words(password: str, how: str) -> None:
    assert strength(password) == how
