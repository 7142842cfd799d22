"""What every form has."""

import re
from typing import Any
from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Regexp, ValidationError


class Form(FlaskForm):
    """A form with a token against forgery; `say` puts an operation's refusal at its field."""

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field, or at the head of the form."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors = [*self.form_errors, sentence]


class OnceForm(Form):
    """A form that does its work once, however often it is sent."""

    key = HiddenField(validators=[Length(min=8, max=60), Regexp(r"^[0-9a-f-]+\Z")], default=lambda: str(uuid4()))


class WholeNumber(IntegerField):
    """A whole number. Anything else is no number, and the field's own sentence says what to enter."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; more digits than any quantity has are not read at all."""
        text = str(valuelist[0]).strip() if valuelist else ""
        digits = text.removeprefix("-")
        self.data = int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 12 else None


def in_living_memory(form: Any, field: Any) -> None:
    """A day that a clinic can mean: a slip of the finger in the year is told at once."""
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError("Give a day between the years 2000 and 2100.")


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
