"""The current language: its translations, its formats for days and numbers, and the currency of amounts.

Staff pages are in the language that each member of staff has chosen. The kiosk, and what staff read out to a client, are
in the client's language. A language has one .po file for what clients read, `messages.po`, and where staff can work in it
one for each area of their pages. They are read directly, so there are no compiled catalogs to keep up to date.

All amounts that a page or a command shows are in the program's currency. It is a fact of the database, like the value
of a point. A page takes it from a row that it reads anyway (who is signed in, the kiosk's card) and calls
`set_currency`. Where nobody has, `money` asks the application for it, so that no place can forget it. Outside of any
application there is no program, and amounts are in US dollars.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import LazyProxy, NullTranslations, Translations
from flask import Flask, current_app, has_app_context
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.languages import marked as marked
from cm_tracker.domain.money import DOLLARS, decimals, money_in, name_of, sign_of

FOLDER = Path(__file__).parent / "translations"
# The catalog of what clients read. Every language has it.
CLIENTS = "messages.po"


class Formats(NamedTuple):
    """The formats of a language that Babel does not have."""

    weekday: str  # the CLDR pattern of a day with its weekday
    ordinal: Callable[[int], str]  # the ordinal number of a visit in a row
    numbers: str  # the locale of whole numbers: their thousands are marked as those of money are


def _english_ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


# One entry for each of `LANGUAGES`. Spanish and Portuguese ordinals are feminine here, because "visita" is.
FORMATS: Mapping[str, Formats] = {
    "en": Formats("EEEE, MMMM d", _english_ordinal, "en"),
    "es": Formats("EEEE d 'de' MMMM", "{}.ª".format, "es_US"),
    "pt": Formats("EEEE, d 'de' MMMM", "{}.ª".format, "en"),
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


_currency: ContextVar[str | None] = ContextVar("currency", default=None)
_PROGRAMS = "cm_currency"


def currency() -> str:
    """Return the code of the currency of amounts."""
    if (known := _currency.get()) is not None:
        return known
    if not has_app_context():
        return DOLLARS
    of_program: str = current_app.extensions[_PROGRAMS]()
    return of_program


def set_currency(code: str | None) -> None:
    """Set the currency of amounts for the rest of the request; None is the program's."""
    _currency.set(code)


@contextmanager
def using_currency(code: str | None) -> Iterator[None]:
    """Write amounts in a currency inside a `with` block."""
    previous = _currency.get()
    set_currency(code)
    try:
        yield
    finally:
        _currency.set(previous)


# What stands for an amount that a client hides. No text has this character, so the page can say it in its own way.
HIDDEN = "\ue000"
_hides_amounts: ContextVar[bool] = ContextVar("hides_amounts", default=False)
# A number of minutes is no amount.
_OF_TIME = re.compile(r"%\(n\)s (?:second|minute|hour|day|week|month)s?\b")


def hides_amounts() -> bool:
    """Return whether amounts are hidden."""
    return _hides_amounts.get()


def hide_amounts(is_hidden: bool) -> None:
    """Write `HIDDEN` in place of every number and every amount of money for the rest of the request, or do not."""
    _hides_amounts.set(is_hidden)


@cache
def unreviewed_languages() -> tuple[str, ...]:
    """Return the languages of which no speaker has reviewed yet what clients read: its catalog says so in the header."""
    return tuple(
        language
        for language in LANGUAGES
        for path in catalogs_of(language)
        if path.name == CLIENTS and "X-Review: not yet" in path.read_text(encoding="utf-8")
    )


def catalogs_of(language: str) -> list[Path]:
    """Return the .po files of a language; English has none."""
    return sorted((FOLDER / language / "LC_MESSAGES").glob("*.po"))


@cache
def _catalog(language: str) -> NullTranslations:
    whole: Catalog | None = None
    for path in catalogs_of(language):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        if whole is None:
            whole = part
        else:
            for message in part:
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    if whole is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(fp=compiled)


def gettext(message: str, **values: Any) -> str:
    """Return a message in the current language, with its values inserted."""
    text = _catalog(language()).ugettext(message)
    return text % values if values else text


def pgettext(context: str, message: str, **values: Any) -> str:
    """Return a message that means something else in a context, such as "Missing" of prizes and not of people."""
    text = str(_catalog(language()).upgettext(context, message))
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """Return the singular or the plural of a message; `%(n)s` in it is the formatted number."""
    shown = _written(n) if _OF_TIME.search(one) else number(n)
    return _catalog(language()).ungettext(one, many, n) % {"n": shown, **values}


def joined(texts: Iterable[str], separator: str) -> str:
    """Return texts with a separator between them."""
    return separator.join(texts)


def lazy(message: str, **values: Any) -> str:
    """Return a message that is put into the language of whoever reads it each time it is written, not now.

    It is for what is made when a module is loaded: the labels of forms and the tables of `labels`. Its values may be
    lazy, too.
    """
    return cast(str, LazyProxy(gettext, message, enable_cache=False, **values))


