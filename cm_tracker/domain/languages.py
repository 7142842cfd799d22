"""The languages that clients read and hear. A new language is one line here, and its catalog in `translations/`."""

LANGUAGES = {"en": "English", "es": "Español"}
