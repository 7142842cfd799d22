"""Which codes and names a client may have, and how a search compares them."""

import pytest

from cm_tracker.domain.clients.codes import bare_code, check_client, clean_code, plain, search_words
from tests.domain.refused import all_refused, refused


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


def test_the_words_of_a_search_are_compared_one_by_one() -> None:
    assert search_words("  María-José  hs118 MARIAJOSE ") == ("mariajose", "hs118")
    assert search_words(" - ") == ()


@pytest.mark.parametrize(("entered", "code"), [(" hs-118 ", "HS-118"), ("7", "7"), ("A" * 20, "A" * 20), ("1-", "1-")])
def test_a_code_is_kept_in_capitals(entered: str, code: str) -> None:
    assert clean_code(entered) == code


@pytest.mark.parametrize("entered", ["", "  ", "-118", "HS 118", "HS_118", "Ñ-1", "A" * 21])
def test_a_code_has_up_to_twenty_letters_digits_and_hyphens(entered: str) -> None:
    with refused("A client code has up to 20 letters, digits and hyphens, and no name in it.", "code"):
        clean_code(entered)


def test_hyphens_and_blanks_of_a_code_do_not_matter_at_the_kiosk() -> None:
    assert bare_code(" hs-1 18") == bare_code("HS118") == "HS118"


def test_a_preferred_name_has_up_to_120_characters_and_the_kiosk_its_languages() -> None:
    check_client("", "en")
    check_client(" " + "a" * 120 + " ", "es")
    too_long = ("The preferred name may have up to 120 characters.", "preferred_name")
    unknown = ("The language must be one of: en, es, pt.", "language")
    with all_refused(too_long):
        check_client("a" * 121, "en")
    with all_refused(too_long, unknown):
        check_client("a" * 121, "xx")
