"""What the check of the logs finds, and what it lets pass."""

import pytest

from cm_tracker import create_app
from tests.private_words import private_words_in


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"message": "Amir came"}', ["Amir"]),
        ("rosa signed in at Harbor Street", ["rosa", "Harbor Street"]),
        ("client hs-1, then MR-203", ["hs-1", "MR-203"]),
        ("Benzoylecgonine was negative, THC positive", ["Benzoylecgonine", "negative", "THC", "positive"]),
        ("GET /clients/1", ["/clients/1"]),
        ("/enrollments/7/0/visits/new", ["/enrollments/7/0"]),
        ("answered clients.show 200 12.5", []),
        ("sample_program.show, amirable, THCX", []),
    ],
)
def test_a_private_word_is_found_as_a_whole_word(line: str, found: list[str]) -> None:
    assert private_words_in(line) == found


def test_no_name_of_a_page_looks_like_a_private_word() -> None:
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    assert private_words_in(" ".join(app.view_functions)) == []
