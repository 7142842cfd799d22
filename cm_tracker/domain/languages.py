"""The languages that clients read and hear.

A new language is one line here, its formats in `i18n.FORMATS`, and its catalog in `translations/`: docs/translating.md.
"""

from typing import TypeVar

LANGUAGES = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
}

Text = TypeVar("Text", bound=str | None)


def in_language(language: str, english: Text, **translations: str | None) -> str | Text:
    """Return a text that a lead wrote, in a language, or in English if there is no translation.

    `translations` are named by their language: `in_language("es", prize.name, es=prize.name_es)`.
    """
    return translations.get(language) or english
