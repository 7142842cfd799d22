"""Texts that a lead wrote, in the language of whoever reads them."""

import pytest

from cm_tracker.domain.languages import in_language


@pytest.mark.parametrize(
    ("language", "spanish", "shown"),
    [("es", "Toalla", "Toalla"), ("es", None, "Towel"), ("es", "", "Towel"), ("en", "Toalla", "Towel"), ("fr", "Toalla", "Towel")],
)  # fmt: skip
def test_a_text_is_shown_in_english_where_nobody_translated_it(language: str, spanish: str | None, shown: str) -> None:
    assert in_language(language, "Towel", es=spanish) == shown
