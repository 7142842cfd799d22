"""The languages that clients read and hear, and those that staff can work in.

A new language is one line here, its formats in `i18n.FORMATS`, and its catalog in `translations/`: docs/translating.md.
"""

from typing import TypeVar

LANGUAGES = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
}

# Those whose catalog has every page of staff, too. Each member of staff chooses theirs.
STAFF_LANGUAGES = {code: LANGUAGES[code] for code in ("en", "es")}

Text = TypeVar("Text", bound=str | None)


def in_language(language: str, english: Text, **translations: str | None) -> str | Text:
    """Return a text that a lead wrote, in a language, or in English if there is no translation.

    `translations` are named by their language: `in_language("es", prize.name, es=prize.name_es)`.
    """
    return translations.get(language) or english


def marked(message: str) -> str:
    """Return a message as it is. It marks one that is translated where it is shown, so that the catalogs have it."""
    return message
