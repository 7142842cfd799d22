"""What every form has."""

import re
from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput


class Form(FlaskForm):
    """A form with a token against forgery; `say` puts an operation's refusal at its field."""

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field, or at the head of the form."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors: list[str] = [*self.form_errors, sentence]

    @property
    def wrong_fields(self) -> list[Any]:
        """Return the fields that have something to change, in the order of the page."""
        return [field for field in self if field.errors]


class OnceForm(Form):
    """A form that does its work once, however often it is sent."""

    key = HiddenField(validators=[Length(min=8, max=60), Regexp(r"^[0-9a-f-]+\Z")], default=lambda: str(uuid4()))


class WholeNumber(IntegerField):
    """A whole number. Anything else is no number, and the field's own sentence says what to enter."""

    # A validator of the form decides whether it may be None.
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; more digits than any quantity has are not read at all."""
        text = str(valuelist[0]).strip() if valuelist else ""
        digits = text.removeprefix("-")
        self.data = int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 12 else None


class DayField(DateField):
    """A day, written as `parse_day` reads it; every form and every filter of a page uses this field."""

    # A validator of the form decides whether it may be None.
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. What is no day is refused with the sentence of `parse_day`, and comes back as it was typed.

        A day that was not sent at all stays what the page had filled in.
        """
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0])
        if text.strip():
            try:
                self.data = parse_day(text)
            except BadInput as error:
                raise ValueError(str(error)) from None


def _still_there(form: Any, field: Any) -> None:
    """Raise `ValidationError` for a choice that is not there: a link that somebody kept may ask for one that is gone."""
    if str(field.data) not in {str(choice.value) for choice in field.choices}:
        raise ValidationError("This is not in the list any more. Choose another one.")


def filter_select(label: str) -> SelectField:
    """Return a drop-down of a filter. Its choices are handed in, with an empty one for everything."""
    return SelectField(label, choices=[], default="", validate_choice=False, validators=[_still_there])


class FilterForm(PlainForm):
    """Which lines of a list to show. It goes into the URL: codes, ids and days, never a name."""

    site_id = filter_select("Site")
    client_code = StringField(
        "Client code",
        validators=[Length(max=20, message="A code has up to 20 characters.")],
        render_kw={"autocomplete": "off"},
    )
    since = DayField("From", validators=[Optional()])
    until = DayField("To", validators=[Optional()])

    def validate_until(self, field: Any) -> None:
        """Raise `ValidationError` for a last day before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("The last day is before the first. Change one of the two.")

    def chosen(self, name: str) -> Any:
        """Return what a field asks for; None where it is empty or wrong, so that it narrows nothing."""
        field = self[name]
        return field.data if field.data and not field.errors else None

    def chosen_id(self, name: str) -> int | None:
        """Return the id that a drop-down asks for."""
        value = self.chosen(name)
        return None if value is None else int(value)

    def in_url(self) -> dict[str, str]:
        """Return what the filter asks for as it stands in the URL, for links to the same lines."""
        return {field.name: str(field.data) for field in self if self.chosen(field.name)}


def control_attributes(field: Any) -> dict[str, str]:
    """Return the attributes that tie a field's control to its help and to its problem, for screen readers."""
    said = [("help", field.description), ("problem", field.errors)]
    attributes = {}
    if ids := [f"{field.id}-{what}" for what, is_there in said if is_there]:
        attributes["aria-describedby"] = " ".join(ids)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def choices(pairs: Any) -> list[SelectChoice]:
    """Choices for a select or radio field from (value, label) pairs."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def radio(label: str, pairs: Any, **more: Any) -> RadioField:
    """A group of radio buttons from (value, label) pairs."""
    return RadioField(label, choices=choices(pairs), **more)


def select(label: str, pairs: Any = (), **more: Any) -> SelectField:
    """A drop-down from (value, label) pairs; `validate_choice` stays on."""
    return SelectField(label, choices=choices(pairs), **more)


def card_ends(text: str | None) -> list[str]:
    """The cards that somebody typed, one a line or with commas between them.

    Spaces part no two cards: a whole number is printed in groups of four.
    """
    pieces = re.split(r"[\r\n,;]+", text or "")
    return [piece for piece in ("".join(one.split()) for one in pieces) if piece]
