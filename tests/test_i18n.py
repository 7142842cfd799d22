"""Dates, numbers and ordinals as each language writes them, and texts that exist in several languages."""

from datetime import date

import pytest
from flask import Flask

from cm_tracker.domain.languages import LANGUAGES, in_language
from cm_tracker.i18n import (
    FOLDER,
    FORMATS,
    currency_name,
    currency_sign,
    day,
    gettext,
    init_app,
    money,
    ngettext,
    number,
    ordinal,
    set_currency,
    unreviewed_languages,
    using_currency,
    using_language,
    weekday,
)

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Saturday, November 21"), ("es", "sábado 21 de noviembre"), ("pt", "sábado, 21 de novembro")],
)
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
        assert (number(12345), day(SATURDAY)) == ("12,345", "21 nov 2026")
    with using_language("en"):
        assert (number(12345), day(SATURDAY)) == ("12,345", "Nov 21, 2026")


def test_portuguese_has_its_own_words_formats_and_plurals() -> None:
    with using_language("pt"):
        assert (number(12345), day(SATURDAY), ordinal(3)) == ("12,345", "21 de nov. de 2026", "3.ª")
        assert (gettext("I am done"), ngettext("%(n)s point", "%(n)s points", 1)) == ("Terminei", "1 ponto")
        assert ngettext("%(n)s point", "%(n)s points", 2) == "2 pontos"
        assert gettext("There is no such client at your sites.") == "There is no such client at your sites."


def test_a_language_that_no_speaker_has_reviewed_is_listed() -> None:
    assert unreviewed_languages() == ("pt",)


def test_every_language_has_formats_and_every_translation_has_a_catalog() -> None:
    assert set(FORMATS) == set(LANGUAGES)
    assert {path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po")} == set(LANGUAGES) - {"en"}


def test_a_text_without_a_translation_is_shown_in_english() -> None:
    assert in_language("es", "Bus pass", es="Abono de autobús") == "Abono de autobús"
    assert in_language("es", "Bus pass", es=None) == "Bus pass"
    assert in_language("es", "Bus pass", es="") == "Bus pass"
    assert in_language("en", "Bus pass", es="Abono de autobús") == "Bus pass"


@pytest.mark.parametrize(
    ("currency", "amount", "sign", "name"),
    [("USD", "-$1,250.00", "$", "dollars"), ("GBP", "-£1,250.00", "£", "pounds"), ("EUR", "-€1,250.00", "€", "euros"),
     ("CAD", "-CAD\N{NO-BREAK SPACE}1,250.00", "CAD", "CAD")],
)  # fmt: skip
def test_an_amount_is_written_in_the_currency_and_alike_in_every_language(
    currency: str, amount: str, sign: str, name: str
) -> None:
    for language in LANGUAGES:
        with using_language(language), using_currency(currency):
            assert (money(-125_000), currency_sign()) == (amount, sign)
    with using_currency(currency):
        assert currency_name() == name
    assert money(100) == "$1.00", "outside of any program"


def test_a_currency_has_a_name_in_each_language() -> None:
    with using_currency("GBP"), using_language("es"):
        assert currency_name() == "libras"
    with using_currency("USD"), using_language("pt"):
        assert currency_name() == "dólares"
    with using_currency("CAD"), using_language("es"):
        assert currency_name() == "CAD"


def test_where_nobody_has_set_the_currency_the_application_is_asked() -> None:
    """A page that forgets it, or a command, must not write dollars."""
    app = Flask("of pounds")
    init_app(app, lambda: "GBP")
    with app.app_context():
        assert money(500) == "£5.00"
        with using_currency("EUR"):
            assert money(500) == "€5.00"
    app.add_url_rule("/", view_func=lambda: money(500))
    set_currency("EUR")
    assert app.test_client().get("/").text == "£5.00", "a request begins without the currency of the one before"
    assert money(500) == "$5.00", "and leaves none behind"
