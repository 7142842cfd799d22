"""Base classes of forms, and fields that many forms share."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import g
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as WtForm
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from cm_tracker import i18n
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.money import cents_of, decimals
from cm_tracker.domain.unseen import check_seen
from cm_tracker.forms.wording import WordedMeta
from cm_tracker.i18n import currency, currency_name, currency_sign, gettext, lazy, money

# Refusals name what is stored. These are the fields in which a form asks for it.
FIELDS_OF = {"to": ("last_day",), "collected_at": ("collected_time", "came_at"), "read_at": ("read_time",)}


class Form(FlaskForm):
    """A form with a CSRF token. `say` shows the refusal of an operation at its field.

    Where a form was sent after its session had ended, its page is shown again with the fields in `g.kept_fields`. The
    form then counts as not sent, and has what was typed.
    """

    class Meta(WordedMeta, FlaskForm.Meta):
        """Where the fields come from, and whose sentences say what is wrong with them."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return the fields that were sent or kept, or None."""
            sent = super().wrap_formdata(form, formdata)
            return g.get("kept_fields") if sent is None and formdata is not None else sent

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether every field is right. No text that somebody types has characters that nobody sees."""
        is_right = super().validate(extra_validators)
        for field in texts_of(self):
            try:
                check_seen(
                    field.data if isinstance(field.data, str) else "", has_lines=isinstance(field, TextAreaField)
                )
            except BadInput as error:
                field.errors = [*field.errors, error.message(i18n)]
                is_right = False
        return bool(is_right)

    def hidden_tag(self, *fields: Any) -> Markup:
        """Return the hidden fields, or those of them that are named. They have no id: several forms of a page have them."""
        chosen = [self[one] if isinstance(one, str) else one for one in fields or self]
        return Markup("").join(one(id=False) for one in chosen if isinstance(one.widget, HiddenInput))

    @property
    def is_new(self) -> bool:
        """Return whether nobody has filled in the form yet, so that the page may do it."""
        return not self.is_submitted() and "kept_fields" not in g

    def name_of(self, field: str) -> str | None:
        """Return the name of the field in which this form asks for what a refusal names, or None."""
        return next((name for name in (field, *FIELDS_OF.get(field, ())) if name in self), None)

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field, or at the top of the form."""
        name = self.name_of(field) if field is not None else None
        if name is not None:
            self[name].errors = [*self[name].errors, sentence]
        else:
            self.form_errors: list[str] = [*self.form_errors, sentence]

    @property
    def wrong_fields(self) -> list[Any]:
        """Return the fields that have problems, in the order of the page."""
        return [field for field in self if field.errors]


def texts_of(form: Any) -> Iterator[Any]:
    """Yield the fields of a form in which somebody types a text, and those of the forms in it."""
    for field in form:
        if isinstance(field, FieldList):
            yield from texts_of(field.entries)
        elif isinstance(field, FormField):
            yield from texts_of(field.form)
        elif isinstance(field, StringField) and not isinstance(field, HiddenField | PasswordField):
            yield field


class OnceForm(Form):
    """A form with an idempotency key: it has its effect once, even if it is sent several times."""

    # A form that saves several things adds the id of each to the key, and a stored key has at most 60 characters.
    key = HiddenField(validators=[Length(min=8, max=40), Regexp(r"^[0-9a-f-]+\Z")], default=lambda: str(uuid4()))


def id_in(text: object) -> int | None:
    """Return the id that stands in a text of a form or a URL, or None. More digits than an id can have are none."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None


class WholeNumber(IntegerField):
    """A whole number. Other text becomes None, and a validator of the field says what to enter."""

    # A validator of the form decides whether it may be None.
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. A text with more than 12 digits becomes None."""
        text = str(valuelist[0]).strip() if valuelist else ""
        digits = text.removeprefix("-")
        self.data = int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 12 else None


