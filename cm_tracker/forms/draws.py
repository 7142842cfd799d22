"""Drawing, and choosing what was drawn."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from cm_tracker.forms.shape import OnceForm, radio


class DrawForm(OnceForm):
    """One touch of the bowl; where it landed, or the word, is read beside it."""

    number = IntegerField(validators=[InputRequired(), NumberRange(1, 1_000_000)])


class ChooseForm(OnceForm):
    """A prize of the tier that was drawn."""

    prize = radio("Prize", [], coerce=int, validators=[InputRequired("Choose a prize.")])
