"""How a search compares codes and names."""

import pytest

from cm_tracker.domain.clients.codes import plain, search_key, search_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Inés", "ines"),
        ("INE\u0301S", "ines"),
        ("HS-118", "hs118"),
        (" hs 118 ", "hs118"),
        ("Mary-Ann", "maryann"),
        ("Mary\u2011Ann\u2013Lee", "maryannlee"),
        ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("Łukasz Søren", "lukaszsoren"),
        ("Straße", "strasse"),
        ("IŞIL Işıl", "isilisil"),
        ("Nguyễn", "nguyen"),
        ("ﬁ", "fi"),
        ("李雷", "李雷"),
        ("100%_\\", "100%_\\"),
        ("-", ""),
    ],
)
def test_a_search_compares_letters_without_accents_hyphens_spaces_and_capitals(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_the_key_of_a_client_is_the_code_and_the_name() -> None:
    assert search_key("HS-118", "Inés María") == "hs118 inesmaria"
    assert search_key("HS-118", "") == "hs118 "


def test_the_key_of_the_longest_name_fits_its_column() -> None:
    """This letter becomes 18 letters when it is taken apart."""
    assert len(search_key("HS-118", "\ufdfa" * 120)) == 300


def test_the_words_of_a_search_are_compared_one_by_one() -> None:
    assert search_words("  María-José  hs118 MARIAJOSE ") == ("mariajose", "hs118")
    assert search_words(" - ") == ()