class MoneyField(StringField):
    """An amount of money from `least` to `most` cents, typed as £5, 5.00 or GBP 5. Its data are whole cents.

    `{currency}` in the label becomes the name of the program's currency, and `{sign}` its sign: names of currencies are
    not translated. Other text than an amount has the data None, and the field then shows it as it was typed.
    """

    # A validator of the field decides whether it may be None.
    data: Any

    def __init__(self, label: str, validators: Any = (), *, least: int, most: int, **more: Any) -> None:
        def check(form: Any, field: Any) -> None:
            if field.data is None or not least <= field.data <= most:
                raise StopValidation(
                    gettext("Enter an amount from %(least)s to %(most)s.", least=money(least), most=money(most))
                )

        render = {"inputmode": "decimal", "autocomplete": "off", **more.pop("render_kw", {})}
        label = label.format(currency=currency_name(), sign=currency_sign())
        super().__init__(label, validators=[*validators, check], render_kw=render, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the amount. Other text becomes None."""
        self.data = cents_of(str(valuelist[0]), currency()) if valuelist else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else decimals(self.data)


class DayField(DateField):
    """A day in a format that `parse_day` reads. Every form and every filter uses this field."""

    # A validator of the form decides whether it may be None.
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raise `ValueError` with the sentence of `parse_day` for text that is no day.

        The field then shows the text as it was typed. A day that was not sent keeps its default.
        """
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0])
        if text.strip():
            try:
                self.data = parse_day(text)
            except BadInput as error:
                raise ValueError(error.message(i18n)) from None


def _check_choice(form: Any, field: Any) -> None:
    """Raise `ValidationError` for a value that is not among the choices. An old link may name one that is gone."""
    if str(field.data) not in {str(choice.value) for choice in field.choices}:
        raise ValidationError(gettext("This is not in the list any more. Choose another one."))


def filter_select(label: str) -> SelectField:
    """Return a drop-down of a filter. The view sets its choices; the empty one means everything."""
    return SelectField(label, choices=[], default="", validate_choice=False, validators=[_check_choice])


class PlainForm(WtForm):
    """A form without a token: a filter of something that is read, or a form in another form."""

    Meta = WordedMeta


class ChoiceFilterForm(PlainForm):
    """A filter of something that is read. Its values are in the URL, so it has codes, ids and days, and never a name."""

    def chosen(self, name: str) -> Any:
        """Return the value of a field, or None if it is empty or wrong. None does not filter."""
        field = self[name]
        return field.data if field.data and not field.errors else None

    def chosen_id(self, name: str) -> int | None:
        """Return the number that is chosen in a drop-down, such as an id, or None."""
        value = self.chosen(name)
        return None if value is None else int(value)

    def in_url(self) -> dict[str, str]:
        """Return the filter as URL parameters, for links to the same lines."""
        return {field.name: str(field.data) for field in self if self.chosen(field.name)}


class FilterForm(ChoiceFilterForm):
    """The filter of a list of what happened: where, to which client, and when."""

    site_id = filter_select(lazy("Site"))
    client_code = StringField(
        lazy("Client code"),
        validators=[Length(max=20, message=lazy("A code has up to 20 characters."))],
        render_kw={"autocomplete": "off"},
    )
    since = DayField(lazy("From"), validators=[Optional()])
    until = DayField(lazy("To"), validators=[Optional()])

    def validate_until(self, field: Any) -> None:
        """Raise `ValidationError` if the last day is before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day is before the first. Change one of the two."))


def control_attributes(field: Any) -> dict[str, str]:
    """Return the ARIA attributes that link a field to its help text and its problem."""
    descriptions = [("help", field.description), ("problem", field.errors)]
    attributes = {}
    if ids := [f"{field.id}-{suffix}" for suffix, text in descriptions if text]:
        attributes["aria-describedby"] = " ".join(ids)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def choices(pairs: Any) -> list[SelectChoice]:
    """Return the choices of a select or radio field from (value, label) pairs."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def radio(label: str, pairs: Any, **more: Any) -> RadioField:
    """Return a field of radio buttons from (value, label) pairs."""
    return RadioField(label, choices=choices(pairs), **more)


def select(label: str, pairs: Any = (), **more: Any) -> SelectField:
    """Return a drop-down from (value, label) pairs. A value that is not among them is refused."""
    return SelectField(label, choices=choices(pairs), **more)


def card_ends(text: str | None) -> list[str]:
    """Return the cards that somebody typed, one per line or separated by commas.

    Spaces do not separate cards, because a whole card number is printed in groups of four digits.
    """
    cards = ("".join(part.split()) for part in re.split(r"[\r\n,;]+", text or ""))
    return [card for card in cards if card]
