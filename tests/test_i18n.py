"""Dates, numbers and ordinals as each language writes them, and texts that exist in several languages."""

from datetime import date

import pytest

from cm_tracker.domain.languages import LANGUAGES, in_language
from cm_tracker.i18n import FOLDER, FORMATS, day, number, ordinal, using_language, weekday

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(("language", "expected"), [("en", "Saturday, November 21"), ("es", "sábado 21 de noviembre")])
def test_a_date_with_its_weekday_is_written_as_in_each_language(language: str, expected: str) -> None:
    with using_language(language):
        assert weekday(SATURDAY) == expected


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
    ],
)
def test_english_ordinals_end_in_st_nd_rd_or_th(n: int, expected: str) -> None:
    with using_language("en"):
        assert ordinal(n) == expected


def test_spanish_ordinals_are_feminine_like_una_visita() -> None:
    with using_language("es"):
        assert (ordinal(1), ordinal(22)) == ("1.ª", "22.ª")


def test_numbers_and_dates_are_written_as_in_each_language() -> None:
    with using_language("es"):
        assert (number(12345), day(SATURDAY)) == ("12.345", "21 nov 2026")
    with using_language("en"):
        assert (number(12345), day(SATURDAY)) == ("12,345", "Nov 21, 2026")


def test_every_language_has_formats_and_every_translation_has_a_catalog() -> None:
    assert set(FORMATS) == set(LANGUAGES)
    assert {path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po")} == set(LANGUAGES) - {"en"}


def test_a_text_without_a_translation_is_shown_in_english() -> None:
    assert in_language("es", "Bus pass", es="Abono de autobús") == "Abono de autobús"
    assert in_language("es", "Bus pass", es=None) == "Bus pass"
    assert in_language("es", "Bus pass", es="") == "Bus pass"
    assert in_language("en", "Bus pass", es="Abono de autobús") == "Bus pass"
