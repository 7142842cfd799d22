"""The words of the settings of a site and of the lists that leave the program: each can be translated."""

from collections.abc import Iterator

import pytest

from cm_tracker.domain.audit.downloads import DOWNLOADS
from cm_tracker.domain.staff.setting_kinds import Choice, Line, Number, NumberOrOff
from cm_tracker.domain.staff.site_settings import SETTINGS, SiteSetting
from cm_tracker.i18n import using_language
from cm_tracker.labels import downloads, site_settings
from cm_tracker.labels.staff import browser, source


def words_of(entry: SiteSetting) -> Iterator[str]:
    yield from (entry.group, entry.label, entry.means)
    kind = entry.kind
    if isinstance(kind, NumberOrOff):
        yield from (kind.off, kind.on, kind.ask)
        kind = kind.number
    if isinstance(kind, Number):
        yield kind.unit[1]
    elif isinstance(kind, Choice):
        yield from kind.options.values()
    elif isinstance(kind, Line):
        yield kind.empty


def test_every_word_of_a_setting_can_be_translated() -> None:
    assert {word for entry in SETTINGS for word in words_of(entry)} == set(site_settings.WORDS)


@pytest.mark.parametrize("entry", SETTINGS, ids=lambda entry: entry.name)
def test_a_value_is_said_as_the_domain_says_it(entry: SiteSetting) -> None:
    assert site_settings.value_words(entry.kind, entry.default) == entry.kind.words(entry.default, "USD")


def test_a_value_of_a_setting_has_its_spanish_words() -> None:
    kinds = {entry.name: entry.kind for entry in SETTINGS}
    with using_language("es"):
        assert site_settings.value_words(kinds["undo_minutes"], 1) == "1 minuto"
        assert site_settings.value_words(kinds["trade_days"], None) == "desactivado"
        assert site_settings.value_words(kinds["most_cards"], 20) == "20 tarjetas"
        assert site_settings.value_words(kinds["card_shows_name"], False) == "Sin nombre"


def test_every_list_that_is_taken_out_has_words_that_can_be_translated() -> None:
    assert {known.words for known in DOWNLOADS.values()} == set(downloads.WORDS)


def test_a_browser_and_a_source_of_wrong_passwords_have_their_spanish_words() -> None:
    assert browser("Firefox on Windows") == "Firefox on Windows" and browser("") == ""
    with using_language("es"):
        assert browser("Firefox on Windows") == "Firefox en Windows"
        assert browser("an unknown browser") == "un navegador desconocido"
        assert source("address:unknown") == "una dirección de red desconocida"
        assert source("tablet:3") == "la tableta 3 del quiosco"
