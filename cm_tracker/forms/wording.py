"""Our sentences in place of those that WTForms has for its own checks. Each says what to do."""

from typing import Any

from wtforms.meta import DefaultMeta
from wtforms.widgets import Select

from cm_tracker.i18n import gettext, marked

_CHOOSE = marked("Choose one from the list.")
SENTENCES = {
    "Not a valid choice.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Choices cannot be None.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": marked("Choose from the list only."),
    "'%(value)s' is not a valid choice for this field.": marked("Choose from the list only."),
    "'%(value)s' are not valid choices for this field.": marked("Choose from the list only."),
    "Not a valid integer value.": marked("Enter a whole number."),
    "Not a valid decimal value.": marked("Enter a number."),
    "Not a valid float value.": marked("Enter a number."),
    "Not a valid datetime value.": marked("Enter a day and a time, such as 2026-03-16 09:30."),
    "Not a valid date value.": marked("Enter a day, such as 2026-03-16."),
    "Not a valid time value.": marked("Enter a time, such as 09:30."),
    "Not a valid week value.": marked("Enter a week, such as 2026-W12."),
    "This field is required.": marked("Fill this in."),
    "Invalid input.": marked("Type this anew: it cannot be read."),
    "Field must be equal to %(other_name)s.": marked("Enter the same twice."),
    "Field must be at least %(min)d character long.": marked("Enter at least %(min)d character."),
    "Field must be at least %(min)d characters long.": marked("Enter at least %(min)d characters."),
    "Field cannot be longer than %(max)d character.": marked("Shorten this to %(max)d character."),
    "Field cannot be longer than %(max)d characters.": marked("Shorten this to %(max)d characters."),
    "Field must be exactly %(max)d character long.": marked("Enter exactly %(max)d character."),
    "Field must be exactly %(max)d characters long.": marked("Enter exactly %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": marked("Enter %(min)d to %(max)d characters."),
    "Number must be at least %(min)s.": marked("Enter %(min)s or more."),
    "Number must be at most %(max)s.": marked("Enter %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": marked("Enter a number from %(min)s to %(max)s."),
    "Date must be at least %(min)s.": marked("Enter %(min)s or a later day."),
    "Date must be at most %(max)s.": marked("Enter %(max)s or an earlier day."),
    "Date must be between %(min)s and %(max)s.": marked("Enter a day from %(min)s to %(max)s."),
}
# What none of our forms checks for. A test compares both lists with the catalog of WTForms.
NOT_ASKED = frozenset({
    "Invalid field name '%s'.", "Invalid email address.", "Invalid IP address.", "Invalid Mac address.", "Invalid URL.",
    "Invalid UUID.", "Invalid value, must be one of: %(values)s.", "Invalid value, can't be any of: %(values)s.",
    "This field cannot be edited.", "This field is disabled and cannot have a value.", "Invalid CSRF Token.",
    "CSRF token missing.", "CSRF failed.", "CSRF token expired.",
})  # fmt: skip


class _Wording:
    """What WTForms asks for a sentence."""

    def gettext(self, text: str) -> str:
        """Return our sentence for one of WTForms."""
        return gettext(SENTENCES.get(text, text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return our sentence for one of WTForms, by a number."""
        return self.gettext(one if number == 1 else many)


def _is_always_chosen(field: Any) -> bool:
    """Return whether the first choice of a list is one to take, not a line such as "Choose somebody"."""
    first = next(iter(field.iter_choices()), None)
    return first is not None and str(first.value) != ""


class WordedMeta(DefaultMeta):
    """The `Meta` of every form: its sentences are ours, and its lists are written as HTML asks."""

    def get_translations(self, form: object) -> _Wording:
        """Return what WTForms asks for a sentence."""
        return _Wording()

    def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
        """Return a field for a page. A list whose first choice is one to take is always filled in: it cannot be required."""
        if isinstance(field.widget, Select) and not field.widget.multiple and _is_always_chosen(field):
            render_kw = {"required": False, **render_kw}
        return super().render_field(field, render_kw)
