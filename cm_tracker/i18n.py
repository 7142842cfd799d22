"""The current language: its translations, and its formats for days and numbers.

Staff pages are in English. The kiosk, and what staff read out to a client, are in the client's language. The .po files
are read directly, so there are no compiled catalogs to keep up to date.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.money import dollars

FOLDER = Path(__file__).parent / "translations"


class Formats(NamedTuple):
    """The formats of a language that Babel does not have."""

    weekday: str  # the CLDR pattern of a day with its weekday
    ordinal: Callable[[int], str]  # the ordinal number of a visit in a row


def _english_ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


# One entry for each of `LANGUAGES`. Spanish ordinals are feminine here, because "visita" is.
FORMATS: Mapping[str, Formats] = {
    "en": Formats("EEEE, MMMM d", _english_ordinal),
    "es": Formats("EEEE d 'de' MMMM", "{}.ª".format),
}

_current: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """Return the current language."""
    return _current.get()


def set_language(language: str) -> None:
    """Set the language for the rest of the request. An unknown language means English."""
    _current.set(language if language in LANGUAGES else "en")


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Use a language inside a `with` block."""
    previous = _current.get()
    set_language(language)
    try:
        yield
    finally:
        _current.set(previous)


@cache
def _catalog(language: str) -> NullTranslations:
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(fp=compiled)


def gettext(message: str, **values: Any) -> str:
    """Return a message in the current language, with its values inserted."""
    text = _catalog(language()).ugettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """Return the singular or the plural of a message; `%(n)s` in it is the formatted number."""
    return _catalog(language()).ungettext(one, many, n) % {"n": number(n), **values}


def number(value: int) -> str:
    """Return a formatted whole number: 1,240."""
    return format_decimal(value, locale=language())


def money(cents: int) -> str:
    """Return cents as dollars: $997.50."""
    return dollars(cents)


def day(value: date) -> str:
    """Return a formatted day: Nov 21, 2026."""
    return format_date(value, "medium", locale=language())


def weekday(value: date) -> str:
    """Return a day with its weekday: Saturday, November 21."""
    return format_date(value, FORMATS[language()].weekday, locale=language())


def month_name(value: date) -> str:
    """Return a month: November 2026."""
    return format_date(value, "LLLL y", locale=language())


def moment(value: datetime, time_zone: str) -> str:
    """Return an instant in a time zone: Nov 21, 2026, 4:05 PM."""
    return format_datetime(value.astimezone(ZoneInfo(time_zone)), "MMM d, y, h:mm a", locale=language())


def ordinal(n: int) -> str:
    """Return an ordinal number: 4th."""
    return FORMATS[language()].ordinal(n)


def init_app(app: Flask) -> None:
    """Add translations and formats to the templates, and begin every request in English."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension adds this method to the environment when it is loaded.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, language=language, languages=LANGUAGES)
    app.jinja_env.filters.update(number=number, money=money, day=day, weekday=weekday, moment=moment, ordinal=ordinal)
    app.before_request(lambda: set_language("en"))
