"""The pieces by which an encrypted name is found, and what a word finds in a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.clients.codes import plain, search_words
from cm_tracker.domain.clients.pieces import is_in_name, name_pieces, search_pieces, sound_pieces
from cm_tracker.domain.clients.sounding import may_be_one, sounds_of


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("Amir", {"^a", "^am", "ami", "mir", "~amr"}),
        # Runs go over the words, so that "maryann" is found.
        ("Mary-Ann", {"^m", "^ma", "^a", "^an", "mar", "ary", "rya", "yan", "ann", "~mar", "~an"}),
        ("Jo", {"^j", "^jo", "~jo"}),
        ("", set()),
        (" - ", set()),
    ],
)
def test_a_name_has_runs_of_three_letters_beginnings_and_sounds(name: str, pieces: set[str]) -> None:
    found = name_pieces(name)
    assert {one for one in found if one[0] != "~"} == {one for one in pieces if one[0] != "~"}
    assert bool({one for one in found if one[0] == "~"}) == bool(pieces)


def test_the_longest_name_has_a_bounded_number_of_pieces() -> None:
    """This letter becomes 18 letters when it is taken apart."""
    assert len(name_pieces("\ufdfa" * 120)) <= 300
    assert len(name_pieces("".join(chr(0x4E00 + n) for n in range(120)))) < 130


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("m", {"^m"}),
        ("ma", {"^ma"}),
        ("mar", {"mar"}),
        ("maryann", {"mar", "ary", "rya", "yan", "ann"}),
        # Six runs are enough to find few names.
        ("bartholomew", {"bar", "art", "rth", "tho", "hol", "olo"}),
    ],
)
def test_a_word_asks_for_some_of_its_pieces(word: str, pieces: set[str]) -> None:
    assert search_pieces(word) == pieces


@pytest.mark.parametrize(
    ("word", "name", "is_found"),
    [
        ("ines", "Inés", True),
        ("yan", "Mary-Ann", True),
        ("an", "Mary-Ann", True),
        ("ry", "Mary-Ann", False),
        ("o", "Mary O’Brien", True),
        ("r", "Mary O’Brien", False),
        ("inez", "Inés", False),
    ],
)
def test_a_word_is_in_a_name(word: str, name: str, is_found: bool) -> None:
    assert is_in_name(word, name) == is_found


@given(st.text(min_size=1, max_size=120), st.integers(0, 130), st.integers(1, 40))
def test_who_has_a_word_in_the_name_has_all_pieces_of_the_word(name: str, start: int, length: int) -> None:
    for word in (plain(name)[start : start + length], *search_words(name)):
        if word and is_in_name(word, name):
            assert search_pieces(word) <= name_pieces(name)


NAMES = st.lists(
    st.sampled_from(
        ["Maria", "María", "Marya", "Jon", "John", "Smith", "Smyth", "de", "Vega", "Bega", "Fega", "Xochitl"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(NAMES, NAMES)
def test_names_that_may_be_of_one_person_share_a_sound(one: str, other: str) -> None:
    if may_be_one(sounds_of(one), sounds_of(other)):
        assert sound_pieces(one) & name_pieces(other)
