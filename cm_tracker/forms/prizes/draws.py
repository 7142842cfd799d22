"""Drawing."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from cm_tracker.forms.base import OnceForm


class DrawForm(OnceForm):
    """One touch of the bowl; where it landed, or the word, is read beside it."""

    number = IntegerField(validators=[InputRequired(), NumberRange(1, 1_000_000)])
