"""Languages: which one is spoken now, the catalogs, and days and numbers as people write them.

Staff pages are in English; the kiosk, and what staff read out to a client, is in the client's
language. Babel reads the .po files themselves, so there is nothing to compile and nothing
generated to keep in step.
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

FOLDER = Path(__file__).parent / "translations"


class Formats(NamedTuple):
    """How a language writes what Babel has no ready format for."""

    weekday: str  # a day with its weekday, as a pattern of CLDR
    ordinal: Callable[[int], str]  # a place in a row of visits


def _english_ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


# One entry for each of `LANGUAGES`. Spanish places are feminine: una visita.
FORMATS: Mapping[str, Formats] = {
    "en": Formats("EEEE, MMMM d", _english_ordinal),
    "es": Formats("EEEE d 'de' MMMM", "{}.ª".format),
}

_spoken: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak a language from here on, to the end of the request."""
    _spoken.set(language if language in LANGUAGES else "en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = _spoken.get()
    speak(language)
    try:
        yield
    finally:
        _spoken.set(before)


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
    """A message in the language that is spoken, with its values put in."""
    text = _catalog(language()).ugettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """A message that depends on a number; `%(n)s` in it is the number as it is written."""
    return _catalog(language()).ungettext(one, many, n) % {"n": number(n), **values}


def number(value: int) -> str:
    """A whole number as it is written: 1,240."""
    return format_decimal(value, locale=language())


def money(cents: int) -> str:
    """Cents as dollars: $997.50."""
    return f"-${-cents / 100:,.2f}" if cents < 0 else f"${cents / 100:,.2f}"


def day(value: date) -> str:
    """A day as it is written: Nov 21, 2026."""
    return format_date(value, "medium", locale=language())


def weekday(value: date) -> str:
    """A day with its weekday: Saturday, November 21."""
    return format_date(value, FORMATS[language()].weekday, locale=language())


def month_name(value: date) -> str:
    """A month: November 2026."""
    return format_date(value, "LLLL y", locale=language())


def moment(value: datetime, time_zone: str) -> str:
    """An instant in a site's time: Nov 21, 2026, 4:05 PM."""
    return format_datetime(value.astimezone(ZoneInfo(time_zone)), "MMM d, y, h:mm a", locale=language())


def ordinal(n: int) -> str:
    """A place in a row: 4th."""
    return FORMATS[language()].ordinal(n)


def init_app(app: Flask) -> None:
    """Let templates speak."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension adds this method to the environment when it is loaded.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, language=language, languages=LANGUAGES)
    app.jinja_env.filters.update(number=number, money=money, day=day, weekday=weekday, moment=moment, ordinal=ordinal)
    app.before_request(lambda: speak("en"))