_MARKED = re.compile(r"\[\[(.*?)\]\]")


def linked(text: str, *addresses: str) -> Markup:
    """Return a sentence as HTML in which what stands in [[two brackets]] is a link, one for each address."""
    places = iter(addresses)
    return Markup(_MARKED.sub(lambda found: f'<a href="{escape(next(places, "#"))}">{found[1]}</a>', escape(text)))  # noqa: S704 - both are escaped


def strong(text: str) -> Markup:
    """Return a sentence as HTML in which what stands in [[two brackets]] is bold."""
    return Markup(_MARKED.sub(lambda found: f"<strong>{found[1]}</strong>", escape(text)))  # noqa: S704 - it is escaped


def number(value: int) -> str:
    """Return a formatted whole number: 1,240. It is `HIDDEN` where amounts are."""
    return HIDDEN if hides_amounts() else _written(value)


def _written(value: int) -> str:
    return format_decimal(value, locale=FORMATS[language()].numbers)


def money(cents: int) -> str:
    """Return cents as an amount of the currency: $997.50, £5.00. A code stays on the line of its number: CAD 20.00.

    It is `HIDDEN` where amounts are.
    """
    if hides_amounts():
        return HIDDEN
    return money_in(cents, currency()).replace(" ", "\N{NO-BREAK SPACE}")


@pass_context
def _money_on_page(_: Context, cents: int) -> str:
    """Return what `money` does. A filter with a context is not worked out when a template is compiled, once for all."""
    return money(cents)


def currency_sign() -> str:
    """Return what stands in front of an amount: $, £, CAD."""
    return sign_of(currency())


def currency_name() -> str:
    """Return what people call amounts of the currency: dollars, pounds, CAD."""
    return name_of(currency(), language())


def day(value: date) -> str:
    """Return a formatted day: Nov 21, 2026."""
    return format_date(value, "medium", locale=language())


def weekday(value: date) -> str:
    """Return a day with its weekday: Saturday, November 21."""
    return format_date(value, FORMATS[language()].weekday, locale=language())


def weekday_name(value: date) -> str:
    """Return a weekday: Saturday."""
    return format_date(value, "EEEE", locale=language())


def short_weekday(value: date) -> str:
    """Return a weekday in a few letters: Sat."""
    return format_date(value, "EEE", locale=language())


def short_day(value: date) -> str:
    """Return a day in a few letters with its weekday: Sat, Nov 21."""
    return format_skeleton("MMMEd", value, locale=language())


def day_and_month(value: date, today: date) -> str:
    """Return a day without its weekday: November 21; with the year, where it is not today's."""
    return format_skeleton("MMMMd" if value.year == today.year else "yMMMMd", value, locale=language())


def month_name(value: date) -> str:
    """Return a month: November 2026."""
    return format_date(value, "LLLL y", locale=language())


def moment(value: datetime, time_zone: str) -> str:
    """Return an instant in a time zone: Nov 21, 2026, 4:05 PM."""
    there = value.astimezone(ZoneInfo(time_zone))
    return f"{day(there.date())}, {time_of_day(there.time())}"


def time_of_day(value: time) -> str:
    """Return a time of day: 4:05 PM."""
    return format_time(value, "h:mm a", locale=language())


def time_in(value: datetime, time_zone: str) -> str:
    """Return the time of day of an instant in a time zone: 4:05 PM."""
    return time_of_day(value.astimezone(ZoneInfo(time_zone)).time())


def ordinal(n: int) -> str:
    """Return an ordinal number: 4th."""
    return FORMATS[language()].ordinal(n)


def init_app(app: Flask, programs_currency: Callable[[], str]) -> None:
    """Add translations and formats to the templates, and begin every request in English and in the program's currency.

    `programs_currency` reads the code of the program's currency; it is called in an application context.
    """
    app.extensions[_PROGRAMS] = programs_currency
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension adds this method to the environment when it is loaded.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]  # see above
    app.jinja_env.globals.update(
        _=gettext,
        ngettext=ngettext,
        pgettext=pgettext,
        language=language,
        languages=LANGUAGES,
        unreviewed_languages=unreviewed_languages,
        currency=currency,
        currency_sign=currency_sign,
        currency_name=currency_name,
    )
    app.jinja_env.filters["decimals"] = decimals
    app.jinja_env.filters.update(
        number=number, money=_money_on_page, day=day, weekday=weekday, moment=moment, ordinal=ordinal,
        time_of_day=time_of_day, time_in=time_in, month_name=month_name, short_weekday=short_weekday,
        short_day=short_day, day_and_month=day_and_month, linked=linked, strong=strong,
    )  # fmt: skip
    app.before_request(lambda: set_language("en"))
    app.before_request(lambda: set_currency(None))
    app.before_request(lambda: hide_amounts(False))
    # A command or a test that runs after a request in the same thread must not get its currency.
    app.teardown_request(lambda _: set_currency(None))
    app.teardown_request(lambda _: hide_amounts(False))
